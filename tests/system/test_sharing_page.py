"""Sharing on the page, in real Chromium windows: what somebody may do is what was just given or taken."""

from __future__ import annotations

from contextlib import AsyncExitStack

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from tests.system.shoal import ShoalProcess

PATIENCE_MS = 20_000
SOON_MS = 5_000
"""A right that is taken is gone within a second; a window may need some more to show it on a busy machine."""
EDITOR = ".ql-editor"
pytestmark = pytest.mark.slow


class Window:
    """One person's window."""

    def __init__(self, page: Page, url: str) -> None:
        self.page, self.url = page, url
        self.errors: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))

    async def sign_in(self, name: str, path: str = "/") -> None:
        await self.page.goto(self.url + path)
        await self.page.get_by_test_id("sign-in-name").fill(name)
        await self.page.get_by_test_id("sign-in-submit").click()

    async def make_project(self, title: str) -> str:
        """Make a project and see its documents; returns its name."""
        await self.page.get_by_test_id("new-project").click()
        await self.page.get_by_test_id("project-title").fill(title)
        await self.page.get_by_test_id("create-project").click()
        await self.page.get_by_test_id("share-project").wait_for()
        return await self.page.get_by_test_id("project-filter").input_value()

    async def make_document(self, title: str) -> str:
        """Make a document in the project that is chosen, and be in it; returns its path."""
        await self.page.get_by_test_id("new-title").fill(title)
        await self.page.get_by_test_id("new-document").click()
        await self.page.locator(EDITOR).wait_for()
        return self.page.url.removeprefix(self.url)

    async def share_with(self, name: str, role: str) -> None:
        """Share what the open dialog is about."""
        await self.page.get_by_test_id("share-who").fill(name)
        await self.page.get_by_test_id("share-role").select_option(role)
        await self.page.get_by_test_id("share-add").click()
        await self.row(name).wait_for()

    def row(self, name: str) -> Locator:
        """The line of somebody who signs in by a name in plain letters."""
        return self.page.locator(f"[data-who='users/{name.lower()}']")

    async def type_at_end(self, text: str) -> None:
        await self.page.locator(EDITOR).click()
        await self.page.keyboard.press("Control+End")
        await self.page.keyboard.type(text)

    async def shows(self, text: str) -> None:
        await expect(self.page.locator(EDITOR)).to_have_text(text, timeout=PATIENCE_MS)

    async def may_write(self, *, yes: bool) -> None:
        said = "true" if yes else "false"
        await expect(self.page.locator(EDITOR)).to_have_attribute("contenteditable", said, timeout=SOON_MS)
        notice = expect(self.page.get_by_test_id("read-only"))
        await (notice.to_be_hidden() if yes else notice.to_be_visible())


async def window(browser: Browser, url: str, stack: AsyncExitStack) -> Window:
    context = await browser.new_context()
    stack.push_async_callback(context.close)
    return Window(await context.new_page(), url)


async def test_somebody_reads_then_writes_then_is_out_as_it_is_given_and_taken(
    shoal: ShoalProcess, browser: Browser
) -> None:
    async with AsyncExitStack() as stack:
        ada, bob = await window(browser, shoal.url, stack), await window(browser, shoal.url, stack)
        await ada.sign_in("Ada Lovelace")
        await ada.make_project("Shared by hand")
        path = await ada.make_document("Minutes")
        await ada.type_at_end("From Ada. ")

        await bob.sign_in("Bob", path)
        await expect(bob.page.get_by_test_id("no-access")).to_contain_text("not shared with you", timeout=PATIENCE_MS)

        await ada.page.get_by_test_id("share").click()
        await ada.share_with("Bob", "ROLE_VIEWER")
        await bob.page.goto(bob.url + path)
        await bob.shows("From Ada. ")
        await bob.may_write(yes=False)
        await expect(bob.page.get_by_test_id("share")).to_be_hidden()

        await ada.row("Bob").locator("select").select_option("ROLE_EDITOR")
        await bob.may_write(yes=True)
        await bob.type_at_end("From Bob. ")
        await ada.shows("From Ada. From Bob. ")

        await ada.row("Bob").locator("select").select_option("ROLE_COMMENTER")
        await bob.may_write(yes=False)

        await ada.row("Bob").get_by_role("button", name="Remove bob").click()
        await expect(bob.page.locator(".notice[role=alert]")).to_contain_text("no longer", timeout=SOON_MS)
        await expect(bob.page.locator(EDITOR)).to_have_attribute("contenteditable", "false")
        await expect(ada.row("Bob")).to_have_count(0)
        await bob.page.reload()
        await expect(bob.page.get_by_test_id("no-access")).to_be_visible(timeout=PATIENCE_MS)
        assert ada.errors == bob.errors == []


