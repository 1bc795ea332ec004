"""Answers are kept while nothing they rest on was touched, and not a moment longer."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mesh.authorization import INSTALLATION, Touched
from mesh.faults import DocumentNotFound, PermissionDenied
from mesh.identity import Identity
from mesh.permission_cache import Answer, Asker, CachedPermissions, Epoch, PermissionSettings, Scopes
from mesh.refusals import PermissionsUnavailable, ResourceArchived
from mesh.rpc_table import Permission

READ, WRITE = Permission.PERMISSION_DOCUMENT_READ, Permission.PERMISSION_DOCUMENT_WRITE
ADA, BOB = Identity("ada", "Ada", 1e12), Identity("bob", "Bob", 1e12)
PATH = ("documents/d", "projects/p/folders/f", "projects/p", "organizations/o")


class Source:
    """A register in memory: what it holds, what it was asked, and the epoch as it moves."""

    def __init__(self) -> None:
        self.held: dict[tuple[str, str], Answer] = {}
        self.asked: list[tuple[str, str]] = []
        self.away = False
        self.epoch = 7
        self.gate = asyncio.Event()
        self.gate.set()
        self._watchers: list[asyncio.Queue[Epoch | None]] = []
        self.watched = asyncio.Event()

    def holds(self, subject: str, resource: str, *permissions: Permission, path: tuple[str, ...] = ()) -> None:
        self.held[subject, resource] = Answer(frozenset(permissions), path or (resource,))

    def tell(self, **touched: Any) -> None:
        """Begin a new epoch, and tell all watchers."""
        self.epoch += 1
        for watcher in self._watchers:
            watcher.put_nowait(Epoch(self.epoch, Touched(**touched)))

    def hang_up(self) -> None:
        for watcher in self._watchers:
            watcher.put_nowait(None)

    async def check(self, asker: Asker, resource: str) -> Answer:
        self.asked.append((asker.subject, resource))
        found = self.held.get((asker.subject, resource), Answer())
        await self.gate.wait()
        if self.away:
            raise PermissionsUnavailable
        return found

    async def archived(self, asker: Asker, permission: Permission, resource: str) -> str:
        return "projects/p" if resource == "documents/archived" else ""

    async def scopes(self, asker: Asker, permission: Permission) -> Scopes:
        self.asked.append((asker.subject, "scopes"))
        await self.gate.wait()
        return Scopes(projects=("projects/p",))

    async def watch(self) -> AsyncGenerator[Epoch, None]:
        if self.away:
            raise PermissionsUnavailable
        queue: asyncio.Queue[Epoch | None] = asyncio.Queue()
        self._watchers.append(queue)
        try:
            yield Epoch(self.epoch)
            self.watched.set()
            while (epoch := await queue.get()) is not None:
                yield epoch
            raise PermissionsUnavailable
        finally:
            self._watchers.remove(queue)
            self.watched.clear()


@asynccontextmanager
async def following(source: Source, **numbers: Any) -> AsyncIterator[CachedPermissions]:
    cache = CachedPermissions(source, PermissionSettings(retry_s=0.001, **numbers))
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(cache.run())
        await source.watched.wait()
        try:
            yield cache
        finally:
            running.cancel()


async def heard(cache: CachedPermissions, source: Source, **touched: Any) -> None:
    """Touch something, and wait until the cache has heard of it."""
    event = asyncio.Event()
    end = cache.subscribe(lambda _: event.set())
    source.tell(**touched)
    await event.wait()
    end()


async def test_an_answer_is_asked_for_once() -> None:
    source = Source()
    source.holds("ada", "documents/d", READ, path=PATH)
    async with following(source) as cache:
        for _ in range(3):
            assert await cache.permissions(ADA, "documents/d") == {READ}
        assert await cache.permissions(ADA, "documents/d/versions/v") == {READ}
        assert source.asked == [("ada", "documents/d")]


async def test_many_who_ask_the_same_at_once_are_one_question() -> None:
    source = Source()
    source.holds("ada", "documents/d", READ)
    source.gate.clear()
    async with following(source) as cache, asyncio.TaskGroup() as tasks:
        asking = [tasks.create_task(cache.permissions(ADA, "documents/d")) for _ in range(50)]
        await asyncio.sleep(0)
        source.gate.set()
        assert {await each for each in asking} == {frozenset({READ})}
        assert len(source.asked) == 1


@pytest.mark.parametrize(
    ("touched", "is_stale"),
    [
        ({"everything": True}, True),
        ({"subjects": frozenset({"ada"})}, True),
        ({"subjects": frozenset({"bob"})}, False),
        *(({"resources": frozenset({name})}, True) for name in PATH),
        ({"resources": frozenset({"projects/q", "documents/e"})}, False),
    ],
)
async def test_what_is_touched_is_asked_anew_and_nothing_else(touched: dict[str, Any], is_stale: bool) -> None:
    source = Source()
    source.holds("ada", "documents/d", READ, path=PATH)
    async with following(source) as cache:
        await cache.permissions(ADA, "documents/d")
        source.holds("ada", "documents/d", path=PATH)
        await heard(cache, source, **touched)
        assert (await cache.permissions(ADA, "documents/d") == frozenset()) == is_stale
        assert len(source.asked) == 1 + is_stale


async def test_an_answer_under_way_while_its_place_is_touched_is_neither_kept_nor_told() -> None:
    source = Source()
    source.holds("ada", "documents/d", READ, path=PATH)
    async with following(source) as cache:
        source.gate.clear()
        asking = asyncio.create_task(cache.permissions(ADA, "documents/d"))
        while not source.asked:
            await asyncio.sleep(0)
        source.holds("ada", "documents/d", path=PATH)
        await heard(cache, source, resources=frozenset({"organizations/o"}))
        joining = asyncio.create_task(cache.permissions(ADA, "documents/d"))
        await asyncio.sleep(0)
        source.gate.set()
        assert await asking == await joining == frozenset()
        assert await cache.permissions(ADA, "documents/d") == frozenset()


async def test_what_is_not_there_is_asked_for_each_time_since_nobody_tells_when_it_comes() -> None:
    source = Source()
    async with following(source) as cache:
        assert await cache.permissions(ADA, "documents/new") == frozenset()
        source.holds("ada", "documents/new", WRITE)
        assert await cache.permissions(ADA, "documents/new") == {WRITE}


async def test_what_other_claims_give_is_another_answer() -> None:
    source = Source()
    source.holds("ada", "documents/d", READ)
    async with following(source) as cache:
        await cache.permissions(ADA, "documents/d")
        await cache.permissions(Identity("ada", "Ada", 1e12, groups=("g",)), "documents/d")
        assert len(source.asked) == 2


async def test_without_news_nothing_kept_is_believed_and_a_source_that_is_away_allows_nothing() -> None:
    source = Source()
    source.holds("ada", "documents/d", READ)
    async with following(source) as cache:
        await cache.permissions(ADA, "documents/d")
        source.away = True
        source.hang_up()
        while cache.is_following:
            await asyncio.sleep(0)
        with pytest.raises(PermissionsUnavailable):
            await cache.permissions(ADA, "documents/d")
        source.away = False
        await source.watched.wait()
        assert await cache.permissions(ADA, "documents/d") == {READ}
        assert len(source.asked) == 2, "nothing changed meanwhile: what was kept is good again"


async def test_after_another_epoch_all_is_dropped_and_everybody_told() -> None:
    source, told = Source(), []
    source.holds("ada", "documents/d", READ)
    async with following(source) as cache:
        cache.subscribe(told.append)
        await cache.permissions(ADA, "documents/d")
        source.holds("ada", "documents/d")
        source.epoch += 1
        source.hang_up()
        while cache.is_following:
            await asyncio.sleep(0)
        await source.watched.wait()
        assert await cache.permissions(ADA, "documents/d") == frozenset()
        assert told == [Touched(everything=True)]


async def test_a_source_that_says_nothing_for_longer_than_a_heartbeat_is_not_believed() -> None:
    source = Source()
    source.holds("ada", "documents/d", READ)
    async with following(source, heartbeat_s=0.02, silence_s=0.02) as cache:
        await cache.permissions(ADA, "documents/d")
        while cache.is_following:
            await asyncio.sleep(0.001)
        await cache.permissions(ADA, "documents/d")
        assert len(source.asked) == 2


async def test_the_oldest_answers_make_room_and_names_touched_long_ago_are_not_forgotten() -> None:
    source = Source()
    for number in range(20):
        source.holds("ada", f"documents/d{number}", READ)
    async with following(source, kept_answers=5, kept_touched=3) as cache:
        for number in range(20):
            await cache.permissions(ADA, f"documents/d{number}")
        source.holds("ada", "documents/d19")
        await heard(cache, source, resources=frozenset({"documents/d19"}))
        for number in range(10):
            await heard(cache, source, resources=frozenset({f"projects/p{number}"}))
        assert await cache.permissions(ADA, "documents/d19") == frozenset()


async def test_scopes_are_kept_until_the_subject_or_any_resource_is_touched() -> None:
    source = Source()
    async with following(source) as cache:
        for touched in (
            {"subjects": frozenset({"bob"})},
            {"subjects": frozenset({"ada"})},
            {"resources": {"documents/x"}},
        ):
            await cache.scopes(ADA, READ)
            await cache.scopes(ADA, READ)
            await heard(cache, source, **touched)  # type: ignore[arg-type]
        await cache.scopes(ADA, READ)
        assert len(source.asked) == 3


async def test_refusals_hide_what_may_not_be_seen_and_say_what_is_archived() -> None:
    source = Source()
    source.holds("ada", "documents/d", READ)
    source.holds("ada", "documents/archived", READ)
    async with following(source) as cache:
        assert isinstance(await cache.refusal(ADA, WRITE, "documents/hidden"), DocumentNotFound)
        assert isinstance(await cache.refusal(ADA, WRITE, "documents/d"), PermissionDenied)
        assert isinstance(await cache.refusal(ADA, WRITE, "documents/archived"), ResourceArchived)


async def test_services_operate_and_operators_and_nobody_else() -> None:
    async with following(Source(), operators=frozenset({"bob"})) as cache:
        assert await cache.permissions(BOB, INSTALLATION) == {Permission.PERMISSION_OPERATE}
        service = Identity("services/x", "x", 1e12, is_service=True)
        assert await cache.permissions(service, INSTALLATION) == {Permission.PERMISSION_OPERATE}
        assert await cache.permissions(ADA, INSTALLATION) == frozenset()


_STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("ask"), st.sampled_from(["ada", "bob"]), st.sampled_from(["d0", "d1", "d2"])),
        st.tuples(st.just("change"), st.sampled_from(["ada", "bob"]), st.sampled_from(["d0", "d1", "d2"])),
        st.tuples(st.just("restart"), st.just(""), st.just("")),
    ),
    max_size=30,
)


@settings(deadline=None)
@given(_STEPS, st.booleans())
def test_after_a_change_was_heard_nobody_is_told_what_was_before(
    steps: list[tuple[str, str, str]], by_subject: bool
) -> None:
    async def story() -> None:
        source = Source()
        async with following(source, kept_answers=3, kept_touched=2) as cache:
            for step, subject, document in steps:
                name = f"documents/{document}"
                match step:
                    case "ask":
                        expected = source.held.get((subject, name), Answer()).permissions
                        assert await cache.permissions(Identity(subject, subject, 1e12), name) == expected
                    case "change":
                        had = source.held.get((subject, name), Answer()).permissions
                        source.holds(subject, name, *([] if had else [READ]), path=(name, "projects/p"))
                        touched = {"subjects": frozenset({subject})} if by_subject else {"resources": {"projects/p"}}
                        await heard(cache, source, **touched)
                    case "restart":
                        source.hang_up()
                        while cache.is_following:
                            await asyncio.sleep(0)
                        await source.watched.wait()

    asyncio.run(story())
