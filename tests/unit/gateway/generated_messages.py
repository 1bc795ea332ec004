"""Hypothesis strategies for messages, by their descriptors: any message that has a JSON form."""

from __future__ import annotations

import math
from typing import Any

from google.protobuf import any_pb2
from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message
from hypothesis import strategies as st

from tests.integration.gateway import books as pb

INT32, INT64 = st.integers(-(2**31), 2**31 - 1), st.integers(-(2**63), 2**63 - 1)
UINT32, UINT64 = st.integers(0, 2**32 - 1), st.integers(0, 2**64 - 1)
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=6)
SCALARS = {
    FieldDescriptor.TYPE_BOOL: st.booleans(),
    FieldDescriptor.TYPE_INT32: INT32,
    FieldDescriptor.TYPE_SINT32: INT32,
    FieldDescriptor.TYPE_UINT32: UINT32,
    FieldDescriptor.TYPE_FIXED32: UINT32,
    FieldDescriptor.TYPE_INT64: INT64,
    FieldDescriptor.TYPE_SFIXED64: INT64,
    FieldDescriptor.TYPE_UINT64: UINT64,
    FieldDescriptor.TYPE_DOUBLE: st.floats().map(lambda value: math.nan if math.isnan(value) else value),
    FieldDescriptor.TYPE_FLOAT: st.floats(width=32).map(lambda value: math.nan if math.isnan(value) else value),
    FieldDescriptor.TYPE_STRING: TEXT,
    FieldDescriptor.TYPE_BYTES: st.binary(max_size=5),
    FieldDescriptor.TYPE_ENUM: st.sampled_from((0, 1, 2, 77, -3)),
}
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | TEXT | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=6,
)
PATHS = st.lists(st.from_regex(r"[a-z]{1,3}(_[a-z]{1,3})?(\.[a-z]{1,3})?", fullmatch=True), max_size=3)


@st.composite
def messages(draw: st.DrawFn, depth: int = 2) -> Any:
    """An Everything with some of its fields set."""
    message = pb.Everything()
    fields = draw(
        st.lists(st.sampled_from(list(pb.Everything.DESCRIPTOR.fields)), max_size=8, unique_by=lambda f: f.number)
    )
    for field in fields:
        _set(draw, message, field, depth)
    return message


def _set(draw: st.DrawFn, message: Message, field: FieldDescriptor, depth: int) -> None:
    if field.message_type is not None and field.message_type.GetOptions().map_entry:
        key, value = field.message_type.fields
        for label in draw(st.lists(SCALARS[key.type], max_size=3)):
            entries = getattr(message, field.name)
            if value.message_type is not None:
                _fill(draw, entries[label], depth - 1)
            else:
                entries[label] = draw(SCALARS[value.type])
    elif field.message_type is not None:
        if field.is_repeated:
            for _ in range(draw(st.integers(0, 2))):
                _fill(draw, getattr(message, field.name).add(), depth - 1)
        else:
            part = getattr(message, field.name)
            part.SetInParent()
            _fill(draw, part, depth - 1)
    elif field.is_repeated:
        getattr(message, field.name).extend(draw(st.lists(_scalar(field), max_size=3)))
    else:
        setattr(message, field.name, draw(_scalar(field)))


def _scalar(field: FieldDescriptor) -> st.SearchStrategy[Any]:
    is_null = field.enum_type is not None and field.enum_type.name == "NullValue"
    return st.just(0) if is_null else SCALARS[field.type]


def _fill(draw: st.DrawFn, message: Any, depth: int) -> None:
    match message.DESCRIPTOR.full_name:
        case "google.protobuf.Timestamp":
            message.seconds = draw(st.integers(-62135596800, 253402300799))
            message.nanos = draw(st.sampled_from((0, 1, 1_000, 120_000_000, 999_999_999)))
        case "google.protobuf.Duration":
            sign = draw(st.sampled_from((1, -1)))
            message.seconds = sign * draw(st.integers(0, 315576000000))
            message.nanos = sign * draw(st.sampled_from((0, 1, 1_000, 120_000_000, 999_999_999)))
        case "google.protobuf.FieldMask":
            message.paths.extend(draw(PATHS))
        case "google.protobuf.Struct":
            message.update(draw(st.dictionaries(TEXT, JSON_VALUES, max_size=3)))
        case "google.protobuf.ListValue":
            message.extend(draw(st.lists(JSON_VALUES, max_size=3)))
        case "google.protobuf.Value":
            set_value(message, draw(JSON_VALUES))
        case "google.protobuf.Any":
            content: Any = draw(st.sampled_from((pb.Author(full_name="Ada"), pb.Book(), None)))
            if content is None:
                content = any_pb2.Any()
                content.Pack(pb.Everything().a_timestamp.__class__(seconds=draw(st.integers(0, 9))))
            message.Pack(content)
        case "books.v1.Everything" if depth <= 0:
            pass
        case _:
            for field in message.DESCRIPTOR.fields:
                if draw(st.booleans()):
                    _set(draw, message, field, depth)


def set_value(message: Any, value: Any) -> None:
    """Make a google.protobuf.Value hold this JSON."""
    match value:
        case None:
            message.null_value = 0
        case bool():
            message.bool_value = value
        case str():
            message.string_value = value
        case float():
            message.number_value = value
        case list():
            message.list_value.SetInParent()
            message.list_value.extend(value)
        case _:
            message.struct_value.SetInParent()
            message.struct_value.update(value)
