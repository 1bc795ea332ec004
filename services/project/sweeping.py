"""Sweeping: what ends because its time is over, so that it ends also for those who keep answers, and open sessions."""

from __future__ import annotations

import asyncio

import structlog

from mesh.database import Pool
from services.project import store
from services.project.errors import PermissionsUnavailable, heed_cancellation, reachable
from services.project.model import Clock
from services.project.settings import ProjectSettings
from services.project.share_links import end
from services.project.store.changes import Action, changing

_log = structlog.get_logger(__name__)
_AT_ONCE = 100
"""Links ended in one change: others wait for it."""
_PRUNED_EVERY = 7200
"""Rounds between two prunings: an hour, at half a second a round."""


class Sweeper:
    """Goes round while `run` runs. Several may: each finds what the others left."""

    def __init__(self, pool: Pool, clock: Clock, settings: ProjectSettings) -> None:
        self._pool, self._clock, self._settings = pool, clock, settings

    async def run(self) -> None:
        """Go round until cancelled. A database that is away is asked again with the next round."""
        rounds = 0
        while True:
            try:
                await self.sweep()
                if rounds % _PRUNED_EVERY == 0:
                    await self.prune()
                rounds += 1
            except PermissionsUnavailable:
                heed_cancellation()
                _log.warning("nothing can be swept; it will be tried again")
            await asyncio.sleep(self._settings.sweep_interval_s)

    async def sweep(self) -> None:
        """End every link whose time is over. Raises PermissionsUnavailable."""
        while await self._end_some():
            pass

    async def prune(self) -> None:
        """Remove what nobody needs any more. Raises PermissionsUnavailable."""
        with reachable():
            await store.invitations.delete_expired(self._pool, self._clock())
            await store.changes.prune(self._pool, self._settings.changes_days, self._settings.outbox_days)

    async def _end_some(self) -> bool:
        now = self._clock()
        with reachable():
            if not await store.share_links.expired(self._pool, now, 1):
                return False
        async with changing(self._pool, now) as change:
            rows = await store.share_links.expired(change.connection, now, _AT_ONCE)
            for row in rows:
                await end(change, row, Action.SHARE_LINK_EXPIRED, actor="")
        return len(rows) == _AT_ONCE
