"""The record in PostgreSQL, as it is read; it is written by changes alone."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import orjson

from services.project.model import Principal, PrincipalKind
from services.project.roles import Role
from services.project.store.rows import AuditRow
from services.project.store.schema import Executor

_ENTRY = """a.id, a.create_time, a.actor, a.action, a.resource, a.principal_kind, a.principal, a.role, a.custom_role,
    a.denied, a.details"""


async def page(executor: Executor, resource: str, before: int | None, limit: int) -> list[AuditRow]:
    """Return entries about a resource and what was in it, the newest first, before an id if given."""
    rows = await executor.fetch(
        f"""
        SELECT {_ENTRY} FROM project.audit_entries a
        WHERE a.scopes @> ARRAY[$1] AND ($2::bigint IS NULL OR a.id < $2) ORDER BY a.id DESC LIMIT $3
        """,  # noqa: S608 -- the column list above
        resource,
        before,
        limit,
    )
    return [_entry(row) for row in rows]


async def following(executor: Executor, resource: str, after: int, limit: int) -> list[AuditRow]:
    """Return entries about a resource and what was in it, the oldest first, after an id."""
    rows = await executor.fetch(
        f"""
        SELECT {_ENTRY} FROM project.audit_entries a
        WHERE a.scopes @> ARRAY[$1] AND a.id > $2 ORDER BY a.id LIMIT $3
        """,  # noqa: S608 -- likewise
        resource,
        after,
        limit,
    )
    return [_entry(row) for row in rows]


def _entry(row: Iterable[Any]) -> AuditRow:
    id_, create_time, actor, action, resource, kind, principal, role, custom_role, denied, details = row
    return AuditRow(
        id_,
        create_time,
        actor,
        action,
        resource,
        Principal(PrincipalKind(kind), principal),
        Role(role),
        custom_role,
        frozenset(denied),
        orjson.loads(details),
    )
