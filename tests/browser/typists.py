"""Typists: people without a browser, many of them, each with the document and the algebra of `ot`.

Owns one connection for each; types when told to, keeps one flight outstanding, and knows when everybody has everything.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from cli.client import Session, Via, connect
from mesh.wire import document_from_parts, operation_from_proto, operation_to_proto
from ot.client import Client
from ot.document import Document
from ot.operation import Operation, delete_at, insert_at
from shoal.type.v1 import operation_pb2
from tests.system.people import target_of
from tests.system.shoal import ShoalProcess


class Typist:
    """Somebody with a replica of their own, who types words at places of their choice."""

    def __init__(self, session: Session, site: str, seed: int) -> None:
        self._session, self._chance = session, random.Random(seed)
        opened = session.opened
        content = document_from_parts([operation_pb2.Content(components=opened.content)])
        self._client = Client(opened.frame.revision, content, site=site)
        self._changed = asyncio.Event()

    @property
    def document(self) -> Document:
        assert self._client.document is not None
        return self._client.document

    @property
    def revision(self) -> int:
        return self._client.revision

    async def type(self, word: str) -> None:
        """Type a word, letter by letter, at some place; now and then take a letter of somebody's out."""
        place = self._chance.randint(0, len(self.document.text()) - 1)
        for offset, letter in enumerate(word):
            # What others write moves the place; a typist who loses it goes on where there is text.
            at = min(place + offset, len(self.document.text()) - 1)
            await self._edit(insert_at(at, letter))
        if self._chance.random() < 0.2 and place < len(self.document.text()) - 1:
            await self._edit(delete_at(place, 1))

    async def follow(self) -> None:
        """Take in what the room says, for ever."""
        while True:
            frame = await self._session.receive()
            assert not frame.HasField("refused"), frame.refused.fault
            for each in frame.committed.operations:
                self._client.receive(each.revision, each.site, each.site_sequence, operation_from_proto(each.operation))
            await self._fly()
            self._changed.set()

    async def until(self, revision: int) -> None:
        """Return when this revision is in and nothing is unsent."""
        while self._client.pending or self.revision < revision:
            self._changed.clear()
            await self._changed.wait()

    async def _edit(self, operation: Operation) -> None:
        self._client.edit(operation)
        await self._fly()

    async def _fly(self) -> None:
        flight = self._client.take_flight(max_operations=100)
        if flight is not None:
            operations = [operation_to_proto(each) for each in flight.operations]
            await self._session.submit(flight.base_revision, flight.first_site_sequence, operations)


class Crowd:
    """All of them."""

    def __init__(self, typists: list[Typist]) -> None:
        self.typists = typists

    async def type(self, words: int) -> None:
        """Everybody types so many words; returns when each has each other's."""

        async def write(typist: Typist) -> None:
            for number in range(words):
                await typist.type(f"w{number} ")
                # Between two words a person looks up: the others' are read meanwhile.
                await asyncio.sleep(0)

        await asyncio.gather(*(write(typist) for typist in self.typists))
        await self.settled()

    async def settled(self) -> None:
        """Return when all have the same revision and nobody has anything unsent."""
        for typist in self.typists:
            await typist.until(0)
        newest = max(typist.revision for typist in self.typists)
        for typist in self.typists:
            await typist.until(newest)


@asynccontextmanager
async def crowd(shoal: ShoalProcess, document: str, count: int) -> AsyncIterator[Crowd]:
    """`count` typists in a document, half of them by each door."""
    async with AsyncExitStack() as stack:
        typists = []
        for index in range(count):
            via, name = (Via.EDGE, Via.GRPC)[index % 2], f"typist-{index}"
            connection = await stack.enter_async_context(connect(target_of(shoal, name), via))
            typists.append(Typist(await Session.open(connection, document, name), name, index))
        group = await stack.enter_async_context(asyncio.TaskGroup())
        following = [group.create_task(typist.follow()) for typist in typists]
        yield Crowd(typists)
        for task in following:
            task.cancel()
