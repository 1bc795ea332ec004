"""What the properties of `ot` are tried on: documents and operations with emoji, embeds and formatting."""

from __future__ import annotations

from hypothesis import strategies as st

from ot.document import Document
from ot.operation import Component, Delete, Embed, Insert, Operation, Retain, utf16_length

ALPHABET = "ab \nß語😀👍🏽"

texts = st.text(st.sampled_from(ALPHABET), min_size=1, max_size=6)
embeds = st.sampled_from([Embed("image", "a.png"), Embed("image", "b.png"), Embed("formula", {"tex": "x", "n": 1})])
contents = texts | texts | texts | embeds

_values = st.sampled_from([True, False, 1, 0, "red", 1.5, {"nested": [1, True]}, ["list"]])
_keys = st.sampled_from(["bold", "color", "link"])
set_attributes = st.none() | st.dictionaries(_keys, _values, max_size=2)
attributes = st.none() | st.dictionaries(_keys, _values | st.none(), max_size=2)

inserts = st.builds(Insert, contents, set_attributes)


@st.composite
def documents(draw: st.DrawFn, max_runs: int = 6) -> Document:
    """A document of a few runs."""
    return Document.from_operation(Operation(draw(st.lists(inserts, max_size=max_runs))))


def boundaries(document: Document) -> list[int]:
    """Every UTF-16 position of `document` that lies between two characters."""
    positions, at = [0], 0
    for character in document.text():
        at += utf16_length(character)
        positions.append(at)
    return positions


@st.composite
def operations_on(draw: st.DrawFn, document: Document) -> Operation:
    """An operation that fits `document` and splits no character."""
    places = boundaries(document)
    components: list[Component] = []
    at = 0
    for _ in range(draw(st.integers(0, 6))):
        kind = draw(st.sampled_from(["insert", "retain", "delete"]))
        if kind == "insert":
            components.append(draw(inserts))
            continue
        if at == len(places) - 1:
            continue
        to = draw(st.integers(at + 1, min(len(places) - 1, at + 5)))
        length = places[to] - places[at]
        at = to
        components.append(Delete(length) if kind == "delete" else Retain(length, draw(attributes)))
    return Operation(components)


@st.composite
def edits(draw: st.DrawFn, concurrent: int = 1, sequential: int = 0) -> tuple[Document, list[Operation]]:
    """A document, `concurrent` operations on it, then `sequential` ones, each after the one before (from the first)."""
    document = draw(documents())
    operations = [draw(operations_on(document)) for _ in range(concurrent)]
    after = document.copy()
    if operations:
        after.apply(operations[0])
    for _ in range(sequential):
        operation = draw(operations_on(after))
        after.apply(operation)
        operations.append(operation)
    return document, operations
