"""A project service that follows documents, told of by hand, and what becomes of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from mesh.identity import TokenSigner, TokenVerifier
from services.project.activities.model import Kind
from shoal.document.v1 import event_pb2 as document_events
from shoal.event.v1 import event_pb2 as pb
from shoal.project.v1 import activity_pb2, notification_pb2
from tests.integration.project.world import Caller, World, running_world

NOON = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1)
WITHIN_S = 10.0


class ToldEvents:
    """The document service as a source: a list of events, of which the cursor is the length read."""

    def __init__(self, events: list[pb.Event] | None = None, page: int = 100) -> None:
        self.events = events or []
        self.page = page
        self._more = asyncio.Event()

    def tell(self, *events: pb.Event) -> None:
        self.events += events
        self._more.set()
        self._more = asyncio.Event()

    async def read(self, cursor: str) -> AsyncGenerator[document_events.ReadEventsResponse, None]:
        place = int(cursor or "0")
        while True:
            more = self._more
            events = self.events[place : place + self.page]
            place += len(events)
            yield document_events.ReadEventsResponse(events=events, cursor=str(place))
            if place == len(self.events):
                await more.wait()


def event(id_: str, document: str, actor: str, project: str = "", *, after: float = 0, **data: Any) -> pb.Event:
    """An event of a document, so many seconds after NOON."""
    made = pb.Event(id=id_, subject=document, actor=actor, project=project, **data)
    made.time.FromDatetime(NOON + timedelta(seconds=after))
    return made


def edited(
    revision: int, document: str, actor: str, project: str = "", *, after: float = 0, operations: int = 1,
    inserted: int = 1, agent: str = "",
) -> pb.Event:  # fmt: skip
    """Edits up to a revision, so many seconds after NOON."""
    first = revision - operations + 1
    made = event(f"edited-{document}-{first}", document, actor, project, after=after, agent=agent)
    data = made.document_edited
    data.start_time.CopyFrom(made.time)
    data.first_revision, data.last_revision, data.operations, data.inserted = first, revision, operations, inserted
    return made


@asynccontextmanager
async def running_feeds(
    database_url: str, signer: TokenSigner, verifier: TokenVerifier, told: ToldEvents | None = None, **more: Any
) -> AsyncIterator[tuple[World, ToldEvents]]:
    """A world whose documents are told of by hand, and that follows soon."""
    told = told or ToldEvents()
    settings = {"outbox_poll_s": 0.05, "notification_poll_s": 0.5, **more}
    async with running_world(database_url, signer, verifier, told.read, **settings) as world:
        yield world, told


async def eventually(ask: Callable[[], Awaitable[Any]], condition: Callable[[Any], object]) -> Any:
    """What is asked, once it fulfils the condition: what follows on another task has no event here."""
    last = None
    try:
        async with asyncio.timeout(WITHIN_S):
            while not condition(last := await ask()):
                await asyncio.sleep(0.02)
    except TimeoutError:
        raise AssertionError(f"not within {WITHIN_S} s: {last}") from None
    return last


async def settled(world: World, told: ToldEvents | None = None) -> None:
    """Wait until all that was done before is recorded."""
    # Of a group's end nobody is told: it marks a place in the outbox.
    marked = await world.pool.fetchval(
        """
        INSERT INTO project.outbox (kind, principal_kind, role, actor, resource, principal, details)
        VALUES (12, 0, 0, '', 'organizations/nowhere', '', '{}') RETURNING txid::text::bigint
        """
    )

    async def cursors() -> dict[str, str]:
        return dict(await world.pool.fetch("SELECT source, cursor FROM project.event_cursors"))

    def is_done(found: dict[str, str]) -> bool:
        own = int(found.get("project", "0").partition(".")[0]) > marked
        return own and (told is None or found.get("document") == str(len(told.events)))

    await eventually(cursors, is_done)


async def activities(caller: Caller, **asked: Any) -> list[activity_pb2.Activity]:
    return list((await caller.ListActivities(**asked)).activities)


async def kinds(caller: Caller, **asked: Any) -> list[str]:
    """The kinds of activities, the latest first."""
    return [Kind(each.kind).name for each in await activities(caller, **asked)]


async def notifications(caller: Caller, **asked: Any) -> list[notification_pb2.Notification]:
    return list((await caller.ListNotifications(**asked)).notifications)
