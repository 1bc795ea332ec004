"""Filter: which documents are meant, as a text in the manner of AIP-160.

Owns the grammar of ListDocumentsRequest.filter: conditions joined by AND, read into typed values. Pure; knows no SQL
and no document. Whatever the text, the answer is conditions or InvalidField.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import NamedTuple

from mesh.faults import InvalidField
from mesh.names import check_folder, check_project
from mesh.permission_cache import Scopes
from services.document.documents.metadata import is_label_key

MAX_LENGTH = 2000
_FIELD = "filter"
_LABELS = "labels"
_LABEL_PATH = "labels."
_TOKENS = re.compile(
    r"""
    (?P<space> [ \t\r\n]+ )
    | (?P<text> " (?: [^"\\\x00] | \\["\\] )* " )
    | (?P<operator> != | >= | <= | [=<>:] )
    | (?P<word> [A-Za-z0-9_.-]+ )
    """,
    re.VERBOSE,
)
_TIME = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:[Zz]|[+-]\d\d:\d\d)", re.ASCII)
_ESCAPED = re.compile(r'\\(["\\])')


class Type(StrEnum):
    """What a document holds, as a filter says it."""

    RICH_TEXT = "RICH_TEXT"
    PLAIN_TEXT = "PLAIN_TEXT"


class Field(StrEnum):
    """What is compared for being equal."""

    PROJECT = "project"
    FOLDER = "folder"
    TYPE = "type"
    CREATOR = "creator"
    LANGUAGE = "language"
    TEMPLATE = "template"


class TimeField(StrEnum):
    """What is compared with a time."""

    UPDATE_TIME = "update_time"
    CREATE_TIME = "create_time"


class Order(StrEnum):
    """How a time is compared."""

    AFTER = ">"
    FROM = ">="
    BEFORE = "<"
    UNTIL = "<="


@dataclass(frozen=True, slots=True)
class Is:
    """`field = value`; with `negated`, `field != value`. The value is a Type for TYPE, a bool for TEMPLATE."""

    field: Field
    value: str | Type | bool
    negated: bool = False


@dataclass(frozen=True, slots=True)
class HasLabel:
    """`labels : key`: the document has this label."""

    key: str


@dataclass(frozen=True, slots=True)
class LabelIs:
    """`labels.key = value`; negated, all other documents, those without the label included."""

    key: str
    value: str
    negated: bool = False


@dataclass(frozen=True, slots=True)
class TitleContains:
    """`title : text`, whatever the case."""

    text: str


@dataclass(frozen=True, slots=True)
class Compares:
    """`field order time`."""

    field: TimeField
    order: Order
    time: datetime


@dataclass(frozen=True, slots=True)
class Within:
    """The document is in these scopes. No text says this: who asks is limited to what they may read."""

    scopes: Scopes


_FIELDS, _TIME_FIELDS = frozenset(map(str, Field)), frozenset(map(str, TimeField))

Condition = Is | HasLabel | LabelIs | TitleContains | Compares | Within


class _Token(NamedTuple):
    kind: str
    text: str
    at: int


def parse(text: str, field: str = _FIELD) -> tuple[Condition, ...]:
    """Return the conditions of a filter, all of which must hold; none for an empty one. Raises InvalidField."""
    if len(text) > MAX_LENGTH:
        raise InvalidField(field, f"must be at most {MAX_LENGTH} characters")
    return tuple(_Parser(text, field).conditions())


class _Parser:
    def __init__(self, text: str, field: str) -> None:
        self._text, self._field = text, field
        self._tokens = list(self._scanned())
        self._next = 0

    def conditions(self) -> Iterator[Condition]:
        if not self._tokens:
            return
        yield self._condition()
        while self._next < len(self._tokens):
            joint = self._take("word", "AND")
            if joint.text != "AND":
                raise self._wrong(joint, "AND")
            yield self._condition()

    def _condition(self) -> Condition:
        name = self._take("word", "the name of a field")
        operator = self._take("operator", "one of = != > >= < <= :")
        subject = name.text
        if subject == "title":
            self._require(operator, (":",))
            return TitleContains(self._quoted())
        if subject == _LABELS:
            self._require(operator, (":",))
            return HasLabel(self._label_key(self._take("word", "a label's key")))
        if subject.startswith(_LABEL_PATH):
            key = self._label_key(_Token("word", subject.removeprefix(_LABEL_PATH), name.at))
            self._require(operator, ("=", "!="))
            return LabelIs(key, self._quoted(), operator.text == "!=")
        if subject in _TIME_FIELDS:
            self._require(operator, tuple(Order))
            return Compares(TimeField(subject), Order(operator.text), self._time())
        if subject in _FIELDS:
            self._require(operator, ("=", "!="))
            return Is(Field(subject), self._value(Field(subject)), operator.text == "!=")
        raise self._wrong(name, "a field that can be asked for")

    def _value(self, field: Field) -> str | Type | bool:
        if field is Field.TYPE:
            return Type(self._one_of("word", tuple(Type)))
        if field is Field.TEMPLATE:
            return self._one_of("word", ("true", "false")) == "true"
        value = self._quoted()
        if value and field is Field.PROJECT:
            check_project(value, self._field)
        elif value and field is Field.FOLDER:
            check_folder(value, self._field)
        return value

    def _time(self) -> datetime:
        token = self._peek("a time")
        value = self._quoted()
        try:
            if not _TIME.fullmatch(value):
                raise ValueError(value)
            return datetime.fromisoformat(value.upper()).astimezone(UTC)
        except (ValueError, OverflowError):
            raise self._wrong(token, "an RFC 3339 time in quotes") from None

    def _quoted(self) -> str:
        return _ESCAPED.sub(r"\1", self._take("text", "a value in double quotes").text[1:-1])

    def _one_of(self, kind: str, allowed: tuple[str, ...]) -> str:
        token = self._take(kind, " or ".join(allowed))
        if token.text not in allowed:
            raise self._wrong(token, " or ".join(allowed))
        return token.text

    def _label_key(self, token: _Token) -> str:
        if not is_label_key(token.text):
            raise self._wrong(token, "a label's key")
        return token.text

    def _require(self, operator: _Token, allowed: tuple[str, ...]) -> None:
        if operator.text not in allowed:
            raise self._wrong(operator, " or ".join(allowed))

    def _take(self, kind: str, wanted: str) -> _Token:
        token = self._peek(wanted)
        if token.kind != kind:
            raise self._wrong(token, wanted)
        self._next += 1
        return token

    def _peek(self, wanted: str) -> _Token:
        if self._next == len(self._tokens):
            raise InvalidField(self._field, f"ends where {wanted} should follow")
        return self._tokens[self._next]

    def _scanned(self) -> Iterator[_Token]:
        at = 0
        while at < len(self._text):
            match = _TOKENS.match(self._text, at)
            if match is None:
                raise InvalidField(self._field, f"cannot be read at character {at + 1}")
            if match.lastgroup != "space":
                yield _Token(str(match.lastgroup), match[0], at)
            at = match.end()

    def _wrong(self, token: _Token, wanted: str) -> InvalidField:
        return InvalidField(self._field, f"at character {token.at + 1}: {wanted} is expected")
