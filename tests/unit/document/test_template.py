"""Templates: places are filled, whatever stands around them, and formatting stays."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mesh.field_rules import request_check
from ot.document import Document
from services.document.documents.template import filled
from shoal.document.v1 import document_pb2


def test_a_value_takes_the_attributes_of_its_place_and_the_rest_keeps_its_own() -> None:
    document = Document.from_delta(
        [
            {"insert": "👋 Dear "},
            {"insert": "{{na", "attributes": {"bold": True}},
            {"insert": "me}}", "attributes": {"italic": True}},
            {"insert": ", "},
            {"insert": {"image": "x.png"}},
            {"insert": "{{name}}"},
            {"insert": "\n", "attributes": {"header": 1}},
        ]
    )
    assert filled(document, {"name": "Ada 🐟"}).to_delta() == [
        {"insert": "👋 Dear "},
        {"insert": "Ada 🐟", "attributes": {"bold": True}},
        {"insert": ", "},
        {"insert": {"image": "x.png"}},
        {"insert": "Ada 🐟"},
        {"insert": "\n", "attributes": {"header": 1}},
    ]


def test_keys_that_are_not_given_stay_and_values_are_not_looked_at_again() -> None:
    document = Document.from_text("{{a}} {{b}} {{ a }} {{{a}}} {{}} {{a.c}}\n")
    assert filled(document, {"a": "{{b}}", "c": "x"}).text() == "{{b}} {{b}} {{ a }} {{{b}}} {{}} {{a.c}}\n"


def test_a_place_may_be_filled_with_nothing() -> None:
    assert filled(Document.from_text("a{{x}}b{{x}}"), {"x": ""}).text() == "ab"


keys = st.text(st.sampled_from("ab.*👋 "), min_size=1, max_size=4)
parts = st.lists(st.text(st.sampled_from("{}ab👋\n")) | keys.map("{{{{{}}}}}".format), max_size=12).map("".join)


@given(parts, st.dictionaries(keys, st.text(st.sampled_from("{}ab👋"), max_size=3), max_size=4))
def test_filling_a_text_is_replacing_in_it_from_the_left(text: str, values: dict[str, str]) -> None:
    expected, at = "", 0
    while at < len(text):
        key = next((key for key in values if text.startswith("{{" + key + "}}", at)), None)
        expected += text[at] if key is None else values[key]
        at += 1 if key is None else len(key) + 4
    document = Document.from_text(text) if text else Document()
    assert filled(document, values).text() == expected


@pytest.mark.parametrize(
    "wrong",
    [{"": "x"}, {"k" * 64: "x"}, {"k": "x" * 1001}, {f"k{n}": "" for n in range(65)}],
    ids=lambda each: len(each),
)
def test_values_past_their_bounds_are_refused(wrong: dict[str, str]) -> None:
    check = request_check(document_pb2.CreateDocumentRequest.DESCRIPTOR)
    assert check is not None
    request = document_pb2.CreateDocumentRequest(from_template={"document": "documents/a", "values": wrong})
    ((place, _),) = check(request)
    assert place.startswith("from_template.values")
