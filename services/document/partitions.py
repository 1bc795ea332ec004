"""Partitions of the log: one a month, made before they are needed.

Pure: which months, and what their partitions are called. All in UTC.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise


@dataclass(frozen=True, slots=True)
class Partition:
    """A month's partition: operations applied in [start, end)."""

    name: str
    start: datetime
    end: datetime


def partitions_from(now: datetime, ahead: int) -> list[Partition]:
    """Return the partition of `now` and of `ahead` months after it."""
    first = now.astimezone(UTC)
    months = [_month(first.year, first.month + offset) for offset in range(ahead + 2)]
    return [Partition(f"document_operations_{start:%Y_%m}", start, end) for start, end in pairwise(months)]


def _month(year: int, month: int) -> datetime:
    return datetime(year + (month - 1) // 12, (month - 1) % 12 + 1, 1, tzinfo=UTC)
