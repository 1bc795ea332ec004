"""Events: what happens to documents, told to services that follow, each from its own cursor.

Owns the reading of the outbox for them, a bounded piece at a time. Keeps no cursor: who follows keeps it, together with
what it made of the events, and is then told everything, and nothing twice.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence

import structlog

from mesh.database import Pool
from mesh.faults import InvalidField
from services.document import convert, store
from services.document.convert.events import cursor_of, edited_event, events_of, position_of
from services.document.errors import reachable
from services.document.following.edit_runs import runs
from services.document.following.outbox_reader import Beat
from services.document.history.edit_sessions import Edit
from services.document.log.batch import Batch
from services.document.settings import DocumentSettings
from services.document.store.edit_sessions import WrittenRow
from services.document.store.events import EventRow
from services.document.store.outbox import Event, Position
from services.document.store.rows import Written
from shoal.document.v1 import event_pb2 as pb
from shoal.event.v1 import event_pb2

_log = structlog.get_logger(__name__)
_PAGE_ROWS = 500
_PAGE_OPERATIONS = 2_000
"""Operations looked into at once: about 10 ms."""
_SLICE = 100
"""Operations looked into before others get a turn: about half a millisecond."""
_HEARTBEAT_S = 5.0
"""As ReadEvents promises."""


class Events:
    """All who follow this process."""

    def __init__(self, pool: Pool, settings: DocumentSettings) -> None:
        self._pool, self._settings = pool, settings
        self._beats: set[Beat] = set()

    def note(self, _batch: Batch, _written: Written) -> None:
        """Hear of a batch that is on disk."""
        for beat in self._beats:
            beat.wake()

    async def read(self, cursor: str) -> AsyncGenerator[pb.ReadEventsResponse, None]:
        """Yield what happened after a cursor, and what happens then, without end; as ReadEvents says.

        Raises InvalidField, and LogUnavailable when the database is away.
        """
        place = await self._place(cursor)
        clock, beat = asyncio.get_running_loop().time, Beat(self._settings.outbox_poll_s)
        told_at = -_HEARTBEAT_S
        self._beats.add(beat)
        try:
            while True:
                with reachable():
                    events, place, is_full = await self._page(place)
                if events or is_full or clock() - told_at >= _HEARTBEAT_S - self._settings.outbox_poll_s:
                    told_at = clock()
                    yield pb.ReadEventsResponse(events=events, cursor=cursor_of(place))
                if not is_full:
                    await beat.wait()
        finally:
            self._beats.discard(beat)

    async def _place(self, cursor: str) -> Position:
        try:
            place = position_of(cursor)
        except ValueError:
            raise InvalidField("cursor", "is not a cursor of ReadEvents") from None
        with reachable():
            horizon = await store.outbox.horizon(self._pool)
        if place.txid > horizon:
            _log.warning("a follower knows more than the database, which was restored; it is told what comes now")
            return Position(horizon)
        return place

    async def _page(self, place: Position) -> tuple[list[event_pb2.Event], Position, bool]:
        """Return the next events, the place behind them, and whether there may be more at once."""
        page = await store.events.page(self._pool, place, _PAGE_ROWS)
        rows = _bounded(page.rows)
        is_full = len(rows) == _PAGE_ROWS or len(rows) < len(page.rows)
        edited = await self._edited([row for row in rows if _is_edit(row)])
        events: list[event_pb2.Event] = []
        for row in rows:
            events += edited.pop(row.document_key, []) if _is_edit(row) else events_of(row)
        return events, rows[-1].position if is_full else Position(page.horizon), is_full

    async def _edited(self, rows: Sequence[EventRow]) -> dict[int, list[event_pb2.Event]]:
        """Return events of edits by document key."""
        if not rows:
            return {}
        ranges = [(row.document_key, row.first_revision, row.last_revision) for row in rows]
        operations = await store.events.operations(self._pool, ranges)
        about = {row.document_key: row for row in rows}
        return {
            key: [edited_event(about[key], run) for run in runs(await _edits(written))]
            for key, written in operations.items()
        }


def _is_edit(row: EventRow) -> bool:
    return row.kind == Event.OPERATIONS and not row.is_beginning and row.document is not None


def _bounded(rows: Sequence[EventRow]) -> Sequence[EventRow]:
    """Return the first rows, at least one, with so few operations that they are looked into at once."""
    operations = 0
    for index, row in enumerate(rows):
        operations += row.last_revision - row.first_revision + 1 if _is_edit(row) else 0
        if operations > _PAGE_OPERATIONS and index:
            return rows[:index]
    return rows


async def _edits(written: Sequence[WrittenRow]) -> list[Edit]:
    edits: list[Edit] = []
    for start in range(0, len(written), _SLICE):
        edits += map(convert.edit_of, written[start : start + _SLICE])
        await asyncio.sleep(0)
    return edits
