"""REST calls for TypeScript, out of an OpenAPI document: one typed function an rpc, one module a service.

Owns the functions and the types of what they take; what a message looks like is typescript_types' to say. What is
written needs a `Caller`, which makes requests of descriptions: it imports nothing, and what a page does not call is not
in the page. The document must be one of `protoc-gen-openapi`, whose `x-http-rule` says what stands in which path.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from edge.plugins.typescript_types import REF, Schema, Types, UnreadableSchema, comment

HEADER = "// Generated from the OpenAPI document of proto/; do not edit.\n"
_VARIABLE = re.compile(r"\{([\w.]+)")
_PART = re.compile(r"Part of `([^`]*)`: `[^`]*`\.(?:\n\n)?")
_CALLER = """\
/* Caller: what makes a call of the description of one. `Rest` of @shoal/client/rest is one. */

/** What can be said of a single call. */
export interface CallOptions {
  /** Ends the call: it rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** The call fails with DEADLINE_EXCEEDED after so long, all attempts included. 0 = never. */
  readonly timeoutMs?: number | undefined;
}

/** How an rpc is called over HTTP. */
export interface Rpc {
  readonly verb: "GET" | "PUT" | "POST" | "DELETE" | "PATCH";
  /** Templates of its paths, `/v1/{name=documents/*}`: the first that the request fits is taken. */
  readonly paths: readonly string[];
  /** The field that is the body; `*` for the whole request. Without one, all fields that no path has are the query. */
  readonly body?: string;
  /** Calling it twice is as good as once. */
  readonly repeatable?: true;
  /** Messages that an answer always has. */
  readonly has?: readonly string[];
}

export interface Caller {
  /** One request, one answer. */
  call<Answer>(rpc: Rpc, request: object, options?: CallOptions): Promise<Answer>;
  /** One request, answers as they come. */
  stream<Answer>(rpc: Rpc, request: object, options?: CallOptions): AsyncIterableIterator<Answer>;
  /** Requests one after the other, one answer. */
  send<Answer>(rpc: Rpc, requests: Iterable<object> | AsyncIterable<object>, options?: CallOptions): Promise<Answer>;
}
"""


def generate(document: Mapping[str, Any]) -> dict[str, str]:
    """Return the text of each module by its file name. Raises UnreadableSchema for a document of another make."""
    rpcs = _rpcs(document)
    components = _certain(document["components"]["schemas"], rpcs)
    types = Types.of(components, (each.request for each in rpcs), (each.answer for each in rpcs))
    services = list(dict.fromkeys(each.service for each in rpcs))
    modules = {_file(name): _module(types, [each for each in rpcs if each.service == name]) for name in services}
    names = ["caller", "types", *(name.removesuffix(".ts") for name in modules)]
    return {
        "caller.ts": HEADER + _CALLER,
        "types.ts": HEADER + "\n" + "\n".join(types.declarations()),
        **modules,
        "index.ts": HEADER + "".join(f'export * from "./{name}";\n' for name in names),
    }


@dataclass(frozen=True, slots=True)
class _Binding:
    """One operation of the document: one path of one rpc."""

    verb: str
    operation: Mapping[str, Any]

    @property
    def path(self) -> str:
        return str(self.operation["x-http-rule"]["path"])

    @property
    def body(self) -> str:
        return str(self.operation["x-http-rule"].get("body", ""))


@dataclass(frozen=True)
class _Rpc:
    """One rpc with all its bindings; the first is the one its request is described by."""

    full_name: str
    bindings: tuple[_Binding, ...]
    components: Mapping[str, Schema]

    @property
    def service(self) -> str:
        return self.full_name.partition("/")[0].rpartition(".")[2]

    @property
    def name(self) -> str:
        return self.full_name.partition("/")[2]

    @property
    def function(self) -> str:
        return self.name[0].lower() + self.name[1:]

    @property
    def operation(self) -> Mapping[str, Any]:
        return self.bindings[0].operation

    @property
    def streams(self) -> bool:
        return bool(self.operation.get("x-server-streaming"))

    @property
    def sends(self) -> bool:
        return bool(self.operation.get("x-client-streaming"))

    @cached_property
    def request(self) -> Schema:
        """What it takes, as one schema: the parts of path, query and body put together again."""
        binding = self.bindings[0]
        whole = _body(self.operation)
        if binding.body == "*" and "$ref" in whole:
            return whole
        if binding.body == "*":
            found = copy.deepcopy(dict(whole))
        else:
            parts = {_json_path(binding.body)[0]: whole} if binding.body else {}
            found = {"type": "object", "properties": copy.deepcopy(parts), "required": list(parts)}
        found["description"] = f"What `{self.function}` takes."
        for variable in reversed(_VARIABLE.findall(binding.path)):
            schema = {"type": "string", "description": self._told(variable)}
            _put(found, _json_path(variable), schema, required=True, first=True)
        for parameter in self._parameters("query"):
            schema = {**parameter["schema"], "description": parameter.get("description", "")}
            _put(found, parameter["name"].split("."), schema, required=bool(parameter.get("required")))
        return found

    @cached_property
    def answer(self) -> Schema:
        content = self.operation["responses"]["200"]["content"]
        if "application/json" not in content:
            raise UnreadableSchema(f"{self.full_name} answers with {', '.join(content)}")
        found: Schema = content["application/json"]["schema"]
        return found["properties"]["result"] if self.streams else found

    @cached_property
    def has(self) -> list[str]:
        """The messages that a single answer consists of: a server that leaves one out did not do what was asked."""
        fields = {} if self.streams else _resolved(self.components, self.answer).get("properties", {})
        return [name for name, field in fields.items() if any("$ref" in each for each in field.get("anyOf", ()))]

    def _told(self, variable: str) -> str:
        """What its comment says, which stands with each part of it."""
        for parameter in self._parameters("path"):
            text = str(parameter.get("description", ""))
            part = _PART.match(text)
            if (part[1] if part else parameter["name"]) == variable:
                return text[part.end() :] if part else text
        return ""

    def _parameters(self, place: str) -> list[Mapping[str, Any]]:
        return [each for each in self.operation.get("parameters", ()) if each["in"] == place]


def _rpcs(document: Mapping[str, Any]) -> list[_Rpc]:
    found: dict[str, list[_Binding]] = {}
    for operations in document["paths"].values():
        for verb, operation in operations.items():
            found.setdefault(operation["x-grpc-method"], []).append(_Binding(verb.upper(), operation))
    for name, bindings in found.items():
        alike = {(each.verb, each.body, json.dumps(each.operation["responses"]["200"])) for each in bindings}
        if len(alike) > 1:
            raise UnreadableSchema(f"{name} has bindings that differ in more than their path")
    components = document["components"]["schemas"]
    return [_Rpc(name, tuple(bindings), components) for name, bindings in found.items()]


def _body(operation: Mapping[str, Any]) -> Schema:
    found: Schema = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
    return found


def _put(into: dict[str, Any], path: list[str], schema: Schema, *, required: bool, first: bool = False) -> None:
    """Give an object's schema the field at a path, and the objects in between."""
    name, *deeper = path
    fields: dict[str, Any] = into.setdefault("properties", {})
    if deeper:
        _put(fields.setdefault(name, {"type": "object"}), deeper, schema, required=required, first=first)
    elif first:
        into["properties"] = {name: schema, **fields}
    else:
        fields[name] = schema
    if required and name not in into.setdefault("required", []):
        into["required"].append(name)


