"""Attribution: the writer of each unit, against a list with one entry a unit."""

from __future__ import annotations

import random
from functools import reduce
from itertools import groupby

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ot.attribution import MAX_WRITERS, Attribution
from ot.compose import compose
from ot.document import Document
from ot.errors import InvalidComponent, LengthMismatch
from ot.operation import Delete, Embed, Insert, Operation, Retain, delete_at, format_at, insert_at
from tests.unit.ot.strategies import documents, edits, operations_on

# ASCII, Latin-1, either side of the surrogates, and the last.
WRITERS = [0, 1, 2, 127, 128, 255, 256, 0xD7FF, 0xD800, MAX_WRITERS - 1]
writers = st.sampled_from(WRITERS)


def followed(units: list[int], operation: Operation, writer: int) -> list[int]:
    """The model: what an operation makes of one writer a unit."""
    out: list[int] = []
    at = 0
    for component in operation.components:
        if isinstance(component, Insert):
            out += [writer] * component.length
            continue
        if isinstance(component, Retain):
            out += units[at : at + component.length]
        at += component.length
    return out + units[at:]


def runs_of(units: list[int]) -> list[tuple[int, int]]:
    return [(len(list(group)), writer) for writer, group in groupby(units)]


@given(st.data(), documents(), st.lists(writers, min_size=1, max_size=8))
def test_each_unit_belongs_to_the_writer_who_inserted_it(
    data: st.DataObject, document: Document, authors: list[int]
) -> None:
    attribution = Attribution.from_runs([(document.length, 7)])
    units = [7] * document.length
    for author in authors:
        operation = data.draw(operations_on(document))
        document.apply(operation)
        attribution.apply(operation, author)
        units = followed(units, operation, author)
        assert attribution.length == document.length == len(units)
        assert attribution.runs() == runs_of(units)


@given(edits(sequential=2), writers, writers)
def test_operations_of_one_writer_attribute_as_their_composition_does(
    edit: tuple[Document, list[Operation]], writer: int, before: int
) -> None:
    document, operations = edit
    one = Attribution.from_runs([(document.length, before)])
    other = one.copy()
    for operation in operations:
        one.apply(operation, writer)
    other.apply(reduce(compose, operations), writer)
    assert one == other


@given(st.lists(st.tuples(st.integers(0, 700), writers), max_size=30))
def test_runs_come_back_merged_as_they_went_in(runs: list[tuple[int, int]]) -> None:
    units = [writer for length, writer in runs for _ in range(length)]
    attribution = Attribution.from_runs(runs)
    assert attribution.runs() == runs_of(units)
    assert Attribution.from_runs(attribution.runs()) == attribution
    assert attribution.length == len(units)


@pytest.mark.parametrize("seed", range(4))
def test_a_large_document_is_followed_through_edits_of_every_size(seed: int) -> None:
    r = random.Random(seed)
    units = [r.choice(WRITERS) for _ in range(300) for _ in range(r.choice([1, 30, 1000]))]
    attribution = Attribution.from_runs([(1, writer) for writer in units])
    assert attribution.runs() == runs_of(units)
    for _ in range(60):
        components: list[Retain | Insert | Delete] = []
        left = len(units)
        for _ in range(r.choice([1, 1, 1, 3, 50])):
            reach = min(left, int(r.expovariate(1) * left / r.choice([1, 5, 50])))
            size = min(left - reach, r.choice([1, 5, 100, 3000]))
            components.append(Retain(reach))
            kind = r.random()
            if kind < 0.5:
                components.append(Insert(r.choice(["x", "é", "😀"]) * r.choice([1, 5, 100, 3000])))
                size = 0
            else:
                components.append(Delete(size) if kind < 0.85 else Retain(size, {"bold": True}))
            left -= reach + size
        operation, writer = Operation(components), r.choice(WRITERS)
        attribution.apply(operation, writer)
        units = followed(units, operation, writer)
    assert attribution.length == len(units)
    assert attribution.runs() == runs_of(units)


def test_emoji_count_two_units_and_an_embed_one() -> None:
    attribution = Attribution()
    attribution.apply(insert_at(0, "a😀"), 1)
    attribution.apply(insert_at(1, Embed("image", "x.png")), 2)
    assert attribution.runs() == [(1, 1), (1, 2), (2, 1)]


def test_text_deleted_and_typed_again_belongs_to_who_typed_it_again() -> None:
    attribution = Attribution.from_runs([(5, 1)])
    attribution.apply(delete_at(1, 3), 2)
    assert attribution.runs() == [(2, 1)]
    attribution.apply(insert_at(1, "ell"), 2)
    assert attribution.runs() == [(1, 1), (3, 2), (1, 1)]


def test_formatting_changes_nothing() -> None:
    attribution = Attribution.from_runs([(3, 1), (3, 2)])
    attribution.apply(format_at(1, 4, {"bold": True}), 3)
    attribution.apply(format_at(0, 6, {"bold": None}), 3)
    assert attribution.runs() == [(3, 1), (3, 2)]


def test_a_copy_goes_its_own_way() -> None:
    original = Attribution.from_runs([(5000, 1), (5000, 2)])
    twin = original.copy()
    twin.apply(insert_at(5000, "x"), 3)
    original.apply(delete_at(0, 4000), 3)
    assert twin.runs() == [(5000, 1), (1, 3), (5000, 2)]
    assert original.runs() == [(1000, 1), (5000, 2)]
    assert twin != original == Attribution.from_runs([(1000, 1), (5000, 2)])


def test_what_does_not_fit_changes_nothing() -> None:
    attribution = Attribution.from_runs([(3, 1)])
    with pytest.raises(LengthMismatch):
        attribution.apply(Operation([Insert("x"), Retain(3), Delete(1)]), 2)
    for writer in (-1, MAX_WRITERS):
        with pytest.raises(InvalidComponent):
            attribution.apply(insert_at(0, "x"), writer)
        with pytest.raises(InvalidComponent):
            Attribution.from_runs([(1, writer)])
    assert attribution.runs() == [(3, 1)]


def test_a_hundred_thousand_keystrokes_of_one_writer_are_one_run() -> None:
    attribution = Attribution()
    for position in range(100_000):
        attribution.apply(insert_at(position, "x"), 300)
    assert attribution.runs() == [(100_000, 300)]
