"""The laws of the formats: what a format can hold comes back as it was, and nothing is lost by looking at it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ot.document import Document
from services.document.formats import Format, parse, render
from tests.unit.document.formats.strategies import (
    any_documents,
    markdown_documents,
    model_documents,
    plain_documents,
)


def again(document: Document, form: Format, *, plain_text: bool = False) -> Document:
    return parse(render(document, form, plain_text=plain_text), form, plain_text=plain_text)


@given(model_documents())
def test_html_holds_all_of_the_model(document: Document) -> None:
    assert again(document, Format.HTML).to_delta() == document.to_delta()


@given(model_documents() | any_documents().filter(lambda document: "\0" not in document.text()))
def test_delta_holds_everything(document: Document) -> None:
    text = document.text()
    if text.endswith("\n") and "\r" not in text:
        assert again(document, Format.DELTA) == document


@settings(max_examples=500)
@given(markdown_documents())
def test_markdown_holds_what_it_has_signs_for(document: Document) -> None:
    assert again(document, Format.MARKDOWN).to_delta() == document.to_delta()


@given(plain_documents, st.sampled_from(Format))
def test_every_format_holds_plain_text(document: Document, form: Format) -> None:
    assert again(document, form, plain_text=True) == document


@given(plain_documents)
def test_text_holds_text(document: Document) -> None:
    text = document.text()
    expected = text if text.endswith("\n") else text + "\n"
    assert again(document, Format.TEXT).text() == expected


@given(any_documents(), st.sampled_from([Format.HTML, Format.MARKDOWN, Format.TEXT]))
def test_what_went_through_a_format_once_stays_as_it_is(document: Document, form: Format) -> None:
    once = again(document, form)
    assert once.text().endswith("\n")
    if form is not Format.MARKDOWN:
        assert again(once, form).to_delta() == once.to_delta()
    assert "javascript" not in str([item.get("attributes", {}).get("link") for item in once.to_delta()])


@pytest.mark.parametrize("form", list(Format))
def test_an_empty_document_is_one_empty_line(form: Format) -> None:
    assert parse("[]" if form is Format.DELTA else "", form, plain_text=False).text() == "\n"
    assert again(Document.from_text("\n"), form).text() == "\n"
    assert again(Document(), form, plain_text=True).length == 0
