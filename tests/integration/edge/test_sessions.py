"""Sessions of a socket: their numbers, what is refused, and what bad input cannot do to anybody else."""

from __future__ import annotations

import json
import random

import aiohttp
import pytest

from mesh.identity import TokenSigner, TokenVerifier
from shoal.collab.v1 import collab_pb2 as pb
from shoal.error.v1 import error_pb2
from tests.integration.edge.world import (
    JSON,
    PATIENCE_S,
    Reason,
    edge_world,
    open_frame,
    opened,
    submit_frame,
    until,
)


async def test_two_sockets_use_one_session_number_and_get_their_own_answers(
    signer: TokenSigner, verifier: TokenVerifier
) -> None:
    async with edge_world(signer, verifier) as world:
        ada, bob = await world.connect("ada"), await world.connect("bob")
        await ada.send(open_frame(7, site="ada"))
        of_ada = await world.collab.next("open")
        await bob.send(open_frame(7, site="bob"))
        of_bob = await world.collab.next("open")
        assert (of_ada.open.site, of_bob.open.site) == ("ada", "bob")
        assert of_ada.session != of_bob.session
        world.collab.say(opened(of_bob.session, 1, 20), opened(of_ada.session, 1, 10))
        for person, revision in ((ada, 10), (bob, 20)):
            answer = await person.frame("opened")
            assert (answer.session, answer.opened.revision) == (7, revision)


async def test_one_socket_has_many_sessions_each_under_its_number(signer: TokenSigner, verifier: TokenVerifier) -> None:
    async with edge_world(signer, verifier) as world:
        ada = await world.connect()
        numbers = {}
        for session in (3, 1, 4_000_000_000):
            numbers[session] = await world.enter(ada, room=session % 100 + 1, session=session)
        await ada.send(submit_frame(1), submit_frame(3), submit_frame(4_000_000_000))
        for session in (1, 3, 4_000_000_000):
            assert (await world.collab.next("submit")).session == numbers[session]
        refused = pb.Refused(first_site_sequence=1)
        for session in (4_000_000_000, 1):
            world.collab.say(pb.ServerFrame(session=numbers[session], refused=refused))
            assert (await ada.frame("refused")).session == session


async def test_frames_reach_collab_whole_and_in_order(signer: TokenSigner, verifier: TokenVerifier) -> None:
    async with edge_world(signer, verifier) as world:
        ada = await world.join("ada")
        for first in range(1, 301, 3):
            await ada.send(*(submit_frame(1, sequence, f"text {sequence} 😀") for sequence in range(first, first + 3)))
        for sequence in range(1, 301):
            arrived = await world.collab.next("submit")
            assert arrived.submit == submit_frame(1, sequence, f"text {sequence} 😀").submit


async def test_a_frame_for_a_session_of_somebody_else_is_refused_and_reaches_nobody(
    signer: TokenSigner, verifier: TokenVerifier
) -> None:
    async with edge_world(signer, verifier) as world:
        ada, eve = await world.connect("ada"), await world.connect("eve")
        number = await world.enter(ada, session=5)
        for session in {5, number}:
            await eve.send(submit_frame(session), pb.ClientFrame(session=session, close=pb.Close()))
            assert (await eve.fault()).reason == Reason.ERROR_REASON_SESSION_NOT_FOUND
            assert (await eve.fault()).reason == Reason.ERROR_REASON_SESSION_NOT_FOUND
        assert await eve.answers_ping()
        await ada.send(submit_frame(5, sequence=9))
        assert (await world.collab.next("submit")).submit.first_site_sequence == 9


@pytest.mark.parametrize(
    ("frame", "reason"),
    [
        (submit_frame(2), Reason.ERROR_REASON_SESSION_NOT_FOUND),
        (submit_frame(0), Reason.ERROR_REASON_SESSION_NOT_FOUND),
        (open_frame(1), Reason.ERROR_REASON_SESSION_ALREADY_OPEN),
        (open_frame(0), Reason.ERROR_REASON_INVALID_FIELD),
        (pb.ClientFrame(session=1), Reason.ERROR_REASON_EMPTY_FRAME),
        (pb.ClientFrame(), Reason.ERROR_REASON_EMPTY_FRAME),
    ],
)
async def test_a_bad_frame_is_told_why_and_its_neighbours_pass(
    frame: pb.ClientFrame, reason: int, signer: TokenSigner, verifier: TokenVerifier
) -> None:
    async with edge_world(signer, verifier) as world:
        ada = await world.join("ada")
        await ada.send(submit_frame(1, 1), frame, submit_frame(1, 2))
        assert (await ada.fault()).reason == reason
        assert (await world.collab.next("submit")).submit.first_site_sequence == 1
        assert (await world.collab.next("submit")).submit.first_site_sequence == 2


