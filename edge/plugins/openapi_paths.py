"""Path templates as OpenAPI paths: literals stay, each wildcard becomes a parameter with a readable name.

Owns the names: `{name=documents/*}` is `documents/{document}`, after the collection it stands in. Two templates that
OpenAPI takes for the same path get the same names, those of the first.
"""

from __future__ import annotations

from dataclasses import dataclass

from edge.gateway.template import DEEP, Segment, Template, Variable, Wildcard

_ANONYMOUS = "segment"


@dataclass(frozen=True, slots=True)
class PathParameter:
    """One wildcard. It is the whole value of the field at `field_path`, or a part of it, where `pattern` says which.

    `field_path` is empty for a wildcard that is bound to no field. `deep` takes slashes too.
    """

    name: str
    field_path: tuple[str, ...] = ()
    pattern: str = ""
    deep: bool = False


@dataclass(frozen=True, slots=True)
class ReadablePath:
    """A path of the document, and what its braces mean."""

    path: str
    parameters: tuple[PathParameter, ...]


class Paths:
    """The paths of one document."""

    def __init__(self) -> None:
        self._names: dict[str, list[str]] = {}

    def of(self, template: Template) -> ReadablePath:
        """Return the template as a path of OpenAPI."""
        named = self._names.setdefault(_shape(template), _names(template))
        names = iter(named)
        segments = [next(names) if isinstance(each, Wildcard) else each for each in template.segments]
        shown = [
            f"{{{segment}}}" if isinstance(each, Wildcard) else segment
            for each, segment in zip(template.segments, segments, strict=True)
        ]
        parameters = tuple(
            _parameter(template, at, segments[at], shown)
            for at, each in enumerate(template.segments)
            if isinstance(each, Wildcard)
        )
        return ReadablePath("/" + "/".join(shown) + (f":{template.verb}" if template.verb else ""), parameters)


def _shape(template: Template) -> str:
    return template.shape.replace("**", "*")


def _names(template: Template) -> list[str]:
    names: list[str] = []
    for at, segment in enumerate(template.segments):
        if isinstance(segment, Wildcard):
            base = _base_name(template, at)
            taken = sum(name == base or name.startswith(f"{base}_") for name in names)
            names.append(f"{base}_{taken}" if taken else base)
    return names


def _base_name(template: Template, at: int) -> str:
    variable = _variable_at(template, at)
    if variable is None:
        return _ANONYMOUS
    if variable.end - variable.start == 1:
        return ".".join(variable.field_path)
    before: Segment = template.segments[at - 1] if at > variable.start else ""
    return singular(before) if isinstance(before, str) and before else variable.field_path[-1]


def _parameter(template: Template, at: int, name: str, shown: list[str]) -> PathParameter:
    variable, deep = _variable_at(template, at), template.segments[at] is DEEP
    if variable is None:
        return PathParameter(name, deep=deep)
    is_whole = variable.end - variable.start == 1
    pattern = "" if is_whole else "/".join(shown[variable.start : variable.end])
    return PathParameter(name, variable.field_path, pattern, deep)


def _variable_at(template: Template, at: int) -> Variable | None:
    return next((each for each in template.variables if each.start <= at < each.end), None)


def singular(collection: str) -> str:
    """`documents` is `document`, `policies` is `policy`, `shelves` is `shelf`; what is no plural in -s stays."""
    if collection.endswith("lves"):
        return collection[:-3] + "f"
    if collection.endswith("ies") and len(collection) > 4:
        return collection[:-3] + "y"
    if collection.endswith(("sses", "xes", "ches", "shes")):
        return collection[:-2]
    return collection[:-1] if collection.endswith("s") and not collection.endswith("ss") else collection
