"""What people type into a search field, read: words, quotes, minus, or, and the word that is not finished."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mesh.faults import InvalidField
from services.document.search.search_query import MAX_LENGTH, Query, parse


def read(text: str) -> tuple[list[list[str]], list[str]]:
    """Groups of what must be there (`*` after what may go on), and what must not."""
    query = parse(text)
    return [[t.text + "*" * t.is_prefix for t in group] for group in query.wanted], [t.text for t in query.unwanted]


@pytest.mark.parametrize(
    ("text", "wanted", "unwanted"),
    [
        ("fish", [["fish*"]], []),
        ("fish ", [["fish"]], []),
        ("Fish CHIPS", [["fish"], ["chips*"]], []),
        ('"fish and chips"', [["fish and chips"]], []),
        ("„fish and chips“ pea", [["fish and chips"], ["pea*"]], []),
        ('"fish and', [["fish and"]], []),
        ("fish -chips", [["fish"]], ["chips"]),
        ('fish -"mushy peas"', [["fish"]], ["mushy peas"]),
        ("fish -chi", [["fish"]], ["chi"]),
        ("fish or chips", [["fish", "chips*"]], []),
        ("a fish OR chips or peas b ", [["a"], ["fish", "chips", "peas"], ["b"]], []),
        ("or", [["or*"]], []),
        ("or fish", [["or"], ["fish*"]], []),
        ("fish or", [["fish"], ["or*"]], []),
        ("fish or or chips", [["fish", "or"], ["chips*"]], []),
        ('"or" fish', [["or"], ["fish*"]], []),
        ("-fish or chips", [["or"], ["chips*"]], ["fish"]),
        ("fish or -chips", [["fish"], ["or"]], ["chips"]),
        ("don’t", [["don t*"]], []),
        ("!!! fish ???", [["fish"]], []),
        ("a<b>", [["a b>*"]], []),
        ("*:'&|!()", [], []),
        ("🐟", [], []),
        ('""', [], []),
    ],
)
def test_what_is_typed_means(text: str, wanted: list[list[str]], unwanted: list[str]) -> None:
    assert read(text) == (wanted, unwanted)


@pytest.mark.parametrize("text", ["", "  \t", "-fish", '-"a b"', "-a -b", "x" * (MAX_LENGTH + 1)])
def test_what_asks_for_nothing_or_too_much_is_refused(text: str) -> None:
    with pytest.raises(InvalidField):
        parse(text)


@pytest.mark.parametrize(
    ("text", "title"),
    [("Quartely Reprot", "quartely reprot"), ("a -b", "a"), ("a or b", ""), ('a "b"', ""), ("🐟", ""), ("w " * 11, "")],
)
def test_a_title_may_be_like_plain_words(text: str, title: str) -> None:
    assert parse(text).title == title


@given(st.text(st.sampled_from("ab \"-or'|&!:*()<>\\“”ü🐟\x02\x03"), max_size=40) | st.text(max_size=60))
def test_any_text_is_a_query_or_is_refused(text: str) -> None:
    try:
        query = parse(text)
    except InvalidField:
        return
    assert isinstance(query, Query)
    assert all(group for group in query.wanted)
    assert sum(term.is_prefix for group in query.wanted for term in group) <= 1
