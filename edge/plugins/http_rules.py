"""HTTP rules: google.api.http annotations become bindings that hold, or an error that says where they do not.

Owns what a rule may say of its method, and the options about it, named as grpc-gateway names them. What a path template
means is `edge.gateway.template`'s to say.
"""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from google.api.http_pb2 import Http, HttpRule
from google.protobuf import json_format
from google.protobuf.descriptor import Descriptor, FieldDescriptor, MethodDescriptor, ServiceDescriptor

from edge.gateway import template
from edge.plugins.schema import PluginError, Schema

SEPARATORS = {"csv": ",", "pipes": "|", "ssv": " ", "tsv": "\t"}
"""Names of `repeated_path_param_separator`, and what stands between the values."""

PATH_MESSAGES = frozenset(
    f"google.protobuf.{name}"
    for name in (
        *("Timestamp", "Duration", "StringValue", "BytesValue", "BoolValue", "FloatValue", "DoubleValue"),
        *("Int32Value", "Int64Value", "UInt32Value", "UInt64Value"),
    )
)
"""Messages that a path parameter may be."""


@dataclass(frozen=True, slots=True)
class RuleOptions:
    """The options about rules, as grpc-gateway has them; a plugin adds its own in a subclass."""

    allow_patch_feature: bool = True
    """PATCH fills the request's empty field mask from the body."""
    allow_delete_body: bool = False
    generate_unbound_methods: bool = False
    """An rpc without a rule is bound to `POST /package.Service/Method`, body `*`."""
    warn_on_unbound_methods: bool = False
    grpc_api_configuration: str = ""
    """A file with a google.api.Service, of which `http` is read; YAML where PyYAML is there, else JSON."""
    repeated_path_param_separator: str = "csv"
    standalone: bool = False
    """Taken, and without effect: a generated module always imports the messages by their full name."""

    def __post_init__(self) -> None:
        if self.repeated_path_param_separator not in SEPARATORS:
            raise PluginError(f"repeated_path_param_separator is one of {', '.join(SEPARATORS)}")


@dataclass(frozen=True, slots=True)
class HttpBinding:
    """One rule, checked. `verb` is in capitals, the kind of a custom pattern as it stands.

    `path_fields` are the template's variables, in order, as dotted proto names.
    """

    method: MethodDescriptor
    verb: str
    template: str
    body: str = ""
    response_body: str = ""
    path_fields: tuple[str, ...] = ()


class HttpRules:
    """The bindings of a schema's services."""

    def __init__(self, schema: Schema, options: RuleOptions) -> None:
        """Raises PluginError when the API configuration is none, or names no method of the request."""
        self._schema = schema
        self._options = options
        self._configured = _configured(options.grpc_api_configuration)
        methods = {m.full_name for f in schema.all_files for s in f.services_by_name.values() for m in s.methods}
        if strays := sorted(set(self._configured) - methods):
            raise PluginError(f"{options.grpc_api_configuration}: no method has the selector {', '.join(strays)}")

    def of(self, service: ServiceDescriptor) -> tuple[HttpBinding, ...]:
        """Return a service's bindings in the order of its contract: a method's additional ones after its own.

        Raises PluginError; the message names the file, the service and the method.
        """
        seen: set[tuple[str, str]] = set()
        bindings: list[HttpBinding] = []
        for method in service.methods:
            try:
                for binding in self._of_method(method):
                    if (binding.verb, binding.template) in seen:
                        raise PluginError(f"{binding.verb} {binding.template} is bound twice in this service")
                    seen.add((binding.verb, binding.template))
                    bindings.append(binding)
            except PluginError as refusal:
                raise PluginError(f"{service.file.name}: {service.name}.{method.name}: {refusal}") from refusal
        return tuple(bindings)

    def _of_method(self, method: MethodDescriptor) -> Iterator[HttpBinding]:
        rules = [*self._configured.get(method.full_name, ()), *filter(None, [self._schema.http_rule(method)])]
        if not rules and self._options.generate_unbound_methods:
            path = f"/{method.containing_service.full_name}/{method.name}"
            rules = [HttpRule(post=path, body="*")]
        elif not rules and self._options.warn_on_unbound_methods:
            print(f"{method.full_name} has no HTTP rule", file=sys.stderr)
        for rule in rules:
            if rule.WhichOneof("pattern"):
                yield self._binding(method, rule)
            for additional in rule.additional_bindings:
                if additional.additional_bindings:
                    raise PluginError("an additional binding cannot have additional bindings")
                if not additional.WhichOneof("pattern"):
                    raise PluginError("an additional binding needs a pattern: get, put, post, delete, patch or custom")
                yield self._binding(method, additional)

    def _binding(self, method: MethodDescriptor, rule: HttpRule) -> HttpBinding:
        verb, path = _pattern(rule)
        if rule.body and verb == "GET":
            raise PluginError("GET has no body")
        if rule.body and verb == "DELETE" and not self._options.allow_delete_body:
            raise PluginError("DELETE has no body, unless the option allow_delete_body is true")
        try:
            variables = template.parse(path).variables
        except template.TemplateError as refusal:
            raise PluginError(f"path template: {refusal}") from refusal
        fields = tuple(".".join(variable.field_path) for variable in variables)
        if fields and method.client_streaming:
            raise PluginError("an rpc with a stream of requests has no path parameters")
        for each in fields:
            _check_path_field(method.input_type, each)
        _check_body(method.input_type, rule.body, "body")
        _check_body(method.output_type, rule.response_body, "response_body")
        return HttpBinding(method, verb, path, rule.body, rule.response_body.removeprefix("*"), fields)


