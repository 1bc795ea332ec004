"""Two tabs of one person on one document: neither sends what the other typed, and each takes back its own alone."""

from __future__ import annotations

import json
from collections import Counter
from contextlib import AsyncExitStack
from typing import Any

import pytest

from tests.browser.conftest import Arrive
from tests.browser.windows import Window
from tests.system.cable import Cable
from tests.system.shoal import ShoalProcess

pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="session")]


def operations(shoal: ShoalProcess, path: str) -> list[dict[str, Any]]:
    """Everything in the log, the oldest first."""
    done = shoal.command("log", path.removeprefix("/d/"), "--operations", "--oldest-first", "--all", "--json")
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def typed(log: list[dict[str, Any]]) -> Counter[str]:
    """How often each text was inserted."""
    return Counter(part["insert"] for each in log for part in each["delta"] if part.get("insert", "\n") != "\n")


async def second_tab(window: Window, path: str) -> Window:
    """Another tab of the same browser."""
    tab = Window(await window.context.new_page(), window.url)
    tab.errors = window.errors
    await tab.open(path)
    return tab


async def test_two_tabs_send_nothing_twice_also_after_a_time_offline(
    shoal: ShoalProcess, arrive: Arrive, stack: AsyncExitStack
) -> None:
    cable = await stack.enter_async_context(Cable(shoal.url))
    one = await arrive("Ada", cable.url)
    path = await one.create("Two tabs")
    other = await second_tab(one, path)
    await one.type_at_end("abc")
    await other.shows("abc")
    await other.type_at_end("def")
    await one.shows("abcdef")
    await one.chip("saved")
    await other.chip("saved")

    await cable.cut()
    await one.chip("offline")
    await other.chip("offline")
    await one.type_at_end("ghi")
    await other.type_at_start("jkl")
    await one.says("3 changes kept here")
    await other.says("3 changes kept here")
    await one.device_has(3, 3)
    # One of the two crashes: the tab that is left sends on what it had.
    await other.crash()
    await cable.plug()
    await one.shows("jklabcdefghi")
    await one.chip("saved")

    log = operations(shoal, path)
    assert typed(log) == Counter("abcdefghijkl")
    written = Counter((each["site"], each["site_sequence"]) for each in log)
    assert set(written.values()) == {1}
    assert len({site for site, _ in written if site.startswith("w-")}) == 2


async def test_each_tab_takes_back_its_own(shoal: ShoalProcess, arrive: Arrive) -> None:
    one = await arrive("Ada")
    path = await one.create("Undo in two tabs")
    other = await second_tab(one, path)
    await one.type_at_end("First. ")
    await other.shows("First. ")
    await other.type_at_end("Second. ")
    await one.shows("First. Second. ")
    await one.page.bring_to_front()
    await one.text.click()
    await one.page.keyboard.press("Control+z")
    await other.shows("Second. ")
    await one.shows("Second. ")
    await other.page.bring_to_front()
    await other.text.click()
    await other.page.keyboard.press("Control+z")
    await one.shows("")
    await one.page.bring_to_front()
    await one.text.click()
    await one.page.keyboard.press("Control+Shift+z")
    await other.shows("First. ")
    await one.chip("saved")
    assert shoal.command("cat", path.removeprefix("/d/")).stdout.strip() == "First."
