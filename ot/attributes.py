"""Attribute maps: how two formattings of the same text combine, as quill-delta 5's AttributeMap does.

`None` stands for "no attributes" (an empty map never occurs), a `null` value removes the key. Pure; every map
here is frozen: returned maps may be shared with the arguments.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias, cast

from .errors import InvalidComponent
from .values import JsonValue, equal, freeze

__all__ = ["Attributes", "compose", "diff", "frozen", "invert", "same", "transform"]

Attributes: TypeAlias = Mapping[str, JsonValue]


def frozen(attributes: object) -> Attributes | None:
    """A private copy, None if empty. Raises InvalidComponent if it is not a map of JSON values; InvalidText."""
    if attributes is None:
        return None
    if not isinstance(attributes, Mapping):
        raise InvalidComponent(f"attributes must be a map, not {type(attributes).__name__}")
    return cast(Attributes, freeze(attributes)) or None


def same(a: Attributes | None, b: Attributes | None) -> bool:
    """Whether both say the same. The fast half of `values.equal`: most maps are identical or plainly differ."""
    if a is b:
        return True
    if a is None or b is None or a != b:
        return False
    return all(value is b[key] or equal(value, b[key]) for key, value in a.items())


def compose(a: Attributes | None, b: Attributes | None, *, keep_null: bool) -> Attributes | None:
    """`a`, then `b`. On a retain nulls are kept (they still have to remove); on an insert they have done so."""
    if b is None:
        return a
    if a is None:
        return b if keep_null or None not in b.values() else _without_null(b)
    merged = dict(a)
    for key, value in b.items():
        if value is None and not keep_null:
            merged.pop(key, None)
        else:
            merged[key] = value
    return merged or None


def _without_null(attributes: Attributes) -> Attributes | None:
    return {key: value for key, value in attributes.items() if value is not None} or None


def transform(attributes: Attributes | None, over: Attributes | None, *, first: bool) -> Attributes | None:
    """`attributes` as they apply after the concurrent `over`: a key that both set belongs to the one that is first."""
    if attributes is None or over is None or first:
        return attributes
    return {key: value for key, value in attributes.items() if key not in over} or None


def invert(attributes: Attributes | None, base: Attributes | None) -> Attributes | None:
    """What takes `attributes` back from text that had `base`. Containers always count as changed, as in quill-delta."""
    if attributes is None:
        return None
    base = base or {}
    inverted: dict[str, JsonValue] = {}
    for key, value in attributes.items():
        if key not in base:
            inverted[key] = None
        elif isinstance(value, list | dict) or not equal(base[key], value):
            inverted[key] = base[key]
    return inverted or None


def diff(before: Attributes | None, after: Attributes | None) -> Attributes | None:
    """What makes `after` out of `before`."""
    if before is after:
        return None
    before, after = before or {}, after or {}
    changed: dict[str, JsonValue] = {key: None for key in before if key not in after}
    for key, value in after.items():
        if key not in before or not equal(before[key], value):
            changed[key] = value
    return changed or None
