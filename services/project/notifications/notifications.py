"""Notifications, as their recipients ask for them, and as other services have them made."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, replace

from mesh.database import Pool
from mesh.faults import DocumentNotFound, TokenExpired, TooLarge
from mesh.identity import Identity
from mesh.pages import page_size, page_token, parse_page_token
from services.project import resources, store
from services.project.errors import reachable
from services.project.model import Clock
from services.project.notifications.bell import Bell
from services.project.notifications.delivery import Delivery
from services.project.notifications.model import Notice, email_addressee, user_addressee
from services.project.settings import ProjectSettings
from services.project.sight import Lookout
from services.project.store.notifications import NotificationRow, Reader

MAX_UNREAD = 1000
_MAX_IDS = 1000
_READ_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class News:
    """What came next, the oldest first, and the id with which to resume."""

    rows: list[NotificationRow]
    last_id: int


class Notifications:
    """Page, stream, mark read, count, notify."""

    def __init__(
        self, pool: Pool, clock: Clock, settings: ProjectSettings, lookout: Lookout, bell: Bell, delivery: Delivery
    ) -> None:
        self._pool, self._clock, self._settings = pool, clock, settings
        self._lookout, self._bell, self._delivery = lookout, bell, delivery

    async def page(
        self, identity: Identity, size: int, token: str, *, unread: bool
    ) -> tuple[list[NotificationRow], str]:
        """Return notifications, the newest first, and the token of the next page. Raises InvalidField."""
        limit, question = page_size(size, resources.DEFAULT_PAGE, resources.MAX_PAGE), f"ListNotifications {unread}"
        place = parse_page_token(token, question, (int,))
        before = int(place[0]) if place else None
        with reachable():
            reader = await self._reader(identity)
            rows = await store.notifications.page(self._pool, reader, before, limit + 1, unread=unread)
        return rows[:limit], page_token(question, (rows[limit - 1].id,)) if len(rows) > limit else ""

    async def stream(self, identity: Identity, after_id: int) -> AsyncGenerator[News, None]:
        """Yield what comes after an id (negative: what is new), at once and then on a beat, without end.

        Raises PermissionsUnavailable, and TokenExpired when the caller's token is over.
        """
        with reachable():
            last = after_id if after_id >= 0 else await store.notifications.last_id(self._pool)
        clock, told_at = asyncio.get_running_loop().time, float("-inf")
        with self._bell.waiting(self._addressees(identity)) as rung:
            while True:
                rung.clear()
                self._require_valid(identity)
                with reachable():
                    reader = await self._reader(identity)
                    rows = await store.notifications.after(self._pool, reader, last, _READ_AT_ONCE)
                if rows or clock() - told_at >= self._settings.notification_heartbeat_s:
                    last, told_at = (rows[-1].id if rows else last), clock()
                    yield News(rows, last)
                if len(rows) < _READ_AT_ONCE:
                    await _within(self._settings.notification_poll_s, rung)

    async def mark_read(self, identity: Identity, ids: Sequence[int], up_to: int) -> int:
        """Note that the caller read notifications; returns how many are unread now. Raises InvalidField, TooLarge."""
        if len(ids) > _MAX_IDS:
            raise TooLarge("ids", _MAX_IDS, len(ids))
        with reachable():
            await store.notifications.mark_read(self._pool, self._addressees(identity), ids, up_to, self._clock())
        return await self.unread(identity)

    async def unread(self, identity: Identity) -> int:
        """Return how many are unread, at most MAX_UNREAD."""
        with reachable():
            return await store.notifications.unread(self._pool, await self._reader(identity), MAX_UNREAD)

    async def notify(self, notices: Sequence[Notice]) -> int:
        """Tell people of something in one document; returns how many were. Raises DocumentNotFound."""
        if not notices:
            return 0
        with reachable():
            project = await store.notifications.project_of(self._pool, notices[0].resource)
            if project is None:
                raise DocumentNotFound(notices[0].resource)
            placed = [replace(each, project=project) for each in notices]
            async with self._pool.acquire() as connection, connection.transaction():
                made = await store.notifications.add(connection, placed, self._clock())
        self._delivery.offer(made)
        return len(made)

    async def _reader(self, identity: Identity) -> Reader:
        seen = await self._lookout.seen(identity)
        return Reader(seen.sight, self._addressees(identity), identity.subject, self._clock())

    def _addressees(self, identity: Identity) -> list[str]:
        """Return as whom somebody is addressed: an address counts as for invitations."""
        verified = identity.email_verified or self._settings.trust_unverified_email
        emails = [email_addressee(identity.email)] if verified and identity.email else []
        return [user_addressee(identity.subject), *emails]

    def _require_valid(self, identity: Identity) -> None:
        if self._clock().timestamp() >= identity.expires_at:
            raise TokenExpired("the token is over; call again with a new one")


async def _within(seconds: float, event: asyncio.Event) -> None:
    """Wait for an event, or as long as this."""
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return
