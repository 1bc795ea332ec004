"""Query values: what the query string says becomes fields of the request.

Owns which key means which field, and which keys are left alone: those of no field, and those of fields that the path or
the body has. Which texts fit is `fields`' to say.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message

from edge.gateway.errors import InvalidParameter
from edge.gateway.fields import Flavour, UnfitText, append, by_name, is_map, put, replace

MOST_NAMES_IN_A_KEY = 32
"""A key with more names is refused: messages that hold themselves would be nested as deep as a URL is long."""


def set_query_values(message: Message, pairs: Iterable[tuple[str, str]], bound: Sequence[tuple[str, ...]]) -> None:
    """Set the fields of the request that the keys of `pairs` name; both sides of a pair are unescaped.

    A key is `a.b.c`, each by its proto or its JSON name, or `m[key]` for an entry of a map. A repeated field takes the
    key several times. `bound` are the field paths, in proto names, that the path and the body have: they, what is below
    them and what they are a part of are skipped, as are keys of no field.
    Raises InvalidParameter for what does not fit its field, for several values of a singular field, for a second member
    of a oneof, for one field under two names, and for keys that lead through a list, a map or a scalar.
    """
    seen: set[_Target] = set()
    for key, texts in _grouped(pairs).items():
        target = _resolve(message, key, bound)
        if target is None:
            continue
        if target in seen:
            raise _refused(target.field_path, "the field is given under two names")
        seen.add(target)
        try:
            _set(_holder(message, target), target, texts)
        except UnfitText as unfit:
            raise _refused(target.field_path, str(unfit)) from None


class _Target(NamedTuple):
    """What a key means: the fields from the request down, and the key in the map that the last one is, if it is said.

    `field_path` is their proto names.
    """

    fields: tuple[FieldDescriptor, ...]
    field_path: tuple[str, ...]
    map_key: str | None


def _grouped(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    grouped: dict[str, list[str]] = {}
    for key, text in pairs:
        grouped.setdefault(key, []).append(text)
    return grouped


def _resolve(message: Message, key: str, bound: Sequence[tuple[str, ...]]) -> _Target | None:
    """What `key` means; None if it means nothing, or what is bound. Raises InvalidParameter."""
    dotted, bracket, rest = key.partition("[") if key.endswith("]") else (key, "", "")
    names = dotted.split(".", MOST_NAMES_IN_A_KEY)
    if len(names) > MOST_NAMES_IN_A_KEY:
        raise _refused(tuple(names[:2]), f"the key has more than {MOST_NAMES_IN_A_KEY} names")
    fields: tuple[FieldDescriptor, ...] = ()
    field_path: tuple[str, ...] = ()
    descriptor = message.DESCRIPTOR
    for name in names:
        if fields:
            if fields[-1].is_repeated or fields[-1].message_type is None:
                raise _refused(field_path, "the field is not a single message, and the key goes on")
            descriptor = fields[-1].message_type
        if (field := by_name(descriptor).get(name)) is None:
            return None
        fields, field_path = (*fields, field), (*field_path, field.name)
        if field_path in bound:
            return None
    if any(other[: len(field_path)] == field_path for other in bound):
        return None
    return _Target(fields, field_path, rest[:-1] if bracket else None)


def _holder(message: Message, target: _Target) -> Message:
    """The message that the last field belongs to, made with all above it. Raises InvalidParameter for a taken oneof."""
    holder = message
    for above in target.fields[:-1]:
        _check_oneof(holder, above, target)
        holder = getattr(holder, above.name)
    _check_oneof(holder, target.fields[-1], target)
    return holder


def _check_oneof(holder: Message, field: FieldDescriptor, target: _Target) -> None:
    oneof = field.containing_oneof
    if oneof is not None and (taken := holder.WhichOneof(oneof.name)) not in (None, field.name):
        raise _refused(target.field_path, f"{taken} is already set in the oneof {oneof.name}")


def _set(holder: Message, target: _Target, texts: list[str]) -> None:
    field = target.fields[-1]
    if is_map(field):
        if target.map_key is None or len(texts) > 1:
            raise _refused(target.field_path, "an entry of a map is one key in brackets and one value")
        put(holder, field, target.map_key, texts[0])
    elif target.map_key is not None:
        raise _refused(target.field_path, "the field is not a map")
    elif field.is_repeated:
        append(holder, field, texts, Flavour.QUERY)
    elif len(texts) > 1:
        raise _refused(target.field_path, "too many values for one field")
    else:
        replace(holder, field, texts[0], Flavour.QUERY)


def _refused(names: tuple[str, ...], problem: str) -> InvalidParameter:
    # Names that are no field's are the client's own text: kept short, and in ASCII.
    parameter = ascii(".".join(names)[:256])[1:-1]
    return InvalidParameter(parameter, f"{parameter}: {problem}")
