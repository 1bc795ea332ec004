"""The document page in real Chromium windows: tools, people, names, files, themes, and what it says when it is over."""

from __future__ import annotations

import re
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from tests.system.cable import Cable
from tests.system.shoal import ROOT, ShoalProcess

PATIENCE_MS = 20_000
EDITOR = ".ql-editor"
AXE = ROOT / "edge/web/node_modules/axe-core/axe.min.js"
ASK = """async ([method, path, body]) => {
  const headers = {"Content-Type": "application/json"};
  const answer = await fetch(path, {method, headers, body: body && JSON.stringify(body)});
  if (!answer.ok) throw new Error(await answer.text());
  return answer.json();
}"""
LOUD = """async () => (await axe.run(document, {resultTypes: ["violations"]})).violations
  .filter(({impact}) => impact === "serious" || impact === "critical")
  .map(({id, nodes}) => `${id}: ${nodes.map(({html, any}) => html + " " + (any[0]?.message ?? "")).join(" | ")}`)"""
pytestmark = [pytest.mark.slow, pytest.mark.pages]


class Window:
    """One person's window."""

    def __init__(self, page: Page, url: str) -> None:
        self.page, self.url, self.keyboard = page, url, page.keyboard
        self.errors: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))

    def part(self, testid: str) -> Locator:
        return self.page.get_by_test_id(testid)

    async def sign_in(self, name: str) -> None:
        await self.page.goto(f"{self.url}/sign-in")
        await self.part("sign-in-name").fill(name)
        await self.part("sign-in-submit").click()
        await self.page.wait_for_url(lambda url: "sign-in" not in url)

    async def ask(self, method: str, path: str, body: object = None) -> Any:
        """Call the API as who is signed in."""
        return await self.page.evaluate(ASK, [method, path, body])

    async def create(self, title: str, **document: str) -> str:
        """Create a document and be in it; returns its name."""
        name: str = (await self.ask("POST", "/v1/documents", {"document": {"title": title, **document}}))["document"][
            "name"
        ]
        await self.open(name)
        return name

    async def open(self, name: str) -> None:
        await self.page.goto(f"{self.url}/d/{name.removeprefix('documents/')}")
        await self.page.locator(EDITOR).wait_for()

    async def type_at_end(self, text: str) -> None:
        await self.page.locator(EDITOR).click()
        await self.keyboard.press("Control+End")
        await self.keyboard.type(text)

    async def shows(self, text: str) -> None:
        await expect(self.page.locator(EDITOR)).to_have_text(text, timeout=PATIENCE_MS)

    async def saved(self) -> None:
        await expect(self.part("chip")).to_have_text("Saved", timeout=PATIENCE_MS)

    async def complaints(self) -> list[str]:
        """What axe finds that is serious or worse."""
        await self.page.evaluate(AXE.read_text())
        found: list[str] = await self.page.evaluate(LOUD)
        return found


async def window(browser: Browser, url: str, stack: AsyncExitStack, name: str, **context: Any) -> Window:
    opened = await browser.new_context(**context)
    stack.push_async_callback(opened.close)
    one = Window(await opened.new_page(), url)
    await one.sign_in(name)
    return one


async def share(owner: Window, resource: str, who: str, role: str) -> None:
    await owner.ask("POST", "/v1/grants:set", {"resource": resource, "principal": {"user": who}, "role": role})


