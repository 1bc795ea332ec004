"""Partitions of the log in PostgreSQL."""

from __future__ import annotations

from datetime import datetime

from mesh.database import Pool
from services.document.store.schema import LOCK_SPACE, SCHEMA


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
