"""Request fields: each field of a request as a flag, and what is written after it as the field's value.

Owns how values are written at a terminal: enums by their short names, times as people write them, durations as `3.5s`,
masks with commas, maps as KEY=VALUE, bytes as @FILE, whole messages as JSON. Knows no rpc: it reads descriptors.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from google.protobuf import json_format
from google.protobuf.descriptor import Descriptor, EnumDescriptor, FieldDescriptor
from google.protobuf.duration_pb2 import Duration
from google.protobuf.field_mask_pb2 import FieldMask
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass
from google.protobuf.timestamp_pb2 import Timestamp

from cli.answers import word_of
from cli.times import parse_time

_GOOGLE = "google.protobuf."
_TIMESTAMP, _DURATION, _MASK = (each.DESCRIPTOR.full_name for each in (Timestamp, Duration, FieldMask))
_INTEGERS = frozenset(
    (
        FieldDescriptor.CPPTYPE_INT32,
        FieldDescriptor.CPPTYPE_INT64,
        FieldDescriptor.CPPTYPE_UINT32,
        FieldDescriptor.CPPTYPE_UINT64,
    )
)
_FLOATS = frozenset((FieldDescriptor.CPPTYPE_FLOAT, FieldDescriptor.CPPTYPE_DOUBLE))


class UnfitValue(ValueError):
    """What was written is no value of the field; the message says what would be."""


@dataclass(frozen=True, slots=True)
class Flag:
    """One field of a request, by the fields that lead to it."""

    path: tuple[FieldDescriptor, ...]

    @property
    def name(self) -> str:
        """The path as it is written after `--`: document.title."""
        return ".".join(each.name for each in self.path)

    @property
    def field(self) -> FieldDescriptor:
        """The field itself."""
        return self.path[-1]

    @property
    def is_switch(self) -> bool:
        """Whether it is on or off, and takes no value."""
        return self.field.cpp_type == FieldDescriptor.CPPTYPE_BOOL and not self.field.is_repeated

    @property
    def metavar(self) -> str:
        """What stands for its value in a help text."""
        if is_map(self.field):
            return f"KEY={_kind(_of_entry(self.field, 'value'))}"
        return _kind(self.field)


def flags_of(message: Descriptor, before: tuple[FieldDescriptor, ...] = ()) -> Iterator[Flag]:
    """Yield a flag for each field of a message and of the single messages in it, in the contract's order.

    A message that holds itself is not gone into a second time; it can be written as JSON.
    """
    for field in message.fields:
        path = (*before, field)
        yield Flag(path)
        inner = None if field.is_repeated else field.message_type
        if inner is not None and not inner.full_name.startswith(_GOOGLE) and not _is_in(inner, path):
            yield from flags_of(inner, path)


def put(request: Message, flag: Flag, said: str | bool | Sequence[str]) -> None:
    """Set a field to what was said, in place of all that it held. Raises UnfitValue."""
    holder: Any = request
    for step in flag.path[:-1]:
        holder = getattr(holder, step.name)
        holder.SetInParent()
    field = flag.field
    try:
        if is_map(field):
            _put_pairs(holder, field, said)
        elif field.is_repeated:
            values = [_value(field, each) for each in _texts(said)]
            holder.ClearField(field.name)
            getattr(holder, field.name).extend(values)
        elif isinstance(said, bool):
            setattr(holder, field.name, said)
        else:
            _put_value(holder, field, _value(field, _texts(said)[0]))
    except UnfitValue:
        raise
    except (ValueError, TypeError) as error:  # protobuf's own words for what is out of range
        raise UnfitValue(f"{error}") from None


def is_map(field: FieldDescriptor) -> bool:
    """Return whether a field maps keys to values."""
    return field.message_type is not None and bool(field.message_type.GetOptions().map_entry)


def _is_in(message: Descriptor, path: Sequence[FieldDescriptor]) -> bool:
    return message.full_name in (str(each.containing_type and each.containing_type.full_name) for each in path)


def _of_entry(field: FieldDescriptor, part: str) -> FieldDescriptor:
    """Return what a map's keys are, or its values."""
    entry: Any = field.message_type
    found: FieldDescriptor = entry.fields_by_name[part]
    return found


def _texts(said: str | bool | Sequence[str]) -> Sequence[str]:
    return [said] if isinstance(said, str) else [] if isinstance(said, bool) else said


