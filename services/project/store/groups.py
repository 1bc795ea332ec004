"""Groups in PostgreSQL: their members, and the groups of tokens that count as them."""

from __future__ import annotations

from collections.abc import Collection

from services.project.store.changes import Change
from services.project.store.rows import GroupRow
from services.project.store.schema import Executor

_GROUP = """g.group_key, g.name, g.title,
    ARRAY(SELECT m.subject FROM project.group_members m WHERE m.group_key = g.group_key ORDER BY m.subject),
    ARRAY(SELECT c.claim FROM project.group_claims c WHERE c.group_key = g.group_key ORDER BY c.claim)"""


async def create(change: Change, organization_key: int, name: str, title: str) -> int | None:
    """Create a group without anybody in it and return its key; None when the name is taken."""
    key: int | None = await change.connection.fetchval(
        """
        INSERT INTO project.groups (organization_key, name, title) VALUES ($1, $2, $3)
        ON CONFLICT (name) DO NOTHING RETURNING group_key
        """,
        organization_key,
        name,
        title,
    )
    return key


async def find(executor: Executor, name: str) -> GroupRow | None:
    """Return a group."""
    row = await executor.fetchrow(f"SELECT {_GROUP} FROM project.groups g WHERE g.name = $1", name)  # noqa: S608 -- its columns
    return GroupRow._make(row) if row else None


async def page(executor: Executor, organization: str, after: tuple[str, int] | None, limit: int) -> list[GroupRow]:
    """Return an organisation's groups by title and key, after a place if given."""
    title, key = after or (None, None)
    rows = await executor.fetch(
        f"""
        SELECT {_GROUP} FROM project.groups g JOIN project.resources r ON r.resource_key = g.organization_key
        WHERE r.name = $1 AND ($2::text IS NULL OR (g.title, g.group_key) > ($2, $3::bigint))
        ORDER BY g.title, g.group_key LIMIT $4
        """,  # noqa: S608 -- the column list above
        organization,
        title,
        key,
        limit,
    )
    return [GroupRow._make(row) for row in rows]


async def rename(change: Change, key: int, title: str) -> None:
    """Give a group another title."""
    await change.connection.execute("UPDATE project.groups SET title = $2 WHERE group_key = $1", key, title)


async def add_members(change: Change, key: int, subjects: Collection[str]) -> None:
    """Put users into a group; those who are in it stay."""
    await change.connection.execute(
        """
        INSERT INTO project.group_members (group_key, subject) SELECT $1, unnest($2::text[]) ON CONFLICT DO NOTHING
        """,
        key,
        list(subjects),
    )


async def remove_members(change: Change, key: int, subjects: Collection[str]) -> None:
    """Take users out of a group."""
    await change.connection.execute(
        "DELETE FROM project.group_members WHERE group_key = $1 AND subject = ANY ($2::text[])", key, list(subjects)
    )


async def set_claims(change: Change, key: int, claims: Collection[str]) -> None:
    """Say which groups of tokens count as a group."""
    await change.connection.execute("DELETE FROM project.group_claims WHERE group_key = $1", key)
    await change.connection.execute(
        "INSERT INTO project.group_claims (group_key, claim) SELECT $1, unnest($2::text[])", key, list(claims)
    )


async def delete(change: Change, key: int) -> None:
    """Delete a group; what was granted to it is for the caller to take back."""
    await change.connection.execute("DELETE FROM project.groups WHERE group_key = $1", key)
