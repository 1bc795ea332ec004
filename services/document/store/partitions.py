"""Partitions of the log in PostgreSQL: making them, and taking old ones out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from mesh.database import Pool
from services.document.store.rows import DOCUMENT, DocumentRow, document_row
from services.document.store.schema import LOCK_SPACE, SCHEMA

DEFAULT = "document_operations_default"


class Part(NamedTuple):
    """The operations of a document in a partition: the last of them, and when it was committed.

    `versions` are the marked revisions before it that are not archived. `state` and `document` are the document's;
    there is no `document` where it is not for readers (state 1, 2), and neither where it does not exist.
    """

    document_key: int
    last_revision: int
    last_time: datetime
    versions: Sequence[int]
    state: int | None
    document: DocumentRow | None

    @property
    def is_archived(self) -> bool:
        """Whether nothing stands in the way of taking these operations out of the log."""
        return self.state in (None, 2) or (
            self.document is not None and self.document.first_revision >= self.last_revision
        )


async def add(pool: Pool, name: str, start: datetime, end: datetime) -> bool:
    """Make the partition of operations of [start, end); False when it is there already.

    It is made apart and then attached, which does not stop readers and writers of the log; should somebody hold the
    table for long, it gives up with LockNotAvailableError rather than queue everybody behind itself. Operations that
    came before their partition stand in the default one, and are moved over.
    """
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute("SELECT pg_advisory_xact_lock($1, 1)", LOCK_SPACE)
        if await connection.fetchval("SELECT to_regclass($1)", f"{SCHEMA}.{name}"):
            return False
        await connection.execute("SET LOCAL lock_timeout = '2s'")
        await connection.execute(
            f"CREATE TABLE document.{name} (LIKE document.document_operations INCLUDING DEFAULTS INCLUDING STORAGE)"
        )
        await connection.execute(
            f"""
            WITH early AS (
                DELETE FROM document.document_operations_default WHERE applied_at >= $1 AND applied_at < $2 RETURNING *
            )
            INSERT INTO document.{name} SELECT * FROM early
            """,  # noqa: S608 -- the name is made from a month
            start,
            end,
        )
        await connection.execute(
            f"ALTER TABLE document.document_operations ATTACH PARTITION document.{name} "
            f"FOR VALUES FROM ('{start.isoformat()}') TO ('{end.isoformat()}')"
        )
        return True


async def attached(pool: Pool) -> list[str]:
    """Return the names of the partitions that are part of the log, the default one among them."""
    rows = await pool.fetch(
        """
        SELECT c.relname::text FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
        WHERE i.inhparent = 'document.document_operations'::regclass ORDER BY c.relname
        """
    )
    return [row[0] for row in rows]


async def unpartitioned_months(pool: Pool) -> list[tuple[datetime, int]]:
    """Return the months of the operations in the default partition, and how many: a walk over it, mostly empty."""
    rows = await pool.fetch(
        """
        SELECT date_trunc('month', applied_at, 'UTC'), count(*) FROM document.document_operations_default
        GROUP BY 1 ORDER BY 1
        """
    )
    return [(row[0], row[1]) for row in rows]


async def parts(pool: Pool, name: str, after_key: int, limit: int) -> list[Part]:
    """Return the parts of a partition by key, at most `limit`: each document is found by one probe of its index."""
    rows = await pool.fetch(
        f"""
        WITH RECURSIVE keys (document_key, n) AS (
            (SELECT document_key, 1 FROM document.{name} WHERE document_key > $1 ORDER BY document_key LIMIT 1)
            UNION ALL
            SELECT next.document_key, k.n + 1 FROM keys k CROSS JOIN LATERAL (
                SELECT document_key FROM document.{name} WHERE document_key > k.document_key
                ORDER BY document_key LIMIT 1
            ) next WHERE k.n < $2::bigint
        )
        SELECT k.document_key, o.revision, o.applied_at, ARRAY(
            SELECT DISTINCT v.revision FROM document.document_versions v
            WHERE v.document_key = k.document_key AND v.revision > d.first_revision AND v.revision < o.revision
            ORDER BY 1
        ), d.state, {DOCUMENT}
        FROM keys k CROSS JOIN LATERAL (
            SELECT revision, applied_at FROM document.{name} WHERE document_key = k.document_key
            ORDER BY revision DESC LIMIT 1
        ) o LEFT JOIN document.documents d ON d.document_key = k.document_key
        ORDER BY k.document_key
        """,  # noqa: S608 -- the name is a partition's, the columns stand in rows.py
        after_key,
        limit,
    )
    return [_part(list(row)) for row in rows]


async def archive(pool: Pool, parts: Sequence[Part]) -> None:
    """Note that the log need not have the operations of these parts any more: there are checkpoints to begin at.

    Documents are locked in the order of their keys, as appending does it.
    """
    await pool.execute(
        """
        WITH part AS (
            SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::timestamptz[]) AS p (document_key, revision, time)
        ), locked AS (
            SELECT d.document_key, p.revision, p.time
            FROM part p JOIN document.documents d USING (document_key)
            WHERE d.first_revision < p.revision ORDER BY d.document_key FOR NO KEY UPDATE OF d
        )
        UPDATE document.documents d SET first_revision = l.revision, first_revision_time = l.time
        FROM locked l WHERE d.document_key = l.document_key
        """,
        [part.document_key for part in parts],
        [part.last_revision for part in parts],
        [part.last_time for part in parts],
    )


async def detach(pool: Pool, name: str) -> bool:
    """Take a partition out of the log; it stays in the schema as a table. False when it still has what is not archived.

    Operations of old times come with imported histories only, and their writers wait while it is looked whether there
    are new ones. Everybody waits for the moment of detaching, which takes all locks: had it to wait for them itself for
    longer than half a second, it would give up with LockNotAvailableError. That is below the server's deadlock_timeout,
    so that of two that wait for each other it is never the other one that fails.
    """
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute("SET LOCAL lock_timeout = '500ms'")
        await connection.execute(f"LOCK TABLE document.{name} IN SHARE ROW EXCLUSIVE MODE")
        if await connection.fetchval(
            f"""
            WITH RECURSIVE keys AS (
                (SELECT document_key FROM document.{name} ORDER BY document_key LIMIT 1)
                UNION ALL
                SELECT next.document_key FROM keys k CROSS JOIN LATERAL (
                    SELECT document_key FROM document.{name} WHERE document_key > k.document_key
                    ORDER BY document_key LIMIT 1
                ) next
            )
            SELECT EXISTS (
                SELECT FROM keys k CROSS JOIN LATERAL (
                    SELECT first_revision, state FROM document.documents WHERE document_key = k.document_key LIMIT 1
                ) d CROSS JOIN LATERAL (
                    SELECT revision FROM document.{name} WHERE document_key = k.document_key
                    ORDER BY revision DESC LIMIT 1
                ) o WHERE o.revision > d.first_revision AND d.state <> 2
            )
            """  # noqa: S608 -- the name is a partition's
        ):
            return False
        await connection.execute(f"ALTER TABLE document.document_operations DETACH PARTITION document.{name}")
        return True


async def size(pool: Pool, document_key: int, after_revision: int, up_to_revision: int) -> int:
    """Return the bytes of a range of operations."""
    found = await pool.fetchval(
        """
        SELECT coalesce(sum(octet_length(operation)), 0)::bigint FROM document.document_operations
        WHERE document_key = $1 AND revision > $2 AND revision <= $3
        """,
        document_key,
        after_revision,
        up_to_revision,
    )
    return int(found)


async def checkpointed(pool: Pool, document_key: int, revision: int) -> tuple[bool, int]:
    """Say whether there is a checkpoint with its attribution at a revision, and the revision of the newest one."""
    row = await pool.fetchrow(
        """
        SELECT EXISTS (
            SELECT FROM document.document_checkpoints c
            WHERE c.document_key = d.document_key AND c.revision = $2 AND c.attribution IS NOT NULL
        ), d.checkpoint_revision FROM document.documents d WHERE d.document_key = $1
        """,
        document_key,
        revision,
    )
    return (row[0], row[1]) if row else (False, 0)


def _part(row: list[Any]) -> Part:
    key, revision, time, versions, state, *document = row
    return Part(key, revision, time, versions, state, document_row(document) if state == 0 else None)
