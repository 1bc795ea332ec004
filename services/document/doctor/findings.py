"""What a check of the database tells: findings, how far it is, and the sum.

Owns how findings are counted, and that one document with a thousand of a kind does not hide the others.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import IntEnum

import asyncpg
import structlog

from mesh.names import DocumentId
from services.document.errors import cause_of

_log = structlog.get_logger(__name__)
_MOST = 20
"""Findings of one kind that are told one by one for a document."""


class Check(IntEnum):
    """What is checked, as shoal.document.v1.Check."""

    LOG = 1
    HEAD = 2
    REPLAY = 3
    CHECKPOINTS = 4
    HASHES = 5
    ATTRIBUTION = 6
    SITES = 7
    EDIT_SESSIONS = 8
    SEARCH = 9
    OUTBOX = 10
    PARTITIONS = 11


class Severity(IntEnum):
    """How bad a finding is, as shoal.document.v1.Severity."""

    NOTE = 1
    WARNING = 2
    ERROR = 3


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it should be; `document` None = about the whole database, `revision` 0 = about none."""

    check: Check
    severity: Severity
    message: str
    document: DocumentId | None = None
    revision: int = 0
    repaired: bool = False
    count: int = 1
    """How many of a kind it stands for."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a check is; the totals are of its beginning."""

    documents: int
    total_documents: int
    operations: int
    total_operations: int


@dataclass(frozen=True, slots=True)
class Summary:
    """What a check came to: `unrepaired` are findings worse than notes that still stand."""

    documents: int
    operations: int
    unrepaired: int
    repaired: int


Event = Progress | Finding | Summary
Tell = Callable[[Finding], Awaitable[None]]
Repair = Callable[[], Awaitable[object]]


class Findings:
    """Tells the findings about one document, or about the database (None), repairing what may be repaired."""

    def __init__(self, tell: Tell, document: DocumentId | None, *, repair: bool) -> None:
        self._tell, self._document, self._repair = tell, document, repair
        self._told: Counter[tuple[Check, Severity]] = Counter()
        self._untold: Counter[tuple[Check, Severity, bool]] = Counter()

    async def add(
        self, check: Check, severity: Severity, message: str, revision: int = 0, repair: Repair | None = None
    ) -> None:
        """Tell of a finding, after repairing it where that is wanted and possible."""
        repaired = repair is not None and await self.mend(check, repair)
        await self.tell(check, severity, message, revision, repaired=repaired)

    async def mend(self, check: Check, repair: Repair) -> bool:
        """Repair something, if that is wanted; returns whether it was done."""
        if not self._repair:
            return False
        try:
            await repair()
        except asyncpg.PostgresError as error:
            _log.error("repair failed", check=check.name, document=self._document, **cause_of(error))
            return False
        return True

    async def tell(self, check: Check, severity: Severity, message: str, revision: int, *, repaired: bool) -> None:
        """Tell of a finding."""
        self._told[check, severity] += 1
        if self._told[check, severity] > _MOST:
            self._untold[check, severity, repaired] += 1
            return
        await self._tell(Finding(check, severity, message, self._document, revision, repaired))

    async def finish(self) -> None:
        """Tell how many there were besides those told one by one."""
        for (check, severity, repaired), count in self._untold.items():
            message = f"{count} more findings of this kind"
            await self._tell(Finding(check, severity, message, self._document, 0, repaired, count))
