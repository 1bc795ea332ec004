"""The indexer: it follows everything, whoever dies and whenever, and leaves what is typed alone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
import pytest

from services.document import store
from services.document.following.indexer import LEADER_LOCK
from services.document.following.outbox_reader import OutboxReader
from services.document.settings import DocumentSettings
from services.document.store.outbox import Position
from tests.conformance.log_host import LogHost, typed
from tests.integration.document.searching import becomes, nobody_indexing, write

SETTINGS = DocumentSettings(index_interval_s=0.05, index_sessions_interval_s=0.05)


@pytest.fixture
async def host(database_url: str) -> AsyncIterator[LogHost]:
    async with running(database_url) as host:
        yield host


@asynccontextmanager
async def running(database_url: str, settings: DocumentSettings = SETTINGS) -> AsyncIterator[LogHost]:
    host = LogHost(database_url, settings)
    await host.start()
    try:
        yield host
    finally:
        await host.stop()


async def indexed(host: LogHost) -> dict[str, tuple[int, int, str]]:
    """What the index knows: by document, the revisions of text and sessions, and the text."""
    rows = await host.pool.fetch(
        "SELECT d.id, s.revision, s.sessions_revision, s.body "
        "FROM document.document_search s JOIN document.documents d USING (document_key)"
    )
    return {f"documents/{row[0]}": tuple(row)[1:] for row in rows}  # type: ignore[misc]


async def follows(host: LogHost, name: str, revision: int, text: str, within_s: float = 2.0) -> None:
    await becomes(lambda: indexed(host), (revision, revision, text), within_s, lambda known: known.get(name))


async def leader(host: LogHost) -> int:
    """The server's process of the connection that leads; 0 for none."""
    found = await host.pool.fetchval(
        "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted AND objid = $1 AND database = "
        "(SELECT oid FROM pg_database WHERE datname = current_database())",
        LEADER_LOCK,
    )
    return found or 0


async def test_the_index_follows_a_document_that_is_written_all_the_time(host: LogHost) -> None:
    name = await host.create()
    for n in range(1, 60):
        await host.log.append(typed(name, n - 1, "ada", n))
    await becomes(lambda: indexed(host), True, form=lambda known: known.get(name, (0,))[0] == 59)


async def test_what_was_committed_before_a_crash_is_indexed_after_it(host: LogHost, database_url: str) -> None:
    name = await host.create()
    await write(host, name, "before ")
    await follows(host, name, 1, "before ")
    await host.stop()
    async with nobody_indexing(database_url):
        await host.start()
        await write(host, name, "meanwhile ", 1)
        other = await host.create()
        await write(host, other, "new")
        await host.stop()
    await host.start()
    assert (await indexed(host))[name] == (1, 1, "before ")
    await follows(host, name, 2, "meanwhile before ", 4.0)
    await follows(host, other, 1, "new")


async def test_another_process_leads_when_the_leaders_connection_is_killed(host: LogHost, database_url: str) -> None:
    async with running(database_url) as other:
        await becomes(lambda: leader(host), True, form=bool)
        first, name = await leader(host), await host.create()
        await write(host, name, "one ")
        await follows(host, name, 1, "one ")
        for revision in range(1, 4):
            pid = await leader(host)
            assert await host.pool.fetchval("SELECT pg_terminate_backend($1)", pid)
            await write(other, name, "more ", revision)
            await follows(host, name, revision + 1, "more " * revision + "one ", 5.0)
            assert await leader(host) not in (0, pid, first)


async def test_a_process_takes_over_when_the_leader_stops(host: LogHost, database_url: str) -> None:
    await becomes(lambda: leader(host), True, form=bool)
    async with running(database_url) as other:
        name = await host.create()
        await host.stop()
        await write(other, name, "hello")
        await follows(other, name, 1, "hello", 5.0)
    await host.start()


async def test_documents_from_before_there_was_an_index_are_all_indexed(host: LogHost) -> None:
    names = [await host.create() for _ in range(30)]
    for n, name in enumerate(names):
        await write(host, name, f"text {n}")
        await follows(host, name, 1, f"text {n}")
    await host.stop()
    await forget(host, "DELETE FROM document.document_search; DELETE FROM document.document_edit_sessions")
    await forget(host, "DELETE FROM document.outbox_readers; DELETE FROM document.outbox")
    await host.start()
    for n, name in enumerate(names):
        await follows(host, name, 1, f"text {n}", 10.0)


async def forget(host: LogHost, sql: str) -> None:
    connection = await asyncpg.connect(host.database_url)
    await connection.execute(sql)
    await connection.close()


