"""Snippets: stretches of text around what was found in it.

Pure. Owns where they begin and end. What is shown is the text as it stands, never what the index made of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from services.document.search.words import FOUND, FOUND_END

MAX_SNIPPETS = 3
_BEFORE, _AFTER = 60, 120
"""Characters shown around a find: a line or two."""
_EDGE = 20
"""How far a stretch is shortened so that it begins and ends with whole words."""
_MARK = re.compile(f"[{FOUND}{FOUND_END}]")

Span = tuple[int, int]


class Part(NamedTuple):
    """A piece of text, not empty; `is_match` when it is what was found."""

    text: str
    is_match: bool


def marks_of(text: str, marked: Iterable[str]) -> list[Span]:
    """Return what is marked in any of `marked`, in order, none touching another.

    Each is `text` with FOUND and FOUND_END put in and characters replaced one for one; one of another length, which
    nobody promises cannot be, counts as unmarked.
    """
    spans: list[Span] = []
    for each in marked:
        if len(_MARK.sub("", each)) != len(text):
            continue
        starts = [match.start() - n for n, match in enumerate(_MARK.finditer(each))]
        spans += zip(starts[::2], starts[1::2], strict=False)
    return _joined(spans)


def whole(text: str, marks: Sequence[Span]) -> list[Part]:
    """Return all of `text`, in parts."""
    return _parts(text, (0, len(text)), marks)


def snippets_of(text: str, marks: Sequence[Span]) -> list[list[Part]]:
    """Return at most MAX_SNIPPETS stretches of `text`, in order: those with most marks in them."""
    stretches = _joined([(max(start - _BEFORE, 0), min(end + _AFTER, len(text))) for start, end in marks])
    counted = sorted(stretches, key=lambda each: (-len(_within(each, marks)), each))[:MAX_SNIPPETS]
    return [_parts(text, _trimmed(text, each, _within(each, marks)), marks) for each in sorted(counted)]


def _joined(spans: Iterable[Span]) -> list[Span]:
    joined: list[Span] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        elif start < end:
            joined.append((start, end))
    return joined


def _within(stretch: Span, marks: Sequence[Span]) -> list[Span]:
    return [mark for mark in marks if stretch[0] <= mark[0] and mark[1] <= stretch[1]]


def _trimmed(text: str, stretch: Span, marks: Sequence[Span]) -> Span:
    """Return a stretch without the halves of words at its edges, and without blank space there."""
    start, end = stretch
    first, last = marks[0][0], marks[-1][1]
    if start:
        edge = text[start : min(start + _EDGE, first)]
        start += len(edge) - len(edge.lstrip()) if edge[:1].isspace() else _after_blank(edge)
    if end < len(text):
        edge = text[max(end - _EDGE, last) : end]
        end -= _after_blank(edge[::-1])
    while start < first and text[start].isspace():
        start += 1
    while end > last and text[end - 1].isspace():
        end -= 1
    return start, end


def _after_blank(edge: str) -> int:
    """Return how much of `edge` goes up to its first blank; 0 when it has none."""
    return next((place for place, character in enumerate(edge) if character.isspace()), 0)


def _parts(text: str, stretch: Span, marks: Sequence[Span]) -> list[Part]:
    parts: list[Part] = []
    at, end = stretch
    for mark in _within(stretch, marks):
        parts += [Part(text[at : mark[0]], False), Part(text[mark[0] : mark[1]], True)]
        at = mark[1]
    parts.append(Part(text[at:end], False))
    return [part for part in parts if part.text]
