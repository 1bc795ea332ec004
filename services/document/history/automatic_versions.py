"""Automatic versions: when one is due while people work, and which go as they age.

Pure. Owns the policy and nothing else; versions that people made are no business of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

_HOUR, _DAY, _WEEK = timedelta(hours=1), timedelta(days=1), timedelta(weeks=1)
_EPOCH = datetime(1970, 1, 5, tzinfo=UTC)
"""A Monday: weeks are whole."""


class Mark(NamedTuple):
    """A version: its key, and when the operation it marks was committed."""

    key: int
    time: datetime


class Ages(NamedTuple):
    """Until which age all are kept, then one an hour, then one a day; older ones are one a week."""

    all_kept: timedelta
    hourly: timedelta
    daily: timedelta


def is_due(operations: int, activity: timedelta, *, every_operations: int, every: timedelta) -> bool:
    """Say whether to mark the head now: `operations` and `activity` are what came after the last version of any kind.

    Activity is time spent in edit sessions; pauses between them do not count.
    """
    return operations >= every_operations or (operations > 0 and activity >= every)


def superseded(marks: Iterable[Mark], now: datetime, ages: Ages) -> set[int]:
    """Return the keys of the versions of one document that are not kept any more.

    Of those of one age that lie in the same hour, day or week (UTC) the newest stays, at equal times the one with the
    higher key. Laws: the newest of each such stretch is never returned; what is left, asked about again, loses nothing.
    """
    newest: dict[tuple[timedelta, int], Mark] = {}
    gone: set[int] = set()
    for mark in sorted(marks, key=_by_time):
        stretch = _stretch(now - mark.time, ages)
        if stretch is None:
            continue
        bucket = stretch, (mark.time - _EPOCH) // stretch
        if bucket in newest:
            gone.add(newest[bucket].key)
        newest[bucket] = mark
    return gone


def _by_time(mark: Mark) -> tuple[datetime, int]:
    return mark.time, mark.key


def _stretch(age: timedelta, ages: Ages) -> timedelta | None:
    """How long a stretch is that keeps one version of this age; None: all are kept."""
    if age <= ages.all_kept:
        return None
    if age <= ages.hourly:
        return _HOUR
    return _DAY if age <= ages.daily else _WEEK
