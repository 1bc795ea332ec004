"""Partitions of the log: one a month, made before they are needed and detached when their time is over.

Pure: which months, and what their partitions are called. All in UTC.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise

_NAME = re.compile(r"document_operations_(\d{4})_(0[1-9]|1[0-2])")


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


def expired(names: Iterable[str], now: datetime, months: int) -> list[Partition]:
    """Return those of the partitions that are older than the current month and `months` whole ones before it.

    The oldest first. Other names are nobody's month and never expire.
    """
    today = now.astimezone(UTC)
    kept_from = _month(today.year, today.month - months)
    found = [partition for name in names if (partition := partition_named(name)) is not None]
    return sorted((each for each in found if each.end <= kept_from), key=lambda each: each.start)


def partition_named(name: str) -> Partition | None:
    """Return the month that a name made by `partitions_from` means; None for any other name."""
    match = _NAME.fullmatch(name)
    if match is None or match[1] == "0000":
        return None
    return partitions_from(_month(int(match[1]), int(match[2])), 0)[0]


def _month(year: int, month: int) -> datetime:
    return datetime(year + (month - 1) // 12, (month - 1) % 12 + 1, 1, tzinfo=UTC)
