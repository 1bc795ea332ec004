"""Rule: a binding with its fields looked up: makes the rpc's request out of a request's parts, and bytes of its answer.

Owns the order: body, then the mask of a PATCH, then the path, then the query; later ones win. Pure: no sockets, no rpc.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message

from edge.gateway import field_mask, http_body
from edge.gateway.binding import Binding
from edge.gateway.fields import RepeatedSeparator
from edge.gateway.marshal import Marshaler
from edge.gateway.path_values import set_path_values
from edge.gateway.query import set_query_values
from edge.gateway.template import parse

Captured = Iterable[tuple[tuple[str, ...], str]]
Pairs = Iterable[tuple[str, str]]


class Rule:
    """One binding. Raises KeyError for a body or response_body that names no field; generated bindings have none.

    Where the binding itself has a separator that is not the usual one, or fills no mask, that counts.
    """

    def __init__(
        self, binding: Binding, *, patch_masks: bool = True, separator: RepeatedSeparator = RepeatedSeparator.CSV
    ) -> None:
        self.binding = binding
        self._separator = separator if binding.separator == "," else RepeatedSeparator(binding.separator)
        self.method = binding.method
        request: Any = self.method.request.DESCRIPTOR
        response: Any = self.method.response.DESCRIPTOR
        self.has_body = bool(binding.body)
        self.body_field = _field(request, binding.body)
        self._response_field = _field(response, binding.response_body)
        self._encode = self.method.encode if self._response_field is None else binding.encode
        self._takes_query = binding.body != "*"
        paths = [variable.field_path for variable in parse(binding.template).variables]
        self._bound: Sequence[tuple[str, ...]] = [*paths, *([(self.body_field.name,)] if self.body_field else [])]
        fills_mask = patch_masks and binding.fills_mask
        is_masked = fills_mask and binding.verb == "PATCH" and self.body_field is not None
        self._mask_field = field_mask.the_mask_field(request) if is_masked else None
        self.takes_bytes = self.has_body and http_body.is_http_body(self.method.request, self.body_field)
        self.gives_bytes = http_body.is_http_body(self.method.response, self._response_field)

    def request(
        self, data: bytes, marshaler: Marshaler, content_type: str, captured: Captured, pairs: Pairs
    ) -> Message:
        """Return the request for the rpc. Raises MalformedBody, InvalidParameter."""
        message = self.body(data, marshaler, content_type)
        set_path_values(message, captured, self._separator)
        if self._takes_query:
            set_query_values(message, pairs, self._bound)
        return message

    def body(self, data: bytes, marshaler: Marshaler, content_type: str) -> Message:
        """Return a request with what its body says, and the mask of a PATCH. Raises MalformedBody."""
        message = self.method.request()
        if self.takes_bytes:
            http_body.fill(message, self.body_field, data, content_type)
        elif self.has_body:
            if (
                self.body_field is not None
                and self.body_field.has_presence
                and self.body_field.message_type is not None
            ):
                getattr(message, self.body_field.name).SetInParent()  # also by an empty body, as in Go
            value = marshaler.load(data, message, self.body_field)
            if self._mask_field is not None and value is not None:
                self._fill_mask(value, message)
        return message

    def answer(self, message: Message, marshaler: Marshaler) -> tuple[bytes, str]:
        """Return the body and content type for a response. Raises Unencodable."""
        if self.gives_bytes:
            return http_body.read(message, self._response_field)
        return self.json_of(message, marshaler), marshaler.content_type

    def json_of(self, message: Message, marshaler: Marshaler) -> bytes:
        """Return a response as the marshaler writes it, a google.api.HttpBody too. Raises Unencodable."""
        return marshaler.dump(message, self._response_field, self._encode)

    def _fill_mask(self, value: Any, message: Message) -> None:
        assert self._mask_field is not None
        assert self.body_field is not None
        mask = getattr(message, self._mask_field.name)
        if not mask.paths and self.body_field.message_type is not None:
            mask.paths.extend(field_mask.paths_of(value, self.body_field.message_type))


def _field(descriptor: Any, name: str) -> FieldDescriptor | None:
    if name in ("", "*"):
        return None
    field: FieldDescriptor = descriptor.fields_by_name[name]
    return field
