"""What goes to a room: the same bytes to all, order kept, and slow readers who cost nobody anything."""

from __future__ import annotations

import asyncio
import json

import pytest

from mesh.identity import TokenSigner, TokenVerifier
from shoal.collab.v1 import collab_pb2 as pb
from shoal.type.v1 import operation_pb2
from tests.integration.edge.world import (
    JSON,
    PATIENCE_S,
    Person,
    World,
    committed,
    edge_world,
    open_frame,
    opened,
    submit_frame,
    until,
)

_LARGE = "z" * 60_000


async def test_every_socket_of_a_room_gets_the_same_bytes_and_nobody_else_does(
    signer: TokenSigner, verifier: TokenVerifier
) -> None:
    async with edge_world(signer, verifier) as world:
        here = [await world.join(f"p{index}", room=1) for index in range(5)]
        elsewhere = await world.join("eve", room=2)
        world.collab.say(committed(1, 1, 2))
        expected = pb.CollaborateResponse(frames=[committed(1, 1, 2)]).SerializeToString()
        assert [await person.message() for person in here] == [expected] * 5
        assert await elsewhere.answers_ping()


@pytest.mark.parametrize("length", [1, 100, 125, 126, 127, 128, 65_000, 65_535, 65_536, 70_000])
async def test_room_frames_of_any_size_arrive_whole(length: int, signer: TokenSigner, verifier: TokenVerifier) -> None:
    async with edge_world(signer, verifier) as world:
        ada = await world.join("ada")
        world.collab.say(committed(1, 1, text="x" * length))
        world.collab.say(committed(1, 2))
        assert (
            await ada.message()
            == pb.CollaborateResponse(frames=[committed(1, 1, text="x" * length)]).SerializeToString()
        )
        assert (await ada.frame("committed")).committed.operations[0].revision == 2


async def test_frames_for_one_room_in_one_message_arrive_as_one_message(
    signer: TokenSigner, verifier: TokenVerifier
) -> None:
    async with edge_world(signer, verifier) as world:
        ada = await world.join("ada", room=300)
        frames = [committed(300, 1), committed(300, 2), committed(300, 3)]
        world.collab.say(*frames)
        assert await ada.message() == pb.CollaborateResponse(frames=frames).SerializeToString()


async def test_room_and_session_frames_keep_their_order(signer: TokenSigner, verifier: TokenVerifier) -> None:
    async with edge_world(signer, verifier) as world:
        ada = await world.connect()
        number = await world.enter(ada, room=1)
        await world.enter(ada, room=2, session=2)
        acknowledged = pb.ServerFrame(
            session=number, acknowledged=pb.Acknowledged(first_site_sequence=1, revisions=[2])
        )
        world.collab.say(committed(1, 1), acknowledged, committed(1, 2), committed(2, 7), committed(1, 3))
        assert (await ada.frame("committed")).committed.operations[0].revision == 1
        assert (await ada.frame("acknowledged")).session == 1
        rest = [await ada.frame("committed") for _ in range(3)]
        assert [f.committed.operations[0].revision for f in rest if f.room == 1] == [2, 3]
        assert [f.committed.operations[0].revision for f in rest if f.room == 2] == [7]


async def test_room_frames_begin_right_after_opened_and_end_with_closed(
    signer: TokenSigner, verifier: TokenVerifier
) -> None:
    async with edge_world(signer, verifier) as world:
        ada = await world.connect()
        await ada.send(open_frame(1))
        number = (await world.collab.next("open")).session
        closed = pb.ServerFrame(session=number, closed=pb.Closed())
        world.collab.say(committed(1, 1), opened(number, 1, 1), committed(1, 2), closed, committed(1, 3))
        assert (await ada.frame("opened")).opened.revision == 1
        assert (await ada.frame("committed")).committed.operations[0].revision == 2
        await ada.frame("closed")
        assert await ada.answers_ping()


