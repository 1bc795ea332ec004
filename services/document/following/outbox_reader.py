"""OutboxReader: which documents something happened to, in the order in which it was committed.

Owns a place in the outbox and the pace of asking. At least once, and nothing before it is sure: a row is read when no
transaction that began before its own is open any more, so none can appear behind the place.
"""

from __future__ import annotations

import asyncio

from mesh.database import Connection, Pool
from services.document import store
from services.document.store.outbox import Position

_PAGE_ROWS = 5_000
"""About 10 ms of the database's time."""
_LEAST_S = 0.1
"""Between two questions: a process that commits all the time would else ask all the time."""


class OutboxReader:
    """Reads on from a place."""

    def __init__(self, database: Connection | Pool, place: Position) -> None:
        self._database, self._place = database, place

    @property
    def read_up_to(self) -> int:
        """The transaction below which everything has been read."""
        return self._place.txid

    async def page(self) -> tuple[list[int], bool]:
        """Return the keys of documents that changed, and whether there may be more at once.

        Raises what the database raises; the place has then not moved.
        """
        page = await store.outbox.changed(self._database, self._place, _PAGE_ROWS)
        self._place = page.next
        return page.document_keys, page.is_full


class Beat:
    """When to look again: every `idle_s`, and soon after `wake`."""

    def __init__(self, idle_s: float) -> None:
        self._idle_s = idle_s
        self._wake = asyncio.Event()

    def wake(self) -> None:
        """There may be something new."""
        self._wake.set()

    async def wait(self) -> None:
        """Return when it is time to look."""
        self._wake.clear()
        await asyncio.sleep(min(_LEAST_S, self._idle_s))
        try:
            async with asyncio.timeout(max(self._idle_s - _LEAST_S, 0)):
                await self._wake.wait()
        except TimeoutError:
            return
