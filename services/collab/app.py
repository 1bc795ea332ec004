"""Composition of collab: the only place here that constructs.

Start is one `async with`; its unwinding is the drain: tell the streams, save what waits, end the rooms.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from mesh.grpc_server import Mounted
from mesh.identity import TokenVerifier
from services.collab.log_port import OperationLog
from services.collab.rooms import Rooms
from services.collab.servicer import SERVICE, CollabServicer
from services.collab.settings import CollabSettings
from shoal.collab.v1 import collab_pb2

_RETRY_AFTER_MS = 500
"""What clients of a draining node are told to wait, before their own jitter."""


@dataclass(frozen=True, slots=True)
class CollabApp:
    """Collab, running; `mounted` is what a gRPC server serves."""

    mounted: Mounted
    rooms: Rooms
    servicer: CollabServicer

    async def drain(self) -> None:
        """Tell every stream to move, and return when all that was taken is saved."""
        self.servicer.drain(_RETRY_AFTER_MS)
        await self.rooms.drain()


@asynccontextmanager
async def open_collab(settings: CollabSettings, log: OperationLog, verifier: TokenVerifier) -> AsyncIterator[CollabApp]:
    """Run collab on a log until the block ends; ends with a drain if none was asked for before."""
    async with asyncio.TaskGroup() as tasks:
        rooms = Rooms(log, settings, tasks)
        sweeper = tasks.create_task(rooms.sweep())
        servicer = CollabServicer(rooms, verifier, settings)
        app = CollabApp(Mounted(collab_pb2.DESCRIPTOR, SERVICE, servicer.register), rooms, servicer)
        try:
            yield app
        finally:
            await app.drain()
            sweeper.cancel()