async def test_json_and_binary_share_a_room(signer: TokenSigner, verifier: TokenVerifier) -> None:
    async with edge_world(signer, verifier) as world:
        ada = await world.join("ada")
        bob = await world.connect("bob", protocols=(JSON,))
        asked = {"session": 1, "open": {"document": "documents/notes", "site": "bob", "afterRevision": "3"}}
        await bob.ws.send_str(json.dumps({"frames": [asked]}))
        arrived = await world.collab.next("open")
        assert (arrived.open.site, arrived.open.after_revision) == ("bob", 3)
        world.collab.say(opened(arrived.session, 1, 4, title="Ünïcode 😀"))
        got = json.loads(await bob.ws.receive_str(timeout=PATIENCE_S))["frames"][0]
        assert (got["session"], got["opened"]["revision"], got["opened"]["title"]) == (1, "4", "Ünïcode 😀")
        world.collab.say(committed(1, 5, text="😀"))
        assert (await ada.frame("committed")).committed.operations[0].revision == 5
        shown = json.loads(await bob.ws.receive_str(timeout=PATIENCE_S))["frames"][0]
        assert shown["room"] == 1
        assert shown["committed"]["operations"][0]["operation"]["components"][0]["insert"] == "😀"


async def _fall_behind(world: World, slow: Person, fast: Person) -> int:
    """Send the room more than `slow`, who reads nothing, can have unread. Returns the last revision sent.

    `fast` gets every revision meanwhile.
    """
    revision = 0
    while not world.edge.relay._behind:
        for _ in range(20):
            revision += 1
            world.collab.say(committed(1, revision, text=_LARGE))
            assert (await fast.frame("committed")).committed.operations[0].revision == revision
        assert revision < 1000, "never behind"
    return revision


async def _revisions_until_opened(slow: Person) -> tuple[list[int], pb.ServerFrame]:
    """Read until the session is opened again; return the revisions that came before, and the Opened."""
    revisions: list[int] = []
    while True:
        response = pb.CollaborateResponse.FromString(await slow.message())
        for frame in response.frames:
            if frame.HasField("opened"):
                return revisions, frame
            revisions += [each.revision for each in frame.committed.operations]


async def test_a_slow_reader_is_caught_up_once_and_disturbs_nobody(
    signer: TokenSigner, verifier: TokenVerifier
) -> None:
    async with edge_world(signer, verifier) as world:
        slow, fast = await world.connect("slow"), await world.join("fast")
        number = await world.enter(slow, session=3)
        head = await _fall_behind(world, slow, fast)
        reading = asyncio.create_task(_revisions_until_opened(slow))
        resync = await world.collab.next("resync")
        assert (resync.session, resync.resync.pending) == (number, True)
        last = resync.resync.after_revision
        assert 0 < last < head
        world.collab.say(committed(1, head + 1))
        await fast.frame("committed")
        missed = [operation_pb2.CommittedOperation(revision=r) for r in range(last + 1, head + 2)]
        world.collab.say(opened(number, 1, head + 1, operations=missed), committed(1, head + 2))
        before, caught_up = await reading
        assert before == list(range(1, last + 1)), "everything up to what the edge says was sent, and nothing after it"
        assert caught_up.session == 3
        assert [each.revision for each in caught_up.opened.operations] == list(range(last + 1, head + 2))
        assert (await slow.frame("committed")).committed.operations[0].revision == head + 2
        assert (await fast.frame("committed")).committed.operations[0].revision == head + 2


async def test_a_slow_reader_holds_a_bounded_part_of_memory(signer: TokenSigner, verifier: TokenVerifier) -> None:
    bound = 128 * 1024
    async with edge_world(signer, verifier, max_socket_backlog_bytes=bound) as world:
        slow, fast = await world.join("slow"), await world.join("fast")
        head = await _fall_behind(world, slow, fast)
        socket = next(s for s in world.edge.sockets._open if s.identity.subject == slow.subject)
        held = socket._transport.get_write_buffer_size()
        assert held <= bound + 2 * len(_LARGE)
        for revision in range(head + 1, head + 50):
            world.collab.say(committed(1, revision, text=_LARGE))
            await fast.frame("committed")
        assert socket._transport.get_write_buffer_size() <= held


async def test_a_slow_reader_can_still_write(signer: TokenSigner, verifier: TokenVerifier) -> None:
    async with edge_world(signer, verifier) as world:
        slow, fast = await world.join("slow"), await world.join("fast")
        await _fall_behind(world, slow, fast)
        await slow.send(submit_frame(1, sequence=4))
        assert (await world.collab.next("submit")).submit.first_site_sequence == 4


