"""What a session may do follows what is granted: at once, whatever is under way, and whether or not it can be asked."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import grpc
import pytest

from mesh import faults
from mesh.authorization import Touched
from mesh.identity import TokenSigner, TokenVerifier
from mesh.wire import operation_to_proto
from ot.operation import insert_at
from services.collab.settings import CollabSettings
from shoal.collab.v1 import collab_pb2 as pb
from shoal.collab.v1.collab_pb2_grpc import CollabServiceStub
from shoal.error.v1.error_pb2 import (
    ERROR_REASON_DOCUMENT_NOT_FOUND,
    ERROR_REASON_PERMISSION_DENIED,
    ERROR_REASON_SESSION_NOT_FOUND,
)
from tests.integration.collab.grants import COMMENTER, EDITOR, NOTHING, VIEWER, GrantTable, StoppedLog
from tests.integration.collab.mesh import PATIENCE_S, Person, RunningMesh, running_mesh

_EVERYTHING = Touched(everything=True)


class World:
    """A mesh with permissions and a log that a test has in hand."""

    def __init__(self, mesh: RunningMesh, grants: GrantTable, log: StoppedLog) -> None:
        self.mesh, self.grants, self.log = mesh, grants, log


@asynccontextmanager
async def world(database_url: str, signer: TokenSigner, verifier: TokenVerifier) -> AsyncIterator[World]:
    grants, logs = GrantTable(), list[StoppedLog]()

    def around(log: Any) -> StoppedLog:
        logs.append(StoppedLog(log))
        return logs[0]

    settings = CollabSettings(permission_retry_s=0.01, log_retry_s=0.01, recent_operations=1)
    running = running_mesh(
        database_url, signer, verifier, collab_settings=settings, permissions=grants, around_log=around
    )
    async with running as mesh:
        yield World(mesh, grants, logs[0])


@pytest.fixture
async def here(database_url: str, signer: TokenSigner, verifier: TokenVerifier) -> AsyncIterator[World]:
    async with world(database_url, signer, verifier) as made:
        yield made


async def _raw(here: World, document: str, name: str, **more: Any) -> Person:
    return await here.mesh.join(document, name, raw=True, **more)


async def _closed(person: Person) -> pb.Closed:
    return (await person.frame("closed")).closed


@pytest.mark.parametrize(
    ("allowed", "role"), [(VIEWER, pb.ROLE_VIEWER), (COMMENTER, pb.ROLE_COMMENTER), (EDITOR, pb.ROLE_EDITOR)]
)
async def test_what_is_granted_decides_the_role(here: World, allowed: frozenset[Any], role: int) -> None:
    document = await here.mesh.create()
    here.grants.let("ada", allowed)
    ada = Person(here.mesh, "ada", document, "site-ada")
    here.mesh.people.append(ada)
    await ada.connect()
    assert (await ada.open()).role == role


async def test_who_may_not_read_hears_what_they_would_hear_if_it_were_not_there(here: World) -> None:
    document = await here.mesh.create()
    here.grants.let("eve", NOTHING)
    for name in (document, "documents/never-was"):
        eve = Person(here.mesh, "eve", name, "site-eve")
        here.mesh.people.append(eve)
        await eve.connect()
        await eve.send(open=pb.Open(document=name, site="site-eve"))
        fault = (await _closed(eve)).fault
        assert (fault.reason, dict(fault.metadata)) == (ERROR_REASON_DOCUMENT_NOT_FOUND, {"document": name})


@pytest.mark.parametrize("allowed", [VIEWER, COMMENTER])
async def test_an_edit_without_the_permission_is_refused_and_the_session_reads_on(
    here: World, allowed: frozenset[Any]
) -> None:
    document = await here.mesh.create()
    here.grants.let("bob", allowed)
    ada, bob = await here.mesh.join(document, "ada"), await here.mesh.join(document, "bob")
    bob.client.edit(insert_at(0, "mine"))
    await bob.fly()
    refused = (await bob.frame("refused")).refused
    assert (refused.first_site_sequence, refused.fault.reason) == (1, ERROR_REASON_PERMISSION_DENIED)
    ada.client.edit(insert_at(0, "hers"))
    await ada.synchronised()
    await bob.reach(1)
    assert await here.mesh.stored_text(document) == "hers"


async def test_a_session_that_may_not_read_any_more_is_closed_within_a_second_and_nobody_else(here: World) -> None:
    document = await here.mesh.create()
    ada, bob = await here.mesh.join(document, "ada"), await here.mesh.join(document, "bob")
    bob.client.edit(insert_at(0, "kept"))
    await bob.synchronised()
    before = time.monotonic()
    here.grants.let("bob", NOTHING)
    assert (await _closed(bob)).fault.reason == ERROR_REASON_PERMISSION_DENIED
    assert time.monotonic() - before < 1.0
    await bob.submit(1, 2, insert_at(0, "more"))
    assert (await bob.frame("stream_fault")).stream_fault.fault.reason == ERROR_REASON_SESSION_NOT_FOUND
    ada.client.edit(insert_at(4, "!"))
    await ada.synchronised()
    assert await here.mesh.stored_text(document) == "kept!"
    left = (await ada.frame("presence_changed")).presence_changed
    while "site-bob" not in left.left:
        left = (await ada.frame("presence_changed")).presence_changed


async def test_a_downgrade_is_read_only_on_the_spot_and_an_upgrade_writes_again(here: World) -> None:
    document = await here.mesh.create()
    bob = await _raw(here, document, "bob")
    for allowed, role in ((VIEWER, pb.ROLE_VIEWER), (COMMENTER, pb.ROLE_COMMENTER)):
        here.grants.let("bob", allowed)
        assert (await bob.frame("role_changed")).role_changed.role == role
        await bob.submit(0, 1, insert_at(0, "no"))
        assert (await bob.frame("refused")).refused.fault.reason == ERROR_REASON_PERMISSION_DENIED
    here.grants.let("bob", EDITOR)
    assert (await bob.frame("role_changed")).role_changed.role == pb.ROLE_EDITOR
    await bob.submit(0, 1, insert_at(0, "yes"))
    await bob.frame("committed")
    assert await here.mesh.stored_text(document) == "yes"


async def test_what_the_log_was_given_before_stays_and_what_waited_behind_it_is_refused(here: World) -> None:
    document = await here.mesh.create()
    ada, bob = await _raw(here, document, "ada"), await _raw(here, document, "bob")
    here.log.going.clear()
    here.log.append_began.clear()
    await ada.submit(0, 1, insert_at(0, "a"))
    await here.log.append_began.wait()
    await bob.submit(0, 1, insert_at(0, "b"))
    await bob.send(session=0, ping=pb.Ping())
    await bob.frame("pong")
    for name in ("ada", "bob"):
        here.grants.let(name, VIEWER)
    for person in (ada, bob):
        await person.frame("role_changed")
    here.log.going.set()
    committed = (await ada.frame("committed")).committed
    assert [each.site for each in committed.operations] == ["site-ada"]
    refused = (await bob.frame("refused")).refused
    assert (refused.first_site_sequence, refused.fault.reason) == (1, ERROR_REASON_PERMISSION_DENIED)
    assert await here.mesh.stored_text(document) == "a"


async def test_what_was_decided_and_not_yet_given_to_the_log_is_refused(here: World) -> None:
    document = await here.mesh.create()
    ada, bob = await _raw(here, document, "ada"), await _raw(here, document, "bob")
    for sequence in (1, 2, 3):
        await ada.submit(sequence - 1, sequence, insert_at(0, "a"))
        await ada.frame("committed")
    here.log.reading.clear()
    here.log.read_began.clear()
    await bob.submit(0, 1, insert_at(0, "b"))
    await here.log.read_began.wait()
    here.grants.let("bob", VIEWER)
    await bob.frame("role_changed")
    here.log.reading.set()
    assert (await bob.frame("refused")).refused.fault.reason == ERROR_REASON_PERMISSION_DENIED
    assert await here.mesh.stored_text(document) == "aaa"


async def test_a_session_is_closed_while_the_log_is_away_and_its_flight_is_not_appended_later(here: World) -> None:
    document = await here.mesh.create()
    ada, bob = await _raw(here, document, "ada"), await _raw(here, document, "bob")
    here.log.is_away = True
    here.log.append_began.clear()
    await bob.submit(0, 1, insert_at(0, "b"))
    await here.log.append_began.wait()
    here.grants.let("bob", NOTHING)
    assert (await _closed(bob)).fault.reason == ERROR_REASON_PERMISSION_DENIED
    here.log.is_away = False
    await ada.submit(0, 1, insert_at(0, "a"))
    await ada.frame("committed")
    assert await here.mesh.stored_text(document) == "a"


async def test_what_got_into_the_log_without_an_answer_is_acknowledged_not_refused(here: World) -> None:
    document = await here.mesh.create()
    bob = await _raw(here, document, "bob")
    here.log.lose_answers = 1
    await bob.submit(0, 1, insert_at(0, "b"))
    async with asyncio.timeout(PATIENCE_S):
        while not here.log.is_away:
            await asyncio.sleep(0)
    here.grants.let("bob", VIEWER)
    await bob.frame("role_changed")
    here.log.is_away = False
    assert list((await bob.frame("acknowledged")).acknowledged.revisions) == [1]
    assert await here.mesh.stored_text(document) == "b"
    assert not [each for each in bob.frames if each.HasField("refused")]


@pytest.mark.parametrize("may_write", [True, False])
async def test_while_permissions_cannot_be_asked_nothing_touched_is_committed_and_then_what_holds_counts(
    here: World, may_write: bool
) -> None:
    document = await here.mesh.create()
    ada, bob = await _raw(here, document, "ada"), await _raw(here, document, "bob")
    here.grants.is_reachable = False
    here.grants.let("bob", EDITOR if may_write else VIEWER)
    await bob.submit(0, 1, insert_at(0, "b"))
    await bob.send(session=0, ping=pb.Ping())
    await bob.frame("pong")
    await ada.submit(0, 1, insert_at(0, "a"))
    await ada.frame("committed")
    assert await here.mesh.stored_text(document) == "a"
    assert (await bob.frame("committed")).committed.operations[0].site == "site-ada", "who stays reads on"
    here.grants.is_reachable = True
    if may_write:
        assert (await bob.frame("committed")).committed.operations[0].site == "site-bob"
    else:
        assert (await bob.frame("refused")).refused.fault.reason == ERROR_REASON_PERMISSION_DENIED
    assert await here.mesh.stored_text(document) == ("ab" if may_write else "a")


@pytest.mark.parametrize("may_write", [True, False])
async def test_the_flight_of_who_went_away_is_committed_if_they_still_may_write(here: World, may_write: bool) -> None:
    document = await here.mesh.create()
    ada, bob = await _raw(here, document, "ada"), await _raw(here, document, "bob")
    here.log.going.clear()
    here.log.append_began.clear()
    await ada.submit(0, 1, insert_at(0, "a"))
    await here.log.append_began.wait()
    await bob.submit(0, 1, insert_at(0, "b"))
    await bob.send(close=pb.Close())
    await bob.send(session=0, ping=pb.Ping())
    await bob.frame("pong")
    here.log.is_away = True
    here.log.append_began.clear()
    here.log.going.set()
    await _closed(bob)
    await here.log.append_began.wait()
    asked = len(here.grants.asked)
    here.grants.let("bob", EDITOR if may_write else VIEWER)
    async with asyncio.timeout(PATIENCE_S):
        while here.grants.asked[asked:] != [("users/bob", document)]:
            await asyncio.sleep(0)
    here.log.is_away = False
    await ada.frame("committed")
    await ada.submit(1, 2, insert_at(1, "c"))
    sites = list[str]()
    while "site-ada" not in sites:
        sites += [each.site for each in (await ada.frame("committed")).committed.operations]
    assert ("site-bob" in sites) is may_write
    assert len(await here.mesh.stored_text(document)) == (3 if may_write else 2)


async def test_a_touch_that_changes_nothing_is_not_noticed(here: World) -> None:
    document = await here.mesh.create()
    bob = await _raw(here, document, "bob")
    above, itself = frozenset({"projects/p"}), frozenset({document})
    for revision, touched in enumerate((_EVERYTHING, Touched(resources=above), Touched(resources=itself))):
        before = len(here.grants.asked)
        here.grants.touch(touched)
        await bob.submit(revision, revision + 1, insert_at(0, "b"))
        async with asyncio.timeout(PATIENCE_S):
            while here.grants.asked[before:] != [("users/bob", document)]:
                await asyncio.sleep(0)
        await bob.frame("committed")
    assert not [each for each in bob.frames if each.WhichOneof("frame") in ("role_changed", "closed", "refused")]


async def test_a_touch_of_others_asks_for_nobody_here(here: World) -> None:
    document = await here.mesh.create()
    await _raw(here, document, "bob")
    before = len(here.grants.asked)
    here.grants.touch(Touched(subjects=frozenset({"users/ada"}), resources=frozenset({"documents/other"})))
    here.grants.touch(Touched(subjects=frozenset({"users/bob"})))
    async with asyncio.timeout(PATIENCE_S):
        while len(here.grants.asked) == before:
            await asyncio.sleep(0)
    assert here.grants.asked[before:] == [("users/bob", document)]


async def test_a_watch_ends_when_reading_is_lost(here: World) -> None:
    document = await here.mesh.create()
    ada = await _raw(here, document, "ada")
    async with grpc.aio.insecure_channel(here.mesh.address) as channel:
        request = pb.WatchDocumentRequest(name=document)
        call = CollabServiceStub(channel).WatchDocument(request, metadata=here.mesh.metadata("bob"))
        reading = asyncio.create_task(call.read())
        async with asyncio.timeout(PATIENCE_S):
            while not reading.done():
                await ada.submit(0, 1, insert_at(0, "a"))
                await asyncio.wait({reading}, timeout=0.05)
        here.grants.let("bob", NOTHING)
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await asyncio.wait_for(_to_the_end(call), PATIENCE_S)
    assert caught.value.code() is grpc.StatusCode.PERMISSION_DENIED


async def _to_the_end(call: Any) -> None:
    while await call.read():
        pass


async def test_a_call_under_way_is_refused_when_writing_is_lost(here: World) -> None:
    document = await here.mesh.create()
    ada = await _raw(here, document, "ada")
    here.log.going.clear()
    here.log.append_began.clear()
    await ada.submit(0, 1, insert_at(0, "a"))
    await here.log.append_began.wait()
    asked = len(here.grants.asked)
    async with grpc.aio.insecure_channel(here.mesh.address) as channel:
        request = pb.SubmitOperationRequest(name=document, operation=operation_to_proto(insert_at(0, "b")))
        call = CollabServiceStub(channel).SubmitOperation(request, metadata=here.mesh.metadata("bob"))
        answer = asyncio.ensure_future(call)
        async with asyncio.timeout(PATIENCE_S):
            while here.grants.asked[asked:] != [("users/bob", document)]:
                await asyncio.sleep(0)
        here.grants.let("bob", VIEWER)
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await answer
    fault = faults.from_rpc_error(caught.value)
    assert fault.reason == ERROR_REASON_PERMISSION_DENIED
    here.log.going.set()
    await ada.frame("committed")
    assert await here.mesh.stored_text(document) == "a"
