"""Messages and enums as component schemas: what the proto3 JSON mapping makes of them, with their comments.

Owns the components of one document; a message that is asked for is added, with all that it holds. Component names are
the full proto names. Fields' keywords are `openapi_rules`'s, scalars and well-known types `openapi_types`'s.
"""

from __future__ import annotations

from collections.abc import Collection

from google.protobuf.descriptor import Descriptor, EnumDescriptor, FieldDescriptor

from edge.plugins.openapi_rules import Rules
from edge.plugins.openapi_types import NULL_VALUE, Schema, or_null, scalar, well_known
from edge.plugins.schema import Schema as Contracts

_REF = "#/components/schemas/"


class Schemas:
    """Component schemas, by name, as operations ask for them."""

    def __init__(self, contracts: Contracts, rules: Rules, *, json_names: bool) -> None:
        self._contracts, self._rules, self._json_names = contracts, rules, json_names
        self._components: dict[str, Schema] = {}

    def components(self) -> dict[str, Schema]:
        """Return all that was asked for so far, sorted by name."""
        return dict(sorted(self._components.items()))

    def add(self, name: str, schema: Schema) -> Schema:
        """Have a component that stands in no contract, and return a reference to it."""
        self._components[name] = schema
        return {"$ref": _REF + name}

    def name_of(self, field: FieldDescriptor) -> str:
        """Return what a field is called in JSON and in query strings."""
        return field.json_name if self._json_names else field.name

    def of_message(self, message: Descriptor) -> Schema:
        """Return the schema of a message: a reference, or its own form where it is a well-known type."""
        if (known := well_known(message.full_name)) is not None:
            return known
        if message.full_name not in self._components:
            self._components[message.full_name] = {}  # A message may hold itself.
            self._components[message.full_name] = self.inline(message)
        return {"$ref": _REF + message.full_name}

    def inline(self, message: Descriptor, without: Collection[str] = ()) -> Schema:
        """Return the whole schema of a message, leaving out the fields at these paths of proto names."""
        fields = [field for field in message.fields if field.name not in without]
        schema: Schema = {"type": "object"}
        if fields:
            schema["properties"] = {self.name_of(field): self._property(field, without) for field in fields}
        if required := [self.name_of(field) for field in fields if self._rules.is_required(field)]:
            schema["required"] = required
        match self._exclusions(fields):
            case [only]:
                schema["oneOf"] = only
            case [*several] if several:
                schema["allOf"] = [{"oneOf": each} for each in several]
        return {**schema, **self._described(message)}

    def _property(self, field: FieldDescriptor, without: Collection[str]) -> Schema:
        """The schema of a field's whole value, with its comment."""
        inner = [path.removeprefix(f"{field.name}.") for path in without if path.startswith(f"{field.name}.")]
        message = field.message_type
        schema = self.inline(message, inner) if inner and message else self.of_field(field)
        return {**schema, **self._rules.access(field), **self._described(field)}

    def of_field(self, field: FieldDescriptor, *, nullable: bool = True) -> Schema:
        """Return the schema of a field's whole value, without its comment; null where that is what unset means."""
        keywords = self._rules.keywords(field)
        if field.message_type and field.message_type.GetOptions().map_entry:
            value = field.message_type.fields_by_name["value"]
            return {
                "type": "object",
                "additionalProperties": {**self.of_value(value), **keywords.each},
                **keywords.whole,
            }
        if field.is_repeated:
            return {"type": "array", "items": {**self.of_value(field), **keywords.each}, **keywords.whole}
        schema = {**self.of_value(field), **keywords.whole}
        # What is not set is written as null where that is no zero, but for members of oneofs: those are left out.
        written = field.has_presence and not field.containing_oneof and not self._rules.is_required(field)
        return or_null(schema) if nullable and written else schema

    def of_value(self, field: FieldDescriptor) -> Schema:
        """Return the schema of one value of a field."""
        if field.message_type:
            return self.of_message(field.message_type)
        return self.of_enum(field.enum_type) if field.enum_type else scalar(field) or {}

    def of_enum(self, enum: EnumDescriptor) -> Schema:
        """Return a reference to an enum's schema: the names of its values."""
        if enum.full_name == NULL_VALUE:
            return {"type": "null"}
        if enum.full_name not in self._components:
            schema = {"type": "string", "enum": [value.name for value in enum.values], **self._described(enum)}
            told = [(value.name, self._contracts.comments(value).text) for value in enum.values]
            listed = "\n".join(f"- `{name}`: {' '.join(text.split())}" for name, text in told if text)
            schema["description"] = "\n\n".join(filter(None, (schema.get("description"), listed)))
            self._components[enum.full_name] = {key: value for key, value in schema.items() if value}
        return {"$ref": _REF + enum.full_name}

    def _exclusions(self, fields: list[FieldDescriptor]) -> list[list[Schema]]:
        """Say of each oneof that at most one of its fields is set; one field alone needs no saying."""
        members: dict[str, list[str]] = {}
        for field in fields:
            if field.containing_oneof:
                members.setdefault(field.containing_oneof.name, []).append(self.name_of(field))
        return [_at_most_one(names) for names in members.values() if len(names) > 1]

    def _described(self, of: Descriptor | EnumDescriptor | FieldDescriptor) -> Schema:
        text = self._contracts.comments(of).text
        found: Schema = {"description": text} if text else {}
        return {**found, "deprecated": True} if of.GetOptions().deprecated else found


def _at_most_one(names: list[str]) -> list[Schema]:
    each: list[Schema] = [{"required": [name]} for name in names]
    return [{"not": {"anyOf": each}}, *each]