def _pattern(rule: HttpRule) -> tuple[str, str]:
    kind = rule.WhichOneof("pattern")
    if kind == "custom":
        return rule.custom.kind, rule.custom.path
    return kind.upper(), getattr(rule, kind)


def _check_path_field(request: Descriptor, path: str) -> None:
    *parents, last = _resolve(request, path)
    for parent in parents:
        if parent.is_repeated:
            raise PluginError(f"path parameter {path} goes through the repeated field {parent.name}")
    for each in (*parents, last):
        if _is_optional(each):
            raise PluginError(f"path parameter {path}: {each.name} is optional, and what stands in a path is not")
    if last.message_type is not None and last.message_type.full_name not in PATH_MESSAGES:
        raise PluginError(f"path parameter {path} is a message ({last.message_type.full_name}); take a scalar field")
    if last.message_type is not None and last.is_repeated:
        raise PluginError(f"path parameter {path} is a list of messages; take a scalar field")


def _is_optional(each: FieldDescriptor) -> bool:
    oneof = each.containing_oneof
    return oneof is not None and len(oneof.fields) == 1 and oneof.name == f"_{each.name}"


def _resolve(message: Descriptor, path: str) -> list[FieldDescriptor]:
    found: list[FieldDescriptor] = []
    within: Descriptor | None = message
    for step in path.split("."):
        if within is None:
            raise PluginError(f"path parameter {path}: {found[-1].name} is no message")
        if step not in within.fields_by_name:
            raise PluginError(f"path parameter {path}: {within.full_name} has no field {step}")
        found.append(within.fields_by_name[step])
        within = found[-1].message_type
    return found


def _check_body(message: Descriptor, name: str, what: str) -> None:
    if name not in ("", "*") and name not in message.fields_by_name:
        raise PluginError(f"{what}: {message.full_name} has no field {name}")


def _configured(path: str) -> dict[str, list[HttpRule]]:
    rules: dict[str, list[HttpRule]] = {}
    for rule in _read_configuration(path).rules if path else ():
        rules.setdefault(rule.selector.strip(), []).append(rule)
    return rules


def _read_configuration(path: str) -> Http:
    try:
        document = _load(path)
        return json_format.ParseDict(document.get("http") or {}, Http())
    except (OSError, ValueError, AttributeError, json_format.ParseError) as refusal:
        raise PluginError(f"grpc_api_configuration {path}: {refusal}") from refusal


def _load(path: str) -> Any:
    text = Path(path).read_text(encoding="utf-8")
    if path.endswith(".json"):
        return json.loads(text)
    try:
        yaml: Any = importlib.import_module("yaml")
    except ImportError:
        raise PluginError(f"grpc_api_configuration {path}: YAML needs PyYAML; install it, or write JSON") from None
    try:
        return yaml.safe_load(text)
    except yaml.YAMLError as refusal:
        raise ValueError(str(refusal)) from refusal
