"""Rights that go while somebody types: what was not taken is given back, nothing else changes under the caret."""

from __future__ import annotations

from contextlib import AsyncExitStack

import pytest
from playwright.async_api import expect

from tests.browser.conftest import Arrive
from tests.browser.windows import PATIENCE_MS
from tests.system.cable import Cable
from tests.system.people import make_project
from tests.system.shoal import ShoalProcess

pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="session")]


async def test_an_editor_becomes_a_viewer_and_then_nobody_while_typing(
    shoal: ShoalProcess, arrive: Arrive, stack: AsyncExitStack
) -> None:
    make_project(shoal, "taken-back")
    name = shoal.command("create", "--title", "Taken back", "--project", "projects/taken-back").stdout.strip()
    cable = await stack.enter_async_context(Cable(shoal.url))
    ada = await arrive("Ada", cable.url)
    await ada.open(f"/d/{name.removeprefix('documents/')}")
    await ada.type_at_end("While I may. ")
    await ada.chip("saved")

    # What she types next is on its way when the right to write is taken.
    cable.stall(down=False)
    await ada.type_at_end("Too late. ")
    await ada.chip("saving")
    grant(shoal, "add", "projects/taken-back", "users/ada", "--role", "viewer")
    await expect(ada.text).to_have_attribute("contenteditable", "false", timeout=PATIENCE_MS)
    cable.flow()
    given = ada.part("given-back")
    await expect(given.locator("textarea")).to_have_value("Too late. ", timeout=PATIENCE_MS)
    await ada.shows("While I may. ")
    await ada.chip("error")
    await ada.says("A change was not saved")
    await expect(ada.part("read-only")).to_be_visible()
    await given.get_by_role("button", name="Dismiss").click()
    await ada.says("Read only")

    grant(shoal, "remove", "projects/taken-back", "users/ada")
    await ada.chip("error")
    await ada.says("Not connected")
    await expect(ada.page.get_by_role("alert").filter(has_text="no longer")).to_be_visible(timeout=PATIENCE_MS)
    # What she could read stays on the page; after a reload it is not there any more.
    await ada.shows("While I may. ")
    await ada.page.reload()
    await expect(ada.part("no-access")).to_be_visible(timeout=PATIENCE_MS)
    await expect(ada.page.locator("body")).not_to_contain_text("While I may.")
    assert shoal.command("cat", name).stdout.strip() == "While I may."


def grant(shoal: ShoalProcess, verb: str, resource: str, who: str, *more: str) -> None:
    done = shoal.command("member", verb, resource, who, *more)
    assert done.returncode == 0, done.stderr
