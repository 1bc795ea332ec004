"""Model: what the attributes and embeds of a rich document mean, in the words of Quill 2.

Owns the list of what a format may carry and which values count: everything else is passed over, never guessed.
Inline attributes sit on text, line attributes on the newline that ends a line, and a line has one kind.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import TypeGuard

from ot.operation import Attributes, Embed, JsonValue

from .urls import safe_image, safe_link, safe_media

FLAGS = ("bold", "italic", "strike", "underline", "code")
INLINE_KEYS = frozenset({*FLAGS, "link", "script", "color", "background", "font", "size", "alt", "width", "height"})
BLOCK_EMBEDS = frozenset({"divider", "video"})
"""Embeds that are a line by themselves and have no newline of their own, as Quill's block embeds."""

MAX_INDENT = 99

_COLOR = re.compile(r"#[0-9a-fA-F]{3,8}|[a-zA-Z]{1,32}|(?:rgb|hsl)a?\([\d\s,.%/+-]{1,60}\)")
_FONT = re.compile(r"[\w,'-](?:[\w\s,'-]{0,98}[\w,'-])?")
_SIZE = re.compile(r"[a-zA-Z-]{1,16}|\d{1,4}(?:\.\d{1,4})?(?:px|pt|em|rem|%)")
_EXTENT = re.compile(r"\d{1,5}%?")
_ROW = re.compile(r"[^\x00-\x1f\x7f]{1,128}")
LANGUAGE = re.compile(r"[\w+#.-]{1,32}")
ALIGNMENTS = frozenset({"left", "center", "right", "justify"})
LISTS = frozenset({"ordered", "bullet", "checked", "unchecked"})

Inline = dict[str, JsonValue]
"""Inline attributes that have a meaning, and no others."""


class Kind(Enum):
    """What a line is."""

    PARAGRAPH = auto()
    HEADER = auto()
    LIST = auto()
    QUOTE = auto()
    CODE = auto()
    TABLE = auto()


@dataclass(frozen=True, slots=True)
class Block:
    """A line's attributes, read. `detail` is the header's level, the list's type, the language or the row."""

    kind: Kind
    detail: int | str | bool | None = None
    indent: int = 0
    align: str | None = None
    rtl: bool = False


PLAIN = Block(Kind.PARAGRAPH)


def block_of(attributes: Attributes | None) -> Block:
    """What `attributes` make of a line. Of several kinds the one that holds its text most tightly wins."""
    if not attributes:
        return PLAIN
    kind, detail = _kind_of(attributes)
    indent, align = attributes.get("indent"), attributes.get("align")
    return Block(
        kind,
        detail,
        indent=indent if _is_count(indent, MAX_INDENT) else 0,
        align=align if isinstance(align, str) and align in ALIGNMENTS else None,
        rtl=attributes.get("direction") == "rtl",
    )


def attributes_of(block: Block) -> Inline:
    """The line attributes that say `block`. Law: block_of(attributes_of(block)) == block."""
    attributes: Inline = {}
    if block.kind is not Kind.PARAGRAPH:
        attributes[_KEYS[block.kind]] = block.detail
    if block.indent:
        attributes["indent"] = block.indent
    if block.align:
        attributes["align"] = block.align
    if block.rtl:
        attributes["direction"] = "rtl"
    return attributes


_KEYS = {
    Kind.HEADER: "header",
    Kind.LIST: "list",
    Kind.QUOTE: "blockquote",
    Kind.CODE: "code-block",
    Kind.TABLE: "table",
}


def _kind_of(attributes: Attributes) -> tuple[Kind, int | str | bool | None]:
    code, row = attributes.get("code-block"), attributes.get("table")
    item, level = attributes.get("list"), attributes.get("header")
    if code:
        return Kind.CODE, code if isinstance(code, str) and LANGUAGE.fullmatch(code) else True
    if isinstance(row, str) and is_row(row):
        return Kind.TABLE, row
    if isinstance(item, str) and item in LISTS:
        return Kind.LIST, item
    if _is_count(level, 6):
        return Kind.HEADER, level
    if attributes.get("blockquote"):
        return Kind.QUOTE, True
    return Kind.PARAGRAPH, None


def _is_count(value: object, limit: int) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= limit


def inline_of(attributes: Attributes | None) -> Inline:
    """The inline attributes that have a meaning, tidied; unsafe links and odd colours are not among them."""
    if not attributes:
        return {}
    inline: Inline = {flag: True for flag in FLAGS if attributes.get(flag)}
    link = safe_link(attributes.get("link"))
    if link is not None:
        inline["link"] = link
    script = attributes.get("script")
    if script in ("super", "sub"):
        inline["script"] = script
    for key, pattern in _PATTERNS:
        value = attributes.get(key)
        if isinstance(value, str) and pattern.fullmatch(value):
            inline[key] = value
    return inline


_PATTERNS = (("color", _COLOR), ("background", _COLOR), ("font", _FONT), ("size", _SIZE))


def picture_of(attributes: Attributes | None) -> dict[str, str]:
    """What an image has besides its URL: `alt`, `width`, `height`."""
    picture: dict[str, str] = {}
    for key in ("alt", "width", "height"):
        value = (attributes or {}).get(key)
        if isinstance(value, str) and value and (key == "alt" or _EXTENT.fullmatch(value)):
            picture[key] = value
    return picture


def url_of(embed: Embed) -> str | None:
    """The address of an image or video if it is one to trust, else None."""
    return safe_image(embed.value) if embed.type == "image" else safe_media(embed.value)


def is_known(embed: Embed) -> bool:
    """Whether the formats can say what `embed` is, and it is safe to say."""
    match embed.type:
        case "image" | "video":
            return url_of(embed) is not None
        case "formula":
            return isinstance(embed.value, str) and bool(embed.value)
        case "divider":
            return True
        case _:
            return False


def is_row(name: str) -> bool:
    """Whether a table's row may have this name."""
    return _ROW.fullmatch(name) is not None


def style_value(key: str, value: str) -> Mapping[str, JsonValue]:
    """`{key: value}` if `value` is one that a colour, font or size may have, else nothing."""
    return inline_of({key: value.strip()})
