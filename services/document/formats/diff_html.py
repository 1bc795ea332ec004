"""Diff as HTML: a change to a document as a page that people can read.

Owns the marks: <ins>, <del>, <span class="format">, and a paragraph that stands for lines nobody changed. Everything
that comes from the document is escaped, and unsafe URLs are left out, as the HTML writer does it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape
from itertools import groupby

from ot.document import Document
from ot.operation import Embed, Insert, Operation

from .changes import Change, Part, parts_of
from .html_inline import inline_html
from .model import BLOCK_EMBEDS, Block, Kind, block_of

CONTEXT_LINES = 2
"""Unchanged lines shown on each side of a change."""


@dataclass(slots=True)
class _Line:
    parts: list[Part] = field(default_factory=list)
    end: Part | None = None

    @property
    def is_unchanged(self) -> bool:
        return all(part.change is Change.KEEP for part in self.parts) and (
            self.end is None or self.end.change is Change.KEEP
        )


def diff_html(before: Document, operation: Operation) -> str:
    """HTML of what `operation` changes in `before`, a block a line, in document order.

    Deleted text is <del>, new text <ins>, newly formatted text <span class="format" title="bold added">; a line whose
    own format changed has that class and title. A line break that came or went shows as ¶. Of a stretch of unchanged
    lines CONTEXT_LINES at each change are shown; <p class="skipped" data-lines="n"> stands for the rest. An operation
    that changes nothing gives "". Raises LengthMismatch, SurrogateSplit. O(length).
    """
    out = []
    groups = [(key, list(group)) for key, group in groupby(_lines(before, operation), lambda line: line.is_unchanged)]
    for place, (is_unchanged, lines) in enumerate(groups):
        if not is_unchanged:
            out += [_block(line) for line in lines]
        elif len(groups) > 1:
            out += _collapsed(lines, is_first=place == 0, is_last=place == len(groups) - 1)
    return "".join([f"{block}\n" for block in out])


def _lines(before: Document, operation: Operation) -> Iterator[_Line]:
    line = _Line()
    for part in parts_of(before, operation):
        content = part.run.content
        if isinstance(content, Embed):
            line.parts.append(part)
            if content.type in BLOCK_EMBEDS:
                yield line
                line = _Line()
            continue
        first, *others = content.split("\n")
        _add(line, part, first)
        for text in others:
            line.end = part
            yield line
            line = _Line()
            _add(line, part, text)
    if line.parts:
        yield line


def _add(line: _Line, part: Part, text: str) -> None:
    if text:
        line.parts.append(Part(part.change, Insert(text, part.run.attributes), part.title))


def _collapsed(lines: list[_Line], *, is_first: bool, is_last: bool) -> Iterator[str]:
    head = 0 if is_first else CONTEXT_LINES
    tail = 0 if is_last else CONTEXT_LINES
    skipped = len(lines) - head - tail
    if skipped <= 1:  # the marker would be as long as the line
        yield from map(_block, lines)
        return
    yield from map(_block, lines[:head])
    yield f'<p class="skipped" data-lines="{skipped}">{skipped} unchanged lines</p>'
    yield from map(_block, lines[len(lines) - tail :])


def _block(line: _Line) -> str:
    """One line with its marks."""
    block = block_of(line.end.run.attributes) if line.end is not None else block_of(None)
    tag = {Kind.HEADER: f"h{block.detail}", Kind.CODE: "pre", Kind.QUOTE: "blockquote"}.get(block.kind, "p")
    marks = "".join([_marked(change, title, runs) for change, title, runs in _grouped(line.parts)])
    return f"<{tag}{_attributes(block, line.end)}>{marks}{_break(line.end)}</{tag}>"


def _grouped(parts: list[Part]) -> Iterator[tuple[Change, str, list[Insert]]]:
    for (change, title), group in groupby(parts, lambda part: (part.change, part.title)):
        yield change, title, [part.run for part in group]


def _marked(change: Change, title: str, runs: list[Insert]) -> str:
    inner = inline_html(runs) or "".join([_named(run) for run in runs])
    match change:
        case Change.INSERT:
            return f"<ins>{inner}</ins>"
        case Change.DELETE:
            return f"<del>{inner}</del>"
        case Change.FORMAT:
            return f'<span class="format" title="{escape(title)}">{inner}</span>'
        case _:
            return inner


def _named(run: Insert) -> str:
    """What stands for an embed that no format knows."""
    return f"[{escape(run.content.type)}]" if isinstance(run.content, Embed) else ""


def _attributes(block: Block, end: Part | None) -> str:
    classes = []
    if block.kind is Kind.LIST:
        classes.append(f"list-{block.detail}")
    if block.kind is Kind.TABLE:
        classes.append("cell")
    title = ""
    if end is not None and end.change is Change.FORMAT:
        classes.append("format")
        title = f' title="{escape(end.title)}"'
    style = f' style="padding-left:{3 * block.indent}em"' if block.indent else ""
    return (f' class="{" ".join(classes)}"' if classes else "") + title + style


def _break(end: Part | None) -> str:
    if end is None or end.change not in (Change.INSERT, Change.DELETE):
        return ""
    return "<ins>¶</ins>" if end.change is Change.INSERT else "<del>¶</del>"
