"""Fields: the text of a parameter becomes a field of a message.

Owns how names in a URL find fields, and how one text, or several, are set, appended or put into a map. What a text may
be is `scalars`' and `well_known`'s to say; what fits no field is told as UnfitText, to which the caller adds the
parameter's name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import Enum
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message import Message

from edge.gateway.scalars import UnfitText, scalar
from edge.gateway.well_known import Flavour, fill

__all__ = ["Flavour", "RepeatedSeparator", "UnfitText", "append", "by_name", "is_map", "put", "replace"]


class RepeatedSeparator(Enum):
    """What parts the values of a repeated field in one variable of a path; named as the generator's option names it."""

    CSV = ","
    PIPES = "|"
    SSV = " "
    TSV = "\t"


@lru_cache(maxsize=4096)
def by_name(descriptor: Descriptor) -> Mapping[str, FieldDescriptor]:
    """The fields of a message by their proto and JSON names; where two fields want a name, it is the proto name's."""
    json_names = {field.json_name: field for field in descriptor.fields}
    return MappingProxyType(json_names | {field.name: field for field in descriptor.fields})


def is_map(field: FieldDescriptor) -> bool:
    """Whether `field` is a map."""
    entry = field.message_type
    return field.is_repeated and entry is not None and bool(entry.GetOptions().map_entry)


def replace(message: Message, field: FieldDescriptor, text: str, flavour: Flavour) -> None:
    """Set the singular `field` to `text`, whatever it was. Raises UnfitText."""
    if _is_message(field):
        message.ClearField(field.name)
        value = getattr(message, field.name)
        value.SetInParent()
        fill(value, text, flavour)
    else:
        setattr(message, field.name, scalar(field, text))


def append(message: Message, field: FieldDescriptor, texts: Sequence[str], flavour: Flavour) -> None:
    """Add one value a text to the repeated `field`. Raises UnfitText."""
    values = getattr(message, field.name)
    if _is_message(field):
        for text in texts:
            fill(values.add(), text, flavour)
    else:
        values.extend([scalar(field, text) for text in texts])


def put(message: Message, field: FieldDescriptor, key: str, text: str) -> None:
    """Set one entry of the map `field`. Raises UnfitText."""
    assert field.message_type is not None
    entry = by_name(field.message_type)
    entries: Any = getattr(message, field.name)
    map_key = scalar(entry["key"], key)
    if _is_message(entry["value"]):
        fill(entries[map_key], text, Flavour.QUERY)
    else:
        entries[map_key] = scalar(entry["value"], text)


def _is_message(field: FieldDescriptor) -> bool:
    return field.cpp_type == FieldDescriptor.CPPTYPE_MESSAGE
