"""Opening: what a session is sent when it opens or asks again.

Decides between snapshot and missed operations; feeds long content part by part, so that nobody waits behind somebody
else's. Owns no state.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable
from dataclasses import dataclass
from typing import Any

from mesh import faults, wire
from services.collab import convert
from services.collab.history import LogHistory
from services.collab.sequencer import Sequencer
from services.collab.session import Session
from shoal.collab.v1 import collab_pb2 as pb
from shoal.document.v1 import operation_log_pb2

_BYTES_AN_OPERATION = 64
"""What a missed keystroke costs on the wire, about; a snapshot costs about a byte a character, and _SNAPSHOT_BYTES."""
_SNAPSHOT_BYTES = 4096

Spawn = Callable[[Coroutine[Any, Any, None]], asyncio.Task[None]]


@dataclass(frozen=True, slots=True)
class Asked:
    """What a session holds: everything up to `after_revision`, and perhaps operations of its own on top (`pending`).

    `fail` ends the session when the rest of the answer cannot be had; `again` has it answered by a snapshot.
    """

    session: Session
    after_revision: int
    pending: bool
    fail: Callable[[faults.Fault], None]
    again: Callable[[], None]


def answer(
    asked: Asked, opened: pb.Opened, sequencer: Sequencer, history: LogHistory, spawn: Spawn
) -> asyncio.Task[None] | None:
    """Send Opened with the first part of what is missing; return the task that feeds the rest, if there is one."""
    session, after_revision = asked.session, asked.after_revision
    missed = sequencer.head_revision - after_revision
    is_long = missed * _BYTES_AN_OPERATION > _SNAPSHOT_BYTES + sequencer.length
    if not asked.pending and (after_revision == 0 or is_long):
        opened.is_snapshot = True
        return _send(session, opened, _contents(sequencer), spawn)
    recent = sequencer.recent_after(after_revision)
    if recent is not None:
        operations = [convert.committed_to_proto(each) for each in recent]
        parts = (pb.OpenedMore(operations=part) for part in convert.operation_parts(operations))
        return _send(session, opened, parts, spawn)
    opened.more = True
    session.outbox.send(convert.encoded(pb.ServerFrame(session=session.number, opened=opened)))
    return spawn(_feed_log(asked, history.read_parts(after_revision, sequencer.head_revision)))


def _contents(sequencer: Sequencer) -> Iterable[pb.OpenedMore]:
    return (pb.OpenedMore(content=part) for part in wire.content_parts(sequencer.document().copy()))


def _send(
    session: Session, opened: pb.Opened, parts: Iterable[pb.OpenedMore], spawn: Spawn
) -> asyncio.Task[None] | None:
    """Send Opened with the first part; feed the others."""
    rest = iter(parts)
    first, second = next(rest), next(rest, None)
    if first.HasField("content"):
        opened.content.CopyFrom(first.content)
    opened.operations.MergeFrom(first.operations)
    opened.more = second is not None
    session.outbox.send(convert.encoded(pb.ServerFrame(session=session.number, opened=opened)))
    return None if second is None else spawn(_feed(session, _ahead(second, rest)))


async def _ahead(second: pb.OpenedMore, rest: Iterable[pb.OpenedMore]) -> AsyncIterator[pb.OpenedMore]:
    yield second
    for part in rest:
        yield part


async def _feed(session: Session, parts: AsyncIterator[pb.OpenedMore]) -> None:
    """Send parts as the stream takes them; `more` is false in the last."""
    held: pb.OpenedMore | None = None
    async for part in parts:
        if held is not None:
            await _send_more(session, held, more=True)
        held = part
    await _send_more(session, held or pb.OpenedMore(), more=False)


async def _send_more(session: Session, part: pb.OpenedMore, *, more: bool) -> None:
    part.more = more
    await session.outbox.drained()
    session.outbox.send(convert.encoded(pb.ServerFrame(session=session.number, opened_more=part)))


async def _feed_log(asked: Asked, responses: AsyncIterator[operation_log_pb2.ReadResponse]) -> None:
    """Feed missed operations from the log; a log that is away ends the session, which opens again.

    What was archived meanwhile is needed only by who has operations to be transformed over it.
    """
    try:
        await _feed(asked.session, (pb.OpenedMore(operations=response.operations) async for response in responses))
    except faults.Fault as fault:
        if fault.reason == faults.Reason.ERROR_REASON_HISTORY_ARCHIVED and not asked.pending:
            asked.again()
        else:
            asked.fail(fault)
