"""Blame: who wrote each run of a document, people and agents, at any revision.

Owns the way from the newest attribution at or below a revision to that revision. Where checkpoints have none (they were
made before attributions were), it replays the log from the nearest one that has, revision 0 if need be, and completes
checkpoints as it passes them, so that the next one has a shorter way, even when this one is broken off.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import NamedTuple

from google.protobuf.message import DecodeError

from mesh.database import Pool
from mesh.faults import DocumentNotFound, Fault, InvalidField, RevisionAhead
from mesh.names import DocumentId, document_name
from mesh.wire import operation_from_proto
from ot.errors import OperationError
from services.document import store
from services.document.errors import HistoryBroken, reachable
from services.document.log.authorship import AttributionUnreadable, Authorship
from services.document.log.gaps import gap_at
from services.document.store.checkpoints import AttributionRow, AuthoredRow
from services.document.store.rows import DocumentRow
from shoal.type.v1 import operation_pb2

_SLICE = 64
"""Operations applied before others get a turn: about half a millisecond."""
_PAGE_OPERATIONS = 1000
_COMPLETE_OPERATIONS = 10_000
"""How far apart the checkpoints are that are completed on the way: a tenth of a second of replay."""
_THREAD_LENGTH = 32 * 1024
"""Past this length the runs take a millisecond, and a thread finds them."""
_THREAD_BYTES = 2 * 1024
"""The same for reading an attribution: about a thousand runs."""


class BlameRun(NamedTuple):
    """A stretch of text by one writer: its UTF-16 units, at least 1; `agent` is empty for a person."""

    length: int
    author: str
    agent: str


class Blame:
    """Answers from the database alone."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def at(self, document: DocumentId, revision: int | None = None) -> tuple[int, list[BlameRun]]:
        """Return `revision` (None = the head) and who wrote the content there, run by run, neighbours merged.

        Raises DocumentNotFound, RevisionAhead, LogUnavailable, InvalidField; HistoryArchived, HistoryBroken.
        """
        if revision is not None and revision < 0:
            raise InvalidField("revision", "must not be negative")
        reached, authorship = await authorship_at(self._pool, document, revision)
        if authorship.length > _THREAD_LENGTH:
            return reached, await asyncio.to_thread(_runs, authorship)
        return reached, _runs(authorship)


async def authorship_at(pool: Pool, document: DocumentId, revision: int | None) -> tuple[int, Authorship]:
    """Return `revision` (None = the head) and the authorship there.

    Raises DocumentNotFound, RevisionAhead, LogUnavailable, HistoryArchived, HistoryBroken.
    """
    with reachable():
        found = await store.checkpoints.newest_attribution(pool, document, revision)
    if found is None:
        raise DocumentNotFound(document_name(document))
    row, nearest = found
    if revision is None:
        revision = row.head_revision
    if revision > row.head_revision:
        raise RevisionAhead(revision, row.head_revision)
    authorship = await _decoded(row, nearest)
    replay = _Replay(pool, row, nearest.revision, authorship)
    if nearest.checkpoint_revision > nearest.revision:
        await replay.complete_up_to(nearest.checkpoint_revision)
    await replay.to(revision)
    return revision, authorship


class _Replay:
    """An authorship on its way along the log."""

    def __init__(self, pool: Pool, row: DocumentRow, revision: int, authorship: Authorship) -> None:
        self._pool, self._row = pool, row
        self._revision, self._authorship = revision, authorship

    async def complete_up_to(self, last: int) -> None:
        """Go to the checkpoint at `last` and give it its attribution, and some on the way theirs."""
        with reachable():
            checkpoints = await store.checkpoints.revisions(self._pool, self._row.key, self._revision, last)
        for revision in checkpoints:
            if revision == last or revision - self._revision >= _COMPLETE_OPERATIONS:
                await self.to(revision)
                encoded = await asyncio.to_thread(self._authorship.encode)
                with reachable():
                    await store.checkpoints.complete(self._pool, self._row.key, revision, encoded)

    async def to(self, revision: int) -> None:
        while self._revision < revision:
            up_to = min(revision, self._revision + _PAGE_OPERATIONS)
            with reachable():
                rows = await store.checkpoints.authored(self._pool, self._row.key, self._revision, up_to)
            if not rows or rows[0].revision > self._revision + 1:
                raise await gap_at(self._pool, self._row, self._revision + 1)
            self._check(rows, up_to)
            for start in range(0, len(rows), _SLICE):
                for row in rows[start : start + _SLICE]:
                    self._apply(row)
                await asyncio.sleep(0)
            self._revision = up_to

    def _check(self, rows: Sequence[AuthoredRow], up_to: int) -> None:
        first = self._revision + 1
        for expected, row in zip(range(first, up_to + 1), rows, strict=False):
            if row.revision != expected:
                raise HistoryBroken(document_name(self._row.id), expected)
        if len(rows) != up_to - self._revision:
            raise HistoryBroken(document_name(self._row.id), first + len(rows))

    def _apply(self, row: AuthoredRow) -> None:
        try:
            operation = operation_from_proto(operation_pb2.Operation.FromString(row.operation))
            self._authorship.apply(operation, row.author, row.agent)
        except (Fault, OperationError, DecodeError) as error:
            raise HistoryBroken(document_name(self._row.id), row.revision) from error


async def _decoded(row: DocumentRow, nearest: AttributionRow) -> Authorship:
    if nearest.attribution is None:
        return Authorship()
    try:
        if len(nearest.attribution) > _THREAD_BYTES:
            return await asyncio.to_thread(Authorship.decode, nearest.attribution)
        return Authorship.decode(nearest.attribution)
    except AttributionUnreadable as error:
        raise HistoryBroken(document_name(row.id), nearest.revision) from error


def _runs(authorship: Authorship) -> list[BlameRun]:
    return [BlameRun(length, *writer) for length, writer in authorship.runs()]
