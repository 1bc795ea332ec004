"""What is a word to the index, in any script and whatever the database's locale."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.document.search.languages import configuration_of
from services.document.search.words import has_words, words_of


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("“Wörd”—and «more»…", ["wörd", "and", "more"]),
        ("日本語、テスト。「引用」", ["日本語", "テスト", "引用"]),
        ("<div>tag</div>", ["div>tag", "/div>"]),
        ("Ärger ÉCOLE ΛΌΓΟΣ", ["ärger", "école", "λόγος"]),
        ("fish🐟chips", ["fish", "chips"]),
    ],
)
def test_punctuation_is_no_part_of_a_word(text: str, words: list[str]) -> None:
    assert words_of(text).split() == words


@given(st.characters(min_codepoint=0x80, categories=["P", "S", "Z"]))
def test_every_mark_beyond_ascii_separates_words(mark: str) -> None:
    assert words_of(f"a{mark}b").split() == ["a", "b"]


@given(st.text(st.characters(categories=["L", "Nd", "Mn", "Mc"]), min_size=1))
def test_letters_digits_and_accents_stay_together(text: str) -> None:
    assert words_of(text) == text.lower()


@pytest.mark.parametrize(("text", "is_so"), [("a", True), ("?", False), ("…!", False), ("7", True), ("🐟", False)])
def test_something_to_look_for_has_a_letter_or_a_digit(text: str, is_so: bool) -> None:
    assert has_words(text) is is_so


def test_a_language_has_its_stemmer_where_the_server_has_it() -> None:
    assert configuration_of("de-CH", {"german", "simple"}) == "german"
    assert configuration_of("EN", {"english"}) == "english"
    assert configuration_of("et", {"english"}) == "simple"
    assert configuration_of("tlh", {"english"}) == "simple"
    assert configuration_of("", {"english"}) == "simple"
