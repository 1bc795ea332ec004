"""HTML gate: takes out what holds no content and refuses what a parser would choke on, before any parser sees it.

HTML's rules for repair are quadratic by definition: formats left open are opened again in every later block, and each
tag looks through all that are open. So what is open is counted first, and never as less than a parser will have.
Never decides what is safe: the sanitiser does. Linear in the source.
"""

from __future__ import annotations

import re

from .errors import UnreadableContent

MAX_DEPTH = 100
"""Elements that may be open at once. Lists 16 deep with all formats inside are half of that."""

MAX_OPEN_FORMATS = 16
"""Formats (b, i, a, font …) that may be open at once; there are no more kinds that a document could hold."""

MAX_TAGS = 500_000
"""Tags in one source. A parser spends some 300 bytes on each; a megabyte of prose has about 50,000."""

MAX_REOPENED = 2
"""Formats open at a tag, on average (and 10,000 more in all): what a parser may have to open again there."""

_SPACE = r"\t\n\f\r "
_UNREAD = (
    "applet|frameset|iframe|marquee|math|noembed|noframes|noscript|object|plaintext|script|select|style|svg|template"
    "|textarea|title|xmp"
)
_OPENS = re.compile(rf"<!--|<({_UNREAD})(?=[{_SPACE}/>])", re.IGNORECASE)
_CLOSES = {name: re.compile(rf"</{name}(?=[{_SPACE}/>])[^>]*>", re.IGNORECASE) for name in _UNREAD.split("|")}
_COMMENT_CLOSES = re.compile(r"--!?>")
_EMPTY_COMMENT = re.compile(r"<!--(?:-?>)")

# An end tag that fits nothing is passed over by every parser, yet keeps what stood before and after it apart.
_NOTHING = "</x>"

# Tags and comments as HTML's own tokeniser takes them, up to the end of the source if nothing closes them. An end tag
# inside an attribute's value or a comment must not count.
_TOKEN = re.compile(
    rf"""
    <(?P<end>/?)(?P<name>[a-zA-Z][^{_SPACE}/>]*)
      (?: [{_SPACE}/]+
        | (?: =[^{_SPACE}/>=]* | [^{_SPACE}/>=]+ )
          (?: [{_SPACE}]* = [{_SPACE}]* (?: "[^"]*(?:"|\Z) | '[^']*(?:'|\Z) | [^{_SPACE}"'>][^{_SPACE}>]* | ) )?+
      )*+ >?
    | <[!?/][^>]*
    """,
    re.VERBOSE,
)
_VOID = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"]
)
# A parser ends these by itself before the next of the kind, whatever lies between, so they cannot pile up.
_SELF_ENDING = frozenset(["body", "colgroup", "head", "html", "p", "tbody", "tfoot", "thead", "tr"])
# The next of a group ends the one before, and the parent's end ends the last, if nothing is open in between.
_GROUPS = ("a",), ("dd", "dt"), ("li",), ("option",), ("td", "th")
_GROUP_OF = {name: group for group in _GROUPS for name in group}
_FORMATS = frozenset(["a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"])
_IMPLIED = frozenset(_GROUP_OF) - _FORMATS


def gated(source: str) -> str:
    """`source` without scripts, comments and the like. Raises UnreadableContent if it nests too deep."""
    source = _without_unread(source)
    _Measure(source).run()
    return source


def _without_unread(source: str) -> str:
    pieces: list[str] = []
    at = 0
    while opening := _OPENS.search(source, at):
        pieces += (source[at : opening.start()], _NOTHING)
        closing = _EMPTY_COMMENT.match(source, opening.start()) or _closer(opening).search(source, opening.end())
        if closing is None:
            return "".join(pieces)
        at = closing.end()
    pieces.append(source[at:])
    return "".join(pieces)


def _closer(opening: re.Match[str]) -> re.Pattern[str]:
    return _CLOSES[opening[1].lower()] if opening[1] else _COMMENT_CLOSES


class _Measure:
    """Counts what is open. An end tag counts only if it closes what was opened last: misnesting counts as more."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._open: list[str] = []
        self._formats = self._tags = self._reopened = 0

    def run(self) -> None:
        for token in _TOKEN.finditer(self._source):
            name = token["name"]
            if name is None:
                continue
            self._tags += 1
            name = name.lower()
            if token["end"]:
                self._end(name)
            else:
                self._start(name)
            if self._is_too_much():
                raise self._refusal(token.start())

    def _start(self, name: str) -> None:
        if name not in _FORMATS:
            self._reopened += self._formats
        if name in _VOID or name in _SELF_ENDING:
            return
        if self._open and self._open[-1] in _GROUP_OF.get(name, ()):
            self._pop()
        self._open.append(name)
        self._formats += name in _FORMATS

    def _end(self, name: str) -> None:
        # The end of a format leaves blocks inside it open.
        if name not in _FORMATS and len(self._open) > 1 and self._open[-2] == name and self._open[-1] in _IMPLIED:
            self._pop()
        if self._open and self._open[-1] == name:
            self._pop()

    def _pop(self) -> None:
        self._formats -= self._open.pop() in _FORMATS

    def _is_too_much(self) -> bool:
        return (
            len(self._open) > MAX_DEPTH
            or self._formats > MAX_OPEN_FORMATS
            or self._tags > MAX_TAGS
            or self._reopened > MAX_REOPENED * self._tags + 10_000
        )

    def _refusal(self, offset: int) -> UnreadableContent:
        return UnreadableContent(
            f"at most {MAX_TAGS} tags, and {MAX_DEPTH} elements open at once, {MAX_OPEN_FORMATS} of them formats",
            line=self._source.count("\n", 0, offset) + 1,
        )
