"""Housekeeping: what must happen now and then, so that appending never has to.

Owns the making of partitions, the pruning of the outbox, and the order of ListDocuments. Failing is logged and tried
again with the next round; nothing here is needed for an operation to be saved.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import asyncpg
import structlog

from mesh.database import Pool
from services.document import store
from services.document.errors import cause_of
from services.document.log.archive import Archive
from services.document.log.batch import Batch
from services.document.log.partitions import partitions_from
from services.document.settings import DocumentSettings
from services.document.store.rows import Written

_log = structlog.get_logger(__name__)
_HOUR_S = 3600.0
_PRUNE_ROWS = 10_000
"""Rows one deletion takes: about 50 ms."""


class Recency:
    """Which documents changed since the order of ListDocuments was last brought up to date."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._changed: set[int] = set()

    def note(self, _batch: Batch, written: Written) -> None:
        """Hear of a batch that is on disk."""
        self._changed.add(written.document_key)

    async def flush(self) -> None:
        """Bring the order up to date with everything noted so far."""
        if not self._changed:
            return
        changed, self._changed = self._changed, set()
        try:
            await store.documents.refresh_listing(self._pool, sorted(changed))
        except BaseException:
            self._changed |= changed
            raise

    async def flush_all(self) -> None:
        """Bring the order up to date with every document: what a process that died had noted, nobody else knows."""
        await store.documents.refresh_listing(self._pool, None)


class Housekeeping:
    """The rounds, each on its own beat."""

    def __init__(self, pool: Pool, settings: DocumentSettings, recency: Recency, archive: Archive) -> None:
        self._pool, self._settings, self._recency, self._archive = pool, settings, recency, archive

    async def run(self) -> None:
        """Go round until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(_every(24 * _HOUR_S, "partitions", self.make_partitions))
            group.create_task(_every(_HOUR_S, "archive", self._archive.round))
            group.create_task(_every(_HOUR_S, "outbox", self.prune_outbox))
            group.create_task(_every(self._settings.recency_interval_s, "recency", self._recency.flush))

    async def make_partitions(self) -> None:
        """Make the partitions of this month and of those ahead. One that cannot be made now stops nobody.

        Operations then go to the default partition, and move over with the round that makes theirs.
        """
        for partition in partitions_from(datetime.now(UTC), self._settings.partitions_ahead):
            try:
                if await store.partitions.add(self._pool, partition.name, partition.start, partition.end):
                    _log.info("partition made", name=partition.name)
            except asyncpg.PostgresError as error:
                _log.error("partition not made", name=partition.name, **cause_of(error))

    async def prune_outbox(self) -> None:
        """Delete what is older than it is kept, a bounded part at a time."""
        while await store.outbox.prune(self._pool, self._settings.outbox_days, _PRUNE_ROWS):
            await asyncio.sleep(0)


async def _every(interval_s: float, what: str, round_: Callable[[], Awaitable[None]]) -> None:
    while True:
        await asyncio.sleep(interval_s)
        try:
            await round_()
        except Exception as error:
            _log.warning("housekeeping failed; it will be tried again", what=what, **cause_of(error))