async def test_every_tool_of_the_toolbar_does_what_it_says_and_the_other_sees_it(
    shoal: ShoalProcess, browser: Browser
) -> None:
    async with AsyncExitStack() as stack:
        ada = await window(browser, shoal.url, stack, "Ada")
        bob = await window(browser, shoal.url, stack, "Bob")
        name = await ada.create("Tools")
        await bob.open(name)
        expected = [
            ("tool-bold", "strong"), ("tool-italic", "em"), ("tool-underline", "u"), ("tool-strike", "s"),
            ("tool-code", "code"), ("tool-list-ordered", "li[data-list=ordered]"),
            ("tool-list-bullet", "li[data-list=bullet]"), ("tool-list-check", "li[data-list=unchecked]"),
            ("tool-blockquote", "blockquote"), ("tool-code-block", ".ql-code-block"),
        ]  # fmt: skip
        for tool, shown in expected:
            await ada.page.locator(EDITOR).click()
            await ada.keyboard.press("Control+a")
            await ada.keyboard.press("Delete")
            await ada.keyboard.type("words")
            await ada.keyboard.press("Control+a")
            await ada.part(tool).click()
            await expect(ada.part(tool)).to_have_attribute("aria-pressed", "true")
            await expect(bob.page.locator(f"{EDITOR} {shown}")).to_have_text("words", timeout=PATIENCE_MS)
            await ada.part("tool-clean").click()
            await expect(ada.part(tool)).to_have_attribute("aria-pressed", "false")
            await expect(bob.page.locator(f"{EDITOR} {shown}")).to_have_count(0, timeout=PATIENCE_MS)

        await ada.part("tool-paragraph-style").click()
        await ada.page.get_by_role("menuitemradio", name="Heading 2").click()
        await expect(bob.page.locator(f"{EDITOR} h2")).to_have_text("words", timeout=PATIENCE_MS)
        await expect(ada.part("tool-paragraph-style")).to_have_text("Heading 2")
        await ada.part("tool-alignment").click()
        await ada.page.get_by_role("menuitemradio", name="Align centre").click()
        await expect(bob.page.locator(f"{EDITOR} h2.ql-align-center")).to_have_count(1, timeout=PATIENCE_MS)
        await ada.part("tool-undo").click()
        await expect(bob.page.locator(f"{EDITOR} h2.ql-align-center")).to_have_count(0, timeout=PATIENCE_MS)
        await ada.part("tool-redo").click()
        await expect(bob.page.locator(f"{EDITOR} h2.ql-align-center")).to_have_count(1, timeout=PATIENCE_MS)
        assert ada.errors == bob.errors == []


async def test_the_tools_are_reached_and_used_by_keyboard_alone(shoal: ShoalProcess, browser: Browser) -> None:
    async with AsyncExitStack() as stack:
        ada = await window(browser, shoal.url, stack, "Ada")
        await ada.create("By keyboard")
        await ada.part("toolbar").wait_for()
        await ada.keyboard.type("words")
        await ada.keyboard.press("Control+a")
        await ada.keyboard.press("Escape")
        await expect(ada.part("tool-undo")).to_be_focused()
        for _ in range(2):
            await ada.keyboard.press("ArrowRight")
        await expect(ada.part("tool-bold")).not_to_be_focused()
        await ada.keyboard.press("ArrowRight")
        await expect(ada.part("tool-bold")).to_be_focused()
        await ada.keyboard.press("Enter")
        await expect(ada.page.locator(f"{EDITOR} strong")).to_have_text("words")
        await expect(ada.page.locator(EDITOR)).to_be_focused()
        await ada.keyboard.press("Alt+F10")
        await expect(ada.part("tool-bold")).to_be_focused()
        await ada.keyboard.press("End")
        await expect(ada.part("tool-clean")).to_be_focused()
        await ada.keyboard.press("Home")
        await ada.keyboard.press("Escape")
        await expect(ada.page.locator(EDITOR)).to_be_focused()
        await ada.keyboard.press("Control+Alt+1")
        await expect(ada.page.locator(f"{EDITOR} h1")).to_have_text("words")
        await ada.keyboard.press("Control+Shift+Digit8")
        await expect(ada.page.locator(f"{EDITOR} li[data-list=bullet]")).to_have_text("words")
        assert ada.errors == []


