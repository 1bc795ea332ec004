"""What every log must do, whichever way it is reached: the conformance suite of services.collab.log_port.OperationLog.

A module that wants to be tested imports everything from here and provides the fixture `host`, a LogHost.
"""

from __future__ import annotations

import asyncio
import random
from datetime import UTC

import pytest

from mesh.faults import DocumentNotFound, Fault, InvalidField, Reason, RevisionAhead
from mesh.wire import operation_to_proto
from ot.document import Document
from ot.operation import Embed, Insert, Operation, insert_at
from services.collab.log_port import OperationLog
from shoal.document.v1 import operation_log_pb2 as pb
from shoal.type.v1 import operation_pb2
from tests.conformance.log_host import LogHost, batch_of, committed, loaded, read_all, replayed, typed


def outcome(answer: pb.AppendOutcome) -> str:
    return str(answer.WhichOneof("outcome"))


async def must_commit(log: OperationLog, batch: pb.AppendBatch) -> int:
    answer = await log.append(batch)
    assert outcome(answer) == "committed_head_revision", answer
    return answer.committed_head_revision


async def test_what_was_appended_is_read_back_as_it_was(host: LogHost) -> None:
    document = await host.create()
    fancy = Operation([Insert("héllo 👋", {"bold": True}), Insert(Embed("image", "https://example.org/a.png"))])
    sent = [
        committed(1, "ada-1", 1, fancy, author="users/ada"),
        committed(2, "bot-1", 1, Operation([]), author="users/bot", provenance={"agent": "agents/muse"}),
        committed(3, "ada-1", 2, insert_at(0, "x"), author="users/ada", base_revision=1),
    ]
    answer = await host.log.append(batch_of(document, 0, *sent))
    assert answer.committed_head_revision == 3

    read = await read_all(host.log, document)
    for each in read:
        assert each.commit_time.seconds > 1_600_000_000
        each.ClearField("commit_time")
    assert read == sent
    assert await loaded(host.log, document) == (3, await replayed(host.log, document))


async def test_outcomes_carry_the_id_of_their_batch(host: LogHost) -> None:
    document = await host.create()
    batch = typed(document, 0, "ada", 1)
    answer = await host.log.append(batch)
    assert answer.batch_id == batch.batch_id


async def test_a_batch_on_an_old_head_is_stale_and_writes_nothing(host: LogHost) -> None:
    document = await host.create()
    await must_commit(host.log, typed(document, 0, "ada", 1, 3))
    answer = await host.log.append(typed(document, 1, "bob", 1, 2))
    assert outcome(answer) == "stale_head_revision"
    assert answer.stale_head_revision == 3
    assert len(await read_all(host.log, document)) == 3


async def test_a_batch_on_a_head_that_is_not_reached_is_stale(host: LogHost) -> None:
    document = await host.create()
    answer = await host.log.append(typed(document, 7, "ada", 1))
    assert outcome(answer) == "stale_head_revision"
    assert answer.stale_head_revision == 0


@pytest.mark.parametrize("first", [1, 3, 5], ids=["again", "partly again", "with a gap"])
async def test_sequences_that_do_not_follow_are_a_site_conflict(host: LogHost, first: int) -> None:
    document = await host.create()
    await must_commit(host.log, typed(document, 0, "ada", 1, 3))
    answer = await host.log.append(typed(document, 3, "ada", first, 2))
    assert outcome(answer) == "site_conflict"
    assert answer.site_conflict.head_revision == 3
    assert len(await read_all(host.log, document)) == 3


async def test_one_conflicting_site_keeps_the_whole_batch_out(host: LogHost) -> None:
    document = await host.create()
    await must_commit(host.log, typed(document, 0, "ada", 1))
    answer = await host.log.append(batch_of(document, 1, committed(2, "bob", 1), committed(3, "ada", 3)))
    assert outcome(answer) == "site_conflict"
    assert [each.site for each in await read_all(host.log, document)] == ["ada"]
    await must_commit(host.log, batch_of(document, 1, committed(2, "bob", 1), committed(3, "ada", 2)))


