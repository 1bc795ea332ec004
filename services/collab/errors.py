"""What collab refuses, each with its reason from the catalogue."""

from __future__ import annotations

import grpc

from mesh.faults import Fault, InvalidField, Reason

INVALID = grpc.StatusCode.INVALID_ARGUMENT
GONE = frozenset((Reason.ERROR_REASON_DOCUMENT_DELETED, Reason.ERROR_REASON_DOCUMENT_NOT_FOUND))
"""Reasons after which there is no live document any more: its room ends, and whoever comes is told the same."""


class SiteSequenceGap(Fault):
    """The client skipped an operation of its own; it must resend from `expected`."""

    code, reason = INVALID, Reason.ERROR_REASON_SITE_SEQUENCE_GAP

    def __init__(self, expected: int, received: int) -> None:
        super().__init__(
            f"expected site sequence {expected}, received {received}", expected=expected, received=received
        )


class RevisionMoved(Fault):
    """The head is not the revision the caller required."""

    code, reason = grpc.StatusCode.FAILED_PRECONDITION, Reason.ERROR_REASON_REVISION_MOVED

    def __init__(self, required: int, head_revision: int) -> None:
        super().__init__(f"required revision {required}, the head is {head_revision}", head_revision=head_revision)


class FormatNotAllowed(Fault):
    """Formatting or an embed was sent to a plain text document."""

    code, reason = INVALID, Reason.ERROR_REASON_FORMAT_NOT_ALLOWED

    def __init__(self) -> None:
        super().__init__("a plain text document holds no attributes and no embeds")


class SessionReplaced(Fault):
    """The same site opened the document anew."""

    code, reason = grpc.StatusCode.ABORTED, Reason.ERROR_REASON_SESSION_REPLACED

    def __init__(self) -> None:
        super().__init__("this site opened the document again elsewhere")


class RoomBusy(Fault):
    """The inbox of the room is full; the flight was not taken."""

    code, reason = grpc.StatusCode.RESOURCE_EXHAUSTED, Reason.ERROR_REASON_ROOM_BUSY
    retry_after_ms = 1000

    def __init__(self) -> None:
        super().__init__("too much is waiting to be saved; send it again in a moment")


class FlightOutstanding(Fault):
    """A session sent a flight before the last one was answered."""

    code, reason = grpc.StatusCode.FAILED_PRECONDITION, Reason.ERROR_REASON_FLIGHT_OUTSTANDING

    def __init__(self) -> None:
        super().__init__("one flight at a time: wait until the last one is acknowledged")


class NoDocumentHere(InvalidField):
    """A frame about a document was sent to a room that has none."""

    def __init__(self, kind: str, room: str) -> None:
        super().__init__(kind, f"is for documents; {room} takes close and refresh_token alone")


class SlowReader(Fault):
    """A stream was read so slowly that its outbox filled; what was missed is read when it opens again."""

    code, reason = grpc.StatusCode.RESOURCE_EXHAUSTED, Reason.ERROR_REASON_TOO_LARGE
    retry_after_ms = 1000

    def __init__(self, limit: int) -> None:
        super().__init__(f"more than {limit} bytes wait to be read on this stream; resume", limit=limit)
