"""Replay of a sequential trace: one site, flights as large as the server takes, the next one built during the flight.

Owns the fast path: messages are built from the patches, without the algebra, since nobody else writes.
"""

from __future__ import annotations

from collections.abc import Sequence

from cli.client import Session
from cli.replay_run import Replay, check_refused, fitting
from cli.trace import Patch, Trace, one_operation
from mesh.wire import operation_to_proto
from shoal.collab.v1 import collab_pb2 as pb
from shoal.type.v1 import operation_pb2


async def replay_sequential(replay: Replay) -> None:
    """Send what the log does not have yet; returns when all of it is on disk. Raises ConnectionLost, Failed."""
    total = len(replay.trace)
    async with replay.connect() as connection:
        session = await replay.open(connection, 0)
        opened = session.opened.frame
        done = opened.last_site_sequence
        if opened.revision != replay.before + done or done > total:
            raise replay.not_ours()
        replay.progress.reached(done)
        flights = Flights(replay.trace, opened.limits, done)
        while done < total:
            flight = flights.take(await replay.pace.due(replay.progress.added, total - done))
            flight.base_revision = replay.before + done
            await session.send(flight)
            flights.prepare()
            done += len(flight.operations)
            await _acknowledged(replay, session, done)
            replay.progress.reached(done)


async def _acknowledged(replay: Replay, session: Session, last: int) -> None:
    """Return when the site's operation `last` is on disk. As nobody else writes, its number tells its revision."""
    site = replay.trace.site(0)
    while True:
        frame = await session.receive()
        await check_refused(frame)
        if frame.HasField("acknowledged"):
            revision = frame.acknowledged.revisions[-1]
            sequence = frame.acknowledged.first_site_sequence + len(frame.acknowledged.revisions) - 1
        elif frame.HasField("opened"):  # a catch-up, where this reader was too slow
            revision, sequence = frame.opened.revision, frame.opened.last_site_sequence
        elif frame.HasField("committed"):
            operation = frame.committed.operations[-1]
            revision, sequence = operation.revision, operation.site_sequence
            if operation.site != site:
                raise replay.not_ours()
        else:
            continue
        if revision != replay.before + sequence:
            raise replay.not_ours()
        if sequence >= last:
            return


class Flights:
    """Cuts the rest of a trace into flights within the server's limits, building messages ahead of their need."""

    def __init__(self, trace: Trace, limits: pb.Limits, done: int) -> None:
        self._trace, self._next, self._limits = trace, done, limits
        self._ready: list[operation_pb2.Operation] = []

    def prepare(self) -> None:
        """Build the messages that the next flight may need."""
        built = self._next + len(self._ready)
        wanted = self._next + self._limits.max_flight_operations
        self._ready.extend(map(encode, self._trace.patches[built:wanted]))

    def take(self, wanted: int) -> pb.Submit:
        """Return the next flight of at most `wanted` operations; its base revision is still to be set."""
        self.prepare()
        count = fitting(self._ready[:wanted], self._limits)
        flight = pb.Submit(first_site_sequence=self._next + 1, operations=self._ready[:count])
        del self._ready[:count]
        self._next += count
        return flight


def encode(patches: Sequence[Patch]) -> operation_pb2.Operation:
    """Return the message of a transaction; of one patch, as nearly all are, without a detour over the algebra."""
    if len(patches) != 1:
        return operation_to_proto(one_operation(patches))
    position, deleted, inserted = patches[0]
    operation = operation_pb2.Operation()
    add = operation.components.add
    if deleted or inserted:
        if position:
            add(retain=position)
        if inserted:
            add(insert=inserted)
        if deleted:
            add(delete=deleted)
    return operation
