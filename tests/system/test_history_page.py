"""The history on the page, in real Chromium windows: what was written, by whom and when, and the way back."""

from __future__ import annotations

import getpass
import re
from contextlib import AsyncExitStack
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.async_api import Browser, Locator, Page, Route, expect

from cli.documents import Type, call
from cli.instance import DataDirectory
from cli.target import Target
from shoal.document.v1 import document_pb2
from shoal.project.v1 import access_pb2
from shoal.project.v1.access_pb2_grpc import AccessServiceStub
from tests.system.people import insert, joined, make_project, new_document, target_of
from tests.system.shoal import ROOT, ShoalProcess

PATIENCE_MS = 20_000
EDITOR = ".sheet:not(.past-sheet) .ql-editor"
PAST = "[data-testid=past-paper] .ql-editor"
AXE = ROOT / "edge/web/node_modules/axe-core/axe.min.js"
pytestmark = [pytest.mark.slow, pytest.mark.pages]


class Window:
    """One person's window."""

    def __init__(self, page: Page, url: str) -> None:
        self.page, self.url = page, url
        self.errors: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.past = page.locator(PAST)
        self.slider = page.get_by_test_id("history-slider")

    async def enter(self, name: str, document: str) -> None:
        """Sign in and be in the document."""
        await self.page.goto(f"{self.url}/d/{document.removeprefix('documents/')}")
        await self.page.get_by_test_id("sign-in-name").fill(name)
        await self.page.get_by_test_id("sign-in-submit").click()
        await self.page.locator(".ql-editor, .cm-content").wait_for()

    def at(self, test_id: str) -> Locator:
        return self.page.get_by_test_id(test_id)

    async def type_at_end(self, text: str) -> None:
        await self.page.locator(EDITOR).click()
        await self.page.keyboard.press("Control+End")
        await self.page.keyboard.type(text)

    async def saved(self) -> None:
        await expect(self.at("chip")).to_have_attribute("data-state", "saved", timeout=PATIENCE_MS)

    async def shows(self, text: str) -> None:
        await expect(self.page.locator(EDITOR)).to_have_text(text, timeout=PATIENCE_MS)

    async def open_history(self) -> None:
        await self.at("panel-history").click()
        await self.at("session").first.wait_for()

    async def past_shows(self, text: str | re.Pattern[str]) -> None:
        await expect(self.past).to_have_text(text, timeout=PATIENCE_MS)

    async def slide_to(self, revision: int) -> None:
        """As a drag ends there."""
        await self.slider.evaluate(
            "(slider, to) => { slider.value = to; slider.dispatchEvent(new Event('input')); }", revision
        )

    async def head(self) -> int:
        return int(await self.slider.get_attribute("max") or 0)

    async def serious_problems(self) -> list[Any]:
        """What axe-core finds of serious or critical impact in the panel and on the paper, by rule and place."""
        # Over the debugging protocol: the page's own policy lets no foreign script in.
        await self.page.evaluate(AXE.read_text())
        found: list[Any] = await self.page.evaluate(
            """async () => (await axe.run({ include: [".side", ".past"] }, { resultTypes: ["violations"] })).violations
                 .filter(({ impact }) => impact === "serious" || impact === "critical")
                 .map(({ id, nodes }) => [id, ...nodes.map(({ target }) => String(target))])"""
        )
        return found


async def window(browser: Browser, url: str, stack: AsyncExitStack, **options: Any) -> Window:
    context = await browser.new_context(**options)
    stack.push_async_callback(context.close)
    return Window(await context.new_page(), url)


async def rich_document(shoal: ShoalProcess, title: str) -> str:
    return await new_document(shoal, title, Type.RICH_TEXT)


