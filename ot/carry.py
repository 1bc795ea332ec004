"""Carry: a flight of edits over committed operations, one by one, by arithmetic where all of them are keystrokes.

Owns a second form of the law in transform.py, for speed: a run of typing is one block, and carrying it over another
keystroke costs a comparison instead of a transform for each operation. Equal to `rebase`, operation by operation
(tests/unit/ot/test_carry.py); what is no keystroke, or would be split, goes through `rebase` itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from .operation import Delete, Insert, Operation, Retain, from_canonical, new_retain
from .transform import rebase

__all__ = ["Carried"]

Keystroke = tuple[int, int]
"""Where, and by how much the document grows (negative: shrinks) at that place; UTF-16 units."""


class Carried:
    """Pending edits, each made after the one before, on their way over the log. The log's operations are first."""

    __slots__ = ("_blocks", "_operations")

    def __init__(self, operations: Iterable[Operation]) -> None:
        self._operations = list(operations)
        self._blocks = _blocks_of(self._operations)

    def __len__(self) -> int:
        return len(self._operations)

    def over(self, committed: Operation) -> None:
        """Carry all of it over one committed operation. Cost O(blocks), or O(operations) transforms."""
        if self._blocks is not None:
            passing = _keystroke(committed)
            if passing is not None and _over_keystroke(self._blocks, *passing):
                return
            self._operations, self._blocks = self.operations(), None
        self._operations, _ = rebase(self._operations, committed)

    def drop_first(self) -> None:
        """Forget the first operation, which the log has: those that follow were made after it."""
        self._operations = self.operations()[1:]
        self._blocks = _blocks_of(self._operations)

    def operations(self) -> list[Operation]:
        """Return the edits as they apply now."""
        if self._blocks is None:
            return self._operations
        return [
            operation if block.position == block.origin else _moved(operation, block.position - block.origin)
            for block in self._blocks
            for operation in self._operations[block.start : block.end]
        ]


class _Block:
    """Operations `start` to `end` of a flight: one delete, or inserts of which each begins where the last one ended."""

    __slots__ = ("change", "end", "origin", "position", "start")

    def __init__(self, position: int, change: int, start: int) -> None:
        self.origin = self.position = position
        self.change, self.start, self.end = change, start, start + 1


def _blocks_of(operations: Sequence[Operation]) -> list[_Block] | None:
    """Return the blocks of a flight; None when some operation is no keystroke."""
    blocks: list[_Block] = []
    for index, operation in enumerate(operations):
        keystroke = _keystroke(operation)
        if keystroke is None:
            return None
        position, change = keystroke
        last = blocks[-1] if blocks else None
        if last is not None and change > 0 and last.change > 0 and position == last.origin + last.change:
            last.change += change
            last.end += 1
        else:
            blocks.append(_Block(position, change, index))
    return blocks


def _keystroke(operation: Operation) -> Keystroke | None:
    """Return what an operation is if it inserts or deletes in one place and does nothing else."""
    components = operation.components
    if len(components) == 1:
        position, action = 0, components[0]
    elif len(components) == 2:
        retain, action = components
        if type(retain) is not Retain or retain.attributes is not None:
            return None
        position = retain.length
    else:
        return None
    if type(action) is Insert:
        return position, action.length
    return (position, -action.length) if type(action) is Delete else None


def _over_keystroke(blocks: list[_Block], at: int, change: int) -> bool:
    """Carry blocks over a keystroke; False, with nothing changed, when one of the two would fall apart."""
    moved: list[int] = []
    last = len(blocks) - 1
    for index, block in enumerate(blocks):
        position = block.position
        if block.change > 0:
            if change > 0:
                if at <= position:
                    position += change
                else:
                    at += block.change
            elif at - change <= position:
                position += change
            elif at >= position:
                at += block.change
            elif index == last:
                position = at
            else:
                return False
        elif change > 0:
            if at <= position:
                position += change
            elif at >= position - block.change:
                at += block.change
            else:
                return False
        elif at - change <= position:
            position += change
        elif at >= position - block.change:
            at += block.change
        else:
            return False
        moved.append(position)
    for block, position in zip(blocks, moved, strict=True):
        block.position = position
    return True


def _moved(operation: Operation, by: int) -> Operation:
    components = operation.components
    action = components[-1]
    position = by + (components[0].length if len(components) == 2 else 0)
    return from_canonical((new_retain(position, None), action) if position else (action,))
