"""Marks: embeds as characters, so that a diff tells one embed from another.

To the algebra's diff all embeds look alike until it has aligned them, which is the smaller edit in a live document. To
carry an edit over, each picture must find itself again. A mark is one UTF-16 unit, as an embed is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ot.diff import diff
from ot.document import Document
from ot.operation import Component, Embed, Insert, Operation

_PRIVATE = [chr(code) for code in range(0xE000, 0xF900)]


def diff_of_embeds(before: Document, after: Document) -> Operation:
    """As `ot.diff.diff`, but an embed stays only where an equal one was. With more kinds of embeds than there are marks
    it is that diff.
    """
    embeds = list(dict.fromkeys(_embeds(before.runs() + after.runs())))
    taken = set(before.text() + after.text()) if embeds else set()
    free = [mark for mark in _PRIVATE if mark not in taken]
    if not 0 < len(embeds) <= len(free):
        return diff(before, after)
    marks = dict(zip(embeds, free, strict=False))
    operation = diff(_marked(before, marks), _marked(after, marks))
    return _unmarked(operation, {mark: embed for embed, mark in marks.items()})


def _embeds(runs: Sequence[Insert]) -> Iterator[Embed]:
    return (run.content for run in runs if isinstance(run.content, Embed))


def _marked(document: Document, marks: dict[Embed, str]) -> Document:
    runs = [
        Insert(marks[run.content], run.attributes) if isinstance(run.content, Embed) else run for run in document.runs()
    ]
    return Document.from_operation(Operation(runs))


def _unmarked(operation: Operation, embeds: dict[str, Embed]) -> Operation:
    pattern = re.compile("([" + "".join(embeds) + "])")
    components: list[Component] = []
    for component in operation.components:
        if not isinstance(component, Insert) or isinstance(component.content, Embed):
            components.append(component)
            continue
        for piece in pattern.split(component.content):
            if piece:
                components.append(Insert(embeds.get(piece, piece), component.attributes))
    return Operation(components)