async def document_bob_may_read(shoal: ShoalProcess, title: str) -> str:
    """A document of Ada's, in a project in which Bob is a viewer."""
    make_project(shoal, "history-read-along")
    token = DataDirectory(shoal.data).signer().sign(getpass.getuser(), lifetime_s=3600)
    owner, ada = Target(shoal.url, shoal.grpc, token), target_of(shoal, "ada")
    bob = access_pb2.Principal(user="users/bob")
    grant = access_pb2.SetGrantRequest(
        resource="projects/history-read-along", principal=bob, role=access_pb2.ROLE_VIEWER
    )
    async with owner.channel() as channel:
        access: Any = AccessServiceStub(channel)  # type: ignore[no-untyped-call]  # generated without types
        await access.SetGrant(grant, metadata=owner.metadata)
    wanted = document_pb2.Document(
        title=title, type=document_pb2.DOCUMENT_TYPE_RICH_TEXT, project="projects/history-read-along"
    )
    made = await call(ada, "CreateDocument", document_pb2.CreateDocumentRequest(document=wanted))
    return str(made.document.name)


async def test_two_people_see_who_wrote_what_when_and_bring_a_moment_back_that_both_see(
    shoal: ShoalProcess, browser: Browser
) -> None:
    document = await rich_document(shoal, "Tides")
    async with AsyncExitStack() as stack:
        ada, bob = await window(browser, shoal.url, stack), await window(browser, shoal.url, stack)
        await ada.enter("Ada", document)
        await bob.enter("Bob", document)
        await ada.type_at_end("From Ada. ")
        await bob.shows("From Ada. ")
        await ada.saved()
        await bob.type_at_end("From Bob. ")
        await ada.shows("From Ada. From Bob. ")
        await bob.saved()

        await ada.open_history()
        await expect(ada.at("past-bar")).to_contain_text("as it is now")
        await expect(ada.page.locator(EDITOR)).to_be_hidden()
        await expect(ada.at("session").first).to_have_accessible_name(
            re.compile(r"^(Ada and Bob|Bob and Ada) Today \d\d:\d\d.* \+21 characters added −0 removed$")
        )
        head = await ada.head()

        await ada.slide_to(head - len("From Bob. "))
        await ada.past_shows("From Ada. ")
        await expect(ada.at("past-bar")).to_contain_text("You are looking at the past")
        said = re.compile(rf"revision {head - 10}, today \d\d:\d\d, Ada")
        await expect(ada.slider).to_have_attribute("aria-valuetext", said)
        await ada.slider.focus()
        await ada.page.keyboard.press("ArrowRight")
        await ada.past_shows("From Ada. F")
        await ada.page.keyboard.press("ArrowLeft")
        await ada.page.keyboard.press("ArrowLeft")
        await ada.past_shows("From Ada.")
        await ada.page.keyboard.press("Home")
        await ada.past_shows("")

        await ada.at("play").click()
        await expect(ada.at("moment-revision")).to_contain_text(f"Revision {head} of {head}", timeout=PATIENCE_MS)
        await expect(ada.at("play")).to_have_accessible_name("Play")
        await ada.past_shows("From Ada. From Bob. ")

        await ada.at("choose-authors").click()
        writers = ada.at("writer")
        await expect(writers).to_have_count(2, timeout=PATIENCE_MS)
        await expect(writers).to_have_text([re.compile("Ada.*11 characters"), re.compile("Bob.*10 characters")])
        await expect(ada.past.locator("[data-writer='1']")).to_have_text("From Bob. ")
        await ada.page.get_by_role("button", name="Next stretch").click()
        await expect(ada.page.get_by_role("tooltip")).to_have_text(re.compile(r"Ada, today \d\d:\d\d"))
        await writers.nth(1).click()
        await expect(ada.past.locator(".past-author")).to_have_count(1)

        await ada.slide_to(head - len("From Bob. "))
        await ada.at("choose-text").click()
        await ada.past_shows("From Ada. ")
        await ada.at("name-version").click()
        await ada.at("version-title").fill("Only Ada")
        await ada.page.keyboard.press("Enter")
        await ada.at("choose-versions").click()
        await expect(ada.at("version")).to_contain_text(["Only Ada"])
        await ada.at("restore").click()
        await expect(ada.page.get_by_role("dialog")).to_contain_text("everybody in the document sees at once")
        await ada.at("confirm").click()

        await ada.shows("From Ada. ")
        await bob.shows("From Ada. ")
        await expect(ada.at("past")).to_have_count(0)
        await bob.page.keyboard.press("Control+Home")
        await bob.page.keyboard.type("Later. ")
        await ada.shows("Later. From Ada. ")
        await ada.page.locator(".toast").get_by_role("button", name="Undo").click()
        await ada.shows("Later. From Ada. From Bob. ")
        await bob.shows("Later. From Ada. From Bob. ")
        assert ada.errors == bob.errors == []


