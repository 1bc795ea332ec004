"""protoc-gen-aiohttp-gateway: writes `<proto>_gateway.py`, the HTTP bindings of a proto's services as data.

Owns what a generated module looks like. What a rule may say is `http_rules`'s, how messages are encoded is
`encoder_source`'s; serving is `edge.gateway`'s. A proto without rules, whose messages no rule answers with, gets no
module.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from google.protobuf.descriptor import FileDescriptor, MethodDescriptor, ServiceDescriptor

from edge.plugins.encoder_source import EncoderSource, reachable
from edge.plugins.http_rules import SEPARATORS, HttpBinding, HttpRules, RuleOptions
from edge.plugins.python_names import GATEWAY, WIDTH, Imports, distinct, service_names, snake
from edge.plugins.schema import PluginError, Schema, answer, module_path, read_options


@dataclass(frozen=True, slots=True)
class GatewayOptions(RuleOptions):
    """The options of this plugin."""

    python_modules: str = ""
    """Where messages are that protoc would put elsewhere: `proto:module;proto:module`."""

    @property
    def modules(self) -> dict[str, str]:
        """The Python module of a proto file, where it is not protoc's. Raises PluginError."""
        pairs = [pair.partition(":") for pair in self.python_modules.split(";") if pair]
        if not all(proto and module for proto, _, module in pairs):
            raise PluginError("python_modules is proto:module;proto:module, as a/b.proto:some.where.b_pb2")
        return {proto.strip(): module.strip() for proto, _, module in pairs}


@dataclass(frozen=True, slots=True)
class _Bound:
    """A service that has bindings."""

    service: ServiceDescriptor
    bindings: tuple[HttpBinding, ...]


def generate(schema: Schema) -> dict[str, str]:
    """Return the generated modules by file name. Raises PluginError."""
    options = read_options(schema.parameter, GatewayOptions)
    rules = HttpRules(schema, options)
    bound = {file.name: tuple(_bound(file, rules)) for file in schema.files}
    bindings = [each for services in bound.values() for one in services for each in one.bindings]
    wanted = reachable((each.method.output_type for each in bindings), schema.files)
    modules = {}
    for file in schema.files:
        text = _Module(file, schema.files, options).text(bound[file.name], wanted)
        if text:
            modules[module_path(file.name, GATEWAY)] = text
    return modules


def _bound(file: FileDescriptor, rules: HttpRules) -> Iterable[_Bound]:
    for service in file.services_by_name.values():
        if bindings := rules.of(service):
            yield _Bound(service, bindings)


class _Module:
    """One generated module."""

    def __init__(self, file: FileDescriptor, files: tuple[FileDescriptor, ...], options: GatewayOptions) -> None:
        self._file = file
        self._options = options
        self._imports = Imports(options.modules)
        self._encoders = EncoderSource(file, files, self._imports)
        self._service_names = service_names(file)

    def text(self, bound: tuple[_Bound, ...], wanted: set[str]) -> str:
        """Return the module's source, empty where there is nothing to say."""
        functions = self._encoders.functions(wanted)
        services = self._services(bound)
        if not functions and not services:
            return ""
        tables = self._encoders.enum_tables()
        body = "\n\n\n".join(part for part in ("\n".join(tables), *functions, "\n\n".join(services)) if part)
        gap = "\n\n" if functions and not tables else "\n"  # as much as formatters want before a function
        return f"{self._head(body)}{gap}{body}\n"

    def _head(self, body: str) -> str:
        runtime = ["from edge.gateway import encoders"] if "encoders." in body else []
        runtime += ["from edge.gateway.binding import Binding, Method"] if "Binding(" in body else []
        typed = ["from typing import Any", ""] if "Any]" in body else []
        return "".join(
            f"{line}\n"
            for line in (
                f'"""REST for {self._file.name}. Written by protoc-gen-aiohttp-gateway; do not edit."""',
                "",
                "from __future__ import annotations",
                "",
                *typed,
                *([*runtime, ""] if runtime else []),
                *self._imports.lines(),
            )
        )

    def _services(self, bound: tuple[_Bound, ...]) -> list[str]:
        names = _method_names(bound)
        return [
            "\n".join(
                (
                    *(self._method(method, names[method.full_name]) for method in _methods(each)),
                    "",
                    self._constant(each, names),
                    f'"""{each.service.full_name}."""',
                )
            )
            for each in bound
        ]

    def _constant(self, bound: _Bound, names: dict[str, str]) -> str:
        rows = [self._binding(binding, names) for binding in bound.bindings]
        head = f"{self._service_names[bound.service.full_name]}: tuple[Binding, ...] ="
        if len(rows) == 1 and "\n" not in rows[0] and len(head) + len(rows[0]) < WIDTH - 4:
            return f"{head} ({rows[0]},)"
        return "\n".join((f"{head} (", *(f"    {row}," for row in rows), ")"))

    def _method(self, method: MethodDescriptor, name: str) -> str:
        encoder = self._encoders.encoder(method.output_type)
        arguments = [
            _text(f"/{method.containing_service.full_name}/{method.name}"),
            self._imports.message(method.input_type),
            self._imports.message(method.output_type),
            *(["client_streaming=True"] if method.client_streaming else []),
            *(["server_streaming=True"] if method.server_streaming else []),
            *([f"encode={encoder}"] if encoder else []),
        ]
        return _call(f"{name} = Method", arguments)

    def _binding(self, binding: HttpBinding, names: dict[str, str]) -> str:
        arguments = [_text(binding.verb), _text(binding.template), names[binding.method.full_name]]
        if binding.body:
            arguments.append(f"body={_text(binding.body)}")
        if binding.response_body:
            field = binding.method.output_type.fields_by_name[binding.response_body]
            arguments.append(f"response_body={_text(binding.response_body)}")
            arguments.append(f"encode={self._encoders.field(field)}")
        if binding.path_fields and (separator := SEPARATORS[self._options.repeated_path_param_separator]) != ",":
            arguments.append(f"separator={_text(separator)}")
        if binding.verb == "PATCH" and not self._options.allow_patch_feature:
            arguments.append("fills_mask=False")
        return _call("Binding", arguments, indent="    ")


def _methods(bound: _Bound) -> Iterable[MethodDescriptor]:
    return {each.method.full_name: each.method for each in bound.bindings}.values()


def _method_names(bound: tuple[_Bound, ...]) -> dict[str, str]:
    """A variable for each bound rpc of a file; the service stands in it where two have an rpc of the same name."""
    methods = [method for each in bound for method in _methods(each)]
    often = Counter(method.name for method in methods)
    wanted = (
        f"_{snake(method.name)}"
        if often[method.name] == 1
        else f"_{snake(method.containing_service.name)}_{snake(method.name)}"
        for method in methods
    )
    return dict(zip((method.full_name for method in methods), distinct(wanted), strict=True))


def _call(called: str, arguments: list[str], indent: str = "") -> str:
    """A call on one line, or on one line an argument where that is too long."""
    line = f"{called}({', '.join(arguments)})"
    if len(indent) + len(line) < WIDTH:
        return line
    inner = "".join(f"{indent}    {argument},\n" for argument in arguments)
    return f"{called}(\n{inner}{indent})"


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)


def main() -> int:
    """Be the plugin that protoc starts."""
    return answer(generate)


if __name__ == "__main__":
    raise SystemExit(main())
