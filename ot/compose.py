"""Compose: two edits that follow each other, as one.

Owns the order of effects within one operation. Never leaves half a character behind: an operation that would cut
a surrogate pair of the inserted text is refused. Behaves as quill-delta 5's `a.compose(b)`.
"""

from __future__ import annotations

from collections.abc import Iterable

from .attributes import Attributes
from .attributes import compose as compose_attributes
from .errors import SurrogateSplit
from .operation import Builder, Component, Delete, Embed, Insert, Operation, Retain, new_insert
from .text import is_boundary, slice_units

__all__ = ["compose", "compose_all"]


def compose(a: Operation, b: Operation) -> Operation:
    """The operation that does `a`, then `b`.

    Law: apply(d, compose(a, b)) == apply(apply(d, a), b). Associative. Raises SurrogateSplit, with the position in
    the text after `a`, if `b` cuts a character that `a` inserts. Cost O(components + inserted text).
    """
    if not b.components:
        return a
    if not a.components:
        return b
    builder = Builder()
    mine, theirs = a.components, b.components
    i = j = 0
    a_offset = b_offset = 0
    a_count, b_count = len(mine), len(theirs)
    while i < a_count and j < b_count:
        x, y = mine[i], theirs[j]
        if isinstance(y, Insert):
            builder.insert(y)
            j += 1
            continue
        if isinstance(x, Delete):
            builder.delete(x.length)
            i += 1
            continue
        x_left, y_left = x.length - a_offset, y.length - b_offset
        length = x_left if x_left < y_left else y_left
        if isinstance(x, Retain):
            if isinstance(y, Delete):
                builder.delete(length)
            else:
                builder.retain(length, compose_attributes(x.attributes, y.attributes, keep_null=True))
        elif isinstance(y, Retain):
            builder.insert(_piece(x, a_offset, length, y.attributes, theirs, j, b_offset))
        elif length < x.length:
            _check_cut(x, a_offset, length, theirs, j, b_offset)
        if length == x_left:
            i, a_offset = i + 1, 0
        else:
            a_offset += length
        if length == y_left:
            j, b_offset = j + 1, 0
        else:
            b_offset += length
    _add_rest(builder, mine, i, a_offset, theirs)
    _add_rest(builder, theirs, j, b_offset, theirs)
    return builder.operation()


def _piece(
    insert: Insert,
    offset: int,
    length: int,
    attributes: Attributes | None,
    theirs: tuple[Component, ...],
    j: int,
    b_offset: int,
) -> Insert:
    if attributes is None and length == insert.length:
        return insert
    composed = compose_attributes(insert.attributes, attributes, keep_null=False)
    return new_insert(_cut(insert, offset, length, theirs, j, b_offset), length, composed)


def _cut(
    insert: Insert, offset: int, length: int, theirs: tuple[Component, ...], j: int, b_offset: int
) -> str | Embed:
    content = insert.content
    if isinstance(content, Embed):
        return content
    try:
        return slice_units(content, insert.length, offset, offset + length)
    except SurrogateSplit as split:
        raise SurrogateSplit(_span(theirs, j, b_offset) + split.position - offset) from None


def _check_cut(
    insert: Insert, offset: int, length: int, theirs: tuple[Component, ...], j: int, b_offset: int
) -> None:
    content = insert.content
    if isinstance(content, str) and not is_boundary(content, insert.length, offset + length):
        raise SurrogateSplit(_span(theirs, j, b_offset) + length)


def _span(components: tuple[Component, ...], count: int, offset: int) -> int:
    """Units that the first `count` components and `offset` units of the next consume."""
    return sum(c.length for c in components[:count] if not isinstance(c, Insert)) + offset


def _add_rest(
    builder: Builder, components: tuple[Component, ...], i: int, offset: int, theirs: tuple[Component, ...]
) -> None:
    if i == len(components):
        return
    component = components[i]
    if not offset:
        builder.add(component)
    elif isinstance(component, Insert):
        length = component.length - offset
        content = _cut(component, offset, length, theirs, len(theirs), 0)
        builder.insert(new_insert(content, length, component.attributes))
    elif isinstance(component, Retain):
        builder.retain(component.length - offset, component.attributes)
    else:
        builder.delete(component.length - offset)
    for component in components[i + 1 :]:
        builder.add(component)


def compose_all(operations: Iterable[Operation]) -> Operation:
    """The operation that does all of `operations` in turn; the empty operation for none.

    Composed pairwise as a balanced tree, so that n small operations cost O(n log n) rather than O(n squared).
    """
    level = list(operations)
    while len(level) > 1:
        paired = [compose(level[k], level[k + 1]) for k in range(0, len(level) - 1, 2)]
        if len(level) % 2:
            paired.append(level[-1])
        level = paired
    return level[0] if level else Operation()
