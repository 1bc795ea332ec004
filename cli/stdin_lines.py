"""Standard input, line by line, while a stream is open: what arrives is sent at once, and nothing waits for its end.

Owns the one thread that reads. It is given up when the command ends, since a terminal's input ends for nobody.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from threading import Semaphore, Thread

_PART_BYTES = 64 * 1024
_WAITING = 64
"""Lines read ahead of who takes them; then the reader waits."""
_STDIN = 0


async def stdin_lines() -> AsyncIterator[bytes]:
    """Yield each line that is not blank, without its end."""
    loop = asyncio.get_running_loop()
    queue: asyncio.Queue[bytes | None] = asyncio.Queue()  # bounded by `room`, which a thread can wait for
    room = Semaphore(_WAITING)

    def hand_over(line: bytes | None) -> None:
        room.acquire()
        loop.call_soon_threadsafe(queue.put_nowait, line)

    def read() -> None:
        rest = b""
        try:
            while part := os.read(_STDIN, _PART_BYTES):
                *whole, rest = (rest + part).split(b"\n")
                for line in whole:
                    hand_over(line)
            hand_over(rest)
            hand_over(None)
        except (OSError, RuntimeError):  # no input at all, or the loop has ended
            return

    Thread(target=read, daemon=True).start()
    while (line := await queue.get()) is not None:
        room.release()
        if line.strip():
            yield line
