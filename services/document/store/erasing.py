"""Erasing in PostgreSQL: what nobody may see any more, in steps that are short however long a history is."""

from __future__ import annotations

from datetime import timedelta

from mesh.database import Pool
from services.document.store.outbox import GONE, Event, announcing

_PARTS = {
    "document_sites": ("site_key", 5_000),
    "document_versions": ("version_key", 5_000),
    "document_edit_sessions": ("first_revision", 5_000),
    "document_search": ("document_key", 1),
    "document_checkpoints": ("revision", 100),
}
"""Tables with rows of a document, besides the log: what tells a document's rows apart, and how many a step takes."""
_REVISIONS = 5_000
"""What a step takes of the log: about 20 ms."""


async def expire(pool: Pool, limit: int) -> int:
    """Purge at most `limit` documents whose time in the trash is over; returns how many."""
    return await _hide(
        pool, "state = 0 AND expire_time <= now()", limit, announcing(Event.PURGED, "hidden", details=GONE)
    )


async def abandon(pool: Pool, idle: timedelta, limit: int) -> int:
    """Give up at most `limit` imports that nothing was added to for so long; returns how many. Nobody saw them."""
    return await _hide(pool, "state = 1 AND update_time < now() - $2::interval", limit, "SELECT 1", idle)


async def _hide(pool: Pool, condition: str, limit: int, told: str, *values: object) -> int:
    hidden: int = await pool.fetchval(
        f"""
        WITH due AS (
            SELECT document_key FROM document.documents WHERE {condition}
            ORDER BY document_key LIMIT $1 FOR NO KEY UPDATE SKIP LOCKED
        ), hidden AS (
            UPDATE document.documents d SET state = 2 FROM due WHERE d.document_key = due.document_key
            RETURNING d.*
        ), told AS (
            {told}
        )
        SELECT count(*) FROM hidden
        """,  # noqa: S608 -- the pieces are this file's own
        limit,
        *values,
    )
    return hidden


async def purged(pool: Pool, limit: int) -> list[int]:
    """Return the keys of at most `limit` purged documents that are not erased yet."""
    rows = await pool.fetch(
        "SELECT document_key FROM document.documents WHERE state = 2 ORDER BY document_key LIMIT $1", limit
    )
    return [row[0] for row in rows]


async def erase_operations(pool: Pool, document_key: int) -> bool:
    """Erase the next operations of a document; returns whether there may be more."""
    first = await pool.fetchval(
        "SELECT revision FROM document.document_operations WHERE document_key = $1 ORDER BY revision LIMIT 1",
        document_key,
    )
    if first is None:
        return False
    await pool.execute(
        "DELETE FROM document.document_operations WHERE document_key = $1 AND revision >= $2 AND revision < $3",
        document_key,
        first,
        first + _REVISIONS,
    )
    return True


async def erase_rest(pool: Pool, document_key: int) -> bool:
    """Erase the next rows that say something of a document besides its log; returns whether there may be more."""
    for table, (key, rows) in _PARTS.items():
        status = await pool.execute(
            f"""
            DELETE FROM document.{table} WHERE document_key = $1 AND {key} IN (
                SELECT {key} FROM document.{table} WHERE document_key = $1 LIMIT $2
            )
            """,  # noqa: S608 -- the names above
            document_key,
            rows,
        )
        if int(status.split()[-1]):
            return True
    return False


async def erase_document(pool: Pool, document_key: int) -> None:
    """Erase the row of a purged document; its id is free again.

    Raises asyncpg.ForeignKeyViolationError when something was added since to what belongs to it.
    """
    await pool.execute("DELETE FROM document.documents WHERE document_key = $1 AND state = 2", document_key)
