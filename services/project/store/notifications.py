"""Notifications in PostgreSQL: kept by addressee, read by whoever that is, as far as they may read what it is about."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import orjson

from mesh.database import Connection
from services.project.notifications.model import Notice, NoticeKind, subject_of
from services.project.store.schema import Executor
from services.project.store.sight import Sight, visible

CHANNEL = "shoal_notifications"
"""Where NOTIFY names an addressee who has a new one."""
_LOCK = (0x5348504E, 1)
"""Held by who adds notifications until they are committed: "SHPN"."""

_NOTIFICATION = """n.id, n.kind, n.create_time, n.read_time, n.addressee, n.actor, n.resource, n.project, n.details"""
_SHOWN = f"""CASE n.kind WHEN {int(NoticeKind.INVITATION)} THEN EXISTS (
            SELECT FROM project.invitations i WHERE i.name = n.details ->> 'invitation' AND i.expire_time > $9
        ) AND NOT EXISTS (
            SELECT FROM project.notification_kinds_off o WHERE o.subject = $8 AND o.kind = n.kind
        ) ELSE {visible("n.resource")} END"""  # noqa: S608 -- pieces of our own
"""Whether a notification can be shown to the reader: $1 to $6 are what they see, $8 is their subject, $9 now."""


class NotificationRow(NamedTuple):
    """A notification."""

    id: int
    kind: int
    create_time: datetime
    read_time: datetime | None
    addressee: str
    actor: str
    resource: str
    project: str
    details: dict[str, str]


class Reader(NamedTuple):
    """Who reads: what they see, all addressees that they are, their subject, and now."""

    sight: Sight
    addressees: Sequence[str]
    subject: str
    now: datetime


async def add(connection: Connection, notices: Sequence[Notice], now: datetime) -> list[NotificationRow]:
    """Add what its addressees want to hear of and are not told yet, in a transaction; returns that.

    Ids grow in the order of commits.
    """
    if not notices:
        return []
    await connection.execute("SELECT pg_advisory_xact_lock($1, $2)", *_LOCK)
    rows = await connection.fetch(
        f"""
        WITH made AS (
            INSERT INTO project.notifications AS n
                (create_time, kind, addressee, event_id, actor, resource, project, details)
            SELECT $1, w.kind, w.addressee, w.event_id, w.actor, w.resource, w.project, w.details::jsonb
            FROM unnest($2::smallint[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
                $9::text[]) WITH ORDINALITY
                AS w (kind, addressee, event_id, actor, resource, project, details, subject, place)
            WHERE NOT EXISTS (
                SELECT FROM project.notification_kinds_off o WHERE o.subject = w.subject AND o.kind = w.kind
            ) AND NOT EXISTS (
                SELECT FROM project.notification_mutes m
                WHERE m.subject = w.subject AND m.resource IN (w.resource, w.project)
            )
            ORDER BY w.place ON CONFLICT (addressee, event_id) DO NOTHING RETURNING *
        ), told AS (
            SELECT pg_notify($10, addressee) FROM (SELECT DISTINCT addressee FROM made) d
        )
        SELECT {_NOTIFICATION} FROM made n WHERE (SELECT count(*) FROM told) >= 0 ORDER BY n.id
        """,  # noqa: S608 -- the column list above
        now,
        [each.kind for each in notices],
        [each.addressee for each in notices],
        [each.event_id for each in notices],
        [each.actor for each in notices],
        [each.resource for each in notices],
        [each.project for each in notices],
        [orjson.dumps(dict(each.details)).decode() for each in notices],
        [subject_of(each.addressee) for each in notices],
        CHANNEL,
    )
    return [_notification(row) for row in rows]


async def page(
    executor: Executor, reader: Reader, before: int | None, limit: int, *, unread: bool
) -> list[NotificationRow]:
    """Return the newest notifications of a reader before an id (None: all)."""
    rows = await executor.fetch(_newest(_NOTIFICATION, unread=unread), *_values(reader), before, limit)
    return [_notification(row) for row in rows]


async def unread(executor: Executor, reader: Reader, limit: int) -> int:
    """Return how many notifications of a reader are unread, at most `limit`."""
    count: int = await executor.fetchval(
        f"SELECT count(*) FROM ({_newest('n.id', unread=True)}) counted",  # noqa: S608 -- our own statement
        *_values(reader),
        None,
        limit,
    )
    return count


def _newest(columns: str, *, unread: bool) -> str:
    """Return the statement of a reader's newest notifications before id $10, at most $11, along an index."""
    return f"""
        SELECT f.* FROM unnest($7::text[]) w (name) CROSS JOIN LATERAL (
            SELECT {columns} FROM project.notifications n
            WHERE n.addressee = w.name AND n.id < coalesce($10, 9223372036854775807) AND {_SHOWN}
                {"AND n.read_time IS NULL" if unread else ""}
            ORDER BY n.id DESC LIMIT $11
        ) f ORDER BY f.id DESC LIMIT $11
        """  # noqa: S608 -- pieces of our own


async def after(executor: Executor, reader: Reader, id_: int, limit: int) -> list[NotificationRow]:
    """Return the next notifications of a reader after an id, the oldest first."""
    rows = await executor.fetch(
        f"""
        SELECT f.* FROM unnest($7::text[]) w (name) CROSS JOIN LATERAL (
            SELECT {_NOTIFICATION} FROM project.notifications n
            WHERE n.addressee = w.name AND n.id > $10 AND {_SHOWN} ORDER BY n.id LIMIT $11
        ) f ORDER BY f.id LIMIT $11
        """,  # noqa: S608 -- pieces of our own
        *_values(reader),
        id_,
        limit,
    )
    return [_notification(row) for row in rows]


async def last_id(executor: Executor) -> int:
    """Return the highest id there is; 0 without any."""
    value: int = await executor.fetchval("SELECT coalesce(max(id), 0) FROM project.notifications")
    return value


async def mark_read(
    executor: Executor, addressees: Sequence[str], ids: Sequence[int], up_to: int, now: datetime
) -> None:
    """Note that notifications were read: these, and all up to an id."""
    await executor.execute(
        """
        UPDATE project.notifications SET read_time = $4
        WHERE addressee = ANY ($1::text[]) AND read_time IS NULL AND (id = ANY ($2::bigint[]) OR id <= $3)
        """,
        addressees,
        ids,
        up_to,
        now,
    )


async def prune(executor: Executor, days: int, limit: int) -> int:
    """Delete notifications older than `days`, at most `limit`; returns how many."""
    status = await executor.execute(
        """
        WITH old AS (
            SELECT id FROM project.notifications WHERE create_time < now() - make_interval(days => $1)
            ORDER BY create_time LIMIT $2
        )
        DELETE FROM project.notifications n USING old WHERE n.id = old.id
        """,
        days,
        limit,
    )
    return int(status.split()[-1])


async def project_of(executor: Executor, document: str) -> str | None:
    """Return the project a document is in, empty for none; None when there is no such document."""
    project: str | None = await executor.fetchval(
        """
        SELECT coalesce(split_part(u.name, '/folders/', 1), '') FROM project.resources r
        LEFT JOIN project.resources u ON u.resource_key = r.parent_key WHERE r.name = $1
        """,
        document,
    )
    return project


def _values(reader: Reader) -> tuple[object, ...]:
    return (*reader.sight, reader.addressees, reader.subject, reader.now)


def _notification(row: Iterable[Any]) -> NotificationRow:
    *values, details = row
    return NotificationRow._make((*values, orjson.loads(details)))
