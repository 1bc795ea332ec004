"""A history goes out and comes in whole: or not at all, and then nothing is left."""

from __future__ import annotations

import asyncio
import itertools
import random
import uuid
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import grpc
import orjson
import pytest

from mesh.identity import TokenSigner, TokenVerifier
from services.document.settings import DocumentSettings
from shoal.document.v1 import history_pb2 as pb
from shoal.error.v1 import error_pb2
from tests.conformance.log_host import typed
from tests.integration.collab.mesh import RunningMesh, running_mesh
from tests.integration.document.histories import Reader, calling, write_history
from tests.integration.document.service import fault_of, reason_of

Reason = error_pb2.ErrorReason
SMALL = DocumentSettings(checkpoint_operations=20, max_history_line_bytes=100_000, import_wait_s=0.5, max_imports=2)
"""So that a short history has many checkpoints, and little is too much."""


@pytest.fixture
async def mesh(database_url: str, signer: TokenSigner, verifier: TokenVerifier) -> AsyncIterator[RunningMesh]:
    async with running_mesh(database_url, signer, verifier, document_settings=SMALL) as running:
        yield running


@pytest.fixture
async def eve(mesh: RunningMesh) -> AsyncIterator[Reader]:
    async with calling(mesh, "eve") as caller:
        yield caller


async def a_history(mesh: RunningMesh, eve: Reader, seed: int = 1, count: int = 90) -> str:
    """A document of rich text with a history, two named versions, and one that made itself."""
    name = await mesh.create(plain=False)
    await write_history(mesh.app.log, name, random.Random(seed), count)
    await eve.mark(name, "Later", revision=count)
    await eve.mark(name, "Earlier", description="with words", revision=2)
    await eve.restore(name, revision=3)
    return name


def said(file: bytes) -> tuple[dict[str, Any], list[bytes], dict[str, Any]]:
    """Header, the lines between, footer."""
    lines = file.splitlines(keepends=True)
    return orjson.loads(lines[0]), lines[1:-1], orjson.loads(lines[-1])


async def left_over(mesh: RunningMesh, but: int = 0) -> dict[str, int]:
    """How many rows of documents that nobody sees there are, when the eraser is done; and all that belong to none."""
    mesh.app.eraser.wake()
    await mesh.app.eraser.caught_up()
    seen = "(SELECT document_key FROM document.documents WHERE state = 0)"
    tables = ("documents", "document_operations", "document_sites", "document_checkpoints", "document_versions")
    counts = {
        table: await mesh.pool.fetchval(f"SELECT count(*) FROM document.{table} WHERE document_key NOT IN {seen}")
        for table in tables
    }
    return {table: count for table, count in counts.items() if count}


@pytest.mark.parametrize("seed", range(3))
async def test_what_goes_out_comes_in_the_same(mesh: RunningMesh, eve: Reader, seed: int) -> None:
    name = await a_history(mesh, eve, seed)
    file = await eve.export(name)
    answer = await eve.bring_in(file, piece=random.Random(seed).choice([7, 1000, 256 * 1024]))
    copy = answer.document
    assert (answer.operations, copy.head_revision) == (92, 92)
    original = await eve.document(name)
    assert copy.name != name
    assert copy.creator == "users/eve"
    assert (copy.title, copy.type, copy.create_time) == (original.title, original.type, original.create_time)
    assert await eve.all_operations(copy.name) == await eve.all_operations(name)
    for revision in (0, 1, 19, 20, 21, 50, 92):
        assert await eve.content(copy.name, revision) == await eve.content(name, revision)
        assert await eve.blame(copy.name, revision=revision) == await eve.blame(name, revision=revision)
    marks = [(each.title, each.description, each.revision, each.creator, each.create_time, each.revision_time)
             for each in (await eve.versions(copy.name)).versions]  # fmt: skip
    assert marks == [
        (each.title, each.description, each.revision, each.creator, each.create_time, each.revision_time)
        for each in (await eve.versions(name, kinds=[1])).versions
    ]
    header, lines, footer = said(file)
    copied_header, copied_lines, copied_footer = said(await eve.export(copy.name))
    assert copied_lines == lines
    for fields in (header["document"], copied_header["document"]):
        del fields["name"], fields["creator"]
    assert copied_header == header
    assert copied_footer.pop("checksum") != footer.pop("checksum"), "the first line is another"
    assert copied_footer == footer
    assert not await left_over(mesh)


