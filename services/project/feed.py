"""Feed: the permission epoch as it moves, for any number of watchers.

One task reads what each epoch touched, woken by NOTIFY, and on a beat should a wake-up be lost. A watcher that is too
far behind is told to drop everything; nothing is queued for anybody.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import dataclass
from typing import Any

import asyncpg
import structlog

from mesh.database import Connection, Pool, is_connection_lost
from services.project import store
from services.project.errors import PermissionsUnavailable, heed_cancellation, reachable
from services.project.settings import ProjectSettings
from services.project.store.rows import Changed
from services.project.store.schema import CHANNEL

_log = structlog.get_logger(__name__)
_READ_WITHIN_S = 2.0
"""A connection that takes longer is taken for dead."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a watcher hears: the epoch now, and what was touched since it heard last."""

    epoch: int
    everything: bool = False
    subjects: frozenset[str] = frozenset()
    resources: frozenset[str] = frozenset()


class Feed:
    """Reads epochs while `run` runs."""

    def __init__(self, pool: Pool, settings: ProjectSettings) -> None:
        self._pool, self._settings = pool, settings
        self._epoch = 0
        self._recent: deque[Changed] = deque(maxlen=settings.kept_changes)
        self._wake, self._moved = asyncio.Event(), asyncio.Event()
        self._read_at = 0.0

    async def start(self) -> None:
        """Learn the epoch now. Raises what asyncpg raises when the database is away."""
        self._epoch = await store.changes.epoch(self._pool)
        self._read_at = asyncio.get_running_loop().time()

    async def run(self) -> None:
        """Follow the epoch until cancelled. A database that is away is asked again on each beat."""
        while True:
            try:
                async with self._pool.acquire() as connection, _listening(connection, self._hear):
                    while not connection.is_closed():
                        await self._read(connection)
                        await self._beat()
            except Exception as error:
                heed_cancellation()
                if not isinstance(error, asyncpg.PostgresError) and not is_connection_lost(error):
                    raise
                _log.warning("the permission epoch cannot be read; it will be tried again", error=type(error).__name__)
            await asyncio.sleep(self._settings.epoch_poll_s)

    async def watch(self) -> AsyncGenerator[Told, None]:
        """Yield the epoch now, then each change of it, and the same one again on a beat without a change.

        Raises PermissionsUnavailable when the epoch could not be read for as long as a beat.
        """
        await self._catch_up()
        seen = self._epoch
        yield Told(seen)
        while True:
            moved = self._moved
            if self._epoch == seen:
                await _within(self._settings.epoch_heartbeat_s, moved)
            if self._epoch == seen and self._is_blind():
                raise PermissionsUnavailable
            told = self._since(seen)
            seen = told.epoch
            yield told

    async def _catch_up(self) -> None:
        """Wait until all is read that was committed before this was called. Raises PermissionsUnavailable."""
        with reachable():
            current = await store.changes.epoch(self._pool)
            async with asyncio.timeout(self._settings.epoch_heartbeat_s):
                while self._epoch < current:
                    await self._moved.wait()

    def _since(self, seen: int) -> Told:
        missed = [each for each in self._recent if each.epoch > seen]
        if len(missed) < self._epoch - seen:
            return Told(self._epoch, everything=True)
        return Told(
            self._epoch,
            subjects=frozenset(name for each in missed for name in each.subjects),
            resources=frozenset(name for each in missed for name in each.resources),
        )

    def _is_blind(self) -> bool:
        return asyncio.get_running_loop().time() - self._read_at > self._settings.epoch_heartbeat_s

    async def _read(self, connection: Connection) -> None:
        limit = self._settings.kept_changes
        epoch, changes = await store.changes.since(connection, self._epoch, limit, within_s=_READ_WITHIN_S)
        self._read_at = asyncio.get_running_loop().time()
        if epoch == self._epoch:
            return
        self._recent.extend(changes)
        self._epoch = epoch
        self._moved.set()
        self._moved = asyncio.Event()

    async def _beat(self) -> None:
        await _within(self._settings.epoch_poll_s, self._wake)
        self._wake.clear()

    def _hear(self, *_: Any) -> None:
        self._wake.set()


async def _within(seconds: float, event: asyncio.Event) -> None:
    """Wait for an event, or as long as this."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()


@contextlib.asynccontextmanager
async def _listening(connection: Connection, hear: Any) -> AsyncIterator[None]:
    await connection.add_listener(CHANNEL, hear)
    try:
        yield
    finally:
        if not connection.is_closed():
            await connection.remove_listener(CHANNEL, hear)
