"""Operation messages to and from the algebra: shoal.type.v1 <-> ot.

The only place that knows both forms. Pure. Messages may be in any form a client sends; what leaves here is canonical.
Contract: proto/shoal/type/v1/operation.proto.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import grpc
from google.protobuf import struct_pb2

from mesh.faults import Fault, Reason
from ot.document import Document
from ot.errors import InvalidText, LengthMismatch, OperationError, SurrogateSplit
from ot.operation import Delete, Embed, Insert, Operation, Retain, delete_at, format_at, insert_at
from shoal.type.v1 import operation_pb2 as pb

CHUNK_BYTES = 64 * 1024
"""Content and operations travel in parts of about this size, so that nobody waits behind somebody else's document."""

MAX_VALUE_DEPTH = 16
"""Levels of objects and lists in an attribute or embed. Readers of a message allow 100 levels, and what a room sends
wraps an operation in more of them than what a client sent: near the limit, nobody could read it again."""


class InvalidOperation(Fault):
    """The operation cannot be read."""

    code, reason = grpc.StatusCode.INVALID_ARGUMENT, Reason.ERROR_REASON_INVALID_OPERATION


class OperationTooLong(Fault):
    """The operation reaches past the end of its document; lengths in UTF-16 code units."""

    code, reason = grpc.StatusCode.INVALID_ARGUMENT, Reason.ERROR_REASON_OPERATION_TOO_LONG


class OperationSplitsPair(Fault):
    """The operation would cut a surrogate pair in two."""

    code, reason = grpc.StatusCode.INVALID_ARGUMENT, Reason.ERROR_REASON_SURROGATE_SPLIT


def fault_of(error: OperationError) -> Fault:
    """Return the fault that tells a caller of an error of the algebra."""
    match error:
        case LengthMismatch():
            return OperationTooLong(str(error))
        case SurrogateSplit():
            return OperationSplitsPair(str(error))
        case InvalidText():
            return InvalidOperation("text is not valid Unicode")
        case _:
            return InvalidOperation(str(error))


def operation_from_proto(message: pb.Operation) -> Operation:
    """Return the canonical operation a message means. Raises InvalidOperation."""
    try:
        return Operation([_component_from_proto(component) for component in message.components])
    except OperationError as error:
        raise fault_of(error) from error


def operation_to_proto(operation: Operation) -> pb.Operation:
    """Return the message of an operation."""
    return pb.Operation(components=[_component_to_proto(component) for component in operation.components])


def positional_from_proto(message: pb.PositionalOperation) -> Operation:
    """Return the operation a positional one means. Raises InvalidOperation."""
    attributes = _attributes_from_proto(message.attributes) if message.attributes else None
    inserts = message.type == pb.PositionalOperation.TYPE_INSERT
    if inserts != bool(message.content) or inserts == bool(message.length):
        raise InvalidOperation(
            "an insert has content and no length; a delete, retain or format has a length and no content"
        )
    try:
        match message.type:
            case pb.PositionalOperation.TYPE_INSERT:
                return insert_at(message.position, message.content, attributes)
            case pb.PositionalOperation.TYPE_DELETE:
                return delete_at(message.position, message.length)
            case pb.PositionalOperation.TYPE_RETAIN:
                return Operation([])
            case pb.PositionalOperation.TYPE_FORMAT if attributes:
                return format_at(message.position, message.length, attributes)
    except OperationError as error:
        raise fault_of(error) from error
    raise InvalidOperation("type is missing, or a format has no attributes")


def content_parts(document: Document) -> Iterator[pb.Content]:
    """Yield a document's content in parts of about CHUNK_BYTES; at least one, which is empty for an empty document."""
    part, size = pb.Content(), 0
    for component in document.to_operation().components:
        for piece in _pieces(component):
            message = _component_to_proto(piece)
            part.components.append(message)
            size += message.ByteSize()
            if size >= CHUNK_BYTES:
                yield part
                part, size = pb.Content(), 0
    if size or not document.length:
        yield part


def document_from_parts(parts: Iterable[pb.Content]) -> Document:
    """Return the document whose content came in parts."""
    components = [_component_from_proto(component) for part in parts for component in part.components]
    return Document.from_operation(Operation(components))


def _pieces(component: Any) -> Iterator[Any]:
    text = component.content if isinstance(component, Insert) else None
    if not isinstance(text, str) or len(text) <= CHUNK_BYTES:
        yield component
        return
    for start in range(0, len(text), CHUNK_BYTES):
        yield Insert(text[start : start + CHUNK_BYTES], component.attributes)


def _component_from_proto(component: pb.Component) -> Retain | Insert | Delete:
    action = component.WhichOneof("action")
    attributes = _attributes_from_proto(component.attributes) if component.attributes else None
    if action == "insert" and component.insert:
        return Insert(component.insert, attributes)
    if action == "retain" and component.retain:
        return Retain(component.retain, attributes)
    if action == "delete" and component.delete and attributes is None:
        return Delete(component.delete)
    if action == "embed":
        return Insert(Embed(component.embed.type, _value_from_proto(component.embed.value)), attributes)
    raise InvalidOperation(
        "a component needs one of retain, insert, delete, embed, at least 1 long; a delete has no attributes"
    )


def _component_to_proto(component: Retain | Insert | Delete) -> pb.Component:
    if type(component) is Delete:
        return pb.Component(delete=component.length)
    if type(component) is Retain:
        message = pb.Component(retain=component.length)
    elif type(component) is Insert and isinstance(component.content, str):
        message = pb.Component(insert=component.content)
    else:
        embed = component.content
        message = pb.Component(embed=pb.Embed(type=embed.type, value=_value_to_proto(embed.value)))
    if component.attributes:
        for key, value in component.attributes.items():
            message.attributes[key].CopyFrom(_value_to_proto(value))
    return message


def _attributes_from_proto(attributes: Any) -> dict[str, Any]:
    return {key: _value_from_proto(value) for key, value in attributes.items()}


def _value_from_proto(value: struct_pb2.Value, depth: int = 0) -> Any:
    if depth > MAX_VALUE_DEPTH:
        raise InvalidOperation(f"attribute and embed values nest at most {MAX_VALUE_DEPTH} levels")
    match value.WhichOneof("kind"):
        case "string_value":
            return value.string_value
        case "bool_value":
            return value.bool_value
        case "number_value":
            number = value.number_value
            return int(number) if number.is_integer() else _finite(number)
        case "struct_value":
            return {key: _value_from_proto(each, depth + 1) for key, each in value.struct_value.fields.items()}
        case "list_value":
            return [_value_from_proto(each, depth + 1) for each in value.list_value.values]
        case _:
            return None


def _finite(number: float) -> float:
    if number != number or number in (float("inf"), float("-inf")):
        raise InvalidOperation("attribute and embed numbers must be finite")
    return number


def _value_to_proto(value: Any) -> struct_pb2.Value:
    if value is None:
        return struct_pb2.Value(null_value=struct_pb2.NULL_VALUE)
    if isinstance(value, bool):
        return struct_pb2.Value(bool_value=value)
    if isinstance(value, int | float):
        return struct_pb2.Value(number_value=value)
    if isinstance(value, str):
        return struct_pb2.Value(string_value=value)
    if isinstance(value, list | tuple):
        return struct_pb2.Value(list_value=struct_pb2.ListValue(values=[_value_to_proto(each) for each in value]))
    fields = {key: _value_to_proto(each) for key, each in value.items()}
    return struct_pb2.Value(struct_value=struct_pb2.Struct(fields=fields))
