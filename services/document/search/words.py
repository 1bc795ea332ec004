"""Words: what text is to the search index, whatever the database's locale says a letter is.

Pure. PostgreSQL takes every character beyond ASCII for a letter where its locale is C, quotation marks and dashes
included. So punctuation is blanked out here, character by character: positions stay.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

_ASCII = "\x01-\x08<\x0e-\x1f\x7f"
"""Of ASCII, PostgreSQL knows what is punctuation. But it passes over what looks like a tag, and people write about
tags; and control characters are free then to mark what was found."""
_LAST = 0x1FFFF
"""What lies above are ideographs, and characters of private use."""


def _ranges() -> Iterator[str]:
    start = last = 0
    for code in range(0x80, _LAST + 1):
        category = unicodedata.category(chr(code))
        if category[0] in "PSZ" or category in ("Cc", "Co") or code == 0x200B:
            start, last = start or code, code
        elif start and category not in ("Cn", "Cs"):
            yield f"{chr(start)}-{chr(last)}"
            start = 0
    if start:
        yield f"{chr(start)}-{chr(last)}"


PUNCTUATION = f"[{_ASCII}{''.join(_ranges())}\U000f0000-\U0010fffd]"
"""A class of characters, for Python's and PostgreSQL's regular expressions alike: what is no part of a word."""
FOUND, FOUND_END = "\x02", "\x03"
"""What marks a find in text that has had its PUNCTUATION blanked out, and so has none of these."""
_PUNCTUATION = re.compile(PUNCTUATION)


def words_of(text: str) -> str:
    """Return `text` in small letters, blanks in place of PUNCTUATION."""
    return _blanked(text).lower()


def has_words(text: str) -> bool:
    """Say whether anything is left of `text` to look for."""
    return any(map(str.isalnum, _blanked(text)))


def _blanked(text: str) -> str:
    # Few characters differ: looking at each of those once takes a tenth of the time of looking at every place.
    for mark in filter(_PUNCTUATION.match, set(text)):
        text = text.replace(mark, " ")
    return text


def storable(text: str) -> str:
    """Return a document's text as the index keeps it: blanks for embeds, and for NUL, which PostgreSQL cannot hold."""
    return text.replace("\0", " ").replace("\ufffc", " ")
