"""What is granted to a user, on the way from a resource upward, and in the whole tree below what they have."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from services.project.model import Level, Place, User
from services.project.scopes import Node
from services.project.store.rows import GRANT_OF_M, grant_of
from services.project.store.schema import Executor

# Who the user is, as principals of grants: $1 = subject, $2 = groups of the token, $3 = organisations of the token.
_ME = """me (kind, principal) AS (
    SELECT 1::smallint, $1::text
    UNION
    SELECT 2::smallint, g.name FROM project.group_members m JOIN project.groups g USING (group_key)
    WHERE m.subject = $1
    UNION
    SELECT 2::smallint, g.name FROM project.group_claims c JOIN project.groups g USING (group_key)
    WHERE c.claim = ANY ($2::text[])
    UNION
    SELECT 3::smallint, unnest($3::text[])
    UNION
    SELECT 4::smallint, l.name FROM project.link_redemptions d JOIN project.share_links l USING (link_key)
    WHERE d.subject = $1
)"""

# Grants in force, $4 = now, that are the user's.
_MINE = """mine AS (
    SELECT g.resource_key, g.principal_kind, g.principal, g.role, c.name AS custom_role, c.permissions, g.denied,
        g.grantor, g.create_time
    FROM me JOIN project.grants g ON g.principal_kind = me.kind AND g.principal = me.principal
    LEFT JOIN project.custom_roles c ON c.role_key = g.role_key
    WHERE g.expire_time IS NULL OR g.expire_time > $4
)"""

# Whether a resource r may matter to the folders of project $6; any may when it is empty.
_NEAR = """($6 = '' OR r.kind = 1 OR r.name = $6 OR r.name >= $6 || '/folders/' AND r.name < $6 || '/folders0')"""


class Paths(NamedTuple):
    """Paths upward, by the name of the resource that begins them; those of what is not there are missing."""

    epoch: int
    by_name: dict[str, list[Level]]


async def paths(executor: Executor, user: User, names: Iterable[str], now: datetime) -> Paths:
    """Return the paths of resources, with what is granted to a user on the way, all as of one moment."""
    rows = await executor.fetch(
        f"""
        WITH RECURSIVE {_ME}, {_MINE}, path AS (
            SELECT r.name AS asked, 0 AS depth, r.resource_key, r.parent_key, r.name, r.kind, r.archived
            FROM project.resources r WHERE r.name = ANY ($5::text[])
            UNION ALL
            SELECT p.asked, p.depth + 1, r.resource_key, r.parent_key, r.name, r.kind, r.archived
            FROM path p JOIN project.resources r ON r.resource_key = p.parent_key
        )
        SELECT e.value, p.asked, p.resource_key, p.name, p.kind, p.archived, {GRANT_OF_M}
        FROM project.epoch e LEFT JOIN path p ON true LEFT JOIN mine m ON m.resource_key = p.resource_key
        ORDER BY p.asked, p.depth, m.principal_kind, m.principal
        """,  # noqa: S608 -- the fragments above
        *_who(user),
        now,
        list(set(names)),
    )
    found: dict[str, list[Level]] = {}
    for _, asked, *level in rows:
        if asked is not None:
            _add(found.setdefault(asked, []), level)
    return Paths(rows[0][0], found)


class Tree(NamedTuple):
    """What a user was granted, what it is in, and what is in it, as `scopes` wants it."""

    epoch: int
    nodes: list[Node]


async def tree(
    executor: Executor, user: User, now: datetime, deepest: Place, project: str = "", *, documents: bool = False
) -> Tree:
    """Return the tree of a user down to places of kind `deepest`; with `documents`, those with grants of their own.

    With a `project`, folders of no other are looked at.
    """
    rows = await executor.fetch(
        f"""
        WITH RECURSIVE {_ME}, {_MINE}, up AS (
            SELECT r.resource_key, r.parent_key FROM project.resources r
            WHERE r.resource_key IN (SELECT resource_key FROM mine) AND (r.kind <= $5 OR $7 AND r.kind = 4) AND {_NEAR}
            UNION
            SELECT r.resource_key, r.parent_key FROM up JOIN project.resources r ON r.resource_key = up.parent_key
        ), down AS (
            SELECT r.resource_key, r.kind FROM project.resources r
            WHERE r.resource_key IN (SELECT resource_key FROM mine) AND {_NEAR}
            UNION
            SELECT r.resource_key, r.kind FROM down JOIN project.resources r ON r.parent_key = down.resource_key
            WHERE r.kind <= $5 AND r.kind <> 4 AND {_NEAR}
        ), known AS (
            SELECT resource_key FROM up UNION SELECT resource_key FROM down WHERE kind <= $5 AND kind <> 4
        )
        SELECT e.value, r.parent_key, r.resource_key, r.name, r.kind, r.archived, {GRANT_OF_M}
        FROM project.epoch e LEFT JOIN (known JOIN project.resources r USING (resource_key)) ON true
        LEFT JOIN mine m ON m.resource_key = r.resource_key
        ORDER BY r.resource_key
        """,  # noqa: S608 -- likewise
        *_who(user),
        now,
        int(deepest),
        project,
        documents,
    )
    levels: list[Level] = []
    parents: list[int | None] = []
    for _, parent, *level in rows:
        if level[0] is not None and _add(levels, level):
            parents.append(parent)
    return Tree(rows[0][0], [Node(level, parent) for level, parent in zip(levels, parents, strict=True)])


async def holders(executor: Executor, names: Sequence[str]) -> dict[str, str]:
    """Return the resources that invitations and links lead to, by their names; those that are not there are missing."""
    rows = await executor.fetch(
        """
        SELECT i.name, r.name FROM project.invitations i JOIN project.resources r USING (resource_key)
        WHERE i.name = ANY ($1::text[])
        UNION ALL
        SELECT l.name, r.name FROM project.share_links l JOIN project.resources r USING (resource_key)
        WHERE l.name = ANY ($1::text[])
        """,
        names,
    )
    return {row[0]: row[1] for row in rows}


def _who(user: User) -> tuple[str, list[str], list[str]]:
    return user.subject, list(user.groups), list(user.organizations)


def _add(levels: list[Level], row: Sequence[Any]) -> bool:
    """Add one row, a place and perhaps one of its grants; False when the place was there, and only the grant is new."""
    key, name, kind, archived, *grant = row
    grants = (grant_of(grant),) if grant[0] is not None else ()
    if levels and levels[-1].key == key:
        levels[-1] = Level(key, name, Place(kind), archived, levels[-1].grants + grants)
        return False
    levels.append(Level(key, name, Place(kind), archived, grants))
    return True
