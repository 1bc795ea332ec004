"""Operations go over the wire and come back as they were, and what could not be read back is refused."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given

from mesh import wire
from ot.document import Document
from ot.operation import Operation
from shoal.collab.v1 import collab_pb2
from shoal.type.v1 import operation_pb2
from tests.unit.ot.strategies import edits


def nested(levels: int) -> Any:
    value: Any = "x"
    for level in range(levels):
        value = {"k": value} if level % 2 else [value]
    return value


def formatted(value: Any) -> Operation:
    return Operation.from_delta([{"insert": "a", "attributes": {"deep": value}}])


@given(edit=edits())
def test_an_operation_comes_back_as_it_went(edit: tuple[Document, list[Operation]]) -> None:
    operation = edit[1][0]
    encoded = wire.operation_to_proto(operation).SerializeToString()
    assert wire.operation_from_proto(operation_pb2.Operation.FromString(encoded)) == operation


def test_the_deepest_value_that_is_taken_can_be_read_by_everybody() -> None:
    message = wire.operation_to_proto(formatted(nested(wire.MAX_VALUE_DEPTH)))
    assert wire.operation_from_proto(message) == formatted(nested(wire.MAX_VALUE_DEPTH))
    committed = operation_pb2.CommittedOperation(revision=1, operation=message)
    frame = collab_pb2.ServerFrame(room=1, committed=collab_pb2.Committed(operations=[committed]))
    response = collab_pb2.CollaborateResponse(frames=[frame])
    assert collab_pb2.CollaborateResponse.FromString(response.SerializeToString()) == response


def test_a_value_nested_deeper_is_refused() -> None:
    with pytest.raises(wire.InvalidOperation):
        wire.operation_from_proto(wire.operation_to_proto(formatted(nested(wire.MAX_VALUE_DEPTH + 1))))
