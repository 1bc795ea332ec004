"""Share links in PostgreSQL: those that are not over, and who redeemed them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from mesh.database import Connection
from services.project.roles import Role
from services.project.store.changes import Change
from services.project.store.rows import ShareLinkRow
from services.project.store.schema import Executor

_LINK = """l.link_key, l.name, r.name AS resource, l.role, l.create_time, l.expire_time, l.creator, l.password,
    (SELECT count(*) FROM project.link_redemptions d WHERE d.link_key = l.link_key)"""
_FROM = "project.share_links l JOIN project.resources r USING (resource_key)"
_IN_FORCE = "(l.expire_time IS NULL OR l.expire_time > $2)"


class NewShareLink(NamedTuple):
    """What a link is made of."""

    name: str
    resource_key: int
    role: Role
    expire_time: datetime | None
    creator: str
    password: str
    secret_hash: bytes


async def create(change: Change, new: NewShareLink) -> ShareLinkRow:
    """Make a link, whose name is new; its grant is for the caller to make."""
    await change.connection.execute(
        """
        INSERT INTO project.share_links (name, resource_key, role, expire_time, creator, password, secret_hash,
            create_time)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        """,
        *new,
        change.now,
    )
    made = await find(change.connection, new.name, change.now)
    assert made is not None
    return made


async def find(executor: Executor, name: str, now: datetime) -> ShareLinkRow | None:
    """Return a link in force."""
    row = await executor.fetchrow(
        f"SELECT {_LINK} FROM {_FROM} WHERE l.name = $1 AND {_IN_FORCE}",  # noqa: S608 -- the lists above
        name,
        now,
    )
    return _link(row) if row else None


async def find_by_secret(executor: Executor, secret_hash: bytes, now: datetime) -> ShareLinkRow | None:
    """Return the link in force that has a secret."""
    row = await executor.fetchrow(
        f"SELECT {_LINK} FROM {_FROM} WHERE l.secret_hash = $1 AND {_IN_FORCE}",  # noqa: S608 -- likewise
        secret_hash,
        now,
    )
    return _link(row) if row else None


async def page(executor: Executor, resource: str, now: datetime, before: int | None, limit: int) -> list[ShareLinkRow]:
    """Return a resource's links in force, the newest first, before a key if given."""
    rows = await executor.fetch(
        f"""
        SELECT {_LINK} FROM {_FROM} WHERE r.name = $1 AND {_IN_FORCE} AND ($3::bigint IS NULL OR l.link_key < $3)
        ORDER BY l.link_key DESC LIMIT $4
        """,  # noqa: S608 -- likewise
        resource,
        now,
        before,
        limit,
    )
    return [_link(row) for row in rows]


async def wrong_passwords(connection: Connection, key: int, now: datetime, window: timedelta) -> int | None:
    """Lock a link for the transaction and return how many wrong passwords came within the window.

    None when the link is gone.
    """
    row = await connection.fetchrow(
        "SELECT wrong_since, wrong_passwords FROM project.share_links WHERE link_key = $1 FOR NO KEY UPDATE", key
    )
    if row is None:
        return None
    wrong_since, wrong = row
    return wrong if wrong_since is not None and wrong_since > now - window else 0


async def note_wrong_password(connection: Connection, key: int, now: datetime, wrong: int) -> None:
    """Note one more wrong password besides `wrong` within the window; the first begins a window."""
    await connection.execute(
        """
        UPDATE project.share_links
        SET wrong_passwords = $3 + 1, wrong_since = CASE $3 WHEN 0 THEN $2 ELSE wrong_since END WHERE link_key = $1
        """,
        key,
        now,
        wrong,
    )


async def redeem(change: Change, key: int, subject: str) -> bool:
    """Let a user have what a link gives; False when they had it."""
    status = await change.connection.execute(
        "INSERT INTO project.link_redemptions (link_key, subject) VALUES ($1, $2) ON CONFLICT DO NOTHING", key, subject
    )
    return bool(status == "INSERT 0 1")


async def redeemers(executor: Executor, key: int, limit: int) -> list[str]:
    """Return who redeemed a link, at most `limit`."""
    rows = await executor.fetch("SELECT subject FROM project.link_redemptions WHERE link_key = $1 LIMIT $2", key, limit)
    return [row[0] for row in rows]


async def expired(executor: Executor, now: datetime, limit: int) -> list[ShareLinkRow]:
    """Return links whose time is over, at most `limit`."""
    rows = await executor.fetch(
        f"SELECT {_LINK} FROM {_FROM} WHERE l.expire_time <= $1 ORDER BY l.expire_time LIMIT $2",  # noqa: S608 -- likewise
        now,
        limit,
    )
    return [_link(row) for row in rows]


async def delete(change: Change, key: int, name: str) -> None:
    """End a link, and what was got by it."""
    await change.connection.execute("DELETE FROM project.grants WHERE principal_kind = 4 AND principal = $1", name)
    await change.connection.execute("DELETE FROM project.share_links WHERE link_key = $1", key)


def _link(row: Iterable[Any]) -> ShareLinkRow:
    key, name, resource, role, *rest = row
    return ShareLinkRow(key, name, resource, Role(role), *rest)
