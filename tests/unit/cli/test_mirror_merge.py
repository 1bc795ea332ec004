"""Merging an edit of a text that others changed: both edits are in what comes out."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cli.mirroring.merge import merge

lines = st.lists(st.integers(0, 99).map(lambda number: f"line {number}\n"), max_size=6).map("".join)


@given(lines, lines)
def test_an_edit_alone_is_what_it_is(base: str, mine: str) -> None:
    assert merge(base, mine, base) == mine
    assert merge(base, base, mine) == mine


@given(lines, lines, lines, st.integers(0, 6), st.integers(0, 6))
def test_what_both_add_is_kept(before: str, mine: str, theirs: str, at: int, there: int) -> None:
    def added(text: str, at: int) -> str:
        found = before.splitlines(keepends=True)
        return "".join([*found[:at], text, *found[at:]])

    merged = merge(before, added(f"mine {mine}\n", at), added(f"theirs {theirs}\n", there))
    assert merged.count("mine") == merged.count("theirs") == 1
    assert len(merged) == len(before) + len(f"mine {mine}\n") + len(f"theirs {theirs}\n")
