"""An edit of a rendering becomes an edit of the document: small, and without losing what the format cannot show."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ot.document import Document, apply
from ot.operation import Delete, Embed, Insert, Operation, Retain, utf16_length
from services.document.formats import Format, UnreadableContent, edit_in, parse, render
from tests.unit.document.formats.strategies import (
    any_documents,
    markdown_documents,
    model_documents,
    plain_documents,
    unseen_in_markdown,
)

UNSEEN = {"color", "background", "font", "size", "direction"}


def delta(*items: Any) -> Document:
    return Document.from_delta(
        [{"insert": item} if isinstance(item, str) else {"insert": item[0], "attributes": item[1]} for item in items]
    )


def edited(base: Document, source: str, form: Format = Format.MARKDOWN) -> Document:
    return apply(base, edit_in(base, source, form, plain_text=False))


@given(any_documents() | model_documents(), st.sampled_from(Format))
def test_reading_back_what_was_written_changes_nothing(base: Document, form: Format) -> None:
    assert not edit_in(base, render(base, form), form, plain_text=False)


@given(any_documents() | model_documents(), st.sampled_from([Format.TEXT, Format.MARKDOWN, Format.HTML]))
def test_other_line_ends_change_nothing(base: Document, form: Format) -> None:
    """As the law above, but by the long way: the source differs from the rendering, only its meaning does not."""
    source = render(base, form)
    assume("\r" not in source)
    assert not edit_in(base, source.replace("\n", "\r\n"), form, plain_text=False)


@given(plain_documents, st.sampled_from(Format))
def test_plain_text_read_back_changes_nothing(base: Document, form: Format) -> None:
    source = render(base, form, plain_text=True)
    assert not edit_in(base, source, form, plain_text=True)
    if form is not Format.DELTA:
        assert not edit_in(base, source.replace("\n", "\r\n"), form, plain_text=True)


@given(plain_documents, plain_documents, st.sampled_from(Format))
def test_plain_text_becomes_what_was_written(base: Document, after: Document, form: Format) -> None:
    source = render(after, form, plain_text=True)
    assert apply(base, edit_in(base, source, form, plain_text=True)) == after


@st.composite
def decorated(draw: st.DrawFn, document: Document) -> Document:
    """`document` with what Markdown does not show: formats on text and on lines, and embeds it has no sign for."""
    components: list[Retain | Insert] = []
    for run in document.runs():
        for char in [run.content] if not isinstance(run.content, str) else run.content:
            length = 1 if not isinstance(char, str) else utf16_length(char)
            sides = st.just({}) if char != "\n" or "table" in (run.attributes or {}) else _sides
            extra = draw(sides) if char == "\n" or not isinstance(char, str) else draw(st.just({}) | unseen_in_markdown)
            components.append(Retain(length, extra or None))
            if isinstance(char, str) and char != "\n" and draw(st.integers(0, 9)) == 0:
                components.append(Insert(Embed("mention", {"id": 7})))
    return apply(document, Operation(components))


_sides = st.fixed_dictionaries({}, optional={"align": st.just("right"), "direction": st.just("rtl")})


@st.composite
def typed(draw: st.DrawFn, document: Document) -> Document:
    """`document` after a word was typed or deleted somewhere."""
    at = draw(st.integers(0, max(0, document.length - 1)))
    insert = Insert(draw(st.sampled_from(["word", "x y", "é", "*", "\n"])))
    change = draw(st.sampled_from([[insert], [Delete(1)], [insert, Delete(1)]]))
    operation = Operation([Retain(at), *change])
    try:
        return apply(document, operation)
    except ValueError:  # inside a surrogate pair
        return document


@given(st.data())
def test_markdown_edits_arrive_and_unseen_formats_stay(data: st.DataObject) -> None:
    shown = data.draw(markdown_documents(max_blocks=3))
    after = data.draw(typed(shown))
    source = render(after, Format.MARKDOWN)
    assume(parse(source, Format.MARKDOWN, plain_text=False) == after)
    base = data.draw(decorated(shown))

    operation = edit_in(base, source, Format.MARKDOWN, plain_text=False)

    assert render(apply(base, operation), Format.MARKDOWN) == source
    formatted = [each for each in operation.components if isinstance(each, Retain) and each.attributes]
    assert not any(UNSEEN & set(each.attributes or {}) for each in formatted)


@given(model_documents(), model_documents(), st.sampled_from([Format.HTML, Format.DELTA]))
def test_html_and_delta_become_exactly_what_was_written(base: Document, after: Document, form: Format) -> None:
    assert edited(base, render(after, form), form) == after


def test_a_markdown_edit_keeps_colours_fonts_and_alignment_of_its_paragraph() -> None:
    base = delta(
        "A ", ("red", {"color": "red"}), " and ", ("serif", {"font": "serif"}), " word.", ("\n", {"align": "center"})
    )
    after = edited(base, "A red and serif new word.\n")
    assert after == delta(
        "A ",
        ("red", {"color": "red"}),
        " and ",
        ("serif", {"font": "serif"}),
        " new word.",
        ("\n", {"align": "center"}),
    )


def test_text_typed_over_and_into_coloured_text_has_its_colour() -> None:
    base = delta(("teh red fox", {"color": "red"}), " runs\n")
    after = edited(base, "the quick red fox runs\n")
    assert after == delta(("the quick red fox", {"color": "red"}), " runs\n")


def test_text_typed_beside_coloured_text_has_no_colour() -> None:
    base = delta(("red", {"color": "red"}), " runs\n")
    assert edited(base, "red really runs\n") == delta(("red", {"color": "red"}), " really runs\n")


def test_a_text_edit_keeps_all_formats_and_embeds() -> None:
    base = delta(
        ("Title", {"bold": True}), ("\n", {"header": 1}), "see ", [{"image": "a.png"}, {"alt": "x"}], " here\n"
    )
    after = edited(base, render(base, Format.TEXT).replace("here", "there").replace("Title", "Titles"), Format.TEXT)
    assert after == delta(
        ("Title", {"bold": True}), "s", ("\n", {"header": 1}), "see ", [{"image": "a.png"}, {"alt": "x"}], " there\n"
    )


def test_an_embed_that_markdown_cannot_show_stays_where_it_was() -> None:
    base = delta("before ", [{"mention": {"id": 7}}, {}], "after\n")
    assert edited(base, "before and after it\n") == delta("before ", [{"mention": {"id": 7}}, {}], "and after it\n")


TABLE = delta(
    "a",
    ("\n", {"table": "x9"}),
    "b",
    ("\n", {"table": "x9"}),
    "c",
    ("\n", {"table": "k2"}),
    "d",
    ("\n", {"table": "k2"}),
    "\n",
)


def rows_of(document: Document) -> list[tuple[str, str]]:
    lines, text = [], ""
    for run in document.runs():
        assert isinstance(run.content, str)
        for char in run.content:
            if char == "\n":
                lines.append(((run.attributes or {}).get("table", ""), text))
                text = ""
            else:
                text += char
    return [(str(row), cell) for row, cell in lines]


def test_a_column_added_in_markdown_joins_the_rows_that_are_there() -> None:
    after = edited(TABLE, "| a | n | b |\n| --- | --- | --- |\n| c | m | d |\n\n")
    rows = rows_of(after)
    assert [cell for _, cell in rows] == ["a", "n", "b", "c", "m", "d", ""]
    assert [row for row, _ in rows] == ["x9"] * 3 + ["k2"] * 3 + [""]


def test_a_row_added_in_markdown_changes_no_other_row() -> None:
    after = edited(TABLE, "| a | b |\n| --- | --- |\n| n | m |\n| c | d |\n\n")
    rows = rows_of(after)
    assert [cell for _, cell in rows] == ["a", "b", "n", "m", "c", "d", ""]
    names = [row for row, _ in rows]
    assert names[0:2] == ["x9"] * 2
    assert names[4:6] == ["k2"] * 2
    assert names[2] == names[3] not in ("x9", "k2", "")


def test_a_row_deleted_in_markdown_changes_no_other_row() -> None:
    after = edited(TABLE, "| c | d |\n| --- | --- |\n\n")
    assert rows_of(after) == [("k2", "c"), ("k2", "d"), ("", "")]


def test_an_edit_is_small() -> None:
    base = parse(
        "\n\n".join([f"Paragraph {number} with words." for number in range(500)]), Format.MARKDOWN, plain_text=False
    )
    source = render(base, Format.MARKDOWN).replace("Paragraph 250 with", "Paragraph 250 without")
    operation = edit_in(base, source, Format.MARKDOWN, plain_text=False)
    assert [type(component) for component in operation.components] == [Retain, Insert]
    assert operation.components[1] == Insert("out")


def test_an_unreadable_source_is_refused() -> None:
    with pytest.raises(UnreadableContent):
        edit_in(TABLE, "a\0", Format.MARKDOWN, plain_text=False)


def test_the_picture_that_was_deleted_is_the_one_that_goes() -> None:
    sized = {"alt": "b", "width": "80"}
    base = delta([{"image": "a.png"}, {"alt": "a"}], [{"image": "b.png"}, sized], "\n")
    after = edited(base, "![b](b.png)\n")
    assert after == delta([{"image": "b.png"}, sized], "\n")


def test_text_of_private_characters_is_no_embed() -> None:
    text = "".join(map(chr, range(0xE000, 0xE010)))
    base = delta(text, [{"image": "a.png"}, {}], "\n")
    assert edited(base, f"{text}![](a.png){text}\n") == delta(text, [{"image": "a.png"}, {}], text + "\n")
