"""Group commit: what goes into one commit, and what happens when a commit goes wrong."""

from __future__ import annotations

import asyncio
from typing import Any

import asyncpg
import pytest

from mesh.faults import Reason
from services.document import store
from services.document.log.batch import parse_batch
from services.document.settings import DocumentSettings
from tests.conformance.log_host import LogHost, batch_of, committed, read_all, typed


async def transactions(host: LogHost, *documents: str) -> list[int]:
    """How many batches each transaction that wrote to these documents has."""
    rows = await host.pool.fetch(
        """
        SELECT count(*) FROM document.outbox o JOIN document.documents d USING (document_key)
        WHERE d.id = ANY ($1) AND o.kind = 1 GROUP BY o.txid ORDER BY min(o.id)
        """,
        [each.removeprefix("documents/") for each in documents],
    )
    return [row[0] for row in rows]


class StoppedDisk:
    """Holds the documents' table, so that commits wait until `let_go`."""

    def __init__(self, host: LogHost) -> None:
        self._host = host

    async def __aenter__(self) -> StoppedDisk:
        self._connection = await asyncpg.connect(self._host.database_url)
        await self._connection.execute("BEGIN; LOCK TABLE document.documents IN EXCLUSIVE MODE")
        return self

    async def somebody_waits(self) -> None:
        """Return when a statement of somebody else waits for the table."""
        while not await self._connection.fetchval("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)"):
            pass

    async def let_go(self) -> None:
        await self._connection.execute("COMMIT")

    async def __aexit__(self, *_: object) -> None:
        await self._connection.close()


async def test_what_arrives_during_a_commit_is_the_next_commit(host: LogHost) -> None:
    first, *others = [await host.create() for _ in range(21)]
    async with StoppedDisk(host) as disk:
        one = asyncio.create_task(host.log.append(typed(first, 0, "ada", 1)))
        await disk.somebody_waits()
        many = [asyncio.create_task(host.log.append(typed(each, 0, "ada", 1, 5))) for each in others]
        await asyncio.sleep(0)
        await disk.let_go()
    answers = await asyncio.gather(one, *many)
    assert [each.committed_head_revision for each in answers] == [1, *[5] * 20]
    assert await transactions(host, first, *others) == [1, 20]


async def test_batches_of_one_document_never_share_a_commit(host: LogHost) -> None:
    document, other = await host.create(), await host.create()
    batches = [typed(document, 0, "ada", 1), typed(document, 1, "ada", 2), typed(other, 0, "ada", 1)]
    answers = await asyncio.gather(*map(host.log.append, batches))
    assert [each.committed_head_revision for each in answers] == [1, 2, 1]
    assert await transactions(host, document) == [1, 1]
    assert await transactions(host, document, other) == [2, 1]


async def test_a_statement_is_bounded(database_url: str) -> None:
    host = LogHost(database_url, DocumentSettings(max_statement_operations=10))
    await host.start()
    try:
        documents = [await host.create() for _ in range(12)]
        await asyncio.gather(*[host.log.append(typed(each, 0, "ada", 1, 4)) for each in documents])
        assert max(await transactions(host, *documents)) <= 2
    finally:
        await host.stop()


async def test_one_poisoned_document_harms_no_other(host: LogHost) -> None:
    documents = [await host.create() for _ in range(9)]
    poisoned = documents[4]
    poisoned_id = poisoned.removeprefix("documents/")
    await host.pool.execute(
        f"""
        CREATE FUNCTION document.poison() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN IF OLD.id = '{poisoned_id}' THEN RAISE 'poisoned'; END IF; RETURN NEW; END $$;
        CREATE TRIGGER poison BEFORE UPDATE ON document.documents FOR EACH ROW EXECUTE FUNCTION document.poison();
        """
    )
    answers = await asyncio.gather(*[host.log.append(typed(each, 0, "ada", 1, 2)) for each in documents])
    for document, answer in zip(documents, answers, strict=True):
        if document == poisoned:
            assert answer.fault.reason == Reason.ERROR_REASON_INTERNAL
            assert "poison" not in answer.fault.message, "causes stay in our log"
        else:
            assert answer.committed_head_revision == 2
        assert len(await read_all(host.log, document)) == (0 if document == poisoned else 2)
    await host.pool.execute("DROP TRIGGER poison ON document.documents")
    assert (await host.log.append(typed(poisoned, 0, "ada", 1))).committed_head_revision == 1


