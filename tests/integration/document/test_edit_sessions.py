"""Edit sessions as ListEditSessions tells them: all that was committed before the question, once, whoever asks."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from mesh.faults import DocumentNotFound, InvalidField
from mesh.names import DocumentId, parse_document
from ot.operation import Embed, Insert, Operation, Retain, delete_at, insert_at
from services.document.convert import edit_session_to_proto
from services.document.history.edit_sessions import Contribution, EditSession
from services.document.settings import DocumentSettings
from shoal.type.v1 import operation_pb2
from tests.conformance.log_host import LogHost, batch_of, committed, typed
from tests.integration.document.searching import nobody_indexing


async def sessions(host: LogHost, name: str, size: int = 0) -> list[EditSession]:
    """All sessions of a document, oldest first, in pages of `size`."""
    document, found, token = parse_document(name), list[EditSession](), ""
    while True:
        page, token = await host.app.edit_sessions.page(document, size, token)
        found += page
        if not token:
            return found[::-1]


async def long_ago(host: LogHost, name: str, revisions: range, minutes: int) -> None:
    await host.pool.execute(
        """
        UPDATE document.document_operations o SET applied_at = applied_at - make_interval(mins => $4)
        FROM document.documents d
        WHERE d.id = $1 AND o.document_key = d.document_key AND o.revision BETWEEN $2 AND $3
        """,
        name.removeprefix("documents/"),
        revisions.start,
        revisions.stop - 1,
        minutes,
    )


@pytest.fixture
async def quiet(database_url: str) -> AsyncIterator[LogHost]:
    """A host whose sessions follow when asked, not by themselves."""
    async with nobody_indexing(database_url):
        host = LogHost(database_url)
        await host.start()
        try:
            yield host
        finally:
            await host.stop()


async def test_what_was_committed_before_the_question_is_in_the_answer(host: LogHost) -> None:
    name = await host.create()
    for n in range(1, 21):
        await host.log.append(typed(name, n - 1, "ada", n))
        [session] = await sessions(host, name)
        assert (session.first_revision, session.last_revision) == (1, n)
        assert session.contributions == (Contribution("users/ada", "", n, n, 0),)


async def test_contributions_count_utf16_units_embeds_and_agents(host: LogHost) -> None:
    name = await host.create(plain=False)
    agent = operation_pb2.Provenance(agent="agents/claude")
    rich = Operation([Insert("👋é"), Insert(Embed("image", "a.png")), Insert("b", {"bold": True})])
    await host.log.append(
        batch_of(
            name,
            1,
            committed(2, "ada", 1, rich),
            committed(3, "ada", 2, delete_at(0, 3), provenance=agent),
            committed(4, "bob", 1, Operation([Retain(1, {"bold": True})])),
        )
    )
    [session] = await sessions(host, name)
    assert session.contributions == (
        Contribution("users/ada", "", 1, 5, 0),
        Contribution("users/creator", "", 1, 1, 0),
        Contribution("users/ada", "agents/claude", 1, 0, 3),
        Contribution("users/bob", "", 1, 0, 0),
    )
    message = edit_session_to_proto(session)
    assert (message.first_revision, message.last_revision, len(message.contributions)) == (1, 4, 4)
    assert message.contributions[2].agent == "agents/claude"
    assert message.end_time.ToDatetime() == session.end_time.replace(tzinfo=None)


async def test_a_pause_ends_a_session_and_pages_are_the_newest_first(quiet: LogHost) -> None:
    name = await quiet.create()
    await quiet.log.append(typed(name, 0, "ada", 1, 9))
    for hours, revisions in ((3, range(1, 4)), (2, range(4, 6)), (1, range(6, 9))):
        await long_ago(quiet, name, revisions, hours * 60)
    spans = [(1, 3), (4, 5), (6, 8), (9, 9)]
    assert [(each.first_revision, each.last_revision) for each in await sessions(quiet, name)] == spans
    assert [(each.first_revision, each.last_revision) for each in await sessions(quiet, name, 3)] == spans
    await quiet.log.append(typed(name, 9, "ada", 10))
    assert (await sessions(quiet, name))[-1].last_revision == 10
    _, token = await quiet.app.edit_sessions.page(parse_document(name), 1, "")
    with pytest.raises(InvalidField):
        await quiet.app.edit_sessions.page(parse_document(await quiet.create()), 1, token)
    with pytest.raises(DocumentNotFound):
        await quiet.app.edit_sessions.page(DocumentId("none"), 1, "")


async def test_many_who_ask_at_once_on_two_processes_count_nothing_twice(host: LogHost, database_url: str) -> None:
    name, other = await host.create(), LogHost(database_url)
    await other.start()
    try:
        for head in range(0, 5000, 500):
            await host.log.append(typed(name, head, "ada", head + 1, 500))
        asked = [sessions(each, name) for each in (host, other) for _ in range(6)]
        for [session] in await asyncio.gather(*asked):
            assert session.contributions == (Contribution("users/ada", "", 5000, 5000, 0),)
    finally:
        await other.stop()


async def test_sessions_made_piece_by_piece_equal_those_made_at_once(quiet: LogHost) -> None:
    name = await quiet.create()
    for head in range(0, 60, 3):
        site = ("ada", "bob")[head // 3 % 2]
        await quiet.log.append(typed(name, head, site, head // 6 * 3 + 1, 3))
        await quiet.log.find(parse_document(name))
        if head % 4 == 0:
            await sessions(quiet, name)
    piecewise = await sessions(quiet, name)
    await quiet.pool.execute("DELETE FROM document.document_edit_sessions; DELETE FROM document.document_search")
    assert await sessions(quiet, name) == piecewise


async def test_a_deleted_documents_sessions_can_still_be_read(host: LogHost) -> None:
    name = await host.create()
    await host.log.append(batch_of(name, 0, committed(1, "ada", 1, insert_at(0, "hello"))))
    await host.pool.execute("UPDATE document.documents SET delete_time = now(), expire_time = now() + interval '1 day'")
    [session] = await sessions(host, name)
    assert session.contributions == (Contribution("users/ada", "", 1, 5, 0),)


async def test_what_left_the_log_is_passed_over(quiet: LogHost) -> None:
    name = await quiet.create()
    await quiet.log.append(typed(name, 0, "ada", 1, 10))
    await quiet.pool.execute("DELETE FROM document.document_operations WHERE revision <= 6")
    [session] = await sessions(quiet, name)
    assert (session.first_revision, session.last_revision) == (7, 10)
    await quiet.pool.execute("DELETE FROM document.document_operations")
    await quiet.pool.execute("UPDATE document.documents SET head_revision = 12")
    assert await sessions(quiet, name) == [session]


def test_the_pause_and_the_length_are_settings() -> None:
    assert (DocumentSettings().session_gap_s, DocumentSettings().session_max_s) == (600, 4 * 3600)
