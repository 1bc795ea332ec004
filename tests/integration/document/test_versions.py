"""Versions: marks that people find again."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from shoal.document.v1 import version_pb2 as pb
from shoal.error.v1 import error_pb2
from tests.conformance.log_host import typed
from tests.integration.collab.mesh import RunningMesh
from tests.integration.document.histories import Reader, calling
from tests.integration.document.service import fault_of, reason_of

Reason = error_pb2.ErrorReason
NAMED, AUTOMATIC, BEFORE = pb.VERSION_KIND_NAMED, pb.VERSION_KIND_AUTOMATIC, pb.VERSION_KIND_BEFORE_RESTORE


@pytest.fixture
async def eve(mesh: RunningMesh) -> AsyncIterator[Reader]:
    async with calling(mesh, "eve") as caller:
        yield caller


@pytest.fixture
async def name(mesh: RunningMesh) -> str:
    """A document of five letters."""
    created = await mesh.create()
    await mesh.app.log.append(typed(created, 0, "site", 1, 3))
    await mesh.app.log.append(typed(created, 3, "site", 4, 2))
    return created


async def automatic(mesh: RunningMesh, name: str, revision: int) -> str:
    """Mark a revision as the service does by itself; returns the version's name."""
    made = await mesh.pool.fetchval(
        """
        INSERT INTO document.document_versions
            (document_key, revision, revision_time, kind, id, title, description, creator)
        SELECT document_key, $2, now(), 2, $3, '', '', ''
        FROM document.documents WHERE 'documents/' || id = $1 RETURNING id
        """,
        name,
        revision,
        f"automatic-{revision}",
    )
    return f"{name}/versions/{made}"


async def test_a_revision_is_marked_by_name(mesh: RunningMesh, eve: Reader, name: str) -> None:
    made = await eve.mark(name, "Draft", description="with\ntwo lines", revision=2)
    assert made.name.startswith(f"{name}/versions/")
    assert (made.title, made.description, made.revision, made.kind) == ("Draft", "with\ntwo lines", 2, NAMED)
    assert made.creator == "users/eve"
    assert made.HasField("create_time")
    assert made.revision_time == (await eve.operations(name)).operations[1].commit_time
    assert await eve.version(made.name) == made
    head = await eve.mark(name, "Head")
    assert head.revision == 5
    kinds = await mesh.pool.fetch("SELECT kind, first_revision FROM document.outbox WHERE kind = 7")
    assert [tuple(row) for row in kinds] == [(7, 5), (7, 5)]


async def test_revision_0_was_when_the_document_was_made(mesh: RunningMesh, eve: Reader) -> None:
    name = await mesh.create()
    made = await eve.mark(name, "Blank")
    assert made.revision == 0
    assert made.revision_time == (await eve.document(name)).create_time


async def test_versions_are_listed_with_the_newest_revision_first(mesh: RunningMesh, eve: Reader, name: str) -> None:
    second = await eve.mark(name, "second", revision=2)
    fifth = await eve.mark(name, "fifth", revision=5)
    again = await eve.mark(name, "second again", revision=2)
    by_itself = await eve.version(await automatic(mesh, name, 4))
    everything = [fifth, by_itself, again, second]
    assert list((await eve.versions(name)).versions) == everything
    first = await eve.versions(name, page_size=3)
    assert list(first.versions) == everything[:3]
    rest = await eve.versions(name, page_size=3, page_token=first.next_page_token)
    assert list(rest.versions) == everything[3:]
    assert not rest.next_page_token
    assert list((await eve.versions(name, kinds=[AUTOMATIC])).versions) == [by_itself]
    assert list((await eve.versions(name, kinds=[NAMED, NAMED])).versions) == [fifth, again, second]
    named = await eve.versions(name, kinds=[NAMED], page_size=1)
    (next_one,) = (await eve.versions(name, kinds=[NAMED], page_size=1, page_token=named.next_page_token)).versions
    assert next_one == again
    wrong = eve.versions(name, page_size=1, page_token=named.next_page_token)
    assert await reason_of(wrong) == Reason.ERROR_REASON_INVALID_FIELD


async def test_a_version_is_renamed_and_described(eve: Reader, name: str) -> None:
    made = await eve.mark(name, "Draft", description="old")
    renamed = await eve.rename(made.name, "title", title="Final", description="not this")
    assert (renamed.title, renamed.description) == ("Final", "old")
    described = await eve.rename(made.name, description="new")
    assert (described.title, described.description) == ("Final", "new")
    assert (await eve.rename(made.name, "description")).description == ""
    assert (await eve.rename(made.name)).title == "Final"
    assert (described.revision, described.kind, described.create_time) == (made.revision, NAMED, made.create_time)