async def test_changes_are_marked_in_the_text_and_one_goes_from_one_to_the_next(
    shoal: ShoalProcess, browser: Browser
) -> None:
    document = await rich_document(shoal, "Changes")
    async with AsyncExitStack() as stack:
        ada = await window(browser, shoal.url, stack)
        await ada.enter("Ada", document)
        await ada.type_at_end("The quick fox. ")
        await ada.saved()
        await ada.page.keyboard.press("Control+Home")
        for key in ["ArrowRight"] * len("The ") + ["Shift+ArrowRight"] * len("quick"):
            await ada.page.keyboard.press(key)
        await ada.page.keyboard.type("slow")
        await ada.shows("The slow fox. ")
        await ada.saved()
        await ada.page.keyboard.press("Control+Home")
        await ada.page.keyboard.press("Shift+ArrowRight")
        await ada.page.keyboard.press("Control+b")
        await ada.saved()

        await ada.open_history()
        await ada.slide_to(1 + len("The quick fox. "))
        await ada.past_shows("The quick fox. ")
        await ada.at("choose-changes").click()
        await expect(ada.past.locator("ins")).to_have_text("slow", timeout=PATIENCE_MS)
        await expect(ada.past.locator("del")).to_have_text("quick")
        await expect(ada.past.locator(".past-format")).to_have_text("T")
        await expect(ada.at("amounts")).to_have_text(re.compile(r"\+\d.*−\d"))
        following = ada.page.get_by_role("button", name="Next change")
        for said in ("Formatted: bold, 1 of 3", "slow, 2 of 3", "quick, 3 of 3", "Formatted: bold, 1 of 3"):
            await following.click()
            await expect(ada.page.locator("#announcer")).to_contain_text(said)

        await ada.at("session").first.click()
        await expect(ada.at("compare")).to_have_value("session")
        await expect(ada.past.locator("ins").first).to_contain_text("T", timeout=PATIENCE_MS)
        await expect(ada.past.locator("del")).to_have_count(0)
        assert ada.errors == []


async def test_versions_are_named_renamed_jumped_to_and_taken_off_by_keyboard(
    shoal: ShoalProcess, browser: Browser
) -> None:
    document = await rich_document(shoal, "Versions")
    async with AsyncExitStack() as stack:
        ada = await window(browser, shoal.url, stack)
        await ada.enter("Ada", document)
        await ada.type_at_end("One two")
        await ada.saved()
        keyboard, versions = ada.page.keyboard, ada.at("version")
        await ada.at("panel-history").focus()
        await keyboard.press("Enter")
        await ada.at("session").first.wait_for()
        await ada.slide_to(4)
        await ada.past_shows("One")
        await ada.at("name-version").focus()
        await keyboard.press("Enter")
        await expect(ada.at("version-title")).to_be_focused()
        await keyboard.press("Enter")
        await expect(ada.page.get_by_role("dialog")).to_be_visible()
        await keyboard.type("First")
        await keyboard.press("Enter")
        await expect(ada.page.get_by_role("dialog")).to_have_count(0)
        await ada.at("choose-versions").click()
        await expect(versions).to_contain_text(["First"])

        await ada.slider.focus()
        await keyboard.press("End")
        await ada.past_shows("One two")
        await versions.get_by_role("button", name="First", exact=False).first.focus()
        await keyboard.press("Enter")
        await ada.past_shows("One")

        await versions.get_by_role("button", name="Rename “First”").focus()
        await keyboard.press("Enter")
        await expect(ada.at("version-title")).to_have_value("First")
        await ada.at("version-title").fill("One word")
        await keyboard.press("Enter")
        await expect(versions).to_contain_text(["One word"])
        await versions.get_by_role("button", name="Delete “One word”").focus()
        await keyboard.press("Enter")
        await ada.at("confirm").focus()
        await keyboard.press("Enter")
        await expect(versions).to_have_count(0)
        await expect(ada.at("versions")).to_contain_text("No versions yet")
        await keyboard.press("Escape")
        await expect(ada.at("past")).to_have_count(0)
        await ada.shows("One two")
        assert ada.errors == []