async def test_a_link_is_made_changed_and_taken_off_while_somebody_else_writes(
    shoal: ShoalProcess, browser: Browser
) -> None:
    async with AsyncExitStack() as stack:
        ada = await window(browser, shoal.url, stack, "Ada")
        bob = await window(browser, shoal.url, stack, "Bob")
        name = await ada.create("Links")
        await bob.open(name)
        await ada.type_at_end("see here")
        for _ in range(4):
            await ada.keyboard.press("Shift+ArrowLeft")
        await ada.keyboard.press("Control+k")
        await expect(ada.part("link-text")).to_have_value("here")
        await ada.part("link-href").fill("javascript:alert(1)")
        await ada.keyboard.press("Enter")
        await expect(ada.page.get_by_role("alert").filter(has_text="no address a link can lead to")).to_be_visible()
        await ada.part("link-href").fill("example.org/a")
        await bob.page.locator(EDITOR).click()
        await bob.keyboard.press("Control+Home")
        await bob.keyboard.type("Please ")
        await ada.shows("Please see here")
        await ada.part("link-done").click()
        link = bob.page.locator(f"{EDITOR} a")
        await expect(link).to_have_text("here", timeout=PATIENCE_MS)
        await expect(link).to_have_attribute("href", "https://example.org/a")

        await expect(ada.part("link-card")).to_contain_text("https://example.org/a")
        await ada.part("link-card").get_by_role("button", name="Edit link").click()
        await expect(ada.part("link-href")).to_have_value("https://example.org/a")
        await ada.part("link-href").fill("https://example.org/b")
        await ada.part("link-text").fill("there")
        await ada.keyboard.press("Enter")
        await expect(link).to_have_text("there", timeout=PATIENCE_MS)
        await expect(link).to_have_attribute("href", "https://example.org/b")
        await ada.part("link-card").get_by_role("button", name="Remove link").click()
        await expect(link).to_have_count(0, timeout=PATIENCE_MS)
        await bob.shows("Please see there")
        assert ada.errors == bob.errors == []


async def test_a_picture_comes_with_words_for_what_it_shows(shoal: ShoalProcess, browser: Browser) -> None:
    async with AsyncExitStack() as stack:
        ada = await window(browser, shoal.url, stack, "Ada")
        name = await ada.create("Pictures")
        await ada.type_at_end("before")
        await ada.part("tool-image").click()
        await ada.part("image-url").fill("https://pictures.invalid/heron.png")
        await ada.part("image-done").click()
        await expect(ada.part("image-alt")).to_be_focused()
        await expect(ada.page.get_by_role("alert").filter(has_text="Say in a few words")).to_be_visible()
        await ada.part("image-alt").fill("A heron")
        await ada.part("image-done").click()
        await expect(ada.page.locator(f"{EDITOR} img")).to_have_attribute("alt", "A heron")
        await ada.saved()
        assert (
            "![A heron](https://pictures.invalid/heron.png)"
            in shoal.command("cat", name, "--format", "markdown").stdout
        )
        assert ada.errors == []


async def test_everybody_is_listed_and_somebody_is_followed_until_one_does_something(
    shoal: ShoalProcess, browser: Browser
) -> None:
    async with AsyncExitStack() as stack:
        ada = await window(browser, shoal.url, stack, "Ada Lovelace")
        bob = await window(browser, shoal.url, stack, "Bob")
        name = await ada.create("Followed")
        await ada.type_at_end("top\n" + "\n" * 120 + "bottom")
        await ada.keyboard.press("Control+Home")
        await bob.open(name)
        await expect(ada.page.locator("#announcer")).to_have_text("Bob joined", timeout=PATIENCE_MS)

        await ada.part("who-is-here").click()
        people = ada.page.get_by_role("dialog", name="Who is here").locator("li")
        await expect(people).to_have_count(2)
        await expect(people.nth(0)).to_contain_text("you")
        await expect(people.nth(1)).to_contain_text("Bob")
        await ada.part("crowd-follow").click()
        await ada.keyboard.press("Escape")
        await expect(ada.part("following")).to_contain_text("Following Bob")
        await expect(ada.part("follow")).to_have_attribute("aria-pressed", "true")

        last = ada.page.locator(f"{EDITOR} p").last
        await expect(last).not_to_be_in_viewport()
        await bob.page.locator(EDITOR).click()
        await bob.keyboard.press("Control+End")
        await expect(last).to_be_in_viewport(timeout=PATIENCE_MS)
        await bob.keyboard.press("Control+Home")
        await expect(last).not_to_be_in_viewport(timeout=PATIENCE_MS)

        await ada.keyboard.press("Escape")
        await expect(ada.part("following")).to_be_hidden()
        await ada.part("follow").click()
        await expect(ada.part("following")).to_be_visible()
        await ada.page.mouse.wheel(0, 5)
        await expect(ada.part("following")).to_be_hidden()
        await ada.part("follow").click()
        await expect(ada.part("following")).to_be_visible()
        await ada.type_at_end("!")
        await expect(ada.part("following")).to_be_hidden()

        await ada.part("follow").click()
        await bob.page.goto("about:blank")
        await expect(ada.part("following")).to_be_hidden(timeout=PATIENCE_MS)
        await expect(ada.page.locator("#announcer")).to_have_text("Bob left", timeout=PATIENCE_MS)
        assert ada.errors == bob.errors == []


