"""Resources in PostgreSQL: the tree of organisations, projects, folders and documents."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import asyncpg

from services.project.model import Place
from services.project.store.changes import Change
from services.project.store.rows import RESOURCE, ResourceRow, resource_row
from services.project.store.schema import Executor


class NewResource(NamedTuple):
    """What a resource is made of."""

    place: Place
    name: str
    parent_key: int | None
    title: str = ""
    description: str = ""
    creator: str = ""
    generation: int = 1


async def create(change: Change, new: NewResource) -> ResourceRow | None:
    """Create a resource; None when the name is taken."""
    row = await change.connection.fetchrow(
        f"""
        WITH r AS (
            INSERT INTO project.resources
                (kind, name, parent_key, title, description, creator, generation, create_time)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (name) DO NOTHING RETURNING *
        )
        SELECT {RESOURCE}, p.name FROM r LEFT JOIN project.resources p ON p.resource_key = r.parent_key
        """,  # noqa: S608 -- the column list of rows.py
        *new,
        change.now,
    )
    return resource_row(row) if row else None


async def find(executor: Executor, name: str) -> ResourceRow | None:
    """Return a resource."""
    row = await executor.fetchrow(
        f"""
        SELECT {RESOURCE}, p.name FROM project.resources r
        LEFT JOIN project.resources p ON p.resource_key = r.parent_key WHERE r.name = $1
        """,  # noqa: S608 -- likewise
        name,
    )
    return resource_row(row) if row else None


async def update(change: Change, key: int, title: str, description: str, *, archived: bool) -> ResourceRow:
    """Say something else of a resource, which is there."""
    row = await change.connection.fetchrow(
        f"""
        WITH r AS (
            UPDATE project.resources SET title = $2, description = $3, archived = $4, generation = generation + 1
            WHERE resource_key = $1 RETURNING *
        )
        SELECT {RESOURCE}, p.name FROM r LEFT JOIN project.resources p ON p.resource_key = r.parent_key
        """,  # noqa: S608 -- likewise
        key,
        title,
        description,
        archived,
    )
    return resource_row(row)


async def move(change: Change, key: int, parent_key: int | None, generation: int) -> None:
    """Put a resource, with all that is in it, elsewhere; the caller has seen that the place is not in itself."""
    await change.connection.execute(
        "UPDATE project.resources SET parent_key = $2, generation = $3 WHERE resource_key = $1",
        key,
        parent_key,
        generation,
    )


async def delete(change: Change, key: int) -> bool:
    """Delete a resource with its grants, invitations and links; False, and nothing is done, when something is in it."""
    try:
        async with change.connection.transaction():
            await change.connection.execute(
                """
                DELETE FROM project.grants g USING project.share_links l
                WHERE l.resource_key = $1 AND g.principal_kind = 4 AND g.principal = l.name
                """,
                key,
            )
            await change.connection.execute("DELETE FROM project.resources WHERE resource_key = $1", key)
    except asyncpg.ForeignKeyViolationError:
        return False
    return True


async def place_document(executor: Executor, name: str, parent: str, creator: str, generation: int) -> bool:
    """Register a document that is new in a place that is there; False, and nothing is done, when either is not so.

    Needs no `Change`: nobody has an answer about what was not there.
    """
    status = await executor.execute(
        """
        INSERT INTO project.resources (kind, name, parent_key, creator, generation, create_time)
        SELECT 4, $1, p.resource_key, $3, $4, now() FROM project.resources p WHERE p.name = $2
        ON CONFLICT (name) DO NOTHING
        """,
        name,
        parent,
        creator,
        generation,
    )
    return bool(status != "INSERT 0 0")


async def ancestors(executor: Executor, key: int) -> list[tuple[int, Place]]:
    """Return keys and kinds from a resource upward, itself first."""
    rows = await executor.fetch(
        """
        WITH RECURSIVE path AS (
            SELECT resource_key, parent_key, kind, 0 AS depth FROM project.resources WHERE resource_key = $1
            UNION ALL
            SELECT r.resource_key, r.parent_key, r.kind, p.depth + 1
            FROM path p JOIN project.resources r ON r.resource_key = p.parent_key
        )
        SELECT resource_key, kind FROM path ORDER BY depth
        """,
        key,
    )
    return [(row[0], Place(row[1])) for row in rows]


async def height(executor: Executor, key: int) -> int:
    """Return how many folders stand on one another from this one down, itself included."""
    value: int = await executor.fetchval(
        """
        WITH RECURSIVE below AS (
            SELECT resource_key, 1 AS depth FROM project.resources WHERE resource_key = $1
            UNION ALL
            SELECT r.resource_key, b.depth + 1
            FROM below b JOIN project.resources r ON r.parent_key = b.resource_key AND r.kind = 3
        )
        SELECT max(depth) FROM below
        """,
        key,
    )
    return value


class Listing(NamedTuple):
    """Which of some resources, by title and key, after a place (title, key) if given; names, and empty = any."""

    keys: Sequence[int]
    after: tuple[str, int] | None = None
    parent: str = ""
    archived: bool = True


async def page(executor: Executor, listing: Listing, limit: int) -> list[ResourceRow]:
    """Return the first `limit` resources of a listing."""
    title, key = listing.after or (None, None)
    rows = await executor.fetch(
        f"""
        SELECT {RESOURCE}, p.name FROM project.resources r
        LEFT JOIN project.resources p ON p.resource_key = r.parent_key
        WHERE r.resource_key = ANY ($1::bigint[]) AND ($2 = '' OR p.name = $2) AND ($3 OR NOT r.archived)
            AND ($4::text IS NULL OR (r.title, r.resource_key) > ($4, $5::bigint))
        ORDER BY r.title, r.resource_key LIMIT $6
        """,  # noqa: S608 -- the column list of rows.py
        listing.keys,
        listing.parent,
        listing.archived,
        title,
        key,
        limit,
    )
    return [resource_row(row) for row in rows]