async def test_a_site_stays_with_the_author_who_wrote_with_it_first(host: LogHost) -> None:
    document = await host.create()
    await must_commit(host.log, typed(document, 0, "tab-1", 1, author="users/ada"))
    answer = await host.log.append(typed(document, 1, "tab-1", 2, author="users/eve"))
    assert outcome(answer) == "fault"
    assert answer.fault.reason == Reason.ERROR_REASON_SITE_OF_ANOTHER_AUTHOR
    await must_commit(host.log, typed(document, 1, "tab-1", 2, author="users/ada"))


async def test_the_same_site_id_is_another_site_in_another_document(host: LogHost) -> None:
    one, other = await host.create(), await host.create()
    await must_commit(host.log, typed(one, 0, "tab-1", 1, author="users/ada"))
    await must_commit(host.log, typed(other, 0, "tab-1", 1, author="users/bob"))
    assert [each.author for each in await read_all(host.log, other)] == ["users/bob"]


async def test_an_unknown_document_is_a_fault_of_its_batch_alone(host: LogHost) -> None:
    document = await host.create()
    known, unknown = await asyncio.gather(
        host.log.append(typed(document, 0, "ada", 1)), host.log.append(typed("documents/none", 0, "ada", 1))
    )
    assert known.committed_head_revision == 1
    assert unknown.fault.reason == Reason.ERROR_REASON_DOCUMENT_NOT_FOUND


def _malformed(document: str) -> dict[str, pb.AppendBatch]:
    return {
        "no operations": batch_of(document, 0),
        "a negative head": typed(document, -1, "ada", 1),
        "a revision that does not follow": batch_of(document, 0, committed(2, "ada", 1)),
        "a base above its revision": batch_of(document, 0, committed(1, "ada", 1, base_revision=1)),
        "a sequence from 0": batch_of(document, 0, committed(1, "ada", 0)),
        "a gap inside": batch_of(document, 0, committed(1, "ada", 1), committed(2, "ada", 3)),
        "two authors of one site": batch_of(
            document, 0, committed(1, "ada", 1), committed(2, "ada", 2, author="users/eve")
        ),
        "no author": batch_of(document, 0, committed(1, "ada", 1, author="")),
        "a bad site": batch_of(document, 0, committed(1, "a/da", 1)),
        "a bad name": typed("folders/x", 0, "ada", 1),
    }


@pytest.mark.parametrize("wrong", sorted(_malformed("documents/x")))
async def test_a_malformed_batch_is_refused_alone(host: LogHost, wrong: str) -> None:
    document, other = await host.create(), await host.create()
    refused, fine = await asyncio.gather(
        host.log.append(_malformed(document)[wrong]), host.log.append(typed(other, 0, "ada", 1))
    )
    assert refused.fault.reason == Reason.ERROR_REASON_INVALID_FIELD
    assert fine.committed_head_revision == 1
    assert await read_all(host.log, document) == []


async def test_many_documents_commit_together_with_one_stale_among_them(host: LogHost) -> None:
    documents = [await host.create() for _ in range(30)]
    await must_commit(host.log, typed(documents[7], 0, "zoe", 1))
    answers = await asyncio.gather(*[host.log.append(typed(each, 0, "ada", 1, 4)) for each in documents])
    assert answers[7].stale_head_revision == 1
    assert all(each.committed_head_revision == 4 for n, each in enumerate(answers) if n != 7)
    heads = await host.log.heads([pb.HeadRequest(document=each) for each in documents])
    assert [each.revision for each in heads.heads] == [1 if n == 7 else 4 for n in range(30)]


