"""Erasing: freeing the space of documents that were purged, and purging those whose time in the trash is over.

Owns the beat and the order: what a document consists of goes in short steps, and its row last, so that a crash at any
moment is gone on from. Woken by each purge; several processes may erase at once. Never touches what can be undeleted.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta

import asyncpg
import structlog

from mesh.database import Pool
from services.document import store
from services.document.documents.places import Places
from services.document.errors import cause_of
from services.document.settings import DocumentSettings

_log = structlog.get_logger(__name__)
_DOCUMENTS = 100
"""Documents looked at together."""
_ATTEMPTS = 3
"""What follows the log in the background may add a row or two while a document is erased."""


class Eraser:
    """Erases what is purged."""

    def __init__(self, pool: Pool, settings: DocumentSettings, places: Places) -> None:
        self._pool, self._settings, self._places = pool, settings, places
        self._wake = asyncio.Event()
        self._idle = asyncio.Event()

    def wake(self) -> None:
        """Something was purged: begin at once."""
        self._idle.clear()
        self._wake.set()

    async def caught_up(self) -> None:
        """Return when all that was purged before is erased, or could not be and will be tried again."""
        await self._idle.wait()

    async def run(self) -> None:
        """Erase what is due, at the start, when woken and on every beat, until cancelled."""
        while True:
            self._wake.clear()
            try:
                await self.round()
            except Exception as error:
                _log.warning("erasing failed; it will be tried again", **cause_of(error))
            if not self._wake.is_set():
                self._idle.set()
            try:
                async with asyncio.timeout(self._settings.erase_interval_s):
                    await self._wake.wait()
            except TimeoutError:
                continue

    async def round(self) -> None:
        """Purge what has expired, give up abandoned imports, and erase all that is purged."""
        idle = timedelta(seconds=self._settings.import_idle_s)
        while await store.erasing.expire(self._pool, _DOCUMENTS):
            pass
        while await store.erasing.abandon(self._pool, idle, _DOCUMENTS):
            pass
        left: set[int] = set()
        while keys := [
            key for key in await store.erasing.purged(self._pool, _DOCUMENTS + len(left)) if key not in left
        ]:
            for key in keys:
                if not await self._erase(key):
                    left.add(key)

    async def _erase(self, document_key: int) -> bool:
        """Erase one document; False when somebody adds to it again and again, as whoever has not heard yet may."""
        await _all(store.erasing.erase_operations, self._pool, document_key)
        for _ in range(_ATTEMPTS):
            await _all(store.erasing.erase_rest, self._pool, document_key)
            await self._places.gone(document_key)
            with suppress(asyncpg.ForeignKeyViolationError):
                await store.erasing.erase_document(self._pool, document_key)
                _log.info("document erased", document_key=document_key)
                return True
        return False


async def _all(step: Callable[[Pool, int], Awaitable[bool]], pool: Pool, document_key: int) -> None:
    while await step(pool, document_key):
        await asyncio.sleep(0)
