"""Migrations and partitions: history is law, and there is always a place for the next operation."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import asyncpg
import pytest

from mesh.database import Migration, MigrationHistoryChanged, Pool, migrate, open_pool, read_migrations
from services.document import store
from services.document.log.partitions import partitions_from
from tests.conformance.log_host import LogHost, read_all, typed

ONE = Migration(1, "one", "CREATE TABLE notes.one (n int)")
TWO = Migration(2, "two", "CREATE TABLE notes.two (n int); INSERT INTO notes.two VALUES (2)")


@pytest.fixture
async def pool(database_url: str) -> AsyncIterator[Pool]:
    async with open_pool(database_url, max_size=5) as pool:
        yield pool


async def tables(pool: Pool) -> set[str]:
    rows = await pool.fetch("SELECT table_name FROM information_schema.tables WHERE table_schema = 'notes'")
    return {row[0] for row in rows} - {"schema_migrations"}


async def test_migrations_are_applied_once_and_in_order(pool: Pool) -> None:
    assert await migrate(pool, "notes", [ONE]) == [ONE]
    assert await migrate(pool, "notes", [ONE, TWO]) == [TWO]
    assert await migrate(pool, "notes", [ONE, TWO]) == []
    assert await tables(pool) == {"one", "two"}


@pytest.mark.parametrize(
    ("files", "word"),
    [
        ([Migration(1, "one", ONE.sql + " -- ")], "changed"),
        ([TWO], "missing"),
        ([], "missing"),
    ],
    ids=["changed", "removed", "all removed"],
)
async def test_an_applied_file_may_be_neither_changed_nor_removed(
    pool: Pool, files: list[Migration], word: str
) -> None:
    await migrate(pool, "notes", [ONE])
    with pytest.raises(MigrationHistoryChanged, match=f"0001_one was .*{word}"):
        await migrate(pool, "notes", files)
    assert await tables(pool) == {"one"}


async def test_a_new_file_may_not_go_before_an_applied_one(pool: Pool) -> None:
    await migrate(pool, "notes", [TWO])
    with pytest.raises(MigrationHistoryChanged, match="next free number"):
        await migrate(pool, "notes", [ONE, TWO])
    assert await tables(pool) == {"two"}


async def test_a_failing_file_leaves_nothing_behind(pool: Pool) -> None:
    wrong = Migration(3, "wrong", "CREATE TABLE notes.three (n int); SELECT nonsense")
    with pytest.raises(asyncpg.UndefinedColumnError):
        await migrate(pool, "notes", [ONE, TWO, wrong])
    assert await tables(pool) == set()
    assert await migrate(pool, "notes", [ONE, TWO]) == [ONE, TWO]


async def test_of_many_processes_that_start_at_once_one_migrates(pool: Pool) -> None:
    applied = await asyncio.gather(*[migrate(pool, "notes", [ONE, TWO]) for _ in range(5)])
    assert sorted(map(len, applied)) == [0, 0, 0, 0, 2]


async def test_schemas_have_histories_of_their_own(pool: Pool) -> None:
    await migrate(pool, "notes", [ONE])
    await migrate(pool, "other", [Migration(1, "one", "CREATE TABLE other.one (n int)")])
    with pytest.raises(ValueError, match="schema name"):
        await migrate(pool, "no; DROP", [ONE])


def test_file_names_are_checked(tmp_path: Path) -> None:
    (tmp_path / "0002_b.sql").write_text("b")
    (tmp_path / "0001_a.sql").write_text("a")
    assert [each.name for each in read_migrations(tmp_path)] == ["a", "b"]
    (tmp_path / "0002_c.sql").write_text("c")
    with pytest.raises(ValueError, match="taken by b"):
        read_migrations(tmp_path)
    (tmp_path / "0002_c.sql").rename(tmp_path / "3.sql")
    with pytest.raises(ValueError, match=r"3\.sql"):
        read_migrations(tmp_path)


def test_partitions_are_whole_months_without_gaps_across_a_year() -> None:
    made = partitions_from(datetime(2026, 11, 30, 23, 59, tzinfo=UTC), ahead=3)
    assert [each.name[-7:] for each in made] == ["2026_11", "2026_12", "2027_01", "2027_02"]
    assert made[0].start == datetime(2026, 11, 1, tzinfo=UTC)
    for one, following in pairwise(made):
        assert one.end == following.start


async def partition_of(host: LogHost, document: str) -> list[str]:
    rows = await host.pool.fetch(
        """
        SELECT o.tableoid::regclass::text FROM document.document_operations o
        JOIN document.documents d USING (document_key) WHERE d.id = $1 ORDER BY o.revision
        """,
        document.removeprefix("documents/"),
    )
    return [row[0] for row in rows]


async def test_partitions_are_there_ahead_and_each_has_its_index(host: LogHost) -> None:
    expected = [each.name for each in partitions_from(datetime.now(UTC), host.settings.partitions_ahead)]
    assert len(expected) == 4
    rows = await host.pool.fetch(
        """
        SELECT c.relname, (SELECT count(*) FROM pg_index WHERE indrelid = c.oid) AS indexes
        FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
        WHERE i.inhparent = 'document.document_operations'::regclass
        """
    )
    assert dict(map(tuple, rows)) == dict.fromkeys([*expected, "document_operations_default"], 1)
    document = await host.create()
    await host.log.append(typed(document, 0, "ada", 1))
    assert await partition_of(host, document) == [f"document.{expected[0]}"]


async def test_operations_that_came_before_their_partition_are_kept_and_move_into_it(host: LogHost) -> None:
    this_month = partitions_from(datetime.now(UTC), 0)[0].name
    document = await host.create()
    await host.pool.execute(f"DROP TABLE document.{this_month}")
    await host.log.append(typed(document, 0, "ada", 1, 3))
    assert set(await partition_of(host, document)) == {"document.document_operations_default"}
    before = await read_all(host.log, document)

    await host.restart()
    assert set(await partition_of(host, document)) == {f"document.{this_month}"}
    await host.log.append(typed(document, 3, "ada", 4))
    assert (await read_all(host.log, document))[:3] == before
    assert await partition_of(host, document) == [f"document.{this_month}"] * 4


async def test_a_partition_that_cannot_be_made_does_not_stop_the_service(host: LogHost) -> None:
    this_month = partitions_from(datetime.now(UTC), 0)[0].name
    await host.pool.execute(f"DROP TABLE document.{this_month}")
    blocker = await asyncpg.connect(host.database_url)
    await blocker.execute("BEGIN; LOCK TABLE document.document_operations IN SHARE ROW EXCLUSIVE MODE")
    try:
        await host.restart()
    finally:
        await blocker.close()
    document = await host.create()
    assert (await host.log.append(typed(document, 0, "ada", 1))).committed_head_revision == 1


async def test_old_outbox_rows_are_pruned_and_new_ones_kept(host: LogHost) -> None:
    document = await host.create()
    await host.log.append(typed(document, 0, "ada", 1))
    await host.log.append(typed(document, 1, "ada", 2))
    await host.pool.execute("UPDATE document.outbox SET created_at = now() - interval '8 days' WHERE last_revision < 2")
    assert await store.outbox.prune(host.pool, 7, 100) == 2
    assert await store.outbox.prune(host.pool, 7, 100) == 0
    assert await host.pool.fetchval("SELECT array_agg(last_revision) FROM document.outbox") == [2]
