"""Markdown of the runs of a line: text escaped, formats as delimiters where CommonMark reads them back, else as tags.

Owns the choice between `**` and `<strong>`: delimiters only open before text and close after it, `_` not inside words,
and two of them must not touch. Where a rule forbids the delimiter, the HTML tag says the same anywhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum, auto
from html import escape as escape_html
from itertools import groupby, pairwise

from markdown_it.common.utils import isMdAsciiPunct, isPunctChar, isWhiteSpace

from ot.operation import Embed, Insert, JsonValue

from .model import inline_of, is_known, picture_of, url_of

_ORDER = ("link", "bold", "italic", "strike", "underline", "script", "code")
_EMPHASIS = frozenset({"bold", "italic"})
_TAGS = {"bold": "strong", "italic": "em", "strike": "s", "underline": "u"}

# What begins markup wherever it stands. `_` inside a word, `<` before a space and the like are left readable.
_SPECIAL = re.compile(r"[\\`*\[\]]|(?<![^\W_])_|_(?![^\W_])|<(?=[a-zA-Z/!?]|$)|&(?=[#a-zA-Z])|~(?=~|$)|(?<=~)~|^~")
_PLAIN_URL = re.compile(r"[\w\-.:/?#@!$'*+,;=%]+")
_IN_URL = re.compile(r"[\\<>]|&(?=[#a-zA-Z])")
_TICKS = re.compile(r"`+")

_Formats = dict[str, JsonValue]


class _Is(Enum):
    TEXT = auto()
    RAW = auto()
    OPEN = auto()
    CLOSE = auto()


@dataclass(slots=True)
class _Piece:
    """A part of the line. Of a delimiter, `key` is its format and `pair` the index of its other half."""

    what: _Is
    text: str
    key: str = ""
    pair: int = -1


def inline_markdown(runs: Iterable[Insert]) -> str:
    """Markdown of `runs`, which hold no newline; how a line may begin and end is not its concern."""
    held = [(run, _formats(run)) for run in runs if isinstance(run.content, str) or is_known(run.content)]
    if len(held) == 1 and not held[0][1] and isinstance(held[0][0].content, str):
        return escaped(held[0][0].content)
    pieces: list[_Piece] = []
    _nest(held, 0, pieces)
    _choose_delimiters(pieces)
    return "".join([piece.text for piece in pieces])


def escaped(text: str) -> str:
    """`text` so that nothing in it is markup, wherever in a line it stands except at the line's beginning."""
    return _SPECIAL.sub(r"\\\g<0>", text)


def _formats(run: Insert) -> _Formats:
    inline = inline_of(run.attributes)
    return {key: inline[key] for key in _ORDER if key in inline}


def _nest(runs: list[tuple[Insert, _Formats]], level: int, pieces: list[_Piece]) -> None:
    """Add the pieces of `runs`, neighbours of equal format inside one pair of delimiters."""
    if level == len(_ORDER):
        _add_content(runs, pieces)
        return
    key = _ORDER[level]
    for value, group in groupby(runs, lambda item: item[1].get(key)):
        inner = list(group)
        if not value:
            _nest(inner, level + 1, pieces)
        elif key == "code":
            _add_code(inner, pieces)
        else:
            _add_wrapped(key, value, inner, level, pieces)


def _add_wrapped(
    key: str, value: JsonValue, runs: list[tuple[Insert, _Formats]], level: int, pieces: list[_Piece]
) -> None:
    start = len(pieces)
    if key in _TAGS:
        pieces.append(_Piece(_Is.OPEN, "", key))
        _nest(runs, level + 1, pieces)
        pieces.append(_Piece(_Is.CLOSE, "", key, start))
        pieces[start].pair = len(pieces) - 1
        return
    opening, closing = "[", f"]({_destination(str(value))})"
    if key == "script":
        tag = "sup" if value == "super" else "sub"
        opening, closing = f"<{tag}>", f"</{tag}>"
    pieces.append(_Piece(_Is.RAW, opening))
    _nest(runs, level + 1, pieces)
    pieces.append(_Piece(_Is.RAW, closing))


def _add_content(runs: list[tuple[Insert, _Formats]], pieces: list[_Piece]) -> None:
    texts: list[str] = []
    for run, _ in runs:
        if isinstance(run.content, str):
            texts.append(run.content)
            continue
        _add_text(texts, pieces)
        texts = []
        pieces.append(_Piece(_Is.RAW, embed_markdown(run)))
    _add_text(texts, pieces)


