"""Well-known messages from the text of a path or query parameter.

Owns how Timestamp, Duration, wrappers, FieldMask, Struct, Value and Empty are spelled in a URL. Other messages are not.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import Any, cast

from google.protobuf import json_format
from google.protobuf.message import Message

from edge.gateway.scalars import UnfitText, scalar


class Flavour(Enum):
    """Where the text stands, since grpc-gateway reads some types by two functions.

    PATH is a variable that names a field of the request itself: a Duration is as in proto3 JSON, `3.5s`, and beside it
    only Timestamp and the wrappers have a text. QUERY is all else, nested variables of a path too.
    """

    PATH = "path"
    QUERY = "query"


def fill(message: Any, text: str, flavour: Flavour) -> None:
    """Make `message`, which is empty, what `text` says. Raises UnfitText, also for a type that has no text."""
    name = message.DESCRIPTOR.full_name
    fillers = _IN_PATH if flavour is Flavour.PATH else _IN_QUERY
    if name in _WRAPPERS:
        _set(message, value=scalar(message.DESCRIPTOR.fields_by_name["value"], text))
    elif name in fillers:
        fillers[name](message, text.strip('"') if flavour is Flavour.PATH else text)
    else:
        raise UnfitText(text, f"{name}, which a URL cannot hold")


_WRAPPERS = {
    f"google.protobuf.{kind}Value"
    for kind in ("Double", "Float", "Int64", "UInt64", "Int32", "UInt32", "Bool", "String", "Bytes")
}


def _set(message: Message, **fields: Any) -> None:
    for name, value in fields.items():
        setattr(message, name, value)


_INSTANT = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2})(?:\.([0-9]+))?(?:Z|([+-])([0-9]{2}):([0-9]{2}))"
)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def _timestamp(message: Message, text: str) -> None:
    """RFC 3339 with any number of digits of a second, of which nine count."""
    found = _INSTANT.fullmatch(text)
    if found is None:
        raise UnfitText(text, "RFC 3339 timestamp")
    local, fraction, sign, hours, minutes = found.groups("0")
    if int(hours) > 23 or int(minutes) > 59:
        raise UnfitText(text, "RFC 3339 timestamp")
    offset = timedelta(hours=int(hours), minutes=int(minutes)) * (-1 if sign == "-" else 1)
    try:
        since_epoch = datetime.fromisoformat(f"{local}+00:00") - offset - _EPOCH
    except (ValueError, OverflowError):
        raise UnfitText(text, "RFC 3339 timestamp of the years 1 to 9999") from None
    _set(message, seconds=since_epoch // timedelta(seconds=1), nanos=int(fraction[:9].ljust(9, "0")))


_NANOSECONDS = {
    "ns": 1,
    "us": 10**3,
    "µs": 10**3,
    "μs": 10**3,
    "ms": 10**6,
    "s": 10**9,
    "m": 60 * 10**9,
    "h": 3600 * 10**9,
}
_AMOUNT = r"([0-9]*)(?:\.([0-9]*))?"
_GO_PART = re.compile(_AMOUNT + "(ns|us|µs|μs|ms|s|m|h)")
_JSON_DURATION = re.compile(r"([+-]?)([0-9]*)(?:\.([0-9]{0,9}))?s")
_MOST_DIGITS = 20
_MOST_GO_NANOSECONDS = 2**63 - 1
_MOST_JSON_NANOSECONDS = 315_576_000_000 * 10**9


def _go_duration(message: Message, text: str) -> None:
    """What Go's time.ParseDuration takes: `1h2m3.5s`, `-1.5ms`, `0`; within 292 years."""
    unsigned = text[1:] if text[:1] in ("+", "-") else text
    total, at = 0, 0
    while at < len(unsigned) and unsigned != "0":
        part = _GO_PART.match(unsigned, at)
        amount = _nanoseconds(part[1], part[2] or "", _NANOSECONDS[part[3]]) if part else None
        if part is None or amount is None:
            raise UnfitText(text, "duration such as 1h2m3.5s")
        total, at = total + amount, part.end()
    negative = text.startswith("-")
    if not unsigned or total > _MOST_GO_NANOSECONDS + negative:
        raise UnfitText(text, "duration such as 1h2m3.5s")
    _set_duration(message, total, negative=negative)


def _json_duration(message: Message, text: str) -> None:
    """Seconds as proto3 JSON has them: `3.5s`; within 10 000 years."""
    found = _JSON_DURATION.fullmatch(text)
    total = _nanoseconds(found[2], found[3] or "", 10**9) if found else None
    if found is None or total is None or total > _MOST_JSON_NANOSECONDS:
        raise UnfitText(text, "duration such as 3.5s")
    _set_duration(message, total, negative=found[1] == "-")


def _nanoseconds(whole: str, fraction: str, unit: int) -> int | None:
    """`whole.fraction` units, cut to a nanosecond; None without digits, or with more than a duration can have."""
    significant = whole.lstrip("0")
    if not (whole or fraction) or len(significant) > _MOST_DIGITS:
        return None
    digits = fraction[:_MOST_DIGITS]
    return int(significant or 0) * unit + int(digits or 0) * unit // cast(int, 10 ** len(digits))


def _set_duration(message: Message, nanoseconds: int, *, negative: bool) -> None:
    seconds, nanos = divmod(nanoseconds, 10**9)
    sign = -1 if negative else 1
    _set(message, seconds=sign * seconds, nanos=sign * nanos)


def _field_mask(message: Any, text: str) -> None:
    """Paths as they stand, in proto names, parted by commas; empty text is the empty mask."""
    if text:
        paths = message.DESCRIPTOR.fields_by_name["paths"]
        message.paths.extend(scalar(paths, path) for path in text.split(","))


def _json(message: Message, text: str) -> None:
    """Struct and Value, as JSON."""
    try:
        value = json.loads(
            text, parse_constant=_no_constant, parse_float=_finite, object_pairs_hook=_without_duplicates
        )
        if message.DESCRIPTOR.name == "Struct" and not isinstance(value, dict):
            raise ValueError("a Struct is an object")
        json_format.ParseDict(value, message)
    except (ValueError, OverflowError, RecursionError, json_format.ParseError):
        message.Clear()
        raise UnfitText(text, f"{message.DESCRIPTOR.name} in JSON") from None


def _no_constant(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON")


def _finite(number: str) -> float:
    if math.isinf(value := float(number)):
        raise ValueError(f"{number} is too large")
    return value


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) < len(pairs):
        raise ValueError("a key stands twice")
    return value


def _empty(message: Message, text: str) -> None:
    if text not in ("", "{}"):
        raise UnfitText(text, "Empty")


_Filler = Callable[[Message, str], None]
_IN_PATH: dict[str, _Filler] = {
    "google.protobuf.Timestamp": _timestamp,
    "google.protobuf.Duration": _json_duration,
}
_IN_QUERY: dict[str, _Filler] = {
    "google.protobuf.Timestamp": _timestamp,
    "google.protobuf.Duration": _go_duration,
    "google.protobuf.FieldMask": _field_mask,
    "google.protobuf.Struct": _json,
    "google.protobuf.Value": _json,
    "google.protobuf.Empty": _empty,
}