async def test_it_is_renamed_in_place_and_two_names_at_once_are_told(shoal: ShoalProcess, browser: Browser) -> None:
    async with AsyncExitStack() as stack:
        ada = await window(browser, shoal.url, stack, "Ada")
        name = await ada.create("First name")
        await ada.saved()
        await ada.keyboard.press("F2")
        await expect(ada.part("title-input")).to_have_value("First name")
        await ada.part("title-input").fill("Never mind")
        await ada.keyboard.press("Escape")
        await expect(ada.part("title")).to_have_text("First name")
        await ada.part("title").get_by_role("button").click()
        await ada.part("title-input").fill("Second name")
        await ada.keyboard.press("Enter")
        await expect(ada.page).to_have_title("Second name – Shoal")
        await expect(ada.page.locator("#announcer")).to_have_text("Renamed to Second name")
        assert (await ada.ask("GET", f"/v1/{name}"))["document"]["title"] == "Second name"

        await ada.part("title").get_by_role("button").click()
        await ada.part("title-input").fill("Ada's name")
        await ada.page.wait_for_load_state("networkidle")
        await ada.ask("PATCH", f"/v1/{name}?updateMask=title", {"title": "Bob's name"})
        await ada.keyboard.press("Enter")
        told = ada.page.get_by_role("alert").filter(has_text="renamed this document to “Bob's name”")
        await expect(told).to_be_visible(timeout=PATIENCE_MS)
        await expect(ada.part("title")).to_have_text("Bob's name")
        await told.get_by_role("button", name="Rename to “Ada's name”").click()
        await expect(ada.page.locator("#announcer")).to_have_text("Renamed to Ada's name", timeout=PATIENCE_MS)
        assert (await ada.ask("GET", f"/v1/{name}"))["document"]["title"] == "Ada's name"
        assert ada.errors == []


@pytest.mark.parametrize(
    ("kind", "file", "holds"),
    [
        ("markdown", "A file.md", "**bold**"),
        ("html", "A file.html", "<strong>bold</strong>"),
        ("text", "A file.txt", "bold"),
        ("history", "A file.shoal.jsonl", "bold"),
    ],
)
async def test_it_is_downloaded_in_every_form(
    shoal: ShoalProcess, browser: Browser, tmp_path: Path, kind: str, file: str, holds: str
) -> None:
    async with AsyncExitStack() as stack:
        ada = await window(browser, shoal.url, stack, "Ada")
        await ada.create("A/file")
        await ada.part("toolbar").wait_for()
        await ada.keyboard.press("Control+b")
        await ada.keyboard.insert_text("bold")
        await ada.saved()
        await ada.part("document-menu").click()
        async with ada.page.expect_download() as begun:
            await ada.part(f"menu-download-{kind}").click()
        download = await begun.value
        assert download.suggested_filename == file
        await download.save_as(tmp_path / "it")
        assert holds in (tmp_path / "it").read_text()
        assert ada.errors == []


