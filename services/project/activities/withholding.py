"""Withholding: what an activity that somebody may see does not say to them, since it is of something else.

Pure. To whom something is granted, and which role, is for those who may share it, and for who did it or has it. The
name of a place is for those who may see the place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from services.project.activities.model import Kind
from services.project.decide import Standing
from services.project.store.activities import ActivityRow
from shoal.options.v1.options_pb2 import PERMISSION_SHARE

_ABOUT_GRANTS = frozenset(
    {Kind.SHARED, Kind.UNSHARED, Kind.OWNERSHIP_TRANSFERRED, Kind.INVITED, Kind.JOINED, Kind.LINK_CREATED}
)
_ABOUT_PLACES = frozenset({Kind.DOCUMENT_MOVED, Kind.FOLDER_MOVED})

StandingOf = Callable[[str], Standing | None]
"""What the reader may do on a resource, by name; None when it is not there."""


def named(rows: Iterable[ActivityRow]) -> set[str]:
    """Return the names of all that must be known to say what is withheld."""
    names = {row.resource for row in rows if row.kind in _ABOUT_GRANTS}
    return names | {name for row in rows if row.kind in _ABOUT_PLACES for name in row.details.values() if name}


def shown(row: ActivityRow, reader: str, standing_of: StandingOf) -> ActivityRow:
    """Return an activity as it is shown to a reader, by subject."""
    if row.kind in _ABOUT_GRANTS and reader not in (row.actor, row.details.get("principal")):
        standing = standing_of(row.resource)
        may_share = standing is not None and PERMISSION_SHARE in standing.allowed | standing.withheld
        return row if may_share else row._replace(details={})
    if row.kind in _ABOUT_PLACES:
        return row._replace(
            details={key: name if _sees(standing_of(name)) else "" for key, name in row.details.items()}
        )
    return row


def _sees(standing: Standing | None) -> bool:
    return standing is not None and standing.sees
