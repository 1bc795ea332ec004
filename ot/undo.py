"""UndoHistory: undo and redo of one's own edits among other people's.

Owns two stacks of inverse operations, and keeps them in step with the local view as remote operations pass. Undoes
only what was recorded here, never what others wrote. Applies nothing itself: the caller sends what it is given.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import final

from .attributes import compose as compose_attributes
from .attributes import same
from .compose import compose
from .document import Document
from .invert import invert
from .operation import Operation, Retain
from .transform import transform

__all__ = ["UndoHistory"]


@final
class UndoHistory:
    """What one participant can take back. The oldest steps are forgotten past `max_steps`."""

    def __init__(self, max_steps: int = 200) -> None:
        self._max_steps = max_steps
        self._undo: list[Operation] = []
        self._redo: list[Operation] = []
        self._group: Hashable = None

    @property
    def can_undo(self) -> bool:
        """Whether `undo` may give an operation."""
        return any(self._undo)

    @property
    def can_redo(self) -> bool:
        """Whether `redo` may give an operation."""
        return any(self._redo)

    def record(self, operation: Operation, before: Document, *, group: Hashable = None) -> None:
        """Note one's own `operation`, made on the view `before` it. Ends what could be redone.

        Consecutive operations of an equal `group` (not None) become one step: a word, a paste, a drag. Raises
        LengthMismatch, SurrogateSplit.
        """
        inverse = invert(operation, before)
        self._redo.clear()
        if group is not None and group == self._group and self._undo:
            self._undo[-1] = compose(inverse, self._undo[-1])
        else:
            self._undo.append(inverse)
            del self._undo[: -self._max_steps]
        self._group = group

    def receive(self, remote: Operation) -> None:
        """Note that `remote`, as the local view saw it, has been applied to the view."""
        self._undo = _carried(self._undo, remote)
        self._redo = _carried(self._redo, remote)

    def undo(self, view: Document) -> Operation | None:
        """The operation that takes the last step back out of `view`, or None. The caller edits with it at once."""
        return self._turn(self._undo, self._redo, view)

    def redo(self, view: Document) -> Operation | None:
        """The operation that brings the last undone step back into `view`, or None."""
        return self._turn(self._redo, self._undo, view)

    def end_group(self) -> None:
        """The next operation begins a new step, whatever its group: the caret moved, or time passed."""
        self._group = None

    def clear(self) -> None:
        """Forget all: the server refused edits, or the content was replaced."""
        self._undo.clear()
        self._redo.clear()
        self._group = None

    def _turn(self, source: list[Operation], target: list[Operation], view: Document) -> Operation | None:
        self._group = None
        while source:
            step = source.pop()
            if _changes(step, view):
                target.append(invert(step, view))
                return step
        return None


def _changes(step: Operation, view: Document) -> bool:
    """Whether anybody would see `step`: formatting can be such that the text has it already."""
    position = 0
    for component in step.components:
        if not isinstance(component, Retain):
            return True
        attributes = component.attributes
        if attributes is not None:
            for run in view.slice(position, component.length):
                if not same(compose_attributes(run.attributes, attributes, keep_null=False), run.attributes):
                    return True
        position += component.length
    return False


def _carried(stack: list[Operation], remote: Operation) -> list[Operation]:
    """`stack` as it stands after `remote`: the topmost applies to the view, each other after the one above it."""
    carried: list[Operation] = []
    for step in reversed(stack):
        if not remote:
            carried.append(step)
            continue
        moved = transform(step, remote, first=False)
        if moved:
            carried.append(moved)
        remote = transform(remote, step, first=True)
    carried.reverse()
    return carried
