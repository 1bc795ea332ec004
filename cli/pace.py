"""Pace: how many operations may be sent by now.

Owns the open-loop clock of a replay: each operation is due at its own time, whatever became of those before it.
"""

from __future__ import annotations

import asyncio
import time

_TICK_S = 0.01
"""What falls due within one tick travels in one flight."""


class Pace:
    """Lets `rate` operations a second fall due, counted from the first question; None = all are due at once."""

    def __init__(self, rate: float | None) -> None:
        self._rate = rate
        self._started_at: float | None = None

    async def due(self, sent: int, wanted: int) -> int:
        """Return how many of the next `wanted` operations may go now, `sent` gone before; waits until one may."""
        if self._rate is None:
            return wanted
        if self._started_at is None:
            self._started_at = time.monotonic()
        while True:
            due = int((time.monotonic() - self._started_at) * self._rate) + 1 - sent
            if due > 0:
                return min(due, wanted)
            await asyncio.sleep(max(_TICK_S, (1 - due) / self._rate))
