"""The outbox in PostgreSQL: what happened, in the transaction in which it happened."""

from __future__ import annotations

from datetime import timedelta
from enum import IntEnum
from typing import NamedTuple

from mesh.database import Connection, Pool


class Event(IntEnum):
    """What happened to a document."""

    OPERATIONS = 1
    CREATED = 2
    METADATA_CHANGED = 3
    DELETED = 4
    UNDELETED = 5
    PURGED = 6
    VERSION_MADE = 7
    RESTORED = 8


GONE = "jsonb_build_object('document', 'documents/' || id, 'project', project, 'folder', folder)"
"""The details of a document that nothing else will know of soon, of a relation with its columns."""


def announcing(event: Event, source: str, actor: str = "''", details: str = "'{}'::jsonb") -> str:
    """Return the statement, for a WITH, that tells of an event at the head of each document in `source`.

    `source` is a relation with `document_key` and `head_revision`; `actor` and `details` are expressions over it.
    """
    return f"""INSERT INTO document.outbox (document_key, first_revision, last_revision, kind, actor, details)
            SELECT document_key, head_revision, head_revision, {int(event)}, {actor}, {details} FROM {source}"""  # noqa: S608 -- our own names


async def prune(pool: Pool, days: int, limit: int) -> int:
    """Delete rows older than `days`, at most `limit`; returns how many."""
    status = await pool.execute(
        """
        WITH oldest AS (SELECT id, created_at FROM document.outbox ORDER BY id LIMIT $2)
        DELETE FROM document.outbox o USING oldest
        WHERE o.id = oldest.id AND oldest.created_at < now() - make_interval(days => $1)
        """,
        days,
        limit,
    )
    return int(status.split()[-1])


class Position(NamedTuple):
    """A place in the outbox: everything of transactions below `txid` has been read, and of `txid` ids up to `id`."""

    txid: int
    id: int = 0


class Page(NamedTuple):
    """Documents that something happened to, each once, and where the next page begins; `is_full`: there may be more."""

    document_keys: list[int]
    next: Position
    is_full: bool


async def horizon(connection: Connection | Pool) -> int:
    """Return the transaction below which all are over: their rows are there, or never will be."""
    return int(await connection.fetchval("SELECT pg_snapshot_xmin(pg_current_snapshot())"))


async def changed(connection: Connection | Pool, after: Position, limit: int) -> Page:
    """Return which documents at most the next `limit` rows are about, in the order of transactions.

    A version that was made changes nothing in a document, and is passed over. A transaction that stays open holds up
    the reading of all that began after it, here as everywhere in this database server.
    """
    row = await connection.fetchrow(
        f"""
        WITH page AS MATERIALIZED (
            SELECT txid, id, document_key, kind FROM document.outbox
            WHERE (txid, id) > ($1, $2) AND txid < pg_snapshot_xmin(pg_current_snapshot())
            ORDER BY txid, id LIMIT $3
        )
        SELECT (SELECT count(*) FROM page), pg_snapshot_xmin(pg_current_snapshot()), last.txid, last.id,
            (SELECT array_agg(DISTINCT document_key) FROM page WHERE kind <> {int(Event.VERSION_MADE)})
        FROM (SELECT 1) one
        LEFT JOIN (SELECT txid, id FROM page ORDER BY txid DESC, id DESC LIMIT 1) last ON true
        """,  # noqa: S608 -- a number
        *after,
        limit,
    )
    assert row is not None  # an aggregate is always one row
    count, txid, *last, keys = row
    is_full = count == limit
    return Page(list(keys or ()), Position(*last) if is_full else Position(txid), is_full)


async def reader(connection: Connection, name: str) -> tuple[int, timedelta] | None:
    """Return up to which transaction a reader has read, and how long ago it said so; None for a new one."""
    row = await connection.fetchrow(
        "SELECT read_up_to, now() - read_time FROM document.outbox_readers WHERE name = $1", name
    )
    return (row[0], row[1]) if row else None


async def save_reader(connection: Connection, name: str, read_up_to: int) -> None:
    """Note that a reader has read everything of transactions below this one, and is done with it."""
    await connection.execute(
        """
        INSERT INTO document.outbox_readers (name, read_up_to) VALUES ($1, $2)
        ON CONFLICT (name) DO UPDATE SET read_up_to = excluded.read_up_to, read_time = now()
        """,
        name,
        read_up_to,
    )
