"""Merge: an edit of a rendering, carried over to the document it was rendered from.

Owns the rule that keeps what a format cannot hold: the edit is found between two documents that both went through the
format, and only then carried to the document that did not. Text put in among coloured text is coloured too.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate

from ot.document import Document
from ot.operation import Attributes, Component, Delete, Insert, Operation
from ot.transform import transform

from .convert import parse, render
from .forms import Format
from .marks import diff_of_embeds as diff
from .model import INLINE_KEYS
from .rows import with_rows_of

# Inline attributes a rendering does not show, so that nobody who edits it can mean anything about them.
_UNSEEN: Mapping[Format, frozenset[str]] = {
    Format.TEXT: INLINE_KEYS,
    Format.MARKDOWN: frozenset({"color", "background", "font", "size"}),
    Format.HTML: frozenset(),
    Format.DELTA: frozenset(),
}


def edit_in(base: Document, source: str, form: Format, *, plain_text: bool) -> Operation:
    """The operation on `base` that turning its rendering in `form` into `source` means.

    Law: if source is the rendering of `base`, the operation is empty. What the format cannot hold stays as it is in
    `base`, wherever its text stays. Raises UnreadableContent. Cost: a rendering, two readings and a diff.
    """
    rendering = render(base, form, plain_text=plain_text)
    if source == rendering:
        return Operation()
    if form is Format.DELTA:
        # It holds everything, also what `parse` would refuse to let in, so `base` is its own reading.
        return diff(base, parse(source, form, plain_text=plain_text))
    new = parse(source, form, plain_text=plain_text)
    shown = parse(rendering, form, plain_text=plain_text)
    if form is Format.MARKDOWN and not plain_text:
        shown, new = with_rows_of(base, shown, new)
    operation = diff(shown, new)
    if not operation or shown == base:
        return operation
    if shown.text() != base.text():
        operation = transform(operation, diff(shown, base), first=False)
    # With equal texts both differ in formats at most, and a format that was edited is meant to change.
    return Operation(_among_its_like(operation, base, _UNSEEN[form]))


def _among_its_like(operation: Operation, base: Document, unseen: frozenset[str]) -> Iterator[Component]:
    """`operation` with unseen formats on inserted text: those of the text it replaces, or is put in the middle of."""
    if not unseen:
        yield from operation.components
        return
    formats = _Formats(base, unseen)
    position = 0
    for component, replaces in _with_replaces(operation.components):
        if isinstance(component, Insert):
            yield from _formatted(component, formats.common(position, replaces=replaces))
        else:
            position += component.length
            yield component


def _with_replaces(components: Sequence[Component]) -> Iterator[tuple[Component, bool]]:
    """Each component, and whether it is an insert that a delete follows."""
    replaces = False
    marked = []
    for component in reversed(components):
        replaces = isinstance(component, Delete) or (replaces and isinstance(component, Insert))
        marked.append((component, replaces))
    yield from reversed(marked)


class _Formats:
    """The unseen formats at each place of a document."""

    def __init__(self, base: Document, unseen: frozenset[str]) -> None:
        runs = base.runs()
        self._ends = list(accumulate([run.length for run in runs]))
        self._unseen = [_only(run.attributes, unseen) for run in runs]

    def common(self, position: int, *, replaces: bool) -> Attributes:
        """What text put in at `position` shares with what is there."""
        after = self._at(position)
        if replaces or not after:
            return after
        before = self._at(position - 1) if position else {}
        return {key: value for key, value in after.items() if key in before and before[key] == value}

    def _at(self, position: int) -> Attributes:
        index = bisect_right(self._ends, position)
        return self._unseen[index] if index < len(self._unseen) else {}


def _only(attributes: Attributes | None, keys: frozenset[str]) -> Attributes:
    return {key: value for key, value in (attributes or {}).items() if key in keys}


def _formatted(insert: Insert, attributes: Attributes) -> Iterator[Insert]:
    """`insert` with `attributes` on all of it but its newlines."""
    if not attributes or not isinstance(insert.content, str):
        yield insert
        return
    merged = {**attributes, **(insert.attributes or {})}
    for index, text in enumerate(insert.content.split("\n")):
        if index:
            yield Insert("\n", insert.attributes)
        if text:
            yield Insert(text, merged)
