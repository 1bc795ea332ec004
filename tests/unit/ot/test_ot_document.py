"""Documents: applying in place, atomically, in a structure that stays compact."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ot.blocks import MAX_RUNS, MAX_UNITS, join
from ot.compose import compose
from ot.document import Document, apply
from ot.errors import InvalidComponent, InvalidText, LengthMismatch, OperationError, SurrogateSplit
from ot.operation import Delete, Embed, Insert, Operation, Retain, delete_at, format_at, insert_at
from tests.unit.ot.strategies import boundaries, documents


def assert_sound(document: Document) -> None:
    """What the parts of a document say of each other is true."""
    blocks = document._blocks
    assert document._lengths == [sum(run.length for run in block) for block in blocks]
    assert document.length == sum(document._lengths)
    assert all(block and len(block) <= MAX_RUNS for block in blocks)
    assert max(document._lengths, default=0) <= MAX_UNITS
    assert all(join(block) == list(block) for block in blocks)
    runs = [run for block in blocks for run in block]
    assert all(run.length > 0 for run in runs)
    texts = [(run.length, run.content) for run in runs if isinstance(run.content, str)]
    assert all(length == len(text.encode("utf-16-le")) // 2 for length, text in texts)
    assert document._astral == sum(length - len(text) for length, text in texts)
    ends = 0
    for index, length in enumerate(document._lengths):
        assert document._find(ends + 1) == (index, 1)
        ends += length
        assert document._find(ends) == (index, length)


def random_operation(r: random.Random, document: Document) -> Operation:
    """A random edit on character borders, of any size, anywhere."""
    places = boundaries(document) if document._astral else range(document.length + 1)
    components: list[Any] = []
    at = 0
    for _ in range(r.choice([1, 1, 1, 3, 60])):
        to = min(len(places) - 1, at + int(r.expovariate(1) * len(places) / r.choice([2, 10, 200])))
        components.append(Retain(places[to] - places[at]))
        at = to
        size = r.choice([1, 1, 5, 100, 3000])
        kind = r.random()
        if kind < 0.5:
            text = r.choice(["x", "ß", "😀", "\n", "a😀b"]) * size
            components.append(Insert(text, r.choice([None, None, {"bold": True}, {"bold": 1}])))
        elif kind < 0.55:
            components.append(Insert(Embed("image", "a.png")))
        else:
            to = min(len(places) - 1, at + size)
            length = places[to] - places[at]
            at = to
            components.append(Delete(length) if kind < 0.85 else Retain(length, {"bold": r.choice([True, None, 1])}))
    return Operation(components)


@pytest.mark.parametrize("seed", range(12))
def test_any_sequence_of_edits_leaves_what_composing_them_gives(seed: int) -> None:
    r = random.Random(seed)
    document = Document()
    composed = Operation()
    for _ in range(60):
        operation = random_operation(r, document)
        if document.length > 30_000:
            operation = delete_at(0, boundaries(document)[len(boundaries(document)) // 2])
        document.apply(operation)
        composed = compose(composed, operation)
        assert_sound(document)
        assert document.to_operation() == composed


@pytest.mark.parametrize("text", ["x", "ß", "😀"])
def test_random_single_inserts_and_deletes_keep_the_structure_sound(text: str) -> None:
    r = random.Random(1)
    document = Document()
    expected: list[str] = []
    for step in range(6000):
        grow = step < 4000 or not expected
        place = r.randrange(len(expected) + grow)
        unit = place * Insert(text).length
        if grow:
            expected.insert(place, text)
            document.apply(insert_at(unit, text))
        else:
            del expected[place]
            document.apply(delete_at(unit, Insert(text).length))
    assert document.text() == "".join(expected)
    assert_sound(document)


def test_a_hundred_thousand_characters_typed_in_a_row_lie_in_few_blocks_and_runs() -> None:
    document = Document()
    for position in range(100_000):
        document.apply(insert_at(position, "x"))
    assert sum(len(block) for block in document._blocks) == len(document._blocks) <= 100
    assert_sound(document)


def test_deleting_nearly_all_character_by_character_leaves_few_blocks() -> None:
    r = random.Random(1)
    document = Document.from_text("x" * 50_000)
    while document.length > 600:
        document.apply(delete_at(r.randrange(document.length), 1))
    assert len(document._blocks) <= 3
    assert_sound(document)


def test_formatting_that_is_taken_away_again_leaves_few_runs() -> None:
    document = Document.from_text("x" * 10_000)
    for position in range(0, 10_000, 2):
        document.apply(format_at(position, 1, {"bold": True}))
    assert len(document.to_operation().components) == 10_000
    document.apply(format_at(0, 10_000, {"bold": None}))
    assert len(document.to_operation().components) == 1
    assert sum(len(block) for block in document._blocks) <= 20
    assert_sound(document)


@given(documents(), st.lists(st.tuples(st.sampled_from("ird"), st.integers(1, 4)), max_size=6))
@settings(max_examples=300)
def test_an_operation_that_does_not_fit_changes_nothing(document: Document, steps: list[tuple[str, int]]) -> None:
    kinds: dict[str, Any] = {"i": lambda n: Insert("y" * n), "r": lambda n: Retain(n, {"k": n}), "d": Delete}
    operation = Operation([kinds[kind](n) for kind, n in steps])
    before = document.canonical_json()
    places, at, fits = set(boundaries(document)), 0, True
    for component in operation.components:
        fits = fits and at in places
        at += 0 if isinstance(component, Insert) else component.length
    fits = fits and at in places
    if fits:
        document.check(operation)
        document.apply(operation)
        assert_sound(document)
    else:
        with pytest.raises((LengthMismatch, SurrogateSplit)):
            document.check(operation)
        with pytest.raises((LengthMismatch, SurrogateSplit)):
            document.apply(operation)
        assert document.canonical_json() == before


def test_an_operation_past_the_end_says_how_far() -> None:
    with pytest.raises(LengthMismatch) as refused:
        Document.from_text("abc").apply(insert_at(5, "x"))
    assert (refused.value.expected, refused.value.received) == (3, 5)


def test_a_cut_through_a_character_says_where() -> None:
    document = Document.from_text("x" * 5000 + "😀")
    for operation in (insert_at(5001, "y"), delete_at(5000, 1), format_at(5001, 1, {"bold": True})):
        with pytest.raises(SurrogateSplit) as refused:
            document.apply(operation)
        assert refused.value.position == 5001
    document.apply(delete_at(5000, 2))
    document.apply(insert_at(5000, "y"))
    assert document.text() == "x" * 5000 + "y"


def test_a_document_consists_of_inserts_only() -> None:
    with pytest.raises(InvalidComponent):
        Document.from_delta([{"retain": 1, "attributes": {"bold": True}}])
    with pytest.raises(InvalidText):
        Document.from_text("\ud800")


def test_a_copy_goes_its_own_way() -> None:
    original = Document.from_text("abc" * 3000)
    before = original.hash()
    twin = original.copy()
    twin.apply(insert_at(4000, "x"))
    twin.apply(delete_at(0, 3000))
    assert original.hash() == before != twin.hash()
    changed = apply(original, delete_at(0, 1))
    assert original.hash() == before != changed.hash()
    assert_sound(original)
    assert_sound(twin)


def test_text_holds_one_character_for_each_embed() -> None:
    document = Document.from_delta([{"insert": "a"}, {"insert": {"image": "x"}}, {"insert": "😀"}])
    assert document.text() == "a\ufffc😀"
    assert document.length == 4


def test_slices_give_the_runs_of_a_range() -> None:
    document = Document.from_delta([{"insert": "abc"}, {"insert": "d😀", "attributes": {"bold": True}}])
    assert document.slice(2, 2) == [Insert("c"), Insert("d", {"bold": True})]
    assert document.slice(6, 0) == []
    with pytest.raises(SurrogateSplit):
        document.slice(2, 3)
    with pytest.raises(LengthMismatch):
        document.slice(5, 2)


def test_canonical_json_is_written_as_javascript_writes_it() -> None:
    document = Document.from_delta(
        [
            {"insert": 'é"\n\x01\u2028', "attributes": {"b": 1.0, "a": {"y": 1e21, "x": -0.0}, "c": 1e-7}},
            {"insert": {"image": [True, None, 0.1, 123456.75]}},
        ]
    )
    assert document.canonical_json().decode() == (
        '[{"attributes":{"a":{"x":0,"y":1e+21},"b":1,"c":1e-7},"insert":"é\\"\\n\\u0001\u2028"},'
        '{"insert":{"image":[true,null,0.1,123456.75]}}]'
    )
    assert Document().canonical_json() == b"[]"
    assert len(Document().hash()) == 32


@given(documents())
def test_canonical_json_is_the_delta_again(document: Document) -> None:
    assert Document.from_delta(json.loads(document.canonical_json())) == document


def test_every_error_can_be_caught_as_one() -> None:
    with pytest.raises(OperationError):
        Document().apply(delete_at(0, 1))
