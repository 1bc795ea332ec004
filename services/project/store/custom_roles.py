"""Custom roles in PostgreSQL."""

from __future__ import annotations

from typing import Any

import asyncpg

from services.project.roles import Permissions
from services.project.store.changes import Change
from services.project.store.rows import CustomRoleRow
from services.project.store.schema import Executor


async def create(
    change: Change, organization_key: int, name: str, title: str, permissions: Permissions
) -> CustomRoleRow | None:
    """Make a role; None when the name is taken."""
    row = await change.connection.fetchrow(
        """
        INSERT INTO project.custom_roles (organization_key, name, title, permissions) VALUES ($1, $2, $3, $4)
        ON CONFLICT (name) DO NOTHING RETURNING role_key, name, title, permissions
        """,
        organization_key,
        name,
        title,
        sorted(permissions),
    )
    return _role(row) if row else None


async def find(executor: Executor, name: str) -> CustomRoleRow | None:
    """Return a role."""
    row = await executor.fetchrow(
        "SELECT role_key, name, title, permissions FROM project.custom_roles WHERE name = $1", name
    )
    return _role(row) if row else None


async def of(executor: Executor, organization: str) -> list[CustomRoleRow]:
    """Return all roles of an organisation, by title."""
    rows = await executor.fetch(
        """
        SELECT c.role_key, c.name, c.title, c.permissions
        FROM project.custom_roles c JOIN project.resources r ON r.resource_key = c.organization_key
        WHERE r.name = $1 ORDER BY c.title, c.role_key
        """,
        organization,
    )
    return [_role(row) for row in rows]


async def update(change: Change, key: int, title: str, permissions: Permissions) -> CustomRoleRow:
    """Change a role, which is there."""
    row = await change.connection.fetchrow(
        """
        UPDATE project.custom_roles SET title = $2, permissions = $3 WHERE role_key = $1
        RETURNING role_key, name, title, permissions
        """,
        key,
        title,
        sorted(permissions),
    )
    return _role(row)


async def delete(change: Change, key: int) -> bool:
    """Delete a role; False, and nothing is done, when somebody is granted it, or invited to it."""
    try:
        async with change.connection.transaction():
            await change.connection.execute("DELETE FROM project.custom_roles WHERE role_key = $1", key)
    except asyncpg.ForeignKeyViolationError:
        return False
    return True


def _role(row: Any) -> CustomRoleRow:
    key, name, title, permissions = row
    return CustomRoleRow(key, name, title, frozenset(permissions))
