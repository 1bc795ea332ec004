"""The laws of the algebra, tried on documents with emoji, embeds and formatting."""

from __future__ import annotations

import copy
import pickle
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from ot.compose import compose, compose_all
from ot.diff import diff
from ot.document import Document, apply
from ot.invert import invert
from ot.operation import Delete, Insert, Operation, Retain
from ot.transform import rebase, transform, transform_position
from tests.unit.ot.strategies import boundaries, documents, edits, operations_on


@given(edits(concurrent=2))
def test_two_concurrent_operations_converge_in_either_order(case: tuple[Document, list[Operation]]) -> None:
    document, (a, b) = case
    left = apply(apply(document, a), transform(b, a, first=False))
    right = apply(apply(document, b), transform(a, b, first=True))
    assert left == right
    assert left.hash() == right.hash()


@given(edits(concurrent=1, sequential=1))
def test_a_composed_operation_does_what_its_parts_do_in_turn(case: tuple[Document, list[Operation]]) -> None:
    document, (a, b) = case
    assert apply(document, compose(a, b)) == apply(apply(document, a), b)


@given(edits(concurrent=1, sequential=2))
def test_composition_is_associative(case: tuple[Document, list[Operation]]) -> None:
    _, (a, b, c) = case
    assert compose(compose(a, b), c) == compose(a, compose(b, c))


@given(edits(concurrent=1, sequential=4))
def test_composing_a_run_does_what_the_run_does(case: tuple[Document, list[Operation]]) -> None:
    document, run = case
    expected = document
    for operation in run:
        expected = apply(expected, operation)
    assert apply(document, compose_all(run)) == expected


@given(edits())
def test_the_inverse_takes_an_operation_back(case: tuple[Document, list[Operation]]) -> None:
    document, (operation,) = case
    assert apply(apply(document, operation), invert(operation, document)) == document


@given(documents(), documents())
def test_the_difference_of_two_documents_makes_one_of_the_other(before: Document, after: Document) -> None:
    assert apply(before, diff(before, after)) == after


@given(edits())
def test_the_difference_an_edit_makes_is_found(case: tuple[Document, list[Operation]]) -> None:
    document, (operation,) = case
    after = apply(document, operation)
    assert apply(document, diff(document, after)) == after


@given(documents())
def test_a_document_does_not_differ_from_itself(document: Document) -> None:
    assert diff(document, document.copy()) == Operation()


@given(edits(concurrent=2), st.data())
def test_a_run_carried_across_an_operation_converges_with_it(
    case: tuple[Document, list[Operation]], data: st.DataObject
) -> None:
    document, (over, first) = case
    second = data.draw(operations_on(apply(document, first)))
    run, carried = rebase([first, second], over)
    ours = apply(apply(apply(document, first), second), carried)
    theirs = apply(apply(apply(document, over), run[0]), run[1])
    assert ours == theirs


@given(edits(), st.data(), st.booleans())
def test_a_position_moves_as_a_mark_inserted_there_would(
    case: tuple[Document, list[Operation]], data: st.DataObject, first: bool
) -> None:
    document, (over,) = case
    position = data.draw(st.sampled_from(boundaries(document)))
    mark = transform(Operation((Retain(position), Insert("|"))), over, first=first)
    head = mark.components[0]
    assert transform_position(position, over, first=first) == (head.length if isinstance(head, Retain) else 0)


@given(edits())
def test_an_operation_survives_delta_json_copying_and_pickling(
    case: tuple[Document, list[Operation]],
) -> None:
    _, (operation,) = case
    assert Operation.from_delta(operation.to_delta()) == operation
    assert copy.deepcopy(operation) == operation
    assert pickle.loads(pickle.dumps(operation)) == operation
    assert hash(Operation.from_delta(operation.to_delta())) == hash(operation)


@given(edits(concurrent=2, sequential=1))
def test_every_result_is_canonical(case: tuple[Document, list[Operation]]) -> None:
    document, (a, b, after_a) = case
    for result in (
        transform(a, b, first=True),
        transform(a, b, first=False),
        compose(a, after_a),
        invert(a, document),
        document.to_operation(),
    ):
        assert_canonical(result)


def assert_canonical(operation: Operation) -> None:
    components = operation.components
    assert Operation(components).components == components
    assert all(component.length > 0 for component in components)
    for left, right in pairwise(components):
        assert not isinstance(left, Delete) or isinstance(right, Retain)
        if isinstance(left, Retain) and isinstance(right, Retain):
            assert left.attributes != right.attributes or repr(left.attributes) != repr(right.attributes)
        if isinstance(left, Insert) and isinstance(right, Insert) and isinstance(left.content, str):
            assert not isinstance(right.content, str) or repr(left.attributes) != repr(right.attributes)
    if components and isinstance(components[-1], Retain):
        assert components[-1].attributes


@given(edits())
def test_an_operation_says_how_much_it_consumes_and_adds(case: tuple[Document, list[Operation]]) -> None:
    document, (operation,) = case
    after = apply(document, operation)
    assert after.length == document.length + operation.length_change
    assert operation.base_span <= document.length
    assert after.length == len(after.text().encode("utf-16-le")) // 2
