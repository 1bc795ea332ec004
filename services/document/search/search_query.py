"""Search queries: what people type, read into what must and must not be there.

Pure. Any text is a query; only one that says nothing of what must be there is refused. Knows no SQL: terms are text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from mesh.faults import InvalidField
from services.document.search.words import has_words, words_of

MAX_LENGTH = 500
_TITLE_WORDS = 10
_FIELD = "query"
_OR = "or"
_TERM = re.compile(r'(?P<minus>-*)(?:"(?P<phrase>[^"]*)(?:"|$)|(?P<word>[^\s"]+))')
_QUOTES = str.maketrans("“”„‟″＂", '""""""')


@dataclass(frozen=True, slots=True)
class Term:
    """Words that stand one after the other; most often one. `is_prefix`: the last one may go on."""

    text: str
    is_prefix: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """One of each group in `wanted` must be there, and none of `unwanted`.

    `title` is what a title may be like, though misspelt: the words, where there are only words and few; else empty.
    """

    wanted: tuple[tuple[Term, ...], ...]
    unwanted: tuple[Term, ...]
    title: str


@dataclass(slots=True)
class _Read:
    text: str
    is_phrase: bool
    is_negated: bool
    ends_query: bool


def parse(text: str) -> Query:
    """Return the query that `text` means. Raises InvalidField.

    Words joined by `or` are one group, every other word or phrase in quotes is one of its own. `or` joins what must be
    there; anywhere else it is a word. The last word is a prefix unless something follows it or it must not be there.
    """
    if len(text) > MAX_LENGTH:
        raise InvalidField(_FIELD, f"must be at most {MAX_LENGTH} characters")
    text = text.replace("\0", " ")  # PostgreSQL cannot be told of it.
    if not text.strip():
        raise InvalidField(_FIELD, "must not be empty")
    read = _read(text)
    groups = _groups([each for each in read if has_words(each.text) or _is_or(each)])
    unwanted = tuple(_term(each) for each in read if each.is_negated and has_words(each.text))
    if unwanted and not groups:
        raise InvalidField(_FIELD, "must say what is looked for, not only what is not")
    are_words = len(groups) <= _TITLE_WORDS and all(len(group) == 1 and not group[0].is_phrase for group in groups)
    return Query(
        tuple(tuple(map(_term, group)) for group in groups),
        unwanted,
        " ".join(words_of(group[0].text).strip() for group in groups) if are_words else "",
    )


def _read(text: str) -> list[_Read]:
    found: list[_Read] = []
    for match in _TERM.finditer(text.translate(_QUOTES)):
        phrase = match["phrase"]
        found.append(
            _Read(
                match["word"] if phrase is None else phrase,
                is_phrase=phrase is not None,
                is_negated=bool(match["minus"]),
                ends_query=match.end() == len(text),
            )
        )
    return found


def _groups(read: list[_Read]) -> list[list[_Read]]:
    groups: list[list[_Read]] = []
    joins = False
    for place, each in enumerate(read):
        if each.is_negated:
            joins = False
            continue
        follows = read[place + 1] if place + 1 < len(read) else None
        if _is_or(each) and groups and not joins and follows is not None and not follows.is_negated:
            joins = not read[place - 1].is_negated
            if joins:
                continue
        if joins:
            groups[-1].append(each)
        else:
            groups.append([each])
        joins = False
    return groups


def _is_or(each: _Read) -> bool:
    return not each.is_phrase and not each.is_negated and each.text.lower() == _OR


def _term(read: _Read) -> Term:
    is_prefix = read.ends_query and not read.is_phrase and not read.is_negated
    return Term(words_of(read.text), is_prefix)
