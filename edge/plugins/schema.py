"""Schema: what protoc tells a plugin, with real descriptors, comments and options; and how a plugin answers.

Owns the conversation with protoc: standard input and output, parameters, errors, Python's module names.
Never decides what is generated.
"""

from __future__ import annotations

import dataclasses
import keyword
import sys
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from google.api import annotations_pb2, field_behavior_pb2  # registered before options are parsed, or they stay unknown
from google.api.http_pb2 import HttpRule
from google.protobuf.compiler import plugin_pb2
from google.protobuf.descriptor import (
    Descriptor,
    EnumDescriptor,
    EnumValueDescriptor,
    FieldDescriptor,
    FileDescriptor,
    MethodDescriptor,
    OneofDescriptor,
    ServiceDescriptor,
)
from google.protobuf.descriptor_pb2 import (
    DescriptorProto,
    Edition,
    EnumDescriptorProto,
    FileDescriptorProto,
    ServiceDescriptorProto,
)
from google.protobuf.descriptor_pool import DescriptorPool
from google.protobuf.message import DecodeError
from google.protobuf.message_factory import GetMessageClass

Described = (
    FileDescriptor
    | Descriptor
    | EnumDescriptor
    | EnumValueDescriptor
    | FieldDescriptor
    | MethodDescriptor
    | OneofDescriptor
    | ServiceDescriptor
)
Path = tuple[int, ...]
"""Where something stands in a FileDescriptorProto: field numbers and indices, as SourceCodeInfo has them."""

Options = TypeVar("Options")

_OPTIONS_MESSAGE = {
    FileDescriptor: "google.protobuf.FileOptions",
    Descriptor: "google.protobuf.MessageOptions",
    EnumDescriptor: "google.protobuf.EnumOptions",
    EnumValueDescriptor: "google.protobuf.EnumValueOptions",
    FieldDescriptor: "google.protobuf.FieldOptions",
    MethodDescriptor: "google.protobuf.MethodOptions",
    OneofDescriptor: "google.protobuf.OneofOptions",
    ServiceDescriptor: "google.protobuf.ServiceOptions",
}

TOLERATED = frozenset(
    (
        *("logtostderr", "alsologtostderr", "stderrthreshold", "v", "vmodule", "log_dir", "log_backtrace_at"),
        *("paths", "module", "import_prefix", "import_path", "request_context", "register_func_suffix"),
        *("omit_package_doc", "use_opaque_api", "allow_repeated_fields_in_body"),
    )
)
"""Parameters of the Go plugins that mean nothing here: taken so that a command line can be kept."""


class PluginError(Exception):
    """What protoc shows to whoever runs it; nothing is generated then."""


