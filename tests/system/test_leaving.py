"""People who leave without a word: the others go on, and so does Shoal."""

from __future__ import annotations

import asyncio

import aiohttp

from cli.client import PROTO_SUBPROTOCOL, Via
from shoal.collab.v1 import collab_pb2 as pb
from tests.system.people import insert, joined, new_document, target_of
from tests.system.shoal import ShoalProcess

PEOPLE = 200


async def test_sockets_that_are_cut_while_others_type_harm_nobody(own_shoal: ShoalProcess) -> None:
    document = await new_document(own_shoal, "leaving")
    async with joined(own_shoal, document, "ada", Via.GRPC) as ada:
        leaving = asyncio.create_task(come_and_go(own_shoal, document))
        typed = 0
        while not leaving.done():
            await ada.type(insert(0, "x"))
            typed += 1
        await leaving
        assert own_shoal.log.count("Traceback") == 0, own_shoal.log[-3000:]
        await ada.type(insert(0, "y"))
    assert own_shoal.command("cat", document).stdout == "y" + "x" * typed


async def come_and_go(shoal: ShoalProcess, document: str) -> None:
    """Many open the document, wait for its first frames, and are gone in the middle of whatever comes."""
    async with aiohttp.ClientSession() as http:
        for number in range(PEOPLE):
            target = target_of(shoal, f"guest-{number}")
            protocols = (PROTO_SUBPROTOCOL, f"bearer.{target.token}")
            socket = await http.ws_connect(f"{target.url}/v1/ws", protocols=protocols)
            opening = pb.Open(document=document, site=f"guest-{number}")
            frames = [pb.ClientFrame(session=1, open=opening)]
            await socket.send_bytes(pb.CollaborateRequest(frames=frames).SerializeToString())
            for _ in range(number % 4):
                await socket.receive()
            socket._writer.transport.abort()
            await socket.close()
