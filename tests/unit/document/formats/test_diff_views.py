"""A change to a document, made readable: as HTML and word by word."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from ot.diff import diff
from ot.document import Document
from ot.operation import Insert, Operation, Retain
from services.document.formats import Change, diff_html, diff_text
from tests.unit.document.formats.strategies import any_documents, model_documents, plain_documents
from tests.unit.document.formats.test_hostile_content import calls_of


def delta(*items: Any) -> Document:
    return Document.from_delta(
        [{"insert": item} if isinstance(item, str) else {"insert": item[0], "attributes": item[1]} for item in items]
    )


def html_of(before: Document, after: Document) -> str:
    return diff_html(before, diff(before, after))


def words_of(before: str, after: str) -> list[tuple[str, str]]:
    old, new = Document.from_text(before), Document.from_text(after)
    return [(str(change), text) for change, text in diff_text(old, diff(old, new))]


def test_inserted_deleted_and_formatted_text_is_marked() -> None:
    before = delta("keep gone stay\n")
    after = delta("keep new ", ("stay", {"bold": True}), ("\n", {"header": 2}))
    html = html_of(before, after)
    assert html.startswith('<h2 class="format" title="header 2">keep ')
    assert "<del>" in html
    assert "<ins>" in html
    assert '<span class="format" title="bold added"><strong>stay</strong></span>' in html


def test_a_format_that_went_or_changed_says_so() -> None:
    before = delta(("a", {"bold": True}), ("b", {"color": "red"}), "\n")
    after = delta("a", ("b", {"color": "blue"}), "\n")
    html = html_of(before, after)
    assert 'title="bold removed"' in html
    assert 'title="color blue instead of red"' in html


def test_deleted_lines_stay_readable() -> None:
    html = html_of(delta("a\nb\nc\n"), delta("a\nc\n"))
    assert html == "<p>a</p>\n<p><del>b</del><del>¶</del></p>\n<p>c</p>\n"


def test_unchanged_stretches_collapse_to_their_context() -> None:
    lines = [f"line {number}" for number in range(40)]
    before = delta("\n".join(lines) + "\n")
    lines[20] = "another"
    html = html_of(before, delta("\n".join(lines) + "\n"))
    assert '<p class="skipped" data-lines="18">18 unchanged lines</p>\n<p>line 18</p>\n<p>line 19</p>\n' in html
    assert html.endswith('<p>line 22</p>\n<p class="skipped" data-lines="17">17 unchanged lines</p>\n')
    assert len(html.splitlines()) == 7


def test_nothing_changed_shows_nothing() -> None:
    document = delta("a\n")
    assert diff_html(document, Operation()) == ""
    assert list(diff_text(document, Operation())) == []
    assert diff_html(delta(("a", {"bold": True}), "\n"), Operation([Retain(1, {"bold": True})])) == ""


def test_a_changed_document_is_escaped() -> None:
    html = html_of(
        delta("<b>&\n"), delta("<script>alert(1)</script>", ("x", {"link": "javascript:y", "color": '"><i>'}), "\n")
    )
    assert "<script" not in html
    assert "javascript" not in html
    assert "<i>" not in html


def test_embeds_that_came_and_went_are_named_or_shown() -> None:
    html = html_of(delta([{"image": "a.png"}, {}], "\n"), delta([{"mention": 1}, {}], "\n"))
    assert '<del><img src="a.png"></del>' in html
    assert "<ins>[mention]</ins>" in html


documents = any_documents() | model_documents(max_lines=3)


TAGS = "body p pre ins del span strong em s u code a sub sup img hr video blockquote h1 h2 h3 h4 h5 h6"


@given(documents, documents)
def test_the_html_of_any_change_has_only_the_tags_it_may_have(before: Document, after: Document) -> None:
    html = diff_html(before, diff(before, after))
    assert bool(html) or before.text() == after.text()
    body = LexborHTMLParser(html).body
    assert body is None or {node.tag for node in body.traverse()} <= set(TAGS.split(" "))


@given(plain_documents, plain_documents)
def test_the_html_of_a_change_holds_both_texts(before: Document, after: Document) -> None:
    html = html_of(before, after)
    if "skipped" in html or not html:
        return
    for gone, text in (("del", after.text()), ("ins", before.text())):
        shown = re.sub(rf"<{gone}>.*?</{gone}>", "", html).replace("¶", "")
        assert unescape(re.sub(r"<[^>]*>", "", shown)).replace("\n", "") == text.replace("\n", "")


@given(plain_documents, plain_documents)
def test_a_change_word_by_word_holds_both_texts(before: Document, after: Document) -> None:
    parts = list(diff_text(before, diff(before, after)))
    if any(change is Change.SKIP for change, _ in parts) or not parts:
        return
    assert "".join([text for change, text in parts if change is not Change.INSERT]) == before.text()
    assert "".join([text for change, text in parts if change is not Change.DELETE]) == after.text()


def test_a_word_that_changed_is_replaced_whole() -> None:
    assert words_of("the colour is\n", "the color is\n") == [
        ("keep", "the "),
        ("delete", "colour"),
        ("insert", "color"),
        ("keep", " is\n"),
    ]


def test_context_is_collapsed_word_by_word_too() -> None:
    before = "".join(f"{number}\n" for number in range(20))
    assert words_of(before, before.replace("10\n", "10 more\n")) == [
        ("skip", "8 unchanged lines\n"),
        ("keep", "8\n9\n10"),
        ("insert", " more"),
        ("keep", "\n11\n12\n"),
        ("skip", "7 unchanged lines\n"),
    ]


def test_formatted_words_are_told_apart() -> None:
    before = delta("a b c\n")
    parts = list(diff_text(before, Operation([Retain(2), Retain(1, {"bold": True})])))
    assert parts == [(Change.KEEP, "a "), (Change.FORMAT, "b"), (Change.KEEP, " c\n")]


@given(st.integers(0, 3))
def test_a_change_of_twice_the_document_is_twice_the_work(place: int) -> None:
    def work(lines: int) -> int:
        before = Document.from_text("some words in a line\n" * lines)
        changes = [part for _ in range(lines // 2) for part in (Retain(21 + place), Insert("x"), Retain(20 - place))]
        operation = Operation(changes)
        return calls_of(lambda: (diff_html(before, operation), list(diff_text(before, operation))))

    assert work(400) <= 2.3 * work(200)
