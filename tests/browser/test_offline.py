"""Away and back: what somebody wrote without a network, in a page that was reloaded, crashed, or shut for a week."""

from __future__ import annotations

from contextlib import AsyncExitStack

import pytest
from playwright.async_api import expect

from tests.browser.conftest import Arrive
from tests.browser.windows import PATIENCE_MS
from tests.system.cable import Cable
from tests.system.shoal import ShoalProcess

pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="session")]

A_WEEK_LATER = """
const now = Date.now, late = 8 * 86_400_000;
Date.now = () => now() + late;
"""


@pytest.fixture
def log(shoal: ShoalProcess):
    """Read a document, as its path on the page is."""

    def read(path: str) -> str:
        return shoal.command("cat", path.removeprefix("/d/")).stdout

    return read


async def cable_to(shoal: ShoalProcess, stack: AsyncExitStack) -> Cable:
    return await stack.enter_async_context(Cable(shoal.url))


async def test_who_returns_after_the_other_rewrote_the_paragraph_finds_both_texts(
    shoal: ShoalProcess, arrive: Arrive, stack: AsyncExitStack, log
) -> None:
    cable = await cable_to(shoal, stack)
    ada, bob = await arrive("Ada"), await arrive("Bob", cable.url)
    path = await ada.create("The same paragraph")
    await ada.type_at_end("The tide was low and we counted limpets.")
    await bob.open(path)
    await bob.shows("The tide was low and we counted limpets.")
    await bob.chip("saved")

    await cable.cut()
    await bob.chip("offline")
    await bob.says("Offline")
    await bob.type_at_end(" Chidi found a starfish.")
    await bob.says("24 changes kept here")
    # Ada writes the whole paragraph anew meanwhile.
    await ada.text.click()
    await ada.page.keyboard.press("Control+a")
    await ada.page.keyboard.type("At low tide there were 140 limpets.")
    await ada.chip("saved")
    await cable.plug()

    await bob.chip("saved")
    both = "At low tide there were 140 limpets. Chidi found a starfish."
    text = await bob.text.inner_text()
    assert "At low tide there were 140 limpets." in text
    assert " Chidi found a starfish." in text
    assert len(text.strip()) == len(both)
    await ada.shows(text.strip())
    assert await ada.html() == await bob.html()
    assert log(path).strip() == text.strip()


@pytest.mark.parametrize("end", ["reload", "crash", "close"])
async def test_unsent_edits_outlive_the_end_of_the_page_while_the_server_is_away(
    shoal: ShoalProcess, arrive: Arrive, stack: AsyncExitStack, log, end: str
) -> None:
    cable = await cable_to(shoal, stack)
    ada, bob = await arrive("Ada", cable.url), await arrive("Bob")
    path = await ada.create(f"Kept over a {end}")
    await ada.type_at_end("Kept. ")
    await bob.open(path)
    await bob.shows("Kept. ")
    await ada.chip("saved")
    await cable.cut()
    await ada.chip("offline")
    await ada.type_at_end("Unsent. ")
    await ada.says("8 changes kept here")
    await ada.device_has(8)
    await bob.type_at_start("Meanwhile. ")
    await bob.chip("saved")

    if end == "reload":
        # The page comes from the browser, and the text with what is unsent from the device.
        await ada.page.reload()
        await ada.shows("Kept. Unsent. ")
        await ada.says("8 changes kept here")
        await cable.plug()
    else:
        context = ada.context
        await (ada.crash() if end == "crash" else ada.page.close())
        ada.use(await context.new_page())
        await cable.plug()
        await ada.open(path)
    await ada.shows("Meanwhile. Kept. Unsent. ")
    await bob.shows("Meanwhile. Kept. Unsent. ")
    await ada.chip("saved")
    assert log(path).strip() == "Meanwhile. Kept. Unsent."


async def test_what_was_written_a_week_ago_arrives_on_top_of_what_others_did_since(
    shoal: ShoalProcess, arrive: Arrive, stack: AsyncExitStack, log
) -> None:
    cable = await cable_to(shoal, stack)
    ada, bob = await arrive("Ada", cable.url), await arrive("Bob")
    path = await ada.create("A week at sea")
    await ada.type_at_end("Monday. ")
    await bob.open(path)
    await bob.shows("Monday. ")
    await ada.chip("saved")
    await cable.cut()
    await ada.chip("offline")
    await ada.type_at_end("From the boat. ")
    await ada.says("15 changes kept here")
    await ada.device_has(15)
    context = ada.context
    await ada.crash()
    await bob.type_at_start("A whole week of notes. ")
    await bob.chip("saved")

    await cable.plug()
    await context.add_init_script(A_WEEK_LATER)
    ada.use(await context.new_page())
    await ada.open(path)
    await ada.shows("A whole week of notes. Monday. From the boat. ")
    await bob.shows("A whole week of notes. Monday. From the boat. ")
    await ada.chip("saved")
    await expect(ada.part("given-back")).to_be_hidden(timeout=PATIENCE_MS)
    assert log(path).strip() == "A whole week of notes. Monday. From the boat."
