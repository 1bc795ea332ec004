"""JSON values as JavaScript sees them: which are allowed, which are equal, how they are written.

Owns the traps between the two languages: `True` is not 1 here, numbers are doubles, object keys sort by
UTF-16 unit. Never mutates a value it was given; a frozen value is a private copy that nobody may mutate.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from json.encoder import encode_basestring as quote
from typing import TypeAlias

from .errors import InvalidComponent
from .text import utf16_length

__all__ = ["JsonValue", "canonical", "equal", "freeze"]

JsonValue: TypeAlias = "bool | int | float | str | Sequence[JsonValue] | Mapping[str, JsonValue] | None"

# Deeper values would exhaust the stack of some reader; nothing real nests past a handful of levels.
_MAX_DEPTH = 64
_EXACT_INTEGER = 2**53


def freeze(value: object, depth: int = 0) -> JsonValue:
    """A private copy of `value`. Integers that a double cannot hold become the double JavaScript would read.

    Raises InvalidComponent if it is not JSON, is not finite, or nests past 64 levels; InvalidText on a lone surrogate.
    """
    if value is None or value is True or value is False:
        return value
    if isinstance(value, str):
        utf16_length(value)
        return value
    if isinstance(value, int):
        return value if -_EXACT_INTEGER <= value <= _EXACT_INTEGER else _double(value)
    if isinstance(value, float):
        return _double(value)
    if depth >= _MAX_DEPTH:
        raise InvalidComponent(f"a value nests deeper than {_MAX_DEPTH} levels")
    if isinstance(value, Mapping):
        return {_key(key): freeze(item, depth + 1) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [freeze(item, depth + 1) for item in value]
    raise InvalidComponent(f"{type(value).__name__} is not a JSON value")


def _key(key: object) -> str:
    if not isinstance(key, str):
        raise InvalidComponent(f"a key must be text, not {type(key).__name__}")
    utf16_length(key)
    return key


def _double(value: float) -> float:
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise InvalidComponent("a number must be finite")
    return number


def equal(a: JsonValue, b: JsonValue) -> bool:
    """Deep equality as JavaScript has it: 1 equals 1.0, but never True."""
    if a is b:
        return True
    if isinstance(a, str) or isinstance(b, str) or a is None or b is None:
        return a == b
    if isinstance(a, bool) or isinstance(b, bool):
        return False
    if isinstance(a, int | float) or isinstance(b, int | float):
        return a == b
    if isinstance(a, Mapping):
        return isinstance(b, Mapping) and len(a) == len(b) and all(k in b and equal(v, b[k]) for k, v in a.items())
    if isinstance(b, Mapping) or len(a) != len(b):
        return False
    return all(equal(x, y) for x, y in zip(a, b, strict=True))


def canonical(value: JsonValue) -> str:
    """`value` as JSON.stringify writes it, with sorted keys and no spaces (RFC 8785). Equal values, equal text."""
    if isinstance(value, str):
        return quote(value)
    if value is None:
        return "null"
    if value is True:
        return "true"
    if value is False:
        return "false"
    if isinstance(value, int | float):
        return _number(value)
    if isinstance(value, Mapping):
        return "{" + ",".join([quote(key) + ":" + canonical(value[key]) for key in _sorted_keys(value)]) + "}"
    return "[" + ",".join([canonical(item) for item in value]) + "]"


def _sorted_keys(value: Mapping[str, JsonValue]) -> list[str]:
    keys = sorted(value)
    if keys and keys[-1] > "\uffff":  # the only case in which code point order is not UTF-16 order
        keys.sort(key=lambda key: key.encode("utf-16-be"))
    return keys


def _number(value: float) -> str:
    """ECMAScript Number::toString. Both languages print the shortest digits; only the layout differs."""
    if isinstance(value, int) and -_EXACT_INTEGER <= value <= _EXACT_INTEGER:
        return str(value)
    number = float(value)
    if number == 0:
        return "0"
    mantissa, _, exponent = repr(abs(number)).partition("e")
    whole, _, fraction = mantissa.partition(".")
    point = len(whole) + int(exponent or 0)
    digits = whole + fraction
    stripped = digits.lstrip("0")
    point -= len(digits) - len(stripped)
    digits = stripped.rstrip("0")
    count = len(digits)
    sign = "-" if number < 0 else ""
    if count <= point <= 21:
        return sign + digits + "0" * (point - count)
    if 0 < point <= 21:
        return sign + digits[:point] + "." + digits[point:]
    if -6 < point <= 0:
        return sign + "0." + "0" * -point + digits
    power = f"e{'+' if point > 0 else '-'}{abs(point - 1)}"
    return sign + digits[0] + ("." + digits[1:] if count > 1 else "") + power
