"""Templates: filling the places of a document that say `{{key}}`. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping

from ot.document import Document
from ot.operation import Delete, Insert, Operation, Retain
from ot.text import utf16_length


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