async def test_any_revision_of_what_came_in_is_near_a_checkpoint(mesh: RunningMesh, eve: Reader) -> None:
    name = await a_history(mesh, eve)
    copy = (await eve.bring_in(await eve.export(name), document_id="copy")).document
    rows = await mesh.pool.fetch(
        """
        SELECT c.revision, c.attribution IS NOT NULL AS credited FROM document.document_checkpoints c
        JOIN document.documents d USING (document_key) WHERE d.id = 'copy' ORDER BY revision
        """
    )
    revisions = [row["revision"] for row in rows]
    assert all(after - before <= 20 for before, after in itertools.pairwise([*revisions, copy.head_revision]))
    assert all(row["credited"] for row in rows if row["revision"])


async def test_life_goes_on_in_what_came_in(mesh: RunningMesh, eve: Reader) -> None:
    name = await mesh.create()
    ada = await mesh.join(name, "ada")
    request_id = str(uuid.uuid4())
    await mesh.app.log.append(typed(name, 0, "typist", 1, 30))
    await eve.restore(name, revision=10, request_id=request_id)
    await ada.reach(31)
    copy = (await eve.bring_in(await eve.export(name))).document.name
    # Sites go on where they were, and belong to whom they belonged: what was sent once is not applied again.
    outcome = await mesh.app.log.append(typed(copy, 31, "typist", 30, author="users/typist"))
    assert outcome.HasField("site_conflict")
    assert (await mesh.app.log.append(typed(copy, 31, "typist", 31))).HasField("committed_head_revision")
    outcome = await mesh.app.log.append(typed(copy, 32, "typist", 32, author="users/mallory"))
    assert outcome.HasField("fault")
    again = await eve.restore(copy, revision=10, request_id=request_id)
    assert again.revision == 31
    bob = await mesh.join(copy, "bob")
    assert (await eve.content(copy)).text() == bob.text
    assert (await eve.restore(copy, revision=10)).revision == 33


async def test_times_are_kept_however_long_ago(mesh: RunningMesh, eve: Reader) -> None:
    name = await a_history(mesh, eve, count=30)
    await mesh.pool.execute(
        """
        UPDATE document.document_operations
        SET applied_at = timestamptz '2019-05-06 07:08:09.000001Z' + revision * interval '1 hour'
        """
    )
    await mesh.pool.execute("UPDATE document.documents SET create_time = '2019-05-06 07:00:00Z'")
    copy = (await eve.bring_in(await eve.export(name))).document
    assert copy.create_time.ToDatetime() == datetime(2019, 5, 6, 7)
    operations = await eve.all_operations(copy.name)
    assert operations == await eve.all_operations(name)
    assert operations[0].commit_time.ToDatetime(UTC) == datetime(2019, 5, 6, 8, 8, 9, 1, tzinfo=UTC)
    time = operations[9].commit_time.ToDatetime() + timedelta(minutes=1)
    assert (await eve.blame(copy.name, time=time))[0].revision == 10


async def test_an_import_says_where_it_is_to_go(mesh: RunningMesh, eve: Reader) -> None:
    name = await mesh.create()
    await mesh.app.log.append(typed(name, 0, "site", 1, 3))
    file = await eve.export(name)
    made = (await eve.bring_in(file, document_id="wanted", project="projects/p")).document
    assert (made.name, made.project, made.title) == ("documents/wanted", "projects/p", "Notes")
    taken = eve.bring_in(file, document_id="wanted")
    assert await reason_of(taken) == Reason.ERROR_REASON_DOCUMENT_ALREADY_EXISTS
    assert await reason_of(eve.bring_in(file, document_id="No!")) == Reason.ERROR_REASON_INVALID_FIELD
    assert await reason_of(eve.bring_in(file, project="p")) == Reason.ERROR_REASON_INVALID_FIELD
    assert not await left_over(mesh)


async def test_a_blank_document_is_a_history_too(mesh: RunningMesh, eve: Reader) -> None:
    file = await eve.export(await mesh.create())
    made = await eve.bring_in(file)
    assert (made.operations, made.document.head_revision) == (0, 0)
    assert said(await eve.export(made.document.name))[1] == []


