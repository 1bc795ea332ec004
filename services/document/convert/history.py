"""Histories, changes and blame as messages, and the moments that requests name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from google.protobuf.timestamp_pb2 import Timestamp

from mesh.faults import InvalidField
from mesh.wire import CHUNK_BYTES, operation_to_proto
from ot.clock import Causality, VectorClock
from ot.operation import Operation
from services.document.history.blame import BlameRun
from services.document.history.edit_sessions import EditSession
from shoal.document.v1 import history_pb2 as pb
from shoal.type.v1 import operation_pb2

_BLAME_RUNS = 4096
"""Runs of one part: about 100 KiB."""
_CAUSALITIES = {
    Causality.BEFORE: pb.CAUSALITY_BEFORE,
    Causality.AFTER: pb.CAUSALITY_AFTER,
    Causality.EQUAL: pb.CAUSALITY_EQUAL,
    Causality.CONCURRENT: pb.CAUSALITY_CONCURRENT,
}


def time_of(timestamp: Timestamp, field: str) -> datetime:
    """Return the time a message names. Raises InvalidField for one that is none."""
    try:
        return timestamp.ToDatetime(tzinfo=UTC)
    except (ValueError, OverflowError):
        raise InvalidField(field, "must be a time from year 1 to 9999") from None


def causality_to_proto(causality: Causality) -> pb.Causality:
    """Return the value of the contract for how two operations stand."""
    return _CAUSALITIES[causality]


def clock_to_proto(clock: VectorClock[str] | None) -> list[pb.ClockEntry]:
    """Return a clock's entries, by site; none for none."""
    return [pb.ClockEntry(site=site, site_sequence=clock[site]) for site in sorted(clock)] if clock else []


def component_parts(operation: Operation) -> Iterator[list[operation_pb2.Component]]:
    """Yield an operation's components in parts of about CHUNK_BYTES; at least one part, empty for a change of nothing.

    A long insert becomes several, which one after the other are the same.
    """
    part: list[operation_pb2.Component] = []
    size = 0
    for component in _pieces(operation):
        part.append(component)
        size += component.ByteSize()
        if size >= CHUNK_BYTES:
            yield part
            part, size = [], 0
    if part or not operation:
        yield part


def _pieces(operation: Operation) -> Iterator[operation_pb2.Component]:
    for component in operation_to_proto(operation).components:
        text = component.insert
        if len(text) <= CHUNK_BYTES:
            yield component
            continue
        for start in range(0, len(text), CHUNK_BYTES):
            piece = operation_pb2.Component(insert=text[start : start + CHUNK_BYTES])
            piece.MergeFrom(operation_pb2.Component(attributes=component.attributes))
            yield piece


def session_to_proto(session: EditSession) -> pb.EditSession:
    """Return the message of a session of work."""
    message = pb.EditSession(
        first_revision=session.first_revision,
        last_revision=session.last_revision,
        contributions=[pb.Contribution(**each._asdict()) for each in session.contributions],
    )
    message.start_time.FromDatetime(session.start_time)
    message.end_time.FromDatetime(session.end_time)
    return message


def blame_parts(runs: Sequence[BlameRun]) -> Iterator[list[pb.BlameRun]]:
    """Yield runs in parts; at least one, empty for an empty document."""
    if not runs:
        yield []
    for start in range(0, len(runs), _BLAME_RUNS):
        yield [
            pb.BlameRun(length=length, author=author, agent=agent)
            for length, author, agent in runs[start : start + _BLAME_RUNS]
        ]
