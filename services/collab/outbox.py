"""Outbox: what waits to be written to one stream, already encoded.

Owns the order and the bound. Encoded responses are joined as they are: a repeated field's encodings concatenate. A
reader that lets it fill past its limit is told so and resumes; nobody else waits for it.
"""

from __future__ import annotations

import asyncio
from collections import deque

from services.collab.errors import SlowReader

MESSAGE_BYTES = 512 * 1024
"""What one message may grow to by joining; well under gRPC's 4 MiB."""
FEED_BYTES = 128 * 1024
"""Long content is fed while less than this waits, so that other frames pass between its parts."""


class Outbox:
    """The queue of one stream; `heard_at` is when its client last sent something, on the loop's clock."""

    def __init__(self, limit_bytes: int, heard_at: float) -> None:
        self._limit, self._size = limit_bytes, 0
        self._parts: deque[bytes] = deque()
        self._changed = asyncio.Event()
        self._drained = asyncio.Event()
        self._drained.set()
        self._finished = False
        self.heard_at = heard_at

    def send(self, encoded: bytes) -> None:
        """Queue an encoded CollaborateResponse. Never waits; past the limit `take` raises SlowReader."""
        if self._size > self._limit:
            return
        self._parts.append(encoded)
        self._size += len(encoded)
        self._changed.set()
        if self._size > FEED_BYTES:
            self._drained.clear()

    def finish(self) -> None:
        """Let `take` return None once everything queued is taken."""
        self._finished = True
        self._changed.set()

    async def drained(self) -> None:
        """Wait until long content may go on."""
        await self._drained.wait()

    async def take(self) -> bytes | None:
        """Return everything that waits, up to about MESSAGE_BYTES; None at the end. Raises SlowReader."""
        while not self._parts:
            if self._finished:
                return None
            self._changed.clear()
            await self._changed.wait()
        if self._size > self._limit:
            raise SlowReader(self._limit)
        taken: list[bytes] = []
        size = 0
        while self._parts and (not taken or size + len(self._parts[0]) <= MESSAGE_BYTES):
            taken.append(self._parts.popleft())
            size += len(taken[-1])
        self._size -= size
        if self._size <= FEED_BYTES:
            self._drained.set()
        return taken[0] if len(taken) == 1 else b"".join(taken)
