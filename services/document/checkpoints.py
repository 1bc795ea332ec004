"""Checkpoints: stored contents, so that any revision is a checkpoint and a few operations away.

Owns the contents of recently changed documents, each as of its newest checkpoint, and the operations since. Works after
the acknowledgement and never in its way; what it does not get done is due again with the document's next append, since
how far a document is past its checkpoint stands in its row.
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field

import structlog

from mesh.database import Pool
from mesh.names import DocumentId
from mesh.wire import operation_from_proto
from ot.document import Document
from services.document import convert, store
from services.document.batch import Batch
from services.document.errors import cause_of
from services.document.settings import DocumentSettings
from services.document.store.rows import Written
from shoal.type.v1 import operation_pb2

_log = structlog.get_logger(__name__)
_SLICE = 64
"""Operations applied before others get a turn: about half a millisecond."""
_THREAD_LENGTH = 32 * 1024
"""Past this length encoding takes a millisecond and is done by a thread; hashing and deflating run beside the loop."""
_MAX_PENDING_BYTES = 4 * 1024 * 1024
"""Operations kept of one document; past it, far behind, they are forgotten and read again from the log."""
_RETRY_S = 60.0
"""How long a document whose checkpoint failed is left alone."""


@dataclass(slots=True)
class _Recent:
    """A document's content at its newest checkpoint (None = not read yet), and operations that follow one another."""

    id: DocumentId
    document: Document | None = None
    revision: int = 0
    after: int = 0
    payloads: list[bytes] = field(default_factory=list)
    size: int = 0

    def append(self, expected: int, payloads: list[bytes], size: int) -> None:
        if expected != self.after + len(self.payloads):
            self.after, self.payloads, self.size = expected, [], 0
        self.payloads += payloads
        self.size += size
        if self.size > _MAX_PENDING_BYTES:
            self.after, self.payloads, self.size = self.after + len(self.payloads), [], 0

    def forget_up_to(self, revision: int) -> None:
        known = max(revision - self.after, 0)
        self.size -= sum(map(len, self.payloads[:known]))
        del self.payloads[:known]
        self.after = max(self.after, revision) if self.payloads else revision


class Checkpointer:
    """Makes a checkpoint every so many operations or bytes of each document."""

    def __init__(self, pool: Pool, settings: DocumentSettings) -> None:
        self._pool, self._settings = pool, settings
        self._recent: OrderedDict[int, _Recent] = OrderedDict()
        self._due: dict[int, int] = {}
        self._failed: OrderedDict[int, float] = OrderedDict()
        self._wake = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()

    def note(self, batch: Batch, written: Written) -> None:
        """Hear of a batch that is on disk."""
        key, settings = written.document_key, self._settings
        recent = self._recent.get(key)
        if recent is not None:
            recent.append(batch.expected, batch.payloads, batch.byte_size)
        behind = batch.head - written.checkpoint_revision
        if behind >= settings.checkpoint_operations or written.uncheckpointed_bytes >= settings.checkpoint_bytes:
            if recent is None:
                recent = self._remember(key, batch)
            self._due[key] = batch.head
            self._idle.clear()
            self._wake.set()

    async def run(self) -> None:
        """Make checkpoints until cancelled. A crash at any moment is harmless: they are made again."""
        while True:
            await self._wake.wait()
            while self._due:
                key = next(iter(self._due))  # The one that waits longest, so that a busy document starves no other.
                head = self._due.pop(key)
                if time.monotonic() - self._failed.get(key, -_RETRY_S) < _RETRY_S:
                    continue
                try:
                    await self._catch_up(key, self._recent[key], head)
                except Exception as error:
                    self._give_up(key, error)
            self._wake.clear()
            self._idle.set()

    async def caught_up(self) -> None:
        """Return when nothing is due."""
        await self._idle.wait()

    def _remember(self, key: int, batch: Batch) -> _Recent:
        recent = self._recent[key] = _Recent(batch.document, after=batch.expected)
        recent.append(batch.expected, batch.payloads, batch.byte_size)
        while len(self._recent) > self._settings.recent_documents:
            for oldest in self._recent:
                if oldest != key and oldest not in self._due:
                    del self._recent[oldest]
                    break
            else:
                break
        return recent

    def _give_up(self, key: int, error: Exception) -> None:
        recent = self._recent.pop(key, None)
        self._failed[key] = time.monotonic()
        while len(self._failed) > self._settings.recent_documents:
            self._failed.popitem(last=False)
        document = recent.id if recent else key
        _log.error("checkpoint failed; it will be tried again", document=document, **cause_of(error))

    async def _catch_up(self, key: int, recent: _Recent, head: int) -> None:
        """Make every checkpoint that is due up to `head`."""
        self._recent.move_to_end(key)
        if recent.document is None:
            await self._read_newest(recent)
        while True:
            payloads = await self._next_payloads(key, recent, head)
            size = sum(map(len, payloads))
            if len(payloads) < self._settings.checkpoint_operations and size < self._settings.checkpoint_bytes:
                return
            await self._advance(key, recent, payloads, size)

    async def _read_newest(self, recent: _Recent) -> None:
        found = await store.checkpoints.newest(self._pool, recent.id, None)
        if found is None:
            raise LookupError("the document has no checkpoint")
        recent.document = convert.document_of(found[1])
        recent.revision = found[1].revision

    async def _next_payloads(self, key: int, recent: _Recent, head: int) -> Sequence[bytes]:
        """Return the operations from the content's revision to the next checkpoint, or as many as there are."""
        if recent.after <= recent.revision:
            recent.forget_up_to(recent.revision)
            payloads: Sequence[bytes] = recent.payloads[: self._settings.checkpoint_operations]
        else:
            up_to = min(head, recent.revision + self._settings.checkpoint_operations)
            payloads = await store.log.payloads(self._pool, key, recent.revision, up_to)
        size = 0
        for count, payload in enumerate(payloads, 1):
            size += len(payload)
            if size >= self._settings.checkpoint_bytes:
                return payloads[:count]
        return payloads

    async def _advance(self, key: int, recent: _Recent, payloads: Sequence[bytes], size: int) -> None:
        assert recent.document is not None
        document, revision = recent.document.copy(), recent.revision + len(payloads)
        for start in range(0, len(payloads), _SLICE):
            for payload in payloads[start : start + _SLICE]:
                document.apply(operation_from_proto(operation_pb2.Operation.FromString(payload)))
            await asyncio.sleep(0)
        if document.length > _THREAD_LENGTH:
            # A copy: the thread reads it while nobody writes, and it stays this function's own.
            checkpoint = await asyncio.to_thread(convert.checkpoint_of, revision, document)
        else:
            checkpoint = convert.checkpoint_of(revision, document)
        await store.checkpoints.add(self._pool, key, checkpoint, size)
        recent.document, recent.revision = document, revision
        recent.forget_up_to(revision)
