"""The search service as its callers see it, and waiting for what is promised within two seconds."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, TypeVar

import asyncpg

from ot.operation import insert_at
from services.document.following.indexer import LEADER_LOCK
from services.document.store.schema import LOCK_SPACE
from shoal.document.v1 import search_pb2 as pb
from shoal.document.v1.search_pb2_grpc import SearchServiceStub
from tests.conformance.log_host import LogHost, batch_of, committed
from tests.integration.document.service import Caller

PATIENCE_S = 20.0
"""What is promised is two seconds, on a machine that does nothing else: bench/search.py measures that."""
_Got = TypeVar("_Got")


class Searcher:
    """Somebody who searches."""

    def __init__(self, caller: Caller) -> None:
        self._stub: Any = SearchServiceStub(caller.channel)
        self._metadata = caller.metadata

    async def ask(self, query: str, **more: Any) -> pb.SearchDocumentsResponse:
        request = pb.SearchDocumentsRequest(query=query, **more)
        return await self._stub.SearchDocuments(request, metadata=self._metadata)

    async def results(self, query: str, **more: Any) -> list[pb.SearchResult]:
        return list((await self.ask(query, **more)).results)

    async def names(self, query: str, **more: Any) -> list[str]:
        return [each.document.name for each in await self.results(query, **more)]

    async def finds(self, query: str, *names: str, within_s: float = PATIENCE_S, **more: Any) -> None:
        """Wait until a query is answered by these documents, in any order; fails after what is promised."""
        await becomes(lambda: self.names(query, **more), set(names), within_s, set)


async def becomes(
    ask: Callable[[], Awaitable[Any]],
    wanted: _Got,
    within_s: float = PATIENCE_S,
    form: Callable[[Any], Any] = lambda x: x,
) -> None:
    """Ask until the answer is the wanted one; fails with the last answer when the time is over."""
    deadline = time.monotonic() + within_s
    while (got := form(await ask())) != wanted:
        assert time.monotonic() < deadline, f"after {within_s} s: {got!r}, wanted {wanted!r}"
        await asyncio.sleep(0.02)  # What is asked is another process's view; it has no event.


@asynccontextmanager
async def nobody_indexing(database_url: str) -> AsyncIterator[None]:
    """No process leads: the index follows nobody by itself, as when all of them are down."""
    connection = await asyncpg.connect(database_url)
    try:
        taken = "SELECT pg_try_advisory_lock($1, $2)"
        await becomes(lambda: connection.fetchval(taken, LOCK_SPACE, LEADER_LOCK), True)
        yield
    finally:
        await connection.close()


async def write(host: LogHost, name: str, text: str, revision: int = 0, site: str = "ada") -> None:
    """Write `text` at the start of a document whose head is `revision`, all of it this site's."""
    outcome = await host.log.append(
        batch_of(name, revision, committed(revision + 1, site, revision + 1, insert_at(0, text)))
    )
    assert outcome.committed_head_revision == revision + 1


def marked(snippet: pb.Snippet) -> str:
    """A snippet as one text, what was found in brackets."""
    return "".join(f"[{part.text}]" if part.match else part.text for part in snippet.parts)
