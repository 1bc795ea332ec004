"""Request bodies: the whole request or one field of it, without what stands in the path; with an example.

Owns what a body of a PATCH may leave out. Schemas and examples are made by theirs.
"""

from __future__ import annotations

from typing import Any

from google.protobuf.descriptor import FieldDescriptor

from edge.plugins.http_rules import HttpBinding
from edge.plugins.openapi_examples import Examples
from edge.plugins.openapi_parameters import Parameters
from edge.plugins.openapi_schemas import Schemas
from edge.plugins.openapi_types import HTTP_BODY, Schema, well_known

_LINES = "One JSON object a line, as many as there are messages to send."


class Bodies:
    """Writes the request bodies of operations."""

    def __init__(self, schemas: Schemas, parameters: Parameters, examples: Examples) -> None:
        self._schemas, self._parameters, self._examples = schemas, parameters, examples

    def of(self, binding: HttpBinding) -> Schema:
        """Return the body of a binding that has one."""
        name, request = binding.body, binding.method.input_type
        field = None if name == "*" else request.fields_by_name[name]
        if is_raw(field) if field else request.full_name == HTTP_BODY:
            content: Schema = {"*/*": {}}
        else:
            content = {"application/json": self._of_field(binding, field) if field else self._whole(binding)}
        described = {"description": _LINES} if binding.method.client_streaming else {}
        return {**described, "required": True, "content": content}

    def _whole(self, binding: HttpBinding) -> Schema:
        request, without = binding.method.input_type, binding.path_fields
        if well_known(request.full_name) is not None:
            return {"schema": self._schemas.of_message(request)}
        schema = self._schemas.inline(request, without) if without else self._schemas.of_message(request)
        return {"schema": schema, "example": self._examples.of_message(request, without)}

    def _of_field(self, binding: HttpBinding, field: FieldDescriptor) -> Schema:
        message = field.message_type
        if field.is_repeated or message is None or well_known(message.full_name) is not None:
            return {"schema": self._schemas.of_field(field, nullable=False)}
        without = [each.removeprefix(f"{field.name}.") for each in binding.path_fields]
        if self._parameters.derived_mask(binding):
            schema = self._schemas.inline(message, without)
            schema.pop("required", None)  # What is not there is not changed.
            example: Any = self._examples.of_change(message, without)
        else:
            schema = (
                self._schemas.inline(message, without) if without else self._schemas.of_field(field, nullable=False)
            )
            example = self._examples.of_message(message, without)
        return {"schema": schema, "example": example}


def is_raw(field: FieldDescriptor) -> bool:
    """Whether a field is bytes with a type of their own, and so a body as it stands."""
    return bool(field.message_type and field.message_type.full_name == HTTP_BODY)