async def test_it_is_copied_and_moved_to_the_trash_and_taken_out_again(shoal: ShoalProcess, browser: Browser) -> None:
    async with AsyncExitStack() as stack:
        ada = await window(browser, shoal.url, stack, "Ada")
        bob = await window(browser, shoal.url, stack, "Bob")
        name = await ada.create("Original")
        await ada.type_at_end("content")
        await ada.saved()
        await ada.part("document-menu").click()
        await ada.part("menu-duplicate").click()
        await expect(ada.part("title")).to_have_text("Copy of Original", timeout=PATIENCE_MS)
        await ada.shows("content")

        await ada.open(name)
        await bob.open(name)
        await bob.shows("content")
        await ada.part("document-menu").click()
        await ada.part("menu-details").click()
        await expect(ada.part("details")).to_contain_text(name.removeprefix("documents/"))
        await ada.keyboard.press("Escape")
        await ada.part("document-menu").click()
        await ada.part("menu-trash").click()
        await ada.part("confirm-trash").click()
        for one in (ada, bob):
            await expect(one.page.locator(".notice[role=alert]")).to_contain_text(
                "moved to the trash", timeout=PATIENCE_MS
            )
            await expect(one.page.locator(EDITOR)).to_have_attribute("contenteditable", "false")
        carol = await window(browser, shoal.url, stack, "Carol")
        await carol.page.goto(f"{carol.url}/d/{name.removeprefix('documents/')}")
        await expect(carol.part("in-trash")).to_contain_text("“Original” is in the trash", timeout=PATIENCE_MS)
        await ada.part("undelete").click()
        await ada.shows("content")
        await ada.type_at_end(" again")
        await ada.saved()
        assert ada.errors == bob.errors == []


async def test_what_was_typed_and_not_taken_is_given_back(
    shoal: ShoalProcess, browser: Browser, tmp_path: Path
) -> None:
    async with Cable(shoal.url) as cable, AsyncExitStack() as stack:
        ada = await window(browser, shoal.url, stack, "Ada")
        bob = await window(browser, cable.url, stack, "Bob", permissions=["clipboard-read", "clipboard-write"])
        project = (await ada.ask("POST", "/v1/projects", {"project": {"title": "Given back"}}))["project"]["name"]
        await share(ada, project, "users/bob", "ROLE_EDITOR")
        name = await ada.create("Given back", project=project)
        await ada.type_at_end("Ada's. ")
        await bob.open(name)
        await bob.shows("Ada's. ")

        await cable.cut()
        await expect(bob.part("chip")).to_have_attribute("data-state", "offline", timeout=PATIENCE_MS)
        await bob.type_at_end("Bob's own words.")
        await ada.ask("POST", "/v1/grants:revoke", {"resource": project, "principal": {"user": "users/bob"}})
        await cable.plug()
        given = bob.part("given-back")
        await expect(given.get_by_role("textbox")).to_have_value("Bob's own words.", timeout=PATIENCE_MS)
        await expect(bob.page.locator(".notice[role=alert]")).to_contain_text("no longer shared with you")
        await bob.part("given-copy").click()
        await expect(given).to_contain_text("Copied")
        assert await bob.page.evaluate("navigator.clipboard.readText()") == "Bob's own words."
        async with bob.page.expect_download() as begun:
            await bob.part("given-download").click()
        await (await begun.value).save_as(tmp_path / "it")
        assert (tmp_path / "it").read_text() == "Bob's own words."
        await given.get_by_role("button", name="Dismiss").click()
        await expect(given).to_be_hidden()
        await expect(bob.part("chip")).to_contain_text("Not connected")
        assert ada.errors == bob.errors == []


