"""Archive: months of operations leave the log when they are older than the operator's policy keeps them.

Owns what must be there before: for every document in such a month a checkpoint, with its attribution, at its last
operation there, from which all that follows is read on, and one at each version, which so stays readable. Then the
partition is detached; its table stays in the schema, whole, for the operator to keep elsewhere, to drop, or to attach
again. Deletes nothing.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import asyncpg
import structlog

from mesh.database import Pool
from mesh.faults import Fault
from services.document import convert, store
from services.document.errors import HistoryArchived, HistoryBroken, cause_of
from services.document.history.blame import authorship_at
from services.document.log.contents import Contents
from services.document.log.partitions import expired
from services.document.settings import DocumentSettings
from services.document.store.partitions import Part
from services.document.store.rows import DocumentRow

_log = structlog.get_logger(__name__)
_PAGE_DOCUMENTS = 100


class Archive:
    """Detaches what is too old."""

    def __init__(self, pool: Pool, settings: DocumentSettings, contents: Contents) -> None:
        self._pool, self._settings, self._contents = pool, settings, contents

    async def round(self) -> None:
        """Detach every month that is past the policy, the oldest first; one that cannot go waits for the next round."""
        if not self._settings.history_months:
            return
        attached = await store.partitions.attached(self._pool)
        for partition in expired(attached, datetime.now(UTC), self._settings.history_months):
            try:
                if not await self._prepare(partition.name) or not await store.partitions.detach(
                    self._pool, partition.name
                ):
                    _log.info("partition not detached: a history is being imported", name=partition.name)
                    return
                _log.info("partition detached; its table stays in the schema", name=partition.name)
            except (asyncpg.PostgresError, Fault) as error:
                # Whatever is wrong with one month, a later one must not leave the log before it.
                _log.error("partition not detached", name=partition.name, **cause_of(error))
                return

    async def _prepare(self, name: str) -> bool:
        """Make the checkpoints of all documents in a partition; False when one is not whole yet."""
        after_key, is_whole = -1, True
        while parts := await store.partitions.parts(self._pool, name, after_key, _PAGE_DOCUMENTS):
            due = [part for part in parts if not part.is_archived]
            ready = [part for part in due if part.document is not None]
            for part in ready:
                await self._checkpoint(part)
            await store.partitions.archive(self._pool, ready)
            is_whole = is_whole and ready == due
            after_key = parts[-1].document_key
        return is_whole

    async def _checkpoint(self, part: Part) -> None:
        assert part.document is not None
        for revision in (*part.versions, part.last_revision):
            there, newest = await store.partitions.checkpointed(self._pool, part.document_key, revision)
            if not there:
                await self._make(part.document, revision, newest)

    async def _make(self, row: DocumentRow, revision: int, newest: int) -> None:
        document = await self._contents.of(row, revision)
        try:
            authorship = (await authorship_at(self._pool, row.id, revision))[1]
        except (HistoryArchived, HistoryBroken) as error:
            _log.error("checkpoint goes without attribution", document=row.id, **cause_of(error))
            authorship = None
        covered = await store.partitions.size(self._pool, row.key, newest, revision) if revision > newest else 0
        checkpoint = await asyncio.to_thread(convert.checkpoint_of, revision, document)
        attribution = None if authorship is None else await asyncio.to_thread(authorship.encode)
        await store.checkpoints.add(self._pool, row.key, checkpoint, attribution, covered)
        if attribution is not None:
            await store.checkpoints.complete(self._pool, row.key, revision, attribution)
