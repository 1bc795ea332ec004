"""Changes of resources and permissions: one at a time, told in the transaction in which they happen."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum

import orjson

from mesh.database import Connection, Pool
from services.project.errors import reachable
from services.project.model import NOBODY, Principal
from services.project.roles import NOTHING, Permissions, Role
from services.project.store.rows import Changed
from services.project.store.schema import CHANNEL, Executor

_MAX_TOUCHED = 1000
"""Names one change tells of; past it, it touches the place that all of it happened in."""


class Action(IntEnum):
    """As shoal.project.v1.AuditAction."""

    RESOURCE_CREATED = 1
    RESOURCE_ARCHIVED = 2
    RESOURCE_UNARCHIVED = 3
    RESOURCE_MOVED = 4
    RESOURCE_DELETED = 5
    GRANTED = 6
    REVOKED = 7
    OWNERSHIP_TRANSFERRED = 8
    ROLE_SET = 9
    ROLE_DELETED = 10
    GROUP_SET = 11
    GROUP_DELETED = 12
    MEMBER_ADDED = 13
    MEMBER_REMOVED = 14
    INVITED = 15
    INVITATION_ACCEPTED = 16
    INVITATION_REVOKED = 17
    SHARE_LINK_CREATED = 18
    SHARE_LINK_REDEEMED = 19
    SHARE_LINK_REVOKED = 20
    SHARE_LINK_EXPIRED = 21


@dataclass(frozen=True, slots=True)
class Entry:
    """What is recorded of a deed; `resource` is a name."""

    action: Action
    actor: str
    resource: str
    principal: Principal = NOBODY
    role: Role = Role.NONE
    custom_role: str = ""
    denied: Permissions = NOTHING
    details: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Change:
    """A change under way, at `now`; nobody else changes anything until it ends."""

    connection: Connection
    now: datetime
    _subjects: set[str] = field(default_factory=set)
    _resources: set[str] = field(default_factory=set)

    def touch(self, *, subjects: Iterable[str] = (), resources: Iterable[str] = ()) -> None:
        """Say whose answers, or about which resources, are stale when this is committed."""
        self._subjects.update(subjects)
        self._resources.update(resources)

    def touch_users(self, subjects: Sequence[str], place: str) -> None:
        """Say that answers about users are stale, all of them in `place`: it is touched when they are too many."""
        if len(subjects) > _MAX_TOUCHED:
            self.touch(resources=[place])
        else:
            self.touch(subjects=subjects)

    async def record(self, *entries: Entry) -> None:
        """Record deeds on resources that are there now, for the audit and for activities."""
        rows = [
            (
                self.now,
                int(each.action),
                int(each.principal.kind),
                int(each.role),
                each.actor,
                each.resource,
                each.principal.name,
                each.custom_role,
                sorted(each.denied),
                orjson.dumps(dict(each.details)).decode(),
            )
            for each in entries
        ]
        await self.connection.executemany(
            """
            WITH RECURSIVE path AS (
                SELECT name, parent_key FROM project.resources WHERE name = $6
                UNION ALL
                SELECT r.name, r.parent_key FROM path p JOIN project.resources r ON r.resource_key = p.parent_key
            ), told AS (
                INSERT INTO project.outbox
                    (kind, principal_kind, role, actor, resource, principal, custom_role, details)
                VALUES ($2, $3, $4, $5, $6, $7, $8, $10::text::jsonb)
            )
            INSERT INTO project.audit_entries (create_time, action, principal_kind, role, actor, resource, principal,
                custom_role, denied, details, scopes)
            SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10::text::jsonb, coalesce(array_agg(name), '{}') FROM path
            """,
            rows,
        )

    async def publish(self) -> None:
        """Begin a new epoch if anything was touched."""
        if not self._subjects and not self._resources:
            return
        await self.connection.execute(
            """
            WITH begun AS (UPDATE project.epoch SET value = value + 1 RETURNING value),
                told AS (INSERT INTO project.permission_changes (epoch, subjects, resources)
                    SELECT value, $1, $2 FROM begun)
            SELECT pg_notify($3, value::text) FROM begun
            """,
            sorted(self._subjects),
            sorted(self._resources),
            CHANNEL,
        )


@asynccontextmanager
async def changing(pool: Pool, now: datetime) -> AsyncIterator[Change]:
    """Yield a change, which is committed, and published, when the block ends; an exception undoes it.

    Raises PermissionsUnavailable when the database is away; whether the change took effect is then unknown.
    """
    with reachable():
        async with pool.acquire() as connection, connection.transaction():
            await connection.execute("SELECT value FROM project.epoch FOR UPDATE")
            change = Change(connection, now)
            yield change
            await change.publish()


async def epoch(executor: Executor) -> int:
    """Return the epoch now."""
    value: int = await executor.fetchval("SELECT value FROM project.epoch")
    return value


async def since(executor: Executor, epoch: int, limit: int, *, within_s: float) -> tuple[int, list[Changed]]:
    """Return the epoch now, and the last `limit` changes after `epoch`, in their order. Raises TimeoutError."""
    rows = await executor.fetch(
        """
        SELECT e.value, c.epoch, c.subjects, c.resources FROM project.epoch e
        LEFT JOIN LATERAL (
            SELECT * FROM project.permission_changes WHERE epoch > $1 ORDER BY epoch DESC LIMIT $2
        ) c ON true ORDER BY c.epoch
        """,
        epoch,
        limit,
        timeout=within_s,
    )
    changes = [Changed(row[1], row[2], row[3]) for row in rows if row[1] is not None]
    return rows[0][0], changes


async def prune(pool: Pool, changes_days: int, outbox_days: int) -> None:
    """Delete what is older than it is kept."""
    await pool.execute(
        "DELETE FROM project.permission_changes WHERE created_at < now() - make_interval(days => $1)", changes_days
    )
    await pool.execute("DELETE FROM project.outbox WHERE created_at < now() - make_interval(days => $1)", outbox_days)
