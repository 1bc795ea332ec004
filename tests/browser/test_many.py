"""One person in a browser among fifty who type: everybody ends with the same document."""

from __future__ import annotations

import asyncio

import pytest

from tests.browser.conftest import Arrive
from tests.browser.typists import crowd
from tests.system.shoal import ShoalProcess

pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="session")]

TYPISTS = 50
WORDS = 4
SENTENCE = "Ada counts the limpets, calmly, in the midst of it. "


async def test_somebody_types_among_fifty_others_and_all_end_with_the_same_text(
    shoal: ShoalProcess, arrive: Arrive
) -> None:
    ada, bob = await arrive("Ada"), await arrive("Bob")
    path = await ada.create("Fifty at once")
    await ada.type_at_start("First line.\n")
    await bob.open(path)
    await ada.chip("saved")
    name = f"documents/{path.removeprefix('/d/')}"
    async with crowd(shoal, name, TYPISTS) as others:
        typing = asyncio.create_task(others.type(WORDS))
        await ada.page.keyboard.press("Control+End")
        await ada.page.keyboard.type(SENTENCE)
        await typing
        await ada.chip("saved")
        await others.settled()
        stored = shoal.command("cat", name).stdout
        assert {typist.document.text() for typist in others.typists} == {stored}
        assert len({typist.document.hash() for typist in others.typists}) == 1
    shown = stored.removesuffix("\n")
    assert len(shown) > TYPISTS * WORDS * 2
    for window in (ada, bob):
        await window.page.wait_for_function(
            "([editor, text]) => [...document.querySelector(editor).querySelectorAll('p')]"
            ".map((line) => line.textContent).join('\\n') === text",
            arg=[".ql-editor", shown],
        )
    assert await ada.html() == await bob.html()
