"""The client's state machine: clients and a server that lose, delay and repeat messages always converge."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

import pytest

from ot.client import Client, ClientState, Flight
from ot.document import Document
from ot.errors import LengthMismatch, OperationError, RevisionGap, SiteSequenceMismatch
from ot.invert import invert
from ot.operation import Delete, Insert, Operation, Retain, delete_at, format_at, insert_at
from ot.transform import rebase
from tests.unit.ot.strategies import boundaries


@dataclass(frozen=True)
class Committed:
    revision: int
    site: str
    site_sequence: int
    operation: Operation


@dataclass
class Server:
    """One document's log: numbers operations, transforms late ones, knows each site's high water."""

    document: Document = field(default_factory=Document)
    log: list[Committed] = field(default_factory=list)
    high_water: dict[str, int] = field(default_factory=dict)

    def submit(self, site: str, flight: Flight) -> None:
        """Commits what is new in a flight; a repeated operation is in the log already."""
        pending = list(enumerate(flight.operations, flight.first_site_sequence))
        assert flight.first_site_sequence <= self.high_water.get(site, 0) + 1, "a gap in site sequences"
        for committed in self.log[flight.base_revision :]:
            if committed.site == site:
                assert pending[0][0] == committed.site_sequence
                del pending[0]
            else:
                rebased, _ = rebase([operation for _, operation in pending], committed.operation)
                pending = [(sequence, op) for (sequence, _), op in zip(pending, rebased, strict=True)]
        for sequence, operation in pending:
            self.document.apply(operation)
            self.log.append(Committed(len(self.log) + 1, site, sequence, operation))
            self.high_water[site] = sequence


@dataclass
class Participant:
    """A client with its two unreliable lines to the server."""

    client: Client
    to_server: list[Flight] = field(default_factory=list)
    subscribed_to: int = 0

    @property
    def site(self) -> str:
        return str(self.client.site)

    def read(self, server: Server, most: int) -> None:
        for committed in server.log[self.subscribed_to : self.subscribed_to + most]:
            self.client.receive(committed.revision, committed.site, committed.site_sequence, committed.operation)
            self.subscribed_to += 1


def random_edit(r: random.Random, document: Document) -> Operation:
    places = boundaries(document)
    start = r.randrange(len(places))
    end = min(len(places) - 1, start + r.choice([1, 2, 5]))
    kind = r.random()
    if kind < 0.55 or start == end:
        return insert_at(places[start], r.choice(["x", "ab", "😀", "\n"]), r.choice([None, {"bold": True}]))
    if kind < 0.8:
        return delete_at(places[start], places[end] - places[start])
    return format_at(places[start], places[end] - places[start], {"bold": r.choice([True, None, 1])})


def view(client: Client) -> Document:
    assert client.document is not None
    return client.document


@pytest.mark.parametrize("seed", range(40))
def test_clients_converge_however_messages_are_delayed_lost_and_repeated(seed: int) -> None:
    r = random.Random(seed)
    server = Server(Document.from_text("hello 😀 world"))
    people = [Participant(Client(0, server.document, site=f"site-{n}")) for n in range(r.randint(2, 4))]
    typed = 0
    for _ in range(250):
        person = r.choice(people)
        client = person.client
        happening = r.random()
        if happening < 0.4:
            client.edit(random_edit(r, view(client)))
            typed += 1
        elif happening < 0.6:
            flight = client.take_flight(r.randint(1, 4))
            if flight is not None and r.random() < 0.8:  # else it is lost on the way
                person.to_server.append(flight)
        elif happening < 0.75:
            for flight in person.to_server:
                server.submit(person.site, flight)
            person.to_server.clear()
        elif happening < 0.93:
            person.read(server, r.randint(1, 6))
        elif happening < 0.97:  # reconnect: what was on the lines is lost or comes twice
            if r.random() < 0.5:
                person.to_server.clear()
            person.subscribed_to = r.randint(max(0, client.revision - 3), client.revision)
            flight = client.resend()
            if flight is not None:
                person.to_server = [*person.to_server, flight]
        elif happening < 0.98:
            client.compact_buffer()
        elif len(server.log) > client.revision:  # the server answers with the whole content
            person.to_server.clear()
            client.replace_content(len(server.log), server.document, server.high_water.get(person.site, 0))
            person.subscribed_to = client.revision
    for _ in range(1000):
        for person in people:
            flight = person.client.resend() or person.client.take_flight(3)
            if flight is not None:
                server.submit(person.site, flight)
            person.read(server, 10_000)
        if all(p.client.state is ClientState.SYNCHRONISED for p in people):
            break
    for person in people:
        person.read(server, 10_000)
        assert person.client.revision == len(server.log)
        assert view(person.client).hash() == server.document.hash(), f"seed {seed}"
    sequences = [(c.site, c.site_sequence) for c in server.log]
    assert len(sequences) == len(set(sequences))
    assert typed > 50


@pytest.mark.parametrize("seed", range(40))
def test_a_refusal_takes_back_the_refused_edits_and_nothing_else(seed: int) -> None:
    r = random.Random(seed)
    document = Document.from_text("hello 😀 world")
    client = Client(0, document, site="me")
    for _ in range(6):
        client.edit(random_edit(r, view(client)))
    flight = client.take_flight(4)
    assert flight is not None
    others = [random_edit(r, document)]
    client.receive(1, "other", 1, others[0])
    client.edit(random_edit(r, view(client)))
    outstanding = client.resend()
    assert outstanding is not None
    kept = r.randrange(len(outstanding.operations))
    before_refused = document.copy()
    before_refused.apply(others[0])
    for operation in outstanding.operations[:kept]:
        before_refused.apply(operation)
    seen = view(client).copy()
    refusal = client.refuse(outstanding.first_site_sequence + kept)
    seen.apply(refusal.removal)
    assert view(client) == seen
    assert refusal.operations == outstanding.operations[kept:]
    rest = before_refused
    for operation in client.pending[kept:]:
        rest.apply(operation)
    assert rest == view(client)
    assert client.next_site_sequence == outstanding.first_site_sequence + kept


def test_what_was_typed_after_refused_text_stays_and_the_refused_text_is_handed_back() -> None:
    client = Client(0, Document.from_text("abc"), site="me")
    client.edit(insert_at(1, "REFUSED"))
    assert client.take_flight(10) == Flight(0, 1, (insert_at(1, "REFUSED"),))
    client.edit(insert_at(4, "kept"))
    client.edit(delete_at(0, 1))
    refusal = client.refuse(1)
    assert refusal.text == "REFUSED"
    assert view(client).text() == "keptbc"
    assert client.take_flight(10) == Flight(0, 1, (insert_at(1, "kept"), delete_at(0, 1)))


def test_each_keystroke_stays_its_own_operation_and_one_flight_is_outstanding() -> None:
    client = Client(5, Document(), site="me", next_site_sequence=8)
    for position, letter in enumerate("abc"):
        client.edit(insert_at(position, letter))
    assert client.state is ClientState.BUFFERED
    flight = client.take_flight(2)
    assert flight == Flight(5, 8, (insert_at(0, "a"), insert_at(1, "b")))
    assert client.state is ClientState.AWAITING_WITH_BUFFER
    assert client.take_flight(2) is None
    assert client.receive(6, "me", 8, flight.operations[0]) is None
    assert client.resend() == Flight(6, 9, (insert_at(1, "b"),))
    client.receive(7, "me", 9, flight.operations[1])
    assert client.take_flight(2) == Flight(7, 10, (insert_at(2, "c"),))
    client.receive(8, "me", 10, insert_at(2, "c"))
    assert client.state is ClientState.SYNCHRONISED
    assert client.take_flight(2) is None
    assert client.resend() is None


def test_a_flight_stays_within_its_bytes_but_takes_one_operation_at_least() -> None:
    client = Client(0, None, site="me")
    for text in ("x" * 1000, "y" * 10, "z" * 10, "w" * 10):
        client.edit(insert_at(0, text, {"bold": True}))
    flight = client.take_flight(10, max_bytes=100)
    assert flight is not None
    assert len(flight.operations) == 1
    client.receive(1, "me", 1, flight.operations[0])
    flight = client.take_flight(10, max_bytes=100)
    assert flight is not None
    assert len(flight.operations) == 2


def test_the_operation_earlier_in_the_servers_order_stays_left() -> None:
    client = Client(0, Document.from_text("ab"), site="me")
    client.edit(insert_at(1, "mine"))
    client.take_flight(1)
    assert client.receive(1, "other", 1, insert_at(1, "theirs")) == insert_at(1, "theirs")
    assert view(client).text() == "atheirsmineb"


def test_a_known_revision_is_dropped_and_a_missing_one_is_named() -> None:
    client = Client(3, Document.from_text("ab"), site="me")
    assert client.receive(3, "other", 1, insert_at(0, "x")) is None
    with pytest.raises(RevisionGap) as gap:
        client.receive(5, "other", 2, insert_at(0, "x"))
    assert (gap.value.expected, gap.value.received) == (4, 5)
    assert view(client).text() == "ab"
    assert client.revision == 3


def test_a_duplicate_answered_outside_the_stream_acknowledges_in_its_turn_only() -> None:
    client = Client(0, Document(), site="me")
    client.edit(insert_at(0, "a"))
    client.take_flight(1)
    assert not client.acknowledge(1, 2)
    client.receive(1, "other", 1, insert_at(0, "b"))
    assert client.acknowledge(1, 2)
    assert client.acknowledge(1, 2)
    assert client.state is ClientState.SYNCHRONISED
    assert client.revision == 2
    assert client.receive(2, "me", 1, insert_at(1, "a")) is None
    assert view(client).text() == "ba"


def test_an_own_operation_that_was_never_sent_is_no_acknowledgement() -> None:
    client = Client(0, Document(), site="me")
    with pytest.raises(SiteSequenceMismatch):
        client.receive(1, "me", 1, insert_at(0, "a"))
    with pytest.raises(SiteSequenceMismatch):
        client.refuse(1)
    with pytest.raises(SiteSequenceMismatch):
        client.replace_content(1, Document(), 1)
    assert client.revision == 0


def test_an_edit_that_does_not_fit_is_not_noted() -> None:
    client = Client(0, Document.from_text("ab"), site="me")
    with pytest.raises(LengthMismatch):
        client.edit(delete_at(1, 5))
    assert client.pending == ()
    assert view(client).text() == "ab"


def test_unsent_edits_that_remote_ones_made_empty_are_not_sent() -> None:
    client = Client(0, Document.from_text("ab"), site="me")
    client.edit(delete_at(0, 1))
    client.receive(1, "other", 1, delete_at(0, 1))
    assert client.take_flight(5) is None
    assert client.state is ClientState.SYNCHRONISED


def test_compacting_composes_what_was_never_sent_and_leaves_the_flight_alone() -> None:
    client = Client(0, Document(), site="me")
    client.edit(insert_at(0, "a"))
    client.take_flight(1)
    client.edit(insert_at(1, "b"))
    client.edit(insert_at(2, "c"))
    client.compact_buffer()
    assert client.pending == (insert_at(0, "a"), insert_at(1, "bc"))


def test_a_client_without_a_document_carries_edits_but_takes_none_back() -> None:
    client = Client(0, None, site="me")
    client.edit(insert_at(3, "a"))
    client.take_flight(1)
    assert client.receive(1, "other", 1, insert_at(0, "xy")) == insert_at(0, "xy")
    assert client.resend() == Flight(1, 1, (insert_at(5, "a"),))
    with pytest.raises(OperationError):
        client.refuse(1)


def test_the_whole_content_replaces_what_was_missed_and_keeps_pending_edits() -> None:
    client = Client(0, Document.from_text("one three"), site="me")
    client.edit(insert_at(0, "A"))
    client.edit(insert_at(10, "B"))
    client.take_flight(1)
    shown = view(client).copy()
    shown.apply(client.replace_content(7, Document.from_text("Aone two three"), 1))
    assert shown == view(client)
    assert view(client).text() == "Aone two threeB"
    assert client.take_flight(1) == Flight(7, 2, (insert_at(14, "B"),))


def test_taking_back_restores_deleted_text_and_formatting() -> None:
    document = Document.from_delta([{"insert": "abc", "attributes": {"bold": True}}])
    client = Client(0, document, site="me")
    edit = Operation([Delete(1), Retain(1, {"bold": None}), Insert("x")])
    client.edit(edit)
    client.take_flight(1)
    assert client.refuse(1).removal == invert(edit, document)
    assert view(client) == document
