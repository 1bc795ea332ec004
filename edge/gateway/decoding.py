"""Decoding: parsed JSON into a message or one field of it, by a table made once a type.

Owns what Go's protojson accepts and Python's json_format does not check: objects only, a field once under either of its
names. Unknown fields and unknown names of enums are left out unless told otherwise. What does not fit is MalformedBody
with the path of the field.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from google.protobuf import message_factory
from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message

from edge.gateway import json_leaves_in as leaves
from edge.gateway.errors import MalformedBody

MAX_DEPTH = 100
"""Messages, arrays and objects inside each other; what servers of gRPC parse is no deeper."""

_Set = Callable[[Any, Message, int], None]


@dataclass(frozen=True, slots=True)
class _Field:
    name: str
    oneof: str | None
    takes_null: bool
    set: _Set


class Decoding:
    """Fills messages; safe to share, and best shared. `discard_unknown` False refuses what it does not know."""

    def __init__(self, *, discard_unknown: bool = True) -> None:
        self._discard_unknown = discard_unknown
        self._tables: dict[type[Message], dict[str, _Field]] = {}

    def decode(self, value: Any, message: Message) -> None:
        """Merge `value` into `message`, which is empty. Raises MalformedBody; then `message` is of no more use."""
        try:
            self._message(value, message, 0)
        except (ValueError, TypeError, OverflowError) as error:
            raise MalformedBody(str(error)[:200]) from None
        except RecursionError:
            raise MalformedBody("is nested too deeply") from None

    def decode_field(self, value: Any, message: Message, field: FieldDescriptor) -> None:
        """Set one field of `message`, be it a message, a scalar, a list or a map. Raises MalformedBody."""
        if value is None and field.message_type is not None and not self._table(message)[field.name].takes_null:
            raise MalformedBody("must not be null", field.name)
        self.decode({field.name: value}, message)

    def _message(self, value: Any, message: Any, depth: int) -> None:
        if depth > MAX_DEPTH:
            raise MalformedBody("is nested too deeply")
        full_name = message.DESCRIPTOR.full_name
        if full_name in leaves.LEAF_MESSAGES:
            leaves.LEAF_MESSAGES[full_name](value, message)
        elif full_name == "google.protobuf.Value":
            self._value(value, message, depth)
        elif full_name == "google.protobuf.ListValue":
            for item in _list(value):
                self._value(item, message.values.add(), depth + 1)
        else:
            object_ = _dict(value)
            if full_name == "google.protobuf.Struct":
                for key, item in object_.items():
                    self._value(item, message.fields[key], depth + 1)
            elif full_name == "google.protobuf.Any":
                self._any(object_, message, depth)
            else:
                self._object(object_, message, depth)

    def _object(self, value: dict[str, Any], message: Any, depth: int) -> None:
        table = self._table(message)
        seen: set[str] = set()
        for name, item in value.items():
            field = table.get(name)
            if field is None:
                if self._discard_unknown:
                    continue
                raise MalformedBody("is not a field", name)
            if field.name in seen:
                raise MalformedBody("is there twice", field.name)
            seen.add(field.name)
            if item is None and not field.takes_null:
                continue
            if field.oneof is not None:
                if field.oneof in seen:
                    raise MalformedBody(f"another of {field.oneof[1:]} is there too", field.name)
                seen.add(field.oneof)
            try:
                field.set(item, message, depth + 1)
            except MalformedBody as wrong:
                raise wrong.inside(field.name) from None
            except (ValueError, TypeError, OverflowError) as error:
                raise MalformedBody(str(error)[:200], field.name) from None

    def _value(self, value: Any, message: Any, depth: int) -> None:
        if depth > MAX_DEPTH:
            raise MalformedBody("is nested too deeply")
        if value is None:
            message.null_value = 0
        elif isinstance(value, bool):
            message.bool_value = value
        elif isinstance(value, str):
            message.string_value = value
        elif isinstance(value, dict):
            message.struct_value.SetInParent()
            self._message(value, message.struct_value, depth + 1)
        elif isinstance(value, list):
            message.list_value.SetInParent()
            self._message(value, message.list_value, depth + 1)
        elif math.isfinite(value):
            message.number_value = value
        else:
            raise MalformedBody("is out of range")

    def _any(self, value: dict[str, Any], message: Any, depth: int) -> None:
        if not value:
            return
        url = leaves.text(value.get("@type"))
        try:
            found = message.DESCRIPTOR.file.pool.FindMessageTypeByName(url.rpartition("/")[2])
        except KeyError:
            raise MalformedBody(f"is of a type not known here: {url[:200]}") from None
        content = message_factory.GetMessageClass(found)()
        if found.full_name in leaves.LEAF_MESSAGES or found.full_name in _NO_OBJECTS:
            self._message(value.get("value"), content, depth + 1)
        else:
            self._message({name: item for name, item in value.items() if name != "@type"}, content, depth + 1)
        message.type_url, message.value = url, content.SerializeToString(deterministic=True)

    def _table(self, message: Message) -> dict[str, _Field]:
        table = self._tables.get(type(message))
        if table is None:
            table = self._tables[type(message)] = {}
            for field in message.DESCRIPTOR.fields:
                table[field.name] = table[field.json_name] = self._field_of(field)  # type: ignore[arg-type]
        return table

    def _field_of(self, field: FieldDescriptor) -> _Field:
        takes_null = not field.is_repeated and (
            (field.message_type is not None and field.message_type.full_name == "google.protobuf.Value")
            or (field.enum_type is not None and field.enum_type.full_name == "google.protobuf.NullValue")
        )
        oneof = None if field.containing_oneof is None else f"/{field.containing_oneof.name}"
        return _Field(field.name, oneof, takes_null, self._setter_of(field))

    def _setter_of(self, field: FieldDescriptor) -> _Set:
        if field.message_type is not None and field.message_type.GetOptions().map_entry:
            return self._map_setter(field)
        name = field.name
        if field.message_type is not None:
            return self._add_messages(name) if field.is_repeated else self._set_message(name)
        read = self._scalar(field)
        if field.is_repeated:

            def extend(value: Any, message: Message, depth: int) -> None:
                items = _each(read, _list(value))
                getattr(message, name).extend([item for item in items if item is not leaves.UNKNOWN_NAME])

            return extend

        def assign(value: Any, message: Message, depth: int) -> None:
            item = read(value)
            if item is not leaves.UNKNOWN_NAME:
                setattr(message, name, item)

        return assign

    def _set_message(self, name: str) -> _Set:
        def fill(value: Any, message: Message, depth: int) -> None:
            part = getattr(message, name)
            part.SetInParent()
            self._message(value, part, depth)

        return fill

    def _add_messages(self, name: str) -> _Set:
        def add(value: Any, message: Message, depth: int) -> None:
            parts = getattr(message, name)
            _each(lambda item: self._message(item, parts.add(), depth), _list(value))

        return add

    def _map_setter(self, field: FieldDescriptor) -> _Set:
        name = field.name
        assert field.message_type is not None
        key_field, content = field.message_type.fields
        is_bool = key_field.type == FieldDescriptor.TYPE_BOOL
        read_key: leaves.Read = leaves.boolean_key if is_bool else leaves.scalar(key_field)
        read = None if content.message_type is not None else self._scalar(content)

        def put(value: Any, message: Message, depth: int) -> None:
            entries = getattr(message, name)
            for label, item in _dict(value).items():
                try:
                    key = read_key(label)
                    if read is None:
                        self._message(item, entries[key], depth)
                    elif (scalar := read(item)) is not leaves.UNKNOWN_NAME:
                        entries[key] = scalar
                except MalformedBody as wrong:
                    raise wrong.inside(label[:63]) from None

        return put

    def _scalar(self, field: FieldDescriptor) -> leaves.Read:
        read = leaves.scalar(field)
        if field.enum_type is None or self._discard_unknown:
            return read

        def known(value: Any) -> Any:
            number = read(value)
            if number is leaves.UNKNOWN_NAME:
                raise MalformedBody("is not a name of the enum")
            return number

        return known


DEFAULT = Decoding()
"""As grpc-gateway does unless told otherwise."""

_NO_OBJECTS = {f"google.protobuf.{name}" for name in ("Any", "Struct", "Value", "ListValue")}
"""Inside of an Any these stand under `value`, as the leaves do."""


def _each(read: Callable[[Any], Any], items: list[Any]) -> list[Any]:
    read_items = []
    for index, item in enumerate(items):
        try:
            read_items.append(read(item))
        except MalformedBody as wrong:
            raise wrong.inside(f"[{index}]") from None
    return read_items


def _dict(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise MalformedBody("must be an object")
    return value


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise MalformedBody("must be an array")
    return value
