"""Activities in PostgreSQL: made in the transaction in which a cursor moves, read by those who may see them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import orjson

from mesh.database import Connection, Pool
from services.project.activities.model import Deed, Kind
from services.project.activities.sessions import Session
from services.project.store.schema import Executor
from services.project.store.sight import Sight, visible

_ACTIVITY = """a.activity_key, a.kind, a.occurred_at, a.last_occurred_at, a.count, a.actor, a.agent, a.resource,
    a.project, a.details"""
_SUMMARY_DAYS = 7
"""As the view has it."""


class ActivityRow(NamedTuple):
    """An activity."""

    key: int
    kind: int
    occurred_at: datetime
    last_occurred_at: datetime
    parts: int
    actor: str
    agent: str
    resource: str
    project: str
    details: dict[str, str]


async def cursor(executor: Executor, source: str) -> str:
    """Return up to where a source was read; empty = nothing of it."""
    return await executor.fetchval("SELECT cursor FROM project.event_cursors WHERE source = $1", source) or ""


async def move_cursor(connection: Connection, source: str, began: str, cursor: str) -> bool:
    """Move the cursor of a source on from `began`; False, and nothing is done, when it is not there any more.

    Of two who do so at once, one waits for the other's transaction, and then finds it moved.
    """
    await connection.execute(
        "INSERT INTO project.event_cursors (source, cursor) VALUES ($1, '') ON CONFLICT DO NOTHING", source
    )
    status = await connection.execute(
        "UPDATE project.event_cursors SET cursor = $3, move_time = now() WHERE source = $1 AND cursor = $2",
        source,
        began,
        cursor,
    )
    return bool(status == "UPDATE 1")


async def add(connection: Connection, deeds: Sequence[Deed]) -> None:
    """Add deeds as activities of one part each; those that are there already stay as they are."""
    await connection.execute(
        """
        INSERT INTO project.collaboration_activities
            (event_id, kind, occurred_at, last_occurred_at, count, actor, agent, resource, project, details)
        SELECT e.event_id, e.kind, e.time, e.time, 1, e.actor, e.agent, e.resource, e.project, e.details::jsonb
        FROM unnest($1::text[], $2::smallint[], $3::timestamptz[], $4::text[], $5::text[], $6::text[], $7::text[],
            $8::text[]) WITH ORDINALITY AS e (event_id, kind, time, actor, agent, resource, project, details, place)
        ORDER BY e.place ON CONFLICT (event_id) DO NOTHING
        """,
        [each.event_id for each in deeds],
        [each.kind for each in deeds],
        [each.time for each in deeds],
        [each.actor for each in deeds],
        [each.agent for each in deeds],
        [each.resource for each in deeds],
        [each.project for each in deeds],
        [orjson.dumps(dict(each.details)).decode() for each in deeds],
    )


async def last_sessions(
    connection: Connection, who: Sequence[tuple[str, str, str]]
) -> dict[tuple[str, str, str], Session]:
    """Return the last session of each (document, author, agent); those without one are missing."""
    rows = await connection.fetch(
        f"""
        SELECT s.activity_key, s.event_id, s.resource, s.project, s.actor, s.agent, s.occurred_at, s.last_occurred_at,
            s.count, s.details
        FROM unnest($1::text[], $2::text[], $3::text[]) w (resource, actor, agent) CROSS JOIN LATERAL (
            SELECT * FROM project.collaboration_activities a
            WHERE a.kind = {int(Kind.DOCUMENT_EDITED)} AND a.resource = w.resource AND a.actor = w.actor
                AND a.agent = w.agent
            ORDER BY a.last_occurred_at DESC, a.activity_key DESC LIMIT 1
        ) s
        """,  # noqa: S608 -- a number
        *([each[index] for each in who] for index in range(3)),
    )
    found = [_session(row) for row in rows]
    return {(each.resource, each.actor, each.agent): each for each in found}


async def put_sessions(connection: Connection, sessions: Sequence[Session]) -> None:
    """Keep sessions: those that are stored as they have grown, new ones besides."""
    await connection.executemany(
        f"""
        INSERT INTO project.collaboration_activities
            (event_id, kind, occurred_at, last_occurred_at, count, actor, agent, resource, project, details)
        VALUES ($1, {int(Kind.DOCUMENT_EDITED)}, $2, $3, $4, $5, $6, $7, $8, $9::text::jsonb)
        ON CONFLICT (event_id) DO UPDATE SET last_occurred_at = excluded.last_occurred_at, count = excluded.count,
            details = excluded.details
        """,  # noqa: S608 -- a number
        [
            (
                each.event_id,
                each.start_time,
                each.end_time,
                each.operations,
                each.actor,
                each.agent,
                each.resource,
                each.project,
                orjson.dumps(_details(each)).decode(),
            )
            for each in sessions
        ],
    )


async def erase(connection: Connection, resource: str) -> None:
    """Leave nothing of what was done with a resource that is gone: its name may become another one's."""
    await connection.execute("DELETE FROM project.collaboration_activities WHERE resource = $1", resource)
    await connection.execute("DELETE FROM project.notifications WHERE resource = $1", resource)


