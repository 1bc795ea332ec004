"""Compose: two edits that follow each other, as one.

Owns the order of effects within one operation. Never leaves half a character behind: an operation that would
cut a surrogate pair of the inserted text is refused. Behaves as quill-delta 5's `a.compose(b)`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import final

from .attributes import compose as compose_attributes
from .errors import SurrogateSplit
from .operation import Builder, Component, Delete, Embed, Insert, Operation, Retain, new_insert

__all__ = ["compose", "compose_all"]


def compose(a: Operation, b: Operation) -> Operation:
    """The operation that does `a`, then `b`.

    Law: apply(d, compose(a, b)) == apply(apply(d, a), b). Associative. Raises SurrogateSplit, with the position
    in the text after `a`, if `b` cuts a character that `a` inserts. Cost O(components + inserted text).
    """
    if not b.components:
        return a
    if not a.components:
        return b
    builder = Builder()
    cutter = _Cutter()
    mine, theirs = a.components, b.components
    a_count, b_count = len(mine), len(theirs)
    i = j = 0
    a_offset = b_offset = 0
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
        else:
            if length != x_left and cutter.splits(x, a_offset + length):
                raise SurrogateSplit(_span(theirs, j) + b_offset + length)
            if isinstance(y, Retain):
                if length == x.length and y.attributes is None:
                    builder.insert(x)
                else:
                    attributes = compose_attributes(x.attributes, y.attributes, keep_null=False)
                    builder.insert(new_insert(cutter.cut(x, a_offset, length), length, attributes))
        if length == x_left:
            i, a_offset = i + 1, 0
        else:
            a_offset += length
        if length == y_left:
            j, b_offset = j + 1, 0
        else:
            b_offset += length
    _add_rest(builder, cutter, mine, i, a_offset)
    _add_rest(builder, cutter, theirs, j, b_offset)
    return builder.operation()


@final
class _Cutter:
    """Cuts inserts, many pieces out of one without reading its text again for each."""

    __slots__ = ("_insert", "_units")

    def __init__(self) -> None:
        self._insert: Insert | None = None
        self._units = b""

    def _encoded(self, insert: Insert, content: str) -> bytes:
        if self._insert is not insert:
            self._insert = insert
            self._units = content.encode("utf-16-le")
        return self._units

    def splits(self, insert: Insert, at: int) -> bool:
        """Whether unit `at`, inside of `insert`, is the second of a surrogate pair."""
        content = insert.content
        if not isinstance(content, str) or insert.length == len(content):
            return False
        return (self._encoded(insert, content)[2 * at + 1] & 0xFC) == 0xDC

    def cut(self, insert: Insert, offset: int, length: int) -> str | Embed:
        """`length` units of `insert` from `offset` on; neither end splits a pair."""
        content = insert.content
        if not isinstance(content, str):
            return content
        if insert.length == len(content):
            return content[offset : offset + length]
        return self._encoded(insert, content)[2 * offset : 2 * (offset + length)].decode("utf-16-le")


def _span(components: tuple[Component, ...], count: int) -> int:
    """Units that the first `count` components consume."""
    return sum(component.length for component in components[:count] if not isinstance(component, Insert))


def _add_rest(builder: Builder, cutter: _Cutter, components: tuple[Component, ...], i: int, offset: int) -> None:
    if i == len(components):
        return
    component = components[i]
    if not offset:
        builder.add(component)
    elif isinstance(component, Insert):
        length = component.length - offset
        builder.insert(new_insert(cutter.cut(component, offset, length), length, component.attributes))
    elif isinstance(component, Retain):
        builder.retain(component.length - offset, component.attributes)
    else:
        builder.delete(component.length - offset)
    for component in components[i + 1 :]:
        builder.add(component)


def compose_all(operations: Iterable[Operation]) -> Operation:
    """The operation that does all of `operations` in turn; the empty operation for none.

    Composed pairwise as a balanced tree, so that n small operations cost O(n log n), not O(n squared). Raises
    SurrogateSplit.
    """
    level = list(operations)
    while len(level) > 1:
        paired = [compose(level[k], level[k + 1]) for k in range(0, len(level) - 1, 2)]
        if len(level) % 2:
            paired.append(level[-1])
        level = paired
    return level[0] if level else Operation()
