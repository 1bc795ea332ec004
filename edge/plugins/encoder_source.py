"""Encoder source: writes, for each message, the function that makes its JSON without reflection.

What a function returns equals `edge.gateway.marshal.to_json_value` of the message. Owns how each kind of field is
written; never decides which messages need one (`reachable` says it).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from google.protobuf.descriptor import Descriptor, EnumDescriptor, FieldDescriptor, FileDescriptor

from edge.plugins.python_names import GATEWAY, WIDTH, Imports, attribute, distinct, encoder_names, messages_of, snake
from edge.plugins.schema import module_name

_STRINGED = {
    FieldDescriptor.TYPE_INT64,
    FieldDescriptor.TYPE_UINT64,
    FieldDescriptor.TYPE_SINT64,
    FieldDescriptor.TYPE_FIXED64,
    FieldDescriptor.TYPE_SFIXED64,
}
_HELPED = {
    FieldDescriptor.TYPE_BYTES: "octets",
    FieldDescriptor.TYPE_DOUBLE: "double",
    FieldDescriptor.TYPE_FLOAT: "single",
}
_WELL_KNOWN = {
    "google.protobuf.Timestamp": "timestamp",
    "google.protobuf.Duration": "duration",
    "google.protobuf.FieldMask": "field_mask",
    "google.protobuf.Struct": "struct",
    "google.protobuf.Value": "value",
    "google.protobuf.ListValue": "list_value",
    "google.protobuf.Any": "message",
}
"""By full name, the function of `edge.gateway.encoders`."""
_WRAPPERS = frozenset(
    f"google.protobuf.{kind}Value"
    for kind in ("Double", "Float", "Int64", "UInt64", "Int32", "UInt32", "Bool", "String", "Bytes")
)


def has_encoder(message: Descriptor, files: Iterable[FileDescriptor]) -> bool:
    """Say whether a message is one that `files` generate a function for: well-known and extendable ones are not."""
    special = message.full_name in _WELL_KNOWN or message.full_name in _WRAPPERS
    return not special and not message.is_extendable and any(message.file.name == file.name for file in files)


def reachable(roots: Iterable[Descriptor], files: Iterable[FileDescriptor]) -> set[str]:
    """Return the full names of the messages that the roots can hold, themselves included, and that have an encoder."""
    found: set[str] = set()
    waiting = list(roots)
    while waiting:
        message = waiting.pop()
        if message.full_name in found or not has_encoder(message, files):
            continue
        found.add(message.full_name)
        waiting += [each.message_type for each in _values(message) if each.message_type is not None]
    return found


def _values(message: Descriptor) -> Iterator[FieldDescriptor]:
    """A message's fields; of a map, its values."""
    for each in message.fields:
        entry = _map_entry(each)
        yield entry.fields_by_name["value"] if entry else each


def _map_entry(each: FieldDescriptor) -> Descriptor | None:
    return each.message_type if each.message_type is not None and each.message_type.GetOptions().map_entry else None


def _text(name: str) -> str:
    return json.dumps(name, ensure_ascii=False)