async def test_batches_of_one_document_are_taken_in_the_order_they_were_sent(host: LogHost) -> None:
    document = await host.create()
    batches = [typed(document, 3 * n, "ada", 3 * n + 1, 3) for n in range(40)]
    answers = await asyncio.gather(*map(host.log.append, batches))
    assert [each.committed_head_revision for each in answers] == [3 * n + 3 for n in range(40)]


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_of_two_racing_writers_exactly_one_wins_each_round_and_both_get_everything_in(
    host: LogHost, seed: int
) -> None:
    """Each writer writes on the head it knows, and reads on when it is told that it is stale."""
    document = await host.create()
    rounds, chance = 60, random.Random(seed)
    stale = 0

    async def write(site: str) -> None:
        nonlocal stale
        head, sent = 0, 0
        while sent < rounds:
            count = min(chance.randint(1, 3), rounds - sent)
            answer = await host.log.append(typed(document, head, site, sent + 1, count))
            match answer.WhichOneof("outcome"):
                case "committed_head_revision":
                    head, sent = answer.committed_head_revision, sent + count
                case "stale_head_revision":
                    assert answer.stale_head_revision > head
                    stale += 1
                    head = answer.stale_head_revision
                case other:
                    raise AssertionError(other)

    await asyncio.gather(write("ada"), write("bob"))
    log = await read_all(host.log, document)
    assert [each.revision for each in log] == list(range(1, 2 * rounds + 1))
    for site in ("ada", "bob"):
        assert [each.site_sequence for each in log if each.site == site] == list(range(1, rounds + 1))
    assert stale > 0, f"seed {seed}: the writers never met"


async def test_two_writers_of_one_revision_get_one_winner(host: LogHost) -> None:
    document = await host.create()
    for head in range(100):
        answers = await asyncio.gather(
            host.log.append(typed(document, head, f"ada-{head}", 1)),
            host.log.append(typed(document, head, f"bob-{head}", 1)),
        )
        assert sorted(map(outcome, answers)) == ["committed_head_revision", "stale_head_revision"]
        assert {each.stale_head_revision or each.committed_head_revision for each in answers} == {head + 1}


async def test_a_resend_after_a_restart_is_recognised_and_its_first_revisions_are_known(host: LogHost) -> None:
    document = await host.create()
    await must_commit(host.log, typed(document, 0, "ada", 1, 5))
    await must_commit(host.log, typed(document, 5, "bob", 1, 2))
    await must_commit(host.log, typed(document, 7, "ada", 6, 3))
    await host.restart()

    answer = await host.log.append(typed(document, 10, "ada", 6, 3))
    assert answer.site_conflict.head_revision == 10
    assert await host.log.site_revisions(document, "ada", 6, 8) == [(6, 8), (7, 9), (8, 10)]
    assert await host.log.site_revisions(document, "ada", 4, 6) == [(4, 4), (5, 5), (6, 8)]
    assert await host.log.site_revisions(document, "ada", 8, 9) == [(8, 10)]
    assert await host.log.site_revisions(document, "ada", 9, 12) == []
    assert await host.log.site_revisions(document, "eve", 1, 3) == []
    assert await host.log.site_revisions("documents/none", "ada", 1, 3) == []
    assert len(await read_all(host.log, document)) == 10


async def test_a_resend_from_before_many_checkpoints_is_recognised(host: LogHost) -> None:
    document = await host.create()
    await must_commit(host.log, typed(document, 0, "ada", 1, 3))
    await must_commit(host.log, typed(document, 3, "bob", 1, 400))
    await host.app.checkpointer.caught_up()
    await host.restart()
    answer = await host.log.append(typed(document, 403, "ada", 1, 3))
    assert outcome(answer) == "site_conflict"
    assert await host.log.site_revisions(document, "ada", 1, 3) == [(1, 1), (2, 2), (3, 3)]


