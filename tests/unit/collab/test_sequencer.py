"""The sequencer's laws: everybody ends with one text, nothing is applied twice, what is wrong is refused whole."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ot.client import Client
from ot.document import Document
from ot.operation import Operation, delete_at, format_at, insert_at
from services.collab.sequencer import (
    Accepted,
    Committed,
    Duplicate,
    Flight,
    Refused,
    Sequencer,
    SiteHead,
    Stale,
)
from shoal.error.v1.error_pb2 import ErrorReason as Reason


def sequencer(text: str = "", *, recent_limit: int = 1000, plain_text: bool = False) -> Sequencer:
    return Sequencer(
        head_revision=0, document=Document.from_text(text), recent_limit=recent_limit, plain_text=plain_text
    )


def flight(site: str, base: int | None, first: int, *operations: Operation, require_head: bool = False) -> Flight:
    return Flight(site, f"users/{site}", base, first, operations, require_head)


def commit(rules: Sequencer, one: Flight) -> list[Committed]:
    decision = rules.submit(one)
    assert isinstance(decision, Accepted), decision
    rules.commit()
    return list(decision.operations)


def refusal(rules: Sequencer, one: Flight) -> int:
    before = rules.tentative_revision
    decision = rules.submit(one)
    assert isinstance(decision, Refused), decision
    assert rules.tentative_revision == before
    return decision.fault.reason


def test_concurrent_edits_are_transformed_in_the_order_they_came() -> None:
    rules = sequencer("ab")
    commit(rules, flight("ada", 0, 1, insert_at(1, "X")))
    (second,) = commit(
        rules,
        flight(
            "bob",
            0,
            1,
            insert_at(1, "Y"),
        ),
    )
    assert second.operation == insert_at(2, "Y")
    assert rules.document().text() == "aXYb"


def test_flights_of_one_batch_are_transformed_over_each_other_before_any_is_committed() -> None:
    rules = sequencer("ab")
    rules.submit(flight("ada", 0, 1, insert_at(1, "X"), insert_at(2, "x")))
    rules.submit(flight("bob", 0, 1, insert_at(1, "Y")))
    assert [each.revision for each in rules.commit()] == [1, 2, 3]
    assert rules.document().text() == "aXxYb"


def test_a_resent_flight_is_a_duplicate_and_changes_nothing() -> None:
    rules = sequencer("ab")
    sent = flight("ada", 0, 1, insert_at(1, "X"))
    commit(rules, sent)
    assert rules.submit(sent) == Duplicate(1)
    assert rules.head_revision == 1


def test_only_the_new_part_of_a_resent_flight_is_taken() -> None:
    rules = sequencer("ab")
    commit(rules, flight("ada", 0, 1, insert_at(0, "1")))
    commit(rules, flight("bob", 0, 1, insert_at(0, "B")))
    decision = rules.submit(flight("ada", 0, 1, insert_at(0, "1"), insert_at(1, "2")))
    assert isinstance(decision, Accepted)
    assert (decision.duplicates, [each.site_sequence for each in decision.operations]) == (1, [2])
    rules.commit()
    assert rules.document().text() == "1B2ab"


def test_a_rolled_back_flight_can_be_submitted_again() -> None:
    rules = sequencer("ab")
    sent = flight("ada", 0, 1, insert_at(1, "X"))
    rules.submit(sent)
    rules.rollback()
    rules.learn([Committed(1, "bob", 1, "users/bob", insert_at(0, "B"), 0)])
    (committed,) = commit(rules, sent)
    assert (committed.revision, rules.document().text()) == (2, "BaXb")


def test_a_base_older_than_the_room_remembers_is_asked_from_the_log() -> None:
    rules = sequencer("", recent_limit=2)
    history = [commit(rules, flight("ada", index, index + 1, insert_at(0, "a")))[0] for index in range(5)]
    late = flight("bob", 1, 1, insert_at(1, "B"))
    assert rules.submit(late) == Stale(1)
    assert isinstance(rules.submit(late, history[1:]), Accepted)
    rules.commit()
    assert rules.document().text() == "aaaaaB"


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        (flight("ada", 0, 2, insert_at(0, "x")), Reason.ERROR_REASON_SITE_SEQUENCE_GAP),
        (flight("ada", 1, 1, insert_at(0, "x")), Reason.ERROR_REASON_REVISION_AHEAD),
        (flight("ada", 0, 1, insert_at(6, "x")), Reason.ERROR_REASON_OPERATION_TOO_LONG),
        (flight("ada", 0, 1, delete_at(5, 1)), Reason.ERROR_REASON_OPERATION_TOO_LONG),
        (flight("ada", 0, 1, insert_at(2, "x")), Reason.ERROR_REASON_SURROGATE_SPLIT),
        (flight("ada", 0, 1, delete_at(1, 1)), Reason.ERROR_REASON_SURROGATE_SPLIT),
        (flight("ada", None, 1, delete_at(2, 1)), Reason.ERROR_REASON_SURROGATE_SPLIT),
        (flight("ada", 7, 1, insert_at(0, "x"), require_head=True), Reason.ERROR_REASON_REVISION_MOVED),
    ],
)
def test_a_wrong_flight_is_refused_whole_with_its_reason(wrong: Flight, reason: int) -> None:
    rules = sequencer("a\N{FISH}bc")
    assert refusal(rules, wrong) == reason
    assert rules.document().text() == "a\N{FISH}bc"


def test_a_flight_is_taken_up_to_the_first_operation_that_does_not_fit() -> None:
    rules = sequencer("ab")
    decision = rules.submit(flight("ada", 0, 1, insert_at(2, "c"), insert_at(9, "x"), insert_at(0, "y")))
    assert isinstance(decision, Accepted)
    assert decision.refused is not None
    assert decision.refused.reason == Reason.ERROR_REASON_OPERATION_TOO_LONG
    rules.commit()
    assert rules.document().text() == "abc"


def test_plain_text_takes_no_formatting() -> None:
    rules = sequencer("ab", plain_text=True)
    assert (
        refusal(rules, flight("ada", 0, 1, format_at(0, 1, {"bold": True}))) == Reason.ERROR_REASON_FORMAT_NOT_ALLOWED
    )


def test_a_site_stays_its_first_authors() -> None:
    rules = sequencer("ab")
    rules.learn_site("ada", SiteHead("users/somebody-else", 3, 3))
    assert refusal(rules, flight("ada", 0, 4, insert_at(0, "x"))) == Reason.ERROR_REASON_SITE_OF_ANOTHER_AUTHOR


def test_a_base_before_ones_own_last_operation_is_refused() -> None:
    rules = sequencer("ab")
    commit(rules, flight("bob", 0, 1, insert_at(0, "B")))
    commit(rules, flight("ada", 1, 1, insert_at(0, "A")))
    assert refusal(rules, flight("ada", 1, 2, insert_at(0, "x"))) == Reason.ERROR_REASON_INVALID_FIELD


@given(seed=st.integers(0, 2**32), recent_limit=st.sampled_from([1, 3, 1000]))
@settings(max_examples=60, deadline=None)
def test_clients_with_lost_answers_resends_and_old_bases_all_end_with_the_servers_text(
    seed: int, recent_limit: int
) -> None:
    chance = random.Random(seed)
    rules, log = sequencer("start \N{FISH}", recent_limit=recent_limit), list[Committed]()
    clients = [Client(0, rules.document(), site=f"site{index}") for index in range(3)]

    def deliver(client: Client, up_to: int) -> None:
        for each in log[client.revision : up_to]:
            client.receive(each.revision, each.site, each.site_sequence, each.operation)

    def send(client: Client) -> None:
        taken = client.take_flight(4) or client.resend()
        if taken is None:
            return
        one = Flight(str(client.site), "users/x", taken.base_revision, taken.first_site_sequence, taken.operations)
        decision = rules.submit(one)
        if isinstance(decision, Stale):
            decision = rules.submit(one, log[decision.after_revision :])
        assert isinstance(decision, Accepted | Duplicate), decision
        if chance.random() < 0.2:
            rules.rollback()
        else:
            log.extend(rules.commit())

    for _ in range(40):
        client = chance.choice(clients)
        view = client.document
        assert view is not None
        text = view.text()
        place = len(text[: chance.randint(0, len(text))].encode("utf-16-le")) // 2
        client.edit(insert_at(place, chance.choice(["a", "bc", "\N{WHALE}"])))
        if chance.random() < 0.6:
            send(client)
        deliver(client, chance.randint(client.revision, len(log)))
    for client in clients * 3:
        deliver(client, len(log))
        while client.pending:
            send(client)
            deliver(client, len(log))
    for client in clients:
        deliver(client, len(log))
        assert client.document is not None
        assert client.document.to_delta() == rules.document().to_delta()
    numbered = [(each.site, each.site_sequence) for each in log]
    assert len(set(numbered)) == len(numbered)
