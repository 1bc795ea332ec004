"""A network that lets nothing through, and a server that dies: the page says so, and nothing that was typed is lost."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack

import pytest

from tests.browser.conftest import Arrive
from tests.system.cable import Cable
from tests.system.shoal import ShoalProcess
from tests.system.test_outage import free_ports

pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="session")]


@pytest.mark.parametrize("way", ["up", "down", "both"])
async def test_what_is_typed_on_a_stalled_network_is_saving_until_it_is_saved(
    shoal: ShoalProcess, arrive: Arrive, stack: AsyncExitStack, way: str
) -> None:
    cable = await stack.enter_async_context(Cable(shoal.url))
    ada, bob = await arrive("Ada", cable.url), await arrive("Bob")
    path = await ada.create(f"Stalled {way}")
    await ada.type_at_end("Before. ")
    await bob.open(path)
    await bob.shows("Before. ")
    await ada.chip("saved")

    cable.stall(up=way != "down", down=way != "up")
    await ada.type_at_end("Stalled. ")
    await ada.chip("saving")
    await bob.type_at_start("Bob. ")
    await bob.chip("saved")
    if way == "down":
        # The server hears her; she does not hear that it does, and is not told it is saved.
        await bob.contains("S")
    else:
        assert "Stalled." not in await bob.text.inner_text()
    await ada.chip("saving")
    cable.flow()

    await bob.shows("Bob. Before. Stalled. ")
    await ada.shows("Bob. Before. Stalled. ")
    await ada.chip("saved")
    assert shoal.command("cat", path.removeprefix("/d/")).stdout.strip() == "Bob. Before. Stalled."


async def test_the_server_is_killed_and_comes_back_while_two_people_type(
    own_shoal: ShoalProcess, arrive: Arrive
) -> None:
    port, grpc_port = free_ports(2)
    own_shoal.stop()
    own_shoal.start("--port", port, "--grpc-port", grpc_port)
    ada, bob = await arrive("Ada", own_shoal.url), await arrive("Bob", own_shoal.url)
    path = await ada.create("Killed")
    await ada.type_at_end("Ada ")
    await bob.open(path)
    await bob.shows("Ada ")
    await bob.chip("saved")

    # Both go on typing over the kill, the time without a server, and the start.
    halves = asyncio.create_task(asyncio.to_thread(kill_and_start, own_shoal, port, grpc_port))
    written = 0
    while not halves.done() or written < 5:
        await ada.page.keyboard.type("a")
        await bob.page.keyboard.press("Control+Home")
        await bob.page.keyboard.type("b")
        written += 1
    await halves
    await ada.chip("saved")
    await bob.chip("saved")
    text = "b" * written + "Ada " + "a" * written
    await ada.shows(text)
    await bob.shows(text)
    assert own_shoal.command("cat", path.removeprefix("/d/")).stdout.strip() == text


def kill_and_start(shoal: ShoalProcess, port: str, grpc_port: str) -> None:
    shoal.kill()
    shoal.start("--port", port, "--grpc-port", grpc_port)
