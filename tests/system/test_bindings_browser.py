"""The editors and a live document in real Chromium: what a test without a layout or an input method cannot see."""

from __future__ import annotations

from contextlib import AsyncExitStack

import pytest
from playwright.async_api import Browser, CDPSession, Locator, Page, expect

from tests.system.shoal import ShoalProcess

PATIENCE_MS = 20_000
TYPED_INTO = {"plain_text": ".cm-content", "rich_text": ".ql-editor"}
pytestmark = [pytest.mark.slow, pytest.mark.pages]


class Writer:
    """One person in one document."""

    def __init__(self, page: Page, kind: str) -> None:
        self.page, self.errors = page, list[str]()
        self.loaded: set[str] = set()
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("request", lambda request: self.loaded.add(request.url.rsplit("/", 1)[-1].split("-")[0]))
        self.text: Locator = page.locator(TYPED_INTO[kind])

    async def enter(self, url: str, name: str, document: str) -> None:
        await self.page.goto(url)
        await self.page.get_by_test_id("sign-in-name").fill(name)
        await self.page.get_by_test_id("sign-in-submit").click()
        await self.page.get_by_test_id("new-document").wait_for()
        self.loaded.clear()
        await self.page.goto(f"{url}/d/{document.removeprefix('documents/')}")
        await self.text.wait_for()
        await self.saved()

    async def type(self, key: str, text: str) -> None:
        """Type where a key such as Control+End leads."""
        await self.text.focus()
        await self.page.keyboard.press(key)
        await self.page.keyboard.type(text)

    async def shows(self, text: str) -> None:
        await expect(self.text).to_have_text(text, timeout=PATIENCE_MS)

    async def saved(self) -> None:
        await expect(self.page.get_by_test_id("chip")).to_have_attribute("data-state", "saved", timeout=PATIENCE_MS)


async def meet(shoal: ShoalProcess, browser: Browser, stack: AsyncExitStack, kind: str) -> tuple[str, Writer, Writer]:
    document = shoal.command("create", "--title", "Together", "--type", kind).stdout.strip()
    writers = []
    for name in ("Ada", "Bob"):
        context = await browser.new_context()
        stack.push_async_callback(context.close)
        writers.append(writer := Writer(await context.new_page(), kind))
        await writer.enter(shoal.url, name, document)
    return document, writers[0], writers[1]


@pytest.mark.parametrize("kind", TYPED_INTO)
async def test_an_editor_is_loaded_for_its_own_kind_of_document_alone(
    shoal: ShoalProcess, browser: Browser, kind: str
) -> None:
    async with AsyncExitStack() as stack:
        _, ada, _ = await meet(shoal, browser, stack, kind)
        wanted, other = ("source", "editor") if kind == "plain_text" else ("editor", "source")
        assert wanted in ada.loaded
        assert other not in ada.loaded


@pytest.mark.parametrize("kind", TYPED_INTO)
async def test_the_other_is_seen_by_name_where_they_type_and_undo_takes_back_ones_own_alone(
    shoal: ShoalProcess, browser: Browser, kind: str
) -> None:
    async with AsyncExitStack() as stack:
        document, ada, bob = await meet(shoal, browser, stack, kind)
        await ada.type("Control+End", "# Ada wrote this 🐟")
        await bob.shows("# Ada wrote this 🐟")
        caret = ".cm-shoal-caret" if kind == "plain_text" else ".ql-cursor-caret"
        if kind == "plain_text":
            await expect(bob.page.locator(".cm-shoal-name")).to_have_attribute("data-name", "Ada", timeout=PATIENCE_MS)
        else:
            await expect(bob.page.locator(".ql-cursor-name")).to_have_text("Ada", timeout=PATIENCE_MS)
        # Ada's caret stands behind what she wrote, also once Bob has written before it.
        await bob.type("Control+Home", "Bob: ")
        await ada.shows("Bob: # Ada wrote this 🐟")
        end = await bob.text.evaluate(
            "(text) => { const all = document.createRange(); all.selectNodeContents(text.querySelector('.cm-line, p'));"
            " return Math.max(...[...all.getClientRects()].map(({ right }) => right)); }"
        )
        box = await bob.page.locator(caret).bounding_box()
        assert box is not None
        assert abs(box["x"] - end) <= 4
        await ada.page.keyboard.press("Control+z")
        await bob.shows("Bob: ")
        await ada.page.keyboard.press("Control+Shift+z")
        await bob.shows("Bob: # Ada wrote this 🐟")
        await ada.page.keyboard.type("!")
        await bob.shows("Bob: # Ada wrote this 🐟!")
        await ada.saved()
        await bob.saved()
        assert shoal.command("cat", document).stdout.rstrip("\n") == "Bob: # Ada wrote this 🐟!"
        assert ada.errors == bob.errors == []


@pytest.mark.parametrize("kind", TYPED_INTO)
async def test_an_input_method_composes_while_the_other_types_and_neither_loses_a_letter(
    shoal: ShoalProcess, browser: Browser, kind: str
) -> None:
    async with AsyncExitStack() as stack:
        document, ada, bob = await meet(shoal, browser, stack, kind)
        await ada.type("Control+End", "word ")
        await bob.shows("word ")
        keys = await ada.page.context.new_cdp_session(ada.page)
        await compose(keys, "に")
        await expect(ada.text).to_have_text("word に")
        await bob.type("Control+Home", "Bob ")
        await bob.saved()
        await compose(keys, "にほん")
        await expect(ada.text).to_have_text("word にほん")
        await keys.send("Input.insertText", {"text": "日本"})
        await ada.shows("Bob word 日本")
        await bob.shows("Bob word 日本")
        await ada.page.keyboard.type(".")
        await bob.shows("Bob word 日本.")
        await ada.saved()
        assert shoal.command("cat", document).stdout.rstrip("\n") == "Bob word 日本."
        assert ada.errors == bob.errors == []


async def compose(keys: CDPSession, text: str) -> None:
    """What an input method has so far, not yet chosen."""
    await keys.send("Input.imeSetComposition", {"text": text, "selectionStart": len(text), "selectionEnd": len(text)})
