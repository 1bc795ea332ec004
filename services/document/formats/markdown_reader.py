"""Markdown reader: CommonMark with GFM's tables, task lists and strikethrough, as a document.

Owns what each token means for lines. HTML inside Markdown goes through the reader of HTML; a handful of inline tags
count as formats. Never links what only looks like an address, and never lets an unsafe URL through.
"""

from __future__ import annotations

import re

from markdown_it import MarkdownIt
from markdown_it.token import Token

from ot.document import Document

from .errors import UnreadableContent
from .html_reader import read_html
from .lines import LineBuilder
from .markdown_spans import SpanReader
from .model import LANGUAGE, MAX_INDENT, Inline
from .rows import RowNames

MAX_DEPTH = 32
"""Levels of blocks within blocks, where a list counts twice; also of brackets within brackets in a line."""

MAX_LONE_BRACKETS = 10_000
"""Brackets that nothing closes, in all: the parser looks for the end of each, 40 µs a bracket."""

_TASK = re.compile(r"\[([ xX])\](?:[ \t]+|$)")
_ALIGN = re.compile(r"text-align:(left|center|right)")


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"maxNesting": MAX_DEPTH}).enable(["table", "strikethrough"])
    # URLs stay as they are written; which of them are safe is asked where they are used.
    parser.normalizeLink = lambda url: url  # type: ignore[method-assign]
    parser.normalizeLinkText = lambda link: link  # type: ignore[method-assign]
    parser.validateLink = lambda url: True  # type: ignore[method-assign]
    return parser


_PARSER = _parser()


def parse_markdown(source: str) -> Document:
    """The document that `source` describes.

    Raises UnreadableContent if it nests past MAX_DEPTH levels, or has more than MAX_LONE_BRACKETS.
    """
    if source.count("[") - source.count("]") > MAX_LONE_BRACKETS:
        raise UnreadableContent(f"more than {MAX_LONE_BRACKETS} brackets are not closed")
    return _Reader(source).document()


class _Container:
    """A quote, a list or an item that is open. `waits` says that the item's own line has not come yet."""

    __slots__ = ("end", "kind", "start", "waits")

    def __init__(self, token: Token) -> None:
        self.kind = token.type.removesuffix("_open")
        self.start, self.end = token.map or (0, 0)
        self.waits = self.kind == "list_item"


