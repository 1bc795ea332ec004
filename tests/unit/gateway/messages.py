"""Messages of every kind of field, made at run time: `Everything`, and a request of Shoal's shape with its document."""

from __future__ import annotations

from typing import Any

from google.protobuf import (
    any_pb2,
    descriptor_pb2,
    duration_pb2,
    empty_pb2,
    field_mask_pb2,
    struct_pb2,
    timestamp_pb2,
    wrappers_pb2,
)
from google.protobuf.descriptor_pool import DescriptorPool
from google.protobuf.message_factory import GetMessageClass

from edge.gateway.binding import Binding, Method

WELL_KNOWN = (any_pb2, duration_pb2, empty_pb2, field_mask_pb2, struct_pb2, timestamp_pb2, wrappers_pb2)
Kind = descriptor_pb2.FieldDescriptorProto


def _file() -> descriptor_pb2.FileDescriptorProto:
    file = descriptor_pb2.FileDescriptorProto(name="sample.proto", package="sample", syntax="proto3")
    file.dependency.extend(module.DESCRIPTOR.name for module in WELL_KNOWN)
    colour = file.enum_type.add(name="Colour")
    colour.options.allow_alias = True
    for name, number in (("COLOUR_UNSPECIFIED", 0), ("RED", 1), ("GREEN", 2), ("VERT", 2), ("BLUE", -1)):
        colour.value.add(name=name, number=number)

    inner = file.message_type.add(name="Inner")
    _fields(inner, "string name, int32 count, Inner inner, Inner* inners, string* tags, Timestamp made_at, Any any")
    _map(inner, "labels", "string", "string")
    _oneof(inner, "way", "string left, string right")

    everything = file.message_type.add(name="Everything")
    _fields(everything, "string name, int32 i32, sint32 s32, sfixed32 sf32, int64 i64, sint64 s64, sfixed64 sf64")
    _fields(everything, "uint32 u32, fixed32 f32, uint64 u64, fixed64 f64, bool flag, float single, double exact")
    _fields(everything, "bytes data, Colour colour, string* tags, int32* numbers, Colour* colours, bytes* blobs")
    _fields(everything, "Inner inner, Inner* inners, Timestamp at, Duration pause, FieldMask mask, Struct object")
    _fields(everything, "Value value, Empty empty, Any any, ListValue values, Int64Value* wrapped, Timestamp* times")
    for kind in ("Double", "Float", "Int64", "UInt64", "Int32", "UInt32", "Bool", "String", "Bytes"):
        _fields(everything, f"{kind}Value {kind.lower()}_box")
    _map(everything, "labels", "string", "string")
    _map(everything, "counts", "int32", "int64")
    _map(everything, "switches", "bool", "Colour")
    _map(everything, "by_key", "string", "Inner")
    _map(everything, "instants", "string", "Timestamp")
    _oneof(everything, "choice", "string text, int32 number, Inner nested, Timestamp moment")
    _optional(everything, "string nickname, int32 age")
    _fields(everything, "string spelled_oddly")
    everything.field[-1].json_name = "odd-name"

    document = file.message_type.add(name="Document")
    _fields(document, "string name, string title, string* tags, Document parent, Colour colour, int64 revision")
    _optional(document, "string owner")

    request = file.message_type.add(name="Request")
    _fields(request, "string name, string parent, Document document, int32 page_size, string* ids, Colour view")
    _fields(request, "int64 revision, uint64 size, bool flag, double exact, bytes etag, FieldMask update_mask")
    _optional(request, "string token")

    _fields(file.message_type.add(name="TwoMasks"), "FieldMask one, FieldMask two")
    return file


def _fields(message: Any, declarations: str, oneof_index: int | None = None) -> None:
    for declaration in declarations.split(", "):
        kind, name = declaration.split(" ")
        field = message.field.add(name=name, number=len(message.field) + 1)
        field.label = Kind.LABEL_REPEATED if kind.endswith("*") else Kind.LABEL_OPTIONAL
        _typed(field, kind.removesuffix("*"))
        if oneof_index is not None:
            field.oneof_index = oneof_index


def _typed(field: Any, kind: str) -> None:
    if kind.islower() or kind in ("sfixed32", "sfixed64"):
        field.type = Kind.Type.Value(f"TYPE_{kind.upper()}")
    elif kind == "Colour":
        field.type, field.type_name = Kind.TYPE_ENUM, ".sample.Colour"
    else:
        package = "sample" if kind in ("Inner", "Everything", "Document", "Request") else "google.protobuf"
        field.type, field.type_name = Kind.TYPE_MESSAGE, f".{package}.{kind}"


def _map(message: Any, name: str, key: str, value: str) -> None:
    entry = message.nested_type.add(name="".join(part.title() for part in name.split("_")) + "Entry")
    entry.options.map_entry = True
    _fields(entry, f"{key} key, {value} value")
    field = message.field.add(name=name, number=len(message.field) + 1, label=Kind.LABEL_REPEATED)
    field.type, field.type_name = Kind.TYPE_MESSAGE, f".sample.{message.name}.{entry.name}"


def _oneof(message: Any, name: str, declarations: str) -> None:
    message.oneof_decl.add(name=name)
    _fields(message, declarations, len(message.oneof_decl) - 1)


def _optional(message: Any, declarations: str) -> None:
    """Only after the real oneofs: those of optional fields stand last."""
    for declaration in declarations.split(", "):
        _oneof(message, "_" + declaration.split(" ")[1], declaration)
        message.field[-1].proto3_optional = True


def _pool() -> DescriptorPool:
    pool = DescriptorPool()
    for module in WELL_KNOWN:
        pool.AddSerializedFile(module.DESCRIPTOR.serialized_pb)
    pool.AddSerializedFile(_file().SerializeToString())
    return pool


POOL = _pool()
Everything, Inner, Document, Request, TwoMasks = (
    GetMessageClass(POOL.FindMessageTypeByName(f"sample.{name}"))
    for name in ("Everything", "Inner", "Document", "Request", "TwoMasks")
)
METHOD = Method("/sample.Service/Method", Request, Request)


def binding(verb: str, template: str, body: str = "") -> Binding:
    """A rule of one rpc for all."""
    return Binding(verb, template, METHOD, body=body)
