"""Operations: the canonical form, Delta JSON, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from ot.compose import compose
from ot.errors import InvalidComponent, InvalidText, OperationError, SurrogateSplit
from ot.operation import (
    Delete,
    Embed,
    Insert,
    Operation,
    Retain,
    delete_at,
    format_at,
    insert_at,
    utf16_length,
)
from ot.transform import transform, transform_position


def test_neighbours_merge_and_empty_components_vanish() -> None:
    made = Operation([Retain(1), Retain(0), Retain(2), Insert(""), Insert("a"), Insert("b"), Delete(1), Delete(2)])
    assert made.components == (Retain(3), Insert("ab"), Delete(3))


def test_an_insert_stands_before_what_is_deleted_at_the_same_place() -> None:
    assert Operation([Delete(2), Insert("a"), Delete(1)]).components == (Insert("a"), Delete(3))


def test_a_plain_retain_at_the_end_is_dropped_but_a_formatting_one_stays() -> None:
    assert Operation([Insert("a"), Retain(5)]).components == (Insert("a"),)
    assert Operation([Retain(5, {"bold": None})]).components == (Retain(5, {"bold": None}),)


def test_empty_attributes_are_none() -> None:
    assert Operation([Insert("a", {}), Insert("b")]).components == (Insert("ab"),)


def test_true_is_not_one() -> None:
    assert Insert("a", {"bold": True}) != Insert("a", {"bold": 1})
    assert Retain(1, {"x": [True]}) != Retain(1, {"x": [1]})
    assert Retain(1, {"x": 1}) == Retain(1, {"x": 1.0})
    assert hash(Retain(1, {"x": 1})) == hash(Retain(1, {"x": 1.0}))
    assert Embed("a", True) != Embed("a", 1)
    assert len(Operation([Insert("a", {"bold": True}), Insert("b", {"bold": 1})]).components) == 2


def test_components_of_different_kinds_differ() -> None:
    assert Retain(1) != Delete(1)
    assert Insert("a") != Insert(Embed("a", None))


def test_attributes_are_copied_so_that_the_caller_may_go_on_with_its_own() -> None:
    attributes: dict[str, Any] = {"link": {"href": "a"}}
    insert = Insert("a", attributes)
    attributes["link"]["href"] = "b"
    assert insert == Insert("a", {"link": {"href": "a"}})


def test_lengths_are_utf16_units() -> None:
    assert utf16_length("aß语") == 3
    assert utf16_length("😀a") == 3
    assert Insert("😀").length == 2
    assert Insert(Embed("image", "x")).length == 1


@pytest.mark.parametrize("text", ["\ud800", "a\udc00b", "\udc00\ud800", "😀\ud83d"])
def test_a_lone_surrogate_is_refused_wherever_it_stands(text: str) -> None:
    for make in (
        lambda: Insert(text),
        lambda: Insert("a", {"key": text}),
        lambda: Insert("a", {text: 1}),
        lambda: Embed("image", {"deep": [text]}),
        lambda: utf16_length(text),
        lambda: Operation.from_delta([{"insert": text}]),
    ):
        with pytest.raises(InvalidText):
            make()


@pytest.mark.parametrize(
    "delta",
    [
        {"insert": "a"},
        "insert",
        [1],
        [{}],
        [{"insert": "a", "retain": 1}],
        [{"insert": "a", "colour": 1}],
        [{"insert": None}],
        [{"insert": 3}],
        [{"insert": {}}],
        [{"insert": {"a": 1, "b": 2}}],
        [{"insert": {1: 2}}],
        [{"retain": {"image": 1}}],
        [{"retain": True}],
        [{"retain": 1.5}],
        [{"retain": "1"}],
        [{"retain": -1}],
        [{"delete": -1}],
        [{"delete": 1, "attributes": {"a": 1}}],
        [{"insert": "a", "attributes": []}],
        [{"insert": "a", "attributes": "bold"}],
        [{"insert": "a", "attributes": {1: 2}}],
        [{"insert": "a", "attributes": {"a": float("nan")}}],
        [{"insert": "a", "attributes": {"a": 10**400}}],
        [{"insert": "a", "attributes": {"a": {1, 2}}}],
    ],
)
def test_what_is_no_delta_is_refused(delta: Any) -> None:
    with pytest.raises(InvalidComponent):
        Operation.from_delta(delta)


def test_values_that_would_exhaust_the_stack_are_refused() -> None:
    nested: Any = "deep"
    for _ in range(100_000):
        nested = [nested]
    with pytest.raises(InvalidComponent):
        Insert("a", {"a": nested})


def test_every_error_is_an_operation_error_and_a_value_error() -> None:
    assert issubclass(InvalidText, OperationError)
    assert issubclass(OperationError, ValueError)


def test_delta_json_reads_and_writes() -> None:
    delta = [
        {"retain": 3},
        {"insert": "a", "attributes": {"bold": True}},
        {"insert": {"image": "url"}},
        {"retain": 1, "attributes": {"bold": None}},
        {"delete": 2},
    ]
    assert Operation.from_delta(delta).to_delta() == delta


def test_positional_edits_are_operations() -> None:
    assert insert_at(2, "x", {"bold": True}).components == (Retain(2), Insert("x", {"bold": True}))
    assert delete_at(0, 3).components == (Delete(3),)
    assert format_at(1, 2, {"bold": None}).components == (Retain(1), Retain(2, {"bold": None}))


@pytest.mark.parametrize(
    ("cutting", "position"),
    [
        (delete_at(2, 1), 2),
        (delete_at(0, 2), 2),
        (delete_at(1, 3), 4),
        (insert_at(2, "x"), 2),
        (insert_at(4, "x"), 4),
        (format_at(1, 1, {"bold": True}), 2),
        (Operation([Retain(1, {"bold": True}), Delete(2), Insert("x"), Retain(1), Delete(1)]), 4),
    ],
)
def test_composition_refuses_to_leave_half_a_character(cutting: Operation, position: int) -> None:
    with pytest.raises(SurrogateSplit) as refused:
        compose(insert_at(0, "a😀👍b"), cutting)
    assert refused.value.position == position


def test_composition_may_cut_between_characters() -> None:
    assert compose(insert_at(0, "a😀👍b"), delete_at(1, 2)) == insert_at(0, "a👍b")
    assert compose(insert_at(0, "a😀👍b"), insert_at(3, "x")) == insert_at(0, "a😀x👍b")


def test_the_insert_that_is_first_stands_to_the_left() -> None:
    assert transform(insert_at(1, "a"), insert_at(1, "b"), first=True) == insert_at(1, "a")
    assert transform(insert_at(1, "a"), insert_at(1, "bb"), first=False) == insert_at(3, "a")


def test_of_a_key_that_both_format_the_first_one_stays() -> None:
    red, blue = format_at(0, 2, {"color": "red"}), format_at(0, 2, {"color": "blue", "bold": True})
    assert transform(blue, red, first=True) == blue
    assert transform(blue, red, first=False) == format_at(0, 2, {"bold": True})


def test_a_position_is_pushed_by_an_insert_at_it_unless_it_is_first() -> None:
    assert transform_position(3, insert_at(3, "ab")) == 5
    assert transform_position(3, insert_at(3, "ab"), first=True) == 3
    assert transform_position(3, delete_at(1, 5)) == 1
