"""History: what was written when and by whom, read from the log.

Owns the questions about the log that people ask; changes nothing. Moments are revisions or times; a revision is the
number of operations before it.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime

from mesh.database import Pool
from mesh.faults import RevisionAhead
from mesh.names import DocumentId
from ot.clock import Causality, VectorClock
from ot.diff import diff
from ot.document import Document
from ot.operation import Delete, Insert, Operation
from services.document import convert, store
from services.document.errors import reachable
from services.document.formats import diff_html
from services.document.history.compare import Dot, clock_of, compare
from services.document.log.contents import Contents
from services.document.log.gaps import gap_at
from services.document.store.rows import DocumentRow, OperationRow

_DEFAULT_PAGE, _MAX_PAGE = 100, 1000
_PAGE_BYTES = 1024 * 1024
"""Payloads of a page; one operation is below 4 MiB, so that a page is too."""
_THREAD_UNITS = 16 * 1024
"""Past this length comparing takes milliseconds, and a thread does it."""


@dataclass(frozen=True, slots=True)
class Range:
    """Operations after one revision up to another (0: the head), the oldest or the newest first."""

    after: int = 0
    up_to: int = 0
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Comparison:
    """How one operation stands to another; the clocks where they were asked for."""

    causality: Causality
    clock: VectorClock[str] | None = None
    other_clock: VectorClock[str] | None = None


@dataclass(frozen=True, slots=True)
class Difference:
    """The change from one revision to another, and the content it starts from; lengths in UTF-16 units."""

    from_revision: int
    to_revision: int
    before: Document
    operation: Operation

    @property
    def inserted(self) -> int:
        """How much it inserts."""
        return sum(each.length for each in self.operation.components if type(each) is Insert)

    @property
    def deleted(self) -> int:
        """How much it deletes."""
        return sum(each.length for each in self.operation.components if type(each) is Delete)

    async def html(self) -> str:
        """The change for people to read, as HTML."""
        if max(self.before.length, self.inserted) > _THREAD_UNITS:
            return await asyncio.to_thread(diff_html, self.before, self.operation)
        return diff_html(self.before, self.operation)


class History:
    """Operations, comparisons, differences."""

    def __init__(self, pool: Pool, contents: Contents) -> None:
        self._pool, self._contents = pool, contents

    async def operations(
        self, document: DocumentId, wanted: Range, page_size: int, page_token: str
    ) -> tuple[list[OperationRow], str]:
        """Return a page of operations, and the token of the next.

        Raises DocumentNotFound, RevisionAhead, InvalidField, HistoryArchived.
        """
        size = convert.page_size(page_size, _DEFAULT_PAGE, _MAX_PAGE)
        question = f"ListOperations {document} {wanted}"
        place = convert.parse_page_token(page_token, question, (int,))
        row = await self._contents.find(document)
        if wanted.up_to > row.head_revision:
            raise RevisionAhead(wanted.up_to, row.head_revision)
        after, up_to = wanted.after, wanted.up_to or row.head_revision
        if place is not None and wanted.descending:
            up_to = min(up_to, int(place[0]) - 1)
        elif place is not None:
            after = max(after, int(place[0]))
        rows = await self._page(row, after, up_to, size, wanted.descending) if after < up_to else []
        if not rows:
            return [], ""
        last = rows[-1].revision
        is_end = last == after + 1 if wanted.descending else last == up_to
        return rows, "" if is_end else convert.page_token(question, (last,))

    async def compare(self, document: DocumentId, one: int, other: int, *, with_clocks: bool) -> Comparison:
        """Return how the operation of one revision stands to that of another.

        Raises DocumentNotFound, RevisionAhead, HistoryArchived.
        """
        row = await self._contents.find(document)
        if max(one, other) > row.head_revision:
            raise RevisionAhead(max(one, other), row.head_revision)
        with reachable():
            found = await store.history.dots(self._pool, row.key, (one, other))
        for revision in (one, other):
            if revision not in found:
                raise await gap_at(self._pool, row, revision)
        a, b = Dot(*found[one]), Dot(*found[other])
        if not with_clocks:
            return Comparison(compare(a, b))
        return Comparison(compare(a, b), await self._clock(row, a), await self._clock(row, b))

    async def difference(self, document: DocumentId, from_revision: int, to_revision: int | None) -> Difference:
        """Return the change from one revision to another (None: the head), either way.

        Raises DocumentNotFound, RevisionAhead, HistoryArchived.
        """
        _, to, after = await self._contents.at(document, to_revision)
        _, _, before = await self._contents.at(document, from_revision)
        if max(before.length, after.length) > _THREAD_UNITS:
            return Difference(from_revision, to, before, await asyncio.to_thread(diff, before, after))
        return Difference(from_revision, to, before, diff(before, after))

    async def revision_at(self, document: DocumentId, time: datetime) -> int:
        """Return the last revision committed by `time`; 0 before the first. Raises DocumentNotFound."""
        return await self._contents.revision_at(await self._contents.find(document), time)

    async def _page(self, row: DocumentRow, after: int, up_to: int, limit: int, descending: bool) -> list[OperationRow]:
        with reachable():
            rows = await store.history.page(
                self._pool, row.key, after, up_to, limit, _PAGE_BYTES, descending=descending
            )
        first = up_to if descending else after + 1
        if not rows or rows[0].revision != first:
            raise await gap_at(self._pool, row, first)
        return rows

    async def _clock(self, row: DocumentRow, dot: Dot) -> VectorClock[str]:
        """Return an operation's whole clock, counted from whichever end of the log is nearer and there."""
        from_start = not row.first_revision and dot.base_revision <= row.head_revision - dot.base_revision
        with reachable():
            known = await store.history.known_at(self._pool, row.key, dot.base_revision, from_start=from_start)
        return clock_of(dot, known)
