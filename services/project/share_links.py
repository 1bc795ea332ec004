"""Share links: a role for whoever has the link, and perhaps a password, until it ends.

A wrong password costs the one who tries as much as a right one; after ten in a minute nobody is let in by one.
"""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

from mesh.database import Pool
from mesh.faults import InvalidField
from mesh.identity import Identity
from mesh.pages import page_size, page_token, parse_page_token
from mesh.resource_names import Kind, parse
from services.project import resources, store
from services.project.errors import ShareLinkNotFound, reachable
from services.project.granting import Granting
from services.project.model import Clock, Grant, Principal, PrincipalKind, User
from services.project.roles import TABLE, Role
from services.project.settings import ProjectSettings
from services.project.store.changes import Action, Change, Entry, changing
from services.project.store.rows import ShareLinkRow
from services.project.store.share_links import NewShareLink
from services.project.tickets import hash_of, hash_password, is_password, new_id, new_secret

_MAX_PASSWORD = 1024
_MAX_SECRET = 256
_MAX_WRONG = 10
_WRONG_WINDOW = timedelta(minutes=1)
_MAX_TOLD = 1000
"""Redeemers who are told one by one that a link ended; past it, the resource is."""


class ShareLinks:
    """Create, list, redeem, revoke."""

    def __init__(self, pool: Pool, clock: Clock, granting: Granting, settings: ProjectSettings) -> None:
        self._pool, self._clock, self._granting = pool, clock, granting
        self._checking = asyncio.Semaphore(settings.password_checks)

    async def create(
        self, identity: Identity, resource: str, role: Role, expire_time: datetime | None, password: str
    ) -> tuple[ShareLinkRow, str]:
        """Make a link; returns it, and the secret that is told once. Raises InvalidField, PermissionDenied."""
        now = self._clock()
        if expire_time is not None and expire_time <= now:
            raise InvalidField("share_link.expire_time", "is past")
        kept = await self._hash(password)
        secret, principal = new_secret(), Principal(PrincipalKind.SHARE_LINK, f"shareLinks/{new_id()}")
        async with changing(self._pool, now) as change:
            granter = await self._granting.granter(change, User.of(identity), resource)
            granter.must_have(TABLE[role])
            key = granter.path[0].key
            new = NewShareLink(principal.name, key, role, expire_time, identity.subject, kept, secret.hash)
            row = await store.share_links.create(change, new)
            grant = Grant(principal, role, grantor=identity.subject)
            await store.grants.put(change, key, grant, expire_time=expire_time)
            await change.record(_told(Action.SHARE_LINK_CREATED, identity.subject, row))
            return row, secret.text

    async def page(self, resource: str, size: int, token: str) -> tuple[list[ShareLinkRow], str]:
        """Return a resource's links, the newest first, and the token of the next page. Raises InvalidField."""
        limit, question = page_size(size, resources.DEFAULT_PAGE, resources.MAX_PAGE), f"ListShareLinks {resource}"
        place = parse_page_token(token, question, (int,))
        before = int(place[0]) if place else None
        with reachable():
            rows = await store.share_links.page(self._pool, resource, self._clock(), before, limit + 1)
        return rows[:limit], page_token(question, (rows[limit - 1].key,)) if len(rows) > limit else ""

    async def redeem(self, identity: Identity, secret: str, password: str) -> tuple[ShareLinkRow, Grant]:
        """Take what a link gives; returns the link and its grant. Raises ShareLinkNotFound, ResourceArchived."""
        if len(secret) > _MAX_SECRET or len(password) > _MAX_PASSWORD:
            raise ShareLinkNotFound
        now, secret_hash = self._clock(), hash_of(secret)
        with reachable():
            row = await store.share_links.find_by_secret(self._pool, secret_hash, now)
        if row is None:
            raise ShareLinkNotFound
        if row.password:
            await self._check_password(row, password, now)
        async with changing(self._pool, now) as change:
            row = await store.share_links.find_by_secret(change.connection, secret_hash, now)
            if row is None:
                raise ShareLinkNotFound
            return row, await self._redeem(change, identity, row)

    async def revoke(self, identity: Identity, name: str) -> None:
        """End a link. Raises InvalidField, ShareLinkNotFound."""
        parse(name, "name", Kind.SHARE_LINK)
        now = self._clock()
        async with changing(self._pool, now) as change:
            row = await store.share_links.find(change.connection, name, now)
            if row is None:
                raise ShareLinkNotFound
            await end(change, row, Action.SHARE_LINK_REVOKED, identity.subject)

    async def _redeem(self, change: Change, identity: Identity, row: ShareLinkRow) -> Grant:
        granter = await self._granting.granter(change, User.of(identity), row.resource)
        if await store.share_links.redeem(change, row.key, identity.subject):
            change.touch(subjects=[identity.subject])
            await change.record(_told(Action.SHARE_LINK_REDEEMED, identity.subject, row))
        principal = Principal(PrincipalKind.SHARE_LINK, row.name)
        grant = await store.grants.find(change.connection, granter.path[0].key, principal)
        assert grant is not None
        return grant

    async def _hash(self, password: str) -> str:
        if not password:
            return ""
        async with self._checking:
            return await asyncio.to_thread(hash_password, password)

    async def _check_password(self, row: ShareLinkRow, password: str, now: datetime) -> None:
        """Do nothing if a password is right. Raises ShareLinkNotFound.

        The link stays locked while its password is checked, so that the limit holds however many try at once; few
        are let so far, so that those who wait hold no connection.
        """
        if not password:
            raise ShareLinkNotFound(password_required=True)
        async with self._checking:
            with reachable():
                async with self._pool.acquire() as connection, connection.transaction():
                    wrong = await store.share_links.wrong_passwords(connection, row.key, now, _WRONG_WINDOW)
                    right = False
                    if wrong is not None and wrong < _MAX_WRONG:
                        right = await asyncio.to_thread(is_password, row.password, password)
                        if not right:
                            await store.share_links.note_wrong_password(connection, row.key, now, wrong)
        if not right:
            raise ShareLinkNotFound


async def end(change: Change, row: ShareLinkRow, action: Action, actor: str) -> None:
    """End a link and what was got by it, and tell of it."""
    redeemers = await store.share_links.redeemers(change.connection, row.key, _MAX_TOLD + 1)
    await store.share_links.delete(change, row.key, row.name)
    if redeemers:
        change.touch_users(redeemers, row.resource)
    await change.record(_told(action, actor, row))


def _told(action: Action, actor: str, row: ShareLinkRow) -> Entry:
    return Entry(action, actor, row.resource, Principal(PrincipalKind.SHARE_LINK, row.name), row.role)
