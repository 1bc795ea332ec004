"""OperationLog: the one truth, as the rooms see it.

Owns nothing but the joining of its parts: group commit for what is new, the store for what was. All in messages of
shoal.document.v1; OperationLogService wraps this, and collab calls it directly where both run in one process.
Reads need no transaction: operations and checkpoints never change, so what one statement names, the next finds.
"""

from __future__ import annotations

from asyncio import Future, get_running_loop
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing

import structlog

from mesh.database import Pool
from mesh.faults import DocumentNotFound, Fault, Internal, InvalidField, RevisionAhead
from mesh.names import DocumentId, document_name, parse_document, parse_site
from services.document import convert, store
from services.document.errors import HistoryArchived, cause_of, reachable
from services.document.log.batch import parse_batch
from services.document.log.gaps import gap_at
from services.document.log.group_commit import GroupCommit, refusal
from services.document.store.rows import CheckpointRow, DocumentRow, OperationRow
from shoal.document.v1 import operation_log_pb2 as pb

_log = structlog.get_logger(__name__)
_PAGE_OPERATIONS = 1000
"""Rows a read statement fetches: about 2 ms, and no connection is held while the caller takes them."""
_MAX_SITE_SEQUENCES = 10_000
"""What one question about a site may span; a flight is hundreds."""


class OperationLog:
    """Append, load, read. Safe for any number of callers on one event loop."""

    def __init__(self, pool: Pool, group_commit: GroupCommit) -> None:
        self._pool, self._group_commit = pool, group_commit

    def submit(self, batch: pb.AppendBatch) -> Future[pb.AppendOutcome]:
        """Queue a batch and return its outcome to come; every failure is an outcome, nothing is raised."""
        try:
            return self._group_commit.submit(parse_batch(batch))
        except Fault as fault:
            return _refused(batch, fault)
        except Exception as error:
            _log.error("batch cannot be taken", document=batch.document, **cause_of(error))
            return _refused(batch, Internal("the log could not take this batch"))

    async def append(self, batch: pb.AppendBatch) -> pb.AppendOutcome:
        """Append a batch; returns when it is on disk, or surely refused.

        committed: on disk at expected_head_revision + 1 and on. stale, site_conflict: nothing was written. fault:
        nothing was written, except for LOG_UNAVAILABLE, after which it may be on disk: sending the same batch again
        is answered stale or site_conflict then, and reading on shows it. Batches of one document are taken in order.
        """
        return await self.submit(batch)

    async def load(self, document: str, at_revision: int | None = None) -> AsyncIterator[pb.LoadResponse]:
        """Yield the newest checkpoint at or below `at_revision` (None = the head), then the operations up to it.

        The first message has `document`, `checkpoint_revision`, and the checkpoint's first part.
        Raises DocumentNotFound, RevisionAhead, HistoryArchived, LogUnavailable, InvalidField.
        """
        row, checkpoint = await self._checkpoint(parse_document(document, "document"), at_revision)
        head = pb.LoadResponse(document=convert.document_to_proto(row), checkpoint_revision=checkpoint.revision)
        for part in convert.checkpoint_parts(checkpoint):
            head.content.CopyFrom(part)
            yield head
            head = pb.LoadResponse()
        up_to = row.head_revision if at_revision is None else at_revision
        async with aclosing(self._pages(row, checkpoint.revision, up_to)) as pages:
            async for page in pages:
                for chunk in convert.operation_chunks(page):
                    yield pb.LoadResponse(operations=chunk)

    async def read(self, document: str, after_revision: int, up_to_revision: int = 0) -> AsyncIterator[pb.ReadResponse]:
        """Yield the operations after one revision up to another (0 = the head), in order, in chunks of about 64 KiB.

        Raises DocumentNotFound, RevisionAhead, HistoryArchived, LogUnavailable, InvalidField.
        """
        if after_revision < 0 or up_to_revision < 0:
            raise InvalidField("after_revision" if after_revision < 0 else "up_to_revision", "must not be negative")
        row = await self.find(parse_document(document, "document"))
        if max(after_revision, up_to_revision) > row.head_revision:
            raise RevisionAhead(max(after_revision, up_to_revision), row.head_revision)
        up_to = up_to_revision or row.head_revision
        async with aclosing(self._pages(row, after_revision, up_to)) as pages:
            async for page in pages:
                for chunk in convert.operation_chunks(page):
                    yield pb.ReadResponse(operations=chunk)

    async def heads(self, requests: Sequence[pb.HeadRequest]) -> pb.HeadsResponse:
        """Return where documents stand, and the sites asked about; unknown documents are left out, and purged ones.

        Raises LogUnavailable, InvalidField.
        """
        asked = [(parse_document(each.document, "heads.document"), list(each.sites)) for each in requests]
        with reachable():
            async with self._pool.acquire() as connection:
                found = await store.log.heads(connection, asked)
        response = pb.HeadsResponse()
        for request, (document, _) in zip(requests, asked, strict=True):
            if document in found:
                response.heads.append(convert.head_to_proto(request.document, found[document]))
        return response

    async def site_revisions(
        self, document: str, site: str, first_sequence: int, last_sequence: int
    ) -> list[tuple[int, int]]:
        """Return (sequence, revision) of a site's operations that are in the log, in order; absent ones are left out.

        Raises LogUnavailable, InvalidField; HistoryArchived where operations may be absent because of that.
        """
        if not 1 <= first_sequence <= last_sequence < first_sequence + _MAX_SITE_SEQUENCES:
            raise InvalidField("last_sequence", f"must be 1 to {_MAX_SITE_SEQUENCES} sequences, from 1 on")
        document_id = parse_document(document, "document")
        with reachable():
            found = await store.log.site_revisions(
                self._pool, document_id, parse_site(site), first_sequence, last_sequence
            )
            if len(found) <= last_sequence - first_sequence:
                row = await store.documents.find(self._pool, document_id)
                if row is not None and row.first_revision:
                    raise HistoryArchived(document, row.first_revision)
        return found

    async def find(self, document: DocumentId) -> DocumentRow:
        """Return a document's metadata. Raises DocumentNotFound, LogUnavailable."""
        with reachable():
            row = await store.documents.find(self._pool, document)
        if row is None:
            raise DocumentNotFound(document_name(document))
        return row

    async def _checkpoint(self, document: DocumentId, at_revision: int | None) -> tuple[DocumentRow, CheckpointRow]:
        if at_revision is not None and at_revision < 0:
            raise InvalidField("at_revision", "must not be negative")
        with reachable():
            found = await store.checkpoints.newest(self._pool, document, at_revision)
        if found is None:
            raise DocumentNotFound(document_name(document))
        if at_revision is not None and at_revision > found[0].head_revision:
            raise RevisionAhead(at_revision, found[0].head_revision)
        return found

    async def _pages(self, row: DocumentRow, after: int, up_to: int) -> AsyncGenerator[list[OperationRow], None]:
        while after < up_to:
            with reachable():
                page = await store.log.operations(self._pool, row.key, after, up_to, _PAGE_OPERATIONS)
            if not page or page[-1].revision != after + len(page):
                wrong = (revision for revision, each in enumerate(page, after + 1) if each.revision != revision)
                raise await gap_at(self._pool, row, next(wrong, after + 1))
            after = page[-1].revision
            yield page


def _refused(batch: pb.AppendBatch, fault: Fault) -> Future[pb.AppendOutcome]:
    future: Future[pb.AppendOutcome] = get_running_loop().create_future()
    future.set_result(refusal(batch.batch_id, fault))
    return future