def _add_text(texts: list[str], pieces: list[_Piece]) -> None:
    if texts:
        pieces.append(_Piece(_Is.TEXT, escaped("".join(texts))))


def _add_code(runs: list[tuple[Insert, _Formats]], pieces: list[_Piece]) -> None:
    """Code as a span between backticks; embeds, which a span cannot hold, stand between spans."""
    for is_text, group in groupby(runs, lambda item: isinstance(item[0].content, str)):
        if is_text:
            text = "".join([str(run.content) for run, _ in group])
            pieces.append(_Piece(_Is.RAW, code_span(text)))
        else:
            pieces.extend([_Piece(_Is.RAW, embed_markdown(run)) for run, _ in group])


def code_span(text: str) -> str:
    """`text` as a code span: as many backticks around it as it takes, and a space where one would be cut off."""
    lengths = {len(run) for run in _TICKS.findall(text)}
    ticks = "`" * next(length for length in range(1, len(lengths) + 2) if length not in lengths)
    pad = " " if text[0] == "`" or text[-1] == "`" or (text[0] == text[-1] == " " and text.strip(" ")) else ""
    return f"{ticks}{pad}{text}{pad}{ticks}"


def _destination(url: str) -> str:
    if _PLAIN_URL.fullmatch(url):
        return url
    return "<" + _IN_URL.sub(r"\\\g<0>", url) + ">"


def embed_markdown(run: Insert) -> str:
    """An embed inside a line or alone: an image has its own syntax, the others are tags."""
    embed = run.content
    assert isinstance(embed, Embed)
    match embed.type:
        case "image":
            alt = escaped(picture_of(run.attributes).get("alt", "").replace("\n", " "))
            return f"![{alt}]({_destination(url_of(embed) or '')})"
        case "video":
            return f'<video src="{_in_tag(url_of(embed) or "")}" controls></video>'
        case "formula":
            return f'<span data-formula="{_in_tag(str(embed.value))}"></span>'
        case _:
            return "---"


def _in_tag(value: str) -> str:
    return escape_html(value).replace("\n", "&#10;").replace("\r", "&#13;")


def _choose_delimiters(pieces: list[_Piece]) -> None:
    for index, piece in enumerate(pieces):
        if piece.what is _Is.OPEN:
            opening, closing = _delimiters(pieces, index, piece.pair)
            piece.text = opening
            pieces[piece.pair].text = closing
    for here, after in pairwise(pieces):
        if here.what is _Is.TEXT and here.text.endswith("!") and after.text.startswith("["):
            here.text = here.text[:-1] + "\\!"


def _delimiters(pieces: list[_Piece], opening: int, closing: int) -> tuple[str, str]:
    """What stands at the two ends of a format: a delimiter if it will be read as one, else tags."""
    key = pieces[opening].key
    outside = _edge(pieces, opening - 1, -1), _edge(pieces, closing + 1, 0)
    inside = _edge(pieces, opening + 1, 0), _edge(pieces, closing - 1, -1)
    if key in _TAGS and key != "underline" and _may_flank(inside[0], outside[0]) and _may_flank(inside[1], outside[1]):
        mark = {"bold": "**", "strike": "~~"}.get(key) or _italic_mark(pieces, opening, closing, outside)
        if mark:
            return mark, mark
    return f"<{_TAGS[key]}>", f"</{_TAGS[key]}>"


def _italic_mark(pieces: list[_Piece], opening: int, closing: int, outside: tuple[str, str]) -> str:
    neighbours = [opening - 1, opening + 1, closing - 1, closing + 1]
    if not any(0 <= index < len(pieces) and pieces[index].key in _EMPHASIS for index in neighbours):
        return "*"
    return "_" if all(_is_space(char) or _is_punctuation(char) for char in outside) else ""


def _edge(pieces: list[_Piece], index: int, end: int) -> str:
    """The character at one end of a piece. Every delimiter and tag, chosen or not, is punctuation at its ends."""
    if not 0 <= index < len(pieces):
        return " "
    piece = pieces[index]
    return "*" if piece.what in (_Is.OPEN, _Is.CLOSE) else piece.text[end]


def _may_flank(inside: str, outside: str) -> bool:
    """Whether a delimiter between the two can be one: CommonMark's flanking, which is the same at both ends."""
    if _is_space(inside):
        return False
    return not _is_punctuation(inside) or _is_space(outside) or _is_punctuation(outside)


def _is_space(char: str) -> bool:
    return isWhiteSpace(ord(char))


def _is_punctuation(char: str) -> bool:
    return isMdAsciiPunct(ord(char)) or isPunctChar(char)
