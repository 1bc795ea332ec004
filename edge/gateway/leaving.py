"""Leaving: a client that goes away cancels what is done for it.

aiohttp does this at once where a server runs with `handler_cancellation=True`, and otherwise not at all; here it is
done in any case, within a second.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from aiohttp import web

_LOOK_S = 1.0
"""aiohttp has no event for it. Most requests are answered before the first look."""


@contextmanager
def cancelled_when_the_client_leaves(request: web.Request) -> Iterator[None]:
    """Cancel the task that is inside of the block once the connection of `request` is closed."""
    loop = asyncio.get_running_loop()
    task = asyncio.current_task()
    timer: asyncio.TimerHandle

    def look() -> None:
        nonlocal timer
        if request.transport is None or request.transport.is_closing():
            if task is not None:
                task.cancel()
            return
        timer = loop.call_later(_LOOK_S, look)

    timer = loop.call_later(_LOOK_S, look)
    try:
        yield
    finally:
        timer.cancel()
