"""Operations: one binding of one rpc as an OpenAPI operation.

Owns what it is called, what it says, and what goes in and comes out. Parameters and errors are written by theirs.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from google.protobuf.descriptor import FieldDescriptor, MethodDescriptor

from edge.plugins.http_rules import HttpBinding
from edge.plugins.openapi_bodies import Bodies, is_raw
from edge.plugins.openapi_errors import Errors
from edge.plugins.openapi_parameters import Parameters
from edge.plugins.openapi_paths import ReadablePath
from edge.plugins.openapi_schemas import Schemas
from edge.plugins.openapi_types import HTTP_BODY, Schema
from edge.plugins.schema import PluginError
from edge.plugins.schema import Schema as Contracts

_FIRST_SENTENCE = re.compile(r"(.+?)(?:\.(?=\s)|\n\n|\.?$)", re.DOTALL)
_LINES = (
    "One JSON object a line, each with a `result`; where it fails, the last one has an `error`. With "
    "`Accept: text/event-stream`, events whose data is a result, and at last perhaps an `error` event."
)


class Operations:
    """Writes operations. `extensions` are method options by their full name, and the `x-…` key that each gets."""

    def __init__(
        self,
        contracts: Contracts,
        schemas: Schemas,
        parameters: Parameters,
        bodies: Bodies,
        errors: Errors,
        extensions: Mapping[str, str],
    ) -> None:
        """Raises PluginError when an extension is no option of the request's files."""
        self._contracts, self._schemas, self._parameters = contracts, schemas, parameters
        self._bodies, self._errors = bodies, errors
        self._extensions = {key: _extension(contracts, option) for key, option in extensions.items()}
        self._ids: set[str] = set()

    def of(self, binding: HttpBinding, path: ReadablePath, index: int, tag: str) -> Schema:
        """Return the operation of a method's binding number `index`."""
        method = binding.method
        parameters = [self._parameters.in_path(method.input_type, each) for each in path.parameters]
        parameters += self._parameters.in_query(binding)
        return {
            "operationId": self._id(method, index),
            "tags": [tag],
            **_spoken(self._contracts.comments(method).text),
            **({"deprecated": True} if method.GetOptions().deprecated else {}),
            **({"parameters": parameters} if parameters else {}),
            **({"requestBody": self._bodies.of(binding)} if binding.body else {}),
            "responses": {"200": self._success(binding), **self._errors.of(method)},
            "x-grpc-method": f"{method.containing_service.full_name}/{method.name}",
            # What names without parts come from: which field is the body, which variable holds which segments.
            "x-http-rule": {"path": binding.template, **({"body": binding.body} if binding.body else {})},
            **self._extended(method),
        }

    def _id(self, method: MethodDescriptor, index: int) -> str:
        suffix = f"_{index}" if index else ""
        found = f"{method.containing_service.name}_{method.name}{suffix}"
        if found in self._ids:
            found = method.full_name.replace(".", "_") + suffix
        self._ids.add(found)
        return found

    def _success(self, binding: HttpBinding) -> Schema:
        method, name = binding.method, binding.response_body
        field = method.output_type.fields_by_name[name] if name else None
        if is_raw(field) if field else method.output_type.full_name == HTTP_BODY:
            return {"description": "Bytes, of the type that the response says.", "content": {"*/*": {}}}
        is_ours = not method.output_type.file.package.startswith("google.")
        about = (self._contracts.comments(field or method.output_type).text if is_ours else "") or "OK."
        schema = self._schemas.of_field(field) if field else self._schemas.of_message(method.output_type)
        if not method.server_streaming:
            return {"description": about, "content": {"application/json": {"schema": schema}}}
        line = {
            "type": "object",
            "title": f"Stream result of {method.output_type.name}",
            "properties": {"result": schema, "error": self._errors.status()},
        }
        event = {"type": "string", "contentMediaType": "application/json", "contentSchema": schema}
        content = {"application/json": {"schema": line}, "text/event-stream": {"schema": event}}
        return {"description": f"{about}\n\n{_LINES}", "content": content}

    def _extended(self, method: MethodDescriptor) -> Schema:
        found = {key: self._contracts.option(method, each.full_name) for key, each in self._extensions.items()}
        streams = {"x-client-streaming": method.client_streaming, "x-server-streaming": method.server_streaming}
        told = {key: _told(self._extensions[key], value) for key, value in found.items() if value is not None}
        return {**{key: True for key, value in streams.items() if value}, **told}


def _extension(contracts: Contracts, name: str) -> FieldDescriptor:
    try:
        found = contracts.pool.FindExtensionByName(name)
    except KeyError:
        raise PluginError(f"extensions: no option {name} is in the request") from None
    if found.message_type or found.is_repeated or found.type == found.TYPE_BYTES:
        raise PluginError(f"extensions: {name} is no number, text, bool or enum")
    return found


def _told(option: FieldDescriptor, value: Any) -> Any:
    if option.enum_type is None:
        return value
    named = option.enum_type.values_by_number.get(value)
    return named.name if named else value


def _spoken(comment: str) -> Schema:
    """The first sentence is the summary, which is plain text, and the rest the description, which is Markdown."""
    found = _FIRST_SENTENCE.match(comment.strip())
    if not found:
        return {}
    summary = " ".join(found.group(1).replace("`", "").split())
    rest = comment.strip()[found.end() :].strip()
    return {"summary": summary, "description": rest} if rest else {"summary": summary}
