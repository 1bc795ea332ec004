"""Preferences in PostgreSQL: what people do not want to hear of."""

from __future__ import annotations

from collections.abc import Sequence

from mesh.database import Pool
from services.project.store.schema import Executor


async def kinds_off(executor: Executor, subject: str) -> set[int]:
    """Return the kinds that somebody does not want to hear of."""
    rows = await executor.fetch("SELECT kind FROM project.notification_kinds_off WHERE subject = $1", subject)
    return {row[0] for row in rows}


async def set_kinds(pool: Pool, subject: str, on: Sequence[int], off: Sequence[int]) -> None:
    """Say of which kinds somebody wants to hear, and of which they do not; the others stay as they are."""
    await pool.execute(
        """
        WITH heard AS (DELETE FROM project.notification_kinds_off WHERE subject = $1 AND kind = ANY ($2::smallint[]))
        INSERT INTO project.notification_kinds_off (subject, kind) SELECT $1, unnest($3::smallint[])
        ON CONFLICT DO NOTHING
        """,
        subject,
        on,
        off,
    )


async def mutes(executor: Executor, subject: str) -> list[str]:
    """Return what somebody wants to hear nothing of, by name."""
    rows = await executor.fetch(
        "SELECT resource FROM project.notification_mutes WHERE subject = $1 ORDER BY resource", subject
    )
    return [row[0] for row in rows]


async def mute(executor: Executor, subject: str, resource: str) -> None:
    """Have somebody hear nothing of a resource."""
    await executor.execute(
        "INSERT INTO project.notification_mutes (subject, resource) VALUES ($1, $2) ON CONFLICT DO NOTHING",
        subject,
        resource,
    )


async def unmute(executor: Executor, subject: str, resource: str) -> None:
    """Have somebody hear of a resource again."""
    await executor.execute(
        "DELETE FROM project.notification_mutes WHERE subject = $1 AND resource = $2", subject, resource
    )
