"""The leaves of the JSON mapping: scalars, enums and well-known types, each as what `orjson.dumps` takes.

Owns how one value is written; which fields a message prints is `reflection`'s. What the mapping has no form for (a
timestamp of the year 10000, an infinity inside of a Value) is Unencodable.
"""

from __future__ import annotations

import math
import struct as binary
from base64 import b64encode
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from google.protobuf.descriptor import EnumDescriptor

from edge.gateway.errors import Unencodable

_EPOCH = datetime(1970, 1, 1)
"""Without an offset: the Z is written by hand."""
_MIN_SECONDS, _MAX_SECONDS = -62135596800, 253402300799
_MAX_DURATION_SECONDS = 315576000000
_NANOS = 1_000_000_000


def double(value: float) -> float | str:
    """Write a float; what JSON has no number for as `NaN`, `Infinity`, `-Infinity`."""
    if math.isfinite(value):
        return value
    return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"


def single(value: float) -> float | str:
    """Write a 32-bit float with as few digits as read back as the same one."""
    if not math.isfinite(value):
        return double(value)
    for digits in (6, 7, 8):
        shorter = float(f"{value:.{digits}g}")
        if _as_single(shorter) == value:
            return shorter
    return float(f"{value:.9g}")


def octets(value: bytes) -> str:
    """Write bytes: base64, padded, of the standard alphabet."""
    return b64encode(value).decode("ascii")


def boolean_key(value: bool) -> str:
    """Write the key of a `map<bool, …>`; numbers as keys are `str(key)`."""
    return "true" if value else "false"


class EnumNames(dict[int, str | int | None]):
    """The names of an enum's numbers; an unknown number is itself, google.protobuf.NullValue is None."""

    def __init__(self, enum: EnumDescriptor) -> None:
        self._is_null = enum.full_name == "google.protobuf.NullValue"
        super().__init__(
            {value.number: None if self._is_null else value.name for value in reversed(list(enum.values))}
        )  # reversed: of two names for one number the first counts

    def __missing__(self, number: int) -> int | None:
        return None if self._is_null else number


def timestamp(message: Any) -> str:
    """Write a Timestamp: RFC 3339 in UTC with 0, 3, 6 or 9 digits after the point."""
    seconds, nanos = message.seconds, message.nanos
    if not (_MIN_SECONDS <= seconds <= _MAX_SECONDS and 0 <= nanos < _NANOS):
        raise Unencodable(f"no timestamp: {seconds} s, {nanos} ns")
    return f"{(_EPOCH + timedelta(0, seconds)).isoformat()}{_fraction(nanos)}Z"


def duration(message: Any) -> str:
    """Write a Duration: seconds with 0, 3, 6 or 9 digits after the point, and `s`."""
    seconds, nanos = message.seconds, message.nanos
    fits = abs(seconds) <= _MAX_DURATION_SECONDS and abs(nanos) < _NANOS
    if not fits or (seconds and nanos and (seconds < 0) != (nanos < 0)):
        raise Unencodable(f"no duration: {seconds} s, {nanos} ns")
    sign = "-" if seconds < 0 or nanos < 0 else ""
    return f"{sign}{abs(seconds)}{_fraction(abs(nanos))}s"


def field_mask(message: Any) -> str:
    """Write a FieldMask: its paths in lowerCamelCase, joined by commas."""
    try:
        return str(message.ToJsonString())
    except ValueError as error:
        raise Unencodable(str(error)) from None


def value(message: Any) -> Any:
    """Write a google.protobuf.Value: the JSON it holds; one that holds nothing is null."""
    kind = message.WhichOneof("kind")
    if kind is None or kind == "null_value":
        return None
    if kind == "struct_value":
        return struct(message.struct_value)
    if kind == "list_value":
        return list_value(message.list_value)
    if kind == "number_value" and not math.isfinite(message.number_value):
        raise Unencodable("a google.protobuf.Value has no form for a number that is not finite")
    return getattr(message, kind)


def struct(message: Any) -> dict[str, Any]:
    """Write a Struct: an object."""
    return {key: value(item) for key, item in message.fields.items()}


def list_value(message: Any) -> list[Any]:
    """Write a ListValue: an array."""
    return [value(item) for item in message.values]


def plain_wrapper(message: Any) -> Any:
    """Write a StringValue, BoolValue, Int32Value or UInt32Value: its value."""
    return message.value


def int64_wrapper(message: Any) -> str:
    """Write an Int64Value or UInt64Value: its value in a string."""
    return str(message.value)


def double_wrapper(message: Any) -> float | str:
    """Write a DoubleValue."""
    return double(message.value)


def single_wrapper(message: Any) -> float | str:
    """Write a FloatValue."""
    return single(message.value)


def octets_wrapper(message: Any) -> str:
    """Write a BytesValue."""
    return octets(message.value)


WELL_KNOWN: Mapping[str, Callable[[Any], Any]] = {
    "google.protobuf.Timestamp": timestamp,
    "google.protobuf.Duration": duration,
    "google.protobuf.FieldMask": field_mask,
    "google.protobuf.Value": value,
    "google.protobuf.Struct": struct,
    "google.protobuf.ListValue": list_value,
    "google.protobuf.StringValue": plain_wrapper,
    "google.protobuf.BoolValue": plain_wrapper,
    "google.protobuf.Int32Value": plain_wrapper,
    "google.protobuf.UInt32Value": plain_wrapper,
    "google.protobuf.Int64Value": int64_wrapper,
    "google.protobuf.UInt64Value": int64_wrapper,
    "google.protobuf.DoubleValue": double_wrapper,
    "google.protobuf.FloatValue": single_wrapper,
    "google.protobuf.BytesValue": octets_wrapper,
}
"""By full name, how a message is written that is no object of its fields. google.protobuf.Any: see `reflection`."""


def _fraction(nanos: int) -> str:
    if not nanos:
        return ""
    if nanos % 1_000_000 == 0:
        return f".{nanos // 1_000_000:03d}"
    if nanos % 1000 == 0:
        return f".{nanos // 1000:06d}"
    return f".{nanos:09d}"


def _as_single(number: float) -> float:
    try:
        return float(binary.unpack("<f", binary.pack("<f", number))[0])
    except OverflowError:
        return math.inf
