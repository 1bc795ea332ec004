"""Bell: wakes those who wait for notifications, as soon as somebody anywhere committed one for them.

A wake-up can be lost, so whoever waits looks by themselves on a beat; nothing is told here but that there may be
something.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

import asyncpg
import structlog

from mesh.database import Pool, is_connection_lost
from services.project.errors import heed_cancellation
from services.project.settings import ProjectSettings
from services.project.store.notifications import CHANNEL

_log = structlog.get_logger(__name__)


class Bell:
    """Listens while `run` runs."""

    def __init__(self, pool: Pool, settings: ProjectSettings) -> None:
        self._pool, self._settings = pool, settings
        self._waiting: defaultdict[str, set[asyncio.Event]] = defaultdict(set)

    async def run(self) -> None:
        """Listen until cancelled. A database that is away is asked again on each beat."""
        while True:
            try:
                await self._listen()
            except Exception as error:
                heed_cancellation()
                if not isinstance(error, asyncpg.PostgresError) and not is_connection_lost(error):
                    raise
                _log.warning("notifications are not heard of at once; it will be tried again",
                             error=type(error).__name__)  # fmt: skip
            await asyncio.sleep(self._settings.notification_poll_s)

    @contextlib.contextmanager
    def waiting(self, addressees: Sequence[str]) -> Iterator[asyncio.Event]:
        """Yield an event that is set when there may be something for one of these."""
        event = asyncio.Event()
        for each in addressees:
            self._waiting[each].add(event)
        try:
            yield event
        finally:
            for each in addressees:
                self._waiting[each].discard(event)
                if not self._waiting[each]:
                    del self._waiting[each]

    async def _listen(self) -> None:
        async with self._pool.acquire() as connection:
            await connection.add_listener(CHANNEL, self._hear)
            try:
                for each in list(self._waiting):  # What was told while nobody listened.
                    self._ring(each)
                while not connection.is_closed():
                    await connection.execute("SELECT 1", timeout=self._settings.notification_poll_s)
                    await asyncio.sleep(self._settings.notification_poll_s)
            finally:
                if not connection.is_closed():
                    await connection.remove_listener(CHANNEL, self._hear)

    def _hear(self, _connection: Any, _pid: int, _channel: str, addressee: object) -> None:
        self._ring(str(addressee))

    def _ring(self, addressee: str) -> None:
        for event in self._waiting.get(addressee, ()):
            event.set()
