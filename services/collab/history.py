"""LogHistory: one document's log, spoken in collab's own model.

Owns no state beyond the document's name; all of it is asked of the log port. Raises mesh.faults.Fault.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC
from typing import TypeVar

from mesh import faults, wire
from ot.document import Document
from services.collab.convert import committed_from_proto
from services.collab.log_port import OperationLog
from services.collab.sequencer import Committed, SiteHead
from shoal.document.v1 import document_pb2, operation_log_pb2
from shoal.type.v1 import operation_pb2

T = TypeVar("T")

MAX_RETRY_S = 5.0
"""The longest wait between two attempts while the log is away."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """A document as its log has it: content at the checkpoint, the operations after it, metadata."""

    checkpoint: Document
    checkpoint_revision: int
    tail: list[Committed]
    metadata: document_pb2.Document


def gone(document: str, head: operation_log_pb2.Head | None) -> faults.Fault:
    """Return what to tell of a document that is in the trash, or that the log does not know (None)."""
    if head is None:
        return faults.DocumentNotFound(document)
    return faults.DocumentDeleted(document, head.delete_time.ToDatetime(UTC))


class LogHistory:
    """The log of the document called `document` (`documents/{document}`)."""

    def __init__(self, log: OperationLog, document: str, retry_s: float) -> None:
        self._log, self.document, self._retry_s = log, document, retry_s

    async def load(self) -> Loaded:
        """Return all that a room needs to begin. Raises DocumentNotFound, DocumentDeleted."""
        parts: list[operation_pb2.Content] = []
        tail: list[Committed] = []
        metadata, revision = document_pb2.Document(), 0
        async for response in self._log.load(self.document):
            if response.HasField("document"):
                metadata, revision = response.document, response.checkpoint_revision
                if metadata.HasField("delete_time"):
                    raise faults.DocumentDeleted(self.document, metadata.delete_time.ToDatetime(UTC))
            parts.append(response.content)
            tail.extend(committed_from_proto(each) for each in response.operations)
        return Loaded(wire.document_from_parts(parts), revision, tail, metadata)

    async def append(
        self, expected_head: int, operations: Sequence[operation_pb2.CommittedOperation]
    ) -> operation_log_pb2.AppendOutcome:
        """Append operations whose first has revision `expected_head` + 1; returns after they are on disk."""
        batch = operation_log_pb2.AppendBatch(
            document=self.document, expected_head_revision=expected_head, operations=operations
        )
        return await self._log.append(batch)

    def read_parts(self, after_revision: int, up_to_revision: int) -> AsyncIterator[operation_log_pb2.ReadResponse]:
        """Yield operations after one revision up to another (0: the head), as messages, part by part."""
        return self._log.read(self.document, after_revision, up_to_revision)

    async def read(self, after_revision: int, up_to_revision: int) -> list[Committed]:
        """Return operations after one revision up to another (0: the head); while the log is away, wait for it."""

        async def once() -> list[Committed]:
            parts = self.read_parts(after_revision, up_to_revision)
            return [committed_from_proto(each) async for part in parts for each in part.operations]

        return await self._when_back(once)

    async def site_heads(self, sites: Iterable[str]) -> dict[str, SiteHead]:
        """Return how far sites got; those that never wrote are left out. While the log is away, wait for it.

        Raises DocumentNotFound, DocumentDeleted.
        """
        request = operation_log_pb2.HeadRequest(document=self.document, sites=sites)
        response = await self._when_back(lambda: self._log.heads([request]))
        head = next(iter(response.heads), None)
        if head is None or head.HasField("delete_time"):
            raise gone(self.document, head)
        return {each.site: SiteHead(each.author, each.last_sequence, each.last_revision) for each in head.sites}

    async def site_revisions(self, site: str, first: int, last: int) -> list[tuple[int, int]]:
        """Return (sequence, revision) of a site's operations, first to last, which are in the log.

        While the log is away, wait for it. Raises DocumentNotFound: purged meanwhile; HISTORY_ARCHIVED.
        """
        known = await self._when_back(lambda: self._log.site_revisions(self.document, site, first, last))
        if len(known) != last - first + 1:
            raise faults.DocumentNotFound(self.document)
        return known

    async def _when_back(self, ask: Callable[[], Awaitable[T]]) -> T:
        retry_s = self._retry_s
        while True:
            try:
                return await ask()
            except faults.Fault as fault:
                if not fault.retry_after_ms:
                    raise
            await asyncio.sleep(retry_s)
            retry_s = min(retry_s * 2, MAX_RETRY_S)