async def test_heads_tell_where_documents_and_sites_stand(host: LogHost) -> None:
    one, blank = await host.create(), await host.create()
    await must_commit(
        host.log, batch_of(one, 0, committed(1, "ada", 1), committed(2, "bob", 1), committed(3, "ada", 2))
    )
    response = await host.log.heads(
        [
            pb.HeadRequest(document=blank),
            pb.HeadRequest(document="documents/none", sites=["ada"]),
            pb.HeadRequest(document=one, sites=["ada", "eve", "bob"]),
        ]
    )
    assert [(each.document, each.revision) for each in response.heads] == [(blank, 0), (one, 3)]
    sites = {each.site: (each.author, each.last_sequence, each.last_revision) for each in response.heads[1].sites}
    assert sites == {"ada": ("users/ada", 2, 3), "bob": ("users/bob", 1, 2)}


async def test_a_range_is_read_in_order_and_in_parts(host: LogHost) -> None:
    document = await host.create()
    big = [committed(n, "ada", n, insert_at(0, "x" * 20_000)) for n in range(1, 21)]
    await must_commit(host.log, batch_of(document, 0, *big))
    responses = [each async for each in host.log.read(document, 2, 18)]
    assert [each.revision for response in responses for each in response.operations] == list(range(3, 19))
    assert len(responses) > 3, "each is about 64 KiB"
    assert [each async for each in host.log.read(document, 20)] == []


async def test_a_long_history_is_read_whole(host: LogHost) -> None:
    document = await host.create()
    for start in range(0, 2400, 400):
        await must_commit(host.log, typed(document, start, "ada", start + 1, 400))
    assert [each.revision for each in await read_all(host.log, document)] == list(range(1, 2401))


async def test_what_does_not_exist_cannot_be_read(host: LogHost) -> None:
    document = await host.create()
    await must_commit(host.log, typed(document, 0, "ada", 1, 3))
    await refused(host.log, "documents/none", None, DocumentNotFound)
    await refused(host.log, document, 4, RevisionAhead)
    await refused(host.log, "no name", None, InvalidField)
    for after, up_to, fault in ((4, 0, RevisionAhead), (0, 4, RevisionAhead), (-1, 0, InvalidField)):
        with pytest.raises(Fault) as raised:
            _ = [each async for each in host.log.read(document, after, up_to)]
        assert raised.value.reason == fault.reason
    with pytest.raises(Fault) as raised:
        await host.log.site_revisions(document, "ada", 3, 2)
    assert raised.value.reason == Reason.ERROR_REASON_INVALID_FIELD


async def refused(log: OperationLog, document: str, at_revision: int | None, fault: type[Fault]) -> None:
    with pytest.raises(Fault) as raised:
        await loaded(log, document, at_revision)
    assert (raised.value.code, raised.value.reason) == (fault.code, fault.reason)


async def test_a_deleted_document_is_read_and_takes_nothing_until_it_is_back(host: LogHost) -> None:
    document, other = await host.create(), await host.create()
    await must_commit(host.log, typed(document, 0, "ada", 1, 2))
    deleted = await host.delete(document)
    for batch in (typed(document, 2, "ada", 3), typed(document, 0, "bob", 1), typed(document, 2, "ada", 2)):
        refusal, fine = await asyncio.gather(host.log.append(batch), host.log.append(typed(other, 0, "ada", 1)))
        assert refusal.fault.reason == Reason.ERROR_REASON_DOCUMENT_DELETED
        assert refusal.fault.metadata["delete_time"] == deleted.delete_time.isoformat().replace("+00:00", "Z")
        assert not refusal.fault.retry_after_ms
        assert outcome(fine) in ("committed_head_revision", "stale_head_revision")
    [head] = (await host.log.heads([pb.HeadRequest(document=document, sites=["ada"])])).heads
    assert (head.revision, head.sites[0].last_sequence) == (2, 2)
    assert head.delete_time.ToDatetime(UTC) == deleted.delete_time
    assert len(await read_all(host.log, document)) == 2
    [first, *_] = [each async for each in host.log.load(document)]
    assert first.document.HasField("delete_time")
    await host.undelete(document)
    [head] = (await host.log.heads([pb.HeadRequest(document=document)])).heads
    assert not head.HasField("delete_time")
    assert await must_commit(host.log, typed(document, 2, "ada", 3)) == 3


