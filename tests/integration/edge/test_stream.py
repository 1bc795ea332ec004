"""The one stream to collab: lost, found again, pushed back, and ended in order."""

from __future__ import annotations

import asyncio

import grpc
import pytest

from mesh.identity import TokenSigner, TokenVerifier
from shoal.collab.v1 import collab_pb2 as pb
from tests.integration.edge.world import Reason, committed, edge_world, submit_frame, until


async def test_the_edge_has_one_stream_for_all_and_speaks_as_a_service(
    signer: TokenSigner, verifier: TokenVerifier
) -> None:
    async with edge_world(signer, verifier) as world:
        people = [await world.join(f"p{index}") for index in range(4)]
        assert [(caller.subject, caller.is_service) for caller in world.collab.callers] == [("services/edge", True)]
        assert all([await person.answers_ping() for person in people])


@pytest.mark.parametrize(
    "status", [grpc.StatusCode.OK, grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.CANCELLED, grpc.StatusCode.INTERNAL]
)
async def test_however_the_stream_ends_clients_are_sent_back_and_find_a_new_one(
    status: grpc.StatusCode, signer: TokenSigner, verifier: TokenVerifier
) -> None:
    async with edge_world(signer, verifier) as world:
        ada = await world.join("ada")
        world.collab.end_stream(status)
        assert await ada.closed() == 1012
        await world.collab.stream_opened()
        again = await world.join("ada", room=9)
        world.collab.say(committed(9, 1))
        assert (await again.frame("committed")).room == 9


async def test_a_restart_of_collab_is_survived(signer: TokenSigner, verifier: TokenVerifier) -> None:
    async with edge_world(signer, verifier) as world:
        ada = await world.join("ada")
        await world.restart_services()
        assert await ada.closed() == 1012
        await world.collab.stream_opened()
        again = await world.join("ada")
        await again.send(submit_frame(1))
        await world.collab.next("submit")


async def test_numbers_of_a_lost_stream_mean_nothing_on_the_next(signer: TokenSigner, verifier: TokenVerifier) -> None:
    async with edge_world(signer, verifier) as world:
        ada, bob = await world.join("ada", room=1), await world.connect("bob")
        world.collab.end_stream(grpc.StatusCode.UNAVAILABLE)
        assert await ada.closed() == 1012
        await world.collab.stream_opened()
        await world.enter(bob, room=2)
        world.collab.say(committed(1, 1), committed(2, 5))
        assert (await bob.frame("committed")).committed.operations[0].revision == 5


async def test_what_collab_cannot_take_yet_holds_back_the_senders_and_is_not_lost(
    signer: TokenSigner, verifier: TokenVerifier
) -> None:
    bound, flights, flight = 256 * 1024, 1000, "x" * 100_000
    async with edge_world(signer, verifier, max_relay_backlog_bytes=bound) as world:
        ada = await world.join("ada")
        sent = 0

        async def write() -> None:
            nonlocal sent
            for sequence in range(1, flights + 1):
                await ada.send(submit_frame(1, sequence, flight))
                sent = sequence

        world.collab.reading.clear()
        try:
            writing = asyncio.create_task(write())
            stood_still = 0
            while stood_still < 20 and sent < flights:
                before = sent
                for _ in range(20):
                    async with world.http.get(f"{world.url}/health/live") as live:
                        assert live.status == 200
                stood_still = stood_still + 1 if sent == before > 0 else 0
            assert sent < flights, "a hundred megabytes were taken in, with nowhere to go"
            assert world.edge.relay.backlog_bytes <= bound + 2 * len(flight)
        finally:
            world.collab.reading.set()
        for sequence in range(1, flights + 1):
            assert (await world.collab.next("submit")).submit.first_site_sequence == sequence
        await writing
        assert world.edge.relay.backlog_bytes == 0


async def test_draining_tells_everybody_then_closes_and_takes_nobody_new(
    signer: TokenSigner, verifier: TokenVerifier
) -> None:
    async with edge_world(signer, verifier) as world:
        people = [await world.connect(f"p{index}") for index in range(60)]
        draining = asyncio.create_task(world.edge.drain())
        for person in people:
            assert (await person.frame("draining")).draining.retry_after_ms > 0
            assert await person.closed() == 1012
        await draining
        late = await world.connect("late")
        assert (await late.fault()).reason == Reason.ERROR_REASON_DRAINING
        assert await late.closed() == 4503
        async with world.http.get(f"{world.url}/health/ready") as ready:
            assert ready.status == 503


async def test_leaving_the_block_ends_every_socket(signer: TokenSigner, verifier: TokenVerifier) -> None:
    async with edge_world(signer, verifier) as world:
        ada = await world.join("ada")
        await world.edge.drain()
        assert await ada.closed() == 1012
        await until(lambda: world.edge.sockets.count == 0)
        assert world.edge.relay.session_count == 0


async def test_that_collab_is_about_to_go_is_told_to_its_sockets(signer: TokenSigner, verifier: TokenVerifier) -> None:
    async with edge_world(signer, verifier) as world:
        ada = await world.join("ada")
        world.collab.say(pb.ServerFrame(draining=pb.Draining(retry_after_ms=700)))
        assert (await ada.frame("draining", 1)).draining.retry_after_ms == 700


async def test_a_stream_whose_writer_failed_is_made_anew(signer: TokenSigner, verifier: TokenVerifier) -> None:
    async with edge_world(signer, verifier) as world:
        ada = await world.join("ada")
        world.edge.relay._queue("what gRPC refuses to send")  # type: ignore[arg-type]
        assert await ada.closed(3) == 1012
        await world.collab.stream_opened()
        again = await world.join("ada")
        assert await again.answers_ping()