class EncoderSource:
    """The encoders of one file."""

    def __init__(self, file: FileDescriptor, files: tuple[FileDescriptor, ...], imports: Imports) -> None:
        """`files` are those that are generated together; what others declare is encoded by reflection."""
        self._file = file
        self._files = files
        self._imports = imports
        self._names = {name: made for each in files for name, made in encoder_names(each).items()}
        self._enums: dict[str, tuple[str, EnumDescriptor]] = {}

    def functions(self, wanted: set[str]) -> list[str]:
        """Return the encoders of the file's messages among `wanted`, in the order of the contract."""
        return [self._function(message) for message in messages_of(self._file) if message.full_name in wanted]

    def enum_tables(self) -> list[str]:
        """Return the lines that name the values of the enums in what was written so far."""
        return [
            f"{name} = encoders.EnumNames({self._imports.enum(enum)}.DESCRIPTOR)" for name, enum in self._enums.values()
        ]

    def encoder(self, message: Descriptor) -> str:
        """Return the name of a message's encoder, empty where it has none."""
        if not has_encoder(message, self._files):
            return ""
        name = self._names[message.full_name]
        if message.file.name == self._file.name:
            return name
        return f"{self._imports.module(module_name(message.file.name, GATEWAY))}.{name}"

    def field(self, each: FieldDescriptor) -> str:
        """Return the encoder of a field's value, as an expression."""
        return f"lambda m: {self._whole(each, 'm')}"

    def _function(self, message: Descriptor) -> str:
        always = [each for each in message.fields if each.containing_oneof is None]
        lines = [
            self._signature(message),
            *self._literal(always, returned=not message.oneofs),
        ]
        for oneof in message.oneofs:
            for each in oneof.fields:
                lines.append(f'    {"if" if each is oneof.fields[0] else "elif"} m.HasField("{each.name}"):')
                lines.append(f"        out[{_text(each.json_name)}] = {self._whole(each, attribute('m', each.name))}")
        return "\n".join([*lines, *(["    return out"] if message.oneofs else [])])

    def _signature(self, message: Descriptor) -> str:
        name, argument = self._names[message.full_name], f"m: {self._annotation(message)}"
        line = f"def {name}({argument}) -> dict[str, Any]:"
        return line if len(line) <= WIDTH else f"def {name}(\n    {argument},\n) -> dict[str, Any]:"

    def _annotation(self, message: Descriptor) -> str:
        written = self._imports.message(message)
        return "Any" if "getattr" in written else written

    def _literal(self, fields: list[FieldDescriptor], *, returned: bool) -> list[str]:
        head = "    return" if returned else "    out: dict[str, Any] ="
        if not fields:
            return [f"{head} {{}}"]
        return [f"{head} {{", *(f"        {_text(each.json_name)}: {self._always(each)}," for each in fields), "    }"]

    def _always(self, each: FieldDescriptor) -> str:
        written = self._whole(each, attribute("m", each.name))
        return f'{written} if m.HasField("{each.name}") else None' if each.has_presence else written

    def _whole(self, each: FieldDescriptor, of: str) -> str:
        """The JSON of a field's whole value: a map, a list, or one value."""
        if entry := _map_entry(each):
            return self._map(entry, of)
        if each.is_repeated:
            one = self._one(each, "each")
            return f"list({of})" if one == "each" else f"[{one} for each in {of}]"
        return self._one(each, of)

    def _map(self, entry: Descriptor, of: str) -> str:
        key, value = self._key(entry.fields_by_name["key"]), self._one(entry.fields_by_name["value"], "value")
        return (
            f"dict({of})" if (key, value) == ("key", "value") else f"{{{key}: {value} for key, value in {of}.items()}}"
        )

    def _key(self, each: FieldDescriptor) -> str:
        if each.type == FieldDescriptor.TYPE_STRING:
            return "key"
        return "encoders.boolean_key(key)" if each.type == FieldDescriptor.TYPE_BOOL else "str(key)"

    def _one(self, each: FieldDescriptor, of: str) -> str:
        if each.message_type is not None:
            return self._message(each.message_type, of)
        if each.enum_type is not None:
            return self._enum(each.enum_type, of)
        if each.type in _STRINGED:
            return f"str({of})"
        return f"encoders.{_HELPED[each.type]}({of})" if each.type in _HELPED else of

    def _message(self, message: Descriptor, of: str) -> str:
        if message.full_name in _WRAPPERS:
            return self._one(message.fields_by_name["value"], f"{of}.value")
        if message.full_name in _WELL_KNOWN:
            return f"encoders.{_WELL_KNOWN[message.full_name]}({of})"
        return f"{self.encoder(message) or 'encoders.message'}({of})"

    def _enum(self, enum: EnumDescriptor, of: str) -> str:
        if enum.full_name == "google.protobuf.NullValue":
            return "None"
        if enum.full_name not in self._enums:
            taken = frozenset(name for name, _ in self._enums.values())
            name = next(distinct([f"_{snake(enum.name).upper()}"], taken))
            self._enums[enum.full_name] = (name, enum)
        name = self._enums[enum.full_name][0]
        return f"{name}[{of}]"
