"""What one operation's author knew of another's, against clocks that are counted by hand."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ot.clock import Causality, VectorClock
from services.document.history.compare import Dot, clock_of, compare


@st.composite
def histories(draw: st.DrawFn) -> list[Dot]:
    """A log of a few sites; each operation was made on a revision its site had seen, as the sequencer demands."""
    history: list[Dot] = []
    last: dict[str, Dot] = {}
    for revision in range(1, draw(st.integers(1, 25)) + 1):
        site = draw(st.sampled_from("abc"))
        before = last.get(site)
        # In a flight the base stays; a new flight is made on what the site's own last one became, or later.
        bases = st.integers(before.revision if before else 0, revision - 1)
        base = draw(bases if before is None else bases | st.just(before.base_revision))
        dot = Dot(revision, site, before.site_sequence + 1 if before else 1, base)
        last[site] = dot
        history.append(dot)
    return history


def knowledge(history: list[Dot], dot: Dot) -> set[tuple[str, int]]:
    """The causal past of an operation and itself, found by walking: nothing here is counted."""
    past = {(dot.site, dot.site_sequence)}
    for other in history[: dot.revision - 1]:
        if other.revision <= dot.base_revision or other.site == dot.site:
            past.add((other.site, other.site_sequence))
    return past


@given(histories(), st.data())
def test_one_operation_stands_to_another_as_their_causal_pasts_do(history: list[Dot], data: st.DataObject) -> None:
    one, other = data.draw(st.sampled_from(history)), data.draw(st.sampled_from(history))
    mine, theirs = knowledge(history, one), knowledge(history, other)
    expected = Causality.CONCURRENT
    if mine == theirs:
        expected = Causality.EQUAL
    elif mine < theirs:
        expected = Causality.BEFORE
    elif mine > theirs:
        expected = Causality.AFTER
    assert compare(one, other) is expected
    assert (compare(one, other) is Causality.EQUAL) == (one == other)


@given(histories(), st.data())
def test_two_sites_tell_what_the_whole_clocks_tell(history: list[Dot], data: st.DataObject) -> None:
    def whole(dot: Dot) -> VectorClock[str]:
        known: dict[str, int] = {}
        for other in history[: dot.base_revision]:
            known[other.site] = max(known.get(other.site, 0), other.site_sequence)
        return clock_of(dot, known)

    one, other = data.draw(st.sampled_from(history)), data.draw(st.sampled_from(history))
    assert compare(one, other) is whole(one).compare(whole(other))
    counted = knowledge(history, one)
    assert dict(whole(one)) == {site: max(n for s, n in counted if s == site) for site, _ in counted}


def test_two_who_typed_at_once_did_not_know_each_other() -> None:
    ada, bob = Dot(5, "ada", 3, base_revision=3), Dot(6, "bob", 1, base_revision=4)
    answer = Dot(7, "ada", 4, base_revision=6)
    assert compare(ada, bob) is Causality.CONCURRENT
    assert compare(bob, answer) is Causality.BEFORE
    assert compare(answer, ada) is Causality.AFTER
    assert compare(bob, bob) is Causality.EQUAL
