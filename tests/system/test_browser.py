"""The page, in real Chromium windows against a real Shoal."""

from __future__ import annotations

from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from tests.conftest import need
from tests.system.cable import Cable
from tests.system.shoal import ROOT, ShoalProcess

PATIENCE_MS = 20_000
EDITOR = ":is(.ql-editor, .cm-content)"
pytestmark = pytest.mark.slow


class Window:
    """One person's window."""

    def __init__(self, page: Page, url: str) -> None:
        self.page, self.url = page, url
        self.errors: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))

    async def sign_in(self, name: str) -> None:
        await self.page.goto(self.url)
        await self.page.get_by_test_id("sign-in-name").fill(name)
        await self.page.get_by_test_id("sign-in-submit").click()
        await self.page.get_by_test_id("new-document").wait_for()

    async def create(self, title: str) -> str:
        """Create a document and be in it; returns its path."""
        await self.page.get_by_test_id("new-title").fill(title)
        await self.page.get_by_test_id("new-document").click()
        await self.page.locator(EDITOR).wait_for()
        return self.page.url.removeprefix(self.url)

    async def open(self, path: str) -> None:
        await self.page.goto(self.url + path)
        await self.page.locator(EDITOR).wait_for()

    async def type_at_end(self, text: str) -> None:
        await self.page.locator(EDITOR).click()
        await self.page.keyboard.press("Control+End")
        await self.page.keyboard.type(text)

    async def chip(self, state: str) -> None:
        await expect(self.page.get_by_test_id("chip")).to_have_attribute("data-state", state, timeout=PATIENCE_MS)

    async def shows(self, text: str) -> None:
        await expect(self.page.locator(EDITOR)).to_have_text(text, timeout=PATIENCE_MS)

    async def html(self) -> str:
        return await self.page.locator(EDITOR).inner_html()


async def window(browser: Browser, url: str, stack: AsyncExitStack) -> Window:
    context = await browser.new_context()
    stack.push_async_callback(context.close)
    return Window(await context.new_page(), url)


async def test_two_windows_type_at_once_one_is_cut_off_and_comes_back_and_both_end_equal(
    shoal: ShoalProcess, browser: Browser
) -> None:
    async with Cable(shoal.url) as cable, AsyncExitStack() as stack:
        ada, bob = await window(browser, shoal.url, stack), await window(browser, cable.url, stack)
        await ada.sign_in("Ada Lovelace")
        await bob.sign_in("Bob")
        path = await ada.create("Two at once")
        await bob.open(path)
        await expect(ada.page.get_by_test_id("participant")).to_have_count(2, timeout=PATIENCE_MS)

        await ada.type_at_end("From Ada. ")
        await bob.shows("From Ada. ")
        await bob.type_at_end("From Bob. ")
        await ada.shows("From Ada. From Bob. ")
        await expect(ada.page.locator(".ql-cursor-name").first).to_have_text("Bob", timeout=PATIENCE_MS)
        await ada.chip("saved")
        await bob.chip("saved")

        await cable.cut()
        await bob.chip("offline")
        await bob.type_at_end("Typed offline. ")
        await ada.page.keyboard.press("Control+Home")
        await ada.page.keyboard.type("Meanwhile. ")
        await ada.chip("saved")
        await bob.chip("offline")
        assert "Typed offline." not in await ada.page.locator(EDITOR).inner_text()
        await cable.plug()

        both = "Meanwhile. From Ada. From Bob. Typed offline. "
        await bob.shows(both)
        await ada.shows(both)
        await bob.chip("saved")
        assert await ada.html() == await bob.html()

        await ada.page.reload()
        await ada.shows(both)
        await bob.page.reload()
        await bob.shows(both)
        assert shoal.command("cat", path.removeprefix("/d/")).stdout == both + "\n"
        assert ada.errors == bob.errors == []


async def test_formatting_is_seen_by_the_other_and_stays(shoal: ShoalProcess, browser: Browser) -> None:
    async with AsyncExitStack() as stack:
        ada, bob = await window(browser, shoal.url, stack), await window(browser, shoal.url, stack)
        await ada.sign_in("Ada")
        await bob.sign_in("Bob")
        path = await ada.create("Formats")
        await bob.open(path)
        await ada.type_at_end("plain ")
        await ada.page.keyboard.press("Control+b")
        await ada.page.keyboard.type("bold")
        await expect(bob.page.locator(f"{EDITOR} strong")).to_have_text("bold", timeout=PATIENCE_MS)
        await ada.chip("saved")
        await bob.page.reload()
        await expect(bob.page.locator(f"{EDITOR} strong")).to_have_text("bold", timeout=PATIENCE_MS)
        delta = shoal.command("cat", path.removeprefix("/d/"), "--format", "delta").stdout
        assert '"bold":true' in delta.replace(" ", "")
        assert ada.errors == bob.errors == []


async def test_what_was_typed_offline_survives_a_reload(shoal: ShoalProcess, browser: Browser) -> None:
    async with Cable(shoal.url) as cable, AsyncExitStack() as stack:
        ada = await window(browser, cable.url, stack)
        await ada.sign_in("Ada")
        path = await ada.create("Kept")
        await ada.type_at_end("kept ")
        await ada.chip("saved")
        await cable.cut()
        await ada.chip("offline")
        await ada.type_at_end("unsent")
        await expect(ada.page.get_by_test_id("chip")).to_contain_text("kept here", timeout=PATIENCE_MS)
        await cable.plug()
        await ada.page.reload()
        await ada.shows("kept unsent")
        await ada.chip("saved")
        assert shoal.command("cat", path.removeprefix("/d/")).stdout == "kept unsent\n"


async def test_a_plain_text_document_is_not_changed_by_being_opened(shoal: ShoalProcess, browser: Browser) -> None:
    name = shoal.command("create", "--title", "Plain", "--type", "plain_text").stdout.strip()
    async with AsyncExitStack() as stack:
        ada = await window(browser, shoal.url, stack)
        await ada.sign_in("Ada")
        await ada.open(f"/d/{name.removeprefix('documents/')}")
        await ada.chip("saved")
        assert shoal.command("cat", name).stdout == ""
        await ada.type_at_end("no newline")
        await ada.chip("saved")
        assert shoal.command("cat", name).stdout == "no newline"


async def test_a_document_that_is_not_there_is_said_to_be_missing(shoal: ShoalProcess, browser: Browser) -> None:
    async with AsyncExitStack() as stack:
        ada = await window(browser, shoal.url, stack)
        await ada.sign_in("Ada")
        await ada.page.goto(f"{shoal.url}/d/nothing-here")
        await expect(ada.page.get_by_test_id("no-access")).to_contain_text("does not exist", timeout=PATIENCE_MS)
        await ada.chip("error")


def test_the_built_page_has_no_inline_scripts() -> None:
    page = Path(ROOT / "edge/web/dist/index.html")
    need(page.exists(), "the built page (make setup)")
    assert "<script>" not in page.read_text()
