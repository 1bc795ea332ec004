"""Leaving: a client that goes away cancels what is done for it.

aiohttp does this at once where a server runs with `handler_cancellation=True`, and otherwise not at all; here it is
done in any case, within a second.
"""

from __future__ import annotations

import asyncio

from aiohttp import web

_LOOK_S = 1.0
"""aiohttp has no event for it. Most requests are answered before the first look."""


class CancelledWhenTheClientLeaves:
    """Inside of the block, the task that entered it is cancelled once the connection of `request` is closed."""

    __slots__ = ("_loop", "_request", "_task", "_timer")

    def __init__(self, request: web.BaseRequest) -> None:
        self._request = request

    def __enter__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._task = asyncio.current_task()
        self._timer = self._loop.call_later(_LOOK_S, self._look)

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()

    def _look(self) -> None:
        transport = self._request.transport
        if transport is not None and not transport.is_closing():
            self._timer = self._loop.call_later(_LOOK_S, self._look)
        elif self._task is not None:
            self._task.cancel()
