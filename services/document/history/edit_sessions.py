"""Edit sessions: history as stretches of work, told apart by the pauses between them.

Pure. Owns the rule of where a session ends and who did how much in it. Sessions grow at their end only, so the last one
and what came after it say all that there is to know of what follows.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple


class Edit(NamedTuple):
    """One operation: when, by whom (`agent` is empty for a person), and how many UTF-16 units it moved."""

    revision: int
    time: datetime
    author: str
    agent: str
    inserted: int
    deleted: int


class Contribution(NamedTuple):
    """What one author did in a session, by an agent or in person."""

    author: str
    agent: str
    operations: int
    inserted: int
    deleted: int


@dataclass(frozen=True, slots=True)
class EditSession:
    """Revisions that were written in one go; `contributions` by whoever inserted most."""

    first_revision: int
    last_revision: int
    start_time: datetime
    end_time: datetime
    contributions: tuple[Contribution, ...]


def grouped(
    last: EditSession | None, edits: Iterable[Edit], *, longest_pause: timedelta, longest: timedelta
) -> list[EditSession]:
    """Return the sessions that `edits`, in order, make after `last` (None: from the start).

    The first one is `last`, grown, where the edits go on with it. An edit begins a new session when it comes more than
    `longest_pause` after the one before or more than `longest` after the first of the session.
    Law: grouped(None, a + b) == done[:-1] + grouped(done[-1], b) where done = grouped(None, a), for any cut.
    """
    sessions: list[EditSession] = []
    growing = None if last is None else _Growing(last)
    for edit in edits:
        if growing is None or edit.time - growing.end > longest_pause or edit.time - growing.start > longest:
            if growing is not None and growing.has_grown:
                sessions.append(growing.session())
            growing = _Growing.begin(edit)
        growing.add(edit)
    if growing is not None and growing.has_grown:
        sessions.append(growing.session())
    return sessions


class _Growing:
    def __init__(self, session: EditSession) -> None:
        self._first, self._last = session.first_revision, session.last_revision
        self.start, self.end = session.start_time, session.end_time
        self._done = {(each.author, each.agent): each[2:] for each in session.contributions}
        self.has_grown = False

    @classmethod
    def begin(cls, edit: Edit) -> _Growing:
        return cls(EditSession(edit.revision, edit.revision, edit.time, edit.time, ()))

    def add(self, edit: Edit) -> None:
        self._last = edit.revision
        self.end = max(self.end, edit.time)  # A server's clock may be set back.
        who = edit.author, edit.agent
        operations, inserted, deleted = self._done.get(who, (0, 0, 0))
        self._done[who] = operations + 1, inserted + edit.inserted, deleted + edit.deleted
        self.has_grown = True

    def session(self) -> EditSession:
        contributions = [Contribution(*who, *done) for who, done in self._done.items()]
        contributions.sort(key=_by_most)
        return EditSession(self._first, self._last, self.start, self.end, tuple(contributions))


def _by_most(each: Contribution) -> tuple[int, int, int, str, str]:
    return -each.inserted, -each.deleted, -each.operations, each.author, each.agent
