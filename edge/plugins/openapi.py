"""protoc-gen-openapi: one OpenAPI 3.1 document of all rpcs that have an HTTP rule.

Owns the options and the document's frame. The mapping is that of grpc-gateway's protoc-gen-openapiv3, which writes a
document a file; what differs, and why, is in docs/openapi.md. Output is the same for the same input, byte by byte.
"""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from dataclasses import dataclass
from typing import Any

from google.protobuf.descriptor import ServiceDescriptor

from edge.gateway import template
from edge.plugins.http_rules import HttpBinding, HttpRules, RuleOptions
from edge.plugins.openapi_bodies import Bodies
from edge.plugins.openapi_errors import Errors
from edge.plugins.openapi_examples import Examples
from edge.plugins.openapi_operations import Operations
from edge.plugins.openapi_parameters import Parameters
from edge.plugins.openapi_paths import Paths
from edge.plugins.openapi_rules import Rules
from edge.plugins.openapi_schemas import Schemas
from edge.plugins.schema import PluginError, Schema, answer, read_options

_METHODS = frozenset({"get", "put", "post", "delete", "options", "head", "patch", "trace"})
_EXTENSION = re.compile(r"(x-[a-z0-9-]+)=([A-Za-z_][\w.]*)")


@dataclass(frozen=True, slots=True)
class Options(RuleOptions):
    """The plugin's options, beside those about rules."""

    title: str = "API"
    version: str = "0.0.0"
    description: str = ""
    output: str = "openapi.json"
    """The document's file name."""
    server: str = ""
    """The URL that paths are below; empty = where the document lies."""
    naming: str = "json"
    """Fields as `json` (lowerCamelCase) or as in the `proto`."""
    bearer: bool = False
    """A token in the Authorization header is needed."""
    cookie: str = ""
    """The name of a cookie that serves in its place."""
    rules: str = ""
    """The full name of a message option of fields: length, pattern, range."""
    error_reasons: str = ""
    """The full name of an enum of what can go wrong, whose comments begin with gRPC codes."""
    extensions: str = ""
    """Options of methods to be shown: `x-key=full.name;x-other=full.other`."""

    def __post_init__(self) -> None:
        super(Options, self).__post_init__()  # A dataclass with slots is another class than the one of this text.
        if self.naming not in ("json", "proto"):
            raise PluginError(f"naming is json or proto, not {self.naming!r}")

    def shown(self) -> dict[str, str]:
        """Return the options of methods to be shown, by key. Raises PluginError where they cannot be read."""
        items = [item for item in self.extensions.split(";") if item]
        found = [_EXTENSION.fullmatch(item) for item in items]
        if strays := [item for item, match in zip(items, found, strict=True) if not match]:
            raise PluginError(f"extensions are x-key=full.name, not {strays[0]!r}")
        return dict(match.groups() for match in found if match)  # type: ignore[misc]  # two groups


def generate(contracts: Schema) -> dict[str, str]:
    """Return the document by its file name; nothing when there is no binding. Raises PluginError."""
    options = read_options(contracts.parameter, Options)
    bindings = HttpRules(contracts, options)
    services = [service for file in contracts.files for service in file.services_by_name.values()]
    bound = [(service, found) for service in services if (found := bindings.of(service))]
    if not bound:
        return {}
    document = _Document(contracts, options, bound).written()
    return {options.output: json.dumps(document, indent=2, ensure_ascii=False) + "\n"}


class _Document:
    """One document while it is written."""

    def __init__(
        self, contracts: Schema, options: Options, bound: list[tuple[ServiceDescriptor, tuple[HttpBinding, ...]]]
    ) -> None:
        self._contracts, self._options, self._bound = contracts, options, bound
        rules = Rules(contracts, options.rules)
        self._schemas = Schemas(contracts, rules, json_names=options.naming == "json")
        secured = options.bearer or bool(options.cookie)
        self._errors = Errors(contracts, self._schemas, options.error_reasons, secured=secured)
        parameters = Parameters(contracts, self._schemas, rules, fills_masks=options.allow_patch_feature)
        bodies = Bodies(self._schemas, parameters, Examples(rules, self._schemas.name_of))
        self._operations = Operations(contracts, self._schemas, parameters, bodies, self._errors, options.shown())

    def written(self) -> dict[str, Any]:
        """Return the document."""
        options = self._options
        info = {"title": options.title, "version": options.version}
        security = self._security()
        paths = self._paths()
        return {
            "openapi": "3.1.0",
            "info": {**info, "description": options.description} if options.description else info,
            **({"servers": [{"url": options.server}]} if options.server else {}),
            "tags": self._tags(),
            "paths": paths,
            "components": {
                "schemas": self._schemas.components(),
                "responses": self._errors.shared(),
                **({"securitySchemes": security} if security else {}),
            },
            **({"security": [{name: []} for name in security]} if security else {}),
        }

    def _paths(self) -> dict[str, dict[str, Any]]:
        written: dict[str, dict[str, Any]] = {}
        paths = Paths()
        for service, bindings in self._bound:
            counts: Counter[str] = Counter()
            for binding in bindings:
                index = counts[binding.method.name]
                counts[binding.method.name] += 1
                path = paths.of(template.parse(binding.template))
                operations = written.setdefault(path.path, {})
                method = _method(binding)
                if method not in _METHODS or method in operations:
                    print(f"{binding.verb} {binding.template} has no place in OpenAPI: left out", file=sys.stderr)
                    continue
                operations[method] = self._operations.of(binding, path, index, self._tag(service))
        return {path: operations for path, operations in written.items() if operations}

    def _tags(self) -> list[dict[str, str]]:
        comments = ((self._tag(each), self._contracts.comments(each).text) for each, _ in self._bound)
        return [{"name": name, **({"description": text} if text else {})} for name, text in comments]

    def _tag(self, service: ServiceDescriptor) -> str:
        alike = [each for each, _ in self._bound if each.name == service.name]
        return service.name if len(alike) == 1 else service.full_name

    def _security(self) -> dict[str, dict[str, str]]:
        schemes: dict[str, dict[str, str]] = {}
        if self._options.bearer:
            schemes["bearer"] = {"type": "http", "scheme": "bearer"}
        if self._options.cookie:
            schemes["session"] = {"type": "apiKey", "in": "cookie", "name": self._options.cookie}
        return schemes


def _method(binding: HttpBinding) -> str:
    """The method it is documented under: a rule for any method under the one that fits its body."""
    if binding.verb == "*":
        return "post" if binding.body else "get"
    return binding.verb.lower()


def main() -> int:
    """Be the plugin: a request on standard input, a response on standard output."""
    return answer(generate)


if __name__ == "__main__":
    sys.exit(main())