async def test_a_purged_document_is_not_there(host: LogHost) -> None:
    document = await host.create()
    await must_commit(host.log, typed(document, 0, "ada", 1, 2))
    await host.delete(document)
    await host.purge(document)
    assert (await host.log.append(typed(document, 2, "ada", 3))).fault.reason == Reason.ERROR_REASON_DOCUMENT_NOT_FOUND
    assert not (await host.log.heads([pb.HeadRequest(document=document, sites=["ada"])])).heads
    assert await host.log.site_revisions(document, "ada", 1, 2) == []
    await refused(host.log, document, None, DocumentNotFound)
    with pytest.raises(Fault) as raised:
        await read_all(host.log, document)
    assert raised.value.reason == Reason.ERROR_REASON_DOCUMENT_NOT_FOUND


async def test_a_document_that_is_deleted_while_many_write_has_exactly_what_was_acknowledged(host: LogHost) -> None:
    document = await host.create()
    writing = [asyncio.create_task(_write_until_refused(host, document, f"site-{n}")) for n in range(4)]
    while not any(task.done() for task in writing):
        if await host.log.site_revisions(document, "site-0", 10, 10):
            await host.delete(document)
            break
    acknowledged = [revision for revisions in await asyncio.gather(*writing) for revision in revisions]
    assert sorted(acknowledged) == [each.revision for each in await read_all(host.log, document)]


async def _write_until_refused(host: LogHost, document: str, site: str) -> list[int]:
    """Write on the head as it moves; returns the revisions that were acknowledged."""
    head, acknowledged = 0, list[int]()
    while True:
        answer = await host.log.append(typed(document, head, site, len(acknowledged) + 1))
        match answer.WhichOneof("outcome"):
            case "committed_head_revision":
                head = answer.committed_head_revision
                acknowledged.append(head)
            case "stale_head_revision":
                head = answer.stale_head_revision
            case _:
                assert answer.fault.reason == Reason.ERROR_REASON_DOCUMENT_DELETED, answer
                return acknowledged


async def test_a_blank_rich_document_is_one_newline_and_a_plain_one_is_empty(host: LogHost) -> None:
    rich, plain = await host.create(plain=False), await host.create()
    assert (await loaded(host.log, rich))[1] == Document.from_text("\n")
    assert await loaded(host.log, plain) == (0, Document())


@pytest.mark.parametrize("seed", [11, 12])
async def test_a_document_loads_as_it_was_at_any_revision(host: LogHost, seed: int) -> None:
    """Random edits over many checkpoints: loading equals replaying the history from its beginning."""
    document, chance = await host.create(), random.Random(seed)
    content, states = Document.from_text("\n"), [Document(), Document.from_text("\n")]
    await must_commit(host.log, batch_of(document, 0, committed(1, "ada", 1, insert_at(0, "\n"))))
    while len(states) < 300:
        head, operations = len(states) - 1, []
        for _ in range(chance.randint(1, 20)):
            operation = random_edit(chance, content)
            content.apply(operation)
            states.append(content.copy())
            operations.append(committed(len(states) - 1, "ada", len(states) - 1, operation))
        await must_commit(host.log, batch_of(document, head, *operations))
    await host.app.checkpointer.caught_up()
    for revision in {0, 1, 49, 50, 51, 99, 100, *chance.sample(range(len(states)), 20), len(states) - 1}:
        assert await loaded(host.log, document, revision) == (revision, states[revision]), f"seed {seed}"
    assert await loaded(host.log, document) == (len(states) - 1, content)


