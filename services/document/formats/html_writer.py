"""HTML writer: a document as an HTML fragment that any browser shows and the reader reads back exactly.

Owns the blocks: paragraphs, nested lists, quotes, code, tables. A line whose spaces HTML would swallow says
`white-space:pre-wrap`, so no space turns into a no-break space. Everything that comes from the document is escaped.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import escape
from itertools import groupby

from ot.document import Document

from .html_inline import embed_html, inline_html
from .lines import Line, lines_of
from .model import Block, Kind

MAX_NESTED_LISTS = 16
"""Lists nest this deep; an item further in says so by `data-indent`, so that no reader meets hopeless nesting."""

_SWALLOWED = re.compile(r"^[ \t\f]|[ \t\f]$|[ \t\f]{2}|[\t\f]")
_GROUPED = frozenset({Kind.QUOTE, Kind.CODE, Kind.TABLE, Kind.LIST})


def render_html(document: Document) -> str:
    """`document` as HTML, a block a line. O(length)."""
    return "".join([f"{block}\n" for block in _blocks(document)])


def render_plain_html(text: str) -> str:
    """A plain text as HTML: one preformatted block. Its sacrificial last newline is no part of the text."""
    return f"<pre><span>{escape(text, quote=False)}\n</span></pre>\n"


def _blocks(document: Document) -> Iterator[str]:
    for key, group in groupby(lines_of(document), _group_key):
        lines = list(group)
        if key is None:
            yield from map(_single, lines)
        elif key.kind is Kind.CODE:
            yield _code(key, lines)
        elif key.kind is Kind.QUOTE:
            yield "<blockquote>\n" + "\n".join(map(_single, lines)) + "\n</blockquote>"
        elif key.kind is Kind.TABLE:
            yield _table(lines)
        else:
            yield _lists(lines)


def _group_key(line: Line) -> Block | None:
    """What lines of one block have in common; None for a line that is a block of its own."""
    if line.alone is not None or line.block.kind not in _GROUPED:
        return None
    return line.block if line.block.kind is Kind.CODE else Block(line.block.kind)


def _single(line: Line) -> str:
    if line.alone is not None:
        return embed_html(line.runs[0])
    tag = f"h{line.block.detail}" if line.block.kind is Kind.HEADER else "p"
    return f"<{tag}{_attributes(line.block, line)}>{_content(line)}</{tag}>"


def _content(line: Line) -> str:
    return inline_html(line.runs) or "<br>"


def _attributes(block: Block, line: Line | None, extra: Iterable[str] = (), indent: int | None = None) -> str:
    """The attributes of a block's tag, with a space before each."""
    if indent is None:
        indent = block.indent
    styles = [f"padding-left:{3 * indent}em"] if indent else []
    if block.align:
        styles.append(f"text-align:{block.align}")
    if line is not None and _SWALLOWED.search(_text(line)):
        styles.append("white-space:pre-wrap")
    attributes = list(extra)
    if indent:
        attributes.append(f'data-indent="{block.indent}"')
    if block.rtl:
        attributes.append('dir="rtl"')
    if styles:
        attributes.append(f'style="{";".join(styles)}"')
    return "".join([f" {attribute}" for attribute in attributes])


def _text(line: Line) -> str:
    return "".join([run.content if isinstance(run.content, str) else "\ufffc" for run in line.runs])


def _code(block: Block, lines: list[Line]) -> str:
    language = f' class="language-{escape(block.detail)}"' if isinstance(block.detail, str) else ""
    text = "".join([inline_html(line.runs) + "\n" for line in lines])
    return f"<pre{_attributes(block, None)}><code{language}>{text}</code></pre>"


def _table(lines: list[Line]) -> str:
    rows = []
    for row, cells in groupby(lines, lambda line: line.block.detail):
        inner = "".join([f"<td{_attributes(cell.block, cell)}>{_content(cell)}</td>" for cell in cells])
        rows.append(f'<tr data-row="{escape(str(row))}">{inner}</tr>\n')
    return "<table><tbody>\n" + "".join(rows) + "</tbody></table>"


def _lists(lines: list[Line]) -> str:
    """Nested lists. An item stays open until its sibling or its list's end, since deeper lists go inside it."""
    out: list[str] = []
    tags: list[str] = []  # the lists that are open, outermost first
    has_item: list[bool] = []
    for line in lines:
        block = line.block
        tag = "ol" if block.detail == "ordered" else "ul"
        level = min(block.indent, MAX_NESTED_LISTS - 1)
        while len(tags) > level + 1 or (len(tags) == level + 1 and tags[-1] != tag):
            out.append(_closed(tags.pop(), has_item.pop()))
        while len(tags) < level + 1:
            out.append(f"<{tag}>")
            tags.append(tag)
            has_item.append(False)
        out.append("</li>\n" if has_item[-1] else "")
        has_item[-1] = True
        out.append(_item(line, 0 if block.indent == level else block.indent))
    while tags:
        out.append(_closed(tags.pop(), has_item.pop()))
    return "".join(out)


def _closed(tag: str, has_item: bool) -> str:
    return f"</li></{tag}>" if has_item else f"</{tag}>"


def _item(line: Line, indent: int) -> str:
    block = line.block
    extra, box = [], ""
    if block.detail in ("checked", "unchecked"):
        extra.append(f'data-list="{block.detail}"')
        box = f'<input type="checkbox" disabled{" checked" if block.detail == "checked" else ""}>'
    return f"<li{_attributes(block, line, extra, indent)}>{box}{_content(line)}"
