"""Windows: people at the page, each in a Chromium window of their own.

Owns what a window does for its person and what must never appear in it: a page that throws, logs an error or breaks the
Content-Security-Policy (Chromium logs that too) fails its test at the end, whatever the test was about.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Error, Locator, Page, async_playwright, expect

from tests.conftest import need
from tests.system.shoal import ROOT

PATIENCE_MS = 20_000
EDITOR = ":is(.ql-editor, .cm-content)"
QUIET = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
WEB_ROOT = Path(os.environ.get("SHOAL_EDGE_WEB_ROOT", ROOT / "edge/web/dist"))
CHROMIUMS_OWN = ("net::ERR_", "WebSocket connection to")
"""What Chromium itself logs, and no page can keep quiet: a cable is cut, a server is away. So it does of refusals."""

KEPT = """
async (counts) => {
  const opening = indexedDB.open("shoal");
  await new Promise((done) => (opening.onsuccess = done));
  const all = opening.result.transaction("sites").objectStore("sites").getAll();
  await new Promise((done) => (all.onsuccess = done));
  opening.result.close();
  const found = all.result.map(({ flight, buffer }) => flight.length + buffer.length);
  return JSON.stringify(found.sort()) === JSON.stringify(counts);
}
"""
"""Whether the device holds so many unsent operations of each tab."""


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """Debian's Chromium, until the block ends."""
    path = shutil.which("chromium")
    need(path is not None, "Chromium")
    need((WEB_ROOT / "index.html").exists(), "the built page (make setup)")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=QUIET)
        yield browser
        await browser.close()


class Window:
    """One person's window. `url` is where this person reaches Shoal."""

    def __init__(self, page: Page, url: str) -> None:
        self.url = url
        self.errors: list[str] = []
        self.use(page)

    def use(self, page: Page) -> None:
        """Look at `page` from here on; what an earlier one logged stays in `errors`."""
        self.page = page
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", self._logged)

    def _logged(self, message: ConsoleMessage) -> None:
        where = message.location.get("url", "")
        is_refusal = "the server responded with a status of" in message.text and "/v1/" in where
        is_its_own = is_refusal or any(known in message.text for known in CHROMIUMS_OWN)
        if message.type == "error" and not is_its_own:
            self.errors.append(f"{message.text} ({where})")

    @property
    def context(self) -> BrowserContext:
        return self.page.context

    @property
    def text(self) -> Locator:
        """What is typed into."""
        return self.page.locator(EDITOR)

    def part(self, testid: str) -> Locator:
        return self.page.get_by_test_id(testid)

    async def sign_in(self, name: str) -> None:
        await self.page.goto(self.url)
        await self.part("sign-in-name").fill(name)
        await self.part("sign-in-submit").click()
        await self.part("new-document").wait_for()

    async def create(self, title: str) -> str:
        """Create a document and be in it; returns its path."""
        await self.part("new-title").fill(title)
        await self.part("new-document").click()
        await self.text.wait_for()
        return self.page.url.removeprefix(self.url)

    async def open(self, path: str) -> None:
        await self.page.goto(self.url + path)
        await self.text.wait_for()

    async def crash(self) -> None:
        """The renderer dies, as by a fault of its own: no page is told, nothing is tidied up."""
        session = await self.context.new_cdp_session(self.page)
        async with self.page.expect_event("crash"):
            call = asyncio.ensure_future(session.send("Page.crash"))
        await self.page.close()
        # Who would have answered is gone.
        with contextlib.suppress(Error):
            await call

    async def type_at_end(self, text: str) -> None:
        await self.text.click()
        await self.page.keyboard.press("Control+End")
        await self.page.keyboard.type(text)

    async def type_at_start(self, text: str) -> None:
        await self.text.click()
        await self.page.keyboard.press("Control+Home")
        await self.page.keyboard.type(text)

    async def chip(self, state: str) -> None:
        await expect(self.part("chip")).to_have_attribute("data-state", state, timeout=PATIENCE_MS)

    async def says(self, words: str) -> None:
        """The chip says this."""
        await expect(self.part("chip")).to_contain_text(words, timeout=PATIENCE_MS)

    async def device_has(self, *counts: int) -> None:
        """So many unsent operations of each tab are on the device: a crash from here on takes none of them."""
        await self.page.wait_for_function(KEPT, arg=sorted(counts), polling=50)

    async def shows(self, text: str) -> None:
        await expect(self.text).to_have_text(text, timeout=PATIENCE_MS)

    async def contains(self, text: str) -> None:
        await expect(self.text).to_contain_text(text, timeout=PATIENCE_MS)

    async def html(self) -> str:
        return await self.text.inner_html()