async def test_a_link_lets_in_whoever_signs_in_until_it_is_turned_off(shoal: ShoalProcess, browser: Browser) -> None:
    async with AsyncExitStack() as stack:
        ada, carol = await window(browser, shoal.url, stack), await window(browser, shoal.url, stack)
        await ada.sign_in("Ada Lovelace")
        await ada.make_project("Shared by link")
        path = await ada.make_document("Open letter")
        await ada.type_at_end("Dear fish")
        await ada.page.get_by_test_id("share").click()
        await ada.page.get_by_test_id("link-role").select_option("ROLE_EDITOR")
        await ada.page.get_by_test_id("make-link").click()
        link = await ada.page.get_by_test_id("link-address").input_value()
        assert link.startswith(f"{shoal.url}/share#")

        await carol.sign_in("Carol", link.removeprefix(shoal.url))
        await carol.shows("Dear fish")
        assert carol.page.url == carol.url + path
        await carol.type_at_end(", yours")
        await ada.shows("Dear fish, yours")

        await ada.page.get_by_role("button", name="Turn this link off").click()
        await expect(carol.page.locator(".notice[role=alert]")).to_contain_text("no longer", timeout=SOON_MS)
        await carol.page.goto(link)
        await expect(carol.page.get_by_text("This link gives nothing")).to_be_visible(timeout=PATIENCE_MS)
        assert ada.errors == carol.errors == []


async def test_a_project_is_shared_whole_and_lists_its_own_documents(shoal: ShoalProcess, browser: Browser) -> None:
    async with AsyncExitStack() as stack:
        ada, bob = await window(browser, shoal.url, stack), await window(browser, shoal.url, stack)
        await ada.sign_in("Ada Lovelace")
        project = await ada.make_project("Shared whole")
        await ada.make_document("In the project")
        await ada.page.go_back()
        await ada.page.get_by_test_id("share-project").click()
        await ada.share_with("Bob", "ROLE_EDITOR")

        await bob.sign_in("Bob")
        await bob.page.get_by_test_id("project-filter").select_option(project)
        documents = bob.page.get_by_test_id("document-list").locator("li")
        await expect(documents).to_have_count(1, timeout=PATIENCE_MS)
        await expect(documents).to_contain_text("In the project")
        await expect(bob.page.get_by_test_id("share-project")).to_be_hidden()
        assert await bob.page.get_by_test_id("new-document-project").input_value() == project
        await bob.make_document("Also in it")
        await bob.may_write(yes=True)
        assert ada.errors == bob.errors == []


async def test_the_dialog_is_used_by_keyboard_alone(shoal: ShoalProcess, browser: Browser) -> None:
    async with AsyncExitStack() as stack:
        ada = await window(browser, shoal.url, stack)
        await ada.sign_in("Ada Lovelace")
        await ada.make_project("By keyboard")
        await ada.make_document("Keys")
        keyboard, share = ada.page.keyboard, ada.page.get_by_test_id("share")
        await share.wait_for()
        await share.focus()
        await keyboard.press("Enter")
        who = ada.page.get_by_test_id("share-who")
        await expect(who).to_be_focused()
        dialog = ada.page.get_by_role("dialog", name="Share “Keys”")
        await expect(dialog).to_be_visible()
        await keyboard.type("bob")
        await keyboard.press("Enter")
        await ada.row("bob").wait_for()
        for _ in range(20):
            await keyboard.press("Tab")
            inside = "!document.hasFocus() || document.activeElement === document.body"
            inside += " || document.querySelector('dialog').contains(document.activeElement)"
            assert await ada.page.evaluate(inside)
        await keyboard.press("Escape")
        await expect(dialog).to_have_count(0)
        await expect(share).to_be_focused()
        assert ada.errors == []


async def test_names_that_signed_in_here_are_one_press_away_and_can_be_forgotten(
    shoal: ShoalProcess, browser: Browser
) -> None:
    async with AsyncExitStack() as stack:
        one = await window(browser, shoal.url, stack)
        for name in ("Ada Lovelace", "Bob"):
            await one.sign_in(name)
            await one.page.locator(".menu summary").click()
            await one.page.get_by_role("button", name="Sign out").click()
            await one.page.get_by_test_id("sign-in-name").wait_for()
        names = one.page.get_by_test_id("recent-name")
        await expect(names.nth(0)).to_have_accessible_name("Sign in as Bob")
        await expect(names.nth(1)).to_have_accessible_name("Sign in as Ada Lovelace")
        await one.page.get_by_role("button", name="Forget Bob").click()
        await expect(names).to_have_count(1)
        await one.page.get_by_role("button", name="Sign in as Ada Lovelace").click()
        await one.page.locator(".menu summary").click()
        await expect(one.page.locator(".menu > .menu-card")).to_contain_text("users/ada-lovelace")
        assert one.errors == []