async def test_a_session_number_is_free_again_after_closed(signer: TokenSigner, verifier: TokenVerifier) -> None:
    async with edge_world(signer, verifier) as world:
        ada = await world.connect()
        number = await world.enter(ada)
        await ada.send(pb.ClientFrame(session=1, close=pb.Close()))
        assert (await world.collab.next("close")).session == number
        world.collab.say(pb.ServerFrame(session=number, closed=pb.Closed()))
        assert (await ada.frame("closed")).session == 1
        await ada.send(submit_frame(1))
        assert (await ada.fault()).reason == Reason.ERROR_REASON_SESSION_NOT_FOUND
        assert await world.enter(ada) != number


async def test_a_refused_open_leaves_the_number_free(signer: TokenSigner, verifier: TokenVerifier) -> None:
    async with edge_world(signer, verifier) as world:
        ada = await world.connect()
        await ada.send(open_frame(1))
        fault = error_pb2.Fault(reason=Reason.ERROR_REASON_DOCUMENT_NOT_FOUND)
        number = (await world.collab.next("open")).session
        world.collab.say(pb.ServerFrame(session=number, closed=pb.Closed(fault=fault)))
        assert (await ada.frame("closed")).closed.fault.reason == Reason.ERROR_REASON_DOCUMENT_NOT_FOUND
        assert await world.enter(ada) != number


async def test_a_fault_of_collab_about_one_session_goes_to_its_socket_alone(
    signer: TokenSigner, verifier: TokenVerifier
) -> None:
    async with edge_world(signer, verifier) as world:
        ada, bob = await world.connect("ada"), await world.join("bob")
        number = await world.enter(ada, session=9)
        fault = pb.StreamFault(fault=error_pb2.Fault(reason=Reason.ERROR_REASON_SESSION_NOT_FOUND))
        world.collab.say(pb.ServerFrame(session=number, stream_fault=fault))
        assert (await ada.frame("stream_fault")).session == 9
        assert await bob.answers_ping()


async def test_a_socket_that_goes_leaves_its_sessions(signer: TokenSigner, verifier: TokenVerifier) -> None:
    async with edge_world(signer, verifier) as world:
        ada = await world.connect()
        numbers = {await world.enter(ada, session=1), await world.enter(ada, session=2, room=2)}
        await ada.ws.close()
        assert {(await world.collab.next("close")).session, (await world.collab.next("close")).session} == numbers
        assert world.edge.relay.session_count == 0


async def test_ping_is_answered_by_the_edge_and_goes_no_further(signer: TokenSigner, verifier: TokenVerifier) -> None:
    async with edge_world(signer, verifier, relay_ping_s=3600) as world:
        ada = await world.connect()
        await until(lambda: world.edge.relay.is_up)
        before = world.collab.pings
        assert await ada.answers_ping()
        await ada.send(open_frame(1))
        await world.collab.next("open")
        assert world.collab.pings == before


async def test_the_edge_keeps_its_sessions_listed_by_pinging_the_stream(
    signer: TokenSigner, verifier: TokenVerifier
) -> None:
    async with edge_world(signer, verifier, relay_ping_s=0.02) as world:
        ada = await world.join("ada")
        before = world.collab.pings
        await until(lambda: world.collab.pings >= before + 3)
        assert await ada.answers_ping()


_MALFORMED_BINARY = {
    "a cut frame": b"\x0a\x7f\x08\x01",
    "no protobuf": b"\xff\xff\xff\xff",
    "text that is not UTF-8": pb.CollaborateRequest(frames=[open_frame(1, site="abcd")])
    .SerializeToString()
    .replace(b"abcd", b"\xff\xfe\xfd\xfc"),
    "an endless group": b"\x0b" * 1000,
}


