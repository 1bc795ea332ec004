"""Examples of request bodies: all fields that may be sent, each as what unset means, and something in those required.

Owns what that something is. An example fits its schema; of a oneof it has nothing, and no message within itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from typing import Any

from google.protobuf.descriptor import Descriptor, FieldDescriptor

from edge.plugins.openapi_paths import singular
from edge.plugins.openapi_rules import Rules
from edge.plugins.openapi_types import scalar, well_known

_UUID = "9b2f6c1e-4c1d-4f57-8a55-0d6c1f6f3b10"
_TEXT = "text"
_ADDRESS = "somebody@example.com"
"""What else a pattern may want."""


class Examples:
    """Makes examples; `name_of` says what fields are called."""

    def __init__(self, rules: Rules, name_of: Callable[[FieldDescriptor], str]) -> None:
        self._rules, self._name_of = rules, name_of

    def of_message(
        self, message: Descriptor, without: Collection[str] = (), within: tuple[Descriptor, ...] = ()
    ) -> dict[str, Any]:
        """Return an example of a message, without the fields at these paths of proto names."""
        found: dict[str, Any] = {}
        around = (*within, message)
        for field in message.fields:
            if field.name in without or self._rules.access(field).get("readOnly"):
                continue
            inner = [path.removeprefix(f"{field.name}.") for path in without if path.startswith(f"{field.name}.")]
            required = self._rules.is_required(field)
            if required or not (field.containing_oneof or field.message_type in around or _is_special(field)):
                found[self._name_of(field)] = self._whole(field, inner, around, required=required)
        return found

    def of_change(self, message: Descriptor, without: Collection[str]) -> dict[str, Any]:
        """Return an example of what a PATCH changes: one text, since all that it has is changed."""
        for field in message.fields:
            is_text = field.type == FieldDescriptor.TYPE_STRING and not field.is_repeated
            is_free = not self._rules.access(field) and not self._rules.resource_names(field)
            if is_text and is_free and field.name not in without:
                return {self._name_of(field): self._text(field)}
        return {}

    def _whole(
        self, field: FieldDescriptor, without: Collection[str], within: tuple[Descriptor, ...], *, required: bool
    ) -> Any:
        if field.message_type and field.message_type.GetOptions().map_entry:
            return {}
        if field.is_repeated:
            return [self._one(field, (), within, required=True)] if required else []
        return self._one(field, without, within, required=required)

    def _one(
        self, field: FieldDescriptor, without: Collection[str], within: tuple[Descriptor, ...], *, required: bool
    ) -> Any:
        if field.message_type:
            if _is_special(field):
                return _of_special(field.message_type.full_name)
            return {} if field.message_type in within else self.of_message(field.message_type, without, within)
        if field.enum_type:
            values = [each.name for each in field.enum_type.values if each.number or not required]
            return (values or [field.enum_type.values[0].name])[0]
        if field.type == FieldDescriptor.TYPE_STRING:
            return self._text(field) if required else ""
        if field.type == FieldDescriptor.TYPE_BOOL:
            return False
        kind = (scalar(field) or {})["type"]
        if field.type == FieldDescriptor.TYPE_BYTES:
            return ""
        low = max(0, self._rules.keywords(field).whole.get("minimum", 0))
        return str(low) if kind == "string" else low

    def _text(self, field: FieldDescriptor) -> str:
        """A text that keeps the rules that have a simple answer."""
        if forms := self._rules.resource_names(field):
            steps = forms[0].split("/")
            return "/".join(singular(steps[at - 1]) if step == "*" else step for at, step in enumerate(steps))
        keywords = self._rules.keywords(field)
        bounds = keywords.each if field.is_repeated else keywords.whole
        if self._rules.is_uuid(field):
            return _UUID
        text = _TEXT.ljust(bounds.get("minLength", 0), "t")[: bounds.get("maxLength", 1000)]
        return text if re.search(bounds.get("pattern", ""), text) else _ADDRESS


def _is_special(field: FieldDescriptor) -> bool:
    """Whether the field is a message with a JSON form of its own."""
    return bool(field.message_type and well_known(field.message_type.full_name) is not None)


def _of_special(full_name: str) -> Any:
    match (well_known(full_name) or {}).get("type"), full_name:
        case _, "google.protobuf.Timestamp":
            return "2026-01-01T00:00:00Z"
        case _, "google.protobuf.Duration":
            return "1s"
        case "object", _:
            return {}
        case "array", _:
            return []
        case "boolean", _:
            return False
        case "integer" | "number", _:
            return 0
        case "string", "google.protobuf.Int64Value" | "google.protobuf.UInt64Value":
            return "0"
        case "string", _:
            return ""
        case _:
            return None
