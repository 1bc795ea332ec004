"""Text measured in UTF-16 code units, as browsers do.

Owns the length of a text and where it may be cut. Python strings count code points, so only text with
characters past U+FFFF costs more than an index. Never repairs: a cut inside a surrogate pair is an error.
"""

from __future__ import annotations

from .errors import InvalidText, SurrogateSplit

__all__ = ["cut", "is_boundary", "slice_units", "utf16_length"]


def utf16_length(text: str) -> int:
    """The length of `text` in UTF-16 code units. Raises InvalidText on a lone surrogate. O(1) if ASCII."""
    if text.isascii():
        return len(text)
    try:
        return len(text.encode("utf-16-le")) >> 1
    except UnicodeEncodeError as error:
        raise InvalidText(error.start) from None


def is_boundary(text: str, length: int, at: int) -> bool:
    """Whether unit `at` of `text`, which has `length` units, does not lie inside a surrogate pair."""
    if length == len(text) or at <= 0 or at >= length:
        return True
    encoded = text[: at + 1].encode("utf-16-le")  # at + 1 code points hold unit `at`, whatever they are
    return (encoded[2 * at + 1] & 0xFC) != 0xDC


def slice_units(text: str, length: int, start: int, end: int) -> str:
    """Units `start` to `end` of `text`, which has `length` units. Raises SurrogateSplit with the offset in `text`."""
    if length == len(text):
        return text[start:end]
    if start == 0 and end >= length:
        return text
    encoded = text[:end].encode("utf-16-le")
    for at in (start, end):
        if at < length and 2 * at + 1 < len(encoded) and (encoded[2 * at + 1] & 0xFC) == 0xDC:
            raise SurrogateSplit(at)
    try:
        return encoded[2 * start : 2 * end].decode("utf-16-le")
    except UnicodeDecodeError:
        raise SurrogateSplit(end) from None


def cut(text: str, length: int, at: int) -> tuple[str, str]:
    """`text` in two at unit `at`. Raises SurrogateSplit. O(`length`)."""
    if length == len(text):
        return text[:at], text[at:]
    head = slice_units(text, length, 0, at)
    return head, text[len(head) :]