async def test_who_may_not_write_is_told_why(shoal: ShoalProcess, browser: Browser) -> None:
    async with AsyncExitStack() as stack:
        ada = await window(browser, shoal.url, stack, "Ada")
        bob = await window(browser, shoal.url, stack, "Bob")
        project = (await ada.ask("POST", "/v1/projects", {"project": {"title": "Told why"}}))["project"]["name"]
        await share(ada, project, "users/bob", "ROLE_COMMENTER")
        name = await ada.create("Told why", project=project)
        await ada.type_at_end("text")
        await bob.open(name)
        notice = bob.part("read-only")
        await expect(notice).to_contain_text("You are a commenter here", timeout=PATIENCE_MS)
        await expect(bob.part("toolbar")).to_be_hidden()
        await expect(bob.part("chip")).to_have_text("Read only")
        await expect(bob.part("title").get_by_role("button")).to_be_disabled()
        await share(ada, project, "users/bob", "ROLE_VIEWER")
        await expect(notice).to_contain_text("You can read this document", timeout=PATIENCE_MS)
        await ada.ask("PATCH", f"/v1/{project}?updateMask=archived", {"archived": True})
        await expect(ada.part("read-only")).to_contain_text("“Told why” is archived", timeout=PATIENCE_MS)
        assert await bob.complaints() == []
        assert ada.errors == bob.errors == []


async def test_the_past_stands_in_the_papers_place_until_its_panel_is_closed(
    shoal: ShoalProcess, browser: Browser
) -> None:
    async with AsyncExitStack() as stack:
        ada = await window(browser, shoal.url, stack, "Ada")
        await ada.create("Past and present")
        await ada.type_at_end("present")
        await ada.saved()
        sheet = ada.page.locator(".desk-text > .sheet")
        await ada.part("panel-history").click()
        await expect(ada.part("panel-history")).to_have_attribute("aria-expanded", "true")
        await expect(sheet).to_be_hidden(timeout=PATIENCE_MS)
        await expect(ada.part("toolbar")).to_be_hidden()
        await ada.part("panel-activity").click()
        await expect(ada.page.get_by_role("complementary", name="Activity")).to_be_visible()
        await expect(sheet).to_be_visible()
        await expect(ada.part("toolbar")).to_be_visible()
        await ada.type_at_end(" again")
        await ada.shows("present again")
        await ada.saved()
        assert ada.errors == []


async def test_words_are_counted_and_those_selected_too(shoal: ShoalProcess, browser: Browser) -> None:
    async with AsyncExitStack() as stack:
        ada = await window(browser, shoal.url, stack, "Ada")
        await ada.create("Counted")
        await expect(ada.part("count")).to_have_text("0 words, 0 characters", timeout=PATIENCE_MS)
        await ada.type_at_end("One two\nthree")
        await expect(ada.part("count")).to_have_text("3 words, 12 characters", timeout=PATIENCE_MS)
        await ada.keyboard.press("Control+Shift+ArrowLeft")
        await expect(ada.part("count")).to_have_text("1 of 3 words, 5 of 12 characters selected", timeout=PATIENCE_MS)
        assert ada.errors == []


async def test_the_chip_explains_itself_with_and_without_a_connection(shoal: ShoalProcess, browser: Browser) -> None:
    async with Cable(shoal.url) as cable, AsyncExitStack() as stack:
        ada = await window(browser, cable.url, stack, "Ada")
        await ada.create("Explained")
        await ada.type_at_end("one")
        await ada.saved()
        await ada.part("chip").click()
        await expect(ada.part("chip-details")).to_contain_text("on the server's disk")
        await expect(ada.part("chip-details")).to_contain_text(re.compile(r"Saving took\d+ ms"))
        await cable.cut()
        await expect(ada.part("chip-details")).to_contain_text("There is no connection", timeout=PATIENCE_MS)
        await expect(ada.page.locator("#announcer")).to_contain_text("Offline", timeout=PATIENCE_MS)
        await ada.keyboard.press("Escape")
        await expect(ada.part("chip-details")).to_be_hidden()
        await ada.type_at_end(" two")
        await expect(ada.part("chip")).to_contain_text("changes kept here", timeout=PATIENCE_MS)
        await cable.plug()
        await ada.saved()
        await expect(ada.page.locator("#announcer")).to_have_text(
            "Back online. Everything is saved.", timeout=PATIENCE_MS
        )
        assert ada.errors == []


