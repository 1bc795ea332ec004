"""Grants in PostgreSQL."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from services.project.model import Grant, Principal
from services.project.store.changes import Change
from services.project.store.rows import GRANT_OF_G, grant_of
from services.project.store.schema import Executor


async def find(executor: Executor, resource_key: int, principal: Principal) -> Grant | None:
    """Return what somebody is granted on a resource itself."""
    row = await executor.fetchrow(
        f"""
        SELECT {GRANT_OF_G} FROM project.grants g LEFT JOIN project.custom_roles c USING (role_key)
        WHERE g.resource_key = $1 AND g.principal_kind = $2 AND g.principal = $3
        """,  # noqa: S608 -- the column list of rows.py
        resource_key,
        int(principal.kind),
        principal.name,
    )
    return grant_of(row) if row else None


async def put(
    change: Change, resource_key: int, grant: Grant, role_key: int | None = None, expire_time: datetime | None = None
) -> Grant:
    """Grant, in place of what the principal had there; returns it as stored. `role_key` is of the custom role."""
    await change.connection.execute(
        """
        INSERT INTO project.grants
            (resource_key, principal_kind, principal, role, role_key, denied, grantor, create_time, expire_time)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        ON CONFLICT (resource_key, principal_kind, principal) DO UPDATE SET role = excluded.role,
            role_key = excluded.role_key, denied = excluded.denied, grantor = excluded.grantor,
            create_time = excluded.create_time, expire_time = excluded.expire_time
        """,
        resource_key,
        int(grant.principal.kind),
        grant.principal.name,
        int(grant.role),
        role_key,
        sorted(grant.denied),
        grant.grantor,
        change.now,
        expire_time,
    )
    stored = await find(change.connection, resource_key, grant.principal)
    assert stored is not None
    return stored


async def delete(change: Change, resource_key: int, principal: Principal) -> None:
    """Take a grant back."""
    await change.connection.execute(
        "DELETE FROM project.grants WHERE resource_key = $1 AND principal_kind = $2 AND principal = $3",
        resource_key,
        int(principal.kind),
        principal.name,
    )


async def owners(executor: Executor, resource_key: int) -> int:
    """Return how many users own a resource itself."""
    value: int = await executor.fetchval(
        "SELECT count(*) FROM project.grants WHERE resource_key = $1 AND role = 5 AND principal_kind = 1", resource_key
    )
    return value


async def of_principal(executor: Executor, principal: Principal) -> list[tuple[str, Grant]]:
    """Return all that is granted to one principal, with the names of the resources."""
    rows = await executor.fetch(
        f"""
        SELECT r.name, {GRANT_OF_G} FROM project.grants g JOIN project.resources r USING (resource_key)
        LEFT JOIN project.custom_roles c USING (role_key) WHERE g.principal_kind = $1 AND g.principal = $2
        """,  # noqa: S608 -- likewise
        int(principal.kind),
        principal.name,
    )
    return [(name, grant_of(grant)) for name, *grant in rows]


async def delete_of(change: Change, principal: Principal) -> None:
    """Take back all that is granted to one principal."""
    await change.connection.execute(
        "DELETE FROM project.grants WHERE principal_kind = $1 AND principal = $2", int(principal.kind), principal.name
    )


class Place(NamedTuple):
    """A place in the order of grants: how far up, then who."""

    depth: int
    kind: int
    principal: str


class Listed(NamedTuple):
    """A grant where it was made."""

    place: Place
    resource: str
    grant: Grant


async def page(
    executor: Executor, resource: str, now: datetime, after: Place | None, limit: int, *, inherited: bool
) -> list[Listed]:
    """Return grants in force on a resource, and with `inherited` on what it is in, from it upward, after a place."""
    rows = await executor.fetch(
        f"""
        WITH RECURSIVE path AS (
            SELECT resource_key, parent_key, name, 0 AS depth FROM project.resources WHERE name = $1
            UNION ALL
            SELECT r.resource_key, r.parent_key, r.name, p.depth + 1
            FROM path p JOIN project.resources r ON r.resource_key = p.parent_key WHERE $2
        )
        SELECT p.depth, p.name, {GRANT_OF_G} FROM path p JOIN project.grants g USING (resource_key)
        LEFT JOIN project.custom_roles c USING (role_key)
        WHERE (g.expire_time IS NULL OR g.expire_time > $3)
            AND (p.depth, g.principal_kind::int, g.principal) > ($4::int, $5::int, $6::text)
        ORDER BY p.depth, g.principal_kind, g.principal LIMIT $7
        """,  # noqa: S608 -- likewise
        resource,
        inherited,
        now,
        *(after or Place(-1, 0, "")),
        limit,
    )
    return [Listed(Place(depth, grant[0], grant[1]), name, grant_of(grant)) for depth, name, *grant in rows]
