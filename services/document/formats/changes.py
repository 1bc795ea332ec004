"""Changes: what an operation does to a document, as a row of parts in reading order.

Owns the walk that the readable diffs share. Deleted content is there too, before what was put in its place.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from ot.document import Document
from ot.operation import Attributes, Insert, JsonValue, Operation, Retain


class Change(StrEnum):
    """What became of a part. SKIP stands for unchanged lines that are not shown."""

    KEEP = "keep"
    INSERT = "insert"
    DELETE = "delete"
    FORMAT = "format"
    SKIP = "skip"


@dataclass(frozen=True, slots=True)
class Part:
    """A run of the document before (kept, deleted, formatted) or of what was inserted. `title` tells the formatting."""

    change: Change
    run: Insert
    title: str = ""


def parts_of(before: Document, operation: Operation) -> Iterator[Part]:
    """The parts of `before` under `operation`, in order. Raises LengthMismatch, SurrogateSplit. O(length)."""
    before.check(operation)
    position = 0
    inserted: list[Part] = []
    for component in operation.components:
        if isinstance(component, Insert):
            inserted.append(Part(Change.INSERT, component))
            continue
        runs = before.slice(position, component.length)
        position += component.length
        if not isinstance(component, Retain):
            yield from [Part(Change.DELETE, run) for run in runs]
            yield from inserted
        else:
            yield from inserted
            yield from [_retained(run, component.attributes) for run in runs]
        inserted = []
    yield from inserted
    yield from [Part(Change.KEEP, run) for run in before.slice(position, before.length - position)]


def _retained(run: Insert, attributes: Attributes | None) -> Part:
    was = run.attributes or {}
    changed = {key: value for key, value in (attributes or {}).items() if was.get(key) != value}
    if not changed:
        return Part(Change.KEEP, run)
    now = {key: value for key, value in {**was, **changed}.items() if value is not None}
    title = ", ".join([_told(key, value, was.get(key)) for key, value in sorted(changed.items())])
    return Part(Change.FORMAT, Insert(run.content, now), title)


def _told(key: str, value: JsonValue, was: JsonValue) -> str:
    if value is None:
        return f"{key} removed"
    if value is True:
        return f"{key} added"
    return f"{key} {_word(value)}" if was is None else f"{key} {_word(value)} instead of {_word(was)}"


def _word(value: JsonValue) -> str:
    return str(value) if isinstance(value, str | int | float) else "…"
