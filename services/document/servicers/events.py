"""EventService over gRPC: what happens to documents, for services that follow."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import TYPE_CHECKING, Any

import grpc

from services.document.following.events import Events
from shoal.document.v1 import event_pb2 as pb
from shoal.document.v1 import event_pb2_grpc

if TYPE_CHECKING:
    Context = grpc.aio.ServicerContext[Any, Any]


class EventServicer(event_pb2_grpc.EventServiceServicer):
    """EventService."""

    def __init__(self, events: Events) -> None:
        self._events = events

    async def ReadEvents(self, request: pb.ReadEventsRequest, _: Context) -> AsyncIterator[pb.ReadEventsResponse]:
        """Stream events."""
        async with aclosing(self._events.read(request.cursor)) as reading:
            async for response in reading:
                yield response