@pytest.mark.parametrize("kind", sorted(_MALFORMED_BINARY))
async def test_a_malformed_binary_message_is_told_and_closes_its_socket_alone(
    kind: str, signer: TokenSigner, verifier: TokenVerifier
) -> None:
    async with edge_world(signer, verifier) as world:
        ada, eve = await world.join("ada"), await world.connect("eve")
        await eve.ws.send_bytes(_MALFORMED_BINARY[kind])
        assert (await eve.fault()).reason == Reason.ERROR_REASON_MALFORMED_MESSAGE
        assert await eve.closed() == 4400
        await ada.send(submit_frame(1))
        await world.collab.next("submit")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "null",
        "5",
        '{"frames":5}',
        '{"frames":[5]}',
        '{"frames":[{"nonsense":{}}]}',
        '{"frames":[{"session":-1,"close":{}}]}',
        '{"frames":[{"session":1e400,"close":{}}]}',
        '{"frames":[{"session":1,"open":{"document":"\\ud800"}}]}',
        '{"frames":[{"session":1,"open":{},"close":{}}]}',
        "[" * 100_000,
    ],
)
async def test_a_malformed_json_message_is_told_and_closes_its_socket_alone(
    text: str, signer: TokenSigner, verifier: TokenVerifier
) -> None:
    async with edge_world(signer, verifier) as world:
        ada, eve = await world.join("ada"), await world.connect("eve", protocols=(JSON,))
        await eve.ws.send_str(text)
        told = json.loads(await eve.ws.receive_str(timeout=PATIENCE_S))
        assert told["frames"][0]["streamFault"]["fault"]["reason"] == "ERROR_REASON_MALFORMED_MESSAGE"
        assert await eve.closed() == 4400
        assert await ada.answers_ping()


async def test_a_message_of_the_other_subprotocols_kind_is_malformed(
    signer: TokenSigner, verifier: TokenVerifier
) -> None:
    async with edge_world(signer, verifier) as world:
        binary, text = await world.connect("ada"), await world.connect("bob", protocols=(JSON,))
        await binary.ws.send_str('{"frames":[]}')
        await text.ws.send_bytes(b"")
        assert await binary.closed() == 4400
        assert await text.closed() == 4400


async def test_changed_bytes_never_harm_anybody_else(signer: TokenSigner, verifier: TokenVerifier) -> None:
    seed = random.SystemRandom().randrange(2**32)
    print(f"seed {seed}")
    chance = random.Random(seed)
    whole = pb.CollaborateRequest(frames=[submit_frame(1, 1, "text"), open_frame(2), submit_frame(3)])
    async with edge_world(signer, verifier, max_sockets_per_user=1000) as world:
        ada = await world.join("ada")
        for _ in range(150):
            eve = await world.connect("eve")
            changed = bytearray(whole.SerializeToString())
            for _ in range(chance.randrange(1, 6)):
                changed[chance.randrange(len(changed))] = chance.randrange(256)
            await eve.ws.send_bytes(bytes(changed))
            await eve.send(pb.ClientFrame(ping=pb.Ping(nonce=1)))
            assert await _pong_or_close_code(eve.ws) in ("pong", 4400)
            await eve.ws.close()
        assert await ada.answers_ping()
        assert world.edge.relay.is_up


async def _pong_or_close_code(ws: aiohttp.ClientWebSocketResponse) -> str | int | None:
    while True:
        message = await ws.receive(timeout=PATIENCE_S)
        if message.type is not aiohttp.WSMsgType.BINARY:
            return ws.close_code
        if any(frame.HasField("pong") for frame in pb.CollaborateResponse.FromString(message.data).frames):
            return "pong"


async def test_an_oversized_message_closes_its_socket_with_1009(signer: TokenSigner, verifier: TokenVerifier) -> None:
    async with edge_world(signer, verifier, max_frame_bytes=4096) as world:
        ada = await world.connect()
        await ada.send(submit_frame(1, text="x" * 5000))
        assert await ada.closed() == 1009


async def test_an_oversized_message_is_told_before_the_close(signer: TokenSigner, verifier: TokenVerifier) -> None:
    async with edge_world(signer, verifier, max_frame_bytes=4096) as world:
        ada = await world.connect()
        await ada.send(submit_frame(1, text="x" * 5000))
        assert (await ada.fault()).reason == Reason.ERROR_REASON_TOO_LARGE


@pytest.mark.parametrize("text", ["{}", "[]", '{"frames":[]}'])
async def test_a_message_without_frames_is_refused(text: str, signer: TokenSigner, verifier: TokenVerifier) -> None:
    async with edge_world(signer, verifier) as world:
        ada = await world.connect(protocols=(JSON,))
        await ada.ws.send_str(text)
        await ada.ws.send_str('{"frames":[{"ping":{}}]}')
        assert "streamFault" in await ada.ws.receive_str(timeout=PATIENCE_S)


async def test_a_socket_has_a_bounded_number_of_sessions(signer: TokenSigner, verifier: TokenVerifier) -> None:
    async with edge_world(signer, verifier) as world:
        ada = await world.connect()
        await ada.send(*(open_frame(session) for session in range(1, 2001)))
        assert (await ada.fault()).reason == Reason.ERROR_REASON_TOO_MANY_SESSIONS
