"""What a page says of itself to the browser bench: probes that run in Chromium, and a person who is signed in there.

Owns no number: `bench.browser` decides what is measured.
"""

from __future__ import annotations

import gzip
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from playwright.async_api import Browser, BrowserContext, Page, async_playwright

FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync"]
EDITOR = ":is(.ql-editor, .cm-content)"

READY = """
globalThis.shoalReady = new Promise((ready) => {
  const look = () => {
    const place = document.querySelector(%s);
    const takesKeys = place?.isContentEditable ? document.activeElement === place : place !== null;
    const length = place?.textContent.length ?? 0;
    if (takesKeys && length >= %d) requestAnimationFrame(() => setTimeout(() => ready(performance.now())));
    else setTimeout(look, 4);
  };
  look();
});
"""
"""Milliseconds from the start of the navigation until what is looked for has been painted and takes keys."""

KEYS = """
globalThis.shoalKeys = [];
addEventListener("keydown", (event) => {
  requestAnimationFrame(() => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => shoalKeys.push(performance.now() - event.timeStamp);
    port2.postMessage(0);
  });
}, { capture: true });
"""
"""Milliseconds from each key to the end of the frame that shows it."""

LONG_TASKS = """
globalThis.shoalTasks = [];
new PerformanceObserver((list) => {
  for (const { duration } of list.getEntries()) shoalTasks.push(duration);
}).observe({ type: "longtask" });
"""
"""Milliseconds of each task of 50 and more."""


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """Debian's Chromium, until the block ends."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        yield browser
        await browser.close()


class Person:
    """Somebody signed in; each of their windows has an empty cache and an empty device."""

    def __init__(self, browser: Browser, url: str, cookies: Any) -> None:
        self._browser, self.url, self._cookies = browser, url, cookies

    @classmethod
    async def sign_in(cls, browser: Browser, url: str, name: str) -> Person:
        context = await browser.new_context()
        answer = await context.request.post(f"{url}/v1/session", data={"name": name}, headers={"Origin": url})
        assert answer.ok, await answer.text()
        state = await context.storage_state()
        await context.close()
        return cls(browser, url, state)

    @asynccontextmanager
    async def window(self, *probes: str) -> AsyncIterator[Page]:
        """A window with these probes in each of its pages."""
        context: BrowserContext = await self._browser.new_context(storage_state=self._cookies)
        for probe in probes:
            await context.add_init_script(probe)
        yield await context.new_page()
        await context.close()

    async def ready_ms(self, path: str, selector: str, length: int = 0) -> float:
        """Open a page from a cold cache; `length`: so many characters must be there."""
        async with self.window(READY % (repr(selector), length)) as page:
            await page.goto(self.url + path, wait_until="commit")
            milliseconds: float = await page.evaluate("shoalReady")
            return milliseconds

    async def script_bytes(self, path: str, selector: str) -> int:
        """Bytes of all scripts that a page loads, gzipped."""
        async with self.window() as page:
            loaded: list[Any] = []
            page.on("response", lambda response: loaded.append(response))
            await page.goto(self.url + path)
            await page.locator(selector).first.wait_for()
            await page.wait_for_load_state("load")
            scripts = [each for each in loaded if each.request.resource_type == "script" and each.ok]
            return sum([len(gzip.compress(await each.body(), 9)) for each in scripts])


def percentile(values: list[float], share: float) -> float:
    """Return the value that `share` of all lie at or under."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else float("nan")
