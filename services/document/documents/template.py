"""Templates: filling the places of a document that say `{{key}}`. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping

from mesh.faults import InvalidField
from ot.document import Document
from ot.operation import Delete, Insert, Operation, Retain
from ot.text import utf16_length

_MAX_VALUES = 64
_MAX_KEY = 63
_MAX_VALUE = 1000


def check_values(values: Mapping[str, str], path: str) -> None:
    """Raise InvalidField unless these may be filled in."""
    if len(values) > _MAX_VALUES:
        raise InvalidField(path, f"must be at most {_MAX_VALUES}")
    for key, value in values.items():
        if not 0 < len(key) <= _MAX_KEY:
            raise InvalidField(path, f"a key is 1 to {_MAX_KEY} characters")
        if len(value) > _MAX_VALUE:
            raise InvalidField(path, f"a value is at most {_MAX_VALUE} characters")


def filled(document: Document, values: Mapping[str, str]) -> Document:
    """Return the document with each `{{key}}` of `values` replaced; a value takes the attributes of the first brace.

    What a value says is not looked at again; keys that are not given stay as they stand. O(length).
    """
    if not values:
        return document
    text, result = document.text(), document.copy()
    components: list[Retain | Insert | Delete] = []
    read = position = 0
    for place in re.finditer(r"\{\{(" + "|".join(map(re.escape, values)) + r")\}\}", text):
        kept, length = utf16_length(text[read : place.start()]), utf16_length(place[0])
        position += kept
        attributes = document.slice(position, 1)[0].attributes
        components += (Retain(kept), Insert(values[place[1]], attributes), Delete(length))
        position += length
        read = place.end()
    result.apply(Operation(components))
    return result
