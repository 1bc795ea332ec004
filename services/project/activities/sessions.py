"""Sessions: edits of one author in one document, in person or by one agent, as one activity that grows.

Pure. A session ends with a pause, or when the document is in another project.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from services.project.activities.model import Deed


@dataclass(frozen=True, slots=True)
class Session:
    """Edits, as an activity. `key` is its number where it is stored already."""

    event_id: str
    resource: str
    project: str
    actor: str
    agent: str
    start_time: datetime
    end_time: datetime
    first_revision: int
    last_revision: int
    operations: int
    inserted: int
    deleted: int
    key: int | None = None

    @classmethod
    def begin(cls, deed: Deed) -> Session:
        """Return the session that begins with a deed, which has edits."""
        edits = deed.edits
        assert edits is not None
        who = deed.event_id, deed.resource, deed.project, deed.actor, deed.agent
        return cls(*who, edits.start_time, deed.time, *edits[1:])

    def goes_on_with(self, deed: Deed, longest_pause: timedelta) -> bool:
        """Say whether edits that come after it are part of it."""
        assert deed.edits is not None
        return deed.project == self.project and deed.edits.start_time - self.end_time <= longest_pause

    def with_edits(self, deed: Deed) -> Session:
        """Return the session with edits that come after it."""
        edits = deed.edits
        assert edits is not None
        return replace(
            self,
            end_time=max(self.end_time, deed.time),
            last_revision=edits.last_revision,
            operations=self.operations + edits.operations,
            inserted=self.inserted + edits.inserted,
            deleted=self.deleted + edits.deleted,
        )


def grown(last: Session | None, deeds: Iterable[Deed], longest_pause: timedelta) -> list[Session]:
    """Return the sessions that edits of one author in one document, in order, make after `last` (None: after nothing).

    The first one is `last`, grown, where the edits go on with it. Edits that `last` has already are passed over.
    Law: grown(None, a + b) == done[:-1] + grown(done[-1], b) where done = grown(None, a), for any cut after which
    edits are left.
    """
    sessions: list[Session] = []
    growing, has_grown = last, False
    for deed in deeds:
        assert deed.edits is not None
        if growing is not None and deed.edits.last_revision <= growing.last_revision:
            continue
        if growing is not None and growing.goes_on_with(deed, longest_pause):
            growing = growing.with_edits(deed)
        else:
            if growing is not None and has_grown:
                sessions.append(growing)
            growing = Session.begin(deed)
        has_grown = True
    return [*sessions, growing] if growing is not None and has_grown else sessions
