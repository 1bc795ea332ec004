"""What both kinds of replay share: what is replayed where, how far it is, and what the server's frames mean for it.

Never reconnects: whoever runs a replay begins again from what the log has.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass

from cli.client import Connection, ConnectionLost, FaultReceived, Session
from cli.errors import Failed
from cli.pace import Pace
from cli.trace import Trace
from shoal.collab.v1 import collab_pb2 as pb
from shoal.type.v1 import operation_pb2

Connect = Callable[[], AbstractAsyncContextManager[Connection]]

_SUBMIT_BYTES = 64
"""More than the two numbers of a Submit take."""
_OPERATION_BYTES = 6
"""More than an operation costs in a Submit beyond its own encoding."""


class Progress:
    """How far a replay is, over all its connections: the first `done` transactions are in the log."""

    def __init__(self, show: Callable[[int], None] = lambda done: None) -> None:
        self._show = show
        self._at_start: int | None = None
        self.done = 0

    def reached(self, done: int) -> None:
        """Note that the first `done` transactions are in the log; the first time, that they were there before."""
        if self._at_start is None:
            self._at_start = done
        self.done = done
        self._show(done)

    @property
    def added(self) -> int:
        """How many of them this replay brought."""
        return self.done - (self._at_start or 0)


@dataclass(frozen=True, slots=True)
class Replay:
    """One replay: which trace goes into which document through which door, how fast, and how far it is.

    `before` is the revision the document begins with: rich text has its last newline as revision 1.
    """

    trace: Trace
    document: str
    before: int
    connect: Connect
    pace: Pace
    progress: Progress

    async def open(self, connection: Connection, agent: int, *, pending: bool = False) -> Session:
        """Open the document as one agent of the trace; with `pending`, get all operations that are in it."""
        return await Session.open(connection, self.document, self.trace.site(agent), pending=pending)

    def not_ours(self) -> Failed:
        """Return what to say when somebody else writes, or wrote, into the document."""
        return Failed(f"{self.document} holds other edits than this replay's; replay into a document of its own")


async def check_refused(frame: pb.ServerFrame) -> None:
    """Do nothing unless `frame` refuses a flight. Raises FaultReceived, or ConnectionLost after the wait asked for."""
    if not frame.HasField("refused"):
        return
    fault = frame.refused.fault
    if not fault.retry_after_ms:
        raise FaultReceived(fault)
    await asyncio.sleep(fault.retry_after_ms / 1000)
    raise ConnectionLost(fault.message)


def fitting(messages: Sequence[operation_pb2.Operation], limits: pb.Limits) -> int:
    """Return how many of the first of `messages` make a flight within the limits. Raises Failed when not even one."""
    count, size = 0, _SUBMIT_BYTES
    for message in messages[: limits.max_flight_operations]:
        size += message.ByteSize() + _OPERATION_BYTES
        if size > limits.max_flight_bytes:
            break
        count += 1
    if not count:
        raise Failed(f"a transaction is larger than the {limits.max_flight_bytes} bytes that the server takes at once")
    return count
