"""Router: finds the binding a method and a path mean, and what the path says for its variables.

Owns the order of matching: of all bindings that fit, the one added last. Knows no messages; what is captured is text.
Cost: one step a segment for each literal or wildcard that still fits, whatever the number of bindings.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from edge.gateway.binding import Binding
from edge.gateway.errors import MalformedPath, MethodNotAllowed, RouteNotFound
from edge.gateway.template import DEEP, SINGLE, Segment, Template, Variable, parse
from edge.gateway.unescaping import Unescaping, check_escapes, unescape

__all__ = ["Captured", "Match", "Router", "Unescaping"]

ANY_VERB = "*"
"""The verb of a binding that takes every HTTP method."""

Captured = tuple[tuple[tuple[str, ...], str], ...]
"""For each variable of the template, in its order: the field path, and the unescaped text."""


class Match(NamedTuple):
    """The binding that a request means, and what its path says for the template's variables."""

    binding: Binding
    captured: Captured


class _Route(NamedTuple):
    order: int
    binding: Binding
    template: Template
    deep_at: int


_Ends = dict[str, _Route]
"""By HTTP verb, the route added last of those that end at one place."""


@dataclass(slots=True)
class _Node:
    """A place in the tree of templates: where a literal leads, where `*` does, and what ends here.

    `deeps` are the routes that go on with `**`, by the segments that follow it.
    """

    literals: dict[str, _Node] = field(default_factory=dict)
    single: _Node | None = None
    ends: _Ends = field(default_factory=dict)
    deeps: dict[tuple[Segment, ...], _Ends] = field(default_factory=dict)

    def follow(self, segment: Segment) -> _Node:
        """The node that `segment`, a literal or SINGLE, leads to; made if there is none."""
        if isinstance(segment, str):
            return self.literals.setdefault(segment, _Node())
        self.single = self.single or _Node()
        return self.single


class Router:
    """The bindings of a gateway, in the order they were added.

    With `strict_deep_wildcards`, a `**` after other segments needs a segment: `/v1/files/{path=**}` does not match
    `/v1/files`.
    """

    def __init__(
        self, unescaping: Unescaping = Unescaping.ALL_EXCEPT_RESERVED, *, strict_deep_wildcards: bool = False
    ) -> None:
        self._unescaping = unescaping
        self._strict = strict_deep_wildcards
        self._roots: dict[str, _Node] = {}
        self._longest_suffix = 0
        self._count = 0

    def add(self, binding: Binding) -> None:
        """Later bindings win over earlier ones. Raises TemplateError."""
        template = parse(binding.template)
        deep_at = template.segments.index(DEEP) if DEEP in template.segments else len(template.segments)
        node = self._roots.setdefault(template.verb, _Node())
        for segment in template.segments[:deep_at]:
            node = node.follow(segment)
        is_deep = deep_at < len(template.segments)
        ends = node.deeps.setdefault(template.segments[deep_at + 1 :], {}) if is_deep else node.ends
        ends[binding.verb] = _Route(self._count, binding, template, deep_at)
        self._longest_suffix = max(self._longest_suffix, len(template.verb))
        self._count += 1

    def match(self, verb: str, raw_path: str) -> Match:
        """The binding for an HTTP method in capitals and a path as it was sent, percent-encoded, without its query.

        Raises MalformedPath, RouteNotFound, or MethodNotAllowed where only other methods have the path.
        """
        components, escaped = self._split(raw_path)
        best: _Route | None = None
        best_components = components
        allowed: set[str] = set()
        for root, reading in self._readings(components):
            for ends in self._ends(root, reading):
                route = _newest(ends.get(verb), ends.get(ANY_VERB))
                if route is None:
                    allowed.update(ends)
                elif best is None or route.order > best.order:
                    best, best_components = route, reading
        if best is None:
            raise MethodNotAllowed(tuple(sorted(allowed))) if allowed else RouteNotFound()
        return Match(best.binding, self._capture(best, best_components, escaped))

    def _split(self, raw_path: str) -> tuple[list[str], bool]:
        """The path's components, and whether there are escapes in them."""
        if not raw_path.startswith("/"):
            raise MalformedPath("the path does not begin with a slash")
        escaped = "%" in raw_path
        if escaped or not raw_path.isascii():
            check_escapes(raw_path)
        if escaped and self._unescaping is Unescaping.LEGACY:
            return unescape(raw_path)[1:].split("/"), False
        if escaped and self._unescaping is Unescaping.ALL_CHARACTERS:
            return re.split("/|%2[fF]", raw_path[1:]), True
        return raw_path[1:].split("/"), escaped

    def _readings(self, components: list[str]) -> Iterator[tuple[_Node, list[str]]]:
        """The path as plain text, and once more for each verb of a template that its last component ends with."""
        if (root := self._roots.get("")) is not None:
            yield root, components
        last = components[-1]
        colon = last.rfind(":")
        while colon > 0 and len(last) - colon - 1 <= self._longest_suffix:
            if (suffix := last[colon + 1 :]) and (root := self._roots.get(suffix)) is not None:
                yield root, [*components[:-1], last[:colon]]
            colon = last.rfind(":", 0, colon)

    def _ends(self, root: _Node, components: list[str]) -> Iterator[_Ends]:
        """What ends where the components lead, for every way they can be read."""
        nodes = [root]
        for depth, component in enumerate(components):
            following = []
            for node in nodes:
                if node.deeps:
                    yield from self._deep_ends(node, components, depth)
                if (literal := node.literals.get(component)) is not None:
                    following.append(literal)
                if node.single is not None:
                    following.append(node.single)
            if not following:
                return
            nodes = following
        for node in nodes:
            if node.ends:
                yield node.ends
            if node.deeps:
                yield from self._deep_ends(node, components, len(components))

    def _deep_ends(self, node: _Node, components: list[str], depth: int) -> Iterator[_Ends]:
        needed = 1 if self._strict and depth > 0 else 0
        for tail, ends in node.deeps.items():
            start = len(components) - len(tail)
            if start - depth >= needed and all(
                segment is SINGLE or segment == component
                for segment, component in zip(tail, components[start:], strict=True)
            ):
                yield ends

    def _capture(self, route: _Route, components: list[str], escaped: bool) -> Captured:
        return tuple(
            (variable.field_path, "/".join(self._parts(route, components, escaped, variable)))
            for variable in route.template.variables
        )

    def _parts(self, route: _Route, components: list[str], escaped: bool, variable: Variable) -> list[str]:
        """What the segments of a variable are in the path, unescaped where there are escapes.

        A `**` is one part, of any number of components. As in grpc-gateway it is an empty part where it has none:
        `docs/**` captures `docs/`.
        """
        # Template indexes behind a `**` are indexes of the path, this much further on.
        deep_at, shift = route.deep_at, len(components) - len(route.template.segments)
        start, end = variable.start, variable.end
        if not escaped and shift >= 0:
            return components[start + (shift if start > deep_at else 0) : end + (shift if end > deep_at else 0)]
        parts = []
        for index, segment in enumerate(route.template.segments[start:end], start):
            if segment is DEEP:
                text, kept = "/".join(components[index : index + 1 + shift]), self._unescaping.kept_in_deep
            else:
                text, kept = components[index + (shift if index > deep_at else 0)], b""
            parts.append(unescape(text, kept) if escaped and not isinstance(segment, str) else text)
        return parts


def _newest(one: _Route | None, other: _Route | None) -> _Route | None:
    if one is None or other is None:
        return one or other
    return one if one.order > other.order else other
