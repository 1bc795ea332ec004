"""Template: the grammar of google.api.http paths, read once into segments and variables.

Owns what a template may say and what is told when it says anything else. Never sees a request: `router` matches.

    Template  = "/" Segments [ ":" Verb ]        Variable  = "{" FieldPath [ "=" Segments ] "}"
    Segments  = Segment { "/" Segment }          FieldPath = IDENT { "." IDENT }
    Segment   = "*" | "**" | LITERAL | Variable  Verb      = LITERAL

As in grpc-gateway, and unlike google/api/http.proto, fixed segments may follow `**`, and `/` alone is a template.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from typing import Final


class Wildcard(Enum):
    """A segment that is not text."""

    SINGLE = "*"
    DEEP = "**"


SINGLE: Final = Wildcard.SINGLE
"""Exactly one segment of the path."""
DEEP: Final = Wildcard.DEEP
"""Any number of segments, none included; at most once a template."""

Segment = str | Wildcard
"""A literal as it stands in the path, percent-encoded, or a wildcard."""


class TemplateError(ValueError):
    """The text is no path template; says what is wrong with which text."""

    def __init__(self, problem: str, text: str) -> None:
        super().__init__(f"{problem}: {text}")


@dataclass(frozen=True, slots=True)
class Variable:
    """`segments[start:end]` of the template are captured as the field at `field_path`; start < end.

    With a DEEP segment before them, indexes count segments of the template; those of a path are the same counted from
    the end.
    """

    field_path: tuple[str, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Template:
    """A path template: `text` as annotated, and what it means. `/` alone has the one segment ``""``."""

    text: str
    segments: tuple[Segment, ...]
    variables: tuple[Variable, ...] = ()
    verb: str = ""

    @property
    def shape(self) -> str:
        """The template without its variables' names: two templates that match the same paths have the same shape."""
        path = "/".join(s if isinstance(s, str) else s.value for s in self.segments)
        return f"/{path}:{self.verb}" if self.verb else f"/{path}"


def parse(text: str) -> Template:
    """Read a path template. Raises TemplateError."""
    if not text.startswith("/"):
        raise TemplateError("a path template begins with a slash", text)
    if text == "/":
        return Template(text, ("",))
    path, verb = _split_verb(text)
    segments: list[Segment] = []
    variables: list[Variable] = []
    for piece in _pieces(path, text):
        if piece.startswith("{"):
            field_path, inner = _variable(piece[1:-1], text)
            variables.append(Variable(field_path, len(segments), len(segments) + len(inner)))
            segments += inner
        else:
            segments.append(_segment(piece, text))
    if segments.count(DEEP) > 1:
        raise TemplateError("** stands more than once", text)
    if len({variable.field_path for variable in variables}) < len(variables):
        raise TemplateError("a field is bound more than once", text)
    return Template(text, tuple(segments), tuple(variables), verb)


# pchar of RFC 3986.
_LITERAL = re.compile(r"(?:[A-Za-z0-9\-._~!$&'()*+,;=:@]|%[0-9A-Fa-f]{2})+")
_FIELD_PATH = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*")
_PIECE = re.compile(r"\{[^{}]*\}|[^{}/]*")


def _split_verb(text: str) -> tuple[str, str]:
    """The path without its leading slash, and the verb.

    A literal may hold colons, so the last one begins the verb; after a variable nothing but a verb can stand, so the
    first one does.
    """
    last_start = max(text.rfind("/"), text.rfind("}")) + 1
    after_variable = text[last_start - 1] == "}"
    colon = text.find(":", last_start) if after_variable else text.rfind(":", last_start)
    if colon < 0:
        return text[1:], ""
    if colon == last_start and not after_variable:
        raise TemplateError("a verb needs a segment before it", text)
    verb = text[colon + 1 :]
    if not _LITERAL.fullmatch(verb):
        raise TemplateError(f"the verb {verb!r} is no literal", text)
    return text[1:colon], verb


def _pieces(path: str, text: str) -> list[str]:
    """Split at the slashes that stand outside of variables."""
    pieces: list[str] = []
    at = 0
    while found := _PIECE.match(path, at):
        pieces.append(found.group())
        at = found.end() + 1
        if found.end() == len(path):
            return pieces
        if path[found.end()] != "/":
            raise TemplateError(_misplaced(path, found.end()), text)
    raise AssertionError("the pattern matches the empty text as well")


def _misplaced(path: str, at: int) -> str:
    """Why `path` cannot go on at `at`, where no slash is."""
    if path[at] == "}":
        return "a variable is closed that was not opened"
    if path[at] != "{" or path[at - 1 : at] not in ("", "/"):
        return "a variable is a whole segment"
    opened, closed = path.find("{", at + 1), path.find("}", at)
    return "variables do not nest" if 0 < opened < closed else "a variable is not closed"


def _variable(inside: str, text: str) -> tuple[tuple[str, ...], list[Segment]]:
    field_path, equals, pattern = inside.partition("=")
    if not _FIELD_PATH.fullmatch(field_path):
        raise TemplateError(f"{field_path!r} is no field path", text)
    pieces = pattern.split("/") if equals else ["*"]
    return tuple(field_path.split(".")), [_segment(piece, text) for piece in pieces]


def _segment(piece: str, text: str) -> Segment:
    if piece in ("*", "**"):
        return Wildcard(piece)
    if not piece:
        raise TemplateError("a segment is empty", text)
    if not _LITERAL.fullmatch(piece):
        raise TemplateError(f"{piece!r} is no literal, wildcard or variable", text)
    return piece
