"""Scalars and well-known types as JSON Schema: what the proto3 JSON mapping makes of each.

Owns the two tables, which are those of grpc-gateway's protoc-gen-openapiv3. Knows nothing of fields.
"""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from google.protobuf.descriptor import FieldDescriptor

Schema = dict[str, Any]
"""A JSON Schema, as a fresh value that its owner may change."""

_INT32: Schema = {"type": "integer", "format": "int32"}
_UINT32: Schema = {"type": "integer", "format": "int64", "minimum": 0}
_INT64: Schema = {"type": "string", "format": "int64"}
_UINT64: Schema = {"type": "string", "format": "uint64"}

_SCALARS: dict[int, Schema] = {
    FieldDescriptor.TYPE_DOUBLE: {"type": "number", "format": "double"},
    FieldDescriptor.TYPE_FLOAT: {"type": "number", "format": "float"},
    FieldDescriptor.TYPE_INT64: _INT64,
    FieldDescriptor.TYPE_SINT64: _INT64,
    FieldDescriptor.TYPE_SFIXED64: _INT64,
    FieldDescriptor.TYPE_UINT64: _UINT64,
    FieldDescriptor.TYPE_FIXED64: _UINT64,
    FieldDescriptor.TYPE_INT32: _INT32,
    FieldDescriptor.TYPE_SINT32: _INT32,
    FieldDescriptor.TYPE_SFIXED32: _INT32,
    FieldDescriptor.TYPE_UINT32: _UINT32,
    FieldDescriptor.TYPE_FIXED32: _UINT32,
    FieldDescriptor.TYPE_BOOL: {"type": "boolean"},
    FieldDescriptor.TYPE_STRING: {"type": "string"},
    FieldDescriptor.TYPE_BYTES: {"type": "string", "format": "byte"},
}

_WRAPPERS: dict[str, int] = {
    "BoolValue": FieldDescriptor.TYPE_BOOL,
    "BytesValue": FieldDescriptor.TYPE_BYTES,
    "DoubleValue": FieldDescriptor.TYPE_DOUBLE,
    "FloatValue": FieldDescriptor.TYPE_FLOAT,
    "Int32Value": FieldDescriptor.TYPE_INT32,
    "Int64Value": FieldDescriptor.TYPE_INT64,
    "StringValue": FieldDescriptor.TYPE_STRING,
    "UInt32Value": FieldDescriptor.TYPE_UINT32,
    "UInt64Value": FieldDescriptor.TYPE_UINT64,
}

ANY: Schema = {"type": "object", "properties": {"@type": {"type": "string"}}, "additionalProperties": True}

_WELL_KNOWN: dict[str, Schema] = {
    "google.protobuf.Timestamp": {"type": "string", "format": "date-time"},
    "google.protobuf.Duration": {"type": "string", "pattern": r"^-?[0-9]+(\.[0-9]{1,9})?s$"},
    "google.protobuf.FieldMask": {"type": "string"},
    "google.protobuf.Empty": {"type": "object"},
    "google.protobuf.Struct": {"type": "object", "additionalProperties": True},
    "google.protobuf.Value": {},
    "google.protobuf.ListValue": {"type": "array", "items": {}},
    "google.protobuf.Any": ANY,
    **{f"google.protobuf.{name}": _SCALARS[kind] for name, kind in _WRAPPERS.items()},
}

IN_QUERY = frozenset(
    {
        "google.protobuf.Timestamp",
        "google.protobuf.Duration",
        "google.protobuf.FieldMask",
        "google.protobuf.Struct",
        "google.protobuf.Value",
        *(f"google.protobuf.{name}" for name in _WRAPPERS),
    }
)
"""Messages that a query parameter holds whole; others are flattened."""

HTTP_BODY = "google.api.HttpBody"
NULL_VALUE = "google.protobuf.NullValue"


def scalar(field: FieldDescriptor) -> Schema | None:
    """Return the schema of one value of a scalar field; None for messages and enums."""
    found = _SCALARS.get(field.type)
    return None if found is None else deepcopy(found)


def well_known(full_name: str) -> Schema | None:
    """Return the schema of a message that has a JSON form of its own; None for all others."""
    found = _WELL_KNOWN.get(full_name)
    return None if found is None else deepcopy(found)


def or_null(schema: Schema) -> Schema:
    """Return a schema that also takes null, which stands for a message that is not set."""
    if "$ref" in schema:
        return {"anyOf": [schema, {"type": "null"}]}
    return {**schema, "type": [schema["type"], "null"]} if "type" in schema else schema