async def test_while_one_looks_others_write_on_and_ones_own_text_is_as_it_was_left(
    shoal: ShoalProcess, browser: Browser
) -> None:
    document = await rich_document(shoal, "Meanwhile")
    async with AsyncExitStack() as stack:
        ada, bob = await window(browser, shoal.url, stack), await window(browser, shoal.url, stack)
        await ada.enter("Ada", document)
        await bob.enter("Bob", document)
        await ada.type_at_end("Now ")
        await bob.shows("Now ")
        await ada.saved()
        await ada.page.keyboard.press("ArrowLeft")
        await ada.open_history()
        head = await ada.head()
        await bob.type_at_end("and then")
        await ada.past_shows("Now and then")
        await expect(ada.slider).to_have_attribute("max", str(head + len("and then")))
        await expect(ada.at("moment-revision")).to_contain_text(f"of {head + len('and then')}")

        await ada.slide_to(head)
        await ada.past_shows("Now ")
        await bob.type_at_end(" again")
        await expect(ada.slider).to_have_attribute("max", str(head + len("and then again")), timeout=PATIENCE_MS)
        await ada.past_shows("Now ")
        await ada.at("back-to-now").click()
        await ada.shows("Now and then again")
        await ada.page.locator(EDITOR).focus()
        await ada.page.keyboard.type("!")
        await ada.shows("Now! and then again")
        await bob.shows("Now! and then again")
        assert ada.errors == bob.errors == []


async def test_a_document_in_which_nothing_was_written_says_so(shoal: ShoalProcess, browser: Browser) -> None:
    document = await new_document(shoal, "Blank")
    async with AsyncExitStack() as stack:
        ada = await window(browser, shoal.url, stack)
        await ada.enter("Ada", document)
        await ada.at("panel-history").click()
        await expect(ada.at("sessions")).to_contain_text("Nothing was written yet", timeout=PATIENCE_MS)
        await expect(ada.at("moment")).to_have_text("Before the first word")
        await expect(ada.at("name-version")).to_be_disabled()
        await expect(ada.at("restore")).to_be_disabled()
        await ada.at("play").click()
        await expect(ada.at("play")).to_have_accessible_name("Play", timeout=PATIENCE_MS)
        assert ada.errors == []


async def test_who_may_only_read_sees_the_history_and_changes_nothing_of_it(
    shoal: ShoalProcess, browser: Browser
) -> None:
    async with AsyncExitStack() as stack:
        ada, bob = await window(browser, shoal.url, stack), await window(browser, shoal.url, stack)
        document = await document_bob_may_read(shoal, "Read only")
        await ada.enter("Ada", document)
        await ada.type_at_end("Look. ")
        await ada.saved()
        await bob.enter("Bob", document)
        await bob.open_history()
        await bob.slide_to(4)
        await bob.past_shows("Loo")
        await expect(bob.at("history-rights")).to_be_visible()
        await expect(bob.at("restore")).to_be_hidden()
        await expect(bob.at("name-version")).to_be_hidden()
        assert ada.errors == bob.errors == []


