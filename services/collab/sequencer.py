"""Sequencer: the pure rules by which edits get their place in a document's history.

Owns the head (revision, length), the recent operations and how far each site got. No I/O, no clock: state and a flight
go in, a decision comes out. What is accepted counts only after `commit`; `rollback` forgets it. Transform is against
stored operations one by one, never against a composed run. Laws: tests/unit/collab/test_sequencer.py.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from mesh import faults, wire
from ot.carry import Carried
from ot.document import Document
from ot.errors import OperationError
from ot.operation import Embed, Insert, Operation
from services.collab import errors

SLICE = 2000
"""Transforms between two pauses of a long rebase: about 5 ms."""


@dataclass(frozen=True, slots=True)
class Flight:
    """Edits of one site, each made after the one before, the first on `base_revision` (None: the head, whatever it is).

    With `require_head` it is refused unless its base is the head when its turn comes.
    """

    site: str
    author: str
    base_revision: int | None
    first_site_sequence: int
    operations: tuple[Operation, ...]
    require_head: bool = False
    agent: str = ""


@dataclass(frozen=True, slots=True)
class Committed:
    """An operation with its place. `revision` counts from 1; lengths of `operation` fit revision - 1."""

    revision: int
    site: str
    site_sequence: int
    author: str
    operation: Operation
    base_revision: int
    agent: str = ""


@dataclass(frozen=True, slots=True)
class SiteHead:
    """How far a site got: its last sequence, the revision of that, and whose it is."""

    author: str
    last_sequence: int
    last_revision: int


@dataclass(frozen=True, slots=True)
class Accepted:
    """The operations to append; `duplicates` of the flight were in the log before them, `refused` says why the rest is
    not taken."""

    operations: tuple[Committed, ...]
    duplicates: int = 0
    refused: faults.Fault | None = None


@dataclass(frozen=True, slots=True)
class Duplicate:
    """All of the flight is in the log."""

    last_site_sequence: int


@dataclass(frozen=True, slots=True)
class Stale:
    """The base is older than what the room remembers: give the operations after `after_revision`."""

    after_revision: int


@dataclass(frozen=True, slots=True)
class Refused:
    """Nothing of the flight is taken."""

    fault: faults.Fault


Decision = Accepted | Duplicate | Stale | Refused


@dataclass(slots=True)
class Rebase:
    """A flight on its way to the head, over the `history` after its base; what is found in the log leaves `pending`."""

    flight: Flight
    pending: Carried
    next_sequence: int
    history: Sequence[Committed] = ()
    refused: faults.Fault | None = None

    def run(self) -> Iterator[None]:
        """Go over the history, pausing after every SLICE transforms so that a caller can let others go on.

        Raises OperationError when an operation turns out not to be valid on its base.
        """
        budget = SLICE
        for committed in self.history:
            self.over(committed)
            budget -= 1 + len(self.pending)
            if budget <= 0:
                budget = SLICE
                yield

    def over(self, committed: Committed) -> None:
        """Take one operation of the log: drop the flight's own, transform what is left over another's."""
        if committed.site == self.flight.site and committed.site_sequence == self.next_sequence and self.pending:
            self.pending.drop_first()
            self.next_sequence += 1
        else:
            self.pending.over(committed.operation)


class Sequencer:
    """The state of one document's history at its head, and the decision on each flight."""

    def __init__(self, *, head_revision: int, document: Document, recent_limit: int, plain_text: bool = False) -> None:
        self._document, self._unapplied = document, deque[Operation]()
        self._scratch: Document | None = None
        self._may_have_pairs = document.has_pairs
        self._recent_limit, self.plain_text = recent_limit, plain_text
        self._recent: deque[Committed] = deque()
        self._accepted: list[Committed] = []
        self._sites: dict[str, SiteHead] = {}
        self._accepted_sites: dict[str, SiteHead] = {}
        self.head_revision = head_revision
        self._head_length = self._length = document.length

    @property
    def tentative_revision(self) -> int:
        """The head if all that is accepted were committed."""
        return self.head_revision + len(self._accepted)

    @property
    def accepted(self) -> Sequence[Committed]:
        """What was accepted since the last commit or rollback, in order."""
        return self._accepted

    @property
    def length(self) -> int:
        """UTF-16 code units at the head."""
        return self._head_length

    def document(self) -> Document:
        """Return the content at the head; not to be changed. Applies what was committed since it was asked for last."""
        while self._unapplied:
            self._document.apply(self._unapplied.popleft())
        return self._document

    def site(self, site: str) -> SiteHead | None:
        """Return how far a site got, if this room knows."""
        return self._accepted_sites.get(site) or self._sites.get(site)

    def learn_site(self, site: str, head: SiteHead) -> None:
        """Take what the log says of a site, unless it is older than what is known."""
        known = self._sites.get(site)
        if known is None or known.last_sequence < head.last_sequence:
            self._sites[site] = head

    def recent_after(self, revision: int) -> list[Committed] | None:
        """Return the committed operations after `revision`, or None when they reach back further than is remembered."""
        missed = self.head_revision - revision
        if missed > len(self._recent):
            return None
        return list(islice(self._recent, len(self._recent) - missed, None))

    def begin(self, flight: Flight, history: Sequence[Committed] | None = None) -> Rebase | Duplicate | Stale | Refused:
        """Check a flight; the Rebase is to be run, then given to `finish`, with nothing else in between.

        `history` are all committed operations after the flight's base: needed only after the answer Stale.
        """
        wrong = self._fault_of(flight)
        if wrong is not None:
            return Refused(wrong)
        last = (self.site(flight.site) or SiteHead(flight.author, 0, 0)).last_sequence
        if flight.first_site_sequence + len(flight.operations) - 1 <= last:
            return Duplicate(last)
        if flight.base_revision is None or flight.require_head:
            history, base_length = (), self._length
        else:
            history = history if history is not None else self.recent_after(flight.base_revision)
            if history is None:
                return Stale(flight.base_revision)
            base_length = self._head_length - sum(each.operation.length_change for each in history)
            history = (*history, *self._accepted)
        fitting, refused = _fitting(flight.operations, base_length)
        if not fitting and refused is not None:
            return Refused(refused)
        return Rebase(flight, Carried(flight.operations[:fitting]), flight.first_site_sequence, history, refused)

    def finish(self, rebase: Rebase) -> Accepted | Refused:
        """Give what is left of a flight that has reached the head its place after all that is accepted."""
        pending = rebase.pending.operations()
        try:
            self._check_pairs(pending)
        except OperationError as error:
            return Refused(wire.fault_of(error))
        return self._take(rebase, pending)

    def submit(self, flight: Flight, history: Sequence[Committed] | None = None) -> Decision:
        """Decide on a flight in one go: begin, run, finish."""
        begun = self.begin(flight, history)
        if not isinstance(begun, Rebase):
            return begun
        try:
            for _ in begun.run():
                pass
        except OperationError as error:
            return Refused(wire.fault_of(error))
        return self.finish(begun)

    def _fault_of(self, flight: Flight) -> faults.Fault | None:
        head = self.site(flight.site) or SiteHead(flight.author, 0, 0)
        base, first = flight.base_revision, flight.first_site_sequence
        if head.author != flight.author:
            return faults.SiteOfAnotherAuthor(flight.site)
        if first > head.last_sequence + 1:
            return errors.SiteSequenceGap(head.last_sequence + 1, first)
        if self.plain_text and any(_has_format(operation) for operation in flight.operations):
            return errors.FormatNotAllowed()
        if base is None or first + len(flight.operations) - 1 <= head.last_sequence:
            return None
        if flight.require_head:
            return None if base == self.tentative_revision else errors.RevisionMoved(base, self.tentative_revision)
        if base > self.head_revision:
            return faults.RevisionAhead(base, self.head_revision)
        if first == head.last_sequence + 1 and base < head.last_revision and flight.site not in self._accepted_sites:
            wrong = f"must be {head.last_revision} or more, where this site's previous operation was committed"
            return faults.InvalidField("base_revision", wrong)
        return None

    def _take(self, rebase: Rebase, pending: Sequence[Operation]) -> Accepted:
        flight, revision, sequence = rebase.flight, self.tentative_revision, rebase.next_sequence
        base = revision if flight.base_revision is None else flight.base_revision
        taken = tuple(
            Committed(revision + 1 + index, flight.site, sequence + index, flight.author, operation, base, flight.agent)
            for index, operation in enumerate(pending)
        )
        if taken:
            self._accepted.extend(taken)
            self._length += sum(each.operation.length_change for each in taken)
            self._accepted_sites[flight.site] = SiteHead(flight.author, taken[-1].site_sequence, taken[-1].revision)
        return Accepted(taken, duplicates=sequence - flight.first_site_sequence, refused=rebase.refused)

    def _check_pairs(self, pending: Sequence[Operation]) -> None:
        """Refuse what would cut a surrogate pair; in a text that has none there is nothing to cut."""
        self._may_have_pairs = self._may_have_pairs or any(_inserts_pairs(operation) for operation in pending)
        if not self._may_have_pairs:
            return
        if self._scratch is None:
            self._scratch = self.document().copy()
            for each in self._accepted:
                self._scratch.apply(each.operation)
        attempt = self._scratch.copy()
        for operation in pending:
            attempt.apply(operation)
        self._scratch = attempt

    def commit(self) -> Sequence[Committed]:
        """The log has what was accepted: it is history now."""
        accepted = self._accepted
        self.rollback()
        self.learn(accepted)
        return accepted

    def rollback(self) -> None:
        """The log did not take what was accepted: forget it."""
        self._accepted, self._accepted_sites, self._scratch = [], {}, None
        self._length = self._head_length

    def learn(self, committed: Iterable[Committed]) -> None:
        """Take operations of the log that follow the head, ours or another node's; others are skipped.

        Nothing may be accepted and undecided meanwhile.
        """
        for each in committed:
            if each.revision != self.head_revision + 1:
                continue
            self.head_revision = each.revision
            self._head_length += each.operation.length_change
            self._may_have_pairs = self._may_have_pairs or _inserts_pairs(each.operation)
            self._recent.append(each)
            self._unapplied.append(each.operation)
            self._sites[each.site] = SiteHead(each.author, each.site_sequence, each.revision)
        while len(self._recent) > self._recent_limit:
            self._recent.popleft()
        self._length = self._head_length


def _inserts_pairs(operation: Operation) -> bool:
    """Whether an operation brings characters past U+FFFF, which are two UTF-16 code units each."""
    return any(
        type(component) is Insert
        and isinstance(component.content, str)
        and not component.content.isascii()
        and max(component.content) > "\uffff"
        for component in operation.components
    )


def _has_format(operation: Operation) -> bool:
    return any(
        getattr(component, "attributes", None) or (type(component) is Insert and isinstance(component.content, Embed))
        for component in operation.components
    )


def _fitting(operations: Sequence[Operation], length: int) -> tuple[int, faults.Fault | None]:
    """Return how many of the operations fit a document of `length` one after the other, and why the next does not."""
    for index, operation in enumerate(operations):
        if operation.base_span > length:
            message = f"operation {index} spans {operation.base_span} units of a document that has {length}"
            return index, wire.OperationTooLong(message, expected=length, received=operation.base_span)
        length += operation.length_change
    return len(operations), None
