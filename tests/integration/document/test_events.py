"""ReadEvents: what happened to documents, who did it, in the order of commits, from any cursor on."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from typing import Any

import grpc
import pytest

from mesh.faults import Reason, from_rpc_error
from mesh.grpc_server import serve
from mesh.identity import SERVICE_AUDIENCE, TokenSigner, TokenVerifier
from mesh.settings import GrpcSettings
from shoal.document.v1 import document_pb2
from shoal.document.v1 import event_pb2 as pb
from shoal.document.v1.event_pb2_grpc import EventServiceStub
from shoal.event.v1 import event_pb2
from tests.conformance.log_host import LogHost, typed
from tests.integration.document.service import Caller, reached

WITHIN_S = 10.0


@pytest.fixture
async def ada(host: LogHost, signer: TokenSigner, verifier: TokenVerifier) -> AsyncIterator[Caller]:
    async with reached(host, verifier) as channel:
        yield Caller(channel, signer.sign("users/ada", lifetime_s=60))


async def read(host: LogHost, count: int, cursor: str = "") -> tuple[list[event_pb2.Event], str]:
    """At least so many events after a cursor, and the cursor behind them."""
    found: list[event_pb2.Event] = []
    async with asyncio.timeout(WITHIN_S), aclosing(host.app.events.read(cursor)) as reading:
        async for response in reading:
            found, cursor = [*found, *response.events], response.cursor
            if len(found) >= count:
                return found, cursor
    raise AssertionError("the stream ended")


def types(events: list[event_pb2.Event]) -> list[str]:
    return [each.type.removeprefix("collaboration.document.") for each in events]


async def test_each_deed_is_told_with_who_did_it_and_where(host: LogHost, ada: Caller) -> None:
    note = (await ada.create("Note", project="projects/plans", type=document_pb2.DOCUMENT_TYPE_PLAIN_TEXT)).name
    await host.log.append(typed(note, 0, "site-b", 1, 3))
    await ada.update(note, "title", "folder", title="Notes", folder="projects/plans/folders/drafts")
    await ada.delete(note)
    await ada.undelete(note)
    events, _ = await read(host, 6)
    assert types(events) == ["created", "updated", "renamed", "moved", "deleted", "undeleted"]
    assert {each.subject for each in events} == {note}
    assert {each.project for each in events} == {"projects/plans"}
    assert [each.actor for each in events] == ["users/ada", "users/site-b", *["users/ada"] * 4]
    _, edited, renamed, moved, *_ = events
    data = edited.document_edited
    assert (data.first_revision, data.last_revision, data.operations, data.inserted, data.deleted) == (1, 3, 3, 3, 0)
    assert (renamed.document_renamed.before, renamed.document_renamed.after) == ("Note", "Notes")
    assert (moved.document_moved.before, moved.document_moved.after) == (
        "projects/plans", "projects/plans/folders/drafts",
    )  # fmt: skip
    assert len({each.id for each in events}) == 6
    assert {each.source for each in events} == {"//shoal/document"}


async def test_what_is_erased_is_told_by_name_although_nothing_else_knows_it(host: LogHost, ada: Caller) -> None:
    note = (await ada.create("Note", project="projects/plans")).name
    await ada.delete(note)
    await ada.purge(note)
    async with asyncio.timeout(WITHIN_S):
        while await host.pool.fetchval("SELECT count(*) FROM document.documents"):
            await asyncio.sleep(0.02)  # Erasing has no event.
    [purged], _ = await read(host, 1)
    assert (purged.type, purged.subject) == ("collaboration.document.purged", note)
    assert (purged.actor, purged.project) == ("users/ada", "projects/plans")


async def test_what_a_document_begins_with_is_not_told_as_an_edit(host: LogHost, ada: Caller) -> None:
    note = (
        await ada.create("Note", source=document_pb2.Source(text="Hello", format=document_pb2.CONTENT_FORMAT_TEXT))
    ).name
    assert (await ada.get(note)).head_revision == 1
    [created], cursor = await read(host, 1)
    assert created.document_created.title == "Note"
    await host.log.append(typed(note, 1, "site-b", 1))
    events, _ = await read(host, 1, cursor)
    assert types(events) == ["updated"]


async def test_every_page_size_tells_the_same_and_each_cursor_goes_on_where_it_stands(
    host: LogHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    notes = [await host.create() for _ in range(3)]
    for site, note in enumerate(notes):
        await host.log.append(typed(note, 0, f"site-{site}", 1, 2))
    whole, _ = await read(host, 6)
    monkeypatch.setattr("services.document.following.events._PAGE_ROWS", 1)
    cursor, told = "", []
    while len(told) < len(whole):
        events, cursor = await read(host, 1, cursor)
        told += events
    assert sorted(each.id for each in told) == sorted(each.id for each in whole)
    assert sum(each.document_edited.operations for each in told) == 6


async def test_a_transaction_that_commits_late_is_told_after_all(host: LogHost) -> None:
    note = await host.create()
    key = await host.pool.fetchval("SELECT document_key FROM document.documents")
    _, cursor = await read(host, 1)
    async with host.pool.acquire() as slow:
        transaction = slow.transaction()
        await transaction.start()
        await slow.execute(
            "INSERT INTO document.outbox (document_key, first_revision, last_revision, kind) VALUES ($1, 0, 0, 4)", key
        )
        await host.log.append(typed(note, 0, "site-a", 1))
        reading = asyncio.create_task(read(host, 2, cursor))
        async with aclosing(host.app.events.read(cursor)) as looking:
            assert not (await anext(looking)).events, "nothing is told before it is sure what comes first"
        await transaction.commit()
    events, _ = await reading
    assert types(events) == ["deleted", "updated"]


@asynccontextmanager
async def reached_over_grpc(
    host: LogHost, signer: TokenSigner, verifier: TokenVerifier, subject: str, **more: Any
) -> AsyncIterator[tuple[Any, Any]]:
    settings = GrpcSettings(port=0, shutdown_grace_s=0.2)
    async with (
        serve(settings, verifier, [host.app.mounted_events]) as server,
        grpc.aio.insecure_channel(server.address) as channel,
    ):
        token = signer.sign(subject, lifetime_s=60, **more)
        yield EventServiceStub(channel), (("authorization", f"Bearer {token}"),)  # type: ignore[no-untyped-call]


async def test_services_are_told_over_grpc_and_people_are_not(
    host: LogHost, signer: TokenSigner, verifier: TokenVerifier
) -> None:
    await host.create()
    as_service = {"audience": SERVICE_AUDIENCE}
    async with reached_over_grpc(host, signer, verifier, "services/project", **as_service) as (stub, metadata):
        call = stub.ReadEvents(pb.ReadEventsRequest(), metadata=metadata)
        first = await call.read()
        assert types(list(first.events)) == ["created"]
        await host.create()
        async with asyncio.timeout(WITHIN_S):
            assert types(list((await call.read()).events)) == ["created"]
        call.cancel()
        with pytest.raises(grpc.aio.AioRpcError) as raised:
            await stub.ReadEvents(pb.ReadEventsRequest(cursor="nonsense"), metadata=metadata).read()
        assert from_rpc_error(raised.value).reason == Reason.ERROR_REASON_INVALID_FIELD
    async with reached_over_grpc(host, signer, verifier, "users/ada") as (stub, metadata):
        with pytest.raises(grpc.aio.AioRpcError) as raised:
            await stub.ReadEvents(pb.ReadEventsRequest(), metadata=metadata).read()
        assert from_rpc_error(raised.value).reason == Reason.ERROR_REASON_PERMISSION_DENIED
