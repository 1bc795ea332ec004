"""Invitations in PostgreSQL: those that wait. One that is accepted or revoked is gone."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from services.project.roles import Role
from services.project.store.changes import Change
from services.project.store.rows import InvitationRow
from services.project.store.schema import Executor

_INVITATION = """i.invitation_key, i.name, r.name AS resource, i.email, i.role, c.name AS custom_role, i.role_key,
    c.permissions, i.create_time, i.expire_time, i.inviter, i.token_hash"""
_FROM = """project.invitations i JOIN project.resources r USING (resource_key)
    LEFT JOIN project.custom_roles c ON c.role_key = i.role_key"""


class NewInvitation(NamedTuple):
    """What an invitation is made of."""

    name: str
    resource_key: int
    email: str
    role: Role
    role_key: int | None
    expire_time: datetime
    inviter: str
    token_hash: bytes


async def create(change: Change, new: NewInvitation) -> InvitationRow:
    """Make an invitation, whose name is new."""
    await change.connection.execute(
        """
        INSERT INTO project.invitations
            (name, resource_key, email, role, role_key, expire_time, inviter, token_hash, create_time)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        """,
        *new,
        change.now,
    )
    made = await find(change.connection, new.name, change.now)
    assert made is not None
    return made


async def find(executor: Executor, name: str, now: datetime) -> InvitationRow | None:
    """Return an invitation that can still be accepted."""
    row = await executor.fetchrow(
        f"SELECT {_INVITATION} FROM {_FROM} WHERE i.name = $1 AND i.expire_time > $2",  # noqa: S608 -- the lists above
        name,
        now,
    )
    return _invitation(row) if row else None


async def page(executor: Executor, resource: str, now: datetime, before: int | None, limit: int) -> list[InvitationRow]:
    """Return invitations to a resource that can still be accepted, the newest first, before a key if given."""
    rows = await executor.fetch(
        f"""
        SELECT {_INVITATION} FROM {_FROM}
        WHERE r.name = $1 AND i.expire_time > $2 AND ($3::bigint IS NULL OR i.invitation_key < $3)
        ORDER BY i.invitation_key DESC LIMIT $4
        """,  # noqa: S608 -- likewise
        resource,
        now,
        before,
        limit,
    )
    return [_invitation(row) for row in rows]


async def delete(change: Change, key: int) -> None:
    """Remove an invitation that is spent or revoked."""
    await change.connection.execute("DELETE FROM project.invitations WHERE invitation_key = $1", key)


async def delete_expired(executor: Executor, now: datetime) -> None:
    """Remove those that nobody can accept any more."""
    await executor.execute("DELETE FROM project.invitations WHERE expire_time <= $1", now)


def _invitation(row: Iterable[Any]) -> InvitationRow:
    key, name, resource, email, role, custom_role, role_key, custom, *rest = row
    return InvitationRow(
        key, name, resource, email, Role(role), custom_role or "", role_key, frozenset(custom or ()), *rest
    )
