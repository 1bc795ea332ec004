"""HTML reader: any HTML as a document, safely: gate, sanitiser, parser, then a walk that takes only what it knows.

Owns what elements mean for lines and where white space counts. Scripts, styles, handlers and unsafe URLs do not get
past the sanitiser; the walk, which is bounded by the gate, asks about every URL once more.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import nh3
from selectolax.lexbor import LexborHTMLParser, LexborNode

from ot.document import Document
from ot.operation import JsonValue

from .html_gate import gated
from .html_style import block_style, declarations, inline_style
from .lines import LineBuilder
from .model import LANGUAGE, LISTS, MAX_INDENT, Inline, is_row
from .rows import RowNames
from .urls import safe_image, safe_media

_INLINE_TAGS = (
    "a abbr b big br cite code del em font i img input ins kbd mark q s samp small span strike strong sub sup tt u"
)
_BLOCK_TAGS = (
    "address article aside blockquote caption center dd details div dl dt figcaption figure footer form h1 h2 h3 h4 h5"
    " h6 header hr li main nav ol p pre section summary table tbody td tfoot th thead tr ul video"
)
_BLOCKS = frozenset(_BLOCK_TAGS.split())
_CLEANER = nh3.Cleaner(
    tags={*_INLINE_TAGS.split(), *_BLOCKS},
    attributes={
        "*": {"class", "style", "dir", "align"},
        "a": {"href"},
        "font": {"color"},
        "img": {"src", "alt", "width", "height"},
        "input": {"type", "checked"},
        "video": {"src"},
    },
    generic_attribute_prefixes={"data-"},
    # `data:` is let through for pictures only: what else it is used for is refused where it is used.
    url_schemes={"http", "https", "mailto", "data"},
    link_rel=None,
)
_ELEMENTS = frozenset({"br", "hr", "img", "input", "video"})
_SPACE = re.compile(r"[ \t\n\r\f]+")
_LANGUAGE_CLASS = re.compile(rf"(?:^|\s)(?:language|lang)-({LANGUAGE.pattern})(?:\s|$)")

_Attributes = Mapping[str, str | None]


def parse_html(source: str) -> Document:
    """The document that `source` shows. Raises UnreadableContent if it nests deeper than the gate allows."""
    out = LineBuilder()
    read_html(source, out, RowNames())
    return out.document()


def read_html(source: str, out: LineBuilder, rows: RowNames) -> None:
    """Add the lines that `source` shows to `out`, each ended. Raises UnreadableContent."""
    body = LexborHTMLParser(_CLEANER.clean(gated(source))).body
    if body is not None:
        _Walk(out, rows).run(body)


@dataclass(slots=True)
class _Item:
    """A list item that is open: its first line is the item, the others go on inside it."""

    attributes: Inline
    is_used: bool = False


@dataclass(frozen=True, slots=True)
class _Context:
    """What the elements around a place say about it."""

    inline: Inline = field(default_factory=dict)
    lines: Inline = field(default_factory=dict)  # align, direction, indent
    kind: Inline = field(default_factory=dict)  # header or blockquote
    lists: tuple[str, ...] = ()
    item: _Item | None = None
    is_preformatted: bool = False
    code: str | bool | None = None
    has_code_tag: bool = False  # of a <code> in a <pre> the outermost makes nothing inline
    row: str | None = None
    in_cell: bool = False


class _Walk:
    def __init__(self, out: LineBuilder, rows: RowNames) -> None:
        self._out = out
        self._rows = rows
        self._space: Inline | None = None  # white space that counts only if text follows in the same line
        self._last_row: str | None = None
        self._begins_code = False

    def run(self, body: LexborNode) -> None:
        """Walk all of `body`, entering and leaving elements in order, without recursion."""
        contexts = [_Context()]
        node: LexborNode | None = body.child
        while node is not None:
            context = self._enter(node, contexts[-1])
            if context is not None and node.child is not None:
                contexts.append(context)
                node = node.child
                continue
            if context is not None:
                self._leave(node.tag or "", context, contexts[-1])
            while node is not None and node.next is None:
                node = node.parent
                if node is None or node.mem_id == body.mem_id:
                    node = None
                    break
                context = contexts.pop()
                self._leave(node.tag or "", context, contexts[-1])
            node = node.next if node is not None else None
        self._end_if_content(_Context())

    def _enter(self, node: LexborNode, outer: _Context) -> _Context | None:
        """Take in a node; returns the context of its children, or None if they are not to be read."""
        tag = node.tag
        if tag == "-text":
            self._text(node.text_content or "", outer)
            return None
        if tag is None or tag.startswith("-"):
            return None
        attributes = node.attributes
        if tag in _ELEMENTS or attributes.get("data-formula"):
            self._element(tag, attributes, outer)
            return None
        if tag not in _BLOCKS:
            return self._inline_context(tag, attributes, outer)
        if outer.in_cell:
            self._space = self._space or {}
            return replace(outer, inline=inline_style(tag, attributes, outer.inline))
        self._end_if_content(outer)
        return self._block_context(tag, attributes, outer)

    def _leave(self, tag: str, context: _Context, outer: _Context) -> None:
        """Take in the end of an element."""
        if tag not in _BLOCKS:
            return
        if outer.in_cell:
            self._space = self._space or {}
        elif context.in_cell:
            self._end({**context.lines, "table": context.row})
        else:
            self._end_if_content(context)
            if tag == "li" and context.item is not None and not context.item.is_used:
                self._end(_line_attributes(context))

    def _inline_context(self, tag: str, attributes: _Attributes, outer: _Context) -> _Context:
        if tag == "code" and outer.code is not None and not outer.has_code_tag:
            return replace(outer, code=_language(attributes) or outer.code, has_code_tag=True)
        return replace(
            outer,
            inline=inline_style(tag, attributes, outer.inline),
            is_preformatted=_is_preformatted(attributes, outer.is_preformatted),
        )

    def _block_context(self, tag: str, attributes: _Attributes, outer: _Context) -> _Context:
        context = replace(
            outer,
            inline=inline_style(tag, attributes, outer.inline),
            lines=block_style(attributes, outer.lines),
            is_preformatted=_is_preformatted(attributes, outer.is_preformatted),
        )
        match tag:
            case "h1" | "h2" | "h3" | "h4" | "h5" | "h6":
                return replace(context, kind={"header": int(tag[1])})
            case "blockquote":
                return replace(context, kind={"blockquote": True})
            case "pre":
                self._begins_code = True
                return replace(context, code=_language(attributes) or True, is_preformatted=True)
            case "ul" | "ol":
                return self._list(tag, context, outer)
            case "li":
                return _list_item(attributes, context)
            case "table":
                self._last_row = None
                if "table" in (self._out.last_ended or {}):
                    self._out.end({})
                return replace(context, lines=outer.lines, row=None)
            case "tr":
                return replace(context, row=self._row(attributes.get("data-row")))
            case "td" | "th" if context.row is not None:
                return replace(context, in_cell=True)
        return context

    def _list(self, tag: str, context: _Context, outer: _Context) -> _Context:
        """A list inside an item begins anew: what its item looks like says nothing about it."""
        if outer.item is None:
            return replace(context, lists=(*outer.lists, tag))
        if not outer.item.is_used:
            self._end(_line_attributes(outer))
        return replace(context, lists=(*outer.lists, tag), item=None, lines={}, is_preformatted=False)

    def _row(self, given: str | None) -> str:
        if given and given != self._last_row and is_row(given):
            self._rows.meet(given)
            name = given
        else:
            name = self._rows.fresh()
        self._last_row = name
        return name

    def _element(self, tag: str, attributes: _Attributes, context: _Context) -> None:
        formula = attributes.get("data-formula")
        if formula:
            self._embed("formula", formula, context.inline)
            return
        match tag:
            case "br" if context.in_cell:
                self._space = self._space or {}
            case "br":
                self._end(_line_attributes(context))
            case "img":
                self._image(attributes, context)
            case "input":
                _check(attributes, context.item)
            case "hr" if not context.in_cell:
                self._alone("divider", True, context)
            case "video" if not context.in_cell:
                url = safe_media(attributes.get("src"))
                if url is not None:
                    self._alone("video", url, context)

    def _image(self, attributes: _Attributes, context: _Context) -> None:
        url = safe_image(attributes.get("src"))
        picture = {key: attributes[key] or "" for key in ("alt", "width", "height") if attributes.get(key)}
        if url is not None:
            self._embed("image", url, {**context.inline, **picture})
        elif "alt" in picture:
            self._text(picture["alt"], context)

    def _alone(self, kind: str, value: JsonValue, context: _Context) -> None:
        self._end_if_content(context)
        self._out.embed(kind, value, {})
        self._out.finish({})

    def _embed(self, kind: str, value: JsonValue, inline: Inline) -> None:
        self._emit_space()
        self._out.embed(kind, value, inline)

    def _text(self, text: str, context: _Context) -> None:
        if context.code is not None and self._begins_code:
            self._begins_code = False
            if self._out.last_ended == {**context.lines, "code-block": context.code}:
                self._out.end({})
        if not context.is_preformatted:
            self._collapsed(text, context.inline)
        elif context.in_cell:
            self._preformatted(text.replace("\n", " "), context)
        else:
            self._preformatted(text, context)

    def _collapsed(self, text: str, inline: Inline) -> None:
        """Text whose white space counts as one space, and as none at the ends of a line."""
        text = _SPACE.sub(" ", text)
        core = text.strip(" ")
        if text.startswith(" ") and self._space is None:
            self._space = inline
        if core:
            self._emit_space()
            self._out.text(core, inline)
            if text.endswith(" "):
                self._space = inline

    def _preformatted(self, text: str, context: _Context) -> None:
        first, *others = text.split("\n")
        if first:
            self._emit_space()
            self._out.text(first, context.inline)
        for line in others:
            self._end(_line_attributes(context))
            self._out.text(line, context.inline)

    def _emit_space(self) -> None:
        if self._space is not None and not self._out.is_empty:
            self._out.text(" ", self._space)
        self._space = None

    def _end_if_content(self, context: _Context) -> None:
        self._space = None
        if not self._out.is_empty:
            self._end(_line_attributes(context))

    def _end(self, attributes: Inline) -> None:
        self._space = None
        self._out.end(attributes)


def _list_item(attributes: _Attributes, context: _Context) -> _Context:
    given = attributes.get("data-list")
    is_ordered = bool(context.lists) and context.lists[-1] == "ol"
    item: Inline = {"list": given if given in LISTS else "ordered" if is_ordered else "bullet"}
    lines = dict(context.lines)
    indent = lines.pop("indent", len(context.lists) - 1)
    if isinstance(indent, int) and indent > 0:
        item["indent"] = min(indent, MAX_INDENT)
    return replace(context, item=_Item(item), lines=lines)


def _check(attributes: _Attributes, item: _Item | None) -> None:
    """A box makes its item one of a task list, unless the item says itself what it is."""
    if attributes.get("type") != "checkbox" or item is None or item.is_used:
        return
    if item.attributes["list"] in ("bullet", "ordered"):
        item.attributes["list"] = "checked" if "checked" in attributes else "unchecked"


def _line_attributes(context: _Context) -> Inline:
    """The attributes of a line that ends here. The first line of an item is the item."""
    if context.code is not None:
        return {**context.lines, "code-block": context.code}
    if context.item is None:
        return {**context.lines, **context.kind}
    if context.item.is_used:
        return {**context.lines, **context.kind, "indent": min(len(context.lists), MAX_INDENT) or 1}
    context.item.is_used = True
    return {**context.lines, **context.item.attributes}


def _is_preformatted(attributes: _Attributes, outer: bool) -> bool:
    style = attributes.get("style")
    white_space = declarations(style).get("white-space") if style else None
    return outer if white_space is None else white_space.startswith(("pre", "break-spaces"))


def _language(attributes: _Attributes) -> str | None:
    language = _LANGUAGE_CLASS.search(attributes.get("class") or "")
    return language[1] if language else None
