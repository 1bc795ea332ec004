"""Checkpoints: stored contents and who wrote them, so that any revision is a checkpoint and a few operations away.

Owns the contents and authorships of recently changed documents, each as of its newest checkpoint, and the operations
since. Works after the acknowledgement and never in its way; what it does not get done is due again with the document's
next append, since how far a document is past its checkpoint stands in its row. Content does without its authorship
where that cannot be known.
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field

import structlog

from mesh.database import Pool
from mesh.names import DocumentId, document_name
from mesh.wire import operation_from_proto
from ot.document import Document
from ot.errors import OperationError
from ot.operation import Operation
from services.document import convert, store
from services.document.errors import HistoryArchived, HistoryBroken, cause_of
from services.document.history.blame import authorship_at
from services.document.log.authorship import Authorship
from services.document.log.batch import Batch
from services.document.settings import DocumentSettings
from services.document.store.rows import CheckpointRow, Written
from shoal.type.v1 import operation_pb2

_log = structlog.get_logger(__name__)
_SLICE = 64
"""Operations applied before others get a turn: about half a millisecond."""
_THREAD_LENGTH = 32 * 1024
"""Past this length coding takes a millisecond and is done by a thread; hashing and deflating run beside the loop."""
_MAX_PENDING_BYTES = 4 * 1024 * 1024
"""Operations kept of one document; past it, far behind, they are forgotten and read again from the log."""
_RETRY_S = 60.0
"""How long a document whose checkpoint failed is left alone."""

_Operation = tuple[bytes, str, str | None]
"""An operation's bytes, its author, its agent."""


@dataclass(slots=True)
class _Recent:
    """A document at its newest checkpoint (None = not read yet), and operations that follow one another."""

    id: DocumentId
    document: Document | None = None
    authorship: Authorship | None = None
    """None also where it cannot be known."""
    revision: int = 0
    after: int = 0
    operations: list[_Operation] = field(default_factory=list)
    size: int = 0

    def append(self, batch: Batch) -> None:
        if batch.expected != self.after + len(self.operations):
            self.after, self.operations, self.size = batch.expected, [], 0
        runs = batch.runs
        self.operations += zip(batch.payloads, [runs[run].author for run in batch.run_of], batch.agents, strict=True)
        self.size += batch.byte_size
        if self.size > _MAX_PENDING_BYTES:
            self.after, self.operations, self.size = self.after + len(self.operations), [], 0

    def forget_up_to(self, revision: int) -> None:
        known = max(revision - self.after, 0)
        self.size -= _size(self.operations[:known])
        del self.operations[:known]
        self.after = max(self.after, revision) if self.operations else revision


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
            recent.append(batch)
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
        recent.append(batch)
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
            operations = await self._next_operations(key, recent, head)
            size = _size(operations)
            if len(operations) < self._settings.checkpoint_operations and size < self._settings.checkpoint_bytes:
                return
            await self._advance(key, recent, operations, size)

    async def _read_newest(self, recent: _Recent) -> None:
        found = await store.checkpoints.newest(self._pool, recent.id, None)
        if found is None:
            raise LookupError("the document has no checkpoint")
        checkpoint = found[1]
        if len(checkpoint.content) > _THREAD_LENGTH:
            recent.document = await asyncio.to_thread(convert.document_of, checkpoint)
        else:
            recent.document = convert.document_of(checkpoint)
        recent.revision = checkpoint.revision
        try:
            _, authorship = await authorship_at(self._pool, recent.id, recent.revision)
            if authorship.length != recent.document.length:
                raise HistoryBroken(document_name(recent.id), recent.revision)
            recent.authorship = authorship
        except (HistoryArchived, HistoryBroken) as error:
            _log.error("checkpoints go without attribution", document=recent.id, **cause_of(error))

    async def _next_operations(self, key: int, recent: _Recent, head: int) -> Sequence[_Operation]:
        """Return the operations from the content's revision to the next checkpoint, or as many as there are."""
        operations: Sequence[_Operation]
        if recent.after <= recent.revision:
            recent.forget_up_to(recent.revision)
            operations = recent.operations[: self._settings.checkpoint_operations]
        else:
            up_to = min(head, recent.revision + self._settings.checkpoint_operations)
            rows = await store.checkpoints.authored(self._pool, key, recent.revision, up_to)
            if [row.revision for row in rows] != list(range(recent.revision + 1, up_to + 1)):
                raise LookupError("the log has a gap")
            operations = [row[1:] for row in rows]
        size = 0
        for count, (payload, _, _) in enumerate(operations, 1):
            size += len(payload)
            if size >= self._settings.checkpoint_bytes:
                return operations[:count]
        return operations

    async def _advance(self, key: int, recent: _Recent, operations: Sequence[_Operation], size: int) -> None:
        assert recent.document is not None
        document, revision = recent.document.copy(), recent.revision + len(operations)
        authorship = None if recent.authorship is None else recent.authorship.copy()
        for start in range(0, len(operations), _SLICE):
            for payload, author, agent in operations[start : start + _SLICE]:
                operation = operation_from_proto(operation_pb2.Operation.FromString(payload))
                document.apply(operation)
                if authorship is not None:
                    authorship = _followed(authorship, operation, author, agent, recent.id)
            await asyncio.sleep(0)
        # Copies: a thread reads them while nobody writes, and they stay this function's own.
        if document.length > _THREAD_LENGTH:
            checkpoint, attribution = await asyncio.to_thread(_encoded, revision, document, authorship)
        else:
            checkpoint, attribution = _encoded(revision, document, authorship)
        await store.checkpoints.add(self._pool, key, checkpoint, attribution, size)
        recent.document, recent.authorship, recent.revision = document, authorship, revision
        recent.forget_up_to(revision)


def _followed(
    authorship: Authorship, operation: Operation, author: str, agent: str | None, document: DocumentId
) -> Authorship | None:
    """The authorship, after an operation that the content has taken; None where it cannot follow."""
    try:
        authorship.apply(operation, author, agent)
    except OperationError as error:
        _log.error("checkpoints go without attribution", document=document, **cause_of(error))
        return None
    return authorship


def _encoded(revision: int, document: Document, authorship: Authorship | None) -> tuple[CheckpointRow, bytes | None]:
    attribution = None if authorship is None else authorship.encode()
    return convert.checkpoint_of(revision, document), attribution


def _size(operations: Sequence[_Operation]) -> int:
    return sum([len(payload) for payload, _, _ in operations])
