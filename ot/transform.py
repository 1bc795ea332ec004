"""Transform: rewrite an edit so that it applies after another one that was made at the same time.

Owns the convergence of the whole system. Never cuts inserted text, so it cannot split a character. Behaves as
quill-delta 5's `over.transform(operation, not first)`, component by component.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

from .attributes import transform as transform_attributes
from .operation import Builder, Delete, Insert, Operation, Retain

__all__ = ["rebase", "transform", "transform_position"]


def transform(operation: Operation, over: Operation, *, first: bool) -> Operation:
    """Rewrite `operation` so that it applies after `over`; both start from the same document.

    `first` breaks ties: at an equal position the insert that is first stands to the left, and of a key that both
    format the value of the one that is first stays. Either may be shorter than the document.
    Law (TP1): apply(apply(d, a), transform(b, a, first=False)) == apply(apply(d, b), transform(a, b, first=True)).
    Raises nothing. Cost O(components). After Ellis & Gibbs 1989, with Jupiter's server order (Nichols 1995).
    """
    mine = operation.components
    theirs = over.components
    if not theirs or not mine:
        return operation
    builder = Builder()
    my_count, their_count = len(mine), len(theirs)
    i = j = 1
    a, b = mine[0], theirs[0]
    a_left, b_left = a.length, b.length
    while True:
        if isinstance(b, Insert) and (not first or not isinstance(a, Insert)):
            builder.retain(b_left)
            b_left = 0
        elif isinstance(a, Insert):
            builder.insert(a)
            a_left = 0
        else:
            length = a_left if a_left < b_left else b_left
            a_left -= length
            b_left -= length
            if isinstance(b, Delete):
                pass  # what they deleted we can neither delete nor format
            elif isinstance(a, Delete):
                builder.delete(length)
            elif a.attributes is None:
                builder.retain(length)
            else:
                theirs_set = cast(Retain, b).attributes
                builder.retain(length, transform_attributes(a.attributes, theirs_set, first=first))
        if not a_left:
            if i == my_count:
                break  # the rest of theirs would only add retains, which the canonical form drops
            a = mine[i]
            a_left = a.length
            i += 1
        if not b_left:
            if j == their_count:
                if isinstance(a, Insert):
                    builder.insert(a)
                elif isinstance(a, Delete):
                    builder.delete(a_left)
                else:
                    builder.retain(a_left, a.attributes)
                for component in mine[i:]:
                    builder.add(component)
                break
            b = theirs[j]
            b_left = b.length
            j += 1
    return builder.operation()


def rebase(operations: Iterable[Operation], over: Operation) -> tuple[list[Operation], Operation]:
    """Carry a run of operations, each made after the one before, across the committed `over`.

    Returns the run as it applies after `over`, and `over` as it applies after the run. `over` is first: it is
    earlier in the server's order. Law: over, then the new run == the run, then the new `over`.
    """
    rebased: list[Operation] = []
    for operation in operations:
        rebased.append(transform(operation, over, first=False))
        over = transform(over, operation, first=True)
    return rebased, over


def transform_position(position: int, over: Operation, *, first: bool = False) -> int:
    """Where UTF-16 unit `position` is after `over`. An insert right at it pushes it, unless the position is first.

    A position in deleted text moves to where that text was. Equals quill-delta's `transformPosition`.
    """
    offset = 0
    for component in over.components:
        if offset > position:
            break
        length = component.length
        if isinstance(component, Delete):
            position -= min(length, position - offset)
            continue
        if isinstance(component, Insert) and (offset < position or not first):
            position += length
        offset += length
    return position