async def test_who_leaves_while_behind_is_asked_nothing_more(signer: TokenSigner, verifier: TokenVerifier) -> None:
    async with edge_world(signer, verifier) as world:
        slow, fast = await world.connect("slow"), await world.join("fast")
        number = await world.enter(slow)
        await _fall_behind(world, slow, fast)
        await slow.send(pb.ClientFrame(session=1, close=pb.Close()))
        await world.collab.next("close")
        world.collab.say(pb.ServerFrame(session=number, closed=pb.Closed()), committed(1, 9999))
        await fast.frame("committed")
        assert not world.edge.relay._behind


async def test_a_reader_that_takes_nothing_at_all_is_let_go(signer: TokenSigner, verifier: TokenVerifier) -> None:
    async with edge_world(signer, verifier, lagging_timeout_s=0.1) as world:
        slow, fast = await world.connect("slow"), await world.join("fast")
        number = await world.enter(slow)
        head = await _fall_behind(world, slow, fast)
        assert (await world.collab.next("close")).session == number
        world.collab.say(committed(1, head + 1))
        assert (await fast.frame("committed")).committed.operations[0].revision == head + 1


async def test_what_a_let_go_reader_held_is_freed(signer: TokenSigner, verifier: TokenVerifier) -> None:
    async with edge_world(signer, verifier, lagging_timeout_s=0.1) as world:
        slow, fast = await world.join("slow"), await world.join("fast")
        await _fall_behind(world, slow, fast)
        socket = next(s for s in world.edge.sockets._open if s.identity.subject == slow.subject)
        await world.collab.next("close")
        async with asyncio.timeout(20):
            await until(lambda: world.edge.sockets.count == 1)
        assert socket._transport.get_write_buffer_size() == 0


async def test_a_socket_with_two_sessions_in_a_room_gets_one_copy(signer: TokenSigner, verifier: TokenVerifier) -> None:
    async with edge_world(signer, verifier) as world:
        ada = await world.join("ada")
        await world.enter(ada, session=2)
        world.collab.say(committed(1, 1), pb.ServerFrame(room=2, checkpoint=pb.Checkpoint(revision=1)))
        await ada.frame("committed")
        assert await ada.answers_ping()


async def test_asking_for_content_without_reading_it_holds_a_bounded_part_of_memory(
    signer: TokenSigner, verifier: TokenVerifier
) -> None:
    async with edge_world(signer, verifier) as world:
        ada = await world.connect()
        number = await world.enter(ada)
        socket = next(iter(world.edge.sockets._open))
        content = operation_pb2.Content(components=[operation_pb2.Component(insert=_LARGE)])
        for _ in range(200):
            await ada.send(pb.ClientFrame(session=1, resync=pb.Resync()))
            try:
                async with asyncio.timeout(1):
                    await world.collab.next("resync")
            except TimeoutError:
                break
            world.collab.say(opened(number, 1, 0, is_snapshot=True, content=content))
        assert socket._transport.get_write_buffer_size() < 2 * 1024 * 1024


async def test_pinging_without_reading_holds_a_bounded_part_of_memory(
    signer: TokenSigner, verifier: TokenVerifier
) -> None:
    async with edge_world(signer, verifier) as world:
        ada = await world.connect()
        socket = next(iter(world.edge.sockets._open))
        pings = [pb.ClientFrame(ping=pb.Ping(nonce=2**60))] * 20_000
        try:
            async with asyncio.timeout(3):
                for _ in range(40):
                    await ada.send(*pings)
        except TimeoutError:
            pass
        await until(lambda: socket._transport.get_write_buffer_size() > 0)
        assert socket._transport.get_write_buffer_size() < 2 * 1024 * 1024


async def test_a_peer_that_vanishes_while_it_is_written_to_harms_nobody(
    signer: TokenSigner, verifier: TokenVerifier
) -> None:
    async with edge_world(signer, verifier) as world:
        gone, fast = await world.join("gone"), await world.join("fast")
        socket = next(s for s in world.edge.sockets._open if s.identity.subject == gone.subject)
        for revision in range(1, 4):
            world.collab.say(committed(1, revision))
        socket._transport.abort()  # as when the peer resets the connection: closed, and nobody has noticed yet
        for revision in range(1, 4):
            assert (await fast.frame("committed", 3)).committed.operations[0].revision == revision
        assert await gone.closed() == 1006
        assert world.edge.relay.is_up
        assert (await world.http.get(f"{world.url}/health/live")).status == 200
