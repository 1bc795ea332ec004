"""This service's outbox in PostgreSQL, as it is read."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

import orjson

from services.project.model import Principal, PrincipalKind
from services.project.roles import Role
from services.project.store.changes import Action
from services.project.store.schema import Executor


class Position(NamedTuple):
    """A place in the outbox: everything of transactions below `txid` has been read, and of `txid` ids up to `id`."""

    txid: int
    id: int = 0


class OwnEvent(NamedTuple):
    """A row of the outbox. `project` is what the resource is in, as far as it is known now; `link_creator` who made the
    link that it is about, while there is one.
    """

    txid: int
    id: int
    time: datetime
    action: Action
    actor: str
    resource: str
    principal: Principal
    role: Role
    custom_role: str
    details: dict[str, str]
    project: str
    link_creator: str


class OwnPage(NamedTuple):
    """The next events in the order of transactions, and where the next page begins."""

    events: list[OwnEvent]
    next: Position
    is_full: bool


async def page(executor: Executor, after: Position, limit: int) -> OwnPage:
    """Return at most the next `limit` events after a place, of transactions that nothing can come before any more."""
    rows = await executor.fetch(
        """
        WITH page AS MATERIALIZED (
            SELECT * FROM project.outbox
            WHERE (txid, id) > ($1, $2) AND txid < pg_snapshot_xmin(pg_current_snapshot())
            ORDER BY txid, id LIMIT $3
        )
        SELECT h.horizon, p.txid, p.id, p.created_at, p.kind, p.actor, p.resource, p.principal_kind, p.principal,
            p.role, p.custom_role, p.details,
            CASE WHEN p.resource LIKE 'projects/%' THEN split_part(p.resource, '/folders/', 1)
                ELSE (
                    SELECT split_part(u.name, '/folders/', 1) FROM project.resources r
                    JOIN project.resources u ON u.resource_key = r.parent_key AND u.kind IN (2, 3)
                    WHERE r.name = p.resource
                ) END,
            l.creator
        FROM (SELECT pg_snapshot_xmin(pg_current_snapshot()) AS horizon) h LEFT JOIN page p ON true
        LEFT JOIN project.share_links l ON p.principal_kind = 4 AND l.name = p.principal
        ORDER BY p.txid, p.id
        """,
        *after,
        limit,
    )
    events = [_event(tuple(row)[1:]) for row in rows if row[1] is not None]
    is_full = len(events) == limit
    return OwnPage(events, Position(events[-1].txid, events[-1].id) if is_full else Position(rows[0][0]), is_full)


def _event(row: Iterable[Any]) -> OwnEvent:
    txid, id_, time, kind, actor, resource, principal_kind, principal, role, custom_role, details, *rest = row
    return OwnEvent(
        txid,
        id_,
        time,
        Action(kind),
        actor,
        resource,
        Principal(PrincipalKind(principal_kind), principal),
        Role(role),
        custom_role,
        orjson.loads(details),
        *(each or "" for each in rest),
    )
