"""Errors as responses: google.rpc.Status under each HTTP status that an operation can answer with.

Owns which statuses those are: what the gateway and any server may say of any request, and what an operation's comments
name from a catalogue of reasons. A catalogue is an enum whose comments begin with a gRPC code: `NOT_FOUND. No such …`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from http import HTTPStatus

import grpc
from google.protobuf.descriptor import Descriptor, EnumDescriptor, MethodDescriptor

from edge.gateway.errors import HTTP_STATUS
from edge.plugins.openapi_schemas import Schemas
from edge.plugins.openapi_types import ANY, Schema
from edge.plugins.schema import PluginError
from edge.plugins.schema import Schema as Contracts

Code = grpc.StatusCode
STATUS = "google.rpc.Status"
_ALWAYS = (
    Code.INVALID_ARGUMENT,
    Code.NOT_FOUND,
    Code.RESOURCE_EXHAUSTED,
    Code.INTERNAL,
    Code.UNAVAILABLE,
    Code.DEADLINE_EXCEEDED,
)
_SECURED = (Code.UNAUTHENTICATED, Code.PERMISSION_DENIED)
_RETRIED = (429, 503)
_PHRASES = {499: "Client closed the request"}
_WORD = re.compile(r"[A-Z][A-Z0-9_]{3,}")


@dataclass(frozen=True, slots=True)
class Reason:
    """One entry of a catalogue."""

    name: str
    code: Code
    text: str

    @property
    def http_status(self) -> int:
        """The HTTP status it is answered with."""
        return HTTP_STATUS[self.code]


class Errors:
    """Writes the error responses of operations; `catalogue` is an enum's full name, empty = there is none."""

    def __init__(self, contracts: Contracts, schemas: Schemas, catalogue: str, *, secured: bool) -> None:
        """Raises PluginError when there is no such enum, or a value of it tells no code."""
        self._contracts, self._schemas, self._secured = contracts, schemas, secured
        enum = _find(contracts, catalogue) if catalogue else None
        self._reasons = {reason.name: reason for reason in (_reasons(contracts, enum) if enum else ())}
        self._status = schemas.add(STATUS, _status_schema(catalogue))
        if enum:
            schemas.of_enum(enum)
        self._shared: dict[str, Schema] = {}

    def shared(self) -> dict[str, Schema]:
        """Return the responses that operations refer to, sorted by name."""
        return dict(sorted(self._shared.items()))

    def status(self) -> Schema:
        """Return a reference to the schema of an error."""
        return dict(self._status)

    def of(self, method: MethodDescriptor) -> dict[str, Schema]:
        """Return the error responses of an operation, `default` last."""
        named = self._named_by(method)
        codes = {*_ALWAYS, *(_SECURED if self._secured else ())}
        statuses = sorted({HTTP_STATUS[code] for code in codes} | {reason.http_status for reason in named})
        streamed = method.server_streaming
        found = {str(each): self._response(each, named, streamed=streamed) for each in statuses}
        return {**found, "default": self._reference("default", "Any other error.", streamed=streamed)}

    def _response(self, status: int, named: list[Reason], *, streamed: bool) -> Schema:
        if specific := [reason for reason in named if reason.http_status == status]:
            return self._written(status, f"{_phrase(status)}.\n\n{_listed(specific)}", streamed=streamed)
        all_of_it = [reason for reason in self._reasons.values() if reason.http_status == status]
        text = "\n\n".join(filter(None, (f"{_phrase(status)}.", _listed(all_of_it))))
        return self._reference(str(status), text, streamed=streamed)

    def _reference(self, name: str, text: str, *, streamed: bool) -> Schema:
        key = f"{name}.stream" if streamed else name
        if key not in self._shared:
            self._shared[key] = self._written(int(name) if name.isdigit() else 0, text, streamed=streamed)
        return {"$ref": f"#/components/responses/{key}"}

    def _written(self, status: int, text: str, *, streamed: bool) -> Schema:
        # What is wrong with a request is told before there is a stream, what is wrong with a call as the stream's line.
        line = {"type": "object", "properties": {"error": self.status()}, "required": ["error"]}
        schema = {"anyOf": [line, self.status()]} if streamed else self.status()
        response: Schema = {"description": text, "content": {"application/json": {"schema": schema}}}
        if status in _RETRIED:
            about = "Seconds after which trying again may help, where that is known."
            response["headers"] = {"Retry-After": {"description": about, "schema": {"type": "integer"}}}
        return response

    def _named_by(self, method: MethodDescriptor) -> list[Reason]:
        """The reasons that the comments of an rpc and of all that its request holds name, in the catalogue's order."""
        words = {word for text in self._texts(method) for word in _WORD.findall(text)}
        return [reason for reason in self._reasons.values() if reason.name in words]

    def _texts(self, method: MethodDescriptor) -> Iterable[str]:
        yield self._contracts.comments(method).text
        seen: set[str] = set()
        waiting: list[Descriptor] = [method.input_type]
        while waiting:
            message = waiting.pop()
            if message.full_name not in seen:
                seen.add(message.full_name)
                yield self._contracts.comments(message).text
                yield from (self._contracts.comments(field).text for field in message.fields)
                enums = (field.enum_type for field in message.fields if field.enum_type)
                yield from (self._contracts.comments(value).text for enum in enums for value in enum.values)
                waiting += [field.message_type for field in message.fields if field.message_type]


def _find(contracts: Contracts, name: str) -> EnumDescriptor:
    try:
        return contracts.pool.FindEnumTypeByName(name)
    except KeyError:
        raise PluginError(f"error_reasons: no enum {name} is in the request") from None


def _reasons(contracts: Contracts, enum: EnumDescriptor) -> Iterable[Reason]:
    for value in enum.values:
        text = " ".join(contracts.comments(value).text.split())
        code, _, rest = text.partition(". ")
        if code in Code.__members__:
            yield Reason(value.name, Code.__members__[code], rest)
        elif value.number:
            raise PluginError(f"error_reasons: the comment of {value.name} does not begin with a gRPC code")


def _status_schema(catalogue: str) -> Schema:
    told = f" One of them is a google.rpc.ErrorInfo, whose `reason` is a value of {catalogue}." if catalogue else ""
    return {
        "type": "object",
        "description": "How a call failed.",
        "properties": {
            "code": {"type": "integer", "format": "int32", "description": "The gRPC status code, of google.rpc.Code."},
            "message": {"type": "string", "description": "For a developer, in English."},
            "details": {
                "type": "array",
                "items": ANY,
                "description": f"What a program can use, by `@type`.{told}",
            },
        },
    }


def _listed(reasons: list[Reason]) -> str:
    return "\n".join(f"- `{reason.name}`: {reason.text}" for reason in reasons)


def _phrase(status: int) -> str:
    return _PHRASES.get(status) or HTTPStatus(status).phrase.capitalize()