class _Reader:
    def __init__(self, source: str) -> None:
        self._tokens = _PARSER.parse(source)
        # What follows the last newline is a line only if there is anything.
        self._lines = source.removesuffix("\n").split("\n") if source else []
        self._out = LineBuilder()
        self._containers: list[_Container] = []
        self._at = 0  # the first line of the source that is not accounted for
        self._after_block = False
        self._rows = RowNames()

    def document(self) -> Document:
        tokens = self._tokens
        index = 0
        while index < len(tokens):
            token = tokens[index]
            if token.level >= MAX_DEPTH - 1:
                line = (token.map or [0])[0] + 1
                raise UnreadableContent(f"blocks nest deeper than {MAX_DEPTH} levels", line=line)
            index = self._read(index, token)
        last_line_is_understood = self._out.last_ended is None
        self._blank_lines(len(self._lines), separates=False)
        if last_line_is_understood:
            self._out.end({})
        return self._out.document()

    def _read(self, index: int, token: Token) -> int:
        """Take in the token at `index`; returns the index of the next one to read."""
        match token.type:
            case "paragraph_open" | "heading_open":
                self._leaf(token)
                self._spans(self._tokens[index + 1], self._line_attributes(token))
                return index + 3
            case "table_open":
                self._leaf(token)
                self._keep_apart("table", None)
                return self._table(index + 1)
            case "fence" | "code_block":
                self._leaf(token)
                self._code(token)
            case "hr":
                self._leaf(token)
                self._out.embed("divider", True, {})
                self._out.finish({})
            case "html_block":
                self._leaf(token)
                read_html(token.content, self._out, self._rows)
            case "blockquote_open" | "bullet_list_open" | "ordered_list_open" | "list_item_open":
                self._open(token)
            case "blockquote_close" | "bullet_list_close" | "ordered_list_close" | "list_item_close":
                self._close()
        return index + 1

    def _blank_lines(self, upto: int, *, separates: bool) -> None:
        """Account for the lines up to `upto`: each blank one is an empty paragraph, but for those that part blocks.

        Lines that are neither blank nor in any token define the targets of links: blocks that leave nothing behind.
        """
        empty = blank = 0
        parts = self._after_block
        for line in self._lines[self._at : upto]:
            if not line.strip(" \t>"):
                blank += 1
                continue
            empty += max(0, blank - parts)
            blank, parts = 0, True
        empty += max(0, blank - (parts and separates))
        in_quote = bool(self._containers) and self._containers[-1].kind == "blockquote"
        for _ in range(empty):
            self._out.end({"blockquote": True} if in_quote else {})
        self._at = max(self._at, upto)

    def _leaf(self, token: Token) -> None:
        start, end = token.map or (self._at, self._at)
        if self._waiting() is None:
            self._blank_lines(start, separates=True)
        elif token.type not in ("paragraph_open", "heading_open"):
            self._containers[-1].waits = False
        self._at = end
        self._after_block = True

    def _waiting(self) -> _Container | None:
        top = self._containers[-1] if self._containers else None
        return top if top is not None and top.waits else None

    def _open(self, token: Token) -> None:
        container = _Container(token)
        waiting = self._waiting()
        if waiting is None:
            self._blank_lines(container.start, separates=True)
        elif container.start > waiting.start and container.kind != "blockquote":
            self._end_item(waiting)
        elif container.kind != "blockquote":
            waiting.waits = False  # a list right behind the marker: the item is nothing but a step further in
        if container.kind in ("blockquote", "list_item"):
            self._at = max(self._at, container.start)
            self._after_block = False
        self._containers.append(container)

    def _close(self) -> None:
        container = self._containers[-1]
        if container.kind == "blockquote":
            self._blank_lines(self._end_of_quote(container), separates=False)
        elif container.waits:
            self._end_item(container)
        self._containers.pop()
        self._after_block = True

    def _end_of_quote(self, quote: _Container) -> int:
        """The first line that is not the quote's. The parser counts blank lines behind it in; they lack the sign."""
        depth = sum(each.kind == "blockquote" for each in self._containers)
        line = self._at
        while line < quote.end and self._lines[line].count(">") >= depth:
            line += 1
        return line

    def _end_item(self, item: _Container) -> None:
        """The line of an item without text."""
        self._out.end(self._item_attributes(item))
        self._at = max(self._at, item.start + 1)
        self._after_block = True

    def _line_attributes(self, token: Token) -> Inline:
        item = next((each for each in reversed(self._containers) if each.kind == "list_item"), None)
        if item is not None and item.waits:
            return self._item_attributes(item)
        if token.type == "heading_open":
            return {"header": int(token.tag[1:])}
        attributes = self._continued()
        if any(each.kind == "blockquote" for each in self._containers):
            attributes["blockquote"] = True
        return attributes

    def _item_attributes(self, item: _Container) -> Inline:
        item.waits = False
        lists = [each for each in self._containers if each.kind in ("bullet_list", "ordered_list")]
        attributes: Inline = {"list": "ordered" if lists[-1].kind == "ordered_list" else "bullet"}
        if len(lists) > 1:
            attributes["indent"] = min(len(lists) - 1, MAX_INDENT)
        return attributes

    def _continued(self) -> Inline:
        """Attributes of a paragraph that goes on inside a list's item."""
        depth = sum([each.kind == "list_item" for each in self._containers])
        return {"indent": min(depth, MAX_INDENT)} if depth else {}

    def _spans(self, inline: Token, attributes: Inline) -> None:
        children = inline.children or []
        if "list" in attributes:
            task = _TASK.match(inline.content)
            if task and children and children[0].type == "text" and children[0].content.startswith("["):
                attributes["list"] = "unchecked" if task[1] == " " else "checked"
                children[0].content = children[0].content[task.end() :]
        spans = SpanReader(self._out)
        for broken in spans.read(children):
            if broken:
                self._out.end(attributes)
                if "list" in attributes:
                    attributes = self._continued()
        self._out.finish(attributes)

    def _code(self, token: Token) -> None:
        language = LANGUAGE.match(token.info.strip()) if token.type == "fence" else None
        value = language[0] if language else True
        self._keep_apart("code-block", value)
        text = token.content.removesuffix("\n")
        for line in text.split("\n"):
            self._out.text(line, {})
            self._out.end({"code-block": value})

    def _keep_apart(self, key: str, value: object) -> None:
        """An empty line between two blocks that would otherwise be one."""
        before = self._out.last_ended
        if before and key in before and (value is None or before[key] == value):
            self._out.end({})

    def _table(self, index: int) -> int:
        """Read the table whose tokens begin at `index`; returns the index behind it."""
        row = ""
        while self._tokens[index].type != "table_close":
            token = self._tokens[index]
            if token.type == "tr_open":
                row = self._rows.fresh()
            elif token.type in ("th_open", "td_open"):
                self._cell(token, self._tokens[index + 1], row)
            index += 1
        return index + 1

    def _cell(self, token: Token, inline: Token, row: str) -> None:
        attributes: Inline = {"table": row}
        aligned = _ALIGN.fullmatch(str(token.attrGet("style") or ""))
        if aligned:
            attributes["align"] = aligned[1]
        for broken in SpanReader(self._out).read(inline.children or []):
            if broken:
                self._out.text(" ", {})
        self._out.end(attributes)
