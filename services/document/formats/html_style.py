"""HTML style: what tags and inline CSS say about text, in the words of the document.

Owns the readings of elements that stand for a format and of the few CSS properties that matter.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from .model import ALIGNMENTS, MAX_INDENT, Inline, style_value
from .urls import safe_link

TAGS: Mapping[str, tuple[str, str | bool]] = {
    "strong": ("bold", True),
    "b": ("bold", True),
    "em": ("italic", True),
    "i": ("italic", True),
    "cite": ("italic", True),
    "s": ("strike", True),
    "strike": ("strike", True),
    "del": ("strike", True),
    "u": ("underline", True),
    "ins": ("underline", True),
    "code": ("code", True),
    "kbd": ("code", True),
    "samp": ("code", True),
    "tt": ("code", True),
    "sub": ("script", "sub"),
    "sup": ("script", "super"),
}
_PROPERTIES = {
    "color": "color",
    "background-color": "background",
    "font-family": "font",
    "font-size": "size",
}
_QUILL_CLASS = re.compile(r"(?:^|\s)ql-(font|size)-([\w-]+)")
_INDENT_CLASS = re.compile(r"(?:^|\s)ql-indent-(\d{1,2})(?:\s|$)")
_ALIGN_CLASS = re.compile(r"(?:^|\s)ql-align-(\w+)")


def declarations(style: str) -> dict[str, str]:
    """The declarations of a style attribute, names in lower case."""
    found = {}
    for declaration in style.split(";"):
        name, colon, value = declaration.partition(":")
        if colon:
            found[name.strip().lower()] = value.strip()
    return found


def inline_style(tag: str, attributes: Mapping[str, str | None], outer: Inline) -> Inline:
    """The formats of text inside an element, given those around it."""
    inline = dict(outer)
    if tag in TAGS:
        key, value = TAGS[tag]
        inline[key] = value
    elif tag == "a":
        link = safe_link(attributes.get("href"))
        if link is not None:
            inline["link"] = link
    elif tag == "font":
        inline |= style_value("color", attributes.get("color") or "")
    if attributes.get("class"):
        for key, value in _QUILL_CLASS.findall(attributes["class"] or ""):
            inline |= style_value(key, value)
    if attributes.get("style"):
        _add_css(inline, declarations(attributes["style"] or ""))
    if attributes.get("data-size"):
        inline |= style_value("size", attributes["data-size"] or "")
    return inline


def _add_css(inline: Inline, css: Mapping[str, str]) -> None:
    for name, key in _PROPERTIES.items():
        if name in css:
            inline |= style_value(key, css[name])
    weight, decoration = css.get("font-weight"), css.get("text-decoration", css.get("text-decoration-line", ""))
    if weight in ("normal", "400"):
        inline.pop("bold", None)
    elif weight in ("bold", "600", "700", "800", "900"):
        inline["bold"] = True
    if css.get("font-style") in ("italic", "oblique"):
        inline["italic"] = True
    if "underline" in decoration:
        inline["underline"] = True
    if "line-through" in decoration:
        inline["strike"] = True
    if css.get("vertical-align") in ("sub", "super"):
        inline["script"] = css["vertical-align"]


def block_style(attributes: Mapping[str, str | None], outer: Inline) -> Inline:
    """The line attributes (align, direction, indent) that an element gives its lines, given those around it."""
    block = dict(outer)
    classes = attributes.get("class") or ""
    align = declarations(attributes.get("style") or "").get("text-align") or attributes.get("align")
    by_class = _ALIGN_CLASS.search(classes)
    align = by_class[1] if by_class else align
    if align in ALIGNMENTS:
        block["align"] = align
    if (attributes.get("dir") or "").lower() == "rtl" or "ql-direction-rtl" in classes:
        block["direction"] = "rtl"
    indent = attributes.get("data-indent") or ""
    by_class = _INDENT_CLASS.search(classes)
    if by_class:
        indent = by_class[1]
    if indent.isascii() and indent.isdigit() and 1 <= int(indent[:4]) <= MAX_INDENT:
        block["indent"] = int(indent)
    return block
