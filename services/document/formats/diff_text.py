"""Diff as text: a change to a document word by word, for a terminal that can colour it.

Owns the widening of changes to whole words, since half a word in red helps nobody, and the collapsing of what stayed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ot.document import Document
from ot.operation import Embed, Insert, Operation

from .changes import Change, Part, parts_of

CONTEXT_LINES = 2
"""Unchanged lines shown on each side of a change."""

_LINES = re.compile(r"[^\n]*\n|[^\n]+")
_WORDS = re.compile(r"\w+|\W+")

_Token = tuple[Change, str]


def diff_text(before: Document, operation: Operation) -> Iterator[tuple[Change, str]]:
    """What `operation` changes in `before`, as (kind, text) in reading order.

    Without the SKIPs and INSERTs the texts are those of `before`, as far as they are shown; an embed is its kind in
    brackets. A word that changed is deleted and inserted whole. SKIP stands for unchanged lines and says how many.
    Nothing at all if nothing changes. Raises LengthMismatch, SurrogateSplit at the first item. O(length).
    """
    tokens = list(_joined(_whole_words(parts_of(before, operation))))
    if all(change is Change.KEEP for change, _ in tokens):
        return
    for place, (change, text) in enumerate(tokens):
        if change is Change.KEEP:
            yield from _collapsed(text, is_first=place == 0, is_last=place == len(tokens) - 1)
        else:
            yield change, text


def _whole_words(parts: Iterable[Part]) -> Iterator[_Token]:
    word = _Word()
    for part in parts:
        for piece in _WORDS.findall(_text(part.run)):
            is_word = piece[0].isalnum() or piece[0] == "_"
            if not is_word:
                yield from word.finished()
                yield part.change, piece
            else:
                word.add(part.change, piece)
    yield from word.finished()


def _text(run: Insert) -> str:
    return f"[{run.content.type}]" if isinstance(run.content, Embed) else run.content


class _Word:
    """A word that may be kept in one part and changed in another."""

    def __init__(self) -> None:
        self._pieces: list[_Token] = []

    def add(self, change: Change, piece: str) -> None:
        self._pieces.append((change, piece))

    def finished(self) -> Iterator[_Token]:
        """The word, whole: as it is if one thing became of it, else deleted as it was and inserted as it is now."""
        pieces, self._pieces = self._pieces, []
        changes = {change for change, _ in pieces}
        if len(changes) == 1 or not changes & {Change.INSERT, Change.DELETE}:
            yield from pieces
            return
        old = "".join([piece for change, piece in pieces if change is not Change.INSERT])
        new = "".join([piece for change, piece in pieces if change is not Change.DELETE])
        if old:
            yield Change.DELETE, old
        if new:
            yield Change.INSERT, new


def _joined(tokens: Iterable[_Token]) -> Iterator[_Token]:
    """Tokens of one kind that follow each other as one."""
    last: Change | None = None
    texts: list[str] = []
    for change, text in tokens:
        if change is not last and last is not None:
            yield last, "".join(texts)
            texts = []
        last = change
        texts.append(text)
    if last is not None:
        yield last, "".join(texts)


def _collapsed(text: str, *, is_first: bool, is_last: bool) -> Iterator[_Token]:
    lines = _LINES.findall(text)
    head = 0 if is_first else CONTEXT_LINES + 1  # the first of them is the end of the changed line
    tail = 0 if is_last else CONTEXT_LINES + (not text.endswith("\n"))
    skipped = len(lines) - head - tail
    if skipped <= 1:
        yield Change.KEEP, text
        return
    if head:
        yield Change.KEEP, "".join(lines[:head])
    yield Change.SKIP, f"{skipped} unchanged lines\n"
    if tail:
        yield Change.KEEP, "".join(lines[len(lines) - tail :])
