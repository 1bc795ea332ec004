"""Watch: a document's operations, each once and in order, for one who only reads.

A hidden session with an outbox of its own, so that a watcher is told exactly what an editor is. Owns no state.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator, Sequence

from mesh import faults
from services.collab.outbox import Outbox
from services.collab.rights import Right
from services.collab.room import Room
from services.collab.session import Session
from shoal.collab.v1 import collab_pb2 as pb
from shoal.type.v1 import operation_pb2


async def watch(
    room: Room, right: Right, limit_bytes: int, after_revision: int | None
) -> AsyncIterator[Sequence[operation_pb2.CommittedOperation]]:
    """Yield operations after `after_revision` (None: the head), for as long as the caller listens.

    Raises RevisionAhead, SlowReader, Draining, and why the right was lost.
    """
    outbox = Outbox(limit_bytes, asyncio.get_running_loop().time())
    session = Session(1, outbox, right, f"watch-{uuid.uuid4().hex}", right.identity.name, hidden=True)
    start = room.head_revision if after_revision is None else after_revision
    room.join(session, after_revision=start, pending=True, site_head=None)
    seen, waiting = start, _Waiting()
    try:
        while (encoded := await outbox.take()) is not None:
            fresh = [
                each
                for frame in pb.CollaborateResponse.FromString(encoded).frames
                for each in waiting.take(frame)
                if each.revision > seen
            ]
            if fresh:
                seen = fresh[-1].revision
                yield fresh
    finally:
        room.leave(session, tell=False)


class _Waiting:
    """Holds back what is new until what was missed is complete."""

    def __init__(self) -> None:
        self._held: list[operation_pb2.CommittedOperation] | None = []

    def take(self, frame: pb.ServerFrame) -> Sequence[operation_pb2.CommittedOperation]:
        match frame.WhichOneof("frame"):
            case "opened":
                return self._missed(frame.opened)
            case "opened_more":
                return self._missed(frame.opened_more)
            case "committed" if self._held is not None:
                self._held.extend(frame.committed.operations)
            case "committed":
                return frame.committed.operations
            case "closed":
                raise faults.Received(frame.closed.fault)
        return ()

    def _missed(self, part: pb.Opened | pb.OpenedMore) -> Sequence[operation_pb2.CommittedOperation]:
        if part.more or self._held is None:
            return part.operations
        held, self._held = self._held, None
        return [*part.operations, *held]