def random_edit(chance: random.Random, content: Document) -> Operation:
    """An edit that leaves the last newline alone."""
    position = chance.randrange(content.length)
    keep: list[dict[str, object]] = [{"retain": position}] if position else []
    rest = content.length - 1 - position
    match chance.choice(["insert", "insert", "bold", "delete"]):
        case "delete" if rest:
            return Operation.from_delta([*keep, {"delete": chance.randint(1, min(rest, 5))}])
        case "bold" if rest:
            return Operation.from_delta(
                [*keep, {"retain": chance.randint(1, rest), "attributes": {"bold": chance.choice([True, None])}}]
            )
        case _:
            return Operation.from_delta([*keep, {"insert": chance.choice(["a", "lorem ", "ß\n"])}])


async def test_large_content_is_loaded_in_parts(host: LogHost) -> None:
    document = await host.create()
    text = "".join(chr(0x1F600 + n % 40) if n % 7 == 0 else chr(97 + n % 26) for n in range(100_000))
    await must_commit(host.log, batch_of(document, 0, committed(1, "ada", 1, insert_at(0, text))))
    await must_commit(host.log, typed(document, 1, "ada", 2, 60))
    await host.app.checkpointer.caught_up()
    responses = [each async for each in host.log.load(document)]
    assert responses[0].checkpoint_revision > 0, "the content comes from a checkpoint"
    assert sum(each.HasField("content") for each in responses) > 1
    assert max(each.ByteSize() for each in responses) < 400_000
    assert (await loaded(host.log, document))[1].text().endswith(text)


async def test_messages_of_nothing_leave_an_operation_that_changes_nothing(host: LogHost) -> None:
    document = await host.create()
    empty = operation_pb2.CommittedOperation(
        revision=1, site="ada", site_sequence=1, author="users/ada", operation=operation_to_proto(Operation([]))
    )
    await must_commit(host.log, batch_of(document, 0, empty))
    [read] = await read_all(host.log, document)
    assert read.HasField("operation")
    assert not read.operation.components


async def test_nothing_acknowledged_is_lost_or_doubled_when_connections_die_while_appending(host: LogHost) -> None:
    """The server's side of the appending connection is killed over and over, with commits under way."""
    documents = [await host.create() for _ in range(4)]
    killing = asyncio.create_task(_kill_often(host, times=15))
    await asyncio.gather(*[_type_until(host, each, killing) for each in documents])
    assert killing.result() > 0, "no connection was ever killed"
    for document in documents:
        log = await read_all(host.log, document)
        assert [each.revision for each in log] == list(range(1, len(log) + 1))
        assert [each.site_sequence for each in log] == list(range(1, len(log) + 1))


async def _kill_often(host: LogHost, times: int) -> int:
    killed = 0
    for _ in range(times):
        killed += await host.kill_appending_backends()
        # Lets some commits through; the killing connects anew each time, which is a pause of its own.
        for _ in range(5):
            await asyncio.sleep(0)
    return killed


async def _type_until(host: LogHost, document: str, end: asyncio.Task[int]) -> None:
    """Type as a room does: what was acknowledged stays, what is in doubt is looked up by the site's high-water row."""
    head = 0
    while not end.done() or head < 20:
        answer = await host.log.append(typed(document, head, "ada", head + 1, 2))
        match answer.WhichOneof("outcome"):
            case "committed_head_revision":
                assert answer.committed_head_revision == head + 2
                head += 2
            case "fault":
                assert answer.fault.reason == Reason.ERROR_REASON_LOG_UNAVAILABLE, answer
                head = await _settled_head(host, document, at_least=head)
            case other:
                raise AssertionError(f"{other}: nobody else writes here")


async def _settled_head(host: LogHost, document: str, at_least: int) -> int:
    while True:
        try:
            [found] = (await host.log.heads([pb.HeadRequest(document=document, sites=["ada"])])).heads
        except Fault as fault:
            assert fault.reason == Reason.ERROR_REASON_LOG_UNAVAILABLE
            continue
        assert found.revision >= at_least, "an acknowledged operation is gone"
        return found.revision
