"""Leadership: of many processes, one does a piece of work.

Owns the lock: PostgreSQL's own, held by a connection, so that it is free again when its holder's connection ends, in
whatever way. Work that is done on that very connection cannot be done by two at once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from mesh.database import Connection, Pool, is_connection_lost
from services.document.errors import cause_of
from services.document.store.schema import LOCK_SPACE

_log = structlog.get_logger(__name__)
TAKE_OVER_S = 1.0
"""How long after a leader is gone another one follows, at most; one question to the database each."""


async def lead(pool: Pool, what: str, lock: int, work: Callable[[Connection], Awaitable[None]]) -> None:
    """Do `work` whenever nobody else does, until cancelled; it gets the connection that makes it the leader.

    Work that ends, or fails, is begun anew by whoever is first.
    """
    while True:
        try:
            async with pool.acquire() as connection:
                if await connection.fetchval("SELECT pg_try_advisory_lock($1, $2)", LOCK_SPACE, lock):
                    _log.info("leading", what=what)
                    await work(connection)  # The lock goes when the connection is given back, or lost.
        except Exception as error:
            report = _log.info if is_connection_lost(error) else _log.error
            report("not leading any more", what=what, **cause_of(error))
        await asyncio.sleep(TAKE_OVER_S)
