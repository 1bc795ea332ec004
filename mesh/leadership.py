"""Leadership: of many processes, one does a piece of work.

Owns the lock: PostgreSQL's own, held by a connection, so that it is free again when its holder's connection ends, in
whatever way.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from mesh.database import Pool, is_connection_lost

_log = structlog.get_logger(__name__)
TAKE_OVER_S = 1.0
"""How long after a leader is gone another one follows, at most; one question to the database each."""


async def lead(pool: Pool, what: str, lock: tuple[int, int], work: Callable[[], Awaitable[None]]) -> None:
    """Do `work` whenever nobody else does, until cancelled.

    It is cancelled within a second after the lock is lost with its connection: for that long two may be at it, and
    what must not be done twice needs a guard of its own. Work that ends, or fails, is begun anew by whoever is first.
    """
    while True:
        try:
            async with pool.acquire() as connection:
                if await connection.fetchval("SELECT pg_try_advisory_lock($1, $2)", *lock):
                    _log.info("leading", what=what)
                    async with asyncio.TaskGroup() as group:
                        group.create_task(_as_long_as(lambda: connection.fetchval("SELECT 1", timeout=TAKE_OVER_S)))
                        group.create_task(_never_ending(work))
        except Exception as error:
            causes = error.exceptions if isinstance(error, BaseExceptionGroup) else (error,)
            is_lost = all(map(is_connection_lost, causes))
            (_log.info if is_lost else _log.error)("not leading any more", what=what, error=type(causes[0]).__name__)
            task = asyncio.current_task()
            if task is not None and task.cancelling():
                raise asyncio.CancelledError from error
        await asyncio.sleep(TAKE_OVER_S)


async def _as_long_as(ask: Callable[[], Awaitable[object]]) -> None:
    """Ask on a beat; raises what asking raises."""
    while True:
        await ask()
        await asyncio.sleep(TAKE_OVER_S)


async def _never_ending(work: Callable[[], Awaitable[None]]) -> None:
    await work()
    raise InterruptedError("the work ended")
