"""WatchDocuments: everything that fits, then every change, none lost and none twice while it waits."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from mesh.faults import Reason
from mesh.identity import Identity, TokenSigner, TokenVerifier
from shoal.document.v1 import document_pb2 as pb
from shoal.document.v1.document_pb2_grpc import DocumentServiceStub
from tests.conformance.log_host import LogHost, typed
from tests.integration.document.searching import PATIENCE_S, write
from tests.integration.document.service import Caller, reached, reason_of

ADA = Identity("users/ada", "Ada", 1e12)
PLAIN = pb.DOCUMENT_TYPE_PLAIN_TEXT


@pytest.fixture
async def ada(host: LogHost, signer: TokenSigner, verifier: TokenVerifier) -> AsyncIterator[Caller]:
    async with reached(host, verifier) as channel:
        yield Caller(channel, signer.sign("users/ada", lifetime_s=60))


class Watcher:
    """Somebody who watches, and what was told."""

    def __init__(self, call: Any) -> None:
        self._call = call
        self.documents: dict[str, pb.Document] = {}
        self.left: list[str] = []
        self.messages = 0

    async def read(self) -> pb.WatchDocumentsResponse:
        message = await self._call.read()
        assert isinstance(message, pb.WatchDocumentsResponse), "the stream ended"
        self.messages += 1
        self.documents |= {each.name: each for each in message.documents}
        self.left += message.left
        return message

    async def catches_up(self) -> None:
        async with asyncio.timeout(PATIENCE_S):
            while not (await self.read()).caught_up:
                pass

    async def until(self, condition: Any, within_s: float = PATIENCE_S) -> None:
        """Read until it holds; a little more than promised, for the machine."""
        try:
            async with asyncio.timeout(within_s):
                while not condition():
                    await self.read()
        except TimeoutError:
            pytest.fail(f"not told within {within_s} s: {self.documents}, left {self.left}")


@asynccontextmanager
async def watching(ada: Caller, fitting: str = "") -> AsyncIterator[Watcher]:
    call = DocumentServiceStub(ada.channel).WatchDocuments(  # type: ignore[no-untyped-call]
        pb.WatchDocumentsRequest(filter=fitting), metadata=ada.metadata
    )
    try:
        yield Watcher(call)
    finally:
        call.cancel()


async def test_all_documents_are_told_first_and_the_last_message_says_so(ada: Caller) -> None:
    names = {(await ada.create(f"{n}", type=PLAIN)).name for n in range(5)}
    async with watching(ada) as bob:
        await bob.catches_up()
        assert set(bob.documents) == names


async def test_a_long_walk_comes_in_pages_and_none_is_missing(host: LogHost, ada: Caller) -> None:
    await host.pool.execute(
        "INSERT INTO document.documents (id, title, type, creator) "
        "SELECT 'n' || n, '', 2, 'users/ada' FROM generate_series(1, 1000) n"
    )
    async with watching(ada) as bob:
        await bob.catches_up()
        assert (len(bob.documents), bob.messages) == (1000, 5)


async def test_of_nothing_one_is_caught_up_at_once(ada: Caller) -> None:
    async with watching(ada) as bob:
        message = await bob.read()
        assert (list(message.documents), list(message.left), message.caught_up) == ([], [], True)


async def test_everything_that_happens_to_a_document_is_told_within_two_seconds(host: LogHost, ada: Caller) -> None:
    async with watching(ada) as bob:
        await bob.catches_up()
        name = (await ada.create("One", type=PLAIN)).name
        await bob.until(lambda: name in bob.documents)
        await write(host, name, "hello")
        await bob.until(lambda: bob.documents[name].head_revision == 1)
        await ada.update(name, title="Two")
        await bob.until(lambda: bob.documents[name].title == "Two")
        await ada.delete(name)
        await bob.until(lambda: bob.documents[name].HasField("delete_time"))
        await ada.undelete(name)
        await bob.until(lambda: not bob.documents[name].HasField("delete_time"))
        await ada.delete(name)
        await ada.purge(name)
        await bob.until(lambda: bob.left == [name])


async def test_who_no_longer_fits_has_left_once_and_who_never_did_is_not_spoken_of(ada: Caller) -> None:
    mine, theirs = 'project = "projects/mine"', "projects/theirs"
    name = (await ada.create("1", type=PLAIN, project="projects/mine")).name
    other = (await ada.create("2", type=PLAIN, project=theirs)).name
    async with watching(ada, mine) as bob:
        await bob.catches_up()
        assert list(bob.documents) == [name]
        await ada.update(other, title="changed")
        await ada.update(name, project=theirs)
        await bob.until(lambda: bob.left == [name])
        await ada.update(name, title="elsewhere")
        await ada.update(other, project="projects/mine")
        await bob.until(lambda: other in bob.documents)
        await ada.update(name, project="projects/mine")
        await bob.until(lambda: bob.documents[name].title == "elsewhere")
        assert bob.left == [name]


async def test_changes_that_come_together_are_one_message(host: LogHost, ada: Caller) -> None:
    name = await host.create()
    async with watching(ada) as bob:
        await bob.catches_up()
        before = bob.messages
        for n in range(100):
            await host.log.append(typed(name, n, "ada", n + 1))
        await bob.until(lambda: bob.documents[name].head_revision == 100)
        assert bob.messages - before <= 4


async def test_a_slow_reader_is_told_each_document_once_as_it_is_by_then(host: LogHost, ada: Caller) -> None:
    """The service itself, since a stream's own buffers would read on for the client."""
    names = [await host.create() for _ in range(3)]
    watch = host.app.watches.watch("", ADA)
    while not (await anext(watch)).caught_up:
        pass
    for n in range(50):
        await asyncio.gather(*[host.log.append(typed(name, n, "ada", n + 1)) for name in names])
        if n == 20:
            first = await anext(watch)
    told: dict[str, int] = {row.id: row.head_revision for row in first.documents}
    count = len(first.documents)
    while set(told.values()) != {50}:
        news = await anext(watch)
        count += len(news.documents)
        told |= {row.id: row.head_revision for row in news.documents}
    assert len(told) == 3
    assert count <= 9
    await watch.aclose()