@pytest.mark.parametrize(
    "lost",
    [
        "UPDATE document.outbox_readers SET read_time = now() - interval '8 days'",
        # Restored into a server that has counted fewer transactions.
        "UPDATE document.outbox_readers SET read_up_to = '4000000000'",
    ],
    ids=["pruned", "restored"],
)
async def test_what_the_outbox_does_not_tell_any_more_is_found_by_a_walk(host: LogHost, lost: str) -> None:
    name = await host.create()
    await write(host, name, "old")
    await follows(host, name, 1, "old")
    saved = "SELECT count(*) FROM document.outbox_readers"
    await becomes(lambda: host.pool.fetchval(saved), 1)
    await host.stop()
    await forget(
        host,
        f"{lost}; DELETE FROM document.outbox; "
        "UPDATE document.document_search SET revision = 0, sessions_revision = 0, body = ''",
    )
    await host.start()
    await follows(host, name, 1, "old", 5.0)
    place = "SELECT read_up_to <= pg_snapshot_xmax(pg_current_snapshot()) FROM document.outbox_readers"
    await becomes(lambda: host.pool.fetchval(place), True)


async def test_a_document_that_cannot_be_indexed_holds_up_no_other(host: LogHost) -> None:
    broken, whole = await host.create(), await host.create()
    await host.pool.execute(
        "INSERT INTO document.outbox (document_key, first_revision, last_revision, kind) "
        "SELECT document_key, 5, 5, 1 FROM document.documents WHERE id = $1",
        broken.removeprefix("documents/"),
    )
    await host.pool.execute(
        "UPDATE document.documents SET head_revision = 5 WHERE id = $1", broken.removeprefix("documents/")
    )
    await write(host, whole, "fine")
    await follows(host, whole, 1, "fine")
    await becomes(lambda: indexed(host), (0, 5, ""), form=lambda known: known.get(broken))
    await write(host, whole, "still ", 1)
    await follows(host, whole, 2, "still fine")


async def test_a_transaction_that_commits_late_is_read_when_it_does(host: LogHost) -> None:
    keys = [await host.pool.fetchval("SELECT document_key FROM document.documents WHERE id = $1", name[10:])
            for name in [await host.create() for _ in range(3)]]  # fmt: skip
    reader = OutboxReader(host.pool, Position(await store.outbox.horizon(host.pool)))
    insert = "INSERT INTO document.outbox (document_key, first_revision, last_revision, kind) VALUES ($1, 1, 1, {kind})"
    early = await asyncpg.connect(host.database_url)
    transaction = early.transaction()
    await transaction.start()
    await early.execute(insert.format(kind=1), keys[0])
    await host.pool.execute(insert.format(kind=1), keys[1])
    assert await reader.page() == ([], False)
    await transaction.commit()
    await early.close()
    assert sorted((await reader.page())[0]) == sorted(keys[:2])
    await host.pool.execute(insert.format(kind=7), keys[2])
    assert await reader.page() == ([], False)


async def test_full_pages_follow_one_another_and_hold_every_row(host: LogHost) -> None:
    place = Position(await store.outbox.horizon(host.pool))
    for n in range(7):
        await host.pool.execute(
            "INSERT INTO document.outbox (document_key, first_revision, last_revision, kind) "
            "SELECT $1 + n, 1, 1, 1 FROM generate_series(1, 5) n",
            1000 + n * 5,
        )
    found: list[int] = []
    is_full = True
    while is_full:
        page = await store.outbox.changed(host.pool, place, 4)
        found += page.document_keys
        place, is_full = page.next, page.is_full
    assert sorted(found) == list(range(1001, 1036))


async def test_a_place_is_not_saved_beyond_what_is_indexed(database_url: str) -> None:
    """A document that waits for its turn is read from the outbox again by the next leader."""
    async with running(database_url, SETTINGS.model_copy(update={"index_interval_s": 3600.0})) as host:
        name = await host.create()
        await write(host, name, "one ")
        await becomes(lambda: indexed(host), True, form=lambda known: name in known)
        await write(host, name, "two ", 1)
        await becomes(lambda: host.pool.fetchval("SELECT count(*) FROM document.outbox_readers"), 1)
        await asyncio.sleep(1.5)  # A place that was saved too far would be by now: it is saved every second.
        saved = "SELECT read_up_to FROM document.outbox_readers"
        told = f"SELECT count(*) FROM document.outbox WHERE last_revision = 2 AND txid < ({saved})"
        assert await host.pool.fetchval(told) == 0
    async with running(database_url) as host:
        await follows(host, name, 2, "two one ", 5.0)
