"""Schemas of an OpenAPI document as TypeScript interfaces and unions.

Owns the two forms a message has: what a server writes, every field of it, and what a client sends, where only what is
required must be given and what the server alone sets has no place; what is only sent has none in an answer. A message
that goes both ways gets both; the second is named `…Input`. Types only: nothing of it is left in a page.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Schema = Mapping[str, Any]

REF = "#/components/schemas/"
"""What a reference to a component begins with."""

_PRIMITIVES = {"string": "string", "integer": "number", "number": "number", "boolean": "boolean", "null": "null"}
_NOTHING = "Readonly<Record<string, never>>"


class UnreadableSchema(Exception):
    """The document has a schema that no message makes; the text says which."""


def short_name(full_name: str) -> str:
    """`shoal.document.v1.Outer.Inner` is `Outer_Inner`: without its package, whose parts begin with small letters."""
    parts = full_name.split(".")
    return "_".join(part for part in parts if part[:1].isupper())


@dataclass(frozen=True, slots=True)
class Types:
    """The components of one document, and how each is used."""

    components: Mapping[str, Schema]
    sent: frozenset[str]
    """Full names of what requests are made of."""
    received: frozenset[str]
    """Full names of what answers are made of."""

    @classmethod
    def of(cls, components: Mapping[str, Schema], requests: Iterable[Schema], answers: Iterable[Schema]) -> Types:
        """Find out what is used how. Raises UnreadableSchema when two components have the same short name."""
        taken: dict[str, str] = {}
        for full_name in components:
            other = taken.setdefault(short_name(full_name), full_name)
            if other != full_name:
                raise UnreadableSchema(f"{other} and {full_name} have the same short name")
        return cls(components, _reached(components, requests), _reached(components, answers))

    def declarations(self) -> Iterator[str]:
        """Write every component, once in each form that is needed."""
        for full_name, schema in self.components.items():
            name = short_name(full_name)
            both_ways = full_name in self.sent and full_name in self.received
            if "enum" in schema:
                yield f"{doc(schema)}export type {name} =\n{_union(schema['enum'])};\n"
            elif full_name in self.sent and not both_ways:
                yield self.interface(name, schema, sent=True)
            else:
                yield self.interface(name, schema, sent=False)
                if both_ways:
                    yield self.interface(f"{name}Input", schema, sent=True)

    def interface(self, name: str, schema: Schema, *, sent: bool) -> str:
        """Write one interface, its comments included."""
        fields = self._fields(schema, "", sent)
        if not fields:
            return f"{doc(schema)}export type {name} = {_NOTHING};\n"
        return f"{doc(schema)}export interface {name} {fields}\n"

    def expression(self, schema: Schema, *, sent: bool, indent: str = "") -> str:
        """Return the type of a value. Raises UnreadableSchema."""
        if "$ref" in schema:
            return self.name(schema["$ref"].removeprefix(REF), sent=sent)
        if "anyOf" in schema:
            found = [self.expression(each, sent=sent, indent=indent) for each in schema["anyOf"]]
            return " | ".join(each for each in found if each != "null" or not sent)
        match schema.get("type"):
            case "array":
                inner = self.expression(schema["items"], sent=sent, indent=indent)
                return f"readonly ({inner})[]" if " " in inner else f"readonly {inner}[]"
            case "object" if "properties" in schema:
                return self._fields(schema, indent, sent) or _NOTHING
            case "object":
                values = schema.get("additionalProperties", True)
                inner = "unknown" if values in (True, {}) else self.expression(values, sent=sent, indent=indent)
                return f"Readonly<Record<string, {inner}>>"
            case str(kind) if kind in _PRIMITIVES:
                return _PRIMITIVES[kind]
            case list(kinds):
                return " | ".join(_PRIMITIVES[kind] for kind in kinds if kind != "null" or not sent)
            case None if not set(schema) - {"description"}:
                return "unknown"
        raise UnreadableSchema(f"no type is known for {json.dumps(schema)[:200]}")

    def name(self, full_name: str, *, sent: bool) -> str:
        """Return the name of a component's form."""
        has_both = full_name in self.sent and full_name in self.received and "enum" not in self.components[full_name]
        return short_name(full_name) + ("Input" if sent and has_both else "")

    def _fields(self, schema: Schema, indent: str, sent: bool) -> str:
        inside = indent + "  "
        choices, required = _choices(schema), set(schema.get("required", ()))
        lines: list[str] = []
        for name, field in schema.get("properties", {}).items():
            if field.get("readOnly" if sent else "writeOnly"):
                continue
            given = name in required if sent else name not in choices
            kind = self.expression(field, sent=sent, indent=inside)
            loose = " | undefined" if sent and not given else ""
            key = name if name.isidentifier() else json.dumps(name)
            lines.append(f"{doc(field, inside)}{inside}readonly {key}{'' if given else '?'}: {kind}{loose};\n")
        return "{\n" + "".join(lines) + indent + "}" if lines else ""


def doc(schema: Schema, indent: str = "") -> str:
    """Return the comment of what has a description; nothing for what has none."""
    return comment(schema.get("description", ""), "@deprecated" if schema.get("deprecated") else "", indent=indent)


def comment(*paragraphs: str, indent: str = "") -> str:
    """Return paragraphs as one TSDoc comment, with its line's end; nothing when all are empty."""
    text = "\n\n".join(filter(None, paragraphs)).replace("*/", "*\\/")
    if not text:
        return ""
    if "\n" not in text and len(text) + len(indent) < 112:
        return f"{indent}/** {text} */\n"
    lines = "".join(f"{indent} * {line}".rstrip() + "\n" for line in text.split("\n"))
    return f"{indent}/**\n{lines}{indent} */\n"


def _union(names: Iterable[str]) -> str:
    return "\n".join(f"  | {json.dumps(name)}" for name in names)


def _choices(schema: Schema) -> set[str]:
    """The fields of which at most one is set: a server leaves out the others."""
    groups = [schema, *schema.get("allOf", ())]
    named = (name for group in groups for each in group.get("oneOf", ()) for name in each.get("required", ()))
    return set(named)


def _reached(components: Mapping[str, Schema], roots: Iterable[Schema]) -> frozenset[str]:
    found: set[str] = set()
    waiting: list[Any] = list(roots)
    while waiting:
        each = waiting.pop()
        if isinstance(each, list):
            waiting.extend(each)
        elif isinstance(each, Mapping):
            name = str(each.get("$ref", "")).removeprefix(REF)
            if name in components and name not in found:
                found.add(name)
                waiting.append(components[name])
            waiting.extend(value for key, value in each.items() if key != "example")
    return frozenset(found)
