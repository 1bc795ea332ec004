"""Differences: right on anything, small where the change is small, bounded where it is not."""

from __future__ import annotations

import random

import pytest

from ot.diff import diff
from ot.document import Document, apply
from ot.operation import Delete, Insert, Operation, Retain, delete_at, format_at, insert_at, utf16_length
from tests.unit.ot.test_ot_document import random_operation

WORDS = ["shoal", "fish", "reef", "tide", "😀", "wave", "salt", "kelp", "drift", "gull"]


def prose(r: random.Random, lines: int) -> str:
    return "".join(" ".join(r.choices(WORDS, k=8)) + f" {r.randrange(10**6)}.\n" for _ in range(lines))


def changed_units(operation: Operation) -> int:
    return sum(component.length for component in operation.components if type(component).__name__ != "Retain")


@pytest.mark.parametrize("seed", range(40))
def test_any_two_documents_are_told_apart_rightly(seed: int) -> None:
    r = random.Random(seed)
    before = Document.from_text(prose(r, r.choice([0, 1, 5, 60])))
    after = before.copy()
    for _ in range(r.choice([1, 3, 12])):
        after.apply(random_operation(r, after))
    assert apply(before, diff(before, after)) == after
    assert apply(after, diff(after, before)) == before


def test_a_small_change_in_a_large_text_gives_just_that_change() -> None:
    text = prose(random.Random(1), 15_000)
    before = Document.from_text(text)
    middle = utf16_length(text[: len(text) // 2])
    word = utf16_length(text[: text.index("reef")])
    for edit in (
        insert_at(middle, "~NEW~"),
        delete_at(word, 4),
        format_at(word, 4, {"bold": True}),
        Operation([Retain(word), Delete(4), Insert("atoll"), Retain(middle), Insert("x")]),
    ):
        difference = diff(before, apply(before, edit))
        assert apply(before, difference) == apply(before, edit)
        assert changed_units(difference) <= changed_units(edit)
        assert len(difference.components) <= 12


def test_changes_far_apart_in_a_large_text_do_not_replace_what_lies_between() -> None:
    r = random.Random(2)
    lines = prose(r, 5_000).splitlines(keepends=True)
    edited = list(lines)
    for place in range(0, 5_000, 10):
        edited[place] = edited[place].replace(" ", " new ", 1)
    before, after = Document.from_text("".join(lines)), Document.from_text("".join(edited))
    difference = diff(before, after)
    assert apply(before, difference) == after
    assert changed_units(difference) == 500 * len("new ")


def test_lines_that_moved_are_deleted_and_inserted_and_the_rest_is_kept() -> None:
    lines = prose(random.Random(3), 400).splitlines(keepends=True)
    before = Document.from_text("".join(lines))
    after = Document.from_text("".join(lines[300:] + lines[:300]))
    difference = diff(before, after)
    assert apply(before, difference) == after
    assert changed_units(difference) <= 2 * Document.from_text("".join(lines[300:])).length


def test_texts_with_nothing_in_common_are_replaced() -> None:
    before, after = Document.from_text("a" * 200_000), Document.from_text("b" * 200_000)
    difference = diff(before, after)
    assert changed_units(difference) == 400_000
    assert apply(before, difference) == after


def test_an_emoji_that_shares_its_first_half_with_another_is_replaced_whole() -> None:
    before, after = Document.from_text("a😀b"), Document.from_text("a😁b")
    assert diff(before, after) == Operation.from_delta([{"retain": 1}, {"insert": "😁"}, {"delete": 2}])


def test_an_embed_that_became_another_is_replaced_and_the_same_one_only_formatted() -> None:
    before = Document.from_delta([{"insert": {"image": "a"}}, {"insert": {"image": "b"}}, {"insert": "\x00"}])
    after = Document.from_delta(
        [{"insert": {"image": "a"}, "attributes": {"width": 1}}, {"insert": {"image": "c"}}, {"insert": "\x00"}]
    )
    assert diff(before, after).to_delta() == [
        {"retain": 1, "attributes": {"width": 1}},
        {"insert": {"image": "c"}},
        {"delete": 1},
    ]
    to_text = Document.from_text("\x00\x00\x00")
    assert apply(before, diff(before, to_text)) == to_text


def test_a_value_that_became_true_where_it_was_one_is_a_difference() -> None:
    before = Document.from_delta([{"insert": "a", "attributes": {"bold": 1}}])
    after = Document.from_delta([{"insert": "a", "attributes": {"bold": True}}])
    assert diff(before, after).to_delta() == [{"retain": 1, "attributes": {"bold": True}}]
