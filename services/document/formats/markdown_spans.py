"""Markdown spans: the tokens of one line as runs with formats.

Owns the few HTML tags that count inside a line: those the writer uses where CommonMark has no delimiter. Any other tag
is left out, what stands between tags stays.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html import unescape

from markdown_it.token import Token

from .lines import LineBuilder
from .model import Inline
from .urls import safe_image, safe_link, safe_media

_TOKENS = {"strong": "bold", "em": "italic", "s": "strike"}
_TAGS: dict[str, tuple[str, str | bool]] = {
    "strong": ("bold", True),
    "b": ("bold", True),
    "em": ("italic", True),
    "i": ("italic", True),
    "s": ("strike", True),
    "del": ("strike", True),
    "strike": ("strike", True),
    "u": ("underline", True),
    "ins": ("underline", True),
    "sub": ("script", "sub"),
    "sup": ("script", "super"),
}
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9-]*)")
_ATTRIBUTE = re.compile(r"""([a-zA-Z][\w-]*)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'=<>`]+))""")


class SpanReader:
    """Reads the children of one inline token into a line of `out`."""

    def __init__(self, out: LineBuilder) -> None:
        self._out = out
        # How often each format is open: delimiters nest as deep as a line is long.
        self._open: dict[tuple[str, str | bool], int] = {}
        self._links: list[str | None] = []
        self._unread: str | None = None  # the tag whose content is no text

    def read(self, children: Sequence[Token]) -> Iterator[bool]:
        """Read on to the next place; yields True where the line breaks and the caller must end it."""
        for token in children:
            if self._unread is not None and token.type != "html_inline":
                continue
            match token.type:
                case "text" | "text_special":
                    self._out.text(token.content, self._attributes())
                case "softbreak":
                    self._out.text(" ", self._attributes())
                case "code_inline":
                    self._out.text(token.content, {**self._attributes(), "code": True})
                case "image":
                    self._image(token)
                case "link_open":
                    self._links.append(safe_link(token.attrGet("href")))
                case "link_close":
                    self._end_link()
                case "hardbreak":
                    yield True
                case "html_inline":
                    yield self._tag(token.content)
                case _:
                    self._delimiter(token)

    def _attributes(self) -> Inline:
        attributes: Inline = dict(format_ for format_, count in self._open.items() if count)
        if self._links and self._links[-1] is not None:
            attributes["link"] = self._links[-1]
        return attributes

    def _delimiter(self, token: Token) -> None:
        name, _, what = token.type.rpartition("_")
        if name in _TOKENS:
            self._toggle((_TOKENS[name], True), ends=what == "close")

    def _toggle(self, format_: tuple[str, str | bool], *, ends: bool) -> None:
        count = self._open.get(format_, 0)
        self._open[format_] = max(0, count - 1) if ends else count + 1

    def _image(self, token: Token) -> None:
        self._picture(token.attrGet("src"), "".join([child.content for child in token.children or []]))

    def _picture(self, source: object, alt: str) -> None:
        url = safe_image(source)
        attributes = self._attributes()
        if url is None:
            self._out.text(alt, attributes)
        else:
            self._out.embed("image", url, {**attributes, "alt": alt} if alt else attributes)

    def _tag(self, html: str) -> bool:
        """Take in one tag; returns whether the line breaks."""
        tag = _TAG.match(html)
        if tag is None:
            return False
        name, ends = tag[2].lower(), bool(tag[1])
        if self._unread is not None:
            self._unread = None if ends and name == self._unread else self._unread
            return False
        if name in _TAGS:
            self._toggle(_TAGS[name], ends=ends)
        elif name in ("script", "style") and not ends:
            self._unread = name
        elif name == "a":
            self._anchor(html, ends)
        elif not ends:
            self._element(name, _attributes(html))
        return name == "br"

    def _anchor(self, html: str, ends: bool) -> None:
        if not ends:
            self._links.append(safe_link(_attributes(html).get("href")))
        else:
            self._end_link()

    def _end_link(self) -> None:
        if self._links:
            self._links.pop()

    def _element(self, name: str, attributes: dict[str, str]) -> None:
        video = safe_media(attributes.get("src")) if name == "video" else None
        if name == "img":
            self._picture(attributes.get("src"), attributes.get("alt", ""))
        elif video is not None:
            self._out.embed("video", video, {})
        elif name == "span" and attributes.get("data-formula"):
            self._out.embed("formula", attributes["data-formula"], self._attributes())


def _attributes(html: str) -> dict[str, str]:
    return {name.lower(): unescape(double or single or bare) for name, double, single, bare in _ATTRIBUTE.findall(html)}
