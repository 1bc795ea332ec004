"""Invert: the edit that takes an edit back.

Needs the document the edit was made on, since a deletion does not say what it deleted. Behaves as quill-delta 5's
`operation.invert(base)`.
"""

from __future__ import annotations

from .attributes import invert as invert_attributes
from .document import Document
from .operation import Builder, Insert, Operation, Retain

__all__ = ["invert"]


def invert(operation: Operation, base: Document) -> Operation:
    """The operation that undoes `operation`, made on `base`; `base` itself is not changed.

    Law: apply(apply(base, operation), invert(operation, base)) == base, unless `base` holds null attributes, which
    no operation can put back. Raises LengthMismatch, SurrogateSplit.
    """
    base.check(operation)
    builder = Builder()
    position = 0
    for component in operation.components:
        length = component.length
        if isinstance(component, Insert):
            builder.delete(length)
            continue
        if not isinstance(component, Retain):
            for run in base.slice(position, length):
                builder.insert(run)
        elif component.attributes is None:
            builder.retain(length)
        else:
            for run in base.slice(position, length):
                builder.retain(run.length, invert_attributes(component.attributes, run.attributes))
        position += length
    return builder.operation()
