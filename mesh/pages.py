"""Pages: how many rows one has, and the token that says where the next begins, and of which question.

A token is no secret and proves nothing; one of another question, or made up, is refused rather than misread.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Sequence

import orjson

from mesh.faults import InvalidField

_MAX_BYTES = 4096
Place = Sequence[str | int]
"""What the last row of a page is ordered by."""


def page_token(question: str, place: Place) -> str:
    """Return the token of the page after `place` in the answer to `question`: all that must stay the same."""
    return base64.urlsafe_b64encode(orjson.dumps([_mark(question), *place])).decode().rstrip("=")


def parse_page_token(token: str, question: str, kinds: Sequence[type]) -> list[str | int] | None:
    """Return the place a token names, of values of these kinds; None for the first page. Raises InvalidField."""
    if not token:
        return None
    try:
        if len(token) > _MAX_BYTES:
            raise ValueError(len(token))
        padded = token + "=" * (-len(token) % 4)
        mark, *place = orjson.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        if mark != _mark(question) or [type(each) for each in place] != list(kinds):
            raise ValueError(mark)
        if any(isinstance(each, int) and abs(each) >= 1 << 63 for each in place):
            raise ValueError(mark)
    except (ValueError, TypeError, binascii.Error):
        raise InvalidField("page_token", "not a next_page_token of this question") from None
    return list(place)


def page_size(asked: int, default: int, most: int) -> int:
    """Return how many a page may have: `default` for 0, `most` for more. Raises InvalidField for less than 0."""
    if asked < 0:
        raise InvalidField("page_size", "must not be negative")
    return min(asked or default, most)


def _mark(question: str) -> str:
    return hashlib.sha256(question.encode()).hexdigest()[:16]
