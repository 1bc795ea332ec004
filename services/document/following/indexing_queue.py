"""IndexingQueue: which documents are to be indexed, and which of them now.

Pure but for the times it is told. Owns the pace: a document that cost much is due again later, so that none takes more
than its share. Knows up to where everything is done: what a reader of the outbox may forget.
"""

from __future__ import annotations

import heapq
import itertools
from dataclasses import dataclass

_MAX_FAILURES = 3
_RETRY_S = 10.0
_FORGET_PACES = 10_000


@dataclass(slots=True)
class _Entry:
    read_from: int
    failures: int = 0


class IndexingQueue:
    """Documents by key. Each is in it once, however often it changed."""

    def __init__(self, *, interval_s: float, share: float) -> None:
        self._interval_s, self._share = interval_s, share
        self._entries: dict[int, _Entry] = {}
        self._times: list[tuple[float, int, int]] = []
        self._counter = itertools.count()
        self._not_before: dict[int, float] = {}

    def __len__(self) -> int:
        return len(self._entries)

    def add(self, document_key: int, read_from: int, now: float) -> None:
        """A document changed, as read from the outbox after `read_from`, which never falls."""
        if document_key in self._entries:
            return
        self._entries[document_key] = _Entry(read_from)
        self._schedule(document_key, max(now, self._not_before.pop(document_key, now)))

    def is_due(self, now: float, since_s: float = 0.0) -> bool:
        """Say whether there is a document whose time has come, so long ago."""
        return bool(self._times) and self._times[0][0] <= now - since_s

    def next(self, now: float) -> int | None:
        """Return a document whose time has come, the one that waits longest; None if there is none.

        `done` or `failed` follows, with nothing added in between: what changes meanwhile is read from the outbox later.
        """
        return heapq.heappop(self._times)[2] if self.is_due(now) else None

    def done(self, document_key: int, cost_s: float, now: float) -> None:
        """A document is indexed, which took `cost_s`."""
        del self._entries[document_key]
        if len(self._not_before) >= _FORGET_PACES:
            self._not_before = {key: time for key, time in self._not_before.items() if time > now}
        self._not_before[document_key] = now + max(self._interval_s, cost_s / self._share)

    def failed(self, document_key: int, now: float) -> bool:
        """A document could not be indexed: it is tried again, later each time; False when it is given up."""
        entry = self._entries[document_key]
        entry.failures += 1
        if entry.failures >= _MAX_FAILURES:
            del self._entries[document_key]
            return False
        self._schedule(document_key, now + _RETRY_S * entry.failures)
        return True

    def done_up_to(self, read_up_to: int) -> int:
        """Return up to where everything is indexed, when the outbox is read up to `read_up_to`."""
        return next(iter(self._entries.values())).read_from if self._entries else read_up_to

    def _schedule(self, document_key: int, time: float) -> None:
        heapq.heappush(self._times, (time, next(self._counter), document_key))
