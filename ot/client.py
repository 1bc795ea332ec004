"""Client: the editor's side of the protocol, as a pure state machine.

Owns what is not acknowledged yet: the flight (sent, outstanding) and the buffer (not sent). Three states:
synchronised, awaiting, awaiting with a buffer. Each operation stays its own, so that history keeps every one; what
was ever sent is transformed, never composed. Opens no connection and knows no message: the caller carries flights
out and committed operations in.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from enum import Enum
from typing import final

from .compose import compose_all
from .diff import diff
from .document import Document
from .errors import OperationError, RevisionGap, SiteSequenceMismatch
from .invert import invert
from .operation import Insert, Operation
from .transform import rebase
from .values import canonical

__all__ = ["Client", "ClientState", "Flight", "Refusal"]

# What a component costs on the wire beside its text and attributes: tags, lengths, one number.
_COMPONENT_BYTES = 16


class ClientState(Enum):
    """Where a client stands towards the server."""

    SYNCHRONISED = "synchronised"
    AWAITING = "awaiting"
    AWAITING_WITH_BUFFER = "awaiting with buffer"
    BUFFERED = "buffered"  # edits that wait to be taken: synchronised but for one call of take_flight


@dataclass(frozen=True, slots=True)
class Flight:
    """Operations to submit, each made after the one before, the first on `base_revision`."""

    base_revision: int
    first_site_sequence: int
    operations: tuple[Operation, ...]


@dataclass(frozen=True, slots=True)
class Refusal:
    """What a refusal took away: `removal` is to be applied to the local view; `text` is what was typed, to keep."""

    removal: Operation
    operations: tuple[Operation, ...]
    text: str


@final
class Client:
    """One session's edits against one document. With a document it also keeps the local view."""

    def __init__(
        self, revision: int, document: Document | None = None, *, site: Hashable, next_site_sequence: int = 1
    ) -> None:
        """Start at `revision`, whose content `document` is (None: the caller keeps the view; then no `refuse`).

        The document is copied. `site` is this session's own; its next operation has `next_site_sequence`.
        """
        self.site = site
        self.revision = revision
        self._committed = None if document is None else document.copy()
        self._view = None if document is None else document.copy()
        self._flight: list[Operation] = []
        self._buffer: list[Operation] = []
        self._first_in_flight = next_site_sequence

    @property
    def document(self) -> Document | None:
        """The local view: committed content plus all pending edits. Read it; edit through `edit`."""
        return self._view

    @property
    def state(self) -> ClientState:
        """Where this client stands towards the server."""
        if self._flight:
            return ClientState.AWAITING_WITH_BUFFER if self._buffer else ClientState.AWAITING
        return ClientState.BUFFERED if self._buffer else ClientState.SYNCHRONISED

    @property
    def pending(self) -> tuple[Operation, ...]:
        """All operations that are not acknowledged, oldest first, as they now apply to `revision`."""
        return (*self._flight, *self._buffer)

    @property
    def next_site_sequence(self) -> int:
        """The site sequence that the next operation taken into a flight gets."""
        return self._first_in_flight + len(self._flight)

    def edit(self, operation: Operation) -> None:
        """Note `operation`, made on the local view. One that changes nothing is forgotten.

        Raises LengthMismatch or SurrogateSplit if it does not fit the view; nothing is noted then.
        """
        if not operation:
            return
        if self._view is not None:
            self._view.apply(operation)
        self._buffer.append(operation)

    def take_flight(self, max_operations: int, max_bytes: int | None = None) -> Flight | None:
        """Move buffered operations into a flight, to be submitted. None while one is outstanding or none is buffered.

        Takes at least one operation, at most `max_operations`, and stops before `max_bytes` (estimated: UTF-8 of
        text and attributes, 16 for each component).
        """
        if self._flight:
            return None
        # What remote edits have made empty needs no number: it was never sent.
        buffer = [operation for operation in self._buffer if operation]
        taken, size = 0, 0
        for operation in buffer[:max_operations]:
            size += _bytes_of(operation) if max_bytes is not None else 0
            if taken and max_bytes is not None and size > max_bytes:
                break
            taken += 1
        self._flight, self._buffer = buffer[:taken], buffer[taken:]
        return self.resend()

    def resend(self) -> Flight | None:
        """The outstanding flight as it applies to `revision`, with the sequences it always had; None if none is."""
        if not self._flight:
            return None
        return Flight(self.revision, self._first_in_flight, tuple(self._flight))

    def receive(self, revision: int, site: Hashable, site_sequence: int, operation: Operation) -> Operation | None:
        """Take in a committed operation. Returns what to apply to the local view, None if there is nothing to do.

        One's own acknowledges the oldest in flight. A revision already known is dropped. Raises RevisionGap if one
        is missing before it, SiteSequenceMismatch if it is one's own but not the oldest in flight.
        """
        if revision <= self.revision:
            return None
        if revision != self.revision + 1:
            raise RevisionGap(self.revision + 1, revision)
        if site == self.site:
            self._advance_own(revision, site_sequence)
            return None
        if self._committed is not None:
            self._committed.apply(operation)
        self.revision = revision
        return self._receive_foreign(operation)

    def acknowledge(self, site_sequence: int, revision: int) -> bool:
        """The server answers that it committed one's own operation at `revision`, outside of the stream.

        Returns whether it is known to be committed now. If operations between are still to come, it is not: nothing
        changes, and the stream will bring it in its turn. Raises SiteSequenceMismatch as `receive` does.
        """
        if site_sequence < self._first_in_flight:
            return True
        if revision > self.revision + 1:
            return False
        if revision <= self.revision:
            raise SiteSequenceMismatch(self._first_in_flight, site_sequence)
        self._advance_own(revision, site_sequence)
        return True

    def refuse(self, first_site_sequence: int) -> Refusal:
        """The server refused the flight from `first_site_sequence` on: take those edits, and no other, out again.

        What was typed after them is kept and moves to where it now belongs; the refused sequences are used again.
        Raises SiteSequenceMismatch if none in flight has that sequence, OperationError without a document.
        """
        kept = first_site_sequence - self._first_in_flight
        if not 0 <= kept < len(self._flight):
            raise SiteSequenceMismatch(self._first_in_flight, first_site_sequence)
        if self._committed is None:
            raise OperationError("a client without a document cannot take edits back")
        refused = tuple(self._flight[kept:])
        before = self._committed.copy()
        for operation in self._flight[:kept]:
            before.apply(operation)
        inverse = invert(compose_all(refused), before)
        self._buffer, removal = rebase(self._buffer, inverse)
        del self._flight[kept:]
        if self._view is not None:
            self._view.apply(removal)
        return Refusal(removal, refused, "".join(_texts(refused)))

    def replace_content(self, revision: int, content: Document, last_site_sequence: int) -> Operation:
        """The server sent the content at `revision` in place of what was missed; pending edits are kept.

        `last_site_sequence` is the last of this site that the content includes. Returns what to apply to the local
        view. Raises OperationError without a document, SiteSequenceMismatch if that sequence was never sent.
        """
        if self._committed is None:
            raise OperationError("a client without a document cannot compare content")
        included = max(0, last_site_sequence - self._first_in_flight + 1)
        if included > len(self._flight):
            raise SiteSequenceMismatch(self.next_site_sequence - 1, last_site_sequence)
        for operation in self._flight[:included]:
            self._committed.apply(operation)
        del self._flight[:included]
        self._first_in_flight += included
        missed = diff(self._committed, content)
        self._committed = content.copy()
        self.revision = revision
        return self._receive_foreign(missed)

    def compact_buffer(self) -> None:
        """Make one operation of all that was never sent: for a long time offline. Costs history its single steps."""
        composed = compose_all(self._buffer)
        self._buffer = [composed] if composed else []

    def _advance_own(self, revision: int, site_sequence: int) -> None:
        if not self._flight or site_sequence != self._first_in_flight:
            raise SiteSequenceMismatch(self._first_in_flight, site_sequence)
        own = self._flight.pop(0)
        self._first_in_flight += 1
        self.revision = revision
        if self._committed is not None:
            self._committed.apply(own)

    def _receive_foreign(self, operation: Operation) -> Operation:
        self._flight, operation = rebase(self._flight, operation)
        self._buffer, operation = rebase(self._buffer, operation)
        if self._view is not None:
            self._view.apply(operation)
        return operation


def _bytes_of(operation: Operation) -> int:
    size = 0
    for component in operation.components:
        size += _COMPONENT_BYTES
        if isinstance(component, Insert):
            content = component.content
            text = content if isinstance(content, str) else canonical({content.type: content.value})
            size += len(text.encode())
        attributes = getattr(component, "attributes", None)
        if attributes is not None:
            size += len(canonical(attributes).encode())
    return size


def _texts(operations: Iterable[Operation]) -> Iterable[str]:
    for operation in operations:
        for component in operation.components:
            if isinstance(component, Insert) and isinstance(component.content, str):
                yield component.content
