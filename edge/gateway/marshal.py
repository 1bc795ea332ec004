"""Marshalers: what turns messages into the bytes of a content type and back, and which one a request is for.

Owns the choice and the formats that are built in: JSON, JSON for people, binary protobuf. An application adds
its own by GatewayOptions. google.api.HttpBody is no content type: `http_body` has it.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import orjson
from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import DecodeError, Message

from edge.gateway import json_text
from edge.gateway.binding import Encoder
from edge.gateway.decoding import Decoding
from edge.gateway.errors import MalformedBody, Unencodable
from edge.gateway.reflection import Reflection


@dataclass(frozen=True, slots=True)
class MarshalOptions:
    """How JSON is written and read; the defaults are those of grpc-gateway, and are the fast ones."""

    emit_unpopulated: bool = True
    """Print fields that are not set: as zero, `[]`, `{}`, and null for sub-messages outside of oneofs."""
    use_proto_names: bool = False
    """Print names as declared, not in lowerCamelCase. Both are read in any case."""
    use_enum_numbers: bool = False
    """Print enums as numbers. Both are read in any case."""
    discard_unknown: bool = True
    """Read past fields and names of enums that are not known; False refuses them."""
    indent: int | None = None
    """Spaces a level, on lines of their own; None = all on one line."""


DEFAULT_OPTIONS = MarshalOptions()


class Marshaler(Protocol):
    """One content type both ways. `streams` says whether messages of it, one after another, can be told apart."""

    content_type: str
    streams: bool

    def dump(self, message: Message, field: FieldDescriptor | None = None, encode: Encoder | None = None) -> bytes:
        """Return `message`, or one field of it; `encode` is generated for just that. Raises Unencodable."""

    def load(self, data: bytes, message: Message, field: FieldDescriptor | None = None) -> Any:
        """Fill `message`, or one field of it; no data changes nothing. Raises MalformedBody.

        Returns the JSON that was read, for the field mask of a PATCH; None where that is not there.
        """


class JsonMarshaler:
    """application/json: the proto3 JSON mapping."""

    streams = True

    def __init__(self, options: MarshalOptions = DEFAULT_OPTIONS, content_type: str = "application/json") -> None:
        self.content_type = content_type
        self._reflection = _reflection(options)
        self._decoding = _decoding(options.discard_unknown)
        self._indent = options.indent
        self._takes_generated = options.emit_unpopulated and not (options.use_proto_names or options.use_enum_numbers)

    def dump(self, message: Message, field: FieldDescriptor | None = None, encode: Encoder | None = None) -> bytes:
        """As Marshaler says."""
        try:
            if encode is not None and self._takes_generated:
                value = encode(message if field is None else getattr(message, field.name))
            elif field is None:
                value = self._reflection.encode(message)
            else:
                value = self._reflection.encode_field(message, field)
            return orjson.dumps(value) if self._indent is None else self._pretty(value)
        except RecursionError:
            raise Unencodable("the response is nested too deeply") from None
        except (ValueError, TypeError) as error:
            raise Unencodable(f"the response has no JSON: {str(error)[:200]}") from error

    def load(self, data: bytes, message: Message, field: FieldDescriptor | None = None) -> Any:
        """As Marshaler says; a second value after the first is ignored."""
        value = json_text.parse(data)
        if value is json_text.EMPTY:
            return None
        try:
            if field is None:
                self._decoding.decode(value, message)
            else:
                self._decoding.decode_field(value, message, field)
        except MalformedBody as wrong:
            raise wrong if wrong.field else MalformedBody(f"the body {wrong.wrong}") from None
        return value

    def _pretty(self, value: Any) -> bytes:
        return json.dumps(value, ensure_ascii=False, indent=self._indent).encode()


class ProtoMarshaler:
    """Binary protobuf; one field only where that is one message."""

    streams = False

    def __init__(self, content_type: str) -> None:
        self.content_type = content_type

    def dump(self, message: Message, field: FieldDescriptor | None = None, encode: Encoder | None = None) -> bytes:
        """As Marshaler says."""
        return _message_of(message, field, Unencodable("the response is no message")).SerializeToString()

    def load(self, data: bytes, message: Message, field: FieldDescriptor | None = None) -> Any:
        """As Marshaler says."""
        part: Any = _message_of(message, field, MalformedBody("the body is no message, so it must be JSON"))
        try:
            part.MergeFromString(data)
        except DecodeError:
            raise MalformedBody(f"the body is no {part.DESCRIPTOR.full_name}") from None
        if data:
            part.SetInParent()


class Marshalers:
    """The table of an application: by media type in lower case, with a default for all else."""

    def __init__(self, options: MarshalOptions = DEFAULT_OPTIONS, more: Mapping[str, Marshaler] | None = None) -> None:
        pretty = MarshalOptions(
            options.emit_unpopulated, options.use_proto_names, options.use_enum_numbers, options.discard_unknown, 2
        )
        self.default: Marshaler = JsonMarshaler(options)
        self._table: dict[str, Marshaler] = {
            "application/json": self.default,
            "application/json+pretty": JsonMarshaler(pretty),
            "application/x-protobuf": ProtoMarshaler("application/x-protobuf"),
            "application/octet-stream": ProtoMarshaler("application/octet-stream"),
            **(more or {}),
        }
        self.default = self._table.get("*", self._table["application/json"])

    def for_body(self, content_type: str) -> Marshaler:
        """Return what reads a body of this Content-Type; parameters such as `charset` do not matter."""
        return self._table.get(media_type(content_type), self.default)

    def for_answer(self, accept: str, inbound: Marshaler) -> Marshaler:
        """Return what writes for this Accept: the first type listed that the table has, else as the body came."""
        marshaler = self._table.get(accept)
        if marshaler is not None:
            return marshaler
        for part in accept.split(","):
            marshaler = self._table.get(media_type(part))
            if marshaler is not None:
                return marshaler
        return inbound


def media_type(content_type: str) -> str:
    """Return a header's media type without its parameters, in lower case."""
    return content_type.partition(";")[0].strip().lower()


def to_json_value(message: Message, options: MarshalOptions = DEFAULT_OPTIONS) -> Any:
    """Return `message` as what `json.dumps` takes. Raises Unencodable."""
    return _reflection(options).encode(message)


@functools.cache
def _reflection(options: MarshalOptions) -> Reflection:
    return Reflection(
        emit_unpopulated=options.emit_unpopulated,
        use_proto_names=options.use_proto_names,
        use_enum_numbers=options.use_enum_numbers,
    )


@functools.cache
def _decoding(discard_unknown: bool) -> Decoding:
    return Decoding(discard_unknown=discard_unknown)


def _message_of(message: Message, field: FieldDescriptor | None, otherwise: Exception) -> Message:
    if field is None:
        return message
    if field.message_type is None or field.is_repeated:
        raise otherwise
    part: Message = getattr(message, field.name)
    return part