async def test_an_automatic_version_with_a_title_becomes_a_named_one(mesh: RunningMesh, eve: Reader, name: str) -> None:
    marked = await automatic(mesh, name, 3)
    described = await eve.rename(marked, "description", description="good")
    assert (described.kind, described.creator) == (AUTOMATIC, "")
    assert (await eve.rename(marked, "title")).kind == AUTOMATIC
    named = await eve.rename(marked, "title", title="Kept")
    assert (named.kind, named.creator, named.title, named.description) == (NAMED, "users/eve", "Kept", "good")


async def test_what_a_restore_left_behind_may_be_named_and_stays_what_it_is(eve: Reader, name: str) -> None:
    await eve.restore(name, revision=1)
    (before,) = (await eve.versions(name, kinds=[BEFORE])).versions
    renamed = await eve.rename(before.name, "title", title="As it was")
    assert (renamed.kind, renamed.title) == (BEFORE, "As it was")


async def test_a_version_is_removed_and_its_history_stays(eve: Reader, name: str) -> None:
    made = await eve.mark(name, "Draft")
    await eve.unmark(made.name)
    assert await reason_of(eve.version(made.name)) == Reason.ERROR_REASON_VERSION_NOT_FOUND
    assert await reason_of(eve.unmark(made.name)) == Reason.ERROR_REASON_VERSION_NOT_FOUND
    assert await reason_of(eve.rename(made.name, title="x")) == Reason.ERROR_REASON_VERSION_NOT_FOUND
    assert (await eve.document(name)).head_revision == 5


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": ""}, {"title": " "}, {"title": "x" * 201}, {"title": "a\nb"}, {"title": "a\0b"},
        {"title": "x", "description": "x" * 2001}, {"title": "x", "description": "\0"}, {"title": "x", "revision": -1},
    ],
)  # fmt: skip
async def test_what_cannot_be_a_version_is_refused(eve: Reader, name: str, wrong: dict[str, Any]) -> None:
    fault = await fault_of(eve.mark(name, **wrong))
    assert fault.reason == Reason.ERROR_REASON_INVALID_FIELD
    assert fault.facts["field"].startswith("version.")
    assert not (await eve.versions(name)).versions


async def test_what_is_not_there_is_said(eve: Reader, name: str) -> None:
    made = await eve.mark(name, "x" * 200, description="x" * 2000)
    ahead = await fault_of(eve.mark(name, "x", revision=6))
    assert (ahead.reason, ahead.facts["head_revision"]) == (Reason.ERROR_REASON_REVISION_AHEAD, "5")
    for call, reason in (
        (eve.mark("documents/none", "x"), Reason.ERROR_REASON_DOCUMENT_NOT_FOUND),
        (eve.versions("documents/none"), Reason.ERROR_REASON_DOCUMENT_NOT_FOUND),
        (eve.version("documents/none/versions/x"), Reason.ERROR_REASON_DOCUMENT_NOT_FOUND),
        (eve.version(f"{name}/versions/x"), Reason.ERROR_REASON_VERSION_NOT_FOUND),
        (eve.version(name), Reason.ERROR_REASON_INVALID_FIELD),
        (eve.version(f"{name}/versions/X"), Reason.ERROR_REASON_INVALID_FIELD),
        (eve.versions(name, page_size=-1), Reason.ERROR_REASON_INVALID_FIELD),
        (eve.versions(name, kinds=[0]), Reason.ERROR_REASON_INVALID_FIELD),
        (eve.versions(name, kinds=[9]), Reason.ERROR_REASON_INVALID_FIELD),
        (eve.rename(made.name, "title"), Reason.ERROR_REASON_INVALID_FIELD),
        (eve.rename(made.name, "title", title=" "), Reason.ERROR_REASON_INVALID_FIELD),
        (eve.rename(made.name, "revision", revision=1), Reason.ERROR_REASON_INVALID_FIELD),
    ):
        assert await reason_of(call) == reason
    assert await eve.version(made.name) == made


async def test_marks_of_a_deleted_document_are_read_and_not_changed(eve: Reader, name: str) -> None:
    made = await eve.mark(name, "Draft")
    await eve.delete(name)
    assert await eve.version(made.name) == made
    assert list((await eve.versions(name)).versions) == [made]
    for call in (eve.mark(name, "x"), eve.rename(made.name, title="x"), eve.unmark(made.name)):
        assert await reason_of(call) == Reason.ERROR_REASON_DOCUMENT_DELETED