async def test_nothing_is_lost_while_many_write_and_many_begin_to_watch(
    host: LogHost, ada: Caller, database_url: str
) -> None:
    """Two processes write; whoever watches, from whenever, ends with every document at its head."""
    other = LogHost(database_url)
    await other.start()
    names: list[str] = []
    heads: dict[str, int] = {}

    async def author(which: LogHost, number: int) -> None:
        for n in range(6):
            name = await which.create(title=f"{number}-{n}")
            names.append(name)
            for head in range(0, 20, 4):
                await which.log.append(typed(name, head, "ada", head + 1, 4))
            heads[name] = 20

    async def watcher(delay_s: float) -> Watcher:
        await asyncio.sleep(delay_s)  # Begins in the middle, wherever that is.
        async with watching(ada) as bob:
            await bob.until(
                lambda: (
                    len(heads) == 24
                    and {n: bob.documents[n].head_revision for n in heads if n in bob.documents} == heads
                ),
                30.0,
            )
        return bob

    try:
        async with asyncio.TaskGroup() as group:
            for number, which in enumerate((host, other, host, other)):
                group.create_task(author(which, number))
            for n in range(6):
                group.create_task(watcher(n * 0.05))
    finally:
        await other.stop()


async def test_a_filter_that_cannot_be_read_is_refused(ada: Caller) -> None:
    async with watching(ada, "nonsense =") as bob:
        assert await reason_of(bob._call.read()) == Reason.ERROR_REASON_INVALID_FIELD


async def test_nobody_reads_the_outbox_when_nobody_watches(host: LogHost, ada: Caller) -> None:
    async with watching(ada) as bob:
        await bob.catches_up()
        assert host.app.watches.is_reading
    async with asyncio.timeout(5):
        while host.app.watches.is_reading:
            await asyncio.sleep(0.05)
    async with watching(ada) as bob:
        await bob.catches_up()
        name = (await ada.create("again", type=PLAIN)).name
        await bob.until(lambda: name in bob.documents)


async def test_a_database_that_was_away_is_read_on_from_where_it_was(host: LogHost) -> None:
    watch = host.app.watches.watch("", ADA)
    assert (await anext(watch)).caught_up
    name = await host.create()
    await host.pool.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() "
        "AND pid <> pg_backend_pid()"
    )
    async with asyncio.timeout(10):
        assert [f"documents/{row.id}" for row in (await anext(watch)).documents] == [name]
    await watch.aclose()
