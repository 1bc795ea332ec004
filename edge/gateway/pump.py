"""Pump: the task that writes the requests of a stream to an rpc while its answers are read.

Owns that neither side waits for the other: a refused request ends the rpc, and an rpc that ends stops the reading.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from google.protobuf.message import Message


@asynccontextmanager
async def pumping(messages: AsyncIterator[Message], call: Any) -> AsyncIterator[None]:
    """Write `messages` to `call` until they or the block end. What goes wrong with them is raised from the block."""
    pump = asyncio.create_task(_pump(messages, call))
    pump.add_done_callback(lambda done: call.cancel() if _failure(done) else None)
    try:
        yield
    except asyncio.CancelledError:
        if (failure := _failure(pump)) is not None:
            raise failure from None
        raise
    finally:
        pump.cancel()
        await asyncio.wait([pump])


async def _pump(messages: AsyncIterator[Message], call: Any) -> None:
    try:
        async for message in messages:
            await call.write(message)
        await call.done_writing()
    except asyncio.InvalidStateError:
        # The rpc is over before its requests are: its answer or status is what the block reads.
        return


def _failure(task: asyncio.Task[None]) -> BaseException | None:
    return task.exception() if task.done() and not task.cancelled() else None