@dataclasses.dataclass(frozen=True, slots=True)
class Comments:
    """The comments at a declaration, without their marks; lines keep their order, one leading space is taken off."""

    leading: str = ""
    trailing: str = ""
    detached: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The leading comment, or the trailing one where there is none."""
        return self.leading or self.trailing


class Schema:
    """The files of one CodeGeneratorRequest."""

    def __init__(self, request: plugin_pb2.CodeGeneratorRequest) -> None:
        """Raises PluginError when the files do not fit together."""
        self.pool = DescriptorPool()
        for proto in request.proto_file:
            try:
                self.pool.AddSerializedFile(proto.SerializeToString())
            except TypeError as refusal:
                raise PluginError(f"{proto.name}: {refusal}") from refusal
        self.parameter = request.parameter
        self.all_files = tuple(self.pool.FindFileByName(proto.name) for proto in request.proto_file)
        wanted = set(request.file_to_generate)
        self.files = tuple(file for file in self.all_files if file.name in wanted)
        """Those to generate, each after what it imports."""
        self._comments = {key: made for proto in request.proto_file for key, made in _comments(proto)}

    def comments(self, of: Described) -> Comments:
        """What is written at a declaration; at a file: above its syntax line, or its package where nothing is there."""
        return self._comments.get(_key(of), Comments())

    def http_rule(self, method: MethodDescriptor) -> HttpRule | None:
        """The google.api.http annotation, None where there is none."""
        options = method.GetOptions()
        return options.Extensions[annotations_pb2.http] if options.HasExtension(annotations_pb2.http) else None

    def field_behavior(self, field: FieldDescriptor) -> tuple[str, ...]:
        """The names in google.api.field_behavior, as `REQUIRED`, in the order of the contract."""
        values = field.GetOptions().Extensions[field_behavior_pb2.field_behavior]
        return tuple(field_behavior_pb2.FieldBehavior.Name(value) for value in values)

    def option(self, of: Described, name: str) -> Any:
        """Return the custom option with this full name, without parentheses, or None where it is not set.

        A message comes as a message, a repeated option as a list, an enum as its number. None too when no file of the
        request declares the option.
        """
        holder = next(message for kind, message in _OPTIONS_MESSAGE.items() if isinstance(of, kind))
        try:
            extension: Any = self.pool.FindExtensionByName(name)
            options: Any = GetMessageClass(self.pool.FindMessageTypeByName(holder))()
        except KeyError:
            return None
        options.ParseFromString(of.GetOptions().SerializeToString())
        if extension.is_repeated:
            return list(options.Extensions[extension]) or None
        return options.Extensions[extension] if options.HasExtension(extension) else None


def _key(of: Described) -> str:
    if isinstance(of, FileDescriptor):
        return of.name
    return f"{of.type.full_name}.{of.name}" if isinstance(of, EnumValueDescriptor) else of.full_name


def _comments(proto: FileDescriptorProto) -> Iterable[tuple[str, Comments]]:
    found = {tuple(location.path): location for location in proto.source_code_info.location}
    for key, path in (*_declarations(proto), (proto.name, (2,)), (proto.name, (12,))):
        location = found.get(path)
        if location and (location.leading_comments or location.trailing_comments or location.leading_detached_comments):
            yield (
                key,
                Comments(
                    _unindented(location.leading_comments),
                    _unindented(location.trailing_comments),
                    tuple(_unindented(text) for text in location.leading_detached_comments),
                ),
            )


def _unindented(text: str) -> str:
    return "\n".join(line.removeprefix(" ").rstrip() for line in text.splitlines()).strip("\n")


def _declarations(proto: FileDescriptorProto) -> Iterable[tuple[str, Path]]:
    prefix = f"{proto.package}." if proto.package else ""
    for at, message in enumerate(proto.message_type):
        yield from _of_message(message, prefix, (4, at))
    for at, enum in enumerate(proto.enum_type):
        yield from _of_enum(enum, prefix, (5, at))
    for at, service in enumerate(proto.service):
        yield from _of_service(service, prefix, (6, at))
    for at, extension in enumerate(proto.extension):
        yield prefix + extension.name, (7, at)


def _of_message(message: DescriptorProto, prefix: str, path: Path) -> Iterable[tuple[str, Path]]:
    name = prefix + message.name
    yield name, path
    for number, fields in ((2, message.field), (6, message.extension)):
        yield from ((f"{name}.{field.name}", (*path, number, at)) for at, field in enumerate(fields))
    yield from ((f"{name}.{oneof.name}", (*path, 8, at)) for at, oneof in enumerate(message.oneof_decl))
    for at, nested in enumerate(message.nested_type):
        yield from _of_message(nested, f"{name}.", (*path, 3, at))
    for at, enum in enumerate(message.enum_type):
        yield from _of_enum(enum, f"{name}.", (*path, 4, at))


def _of_enum(enum: EnumDescriptorProto, prefix: str, path: Path) -> Iterable[tuple[str, Path]]:
    yield prefix + enum.name, path
    yield from ((f"{prefix}{enum.name}.{value.name}", (*path, 2, at)) for at, value in enumerate(enum.value))


def _of_service(service: ServiceDescriptorProto, prefix: str, path: Path) -> Iterable[tuple[str, Path]]:
    yield prefix + service.name, path
    yield from ((f"{prefix}{service.name}.{method.name}", (*path, 2, at)) for at, method in enumerate(service.method))


def read_options(parameter: str, into: type[Options]) -> Options:
    """Fill a dataclass of str and bool fields from `name=value,flag,…`; a flag alone is true, a later one wins.

    `M…` and what `TOLERATED` has is passed over. Raises PluginError on any other name, and on a bool that is none.
    """
    known = {field.name: field for field in dataclasses.fields(into)}  # type: ignore[arg-type]
    given: dict[str, Any] = {}
    for item in filter(None, (part.strip() for part in parameter.split(","))):
        name, equals, value = item.partition("=")
        if name in known:
            is_flag = isinstance(known[name].default, bool)
            given[name] = _flag(name, value if equals else "true") if is_flag else value
        elif name not in TOLERATED and not name.startswith("M"):
            raise PluginError(f"there is no option {name}")
    return into(**given)


def _flag(name: str, text: str) -> bool:
    if text.lower() in ("1", "t", "true"):
        return True
    if text.lower() in ("0", "f", "false"):
        return False
    raise PluginError(f"option {name} is true or false, not {text!r}")


def module_name(proto: str, suffix: str = "_pb2") -> str:
    """Return the module that protoc's Python generator makes of a proto file: `a/b-c.proto` is `a.b_c_pb2`."""
    return _stem(proto).replace("-", "_").replace("/", ".") + suffix


def module_path(proto: str, suffix: str = "_pb2") -> str:
    """Return where that module lies: `a/b_c_pb2.py`."""
    return module_name(proto, suffix).replace(".", "/") + ".py"


def _stem(proto: str) -> str:
    return proto.removesuffix(".protodevel").removesuffix(".proto")


def is_plain(name: str) -> bool:
    """Say whether a name can be written after a dot in Python: `from` and `None` cannot."""
    return name.isidentifier() and not keyword.iskeyword(name)


def answer(generate: Callable[[Schema], Mapping[str, str]]) -> int:
    """Be the plugin: read the request, write what `generate` returns by file name, or its PluginError; 0 always.

    protoc shows an error only when the plugin ends well.
    """
    response = respond(sys.stdin.buffer.read(), generate)
    sys.stdout.buffer.write(response.SerializeToString(deterministic=True))
    sys.stdout.buffer.flush()
    return 0


def respond(request: bytes, generate: Callable[[Schema], Mapping[str, str]]) -> plugin_pb2.CodeGeneratorResponse:
    """Return the response to a serialised CodeGeneratorRequest; the files are sorted by name."""
    features = plugin_pb2.CodeGeneratorResponse
    response = plugin_pb2.CodeGeneratorResponse(
        supported_features=features.FEATURE_PROTO3_OPTIONAL | features.FEATURE_SUPPORTS_EDITIONS,
        minimum_edition=Edition.EDITION_PROTO2,
        maximum_edition=Edition.EDITION_2024,
    )
    try:
        files = generate(Schema(plugin_pb2.CodeGeneratorRequest.FromString(request)))
    except PluginError as refusal:
        response.error = str(refusal)
    except DecodeError:
        response.error = "standard input holds no CodeGeneratorRequest; protoc starts this program"
    else:
        response.file.extend(response.File(name=name, content=text) for name, text in sorted(files.items()))
    return response
