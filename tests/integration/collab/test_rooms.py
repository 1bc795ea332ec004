"""Rooms, over real gRPC, on a real PostgreSQL."""

from __future__ import annotations

import asyncio
import random

import grpc
import pytest

from mesh.identity import TokenSigner, TokenVerifier
from mesh.wire import operation_to_proto
from ot.operation import delete_at, format_at, insert_at
from services.collab.settings import CollabSettings
from shoal.collab.v1 import collab_pb2 as pb
from shoal.collab.v1.collab_pb2_grpc import CollabServiceStub
from shoal.error.v1.error_pb2 import ErrorReason
from tests.integration.collab.mesh import PATIENCE_S, Person, RunningMesh, running_mesh


async def test_two_people_end_with_one_text_which_is_the_stored_one(mesh: RunningMesh) -> None:
    document = await mesh.create()
    ada, bob = await mesh.join(document, "ada"), await mesh.join(document, "bob")
    for index in range(30):
        ada.client.edit(insert_at(0, "a"))
        bob.client.edit(insert_at(index // 2 if index // 2 <= len(bob.text) else 0, "b"))
        await ada.fly()
        await bob.fly()
    await ada.synchronised()
    await bob.synchronised()
    await ada.reach(60)
    await bob.reach(60)
    assert ada.text == bob.text == await mesh.stored_text(document)
    assert len(ada.text) == 60


async def test_a_resent_flight_is_acknowledged_with_its_first_revisions_and_applied_once(mesh: RunningMesh) -> None:
    document = await mesh.create()
    ada = await mesh.join(document, "ada", raw=True)
    await ada.submit(0, 1, insert_at(0, "h"), insert_at(1, "i"))
    await ada.frame("committed")
    await ada.disconnect()
    await ada.connect()
    await ada.open(after_revision=0)
    await ada.submit(0, 1, insert_at(0, "h"), insert_at(1, "i"))
    answer = (await ada.frame("acknowledged")).acknowledged
    assert (answer.first_site_sequence, list(answer.revisions)) == (1, [1, 2])
    assert await mesh.stored_text(document) == "hi"


async def test_a_resend_after_a_restart_of_everything_changes_nothing(
    database_url: str, signer: TokenSigner, verifier: TokenVerifier
) -> None:
    async with running_mesh(database_url, signer, verifier) as mesh:
        document = await mesh.create()
        ada = await mesh.join(document, "ada", raw=True)
        await ada.submit(0, 1, insert_at(0, "once"))
        await ada.frame("committed")
    async with running_mesh(database_url, signer, verifier) as mesh:
        ada = await mesh.join(document, "ada", raw=True)
        await ada.submit(0, 1, insert_at(0, "once"))
        assert list((await ada.frame("acknowledged")).acknowledged.revisions) == [1]
        assert await mesh.stored_text(document) == "once"


async def test_whoever_comes_back_keeps_what_was_typed_meanwhile(mesh: RunningMesh) -> None:
    document = await mesh.create()
    ada, bob = await mesh.join(document, "ada"), await mesh.join(document, "bob")
    await ada.disconnect()
    ada.client.edit(insert_at(0, "offline "))
    for index in range(1500):
        bob.client.edit(insert_at(index, "b"))
    await bob.synchronised()
    await ada.connect()
    opened = await ada.open(pending=True)
    assert not opened.is_snapshot
    await ada.reach(1500)
    await ada.synchronised()
    await bob.reach(1501)
    assert ada.text == bob.text == await mesh.stored_text(document)
    assert "offline " in bob.text


async def test_an_answer_that_was_lost_is_found_when_the_client_comes_back(mesh: RunningMesh) -> None:
    document = await mesh.create()
    ada = await mesh.join(document, "ada")
    ada.client.edit(insert_at(0, "x"))
    await ada.fly()
    watcher = await mesh.join(document, "bob")
    await watcher.reach(1)
    ada_before = Person(mesh, "ada", document, "site-ada")
    await ada.disconnect()
    ada_before.client.edit(insert_at(0, "x"))
    ada_before.client.take_flight(10)
    mesh.people.append(ada_before)
    await ada_before.connect()
    await ada_before.open(after_revision=0, pending=True)
    await ada_before.reach(1)
    assert not ada_before.client.pending
    assert ada_before.text == "x" == await mesh.stored_text(document)


async def test_a_base_far_behind_what_the_room_remembers_is_transformed(
    database_url: str, signer: TokenSigner, verifier: TokenVerifier
) -> None:
    settings = CollabSettings(recent_operations=5)
    async with running_mesh(database_url, signer, verifier, collab_settings=settings) as mesh:
        document = await mesh.create()
        ada, bob = await mesh.join(document, "ada"), await mesh.join(document, "bob")
        for index in range(50):
            ada.client.edit(insert_at(index, "a"))
        await ada.synchronised()
        await bob.submit(10, 1, insert_at(10, "B"))
        await ada.reach(51)
        assert ada.text == "a" * 50 + "B" == await mesh.stored_text(document)


async def test_two_nodes_on_one_document_are_slow_and_never_wrong(
    database_url: str, signer: TokenSigner, verifier: TokenVerifier
) -> None:
    async with (
        running_mesh(database_url, signer, verifier) as one,
        running_mesh(database_url, signer, verifier) as two,
    ):
        document = await one.create()
        people = [await one.join(document, "ada"), await two.join(document, "bob")]
        chance = random.Random(7)
        for _ in range(100):
            person = chance.choice(people)
            person.client.edit(insert_at(chance.randint(0, len(person.text)), person.name[0]))
            await person.fly()
        for person in people:
            await person.synchronised()
        for person in people:
            await person.reach(100)
        assert people[0].text == people[1].text == await one.stored_text(document)
        assert len(people[0].text) == 100


async def test_whoever_comes_from_a_node_that_knows_more_is_let_in_where_less_is_known(
    database_url: str, signer: TokenSigner, verifier: TokenVerifier
) -> None:
    never_looks = CollabSettings(head_poll_interval_s=3600)
    async with (
        running_mesh(database_url, signer, verifier) as one,
        running_mesh(database_url, signer, verifier, collab_settings=never_looks) as two,
    ):
        document = await one.create()
        bob, ada = await two.join(document, "bob"), await one.join(document, "ada")
        ada.client.edit(insert_at(0, "news"))
        await ada.synchronised()
        moved = await two.join(document, "ada", site="moved", raw=True, after_revision=1)
        await bob.reach(1)
        assert bob.text == "news"
        await moved.send(session=2, open={"document": document, "site": "dreamer", "after_revision": 2})
        closed = (await moved.frame("closed")).closed
        assert closed.fault.reason == ErrorReason.ERROR_REASON_REVISION_AHEAD


@pytest.mark.parametrize(
    ("base", "first", "operations", "reason"),
    [
        (0, 2, [insert_at(0, "x")], ErrorReason.ERROR_REASON_SITE_SEQUENCE_GAP),
        (9, 1, [insert_at(0, "x")], ErrorReason.ERROR_REASON_REVISION_AHEAD),
        (1, 1, [insert_at(99, "x")], ErrorReason.ERROR_REASON_OPERATION_TOO_LONG),
        (1, 1, [delete_at(1, 1)], ErrorReason.ERROR_REASON_SURROGATE_SPLIT),
        (1, 1, [format_at(0, 1, {"bold": True})], ErrorReason.ERROR_REASON_FORMAT_NOT_ALLOWED),
        (1, 1, [], ErrorReason.ERROR_REASON_INVALID_FIELD),
        (1, 1, [insert_at(0, "x")] * 1001, ErrorReason.ERROR_REASON_TOO_LARGE),
        (1, 1, [insert_at(0, "x" * 300_000)], ErrorReason.ERROR_REASON_TOO_LARGE),
    ],
)
async def test_a_bad_flight_is_refused_and_disturbs_nobody(
    database_url: str,
    signer: TokenSigner,
    verifier: TokenVerifier,
    base: int,
    first: int,
    operations: list,
    reason: int,
) -> None:
    async with running_mesh(database_url, signer, verifier) as mesh:
        document = await mesh.create()
        bystander = await mesh.join(document, "bystander")
        bystander.client.edit(insert_at(0, "a\N{FISH}b"))
        await bystander.synchronised()
        mallory = await mesh.join(document, "mallory")
        await mallory.submit(base, first, *operations)
        refused = (await mallory.frame("refused")).refused
        assert refused.fault.reason == reason, refused
        assert refused.first_site_sequence == first
        bystander.client.edit(insert_at(0, "!"))
        await bystander.synchronised()
        await mallory.reach(2)
        assert mallory.text == await mesh.stored_text(document) == "!a\N{FISH}b"


async def test_frames_that_cannot_be_taken_are_answered_and_the_stream_goes_on(mesh: RunningMesh) -> None:
    document = await mesh.create()
    ada = await mesh.join(document, "ada")
    await ada.send(session=7, submit=pb.Submit(base_revision=0, first_site_sequence=1))
    assert (await ada.frame("stream_fault")).stream_fault.fault.reason == ErrorReason.ERROR_REASON_SESSION_NOT_FOUND
    await ada.send(open=pb.Open(document=document, site="site-ada"))
    fault = (await ada.frame("stream_fault")).stream_fault.fault
    assert fault.reason == ErrorReason.ERROR_REASON_SESSION_ALREADY_OPEN
    await ada.send(session=1)
    assert (await ada.frame("stream_fault")).stream_fault.fault.reason == ErrorReason.ERROR_REASON_EMPTY_FRAME
    await ada.send(session=3, open=pb.Open(document="documents/none", site="s"))
    assert (await ada.frame("closed")).closed.fault.reason == ErrorReason.ERROR_REASON_DOCUMENT_NOT_FOUND
    await ada.send(session=4, open=pb.Open(document=document, site="not a site"))
    assert (await ada.frame("closed")).closed.fault.reason == ErrorReason.ERROR_REASON_INVALID_FIELD
    await ada.send(session=5, open=pb.Open(document=document, site="s5", token="a.b.c"))
    assert (await ada.frame("closed")).closed.fault.reason == ErrorReason.ERROR_REASON_TOKEN_INVALID
    ada.client.edit(insert_at(0, "still here"))
    await ada.synchronised()
    assert await mesh.stored_text(document) == "still here"


async def test_malformed_bytes_on_a_stream_are_answered_and_the_stream_goes_on(mesh: RunningMesh) -> None:
    async with grpc.aio.insecure_channel(mesh.address) as channel:
        call = channel.stream_stream("/shoal.collab.v1.CollabService/Collaborate")(metadata=mesh.metadata("ada"))
        await call.write(b"\xff\xff\xff")
        response = pb.CollaborateResponse.FromString(await asyncio.wait_for(call.read(), PATIENCE_S))
        assert response.frames[0].stream_fault.fault.reason == ErrorReason.ERROR_REASON_MALFORMED_MESSAGE
        ping = pb.CollaborateRequest(frames=[pb.ClientFrame(ping=pb.Ping(nonce=7))])
        await call.write(ping.SerializeToString())
        response = pb.CollaborateResponse.FromString(await asyncio.wait_for(call.read(), PATIENCE_S))
        assert response.frames[0].pong.nonce == 7
        call.cancel()


async def test_a_site_cannot_be_used_by_another_author(mesh: RunningMesh) -> None:
    document = await mesh.create()
    ada = await mesh.join(document, "ada", site="shared")
    ada.client.edit(insert_at(0, "mine"))
    await ada.synchronised()
    mallory = Person(mesh, "mallory", document, "shared")
    mesh.people.append(mallory)
    await mallory.connect()
    await mallory.send(open=pb.Open(document=document, site="shared"))
    closed = (await mallory.frame("closed")).closed
    assert closed.fault.reason == ErrorReason.ERROR_REASON_SITE_OF_ANOTHER_AUTHOR


async def test_the_same_site_elsewhere_replaces_the_older_session(mesh: RunningMesh) -> None:
    document = await mesh.create()
    older = await mesh.join(document, "ada", site="tab")
    await mesh.join(document, "ada", site="tab")
    assert (await older.frame("closed")).closed.fault.reason == ErrorReason.ERROR_REASON_SESSION_REPLACED


async def test_a_second_flight_before_the_first_is_answered_is_refused_or_taken_in_turn(mesh: RunningMesh) -> None:
    document = await mesh.create()
    ada = await mesh.join(document, "ada", raw=True)
    two = [
        pb.ClientFrame(
            session=1,
            submit=pb.Submit(
                base_revision=0, first_site_sequence=number, operations=[operation_to_proto(insert_at(0, str(number)))]
            ),
        )
        for number in (1, 2)
    ]
    await ada._call.write(pb.CollaborateRequest(frames=two))
    assert (await ada.frame("refused")).refused.fault.reason == ErrorReason.ERROR_REASON_FLIGHT_OUTSTANDING
    await ada.frame("committed")
    assert await mesh.stored_text(document) == "1"


async def test_cursors_are_seen_moved_and_gone(mesh: RunningMesh) -> None:
    document = await mesh.create()
    ada, bob = await mesh.join(document, "ada"), await mesh.join(document, "bob")
    ada.client.edit(insert_at(0, "hello"))
    await ada.synchronised()
    await bob.reach(1)
    await bob.send(update_presence=pb.UpdatePresence(selection={"anchor": 2, "head": 4}, revision=1))
    async with asyncio.timeout(PATIENCE_S):
        while True:
            news = (await ada.frame("presence_changed")).presence_changed
            seen = [each for each in news.participants if each.site == bob.site and each.HasField("selection")]
            if seen:
                break
    assert (seen[0].display_name, seen[0].selection.anchor, seen[0].selection.head) == ("bob", 2, 4)
    ada.client.edit(insert_at(0, ">> "))
    await ada.synchronised()
    async with grpc.aio.insecure_channel(mesh.address) as channel:
        answer = await CollabServiceStub(channel).ListParticipants(
            pb.ListParticipantsRequest(name=document), metadata=mesh.metadata("carol")
        )
    where = {each.site: (each.selection.anchor, each.selection.head) for each in answer.participants}
    assert where[bob.site] == (5, 7)
    await bob.disconnect()
    async with asyncio.timeout(PATIENCE_S):
        while bob.site not in (await ada.frame("presence_changed")).presence_changed.left:
            pass


async def test_checkpoints_tell_the_hash_of_what_everybody_holds(mesh: RunningMesh) -> None:
    document = await mesh.create(plain=False)
    ada = await mesh.join(document, "ada")
    ada.client.edit(insert_at(0, "bold \N{WHALE}", {"bold": True}))
    await ada.synchronised()
    async with asyncio.timeout(PATIENCE_S):
        while (checkpoint := (await ada.frame("checkpoint")).checkpoint).revision < 2:
            pass
    assert ada.client.document is not None
    assert checkpoint.hash == ada.client.document.hash()


async def test_an_operation_without_a_stream_is_transformed_or_refused_as_asked(mesh: RunningMesh) -> None:
    document = await mesh.create()
    async with grpc.aio.insecure_channel(mesh.address) as channel:
        stub = CollabServiceStub(channel)

        async def submit(**request: object) -> pb.SubmitOperationResponse:
            return await stub.SubmitOperation(
                pb.SubmitOperationRequest(name=document, **request), metadata=mesh.metadata("ada")
            )

        first = await submit(positional_operation={"type": "TYPE_INSERT", "content": "world"})
        assert (first.operation.revision, list(first.transformed_against)) == (1, [])
        second = await submit(operation=operation_to_proto(insert_at(0, "hello ")), base_revision=0)
        assert (second.operation.revision, list(second.transformed_against)) == (2, [1])
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await submit(operation=operation_to_proto(insert_at(0, "x")), require_revision=1)
        assert caught.value.code() is grpc.StatusCode.FAILED_PRECONDITION
        request_id = "123e4567-e89b-42d3-a456-426614174000"
        once = await submit(operation=operation_to_proto(insert_at(0, "!")), request_id=request_id)
        again = await submit(operation=operation_to_proto(insert_at(0, "!")), request_id=request_id)
        assert once.operation.revision == again.operation.revision == 3
    assert (await mesh.stored_text(document)).count("!") == 1


async def test_a_watcher_sees_every_operation_once_from_where_it_asked(mesh: RunningMesh) -> None:
    document = await mesh.create()
    ada = await mesh.join(document, "ada")
    for index in range(20):
        ada.client.edit(insert_at(index, "a"))
    await ada.synchronised()
    async with grpc.aio.insecure_channel(mesh.address) as channel:
        call = CollabServiceStub(channel).WatchDocument(
            pb.WatchDocumentRequest(name=document, after_revision=5), metadata=mesh.metadata("bob")
        )
        seen: list[int] = []
        async with asyncio.timeout(PATIENCE_S):
            async for response in call:
                seen += [each.revision for each in response.operations]
                if seen[-1] == 20:
                    ada.client.edit(insert_at(0, "b"))
                    await ada.fly()
                if seen[-1] == 21:
                    break
        call.cancel()
    assert seen == list(range(6, 22))


async def test_without_a_token_nothing_is_answered_but_health_and_reflection(mesh: RunningMesh) -> None:
    async with grpc.aio.insecure_channel(mesh.address) as channel:
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await CollabServiceStub(channel).ListParticipants(pb.ListParticipantsRequest(name="documents/x"))
    assert caught.value.code() is grpc.StatusCode.UNAUTHENTICATED
