"""What people ask about a history, against a log that is read by hand."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from mesh.wire import operation_from_proto
from ot.document import Document
from ot.operation import Delete, Insert, Operation, insert_at
from shoal.document.v1 import history_pb2 as pb
from shoal.error.v1 import error_pb2
from shoal.type.v1 import operation_pb2
from tests.conformance.log_host import batch_of, committed, typed
from tests.integration.collab.mesh import RunningMesh
from tests.integration.document.histories import Reader, calling, write_history
from tests.integration.document.service import reason_of

Reason = error_pb2.ErrorReason


@pytest.fixture
async def reader(mesh: RunningMesh) -> AsyncIterator[Reader]:
    async with calling(mesh, "reader") as caller:
        yield caller


async def test_operations_come_in_pages_from_either_end(mesh: RunningMesh, reader: Reader) -> None:
    name = await mesh.create()
    await write_history(mesh.app.log, name, random.Random(1), 25, plain=True)
    whole = await reader.all_operations(name, page_size=1000)
    assert [each.revision for each in whole] == list(range(1, 26))
    assert all(each.HasField("commit_time") and each.author == f"users/{each.site}" for each in whole)
    assert {each.provenance.agent for each in whole if each.site == "site-0"} == {"agents/helper"}
    assert await reader.all_operations(name, page_size=4) == whole
    assert await reader.all_operations(name, page_size=5, descending=True) == whole[::-1]
    assert await reader.all_operations(name, page_size=3, after_revision=7, up_to_revision=16) == whole[7:16]
    backwards = await reader.all_operations(name, page_size=3, after_revision=7, up_to_revision=16, descending=True)
    assert backwards == whole[7:16][::-1]
    assert not (await reader.operations(name, after_revision=25)).operations
    assert not (await reader.operations(name, after_revision=99)).operations


async def test_a_page_of_large_operations_is_short(mesh: RunningMesh, reader: Reader) -> None:
    name = await mesh.create()
    large = [committed(n, "site", n, insert_at(0, "x" * 400_000)) for n in range(1, 8)]
    for n, each in enumerate(large):
        await mesh.app.log.append(batch_of(name, n, each))
    page = await reader.operations(name, page_size=100)
    assert [each.revision for each in page.operations] == [1, 2, 3]
    assert page.next_page_token
    assert [each.revision for each in await reader.all_operations(name)] == list(range(1, 8))
    assert [each.revision for each in await reader.all_operations(name, descending=True)] == list(range(7, 0, -1))


async def test_a_listing_to_the_head_goes_on_with_what_was_written_meanwhile(mesh: RunningMesh, reader: Reader) -> None:
    name = await mesh.create()
    await mesh.app.log.append(typed(name, 0, "site", 1, 4))
    upwards = await reader.operations(name, page_size=3)
    downwards = await reader.operations(name, page_size=3, descending=True)
    await mesh.app.log.append(typed(name, 4, "site", 5, 2))
    rest = await reader.operations(name, page_size=3, page_token=upwards.next_page_token)
    assert [each.revision for each in rest.operations] == [4, 5, 6]
    rest = await reader.operations(name, page_size=3, page_token=downwards.next_page_token, descending=True)
    assert [each.revision for each in rest.operations] == [1]
    assert not rest.next_page_token


async def test_what_is_not_in_the_history_is_refused(mesh: RunningMesh, reader: Reader) -> None:
    name = await mesh.create()
    await mesh.app.log.append(typed(name, 0, "site", 1, 4))
    token = (await reader.operations(name, page_size=2)).next_page_token
    for call, reason in (
        (reader.operations(name, up_to_revision=5), Reason.ERROR_REASON_REVISION_AHEAD),
        (reader.operations(name, up_to_revision=-1), Reason.ERROR_REASON_INVALID_FIELD),
        (reader.operations(name, after_revision=-1), Reason.ERROR_REASON_INVALID_FIELD),
        (reader.operations(name, page_size=-1), Reason.ERROR_REASON_INVALID_FIELD),
        (reader.operations(name, page_token="x"), Reason.ERROR_REASON_INVALID_FIELD),
        (reader.operations(name, page_token=token, descending=True), Reason.ERROR_REASON_INVALID_FIELD),
        (reader.operations("documents/none"), Reason.ERROR_REASON_DOCUMENT_NOT_FOUND),
        (reader.operations("none"), Reason.ERROR_REASON_INVALID_FIELD),
        (reader.compare(name, 5, 1), Reason.ERROR_REASON_REVISION_AHEAD),
        (reader.compare(name, 1, 0), Reason.ERROR_REASON_INVALID_FIELD),
        (reader.diff(name, from_revision=5), Reason.ERROR_REASON_REVISION_AHEAD),
        (reader.diff(name, to_revision=5), Reason.ERROR_REASON_REVISION_AHEAD),
        (reader.diff(name, from_revision=-1), Reason.ERROR_REASON_INVALID_FIELD),
        (reader.diff(name, format=9), Reason.ERROR_REASON_INVALID_FIELD),
        (reader.blame(name, revision=5), Reason.ERROR_REASON_REVISION_AHEAD),
        (reader.blame(name, revision=-1), Reason.ERROR_REASON_INVALID_FIELD),
        (reader.blame("documents/none"), Reason.ERROR_REASON_DOCUMENT_NOT_FOUND),
        (reader.blame(name, time={"seconds": 1 << 60}), Reason.ERROR_REASON_INVALID_FIELD),
    ):
        assert await reason_of(call) == reason


async def test_a_history_is_told_as_sessions_of_work(mesh: RunningMesh, reader: Reader) -> None:
    name = await mesh.create()
    await mesh.app.log.append(typed(name, 0, "ada", 1, 4))
    await mesh.pool.execute("UPDATE document.document_operations SET applied_at = applied_at - interval '1 day'")
    helped = committed(5, "bob", 1, insert_at(0, "ß😀"), provenance=operation_pb2.Provenance(agent="agents/helper"))
    await mesh.app.log.append(batch_of(name, 4, helped))
    await mesh.app.log.append(
        batch_of(name, 5, committed(6, "ada", 5, Operation.from_delta([{"retain": 3}, {"delete": 2}])))
    )
    # What was followed before the day went back is followed anew.
    await mesh.pool.execute(
        "DELETE FROM document.document_edit_sessions; UPDATE document.document_search SET sessions_revision = 0"
    )
    newest, oldest = (await reader.edit_sessions(name)).edit_sessions
    assert (oldest.first_revision, oldest.last_revision) == (1, 4)
    assert [(each.author, each.operations, each.inserted) for each in oldest.contributions] == [("users/ada", 4, 4)]
    assert (newest.first_revision, newest.last_revision) == (5, 6)
    assert [
        (each.author, each.agent, each.operations, each.inserted, each.deleted) for each in newest.contributions
    ] == [("users/bob", "agents/helper", 1, 3, 0), ("users/ada", "", 1, 0, 2)]
    listed = (await reader.operations(name)).operations
    assert (oldest.start_time, newest.end_time) == (listed[0].commit_time, listed[5].commit_time)
    first = await reader.edit_sessions(name, page_size=1)
    assert list(first.edit_sessions) == [newest]
    second = await reader.edit_sessions(name, page_size=1, page_token=first.next_page_token)
    assert (list(second.edit_sessions), second.next_page_token) == ([oldest], "")


def counted(history: list[operation_pb2.CommittedOperation], revision: int) -> dict[str, int]:
    """The clock of an operation, by walking over the log."""
    mine, clock = history[revision - 1], dict[str, int]()
    for each in history[: revision - 1]:
        if each.revision <= mine.base_revision or each.site == mine.site:
            clock[each.site] = each.site_sequence
    return {**clock, mine.site: mine.site_sequence}


@pytest.mark.parametrize("seed", range(3))
async def test_clocks_are_those_counted_in_the_log(mesh: RunningMesh, reader: Reader, seed: int) -> None:
    rng = random.Random(seed)
    name = await mesh.create()
    await write_history(mesh.app.log, name, rng, 40, plain=True)
    history = await reader.all_operations(name)
    for _ in range(40):
        one, other = rng.randint(1, 40), rng.randint(1, 40)
        found = await reader.compare(name, one, other, clocks=True)
        mine, theirs = counted(history, one), counted(history, other)
        assert {each.site: each.site_sequence for each in found.clock} == mine, (seed, one)
        assert {each.site: each.site_sequence for each in found.other_clock} == theirs, (seed, other)
        knows = all(theirs.get(site, 0) >= count for site, count in mine.items())
        known = all(mine.get(site, 0) >= count for site, count in theirs.items())
        expected = {
            (True, True): pb.CAUSALITY_EQUAL, (True, False): pb.CAUSALITY_BEFORE,
            (False, True): pb.CAUSALITY_AFTER, (False, False): pb.CAUSALITY_CONCURRENT,
        }[knows, known]  # fmt: skip
        assert found.causality == expected, (seed, one, other)
        short = await reader.compare(name, one, other)
        assert short.causality == expected
        assert not short.clock
        assert not short.other_clock


async def test_clocks_are_the_same_counted_from_the_start_and_from_the_head(mesh: RunningMesh, reader: Reader) -> None:
    name = await mesh.create()
    await write_history(mesh.app.log, name, random.Random(5), 10, plain=True)
    before = [await reader.compare(name, n, 1, clocks=True) for n in range(1, 11)]
    await mesh.app.log.append(typed(name, 10, "another", 1, 50))
    # Now every base is nearer to the start.
    assert [await reader.compare(name, n, 1, clocks=True) for n in range(1, 11)] == before


async def test_what_was_archived_is_said_and_what_was_not_is_told(mesh: RunningMesh, reader: Reader) -> None:
    name = await mesh.create()
    await write_history(mesh.app.log, name, random.Random(7), 30, plain=True)
    whole = await reader.all_operations(name)
    clocks = [await reader.compare(name, n, n, clocks=True) for n in range(12, 16)]
    await mesh.pool.execute("DELETE FROM document.document_operations WHERE revision <= 10")
    await mesh.pool.execute("UPDATE document.documents SET first_revision = 10, first_revision_time = now()")
    for call in (
        reader.operations(name),
        reader.all_operations(name, descending=True, page_size=30),
        reader.compare(name, 10, 11),
        reader.export(name),
        reader.diff(name, from_revision=5),
        reader.mark(name, "Long ago", revision=5),
    ):
        assert await reason_of(call) == Reason.ERROR_REASON_HISTORY_ARCHIVED
    assert await reader.all_operations(name, after_revision=10) == whole[10:]
    assert [await reader.compare(name, n, n, clocks=True) for n in range(12, 16)] == clocks


async def test_two_who_typed_at_once_are_concurrent(mesh: RunningMesh, reader: Reader) -> None:
    name = await mesh.create()
    ada, bob = await mesh.join(name, "ada", raw=True), await mesh.join(name, "bob", raw=True)
    await ada.submit(0, 1, insert_at(0, "a"))
    await ada.frame("committed")
    await bob.submit(0, 1, insert_at(0, "b"))
    await ada.frame("committed")
    await ada.submit(2, 2, insert_at(0, "c"))
    await ada.frame("committed")
    assert (await reader.compare(name, 1, 2)).causality == pb.CAUSALITY_CONCURRENT
    assert (await reader.compare(name, 2, 3)).causality == pb.CAUSALITY_BEFORE
    assert (await reader.compare(name, 3, 1)).causality == pb.CAUSALITY_AFTER


def change_of(parts: list[pb.DiffRevisionsResponse]) -> Operation:
    """The whole operation of a difference; what every part says is the same."""
    assert len({(each.from_revision, each.to_revision, each.inserted, each.deleted) for each in parts}) == 1
    whole = operation_pb2.Operation(components=[component for part in parts for component in part.components])
    operation = operation_from_proto(whole)
    assert parts[0].inserted == sum(each.length for each in operation.components if isinstance(each, Insert))
    assert parts[0].deleted == sum(each.length for each in operation.components if isinstance(each, Delete))
    return operation


@pytest.mark.parametrize("seed", range(3))
async def test_a_difference_leads_from_any_revision_to_any_other(mesh: RunningMesh, reader: Reader, seed: int) -> None:
    rng = random.Random(seed)
    name = await mesh.create(plain=False)
    contents = await write_history(mesh.app.log, name, rng, 60)
    head = len(contents) - 1
    for start, end in [(0, head), (head, 0), *((rng.randint(0, head), rng.randint(0, head)) for _ in range(15))]:
        parts = await reader.diff(name, from_revision=start, to_revision=end)
        content = contents[start].copy()
        content.apply(change_of(parts))
        assert content == contents[end], (seed, start, end)
        assert (parts[0].from_revision, parts[0].to_revision) == (start, end)
    assert (await reader.diff(name, from_revision=3))[0].to_revision == head
    (nothing,) = await reader.diff(name, from_revision=head, to_revision=head)
    assert not nothing.components


async def test_a_long_difference_comes_in_parts(mesh: RunningMesh, reader: Reader) -> None:
    name = await mesh.create()
    long = "".join(f"line {n} 😀\n" for n in range(20_000))
    await mesh.app.log.append(batch_of(name, 0, committed(1, "site", 1, insert_at(0, long))))
    parts = await reader.diff(name)
    assert len(parts) > 3
    assert all(part.ByteSize() < 300_000 for part in parts)
    content = Document()
    content.apply(change_of(parts))
    assert content.text() == long


async def test_a_difference_is_readable_as_html(mesh: RunningMesh, reader: Reader) -> None:
    name = await mesh.create()
    await mesh.app.log.append(batch_of(name, 0, committed(1, "site", 1, insert_at(0, "a <b> cat\n"))))
    await mesh.app.log.append(
        batch_of(
            name, 1, committed(2, "site", 2, Operation.from_delta([{"retain": 6}, {"insert": "big "}, {"delete": 1}]))
        )
    )
    parts = await reader.diff(name, from_revision=1, format=pb.DIFF_FORMAT_HTML)
    html = "".join(part.html for part in parts)
    assert "<ins" in html
    assert "<del" in html
    assert "<b>" not in html
    assert (parts[0].inserted, parts[0].deleted) == (4, 1)


async def test_blame_names_who_wrote_each_run(mesh: RunningMesh, reader: Reader) -> None:
    name = await mesh.create()
    ada, bob = await mesh.join(name, "ada"), await mesh.join(name, "bob")
    ada.client.edit(insert_at(0, "hello world"))
    await ada.synchronised()
    await bob.reach(1)
    bob.client.edit(insert_at(5, " big"))
    await bob.synchronised()
    (part,) = await reader.blame(name)
    assert part.revision == 2
    assert [(run.length, run.author) for run in part.runs] == [(5, "users/ada"), (4, "users/bob"), (6, "users/ada")]
    (earlier,) = await reader.blame(name, revision=1)
    assert [(run.length, run.author) for run in earlier.runs] == [(11, "users/ada")]
    first, second = await reader.all_operations(name)
    time = second.commit_time.ToDatetime() - timedelta(microseconds=1)
    (at_time,) = await reader.blame(name, time=time)
    assert at_time == earlier
    (nothing,) = await reader.blame(name, time=first.commit_time.ToDatetime() - timedelta(days=1))
    assert (nothing.revision, len(nothing.runs)) == (0, 0)


async def test_blame_of_many_runs_comes_in_parts(mesh: RunningMesh, reader: Reader) -> None:
    name = await mesh.create()
    operations: list[Any] = []
    for revision in range(1, 6001):
        site = ("ada", "bob")[revision % 2]
        operations.append(committed(revision, site, (revision + 1) // 2, insert_at(0, "xy")))
    for start in range(0, 6000, 1000):
        await mesh.app.log.append(batch_of(name, start, *operations[start : start + 1000]))
    parts = await reader.blame(name)
    assert [len(part.runs) for part in parts] == [4096, 6000 - 4096]
    assert {part.revision for part in parts} == {6000}
    runs = [run for part in parts for run in part.runs]
    assert [run.author for run in runs[:3]] == ["users/ada", "users/bob", "users/ada"]
    assert sum(run.length for run in runs) == 12_000