async def test_an_export_is_of_one_moment_while_people_write(mesh: RunningMesh, eve: Reader) -> None:
    name = await a_history(mesh, eve, count=3000)
    head = (await eve.document(name)).head_revision
    call = aiter(eve.exporting(name))
    first = await anext(call)
    await mesh.app.log.append(typed(name, head, "late", 1, 50))
    await eve.mark(name, "Too late")
    rest = [part async for part in call]
    header, lines, footer = said(b"".join(part.chunk for part in [first, *rest]))
    assert header["head_revision"] == footer["operations"] == head
    assert len(lines) == head + 2
    assert [part.total_operations for part in rest] == [head] * len(rest)
    progress = [part.exported_operations for part in [first, *rest]]
    assert progress == sorted(progress)
    assert progress[-1] == head


# -- what is not whole ----------------------------------------------------------------------------------------------


async def refused(mesh: RunningMesh, eve: Reader, file: bytes, line: int | None = None) -> None:
    fault = await fault_of(eve.bring_in(file, document_id="refused"))
    assert fault.reason == Reason.ERROR_REASON_INVALID_HISTORY, fault.message
    assert fault.code is grpc.StatusCode.INVALID_ARGUMENT
    assert line is None or fault.facts["line"] == str(line)
    assert await reason_of(eve.document("documents/refused")) == Reason.ERROR_REASON_DOCUMENT_NOT_FOUND


