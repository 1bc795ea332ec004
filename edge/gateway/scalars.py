"""Scalars: the text of a path or query parameter as a number, bool, enum, bytes or string.

Owns what grpc-gateway takes for each kind; well-known messages are `well_known`'s.
"""

from __future__ import annotations

import base64
import binascii
import math
import re
import struct
from collections.abc import Callable
from typing import Any

from google.protobuf.descriptor import FieldDescriptor as Field


class UnfitText(ValueError):
    """The text is no value of its field; says what it is not. Leaves this package as InvalidParameter only."""

    def __init__(self, text: str, kind: str) -> None:
        super().__init__(f"{_shown(text)} is no {kind}")


def scalar(field: Field, text: str) -> Any:
    """`text` as one value of `field`, which is not a message; whether it is repeated does not matter.

    Raises UnfitText.
    """
    if field.type == Field.TYPE_STRING:
        return _string(text)
    if field.type == Field.TYPE_ENUM:
        return _enum(field, text)
    if field.type in _INTEGERS:
        return _integer(text, *_INTEGERS[field.type])
    return _OTHERS[field.type](text)


_INTEGERS = {
    Field.TYPE_INT32: ("int32", -(2**31), 2**31 - 1),
    Field.TYPE_SINT32: ("int32", -(2**31), 2**31 - 1),
    Field.TYPE_SFIXED32: ("int32", -(2**31), 2**31 - 1),
    Field.TYPE_INT64: ("int64", -(2**63), 2**63 - 1),
    Field.TYPE_SINT64: ("int64", -(2**63), 2**63 - 1),
    Field.TYPE_SFIXED64: ("int64", -(2**63), 2**63 - 1),
    Field.TYPE_UINT32: ("uint32", 0, 2**32 - 1),
    Field.TYPE_FIXED32: ("uint32", 0, 2**32 - 1),
    Field.TYPE_UINT64: ("uint64", 0, 2**64 - 1),
    Field.TYPE_FIXED64: ("uint64", 0, 2**64 - 1),
}
_SIGNED = re.compile(r"[+-]?[0-9]+")
_UNSIGNED = re.compile(r"[0-9]+")
_MOST_DIGITS = 20
"""What the widest integer has; more digits are out of range, and are not computed."""


def _integer(text: str, kind: str, least: int, most: int) -> int:
    if not (_SIGNED if least < 0 else _UNSIGNED).fullmatch(text) or len(text.lstrip("+-0")) > _MOST_DIGITS:
        raise UnfitText(text, kind)
    value = int(text.lstrip("+-0") or 0) * (-1 if text.startswith("-") else 1)
    if not least <= value <= most:
        raise UnfitText(text, kind)
    return value


def _enum(field: Field, text: str) -> int:
    enum = field.enum_type
    assert enum is not None
    if (named := enum.values_by_name.get(text)) is not None:
        return int(named.number)
    number = _integer(text, enum.name, -(2**31), 2**31 - 1)
    if number not in enum.values_by_number:
        raise UnfitText(text, enum.name)
    return number


_BOOLS = dict.fromkeys(("1", "t", "T", "true", "TRUE", "True"), True) | dict.fromkeys(
    ("0", "f", "F", "false", "FALSE", "False"), False
)


def _bool(text: str) -> bool:
    try:
        return _BOOLS[text]
    except KeyError:
        raise UnfitText(text, "bool") from None


_FLOAT = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_NAMED_FLOATS = {"Infinity": float("inf"), "-Infinity": float("-inf"), "NaN": float("nan")}


def _double(text: str) -> float:
    if (named := _NAMED_FLOATS.get(text)) is not None:
        return named
    if not _FLOAT.fullmatch(text) or math.isinf(value := float(text)):
        raise UnfitText(text, "number")
    return value


def _float(text: str) -> float:
    value = _double(text)
    try:
        struct.pack("<f", value)
    except OverflowError:
        raise UnfitText(text, "32-bit number") from None
    return value


_STANDARD = re.compile(r"[A-Za-z0-9+/]*={0,2}")
_URL_SAFE = re.compile(r"[A-Za-z0-9_\-]*={0,2}")


def _bytes(text: str) -> bytes:
    """Base64 in either alphabet, not in both; padded, or not at all."""
    unpadded = len(text) % 4 != 0
    if not (_STANDARD.fullmatch(text) or _URL_SAFE.fullmatch(text)) or (unpadded and "=" in text):
        raise UnfitText(text, "base64")
    try:
        return base64.urlsafe_b64decode(text.replace("+", "-").replace("/", "_") + "=" * (-len(text) % 4))
    except binascii.Error:
        raise UnfitText(text, "base64") from None


def _string(text: str) -> str:
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:
            raise UnfitText(text, "UTF-8") from None
    return text


_OTHERS: dict[int, Callable[[str], Any]] = {
    Field.TYPE_BOOL: _bool,
    Field.TYPE_DOUBLE: _double,
    Field.TYPE_FLOAT: _float,
    Field.TYPE_BYTES: _bytes,
}


def _shown(text: str) -> str:
    """`text` quoted, in ASCII, cut where it is long."""
    return ascii(text if len(text) <= 64 else text[:61] + "...")
