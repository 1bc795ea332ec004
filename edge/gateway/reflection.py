"""Reflection: any message as JSON, by its descriptor, with a table made once a type.

Owns which fields are printed and under which names: Go's protojson with EmitUnpopulated, which Python's json_format
cannot do, since that never prints null. Generated encoders say the same for one type, faster.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from google.protobuf import message_factory
from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import DecodeError, Message

from edge.gateway import json_leaves
from edge.gateway.errors import Unencodable

Convert = Callable[[Any], Any]

_SCALARS: dict[int, Convert] = {
    FieldDescriptor.TYPE_INT64: str,
    FieldDescriptor.TYPE_UINT64: str,
    FieldDescriptor.TYPE_SINT64: str,
    FieldDescriptor.TYPE_FIXED64: str,
    FieldDescriptor.TYPE_SFIXED64: str,
    FieldDescriptor.TYPE_BYTES: json_leaves.octets,
    FieldDescriptor.TYPE_DOUBLE: json_leaves.double,
    FieldDescriptor.TYPE_FLOAT: json_leaves.single,
}
"""What is not written as it stands."""
_ALWAYS, _OR_NULL, _IF_SET, _LIST, _MAP = range(5)


@dataclass(frozen=True, slots=True)
class _Field:
    """One field: how it is looked for, named and written; `convert` None = as it is."""

    kind: int
    attribute: str
    name: str
    convert: Convert | None
    key: Convert | None = None


class Reflection:
    """Writes messages; safe to share, and best shared: it remembers a table a message type.

    `emit_unpopulated`: print fields that are not set, as zero, `[]`, `{}`, or null for what has presence and is outside
    of oneofs. `use_proto_names`: snake_case as declared, not lowerCamelCase. `use_enum_numbers`: numbers, not names.
    """

    def __init__(
        self, *, emit_unpopulated: bool = True, use_proto_names: bool = False, use_enum_numbers: bool = False
    ) -> None:
        self._emit_unpopulated = emit_unpopulated
        self._use_proto_names = use_proto_names
        self._use_enum_numbers = use_enum_numbers
        self._encoders: dict[type[Message], Convert] = {}

    def encode(self, message: Message) -> Any:
        """Return `message` as what `orjson.dumps` takes. Raises Unencodable."""
        encoder = self._encoders.get(type(message))
        if encoder is None:
            encoder = self._encoders[type(message)] = self._encoder_of(message.DESCRIPTOR)
        return encoder(message)

    def encode_field(self, message: Message, field: FieldDescriptor) -> Any:
        """Return one field of `message`; one that is not set as an empty message, list, map or a zero, never null."""
        return _written(getattr(message, field.name), self._field_of(field))

    def _encoder_of(self, descriptor: Any) -> Convert:
        if descriptor.full_name == "google.protobuf.Any":
            return self._any
        if descriptor.full_name in json_leaves.WELL_KNOWN:
            return json_leaves.WELL_KNOWN[descriptor.full_name]
        fields = [self._field_of(field) for field in descriptor.fields]
        if self._emit_unpopulated and not descriptor.is_extendable:
            return lambda message: self._object(message, fields)
        return self._set_fields

    def _object(self, message: Any, fields: list[_Field]) -> dict[str, Any]:
        result = {}
        for field in fields:
            if field.kind != _IF_SET or message.HasField(field.attribute):
                result[field.name] = self._value(message, field)
        return result

    def _set_fields(self, message: Any) -> dict[str, Any]:
        """Write what is set, extensions too, and if so wanted what is not."""
        result = {}
        for descriptor, value in message.ListFields():
            field = self._field_of(descriptor)
            result[field.name] = _written(value, field)
        if self._emit_unpopulated:
            for field in map(self._field_of, message.DESCRIPTOR.fields):
                if field.name not in result and field.kind != _IF_SET:
                    result[field.name] = self._value(message, field)
        return result

    def _value(self, message: Any, field: _Field) -> Any:
        if field.kind == _OR_NULL and not message.HasField(field.attribute):
            return None
        return _written(getattr(message, field.attribute), field)

    def _field_of(self, field: FieldDescriptor) -> _Field:
        name = (
            f"[{field.full_name}]" if field.is_extension else field.name if self._use_proto_names else field.json_name
        )
        if field.message_type is not None and field.message_type.GetOptions().map_entry:
            key, value = field.message_type.fields
            as_key: Convert = json_leaves.boolean_key if key.type == FieldDescriptor.TYPE_BOOL else str
            return _Field(_MAP, field.name, name, self._convert_of(value), as_key)
        kind = _ALWAYS
        if field.is_repeated:
            kind = _LIST
        elif field.has_presence:
            kind = _OR_NULL if field.containing_oneof is None else _IF_SET
        return _Field(kind, field.name, name, self._convert_of(field))

    def _convert_of(self, field: FieldDescriptor) -> Convert | None:
        if field.message_type is not None:
            return json_leaves.WELL_KNOWN.get(field.message_type.full_name) or self.encode
        if field.enum_type is not None:
            names = json_leaves.EnumNames(field.enum_type)
            return None if self._use_enum_numbers and None not in names.values() else names.__getitem__
        return _SCALARS.get(field.type)

    def _any(self, message: Any) -> dict[str, Any]:
        if not message.type_url:
            if message.value:
                raise Unencodable("a google.protobuf.Any has a value and no type_url")
            return {}
        content = unpacked(message)
        written = self.encode(content)
        full_name = content.DESCRIPTOR.full_name
        if full_name in json_leaves.WELL_KNOWN or full_name == "google.protobuf.Any":
            return {"@type": message.type_url, "value": written}
        return {"@type": message.type_url, **written}


def unpacked(message: Any) -> Message:
    """Return what a google.protobuf.Any holds, its type being one of the Any's own pool. Raises Unencodable."""
    try:
        descriptor = message.DESCRIPTOR.file.pool.FindMessageTypeByName(message.type_url.rpartition("/")[2])
        return message_factory.GetMessageClass(descriptor).FromString(message.value)
    except KeyError:
        raise Unencodable(f"a google.protobuf.Any is of a type not known here: {message.type_url}") from None
    except DecodeError:
        raise Unencodable(f"a google.protobuf.Any holds no {message.type_url}") from None


DEFAULT = Reflection()
"""As grpc-gateway does unless told otherwise."""


def _written(value: Any, field: _Field) -> Any:
    convert = field.convert
    if field.kind == _LIST:
        return list(value) if convert is None else [convert(item) for item in value]
    if field.kind == _MAP:
        key = field.key
        assert key is not None
        return {key(each): item if convert is None else convert(item) for each, item in value.items()}
    return value if convert is None else convert(value)