async def test_a_damaged_file_is_refused_and_leaves_nothing(mesh: RunningMesh, eve: Reader) -> None:
    rng = random.Random(8)
    lines = (await eve.export(await a_history(mesh, eve, count=45))).splitlines(keepends=True)
    whole = b"".join(lines)
    for damaged in range(len(lines)):
        line = bytearray(lines[damaged])
        line[rng.randrange(len(line) - 1)] ^= 1
        await refused(mesh, eve, b"".join([*lines[:damaged], line, *lines[damaged + 1 :]]))
    for cut in (0, 1, len(lines[0]), len(whole) // 2, len(whole) - len(lines[-1]), len(whole) - 1):
        await refused(mesh, eve, whole[:cut])
    for _ in range(5):
        one, other = sorted(rng.sample(range(len(lines)), 2))
        swapped = [*lines]
        swapped[one], swapped[other] = lines[other], lines[one]
        await refused(mesh, eve, b"".join(swapped))
    await refused(mesh, eve, whole + lines[-1], line=len(lines) + 1)
    assert not await left_over(mesh)
    assert (await eve.bring_in(whole, document_id="refused")).operations == 47


async def test_a_site_that_skips_or_changes_hands_is_refused_with_its_line(mesh: RunningMesh, eve: Reader) -> None:
    name = await mesh.create()
    await mesh.app.log.append(typed(name, 0, "site", 1, 45))
    lines = (await eve.export(name)).splitlines(keepends=True)
    for line, old, new in ((31, b'"site_sequence":30', b'"site_sequence":31'), (31, b"users/site", b"users/eve")):
        assert old in lines[line - 1]
        changed = [*lines[: line - 1], lines[line - 1].replace(old, new), *lines[line:]]
        await refused(mesh, eve, b"".join(changed), line=line)
    assert not await left_over(mesh)


async def test_a_line_without_an_end_is_refused(mesh: RunningMesh, eve: Reader) -> None:
    await refused(mesh, eve, b'{"format":"' + b"x" * 200_000, line=1)


async def test_a_piece_is_bounded(mesh: RunningMesh, eve: Reader) -> None:
    too_long = eve.bring_in(b"x" * (256 * 1024 + 1), piece=1 << 20)
    assert await reason_of(too_long) == Reason.ERROR_REASON_TOO_LARGE


async def half_of_a_file(mesh: RunningMesh, eve: Reader) -> bytes:
    file = await eve.export(await a_history(mesh, eve))
    return file[: len(file) * 2 // 3]


async def has_arrived(mesh: RunningMesh, half: bytes) -> None:
    """Return when all is on disk of an import that is written before it goes on."""
    expected = (half.count(b"\n") - 1) // SMALL.checkpoint_operations * SMALL.checkpoint_operations
    async with asyncio.timeout(10):
        while expected > await mesh.pool.fetchval(
            """
            SELECT count(*) FROM document.document_operations JOIN document.documents USING (document_key)
            WHERE state = 1
            """
        ):
            await asyncio.sleep(0.01)


async def test_nobody_sees_a_document_before_all_of_it_is_there(mesh: RunningMesh, eve: Reader) -> None:
    half, go_on = await half_of_a_file(mesh, eve), asyncio.Event()

    async def pieces() -> AsyncIterator[pb.ImportHistoryRequest]:
        yield pb.ImportHistoryRequest(document_id="half", chunk=half)
        await go_on.wait()

    call = eve.importing(pieces())
    await has_arrived(mesh, half)
    assert await reason_of(eve.document("documents/half")) == Reason.ERROR_REASON_DOCUMENT_NOT_FOUND
    assert await reason_of(eve.export("documents/half")) == Reason.ERROR_REASON_DOCUMENT_NOT_FOUND
    go_on.set()
    assert await reason_of(call) == Reason.ERROR_REASON_INVALID_HISTORY
    assert not await left_over(mesh)


async def test_a_client_that_leaves_leaves_nothing(mesh: RunningMesh, eve: Reader) -> None:
    half, never = await half_of_a_file(mesh, eve), asyncio.Event()

    async def pieces() -> AsyncIterator[pb.ImportHistoryRequest]:
        yield pb.ImportHistoryRequest(document_id="half", chunk=half)
        await never.wait()

    call = eve.importing(pieces())
    await has_arrived(mesh, half)
    call.cancel()
    async with asyncio.timeout(10):
        while await left_over(mesh):
            await asyncio.sleep(0.01)
    assert (await eve.bring_in(await eve.export(await a_history(mesh, eve)), document_id="half")).operations == 92


async def test_a_client_that_falls_silent_is_not_waited_for(mesh: RunningMesh, eve: Reader) -> None:
    half, never = await half_of_a_file(mesh, eve), asyncio.Event()

    async def pieces() -> AsyncIterator[pb.ImportHistoryRequest]:
        yield pb.ImportHistoryRequest(document_id="half", chunk=half)
        await never.wait()

    call = eve.importing(pieces())
    assert await reason_of(call) == Reason.ERROR_REASON_DEADLINE_EXCEEDED
    assert not await left_over(mesh)


async def test_so_many_imports_at_once_and_no_more(mesh: RunningMesh, eve: Reader) -> None:
    half, go_on = await half_of_a_file(mesh, eve), asyncio.Event()

    async def pieces() -> AsyncIterator[pb.ImportHistoryRequest]:
        yield pb.ImportHistoryRequest(chunk=half)
        await go_on.wait()

    calls = [eve.importing(pieces()) for _ in range(3)]
    done, waiting = await asyncio.wait(
        [asyncio.ensure_future(reason_of(call)) for call in calls], return_when=asyncio.FIRST_COMPLETED
    )
    assert [each.result() for each in done] == [Reason.ERROR_REASON_TOO_MANY_SESSIONS]
    go_on.set()
    assert set(await asyncio.gather(*waiting)) == {Reason.ERROR_REASON_INVALID_HISTORY}
    whole = await eve.export(await a_history(mesh, eve))
    assert (await eve.bring_in(whole)).operations == 92


async def test_what_a_crash_left_is_cleared_away_in_time(mesh: RunningMesh, eve: Reader) -> None:
    half, never = await half_of_a_file(mesh, eve), asyncio.Event()

    async def pieces() -> AsyncIterator[pb.ImportHistoryRequest]:
        yield pb.ImportHistoryRequest(document_id="half", chunk=half)
        await never.wait()

    call = eve.importing(pieces())
    await has_arrived(mesh, half)
    # The eraser of another process, an hour later.
    await mesh.pool.execute("UPDATE document.documents SET update_time = now() - interval '61 minutes' WHERE state = 1")
    assert not await left_over(mesh)
    assert await reason_of(call) in (Reason.ERROR_REASON_DEADLINE_EXCEEDED, Reason.ERROR_REASON_LOG_UNAVAILABLE)
    assert not await left_over(mesh)
