"""Deeds as the services tell them, and the sessions that edits become. Values; know no table and no message."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum
from typing import NamedTuple

from services.project.notifications.model import Notice


class Kind(IntEnum):
    """As shoal.project.v1.ActivityKind."""

    DOCUMENT_CREATED = 1
    DOCUMENT_EDITED = 2
    DOCUMENT_RENAMED = 3
    DOCUMENT_MOVED = 4
    DOCUMENT_DELETED = 5
    DOCUMENT_UNDELETED = 6
    DOCUMENT_PURGED = 7
    VERSION_MADE = 8
    DOCUMENT_RESTORED = 9
    RESOURCE_CREATED = 10
    RESOURCE_ARCHIVED = 11
    RESOURCE_UNARCHIVED = 12
    FOLDER_MOVED = 13
    FOLDER_DELETED = 14
    SHARED = 15
    UNSHARED = 16
    OWNERSHIP_TRANSFERRED = 17
    INVITED = 18
    JOINED = 19
    LINK_CREATED = 20


class Edits(NamedTuple):
    """Edits told as one, from `start_time` on; lengths in UTF-16 code units."""

    start_time: datetime
    first_revision: int
    last_revision: int
    operations: int
    inserted: int
    deleted: int


@dataclass(frozen=True, slots=True)
class Deed:
    """Something that was done, and whom it is to be said to; without `kind` it is no activity.

    `event_id` is unique among all sources. `edits` is set of edits only; `erased` names a resource of which nothing may
    be left.
    """

    event_id: str
    kind: Kind | None
    time: datetime
    actor: str
    resource: str
    project: str = ""
    agent: str = ""
    details: Mapping[str, str] = field(default_factory=dict)
    edits: Edits | None = None
    erased: str = ""
    notices: tuple[Notice, ...] = ()


class Page(NamedTuple):
    """Deeds of a source after one cursor, and the cursor behind them; `is_full`: there may be more at once."""

    deeds: list[Deed]
    cursor: str
    is_full: bool = False
