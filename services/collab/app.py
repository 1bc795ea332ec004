"""Composition of collab: the only place here that constructs.

Start is one `async with`; its unwinding is the drain: tell the streams, save what waits, end the rooms.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from mesh.authorization import LivePermissions
from mesh.grpc_server import Mounted
from mesh.identity import TokenVerifier
from services.collab.log_port import OperationLog
from services.collab.notices import LocalNotices
from services.collab.rights import Rights
from services.collab.rooms import Rooms
from services.collab.servicer import SERVICE, CollabServicer
from services.collab.settings import CollabSettings
from services.collab.side_rooms import Whereabouts
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
async def open_collab(
    settings: CollabSettings,
    log: OperationLog,
    verifier: TokenVerifier,
    permissions: LivePermissions | None = None,
    *,
    clock: Callable[[], float] = time.time,
) -> AsyncIterator[CollabApp]:
    """Run collab on a log until the block ends; ends with a drain if none was asked for before.

    Without `permissions`, whoever is signed in may do all. `clock` gives Unix seconds: what tokens expire by.
    """
    async with asyncio.TaskGroup() as tasks:
        rooms = Rooms(log, settings, tasks)
        rights, notices = Rights(permissions, settings, tasks, clock), LocalNotices()
        whereabouts = Whereabouts(rights, rooms.in_project, settings.project_presence_interval_s)
        rooms.people_moved = whereabouts.moved
        beats = [tasks.create_task(rooms.sweep()), tasks.create_task(rights.run())]
        servicer = CollabServicer(rooms, verifier, settings, rights, whereabouts, notices)
        app = CollabApp(Mounted(collab_pb2.DESCRIPTOR, SERVICE, servicer.register), rooms, servicer)
        try:
            yield app
        finally:
            await app.drain()
            for beat in beats:
                beat.cancel()
