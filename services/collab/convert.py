"""Between collab's model and its contract: the only place that touches both.

Frames leave here encoded, each as a whole CollaborateResponse, so that one encoding serves every stream.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from google.protobuf.timestamp_pb2 import Timestamp

from mesh import faults, wire
from services.collab.presence import Present
from services.collab.sequencer import Committed
from shoal.collab.v1 import collab_pb2 as pb
from shoal.type.v1 import operation_pb2


def committed_to_proto(committed: Committed) -> operation_pb2.CommittedOperation:
    """Return the message of a committed operation."""
    message = operation_pb2.CommittedOperation(
        revision=committed.revision,
        site=committed.site,
        site_sequence=committed.site_sequence,
        author=committed.author,
        operation=wire.operation_to_proto(committed.operation),
        base_revision=committed.base_revision,
    )
    if committed.agent:
        message.provenance.agent = committed.agent
    return message


def committed_from_proto(message: operation_pb2.CommittedOperation) -> Committed:
    """Return the operation a message of the log holds."""
    return Committed(
        message.revision,
        message.site,
        message.site_sequence,
        message.author,
        wire.operation_from_proto(message.operation),
        message.base_revision,
        message.provenance.agent,
    )


def participant_to_proto(present: Present) -> pb.Participant:
    """Return the message of a participant."""
    message = pb.Participant(
        site=present.site,
        subject=present.subject,
        display_name=present.display_name,
        state=present.state,
        join_time=_timestamp(present.joined_at),
    )
    if present.selection is not None:
        message.selection.anchor, message.selection.head = present.selection
    return message


def room_frame(
    room: int,
    *,
    committed: Iterable[operation_pb2.CommittedOperation] | None = None,
    checkpoint: pb.Checkpoint | None = None,
    presence: pb.PresenceChanged | None = None,
) -> bytes:
    """Return one frame to a whole room, encoded."""
    body = None if committed is None else pb.Committed(operations=committed)
    return encoded(pb.ServerFrame(room=room, committed=body, checkpoint=checkpoint, presence_changed=presence))


def encoded(frame: pb.ServerFrame) -> bytes:
    """Return one frame as a whole response, encoded."""
    return pb.CollaborateResponse(frames=[frame]).SerializeToString()


def refused_frame(session: int, first_site_sequence: int, fault: faults.Fault) -> bytes:
    """Return the refusal of a flight from one sequence on, encoded."""
    refused = pb.Refused(first_site_sequence=first_site_sequence, fault=faults.to_proto(fault))
    return encoded(pb.ServerFrame(session=session, refused=refused))


def closed_frame(session: int, fault: faults.Fault | None) -> bytes:
    """Return the end of a session, encoded."""
    closed = pb.Closed(fault=None if fault is None else faults.to_proto(fault))
    return encoded(pb.ServerFrame(session=session, closed=closed))


def stream_fault_frame(fault: faults.Fault, session: int = 0) -> bytes:
    """Return a fault that belongs to no open session, encoded."""
    return encoded(pb.ServerFrame(session=session, stream_fault=pb.StreamFault(fault=faults.to_proto(fault))))


def operation_parts(
    operations: Sequence[operation_pb2.CommittedOperation],
) -> Iterator[list[operation_pb2.CommittedOperation]]:
    """Yield operations in parts of about wire.CHUNK_BYTES; at least one part."""
    part: list[operation_pb2.CommittedOperation] = []
    size = 0
    for operation in operations:
        part.append(operation)
        size += operation.ByteSize()
        if size >= wire.CHUNK_BYTES:
            yield part
            part, size = [], 0
    if part or not operations:
        yield part


def _timestamp(seconds: float) -> Timestamp:
    stamp = Timestamp()
    stamp.FromNanoseconds(int(seconds * 1e9))
    return stamp