def _put_pairs(holder: Any, field: FieldDescriptor, said: str | bool | Sequence[str]) -> None:
    key_field, value_field = _of_entry(field, "key"), _of_entry(field, "value")
    split = [each.partition("=") for each in _texts(said)]
    if any(not equals for _, equals, _ in split):
        raise UnfitValue("must be KEY=VALUE")
    pairs = [(_value(key_field, key), _value(value_field, value)) for key, _, value in split]
    holder.ClearField(field.name)
    entries = getattr(holder, field.name)
    for key, value in pairs:
        if isinstance(value, Message):
            entries[key].CopyFrom(value)
        else:
            entries[key] = value


def _put_value(holder: Any, field: FieldDescriptor, value: Any) -> None:
    if isinstance(value, Message):
        inner = getattr(holder, field.name)
        inner.CopyFrom(value)
        inner.SetInParent()
    else:
        setattr(holder, field.name, value)


def _kind(field: FieldDescriptor) -> str:
    if field.enum_type is not None:
        return "|".join(_words(field.enum_type))
    if field.message_type is not None:
        return {_TIMESTAMP: "TIME", _DURATION: "DURATION", _MASK: "FIELD,FIELD"}.get(
            field.message_type.full_name, "JSON"
        )
    if field.cpp_type == FieldDescriptor.CPPTYPE_BOOL:
        return "true|false"
    if field.cpp_type in _INTEGERS:
        return "INTEGER"
    if field.cpp_type in _FLOATS:
        return "NUMBER"
    return "@FILE" if field.type == FieldDescriptor.TYPE_BYTES else "TEXT"


def _value(field: FieldDescriptor, text: str) -> Any:
    if field.message_type is not None:
        return _message(field.message_type, text)
    if field.enum_type is not None:
        return _enum(field.enum_type, text)
    if field.cpp_type == FieldDescriptor.CPPTYPE_BOOL:
        if text.lower() not in ("true", "false"):
            raise UnfitValue("must be true or false")
        return text.lower() == "true"
    if field.cpp_type in _INTEGERS or field.cpp_type in _FLOATS:
        return _number(text, int if field.cpp_type in _INTEGERS else float)
    return _bytes(text) if field.type == FieldDescriptor.TYPE_BYTES else text


def _number(text: str, kind: type[int] | type[float]) -> int | float:
    try:
        return kind(text)
    except ValueError:
        raise UnfitValue(f"{text!r} is no {'whole ' if kind is int else ''}number") from None


def _words(enum: EnumDescriptor) -> dict[str, int]:
    return {word_of(enum, each.number): each.number for each in enum.values if not each.name.endswith("UNSPECIFIED")}


def _enum(enum: EnumDescriptor, text: str) -> int:
    word = text.replace("-", "_")
    whole = enum.values_by_name.get(word.upper())
    number = _words(enum).get(word.lower()) if whole is None else int(whole.number)
    if number is None:
        raise UnfitValue(f"{text!r} is none of {', '.join(_words(enum))}")
    return number


def _bytes(text: str) -> bytes:
    try:
        return Path(text[1:]).read_bytes() if text.startswith("@") else base64.b64decode(text, validate=True)
    except OSError as error:
        raise UnfitValue(f"cannot read {text[1:]}: {error.strerror}") from None
    except ValueError:
        raise UnfitValue("must be @FILE, or base64") from None


def _message(kind: Descriptor, text: str) -> Message:
    if kind.full_name == _TIMESTAMP:
        return _timestamp(text)
    if kind.full_name == _MASK and "_" in text:  # as the contract has the names; its JSON form has them in camelCase
        return FieldMask(paths=text.split(","))
    message = GetMessageClass(kind)()
    as_text = kind.full_name in (_DURATION, _MASK)
    try:
        if as_text:
            message.FromJsonString(text)  # type: ignore[attr-defined]  # these two have it
        else:
            json_format.Parse(text, message)
    except (json_format.ParseError, ValueError) as error:
        raise UnfitValue(str(error)) from None
    return message


def _timestamp(text: str) -> Timestamp:
    stamp = Timestamp()
    try:
        stamp.FromJsonString(text)  # to the nanosecond, which a datetime has not
    except ValueError:
        stamp.FromDatetime(parse_time(text, now=datetime.now(UTC)))
    return stamp
