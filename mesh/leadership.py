"""Leadership: of many processes, one does a piece of work.

Owns the lock: PostgreSQL's own, held by a connection, so that it is free again when its holder's connection ends, in
whatever way.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from mesh.database import Connection, Pool, is_connection_lost

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
                    await _while_connected(connection, work)
        except Exception as error:
            task = asyncio.current_task()
            if task is not None and task.cancelling():  # The failure of a clean-up has taken its place.
                raise asyncio.CancelledError from error
            report = _log.info if is_connection_lost(error) else _log.error
            report("not leading any more", what=what, error=type(error).__name__)
        await asyncio.sleep(TAKE_OVER_S)


async def _while_connected(connection: Connection, work: Callable[[], Awaitable[None]]) -> None:
    """Do `work` until it ends or the connection does; raises what either raises."""
    tasks = asyncio.ensure_future(work()), asyncio.create_task(_ask(connection))
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _ask(connection: Connection) -> None:
    """Ask the server on a beat, so that the end of the connection is noticed; raises what asking raises."""
    while True:
        await connection.fetchval("SELECT 1", timeout=TAKE_OVER_S)
        await asyncio.sleep(TAKE_OVER_S)
