"""Sources: where deeds come from, each read on from a cursor.

The port, and its adapters to this service's own outbox and to the document service, in this process or over gRPC.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from typing import Any, Protocol, TypeAlias

import grpc

from mesh.database import Pool
from services.project import store
from services.project.activities.model import Page
from services.project.activities.own_deeds import deed_of
from services.project.convert.events import deed_of_event
from services.project.store.own_events import Position
from shoal.document.v1 import event_pb2 as pb
from shoal.document.v1.event_pb2_grpc import EventServiceStub

_PAGE_EVENTS = 500

ReadEvents: TypeAlias = Callable[[str], AsyncIterator[pb.ReadEventsResponse]]
"""ReadEvents of the document service, by cursor: of an application in the same process, or over a channel."""


class Source(Protocol):
    """What is done somewhere."""

    @property
    def name(self) -> str:
        """What its cursor is kept under."""
        ...

    def read(self, cursor: str) -> AsyncGenerator[Page, None]:
        """Yield what was done after a cursor (empty: from the beginning), and what is done then, without end."""
        ...


class OwnOutbox:
    """What this service does itself."""

    name = "project"

    def __init__(self, pool: Pool, poll_s: float) -> None:
        self._pool, self._poll_s = pool, poll_s

    async def read(self, cursor: str) -> AsyncGenerator[Page, None]:
        """As the port says."""
        while True:
            page = await self.page(cursor)
            cursor = page.cursor
            yield page
            if not page.is_full:
                await asyncio.sleep(self._poll_s)

    async def page(self, cursor: str) -> Page:
        """Return what comes next after a cursor."""
        txid, _, id_ = (cursor or "0.0").partition(".")
        found = await store.own_events.page(self._pool, Position(int(txid), int(id_)), _PAGE_EVENTS)
        return Page([deed_of(each) for each in found.events], f"{found.next.txid}.{found.next.id}", found.is_full)


class DocumentEvents:
    """What is done in documents."""

    name = "document"

    def __init__(self, read_events: ReadEvents) -> None:
        self._read_events = read_events

    async def read(self, cursor: str) -> AsyncGenerator[Page, None]:
        """As the port says; raises what the way there raises."""
        async for response in self._read_events(cursor):
            deeds = [deed for event in response.events if (deed := deed_of_event(event)) is not None]
            yield Page(deeds, response.cursor)


def read_events_over(channel: grpc.aio.Channel) -> ReadEvents:
    """Return ReadEvents through a channel on which this service speaks for itself."""
    stub: Any = EventServiceStub(channel)  # type: ignore[no-untyped-call]  # generated without types

    async def read(cursor: str) -> AsyncGenerator[pb.ReadEventsResponse, None]:
        call = stub.ReadEvents(pb.ReadEventsRequest(cursor=cursor))
        try:
            async for response in call:
                yield response
        finally:
            call.cancel()

    return read
