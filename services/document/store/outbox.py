"""The outbox in PostgreSQL: what happened, in the transaction in which it happened."""

from __future__ import annotations

from mesh.database import Pool


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
