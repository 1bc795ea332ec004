"""Edit runs: what one author did in one go, told as one event.

Pure. A run is not a session: it is cut where a page of the outbox ends, and a pause much shorter than any that ends a
session ends it, so that sessions made of runs are those made of the operations.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from services.document.history.edit_sessions import Edit

LONGEST_PAUSE = timedelta(minutes=1)


class EditRun(NamedTuple):
    """Operations of one author, in person or by one agent, with no long pause between them; lengths in UTF-16 units."""

    author: str
    agent: str
    start_time: datetime
    end_time: datetime
    first_revision: int
    last_revision: int
    operations: int
    inserted: int
    deleted: int

    def with_edit(self, edit: Edit) -> EditRun:
        """Return the run with one more operation, by the same author."""
        return self._replace(
            end_time=max(self.end_time, edit.time),  # A server's clock may be set back.
            last_revision=edit.revision,
            operations=self.operations + 1,
            inserted=self.inserted + edit.inserted,
            deleted=self.deleted + edit.deleted,
        )


def runs(edits: Iterable[Edit]) -> list[EditRun]:
    """Return the runs that edits of one document make, which come in their order; runs are in that of their starts."""
    found: list[EditRun] = []
    growing: dict[tuple[str, str], int] = {}
    for edit in edits:
        who = edit.author, edit.agent
        index = growing.get(who)
        if index is not None and edit.time - found[index].end_time <= LONGEST_PAUSE:
            found[index] = found[index].with_edit(edit)
            continue
        growing[who] = len(found)
        found.append(EditRun(*who, edit.time, edit.time, edit.revision, edit.revision, 1, edit.inserted, edit.deleted))
    return found
