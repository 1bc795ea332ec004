"""Blocks: how a document's content lies in memory, and how a position is found in it.

Owns the packing of runs into blocks and the index over block lengths. A run is an `Insert`; a block is a tuple of
at most 128 runs and 2,048 units, never empty; neighbouring runs of a block that could be one are one. Tuples are
replaced, never changed, so that documents may share them. Knows no operation.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import TypeAlias, cast

from .attributes import same
from .operation import Insert, new_insert
from .text import is_boundary, slice_units

__all__ = [
    "MAX_RUNS",
    "MAX_UNITS",
    "MIN_RUNS",
    "MIN_UNITS",
    "Block",
    "LengthIndex",
    "join",
    "pack",
    "split_run",
]

Block: TypeAlias = tuple[Insert, ...]

# A larger block copies more text at each keystroke, a smaller one makes more blocks to find the way through:
# 2,048 units cost 0.1 µs to copy, and 1 MB is 1,000 blocks. Runs are walked one by one, 30 ns each.
MAX_UNITS = 2048
MAX_RUNS = 128
# Smaller blocks are packed together with a neighbour, so that deleting keeps the structure compact.
MIN_UNITS = 256
MIN_RUNS = 16
_FILL_UNITS = 1280
_FILL_RUNS = 80
# No document is this long, whatever is added to it.
_UNREACHABLE = 1 << 60


class LengthIndex:
    """A Fenwick tree over block lengths: finds the block of a position, and changes a length, in O(log blocks)."""

    __slots__ = ("_steps", "_tree")

    def __init__(self, lengths: Sequence[int]) -> None:
        sums = [0, *accumulate(lengths)]
        depth = len(lengths).bit_length()
        # Full to a power of two with what no position passes, so that the search needs no bounds.
        padding = [_UNREACHABLE] * ((1 << depth) - len(sums))
        self._tree = [total - sums[k & (k - 1)] for k, total in enumerate(sums)] + padding
        self._steps = [1 << level for level in range(depth - 1, -1, -1)]

    def find(self, position: int) -> tuple[int, int]:
        """The block that `position` lies in and the offset there; at a border, the end of the left one.

        `position` is at least 1, so the offset is too, and at most the total length.
        """
        tree, index = self._tree, 0
        for step in self._steps:
            length = tree[index + step]
            if length < position:
                index += step
                position -= length
        return index, position

    def find_and_grow(self, position: int, change: int) -> tuple[int, int]:
        """`find`, and lets that block grow by `change`: the nodes not passed by are those that count it."""
        tree, index = self._tree, 0
        for step in self._steps:
            length = tree[index + step]
            if length < position:
                index += step
                position -= length
            else:
                tree[index + step] = length + change
        return index, position

    def grow(self, index: int, change: int) -> None:
        """Block `index` has grown by `change` units."""
        tree, count = self._tree, len(self._tree)
        index += 1
        while index < count:
            tree[index] += change
            index += index & -index

    def copy(self) -> LengthIndex:
        """An index of its own."""
        twin = LengthIndex.__new__(LengthIndex)
        twin._tree = self._tree.copy()
        twin._steps = self._steps
        return twin


def split_run(run: Insert, at: int) -> tuple[Insert, Insert]:
    """A text run in two at unit `at`, which lies inside it. Raises SurrogateSplit."""
    content = cast(str, run.content)
    head = slice_units(content, run.length, 0, at)
    return (
        new_insert(head, at, run.attributes),
        new_insert(content[len(head) :], run.length - at, run.attributes),
    )


def join(runs: Iterable[Insert]) -> list[Insert]:
    """`runs` with neighbours that could be one made one, while that stays within a block."""
    out: list[Insert] = []
    for run in runs:
        if out:
            last = out[-1]
            if (
                isinstance(last.content, str)
                and isinstance(run.content, str)
                and last.length + run.length <= MAX_UNITS
                and same(last.attributes, run.attributes)
            ):
                out[-1] = new_insert(last.content + run.content, last.length + run.length, last.attributes)
                continue
        out.append(run)
    return out


def pack(runs: Sequence[Insert]) -> list[tuple[Block, int]]:
    """`runs` as blocks with their lengths: one if they fit, else as many evenly filled ones as they need."""
    total = sum([run.length for run in runs])
    if total <= MAX_UNITS and len(runs) <= MAX_RUNS:
        return [(tuple(runs), total)] if runs else []
    count = max(-(-total // _FILL_UNITS), -(-len(runs) // _FILL_RUNS))
    fill = max(1, -(-total // count))
    packed: list[tuple[Block, int]] = []
    block: list[Insert] = []
    filled = 0
    for run in runs:
        for piece in _pieces(run, fill - filled, fill):
            if filled >= fill or len(block) >= _FILL_RUNS or filled + piece.length > MAX_UNITS:
                packed.append((tuple(join(block)), filled))
                block, filled = [], 0
            block.append(piece)
            filled += piece.length
    packed.append((tuple(join(block)), filled))
    return packed


def _pieces(run: Insert, room: int, fill: int) -> list[Insert]:
    """`run` cut so that the first piece fills `room` units and the others `fill`, give or take a surrogate pair."""
    content = run.content
    if not isinstance(content, str) or run.length <= max(room, fill // 4):
        return [run]
    if room < fill // 4:
        room = fill
    step = fill
    if run.length != len(content):
        # Cut by code points: it is O(text) and cannot split a pair; a block still holds at most twice its fill.
        texts = [content[: room // 2 or 1]]
        rest = content[len(texts[0]) :]
        half = step // 2 or 1
        texts += [rest[k : k + half] for k in range(0, len(rest), half)]
        return [new_insert(text, len(text.encode("utf-16-le")) >> 1, run.attributes) for text in texts if text]
    texts = [content[:room], *[content[k : k + step] for k in range(room, len(content), step)]]
    return [new_insert(text, len(text), run.attributes) for text in texts]


def boundary_in(block: Block, offset: int) -> bool:
    """Whether unit `offset` of `block` is not inside a surrogate pair."""
    for run in block:
        if offset <= run.length:
            content = run.content
            return not isinstance(content, str) or is_boundary(content, run.length, offset)
        offset -= run.length
    return True