async def test_plain_text_has_its_history_too(shoal: ShoalProcess, browser: Browser) -> None:
    document = await new_document(shoal, "Plain")
    async with joined(shoal, document, "ada") as person:
        await person.type(insert(0, "one\n"), insert(4, "two\n"), insert(8, "three\r\nfour"))
    async with AsyncExitStack() as stack:
        bob = await window(browser, shoal.url, stack)
        await bob.enter("Bob", document)
        await bob.open_history()
        text = bob.at("past-paper").locator(".cm-content")
        await expect(text).to_contain_text("four", timeout=PATIENCE_MS)
        head = await bob.head()
        await bob.slide_to(head - 1)
        await expect(text.locator(".cm-line")).to_have_text(["one", "two", ""])
        await bob.at("choose-changes").click()
        await expect(text.locator("ins").first).to_contain_text("three", timeout=PATIENCE_MS)
        await bob.slide_to(0)
        await bob.at("play").click()
        await expect(bob.at("play")).to_have_accessible_name("Play", timeout=PATIENCE_MS)
        await expect(text).to_contain_text("four", timeout=PATIENCE_MS)
        await bob.at("choose-authors").click()
        await expect(text.locator(".past-author").first).to_have_text("one", timeout=PATIENCE_MS)
        assert bob.errors == []


async def test_what_was_archived_is_explained_and_what_cannot_be_reached_is_tried_again(
    shoal: ShoalProcess, browser: Browser
) -> None:
    document = await rich_document(shoal, "Not all of it")
    first, is_away = 6, False

    async def answer(route: Route) -> None:
        """As a Shoal that keeps operations after the sixth only, and can be out of reach."""
        asked = parse_qs(urlsplit(route.request.url).query)
        wanted = int(asked.get("afterRevision", asked.get("revision", ["0"]))[0])
        if is_away:
            await route.abort()
        elif wanted >= first:
            await route.continue_()
        else:
            reason = "ERROR_REASON_HISTORY_ARCHIVED"
            detail = {"reason": reason, "domain": "shoal", "metadata": {"first_revision": str(first)}}
            fact = {"@type": "type.googleapis.com/google.rpc.ErrorInfo", **detail}
            await route.fulfill(status=400, json={"code": 11, "message": "archived", "details": [fact]})

    async with AsyncExitStack() as stack:
        ada = await window(browser, shoal.url, stack)
        await ada.page.route(re.compile(r"/operations\?|:content\?"), answer)
        await ada.enter("Ada", document)
        await ada.type_at_end("Gone but for this")
        await ada.saved()
        await ada.open_history()
        await expect(ada.at("archived")).to_contain_text("before revision 6 has been archived", timeout=PATIENCE_MS)
        await expect(ada.slider).to_have_attribute("min", str(first))
        await ada.slider.focus()
        await ada.page.keyboard.press("Home")
        await ada.past_shows("Gone ")
        await ada.at("play").click()
        await ada.past_shows("Gone but for this")
        await expect(ada.at("play")).to_have_accessible_name("Play", timeout=PATIENCE_MS)

        is_away = True
        await ada.page.reload()
        await ada.open_history()
        trouble = ada.at("history").get_by_role("alert")
        await expect(trouble).to_contain_text("cannot be reached", timeout=PATIENCE_MS)
        is_away = False
        await trouble.get_by_role("button", name="Try again").click()
        await ada.past_shows("Gone but for this")
        await expect(trouble).to_be_hidden()
        assert ada.errors == []


# Colours do not depend on the width: each is looked at once.
@pytest.mark.parametrize(("scheme", "width", "height"), [("light", 1280, 800), ("dark", 390, 844)])
async def test_nothing_of_it_is_a_serious_obstacle(
    shoal: ShoalProcess, browser: Browser, scheme: Any, width: int, height: int
) -> None:
    document = await rich_document(shoal, "For everybody")
    async with AsyncExitStack() as stack:
        size: Any = {"width": width, "height": height}
        ada = await window(browser, shoal.url, stack, color_scheme=scheme, viewport=size, reduced_motion="reduce")
        await ada.enter("Ada", document)
        await ada.type_at_end("The first line. ")
        await ada.page.keyboard.press("Enter")
        await ada.page.keyboard.type("The second.")
        await ada.saved()
        await ada.open_history()
        await ada.slide_to(9)
        await ada.past_shows("The firs")
        assert await ada.serious_problems() == []
        await ada.at("choose-changes").click()
        await ada.past.locator("ins").first.wait_for()
        assert await ada.serious_problems() == []
        await ada.at("choose-authors").click()
        await ada.at("writer").wait_for()
        await ada.at("choose-versions").click()
        assert await ada.serious_problems() == []
        assert ada.errors == []
