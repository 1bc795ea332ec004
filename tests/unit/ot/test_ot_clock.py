"""Vector clocks: the laws of merging, and what one knew of another."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ot.clock import Causality, VectorClock
from ot.errors import OperationError

clocks = st.builds(VectorClock, st.dictionaries(st.sampled_from("abc"), st.integers(0, 4)))

_OPPOSITE = {
    Causality.BEFORE: Causality.AFTER,
    Causality.AFTER: Causality.BEFORE,
    Causality.EQUAL: Causality.EQUAL,
    Causality.CONCURRENT: Causality.CONCURRENT,
}


@given(clocks, clocks, clocks)
def test_merging_is_commutative_associative_and_idempotent(
    a: VectorClock[str], b: VectorClock[str], c: VectorClock[str]
) -> None:
    assert a.merge(b) == b.merge(a)
    assert a.merge(b).merge(c) == a.merge(b.merge(c))
    assert a.merge(a) == a


@given(clocks, clocks)
def test_a_merge_is_the_least_clock_that_dominates_both(a: VectorClock[str], b: VectorClock[str]) -> None:
    merged = a.merge(b)
    assert merged.dominates(a)
    assert merged.dominates(b)
    assert all(merged[site] == max(a[site], b[site]) for site in "abc")


@given(clocks, clocks)
def test_comparison_is_the_order_of_knowledge(a: VectorClock[str], b: VectorClock[str]) -> None:
    assert b.compare(a) is _OPPOSITE[a.compare(b)]
    assert (a.compare(b) is Causality.EQUAL) == (a == b) == (dict(a) == dict(b))
    assert (a.compare(b) is Causality.BEFORE) == (a != b and all(a[site] <= b[site] for site in "abc"))


@given(clocks, st.sampled_from("abc"))
def test_a_tick_comes_after(clock: VectorClock[str], site: str) -> None:
    assert clock.compare(clock.tick(site)) is Causality.BEFORE
    assert clock.tick(site)[site] == clock[site] + 1


def test_advancing_never_goes_back() -> None:
    clock = VectorClock({"a": 3})
    assert clock.advance("a", 2) == clock
    assert clock.advance("a", 5) == VectorClock({"a": 5})


def test_a_site_at_zero_is_not_named() -> None:
    assert VectorClock({"a": 0}) == VectorClock()
    assert hash(VectorClock({"a": 0})) == hash(VectorClock())
    assert "a" not in VectorClock({"a": 0})
    assert VectorClock()["a"] == 0
    with pytest.raises(OperationError):
        VectorClock({"a": -1})


def test_ticks_of_two_sites_are_concurrent() -> None:
    base = VectorClock({"a": 1, "b": 1})
    assert base.tick("a").compare(base.tick("b")) is Causality.CONCURRENT
