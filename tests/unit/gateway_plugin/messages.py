"""A hypothesis strategy for any message, from its descriptor; well-known types within what JSON has a form for."""

from __future__ import annotations

from typing import Any

from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.internal.containers import RepeatedCompositeFieldContainer
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass
from hypothesis import strategies as st

DEPTH = 3
_text = st.text(st.characters(codec="utf-8"), max_size=8)
_INTEGERS = {
    FieldDescriptor.CPPTYPE_INT32: st.integers(-(2**31), 2**31 - 1),
    FieldDescriptor.CPPTYPE_UINT32: st.integers(0, 2**32 - 1),
    FieldDescriptor.CPPTYPE_INT64: st.integers(-(2**63), 2**63 - 1),
    FieldDescriptor.CPPTYPE_UINT64: st.integers(0, 2**64 - 1),
}
_finite = st.floats(allow_nan=False, allow_infinity=False)


@st.composite
def messages(draw: st.DrawFn, of: type[Message], depth: int = DEPTH) -> Message:
    """Any message of the type; at most DEPTH messages deep."""
    return fill(draw, of(), depth)


def fill(draw: st.DrawFn, message: Any, depth: int) -> Any:
    special = _SPECIAL.get(message.DESCRIPTOR.full_name)
    if special:
        special(draw, message)
        return message
    required = [each for each in message.DESCRIPTOR.fields if each.is_required]
    possible = [each for each in message.DESCRIPTOR.fields if depth or each.message_type is None]
    chosen = draw(st.lists(st.sampled_from(possible), unique_by=lambda each: each.number)) if possible else []
    for each in {each.number: each for each in (*required, *chosen)}.values():
        _set(draw, message, each, depth - 1)
    return message


def _set(draw: st.DrawFn, message: Any, each: FieldDescriptor, depth: int) -> None:
    if each.message_type is not None and each.message_type.GetOptions().map_entry:
        _set_map(draw, getattr(message, each.name), each.message_type, depth)
    elif each.is_repeated:
        for _ in range(draw(st.integers(0, 2))):
            container = getattr(message, each.name)
            if isinstance(container, RepeatedCompositeFieldContainer) or each.message_type is not None:
                fill(draw, container.add(), depth)
            else:
                container.append(draw(_scalar(each)))
    elif each.message_type is not None:
        getattr(message, each.name).SetInParent()
        fill(draw, getattr(message, each.name), depth)
    else:
        setattr(message, each.name, draw(_scalar(each)))


def _set_map(draw: st.DrawFn, container: Any, entry: Descriptor, depth: int) -> None:
    key, value = entry.fields_by_name["key"], entry.fields_by_name["value"]
    for drawn in draw(st.lists(_scalar(key), max_size=2, unique=True)):
        if value.message_type is not None:
            fill(draw, container[drawn], depth)
        else:
            container[drawn] = draw(_scalar(value))


def _scalar(each: FieldDescriptor) -> st.SearchStrategy[Any]:
    if each.enum_type is not None:
        known = st.sampled_from([value.number for value in each.enum_type.values])
        return known if each.enum_type.is_closed else known | _INTEGERS[FieldDescriptor.CPPTYPE_INT32]
    if each.cpp_type in _INTEGERS:
        return _INTEGERS[each.cpp_type]
    if each.type == FieldDescriptor.TYPE_BYTES:
        return st.binary(max_size=8)
    if each.type == FieldDescriptor.TYPE_FLOAT:
        return st.floats(width=32)
    if each.type == FieldDescriptor.TYPE_DOUBLE:
        return st.floats()
    return st.booleans() if each.type == FieldDescriptor.TYPE_BOOL else _text


def _timestamp(draw: st.DrawFn, message: Any) -> None:
    message.seconds = draw(st.integers(-62135596800, 253402300799))
    message.nanos = draw(st.sampled_from([0, 120_000_000, 450_000, 7]))


def _duration(draw: st.DrawFn, message: Any) -> None:
    sign = draw(st.sampled_from([-1, 1]))
    message.seconds = sign * draw(st.integers(0, 315576000000))
    message.nanos = sign * draw(st.sampled_from([0, 120_000_000, 450_000, 7]))


def _mask(draw: st.DrawFn, message: Any) -> None:
    message.paths.extend(draw(st.lists(st.sampled_from(["a", "a_b", "some_field.deep_one"]), max_size=3)))


def _struct(draw: st.DrawFn, message: Any) -> None:
    message.update(draw(st.dictionaries(_text, _json, max_size=3)))


def _value(draw: st.DrawFn, message: Any) -> None:
    wrapped = GetMessageClass(message.DESCRIPTOR.fields_by_name["list_value"].message_type)()
    wrapped.extend([draw(_json)])
    message.CopyFrom(wrapped.values[0])


def _list(draw: st.DrawFn, message: Any) -> None:
    message.extend(draw(st.lists(_json, max_size=3)))


def _any(draw: st.DrawFn, message: Any) -> None:
    pool = message.DESCRIPTOR.file.pool
    name = draw(st.sampled_from(["google.protobuf.Duration", "ample.v1.Tree", "google.protobuf.Int64Value"]))
    message.Pack(fill(draw, GetMessageClass(pool.FindMessageTypeByName(name))(), 1))


_json = st.recursive(
    st.none() | st.booleans() | _finite | _text,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(_text, inner, max_size=2),
    max_leaves=4,
)
_SPECIAL = {
    "google.protobuf.Timestamp": _timestamp,
    "google.protobuf.Duration": _duration,
    "google.protobuf.FieldMask": _mask,
    "google.protobuf.Struct": _struct,
    "google.protobuf.Value": _value,
    "google.protobuf.ListValue": _list,
    "google.protobuf.Any": _any,
}
