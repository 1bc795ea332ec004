"""Carrying by arithmetic gives what transforming one by one gives."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from ot.carry import Carried
from ot.document import Document
from ot.operation import Operation, delete_at, format_at, insert_at
from ot.transform import rebase

_LENGTH = 12


@st.composite
def keystrokes(draw: st.DrawFn, length: int) -> Operation:
    kind = draw(st.sampled_from(["insert", "insert", "insert", "delete", "delete", "format", "two"]))
    at = draw(st.integers(0, length - 2))
    match kind:
        case "insert":
            return insert_at(at, draw(st.text("ab", min_size=1, max_size=3)))
        case "delete":
            return delete_at(at, draw(st.integers(1, 2)))
        case "format":
            return format_at(at, 1, {"bold": True})
        case _:
            return Operation.from_delta([{"insert": "x"}, {"retain": 1}, {"delete": 1}])


@st.composite
def runs(draw: st.DrawFn, length: int, size: int) -> list[Operation]:
    """Edits, each made after the one before; most go on where the last one ended, as typing does."""
    operations: list[Operation] = []
    at = draw(st.integers(0, length))
    for _ in range(draw(st.integers(1, size))):
        if draw(st.integers(0, 3)):
            operation = insert_at(min(at, length), "t")
            at = min(at, length) + 1
        else:
            operation = draw(keystrokes(max(length, 4)))
            if operation.base_span > length:
                continue
        operations.append(operation)
        length += operation.length_change
    return operations


@given(flight=runs(_LENGTH, 6), log=runs(_LENGTH, 6))
@settings(max_examples=1500, deadline=None)
def test_carried_edits_are_what_rebase_makes_of_them(flight: list[Operation], log: list[Operation]) -> None:
    carried, expected = Carried(flight), list(flight)
    for committed in log:
        carried.over(committed)
        expected, _ = rebase(expected, committed)
    assert carried.operations() == expected
    document = Document.from_text("o" * _LENGTH)
    for operation in (*log, *carried.operations()):
        document.apply(operation)


@given(flight=runs(_LENGTH, 6), log=runs(_LENGTH, 3))
@settings(max_examples=300, deadline=None)
def test_a_dropped_first_edit_is_one_the_others_were_made_after(flight: list[Operation], log: list[Operation]) -> None:
    carried, expected = Carried(flight), list(flight)
    carried.over(log[0]) if log else None
    expected = rebase(expected, log[0])[0] if log else expected
    if not expected:
        return
    carried.drop_first()
    for committed in log[1:]:
        carried.over(committed)
        expected[1:] = rebase(expected[1:], committed)[0]
    assert carried.operations() == expected[1:]
