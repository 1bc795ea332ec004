"""Following: activities and notifications kept up with what is done, by one process of the installation.

Owns the beats: reading the sources, refreshing the summary, pruning. A source that is away is asked again; one does not
wait for the other.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import aclosing

import structlog

from mesh.database import Pool
from mesh.leadership import lead
from services.project import store
from services.project.activities.recorder import Overtaken, Recorder
from services.project.activities.sources import Source
from services.project.errors import heed_cancellation
from services.project.settings import ProjectSettings

_log = structlog.get_logger(__name__)
LEADER_LOCK = (0x53485041, 1)
""""SHPA"."""
_RETRY_S = 1.0
_PRUNE_S = 3600.0
_PRUNE_ROWS = 10_000


class Following:
    """Follows sources, while this process leads."""

    def __init__(self, pool: Pool, settings: ProjectSettings, recorder: Recorder, sources: Sequence[Source]) -> None:
        self._pool, self._settings, self._recorder, self._sources = pool, settings, recorder, sources

    async def run(self) -> None:
        """Follow until cancelled."""
        await lead(self._pool, "activities", LEADER_LOCK, self._lead)

    async def refresh(self) -> None:
        """Make the summary of projects anew. Raises what the database raises."""
        await store.activities.refresh_summary(self._pool)

    async def prune(self) -> None:
        """Delete what is older than it is kept, a bounded part at a time. Raises what the database raises."""
        while await store.activities.prune(self._pool, self._settings.activity_days, _PRUNE_ROWS):
            await asyncio.sleep(0)
        while await store.notifications.prune(self._pool, self._settings.notification_days, _PRUNE_ROWS):
            await asyncio.sleep(0)

    async def _lead(self) -> None:
        async with asyncio.TaskGroup() as group:
            for source in self._sources:
                group.create_task(self._follow(source))
            group.create_task(_every(self._settings.summary_interval_s, "summary", self.refresh))
            group.create_task(_every(_PRUNE_S, "pruning", self.prune))

    async def _follow(self, source: Source) -> None:
        """Record what a source tells, from the cursor on, until cancelled."""
        while True:
            try:
                cursor = await self._recorder.cursor(source.name)
                async with aclosing(source.read(cursor)) as reading:
                    async for page in reading:
                        if page.deeds:  # To note where nothing happened would be a write on every beat.
                            await self._recorder.record(source.name, cursor, page)
                            cursor = page.cursor
            except Overtaken:
                _log.info("somebody else follows too", source=source.name)
            except Exception as error:
                heed_cancellation()
                _log.warning("a source of activities is away; it will be tried again", source=source.name,
                             error=type(error).__name__)  # fmt: skip
            await asyncio.sleep(_RETRY_S)


async def _every(interval_s: float, what: str, round_: Callable[[], Awaitable[None]]) -> None:
    while True:
        try:
            await round_()
        except Exception as error:
            heed_cancellation()
            _log.warning("it failed; it will be tried again", what=what, error=type(error).__name__)
        await asyncio.sleep(interval_s)