class Listing(NamedTuple):
    """Which activities: of these projects, these resources, or these users; and of all those only what else is said.

    `after` is the place (time, key) of the last one before; empty and None = any.
    """

    projects: Sequence[str] = ()
    resources: Sequence[str] = ()
    users: Sequence[str] = ()
    user: str = ""
    kinds: Sequence[int] | None = None
    start: datetime | None = None
    end: datetime | None = None
    after: tuple[datetime, int] | None = None


async def page(executor: Executor, sight: Sight, listing: Listing, limit: int) -> list[ActivityRow]:
    """Return the first `limit` activities of a listing that are in sight, the latest first.

    Each project, resource and user is asked for as many as that, along its index; what is found twice counts once.
    """
    time, key = listing.after or (None, None)
    rows = await executor.fetch(
        _PAGE, *sight, listing.projects, listing.resources, listing.users, listing.user, listing.kinds, listing.start,
        listing.end, time, key, limit,
    )  # fmt: skip
    return [_activity(row) for row in rows]


_OF = f"""
    SELECT f.* FROM unnest(%s::text[]) AS w (name) CROSS JOIN LATERAL (
        SELECT {_ACTIVITY} FROM project.collaboration_activities a
        WHERE a.%s = w.name AND ($10 = '' OR a.actor = $10) AND ($11::smallint[] IS NULL OR a.kind = ANY ($11))
            AND a.last_occurred_at >= coalesce($12, '-infinity'::timestamptz)
            AND a.last_occurred_at < coalesce($13, 'infinity'::timestamptz)
            AND (a.last_occurred_at, a.activity_key)
                < (coalesce($14, 'infinity'::timestamptz), coalesce($15, 0::bigint))
            AND {visible("a.resource")}
        ORDER BY a.last_occurred_at DESC, a.activity_key DESC LIMIT $16
    ) f"""  # noqa: S608 -- pieces of our own
_PAGE = f"""
SELECT * FROM ({_OF % ("$7", "project")} UNION {_OF % ("$8", "resource")} UNION {_OF % ("$9", "actor")}) a
ORDER BY a.last_occurred_at DESC, a.activity_key DESC LIMIT $16
"""  # noqa: S608 -- likewise


class HourRow(NamedTuple):
    """An hour of a project."""

    hour: datetime
    activities: int
    users: list[str]


async def summary(executor: Executor, project: str) -> list[HourRow]:
    """Return the hours of a project in which something happened, the latest first."""
    rows = await executor.fetch(
        """
        SELECT hour, activity_count, coalesce(active_users, '{}') FROM project.project_activity_summary
        WHERE project = $1 AND hour > now() - make_interval(days => $2) ORDER BY hour DESC
        """,
        project,
        _SUMMARY_DAYS,
    )
    return [HourRow(*row) for row in rows]


async def refresh_summary(pool: Pool) -> None:
    """Make the summary anew, while others read the old one."""
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute("SET LOCAL statement_timeout = 0")
        await connection.execute("REFRESH MATERIALIZED VIEW CONCURRENTLY project.project_activity_summary")


async def prune(executor: Executor, days: int, limit: int) -> int:
    """Delete activities that ended more than `days` ago, at most `limit`; returns how many."""
    status = await executor.execute(
        """
        WITH old AS (
            SELECT activity_key FROM project.collaboration_activities
            WHERE last_occurred_at < now() - make_interval(days => $1) ORDER BY last_occurred_at LIMIT $2
        )
        DELETE FROM project.collaboration_activities a USING old WHERE a.activity_key = old.activity_key
        """,
        days,
        limit,
    )
    return int(status.split()[-1])


def _activity(row: Iterable[Any]) -> ActivityRow:
    *values, details = row
    return ActivityRow._make((*values, orjson.loads(details)))


def _details(session: Session) -> dict[str, str]:
    names = ("first_revision", "last_revision", "inserted", "deleted")
    return {name: str(getattr(session, name)) for name in names}


def _session(row: Iterable[Any]) -> Session:
    key, event_id, resource, project, actor, agent, start, end, count, details = row
    said = {name: int(value) for name, value in orjson.loads(details).items()}
    return Session(event_id, resource, project, actor, agent, start, end, operations=count, key=key, **said)