async def test_text_that_postgresql_cannot_hold_is_refused_alone(host: LogHost) -> None:
    one, other = await host.create(), await host.create()
    refused, fine = await asyncio.gather(
        host.log.append(typed(one, 0, "ada", 1, author="users/\0")), host.log.append(typed(other, 0, "ada", 1))
    )
    assert refused.fault.reason == Reason.ERROR_REASON_INTERNAL
    assert fine.committed_head_revision == 1


async def test_a_number_that_postgresql_cannot_hold_is_refused_alone_and_at_once(host: LogHost) -> None:
    one, other = await host.create(), await host.create()
    last = 2**63 - 1
    too_far = batch_of(one, last, committed(last, "ada", 1))
    refused, fine = await asyncio.gather(host.log.append(too_far), host.log.append(typed(other, 0, "ada", 1)))
    assert refused.HasField("fault")
    assert fine.committed_head_revision == 1


async def test_a_commit_whose_answer_was_lost_is_acknowledged_and_there_once(
    host: LogHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    document, other = await host.create(), await host.create()
    write, lost = store.log.append, 0

    async def write_and_lose(connection: Any, *arguments: Any) -> Any:
        nonlocal lost
        written = await write(connection, *arguments)
        if not lost:
            lost += 1
            raise ConnectionResetError("the answer never arrives")
        return written

    monkeypatch.setattr(store.log, "append", write_and_lose)
    answers = await asyncio.gather(
        host.log.append(typed(document, 0, "ada", 1, 3)), host.log.append(typed(other, 5, "ada", 1))
    )
    assert lost == 1
    assert answers[0].committed_head_revision == 3
    assert answers[1].stale_head_revision == 0, "what was not written is answered as what it is"
    assert len(await read_all(host.log, document)) == 3


async def test_a_lost_commit_that_another_writer_built_upon_is_still_acknowledged(
    host: LogHost, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    document, rival = await host.create(), LogHost(database_url)
    await rival.start()
    write, lost = store.log.append, asyncio.Event()

    async def write_and_lose(connection: Any, batches: Any, timeout_s: float) -> Any:
        written = await write(connection, batches, timeout_s)
        if not lost.is_set():
            lost.set()
            await rival.log.append(typed(document, 2, "bob", 1, 2))
            raise ConnectionResetError("the answer never arrives")
        return written

    monkeypatch.setattr(store.log, "append", write_and_lose)
    try:
        answer = await host.log.append(typed(document, 0, "ada", 1, 2))
    finally:
        await rival.stop()
    assert answer.committed_head_revision == 2
    assert [each.site for each in await read_all(host.log, document)] == ["ada", "ada", "bob", "bob"]


async def test_a_lost_batch_that_never_took_effect_is_not_taken_for_a_rivals(
    host: LogHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing of it was written, somebody else wrote as much in its place: that is stale, not committed."""
    document = await host.create()
    write, lost = store.log.append, asyncio.Event()

    async def lose_and_let_another_win(connection: Any, batches: Any, timeout_s: float) -> Any:
        if lost.is_set():
            return await write(connection, batches, timeout_s)
        lost.set()
        [batch] = batches
        rival = typed(document, 0, "bob", 1, len(batch.payloads))
        await write(connection, [parse_batch(rival)], timeout_s)
        raise ConnectionResetError("the statement never arrives")

    monkeypatch.setattr(store.log, "append", lose_and_let_another_win)
    answer = await host.log.append(typed(document, 0, "ada", 1, 3))
    assert answer.stale_head_revision == 3
    assert {each.site for each in await read_all(host.log, document)} == {"bob"}


async def test_a_statement_given_up_may_still_take_effect_but_only_once(database_url: str) -> None:
    """The first statement is left waiting for a lock; the one that replaces it finds what the first one did."""
    host = LogHost(database_url, DocumentSettings(append_timeout_s=0.3, settle_s=20))
    await host.start()
    try:
        document = await host.create()
        async with StoppedDisk(host) as disk:
            answer = asyncio.create_task(host.log.append(typed(document, 0, "ada", 1, 2)))
            await disk.somebody_waits()
            await asyncio.wait([answer], timeout=1.0)
            assert not answer.done(), "nothing is acknowledged while nothing is on disk"
            await disk.let_go()
        assert (await answer).committed_head_revision == 2
        assert len(await read_all(host.log, document)) == 2
    finally:
        await host.stop()


async def test_a_full_queue_refuses_at_once_and_says_when_to_come_back(database_url: str) -> None:
    host = LogHost(database_url, DocumentSettings(max_queued_operations=10))
    await host.start()
    try:
        documents = [await host.create() for _ in range(6)]
        async with StoppedDisk(host) as disk:
            under_way = asyncio.create_task(host.log.append(typed(documents[0], 0, "ada", 1)))
            await disk.somebody_waits()
            queued = [asyncio.create_task(host.log.append(typed(each, 0, "ada", 1, 4))) for each in documents[1:]]
            refused = [await each for each in queued[2:]]
            await disk.let_go()
        assert {each.fault.reason for each in refused} == {Reason.ERROR_REASON_LOG_UNAVAILABLE}
        assert all(each.fault.retry_after_ms > 0 for each in refused)
        taken = await asyncio.gather(under_way, *queued[:2])
        assert [each.committed_head_revision for each in taken] == [1, 4, 4]
    finally:
        await host.stop()


async def test_what_is_queued_at_shutdown_is_written_first(host: LogHost) -> None:
    documents = [await host.create() for _ in range(5)]
    log = host.log
    async with StoppedDisk(host) as disk:
        answers = [asyncio.create_task(log.append(typed(each, 0, "ada", 1))) for each in documents]
        await disk.somebody_waits()
        stopping = asyncio.create_task(host.stop())
        await asyncio.wait([stopping], timeout=0.05)
        await disk.let_go()
    await stopping
    assert [each.committed_head_revision for each in await asyncio.gather(*answers)] == [1] * 5
    late = await log.append(typed(documents[0], 1, "ada", 2))
    assert late.fault.reason == Reason.ERROR_REASON_LOG_UNAVAILABLE
    await host.start()


async def test_a_caller_who_gives_up_disturbs_nobody(host: LogHost) -> None:
    one, other = await host.create(), await host.create()
    async with StoppedDisk(host) as disk:
        first = asyncio.create_task(host.log.append(typed(one, 0, "ada", 1)))
        await disk.somebody_waits()
        second = asyncio.create_task(host.log.append(typed(other, 0, "ada", 1)))
        await asyncio.sleep(0)
        first.cancel()
        second.cancel()
        await disk.let_go()
    assert (await host.log.append(typed(one, 1, "ada", 2))).committed_head_revision == 2


async def test_a_commit_waits_for_the_disk_even_where_the_server_would_not(database_url: str) -> None:
    name = database_url.split("/")[3].split("?")[0]
    connection = await asyncpg.connect(database_url)
    await connection.execute(f"ALTER DATABASE {name} SET synchronous_commit = off")
    await connection.close()
    host = LogHost(database_url)
    await host.start()
    try:
        document = await host.create()
        await host.pool.execute(
            """
            CREATE TABLE seen (setting text);
            CREATE FUNCTION see() RETURNS trigger LANGUAGE plpgsql AS
                $$ BEGIN INSERT INTO public.seen VALUES (current_setting('synchronous_commit')); RETURN NEW; END $$;
            CREATE TRIGGER see BEFORE INSERT ON document.outbox FOR EACH ROW EXECUTE FUNCTION see();
            """
        )
        await host.log.append(typed(document, 0, "ada", 1))
        assert await host.pool.fetchval("SELECT setting FROM seen") == "on"
    finally:
        await host.stop()


async def test_documents_on_several_lanes_commit_side_by_side(database_url: str) -> None:
    host = LogHost(database_url, DocumentSettings(commit_lanes=3))
    await host.start()
    try:
        documents = [await host.create() for _ in range(30)]
        for head in range(5):
            answers = await asyncio.gather(*[host.log.append(typed(each, head, "ada", head + 1)) for each in documents])
            assert [each.committed_head_revision for each in answers] == [head + 1] * 30
        assert len(await transactions(host, *documents)) > 5
    finally:
        await host.stop()


async def test_the_append_statement_finds_rows_by_index_and_walks_no_pairs(host: LogHost) -> None:
    """Its cost must grow with what is in it, not with the square, and not with what is in the tables."""
    async with host.pool.acquire() as connection:
        await store.log.prepare_for_appending(connection)
        await connection.execute("PREPARE append AS " + store.log._APPEND)
        rows = await connection.fetch(f"EXPLAIN (VERBOSE, COSTS OFF) EXECUTE append ({', '.join(['NULL'] * 17)})")
    plan = "\n".join(row[0].strip() for row in rows)
    assert "Seq Scan" not in plan
    assert plan.count("Join Filter") == plan.count("Join Filter: (p.keys[o.run] > 0)") == 1
    assert plan.count("(document_sites.document_key = documents.document_key) AND (document_sites.site = r.site)") == 1
    assert plan.count("(ANY (") == plan.count("(hashed SubPlan") == 3
