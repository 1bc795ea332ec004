"""The leaves of the JSON mapping, read: scalars, enums and well-known types out of parsed JSON.

Owns which JSON each accepts, as protojson of Go does: it closes what Python's json_format lets through (base64 with
other characters in it, dates without all their digits, numbers as enum names). Raises MalformedBody.
"""

from __future__ import annotations

import math
import re
import struct as binary
from base64 import b64decode
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from google.protobuf.descriptor import EnumDescriptor, FieldDescriptor

from edge.gateway.errors import MalformedBody

UNKNOWN_NAME: Final = object()
"""What an enum's reader returns for a name that the enum does not have."""

Read = Callable[[Any], Any]

_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")
_INTEGER = re.compile(r"-?(0|[1-9][0-9]{0,19})")
_TIMESTAMP = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)", re.ASCII)
_DURATION = re.compile(r"(-?)(\d{1,12})(?:\.(\d{1,9}))?s", re.ASCII)
_MAX_DURATION_SECONDS = 315576000000
_SPECIAL = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}
_TO_STANDARD_ALPHABET = str.maketrans("-_", "+/")


def integer(value: Any) -> int:
    """Read a number without a fraction, or one in a string; its range is for the field to check."""
    if isinstance(value, str):
        if _INTEGER.fullmatch(value):
            return int(value)
        if not _NUMBER.fullmatch(value):
            raise MalformedBody("must be an integer")
        value = float(value)
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise MalformedBody("must be an integer")
    return value


def double(value: Any) -> float:
    """Read a number, one in a string, or `NaN`, `Infinity`, `-Infinity` in a string."""
    if isinstance(value, str):
        if value in _SPECIAL:
            return _SPECIAL[value]
        if not _NUMBER.fullmatch(value):
            raise MalformedBody("must be a number")
    elif isinstance(value, bool) or not isinstance(value, int | float):
        raise MalformedBody("must be a number")
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise MalformedBody("is out of range")
    return number


def single(value: Any) -> float:
    """Read a number that 32 bits have, or one that rounds to it: the largest is written as a little more than it is."""
    number = double(value)
    try:
        binary.pack("<f", number)
    except OverflowError:
        raise MalformedBody("is out of range") from None
    return number


def boolean(value: Any) -> bool:
    """Read true or false."""
    if not isinstance(value, bool):
        raise MalformedBody("must be true or false")
    return value


def boolean_key(value: str) -> bool:
    """Read the key of a `map<bool, …>`."""
    if value not in ("true", "false"):
        raise MalformedBody("has a key that is neither true nor false")
    return value == "true"


def text(value: Any) -> str:
    """Read a string."""
    if not isinstance(value, str):
        raise MalformedBody("must be a string")
    return value


def octets(value: Any) -> bytes:
    """Read base64, of the standard or the URL alphabet, padded or not."""
    encoded = text(value).rstrip("=").translate(_TO_STANDARD_ALPHABET)
    try:
        return b64decode(encoded + "=" * (-len(encoded) % 4), validate=True)
    except ValueError:
        raise MalformedBody("must be base64") from None


def enum(descriptor: EnumDescriptor) -> Read:
    """Return the reader of an enum: a name, or any number; null for google.protobuf.NullValue."""
    numbers = {value.name: value.number for value in descriptor.values}
    if descriptor.full_name == "google.protobuf.NullValue":
        return lambda value: 0 if value is None or numbers.get(value) == 0 else _refuse("must be null")

    def read(value: Any) -> Any:
        return numbers.get(value, UNKNOWN_NAME) if isinstance(value, str) else integer(value)

    return read


def scalar(field: FieldDescriptor) -> Read:
    """Return the reader of one value of a field that is no message."""
    if field.enum_type is not None:
        return enum(field.enum_type)
    return _SCALARS.get(field.type, integer)


def timestamp(value: Any, message: Any) -> None:
    """Read RFC 3339 with an offset or Z into a Timestamp."""
    found = _TIMESTAMP.fullmatch(text(value))
    if found is None:
        raise MalformedBody("must be a time as in 2026-01-31T12:00:00Z")
    try:
        moment = datetime.fromisoformat(found[1] + found[3])
        seconds = (moment.replace(tzinfo=None) - _EPOCH) - (moment.utcoffset() or timedelta())
        message.seconds = seconds.days * 86400 + seconds.seconds
    except (ValueError, OverflowError):
        raise MalformedBody("is a time that does not exist") from None
    if not _FIRST_SECOND <= message.seconds <= _LAST_SECOND:
        raise MalformedBody("is out of range")
    message.nanos = _nanos(found[2])


def duration(value: Any, message: Any) -> None:
    """Read seconds with an `s` into a Duration."""
    found = _DURATION.fullmatch(text(value))
    if found is None or int(found[2]) > _MAX_DURATION_SECONDS:
        raise MalformedBody("must be a duration as in 1.5s")
    sign = -1 if found[1] else 1
    message.seconds, message.nanos = sign * int(found[2]), sign * _nanos(found[3])


def field_mask(value: Any, message: Any) -> None:
    """Read paths in lowerCamelCase, joined by commas, into a FieldMask."""
    try:
        message.FromJsonString(text(value))
    except ValueError:
        raise MalformedBody("must be the paths of fields in lowerCamelCase, joined by commas") from None


def wrapper(value: Any, message: Any) -> None:
    """Read a scalar into the wrapper message of its type."""
    read: Read = _SCALARS.get(message.DESCRIPTOR.fields_by_name["value"].type, integer)
    message.value = read(value)


LEAF_MESSAGES: Mapping[str, Callable[[Any, Any], None]] = {
    "google.protobuf.Timestamp": timestamp,
    "google.protobuf.Duration": duration,
    "google.protobuf.FieldMask": field_mask,
    **dict.fromkeys(
        (
            f"google.protobuf.{scalar_name}Value"
            for scalar_name in ("Bool", "String", "Bytes", "Int32", "Int64", "UInt32", "UInt64", "Double", "Float")
        ),
        wrapper,
    ),
}
"""By full name, what reads a message that is a leaf in JSON; takes the value and the message to fill."""

_SCALARS: Mapping[int, Read] = {
    FieldDescriptor.TYPE_BOOL: boolean,
    FieldDescriptor.TYPE_STRING: text,
    FieldDescriptor.TYPE_BYTES: octets,
    FieldDescriptor.TYPE_DOUBLE: double,
    FieldDescriptor.TYPE_FLOAT: single,
}
"""What is no integer."""

_EPOCH = datetime(1970, 1, 1)
_FIRST_SECOND, _LAST_SECOND = -62135596800, 253402300799


def _nanos(digits: str | None) -> int:
    return int(digits.ljust(9, "0")) if digits else 0


def _refuse(message: str) -> Any:
    raise MalformedBody(message)