async def test_every_command_is_found_and_run_from_the_help_sheet(shoal: ShoalProcess, browser: Browser) -> None:
    async with AsyncExitStack() as stack:
        ada = await window(browser, shoal.url, stack, "Ada")
        await ada.create("Helped")
        await ada.part("toolbar").wait_for()
        await ada.keyboard.type("what? ")
        await ada.shows("what? ")
        await ada.keyboard.press("Control+/")
        await expect(ada.part("help-search")).to_be_focused()
        assert await ada.complaints() == []
        await ada.keyboard.type("task list")
        await expect(ada.part("help-list").get_by_role("button")).to_have_count(1)
        await ada.keyboard.press("Enter")
        await expect(ada.page.locator(f"{EDITOR} li[data-list=unchecked]")).to_have_count(1)
        await ada.part("document-menu").focus()
        await ada.keyboard.press("?")
        await expect(ada.page.get_by_role("dialog", name="Keys and commands")).to_be_visible()
        await ada.keyboard.press("Escape")
        await expect(ada.part("document-menu")).to_be_focused()
        assert ada.errors == []


async def test_a_theme_is_kept_and_there_before_the_app_is(shoal: ShoalProcess, browser: Browser) -> None:
    ground = "getComputedStyle(document.body).backgroundColor"
    async with AsyncExitStack() as stack:
        ada = await window(browser, shoal.url, stack, "Ada", color_scheme="light")
        await ada.create("Themes")
        light = await ada.page.evaluate(ground)
        await ada.page.locator(".menu summary").click()
        await ada.part("theme-dark").click()
        dark = await ada.page.evaluate(ground)
        assert dark != light
        await ada.page.route(re.compile(r"/assets/index-.*\.js"), lambda route: route.abort())
        await ada.page.reload()
        assert await ada.page.evaluate(ground) == dark
        await ada.page.unroute_all()
        await ada.page.reload()
        await ada.page.locator(".menu summary").click()
        await expect(ada.part("theme-dark")).to_have_attribute("aria-pressed", "true")
        await ada.part("theme-system").click()
        assert await ada.page.evaluate(ground) == light
        await ada.page.emulate_media(color_scheme="dark")
        assert await ada.page.evaluate(ground) == dark
        assert ada.errors == []


# Colours do not depend on the width: each is looked at once.
@pytest.mark.parametrize(("size", "scheme"), [((1280, 800), "light"), ((390, 844), "dark")])
async def test_axe_finds_nothing_serious_whatever_is_open(
    shoal: ShoalProcess, browser: Browser, scheme: str, size: tuple[int, int]
) -> None:
    async with AsyncExitStack() as stack:
        view = {"width": size[0], "height": size[1]}
        ada = await window(
            browser, shoal.url, stack, "Ada", color_scheme=scheme, viewport=view, reduced_motion="reduce"
        )
        bob = await window(browser, shoal.url, stack, "Bob")
        name = await ada.create("Looked at")
        await ada.part("toolbar").wait_for()
        await ada.keyboard.press("Control+Alt+1")
        await ada.keyboard.type("A heading\n")
        await ada.keyboard.press("Control+Shift+Digit9")
        await ada.keyboard.type("a task\n\nand text")
        await bob.open(name)
        await expect(ada.part("participant")).to_have_count(2, timeout=PATIENCE_MS)
        await ada.saved()
        assert await ada.complaints() == []
        for opener in ("document-menu", "chip", "who-is-here", "tool-paragraph-style"):
            await ada.part(opener).click()
            await expect(ada.part(opener)).to_have_attribute("aria-expanded", "true")
            assert await ada.complaints() == [], opener
            await ada.keyboard.press("Escape")
            await expect(ada.part(opener)).to_have_attribute("aria-expanded", "false")
        await ada.part("panel-outline").click()
        await expect(ada.part("outline")).to_contain_text("A heading")
        assert await ada.complaints() == []
        await ada.keyboard.press("Escape")
        await expect(ada.part("panel-outline")).to_be_focused()
        await ada.part("who-is-here").click()
        await ada.part("crowd-follow").click()
        await ada.keyboard.press("Escape")
        await expect(ada.part("following")).to_be_visible()
        assert await ada.complaints() == []
        await ada.keyboard.press("Control+k")
        await ada.part("link-href").wait_for()
        assert await ada.complaints() == []
        assert ada.errors == bob.errors == []


