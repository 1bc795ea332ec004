"""Edit sessions in PostgreSQL: reading what happened, keeping how it is grouped."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import orjson

from mesh.database import Connection, Pool
from services.document.history.edit_sessions import Contribution, EditSession

_SESSION = "s.first_revision, s.last_revision, s.start_time, s.end_time, s.contributions"


class WrittenRow(NamedTuple):
    """An operation, who committed it and when."""

    revision: int
    time: datetime
    author: str
    agent: str | None
    operation: bytes


class Followed(NamedTuple):
    """How far a document's sessions have followed its log, the last of them, and what matters of the document."""

    sessions_revision: int
    head_revision: int
    is_deleted: bool
    last: EditSession | None


async def followed(connection: Connection | Pool, document_key: int) -> Followed | None:
    """Return how far sessions are; None when the document is not there, or not known to the index."""
    row = await connection.fetchrow(
        f"""
        SELECT i.sessions_revision, d.head_revision, d.delete_time IS NOT NULL, {_SESSION}
        FROM document.document_search i JOIN document.documents d USING (document_key)
        LEFT JOIN LATERAL (
            SELECT * FROM document.document_edit_sessions
            WHERE document_key = $1 ORDER BY first_revision DESC LIMIT 1
        ) s ON true
        WHERE i.document_key = $1 AND d.state = 0
        """,  # noqa: S608 -- the column list above
        document_key,
    )
    if row is None:
        return None
    return Followed(row[0], row[1], row[2], None if row[3] is None else _session(tuple(row)[3:]))


async def written(connection: Connection, document_key: int, after_revision: int, limit: int) -> list[WrittenRow]:
    """Return at most the next `limit` operations after a revision, in order."""
    rows = await connection.fetch(
        """
        SELECT o.revision, o.applied_at, s.author, o.agent, o.operation
        FROM document.document_operations o JOIN document.document_sites s USING (site_key)
        WHERE o.document_key = $1 AND o.revision > $2 ORDER BY o.revision LIMIT $3
        """,
        document_key,
        after_revision,
        limit,
    )
    return [WrittenRow._make(row) for row in rows]


async def put(
    connection: Connection, document_key: int, sessions: Sequence[EditSession], followed: int, up_to: int
) -> bool:
    """Keep sessions, which replace those with the same first revision, as following the log up to a revision.

    False, and nothing is kept, unless the log had been followed up to `followed`: of two who follow at once, one waits
    for the other's row and then finds it further.
    """
    status = await connection.execute(
        """
        WITH moved AS (
            UPDATE document.document_search SET sessions_revision = $3
            WHERE document_key = $1 AND sessions_revision = $2 RETURNING document_key
        ), kept AS (
            INSERT INTO document.document_edit_sessions
                (document_key, first_revision, last_revision, start_time, end_time, contributions)
            SELECT m.document_key, s.* FROM moved m CROSS JOIN
                unnest($4::bigint[], $5::bigint[], $6::timestamptz[], $7::timestamptz[], $8::jsonb[]) s
            ON CONFLICT (document_key, first_revision) DO UPDATE
            SET last_revision = excluded.last_revision, end_time = excluded.end_time,
                contributions = excluded.contributions
        )
        SELECT FROM moved
        """,
        document_key,
        followed,
        up_to,
        [session.first_revision for session in sessions],
        [session.last_revision for session in sessions],
        [session.start_time for session in sessions],
        [session.end_time for session in sessions],
        [orjson.dumps([each._asdict() for each in session.contributions]).decode() for session in sessions],
    )
    return status == "SELECT 1"


async def page(
    pool: Connection | Pool, document_key: int, before_revision: int | None, limit: int
) -> list[EditSession]:
    """Return the newest sessions that begin before a revision (None: all), the newest first."""
    rows = await pool.fetch(
        f"""
        SELECT {_SESSION} FROM document.document_edit_sessions s
        WHERE s.document_key = $1 AND ($2::bigint IS NULL OR s.first_revision < $2)
        ORDER BY s.first_revision DESC LIMIT $3
        """,  # noqa: S608 -- the column list above
        document_key,
        before_revision,
        limit,
    )
    return [_session(tuple(row)) for row in rows]


class SinceVersion(NamedTuple):
    """What happened in a document since its last version: how many operations, and how long people worked."""

    operations: int
    activity: timedelta


async def since_version(connection: Connection, document_key: int, up_to: int) -> SinceVersion:
    """Return what happened up to a revision since the newest version of any kind at or below it, or from the start."""
    row = await connection.fetchrow(
        """
        SELECT $2 - coalesce(v.revision, 0), (
            SELECT sum(greatest(s.end_time - greatest(s.start_time, v.revision_time), '0'))
            FROM document.document_edit_sessions s
            WHERE s.document_key = $1 AND s.first_revision >= coalesce((
                SELECT max(first_revision) FROM document.document_edit_sessions
                WHERE document_key = $1 AND first_revision <= v.revision
            ), 0)
        )
        FROM (SELECT 1) one
        LEFT JOIN LATERAL (
            SELECT revision, revision_time FROM document.document_versions
            WHERE document_key = $1 AND revision <= $2 ORDER BY revision DESC LIMIT 1
        ) v ON true
        """,
        document_key,
        up_to,
    )
    assert row is not None
    return SinceVersion(row[0], row[1] or timedelta())


def _session(row: tuple[Any, ...]) -> EditSession:
    first, last, start, end, contributions = row
    done = tuple(Contribution(**each) for each in orjson.loads(contributions))
    return EditSession(first, last, start, end, done)