def _json_path(variable: str) -> list[str]:
    return [re.sub(r"_([a-z0-9])", lambda match: match[1].upper(), part) for part in variable.split(".")]


def _in_json_names(path: str) -> str:
    return _VARIABLE.sub(lambda match: "{" + ".".join(_json_path(match[1])), path)


def _file(service: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", service).lower() + ".ts"


def _module(types: Types, rpcs: list[_Rpc]) -> str:
    texts = [text for each in rpcs for text in _declarations(types, each)]
    body = "\n".join(texts)
    used = sorted(name for name in _type_names(types) if re.search(rf"\b{name}\b", _code(body)))
    imports = 'import type { CallOptions, Caller } from "./caller";\n'
    imports += f'import type {{ {", ".join(used)} }} from "./types";\n' if used else ""
    return f"{HEADER}{imports}\n{body}"


def _code(text: str) -> str:
    return re.sub(r"/\*\*.*?\*/", "", text, flags=re.DOTALL)


def _type_names(types: Types) -> set[str]:
    return {types.name(name, sent=sent) for name in types.components for sent in (True, False)}


def _declarations(types: Types, rpc: _Rpc) -> Iterator[str]:
    request = f"{rpc.name}Request"
    if "$ref" in rpc.request:
        request = types.expression(rpc.request, sent=True)
    else:
        yield types.interface(request, rpc.request, sent=True)
    yield _function(types, rpc, request)


def _function(types: Types, rpc: _Rpc, request: str) -> str:
    answer = types.expression(rpc.answer, sent=False)
    operation = rpc.operation
    method, returns = "call", f"Promise<{answer}>"
    if rpc.streams:
        method, returns = "stream", f"AsyncIterableIterator<{answer}>"
    argument = f"request: {request}"
    if rpc.sends:
        method, argument = "send", f"requests: Iterable<{request}> | AsyncIterable<{request}>"
    elif not _resolved(types.components, rpc.request).get("required"):
        argument = f"request: {request} = {{}}"
    summary, needs = operation.get("summary", ""), operation.get("x-permission", "")
    text = comment(
        f"{summary}." if summary else "",
        operation.get("description", ""),
        f"Needs `{needs}`." if needs and not needs.endswith("_UNSPECIFIED") else "",
        "@deprecated" if operation.get("deprecated") else "",
    )
    value = argument.partition(":")[0]
    return (
        f"{text}export function {rpc.function}(rest: Caller, {argument}, options?: CallOptions): {returns} {{\n"
        f"  return rest.{method}({_description(rpc)}, {value}, options);\n}}\n"
    )


def _description(rpc: _Rpc) -> str:
    first = rpc.bindings[0]
    fields = [f'verb: "{first.verb}"', f"paths: {json.dumps([_in_json_names(each.path) for each in rpc.bindings])}"]
    if first.body:
        fields.append(f'body: "{first.body if first.body == "*" else _json_path(first.body)[0]}"')
    if first.verb == "GET" or rpc.operation.get("x-idempotent"):
        fields.append("repeatable: true")
    if rpc.has:
        fields.append(f"has: {json.dumps(rpc.has)}")
    return f"{{ {', '.join(fields)} }}"


def _certain(components: Mapping[str, Schema], rpcs: list[_Rpc]) -> dict[str, Schema]:
    """The components, with single answers that have their messages."""
    found = dict(components)
    for rpc in rpcs:
        if rpc.has:
            name = rpc.answer["$ref"].removeprefix(REF)
            fields = components[name]["properties"]
            sure = {
                field: {**fields[field]["anyOf"][0], "description": fields[field].get("description", "")}
                for field in rpc.has
            }
            found[name] = {**components[name], "properties": {**fields, **sure}}
    return found


def _resolved(components: Mapping[str, Schema], schema: Schema) -> Schema:
    full_name = str(schema.get("$ref", "")).removeprefix(REF)
    return components[full_name] if full_name else schema