async def test_a_narrow_window_has_every_tool_and_no_sideways_scroll(shoal: ShoalProcess, browser: Browser) -> None:
    async with AsyncExitStack() as stack:
        ada = await window(browser, shoal.url, stack, "Ada", viewport={"width": 360, "height": 740})
        await ada.create("A title that is too long for a narrow window by far")
        await ada.part("toolbar").wait_for()
        assert await ada.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        await ada.keyboard.type("words")
        await ada.keyboard.press("Control+a")
        await expect(ada.part("tool-blockquote")).to_be_hidden()
        await ada.part("toolbar-more").click()
        await ada.part("tool-blockquote").click()
        await expect(ada.page.locator(f"{EDITOR} blockquote")).to_have_text("words")
        assert await ada.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        await ada.part("panel-outline").click()
        side = await ada.page.get_by_role("complementary").bounding_box()
        assert side is not None
        assert (side["x"], side["width"]) == (0, 360)
        await ada.page.set_viewport_size({"width": 1280, "height": 800})
        await expect(ada.part("toolbar-more")).to_be_hidden()
        await expect(ada.part("tool-blockquote")).to_be_visible()
        assert ada.errors == []


async def test_on_paper_there_is_the_document_alone_black_on_white(shoal: ShoalProcess, browser: Browser) -> None:
    async with AsyncExitStack() as stack:
        ada = await window(browser, shoal.url, stack, "Ada", color_scheme="dark")
        await ada.create("Printed")
        await ada.type_at_end("words")
        await ada.page.emulate_media(media="print")
        for gone in ("toolbar", "count", "chip", "title"):
            await expect(ada.part(gone)).to_be_hidden()
        await expect(ada.page.locator(EDITOR)).to_be_visible()
        ink = f"getComputedStyle(document.querySelector('{EDITOR}')).color"
        look = await ada.page.evaluate(f"[{ink}, getComputedStyle(document.body).backgroundColor]")
        assert look == ["rgb(0, 0, 0)", "rgb(255, 255, 255)"]
        assert ada.errors == []


async def test_a_plain_text_document_has_counts_and_keys_and_no_tools(shoal: ShoalProcess, browser: Browser) -> None:
    async with AsyncExitStack() as stack:
        ada = await window(browser, shoal.url, stack, "Ada")
        created = await ada.ask(
            "POST", "/v1/documents", {"document": {"title": "Plain", "type": "DOCUMENT_TYPE_PLAIN_TEXT"}}
        )
        await ada.page.goto(f"{ada.url}/d/{created['document']['name'].removeprefix('documents/')}")
        await ada.page.locator(".cm-content").click()
        await ada.keyboard.type("plain words")
        await expect(ada.part("count")).to_have_text("2 words, 11 characters", timeout=PATIENCE_MS)
        await ada.keyboard.press("Control+a")
        await expect(ada.part("count")).to_contain_text("2 of 2 words", timeout=PATIENCE_MS)
        await expect(ada.part("toolbar")).to_be_hidden()
        await ada.saved()
        assert await ada.complaints() == []
        await ada.keyboard.press("Control+/")
        await expect(ada.part("help-list").get_by_role("button", name="Bold")).to_be_disabled()
        assert ada.errors == []
