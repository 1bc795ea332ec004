"""Contents: what documents said, at any revision or time.

Owns the way from a checkpoint to a revision, and a cache by (document, revision): content of a revision never changes,
so what is cached is never stale, and the way to a later revision begins at the nearest one cached. Documents handed out
are their caller's own.
"""

from __future__ import annotations

import asyncio
from datetime import datetime

from cachetools import TTLCache

from mesh.database import Pool
from mesh.faults import DocumentNotFound, RevisionAhead
from mesh.names import DocumentId, document_name
from mesh.wire import operation_from_proto
from ot.document import Document
from services.document import convert, store
from services.document.errors import HistoryArchived, reachable
from services.document.log.gaps import gap_at
from services.document.settings import DocumentSettings
from services.document.store.rows import CheckpointRow, DocumentRow
from shoal.type.v1 import operation_pb2

_SLICE = 64
"""Operations applied before others get a turn: about half a millisecond."""
_PAGE_OPERATIONS = 1000
_THREAD_BYTES = 32 * 1024
"""Past this size a checkpoint takes a millisecond to unpack, and a thread does it."""
_REVISIONS = 8
"""Revisions kept of one document: the head as others read it, and where somebody looks around in its history."""

_Kept = tuple[tuple[int, Document], ...]


class Contents:
    """Content at revisions, times and heads."""

    def __init__(self, pool: Pool, settings: DocumentSettings) -> None:
        self._pool, self._cache = pool, _Cache(settings.content_cache_s, settings.content_cache_units)

    async def at(self, document: DocumentId, revision: int | None = None) -> tuple[DocumentRow, int, Document]:
        """Return a document's metadata, `revision` (None = the head), and its content there.

        Raises DocumentNotFound, RevisionAhead, HistoryArchived, LogUnavailable.
        """
        row = await self.find(document)
        wanted = row.head_revision if revision is None else revision
        if wanted > row.head_revision:
            raise RevisionAhead(wanted, row.head_revision)
        return row, wanted, await self.of(row, wanted)

    async def of(self, row: DocumentRow, revision: int) -> Document:
        """Return the content of a document that was found, at a revision it has.

        Raises HistoryArchived, HistoryBroken, LogUnavailable.
        """
        known = self._cache.nearest(row.key, revision)
        if known is not None and known[0] == revision:
            return known[1].copy()
        with reachable():
            checkpoint = await store.checkpoints.newest(self._pool, row.id, revision)
        if checkpoint is None:
            raise await gap_at(self._pool, row, revision)
        if known is None or known[0] < checkpoint[1].revision:
            known = checkpoint[1].revision, await _read(checkpoint[1])
        reached, document = known[0], known[1].copy()
        await self._advance(row, document, reached, revision)
        self._cache.keep(row.key, revision, document)
        return document.copy()

    async def revision_at(self, row: DocumentRow, time: datetime) -> int:
        """Return the last revision committed at or before `time`; 0 before the first.

        Raises HistoryArchived, LogUnavailable.
        """
        if row.first_revision_time is not None and time < row.first_revision_time:
            raise HistoryArchived(document_name(row.id), row.first_revision)
        with reachable():
            return await store.log.revision_at(self._pool, row.key, row.head_revision, time)

    async def find(self, document: DocumentId) -> DocumentRow:
        """Return a document's metadata. Raises DocumentNotFound, LogUnavailable."""
        with reachable():
            row = await store.documents.find(self._pool, document)
        if row is None:
            raise DocumentNotFound(document_name(document))
        return row

    async def _advance(self, row: DocumentRow, document: Document, after: int, up_to: int) -> None:
        while after < up_to:
            with reachable():
                page = await store.log.payloads(self._pool, row.key, after, min(up_to, after + _PAGE_OPERATIONS))
            if len(page) != min(up_to - after, _PAGE_OPERATIONS):
                raise await gap_at(self._pool, row, after + 1)
            for start in range(0, len(page), _SLICE):
                for payload in page[start : start + _SLICE]:
                    document.apply(operation_from_proto(operation_pb2.Operation.FromString(payload)))
                await asyncio.sleep(0)
            after += len(page)


class _Cache:
    """Contents by document and revision, for so long and of so many UTF-16 units in all; the least used go first."""

    def __init__(self, keep_s: float, max_units: int) -> None:
        self._kept: TTLCache[int, _Kept] = TTLCache(max_units, keep_s, getsizeof=_units)

    def nearest(self, document_key: int, revision: int) -> tuple[int, Document] | None:
        """Return the newest content kept at or below `revision`."""
        below = [each for each in self._kept.get(document_key, ()) if each[0] <= revision]
        return max(below, key=_revision) if below else None

    def keep(self, document_key: int, revision: int, document: Document) -> None:
        """Keep a content that nobody changes any more. One too large for the cache is not kept."""
        others = [each for each in self._kept.get(document_key, ()) if each[0] != revision]
        kept = (*others[-_REVISIONS + 1 :], (revision, document))
        if _units(kept) > self._kept.maxsize:
            kept = kept[-1:]
        if _units(kept) <= self._kept.maxsize:
            self._kept[document_key] = kept


def _revision(kept: tuple[int, Document]) -> int:
    return kept[0]


def _units(kept: _Kept) -> int:
    return sum(document.length + 64 for _, document in kept)


async def _read(checkpoint: CheckpointRow) -> Document:
    if len(checkpoint.content) > _THREAD_BYTES:
        return await asyncio.to_thread(convert.document_of, checkpoint)
    return convert.document_of(checkpoint)
