"""Markdown writer: a document as CommonMark with GFM's tables, task lists and strikethrough.

Owns the blocks and what may stand at the beginning and end of a line. One line of the document is one block; blank
lines beyond the one that separates two blocks are the empty paragraphs between them, so the reader can count them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import groupby

from ot.document import Document

from .lines import Line, lines_of
from .markdown_inline import embed_markdown, inline_markdown
from .model import Block, Kind, is_known

MAX_LIST_DEPTH = 12
"""Levels of a list; an item further in stands on the last. Readers of Markdown stop looking at some depth."""

_CLOSING_HASHES = re.compile(r"(?:^|(?<=[ \t]))#(?=#*$)")
_BEGINS_BLOCK = re.compile(r"#{1,6}(?=\s|$)|>|[+-](?=\s|$)|-(?=[-\s]*$)|(?P<number>\d{1,9})[.)](?=\s|$)")
# Whitespace at the ends of a line, as character references; those of control characters would be read as U+FFFD.
_REFERENCE = {char: f"&#{ord(char)};" for char in map(chr, range(0x3001)) if char.isspace() and char not in "\x0b\x85"}
_REFERENCE = {char: reference for char, reference in _REFERENCE.items() if not "\x1c" <= char <= "\x1f"}
_GROUPED = frozenset({Kind.QUOTE, Kind.CODE, Kind.TABLE})


def render_markdown(document: Document) -> str:
    """`document` as Markdown. O(length)."""
    writer = _Writer()
    for key, group in groupby(lines_of(document), _group_key):
        writer.add(key, list(group))
    return writer.finished()


def _group_key(line: Line) -> Block | None:
    if line.alone is not None or line.block.kind not in _GROUPED:
        return None
    return Block(line.block.kind, line.block.detail if line.block.kind is Kind.CODE else None)


class _Writer:
    def __init__(self) -> None:
        self._out: list[str] = []
        self._blanks = 0
        self._list = _OpenList()
        self._after_item = False
        self._after_alone = False

    def add(self, key: Block | None, lines: list[Line]) -> None:
        """Write lines that make up one block, or lines that are a block each (`key` None)."""
        if key is None:
            for line in lines:
                self._add_single(line)
        elif key.kind is Kind.CODE:
            self._block(_code(key, lines))
        elif key.kind is Kind.TABLE:
            self._block(_table(lines))
        else:
            self._block(_quote(lines))

    def finished(self) -> str:
        # The empty line that a document must end in after a block embed is understood; so is the only line there is.
        understood = self._after_alone or not self._out
        return "".join([*self._out, "\n" * (self._blanks - understood if self._blanks else 0)])

    def _add_single(self, line: Line) -> None:
        if line.alone is not None:
            if is_known(line.alone):
                self._block(embed_markdown(line.runs[0]) + "\n")
                self._after_alone = True
            return
        text = inline_markdown(line.runs)
        match line.block.kind:
            case Kind.LIST:
                self._add_item(line.block, _as_line(text))
            case Kind.HEADER:
                self._block(_header(int(line.block.detail or 1), text))
            case _ if text:
                self._add_paragraph(line.block, _as_line(text))
            case _:
                self._blanks += 1

    def _add_paragraph(self, block: Block, text: str) -> None:
        """A paragraph that is indented by as much as the list item above it belongs to that item."""
        column = self._list.continuation(block.indent, self._blanks)
        if column is None:
            self._block(text + "\n")
        else:
            self._separate()
            self._out.append(" " * column + text + "\n")

    def _add_item(self, block: Block, text: str) -> None:
        needs_blank = not text and self._list.would_nest(block.indent)
        if self._after_item and not self._blanks and not needs_blank:
            prefix = self._list.item(block, empty=not text, blanks=0)
        else:
            prefix = self._list.item(block, empty=not text, blanks=self._blanks)
            self._separate()
        self._out.append(f"{prefix}{text}".rstrip(" ") + "\n")
        self._after_item = True

    def _block(self, text: str) -> None:
        self._separate()
        self._list = _OpenList()
        self._out.append(text)

    def _separate(self) -> None:
        if self._out:
            self._out.append("\n")
        self._out.append("\n" * self._blanks)
        self._blanks = 0
        self._after_item = self._after_alone = False


class _OpenList:
    """The items that are open, outermost first: the column their content begins in, and their number."""

    def __init__(self) -> None:
        self._columns: list[int] = []
        self._numbers: list[int] = []  # 0 for a bullet
        self._last_is_empty = False

    def would_nest(self, indent: int) -> bool:
        """Whether an item this far in would be the first inside the one before it, which has text."""
        return len(self._columns) <= min(indent, MAX_LIST_DEPTH - 1) and bool(self._columns) and not self._last_is_empty

    def continuation(self, indent: int, blanks: int) -> int | None:
        """Where a paragraph of that indent stands as part of an item; None if there is no such item."""
        if self._last_is_empty or not 1 <= indent <= len(self._columns):
            return None
        del self._columns[indent:], self._numbers[indent:]
        return self._columns[-1]

    def item(self, block: Block, *, empty: bool, blanks: int) -> str:
        """Open an item and return all that stands before its text."""
        level = min(block.indent, MAX_LIST_DEPTH - 1)
        if blanks and self._last_is_empty:
            # An item without text ends at a blank line, so nothing can be inside it any more.
            self._columns.pop()
            self._numbers.pop()
        number = self._numbers[level] if level < len(self._numbers) else 0
        del self._columns[level:], self._numbers[level:]
        column = self._columns[-1] if self._columns else 0
        prefix = " " * column
        while len(self._columns) < level:
            # A bullet with nothing but a list in it says "one level further in"; `+`, since `- - -` is a rule.
            prefix += "+ "
            self._columns.append(len(prefix))
            self._numbers.append(0)
        number = number + 1 if block.detail == "ordered" else 0
        marker = f"{number}. " if number else "- "
        self._columns.append(len(prefix) + len(marker))
        self._numbers.append(number)
        self._last_is_empty = empty and block.detail in ("ordered", "bullet")
        box = {"checked": "[x] ", "unchecked": "[ ] "}.get(str(block.detail), "")
        return prefix + marker + box


def _header(level: int, text: str) -> str:
    text = _with_references(_CLOSING_HASHES.sub(r"\\#", text))
    return f"{'#' * level} {text}".rstrip(" ") + "\n"


def _as_line(text: str) -> str:
    """`text` so that neither its beginning is taken for a block nor spaces at its ends get lost."""
    begins = _BEGINS_BLOCK.match(text)
    if begins:
        at = begins.end("number") if begins["number"] else 0
        text = f"{text[:at]}\\{text[at:]}"
    return _with_references(text)


def _with_references(text: str) -> str:
    core = text.strip()
    if len(core) == len(text):
        return text
    start = len(text) - len(text.lstrip()) if core else len(text)
    before, after = text[:start], text[start + len(core) :]
    return "".join([*map(_reference, before), core, *map(_reference, after)])


def _reference(char: str) -> str:
    return _REFERENCE.get(char, char)


def _code(block: Block, lines: list[Line]) -> str:
    text = "".join(["".join(_texts(line)) + "\n" for line in lines])
    longest = max([len(run) for run in re.findall(r"^ {0,3}(`{3,})", text, re.MULTILINE)], default=2)
    fence = "`" * (longest + 1)
    return f"{fence}{block.detail if isinstance(block.detail, str) else ''}\n{text}{fence}\n"


def _texts(line: Line) -> Iterator[str]:
    return (run.content for run in line.runs if isinstance(run.content, str))


def _quote(lines: Iterable[Line]) -> str:
    out: list[str] = []
    blanks, is_first = 0, True
    for line in lines:
        text = _as_line(inline_markdown(line.runs))
        if not text:
            blanks += 1
            continue
        out.append(">\n" * (blanks + (not is_first)) + f"> {text}\n")
        blanks, is_first = 0, False
    return "".join(out) + ">\n" * blanks


def _table(lines: list[Line]) -> str:
    """A table whose first row is its header, as GFM has it; rows shorter than the longest get empty cells."""
    rows = [list(cells) for _, cells in groupby(lines, lambda line: line.block.detail)]
    width = max([len(row) for row in rows])
    head, *body = [[_cell(cell) for cell in row] for row in rows]
    head += [""] * (width - len(head))
    rule = [_rule([row[column].block.align for row in rows if column < len(row)]) for column in range(width)]
    return "".join([_row(head), _row(rule), *map(_row, body)])


def _cell(line: Line) -> str:
    return _with_references(inline_markdown(line.runs)).replace("|", "\\|")


def _row(cells: list[str]) -> str:
    return "|" + "".join([f" {cell} |" if cell else " |" for cell in cells]) + "\n"


def _rule(alignments: list[str | None]) -> str:
    alignment = alignments[0] if len(set(alignments)) == 1 else None
    return {"left": ":---", "center": ":---:", "right": "---:"}.get(alignment or "", "---")
