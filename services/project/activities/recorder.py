"""Recorder: deeds become activities and notifications, and the cursor moves, in one transaction.

So a crash leaves all of a page or nothing of it; and of two processes that record the same page, one is refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from itertools import groupby

from mesh.database import Connection, Pool
from services.project import store
from services.project.activities.model import Deed, Page
from services.project.activities.sessions import grown
from services.project.model import Clock
from services.project.notifications.delivery import Delivery
from services.project.store.notifications import NotificationRow


class Overtaken(Exception):
    """Somebody else recorded what this page begins with."""


class Recorder:
    """Records pages. `delivery` hears of notifications after they are committed."""

    def __init__(self, pool: Pool, clock: Clock, longest_pause: timedelta, delivery: Delivery) -> None:
        self._pool, self._clock, self._longest_pause, self._delivery = pool, clock, longest_pause, delivery

    async def cursor(self, source: str) -> str:
        """Return up to where a source is recorded; empty = nothing of it."""
        return await store.activities.cursor(self._pool, source)

    async def record(self, source: str, began: str, page: Page) -> None:
        """Record a page of a source that was read from cursor `began`. Raises Overtaken, and then did nothing."""
        made: list[NotificationRow] = []
        async with self._pool.acquire() as connection, connection.transaction():
            if not await store.activities.move_cursor(connection, source, began, page.cursor):
                raise Overtaken(source)
            for part in _until_erased(page.deeds):
                made += await self._record(connection, part)
        self._delivery.offer(made)

    async def _record(self, connection: Connection, deeds: Sequence[Deed]) -> list[NotificationRow]:
        """Record deeds, of which only the last may erase something; returns the notifications they led to."""
        if edits := [deed for deed in deeds if deed.edits is not None]:
            await self._record_edits(connection, edits)
        if others := [deed for deed in deeds if deed.edits is None and deed.kind is not None]:
            await store.activities.add(connection, others)
        notices = [notice for deed in deeds for notice in deed.notices]
        made = await store.notifications.add(connection, notices, self._clock())
        if deeds[-1].erased:
            await store.activities.erase(connection, deeds[-1].erased)
        return made

    async def _record_edits(self, connection: Connection, deeds: Sequence[Deed]) -> None:
        ordered = sorted(deeds, key=_who)  # Stable: of one author in one document, they stay in their order.
        last = await store.activities.last_sessions(connection, sorted({_who(deed) for deed in deeds}))
        sessions = [
            session
            for who, theirs in groupby(ordered, _who)
            for session in grown(last.get(who), theirs, self._longest_pause)
        ]
        await store.activities.put_sessions(connection, sessions)


def _who(deed: Deed) -> tuple[str, str, str]:
    return deed.resource, deed.actor, deed.agent


def _until_erased(deeds: Sequence[Deed]) -> list[Sequence[Deed]]:
    """Return deeds in parts, of which each ends with one that erases something, or with the last deed."""
    ends = [index + 1 for index, deed in enumerate(deeds) if deed.erased]
    starts = [0, *ends]
    parts = [deeds[start:end] for start, end in zip(starts, [*ends, len(deeds)], strict=True)]
    return [part for part in parts if part]
