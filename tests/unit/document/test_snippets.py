"""Snippets: the text as it stands, with what was found in it marked."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from services.document.search.snippets import MAX_SNIPPETS, marks_of, snippets_of, whole

texts = st.text(st.sampled_from("abc  \n.é👋\x02\x03"), min_size=1, max_size=400)


def joined(parts: object) -> str:
    return "".join(part.text for part in parts)  # type: ignore[attr-defined]


def marked(text: str, spans: list[tuple[int, int]]) -> str:
    """As the database marks a text: what could be taken for a mark is blank in it."""
    blank = text.replace("\x02", " ").replace("\x03", " ")
    for start, end in sorted(spans, reverse=True):
        blank = f"{blank[:start]}\x02{blank[start:end]}\x03{blank[end:]}"
    return blank


@st.composite
def marked_texts(draw: st.DrawFn) -> tuple[str, list[tuple[int, int]]]:
    text = draw(texts)
    places = sorted(draw(st.sets(st.integers(0, len(text)), max_size=12)))
    return text, list(zip(places[::2], places[1::2]))  # noqa: B905 -- an odd one begins nothing


@given(marked_texts())
def test_marks_are_found_where_they_were_put_whatever_the_text(case: tuple[str, list[tuple[int, int]]]) -> None:
    text, spans = case
    found = marks_of(text, [marked(text, spans)])
    assert {place for start, end in found for place in range(start, end)} == {
        place for start, end in spans for place in range(start, end)
    }
    assert joined(whole(text, found)) == text
    assert [part.text for part in whole(text, found) if part.is_match] == [text[start:end] for start, end in found]


@given(marked_texts())
def test_snippets_are_stretches_of_the_text_each_with_a_match(case: tuple[str, list[tuple[int, int]]]) -> None:
    text, spans = case
    marks = marks_of(text, [marked(text, spans)])
    snippets = snippets_of(text, marks)
    assert len(snippets) <= MAX_SNIPPETS
    assert bool(snippets) == bool(marks)
    at = 0
    for parts in snippets:
        assert all(part.text for part in parts)
        assert any(part.is_match for part in parts)
        at = text.index(joined(parts), at)


def test_marks_of_several_readings_are_joined() -> None:
    assert marks_of("run runner", ["\x02run\x03 runner", "run \x02runner\x03", ""]) == [(0, 3), (4, 10)]


def test_a_reading_that_does_not_fit_the_text_marks_nothing() -> None:
    assert marks_of("tag", ["\x02tagged\x03"]) == []


def test_a_snippet_begins_and_ends_with_whole_words() -> None:
    text = "word " * 40 + "needle" + " word" * 40
    [parts] = snippets_of(text, [(200, 206)])
    assert joined(parts).split().count("word") == len(joined(parts).split()) - 1
    assert 150 < len(joined(parts)) < 220


def test_of_many_finds_the_densest_stretches_are_shown_in_the_order_of_the_text() -> None:
    needles = [0, 1000, 1010, 2000, 3000, 3010, 3020, 4000]
    text = list("x " * 2500)
    for place in needles:
        text[place] = "N"
    found = snippets_of("".join(text), [(place, place + 1) for place in needles])
    assert [sum(part.is_match for part in parts) for parts in found] == [1, 2, 3]
