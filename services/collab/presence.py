"""Presence: who is in a room, and where. Pure; never touches the log.

Selections are kept on the revision they were told on and moved when somebody asks: a keystroke costs presence nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from ot.operation import Operation
from ot.transform import transform_position
from shoal.collab.v1.collab_pb2 import PresenceState


@dataclass(frozen=True, slots=True)
class Present:
    """One participant. `selection` is (anchor, head) in UTF-16 units at `revision`; `joined_at` in Unix seconds."""

    site: str
    subject: str
    display_name: str
    joined_at: float
    selection: tuple[int, int] | None = None
    revision: int = 0
    state: PresenceState = PresenceState.PRESENCE_STATE_ACTIVE


class Presence:
    """The participants of one room by site, and who of them changed since the others were told."""

    def __init__(self) -> None:
        self._present: dict[str, Present] = {}
        self._changed: set[str] = set()
        self._left: set[str] = set()

    @property
    def has_news(self) -> bool:
        """Whether there is something to tell."""
        return bool(self._changed or self._left)

    def join(self, participant: Present) -> None:
        """Somebody came, or came back."""
        self._present[participant.site] = participant
        self._changed.add(participant.site)
        self._left.discard(participant.site)

    def leave(self, site: str) -> None:
        """Somebody left; unknown sites are ignored."""
        if self._present.pop(site, None) is not None:
            self._changed.discard(site)
            self._left.add(site)

    def update(self, site: str, selection: tuple[int, int] | None, revision: int, state: PresenceState) -> bool:
        """Take where somebody is; False when they are not here."""
        known = self._present.get(site)
        if known is None:
            return False
        self._present[site] = replace(known, selection=selection, revision=revision, state=state)
        self._changed.add(site)
        return True

    def expire(self, is_gone: Callable[[Present], bool]) -> None:
        """Let those go of whom `is_gone` says so."""
        for participant in [each for each in self._present.values() if is_gone(each)]:
            self.leave(participant.site)

    def move(self, over: Callable[[int], Iterable[Operation] | None], revision: int) -> None:
        """Bring every selection to `revision`; `over(r)` gives the operations after r, None when that is forgotten."""
        for site, participant in self._present.items():
            if participant.revision == revision:
                continue
            operations = over(participant.revision) if participant.selection is not None else ()
            selection = None if operations is None else _moved(participant.selection, operations)
            self._present[site] = replace(participant, selection=selection, revision=revision)

    def everyone(self) -> list[Present]:
        """Return all, in the order they came."""
        return sorted(self._present.values(), key=lambda each: each.joined_at)

    def take_news(self) -> tuple[list[Present], list[str]]:
        """Return who changed and which sites left since the last call."""
        changed = [self._present[site] for site in sorted(self._changed)]
        left = sorted(self._left)
        self._changed.clear()
        self._left.clear()
        return changed, left


def _moved(selection: tuple[int, int] | None, operations: Iterable[Operation]) -> tuple[int, int] | None:
    if selection is None:
        return None
    anchor, head = selection
    for operation in operations:
        collapsed = anchor == head
        anchor = transform_position(anchor, operation)
        head = anchor if collapsed else transform_position(head, operation)
    return anchor, head
