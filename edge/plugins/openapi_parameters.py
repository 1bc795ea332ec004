"""Parameters: what of a request stands in the path and in the query string.

Owns the flattening: fields that neither path nor body holds become query parameters, `a.b` for a field of a field, as
the gateway reads them.
"""

from __future__ import annotations

from collections.abc import Iterator

from google.protobuf.descriptor import Descriptor, FieldDescriptor

from edge.plugins.http_rules import HttpBinding
from edge.plugins.openapi_paths import PathParameter
from edge.plugins.openapi_rules import Rules
from edge.plugins.openapi_schemas import Schemas
from edge.plugins.openapi_types import IN_QUERY, Schema
from edge.plugins.schema import Schema as Contracts

_AS_TEXT: Schema = {"type": "string", "contentMediaType": "application/json"}
_WRITTEN_AS_JSON = ("google.protobuf.Struct", "google.protobuf.Value")
_MASK = "google.protobuf.FieldMask"


class Parameters:
    """Writes the parameters of operations."""

    def __init__(self, contracts: Contracts, schemas: Schemas, rules: Rules, *, fills_masks: bool) -> None:
        self._contracts, self._schemas, self._rules, self._fills_masks = contracts, schemas, rules, fills_masks

    def derived_mask(self, binding: HttpBinding) -> FieldDescriptor | None:
        """Return the field mask that the gateway fills, when it is empty, from the fields that the body has."""
        fields = binding.method.input_type.fields
        masks = [each for each in fields if each.message_type and each.message_type.full_name == _MASK]
        derived = self._fills_masks and binding.verb == "PATCH" and binding.body not in ("", "*") and len(masks) == 1
        return masks[0] if derived else None

    def in_path(self, request: Descriptor, parameter: PathParameter) -> Schema:
        """Return a parameter of the path."""
        found: Schema = {"name": parameter.name, "in": "path", "required": True}
        field = resolve(request, parameter.field_path)
        told = self._contracts.comments(field).text if field else ""
        if field is None or parameter.pattern:
            part = f"Part of `{'.'.join(parameter.field_path)}`: `{parameter.pattern}`." if field else ""
            text = "\n\n".join(filter(None, (part, told)))
            schema: Schema = {"type": "string", "minLength": 1}
            schema = schema if parameter.deep else {**schema, "pattern": self._rules.part_pattern(field)}
        else:
            text, schema = told, self._plain(field)
        # A list is written with commas.
        style = {"style": "simple", "explode": False} if schema.get("type") == "array" else {}
        return {**found, **({"description": text} if text else {}), **style, "schema": schema}

    def in_query(self, binding: HttpBinding) -> list[Schema]:
        """Return the parameters of the query string: none when the body is the whole request."""
        if binding.body == "*":
            return []
        request = binding.method.input_type
        taken = {*binding.path_fields, *filter(None, [binding.body])}
        found = list(self._flattened(request, (), taken, (request,)))
        if mask := self.derived_mask(binding):
            name = self._schemas.name_of(mask)
            found = [{**each, "description": _masked(each)} if each["name"] == name else each for each in found]
        return found

    def _flattened(
        self, message: Descriptor, above: tuple[FieldDescriptor, ...], taken: set[str], seen: tuple[Descriptor, ...]
    ) -> Iterator[Schema]:
        for field in message.fields:
            path = (*above, field)
            inner = field.message_type
            if ".".join(each.name for each in path) in taken:
                continue
            if inner is None or inner.full_name in IN_QUERY:
                yield self._query(path)
            elif inner.GetOptions().map_entry:
                if inner.fields_by_name["value"].message_type is None:
                    yield {**self._query(path), "style": "deepObject", "explode": True}
            elif not field.is_repeated and inner not in seen and inner.file.package != "google.protobuf":
                yield from self._flattened(inner, path, taken, (*seen, inner))

    def _query(self, path: tuple[FieldDescriptor, ...]) -> Schema:
        field = path[-1]
        found: Schema = {"name": ".".join(map(self._schemas.name_of, path)), "in": "query"}
        if text := self._contracts.comments(field).text:
            found["description"] = text
        if all(map(self._rules.is_required, path)):
            found["required"] = True
        if field.GetOptions().deprecated:
            found["deprecated"] = True
        return {**found, "schema": self._plain(field)}

    def _plain(self, field: FieldDescriptor) -> Schema:
        """The schema of a value that stands in a URL, where there is no null."""
        if field.message_type and field.message_type.full_name in _WRITTEN_AS_JSON:
            return dict(_AS_TEXT)
        return self._schemas.of_field(field, nullable=False)


def resolve(message: Descriptor, path: tuple[str, ...]) -> FieldDescriptor | None:
    """Return the field at a path of proto names; None for the empty path."""
    field = None
    inner: Descriptor | None = message
    for name in path:
        assert inner is not None, "a path goes through messages"
        field = inner.fields_by_name[name]
        inner = field.message_type
    return field


def _masked(parameter: Schema) -> str:
    return (
        f"{parameter.get('description', '')}\n\nWhere it is not given, it names the fields that the body has.".lstrip()
    )
