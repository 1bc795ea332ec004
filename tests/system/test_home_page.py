"""Home and what lies around it, in real Chromium windows: what one does, the other sees where they look for it."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest
import pytest_asyncio
from playwright.async_api import Browser, ViewportSize, expect

from tests.system.home import EDITOR, Window, window
from tests.system.shoal import ShoalProcess

PATIENCE_MS = 20_000
pytestmark = [pytest.mark.slow, pytest.mark.pages]


@pytest_asyncio.fixture(loop_scope="session")
async def stack() -> AsyncIterator[AsyncExitStack]:
    async with AsyncExitStack() as opened:
        yield opened


async def two(browser: Browser, url: str, stack: AsyncExitStack) -> tuple[Window, Window]:
    """Ada's window and Bob's, signed in."""
    ada, bob = await window(browser, url, stack), await window(browser, url, stack)
    await ada.sign_in("Ada Lovelace")
    await bob.sign_in("Bob")
    return ada, bob


async def test_what_somebody_else_makes_renames_and_deletes_is_seen_at_home_without_a_reload(
    shoal: ShoalProcess, browser: Browser, stack: AsyncExitStack
) -> None:
    ada, bob = await two(browser, shoal.url, stack)
    await ada.make_document("First of the list")
    await expect(bob.row("First of the list")).to_be_visible(timeout=PATIENCE_MS)
    name = await ada.make_document("Live from Ada", "fish")
    await expect(bob.row("Live from Ada")).to_be_visible(timeout=PATIENCE_MS)
    await expect(bob.page.get_by_test_id("document-row").first).to_contain_text("Live from Ada")

    await ada.choose(ada.row("Live from Ada"), "rename-document")
    await ada.page.get_by_test_id("ask-text").fill("Renamed by Ada")
    await ada.page.keyboard.press("Enter")
    await expect(bob.row("Renamed by Ada")).to_be_visible(timeout=PATIENCE_MS)
    await expect(bob.row("Live from Ada")).to_have_count(0)

    await ada.call("DELETE", f"/v1/{name}")
    await expect(bob.row("Renamed by Ada")).to_have_count(0, timeout=PATIENCE_MS)
    assert ada.errors == bob.errors == []


async def test_the_list_holds_what_was_chosen_and_the_address_says_so(
    shoal: ShoalProcess, browser: Browser, stack: AsyncExitStack
) -> None:
    ada, bob = await two(browser, shoal.url, stack)
    await ada.make_document("Chosen: hers")
    await bob.make_document("Chosen: his")
    await ada.page.get_by_test_id("show-mine").click()
    await expect(ada.row("Chosen: hers")).to_be_visible(timeout=PATIENCE_MS)
    await expect(ada.row("Chosen: his")).to_have_count(0)
    assert ada.page.url.endswith("/?show=mine")
    await ada.page.reload()
    await expect(ada.page.get_by_test_id("show-mine")).to_have_attribute("aria-pressed", "true")
    await expect(ada.row("Chosen: hers")).to_be_visible(timeout=PATIENCE_MS)
    await ada.page.get_by_test_id("show-shared").click()
    await expect(ada.row("Chosen: his")).to_be_visible(timeout=PATIENCE_MS)
    await expect(ada.row("Chosen: hers")).to_have_count(0)


async def test_a_long_list_is_read_on_as_one_goes_down(
    own_shoal: ShoalProcess, browser: Browser, stack: AsyncExitStack
) -> None:
    ada = await window(browser, own_shoal.url, stack)
    await ada.sign_in("Ada")
    await expect(ada.page.get_by_text("Nothing here yet")).to_be_visible(timeout=PATIENCE_MS)
    for number in range(60):
        await ada.make_document(f"Sheet {number:02}")
    await ada.page.reload()
    await expect(ada.row("Sheet 59")).to_be_visible(timeout=PATIENCE_MS)
    await expect(ada.page.get_by_test_id("document-row")).to_have_count(50)
    await ada.row("Sheet 10").scroll_into_view_if_needed()
    await expect(ada.page.get_by_test_id("document-row")).to_have_count(60, timeout=PATIENCE_MS)
    await expect(ada.row("Sheet 00")).to_be_visible()


async def test_a_document_is_made_plain_or_from_a_template_and_is_recent_then(
    shoal: ShoalProcess, browser: Browser, stack: AsyncExitStack
) -> None:
    ada = await window(browser, shoal.url, stack)
    await ada.sign_in("Ada")
    await ada.make_document("Minutes pattern", "Present: nobody yet")
    await ada.choose(ada.row("Minutes pattern"), "toggle-template")
    await expect(ada.row("Minutes pattern")).to_contain_text("Template", timeout=PATIENCE_MS)
    await ada.page.reload()
    await ada.page.get_by_test_id("new-title").fill("Minutes of today")
    await ada.page.get_by_test_id("new-document-kind").select_option(label="Minutes pattern")
    await ada.page.get_by_test_id("new-document").click()
    await expect(ada.page.locator(EDITOR)).to_contain_text("Present: nobody yet", timeout=PATIENCE_MS)
    await ada.visit("/")
    recent = ada.page.get_by_test_id("recent-document").filter(has_text="Minutes of today")
    await expect(recent).to_contain_text("Present: nobody yet", timeout=PATIENCE_MS)
    await ada.page.get_by_test_id("new-title").fill("notes.md")
    await ada.page.get_by_test_id("new-document-kind").select_option("plain")
    await ada.page.get_by_test_id("new-document").click()
    await expect(ada.page).to_have_url(re.compile("/d/"))
    await ada.visit("/")
    await expect(ada.row("notes.md")).to_contain_text("Plain text", timeout=PATIENCE_MS)


async def test_folders_are_made_renamed_and_kept_while_something_is_in_them_and_documents_moved(
    shoal: ShoalProcess, browser: Browser, stack: AsyncExitStack
) -> None:
    ada = await window(browser, shoal.url, stack)
    await ada.sign_in("Ada")
    await ada.page.get_by_test_id("new-project").click()
    await ada.page.get_by_test_id("project-title").fill("Engine room")
    await ada.page.get_by_test_id("create-project").click()
    await expect(ada.page.get_by_role("heading", name="Engine room", level=1)).to_be_visible(timeout=PATIENCE_MS)
    project = await ada.page.get_by_test_id("project-filter").input_value()
    await ada.make_document("Blueprint", project=project)
    await expect(ada.row("Blueprint")).to_be_visible(timeout=PATIENCE_MS)

    await ada.page.get_by_test_id("new-folder").click()
    await ada.page.get_by_test_id("ask-text").fill("Drawings")
    await ada.page.keyboard.press("Enter")
    await expect(ada.page.get_by_role("heading", name="Drawings", level=1)).to_be_visible(timeout=PATIENCE_MS)
    await expect(ada.page.get_by_text("This folder is empty")).to_be_visible(timeout=PATIENCE_MS)
    await ada.page.get_by_label("Where this is").get_by_role("link", name="Engine room").click()

    await ada.choose(ada.row("Blueprint"), "move-document")
    await ada.page.get_by_test_id("place-folder").select_option(label="Drawings")
    await ada.page.get_by_test_id("move-here").click()
    await expect(ada.page.locator("dialog")).to_have_count(0)

    folder = ada.page.get_by_test_id("folder").filter(has_text="Drawings")
    await ada.choose(folder, "delete-folder")
    await ada.page.get_by_test_id("delete-folder-really").click()
    await expect(ada.page.locator("dialog [role=alert]")).to_contain_text("still something in it")
    await ada.page.get_by_role("button", name="Cancel").click()
    await folder.get_by_role("link").click()
    await expect(ada.row("Blueprint")).to_be_visible(timeout=PATIENCE_MS)
    await ada.choose(ada.row("Blueprint"), "trash-document")
    await expect(ada.row("Blueprint")).to_have_count(0, timeout=PATIENCE_MS)
    assert ada.errors == []


async def test_an_archived_project_says_so_and_offers_nothing_that_cannot_be_done(
    shoal: ShoalProcess, browser: Browser, stack: AsyncExitStack
) -> None:
    ada = await window(browser, shoal.url, stack)
    await ada.sign_in("Ada")
    project = await ada.make_project("Closed works")
    await ada.visit(f"/p/{project.removeprefix('projects/')}")
    await ada.page.get_by_test_id("project-menu").click()
    await ada.page.get_by_test_id("edit-project").click()
    await ada.page.get_by_test_id("about-text").fill("What was done, for the record.")
    await ada.page.get_by_test_id("about-save").click()
    await expect(ada.page.get_by_text("for the record")).to_be_visible(timeout=PATIENCE_MS)
    await ada.page.get_by_test_id("project-menu").click()
    await ada.page.get_by_test_id("archive-project").click()
    await ada.page.get_by_test_id("archive-really").click()
    await expect(ada.page.get_by_test_id("archived")).to_be_visible(timeout=PATIENCE_MS)
    await expect(ada.page.get_by_test_id("new-document")).to_have_count(0)
    await expect(ada.page.get_by_test_id("new-folder")).to_have_count(0)
    await ada.page.get_by_role("button", name="Unarchive").click()
    await expect(ada.page.get_by_test_id("new-document")).to_be_visible(timeout=PATIENCE_MS)


async def test_who_is_in_a_project_is_seen_there_and_gone_when_they_leave(
    shoal: ShoalProcess, browser: Browser, stack: AsyncExitStack
) -> None:
    ada, bob = await two(browser, shoal.url, stack)
    project = await ada.make_project("Met by chance", bob="EDITOR")
    document = await ada.make_document("Meeting point", project=project)
    await ada.visit(f"/p/{project.removeprefix('projects/')}")
    await expect(ada.row("Meeting point")).to_be_visible(timeout=PATIENCE_MS)
    await expect(ada.page.get_by_test_id("project-presence")).to_be_hidden()
    await bob.page.goto(f"{shoal.url}/d/{document.removeprefix('documents/')}")
    await expect(ada.page.get_by_test_id("project-presence")).to_have_text(
        re.compile("Bob is here"), timeout=PATIENCE_MS
    )
    await expect(ada.row("Meeting point").locator(".avatar")).to_have_count(1)
    await bob.visit("/")
    await expect(ada.page.get_by_test_id("project-presence")).to_be_hidden(timeout=PATIENCE_MS)


async def test_a_word_is_found_in_a_text_marked_and_safe_and_the_switcher_goes_there_by_keys(
    shoal: ShoalProcess, browser: Browser, stack: AsyncExitStack
) -> None:
    ada = await window(browser, shoal.url, stack)
    await ada.sign_in("Ada")
    name = await ada.make_document("<b>Angles</b>", "a zygomorphic <img src=x onerror=alert(1)> flower")
    results = ada.page.get_by_test_id("search-result")

    async def found() -> None:
        await ada.page.get_by_test_id("search-box").fill("zygomorphic")
        await ada.page.keyboard.press("Enter")
        await (
            ada.page.get_by_test_id("search-results")
            .get_by_role("listitem")
            .or_(ada.page.get_by_text("Nothing found"))
            .first.wait_for()
        )

    await found()
    while await results.count() == 0:  # It is found once it is indexed, which is soon.
        await found()
    await expect(results.locator("mark")).to_have_text("zygomorphic")
    await expect(results).to_contain_text("<b>Angles</b>")
    await expect(results.locator("img, b")).to_have_count(0)

    await ada.visit("/trash")
    await ada.page.keyboard.press("Control+k")
    field = ada.page.get_by_test_id("switcher")
    await expect(field).to_be_focused()
    await expect(ada.page.get_by_test_id("switcher-option").filter(has_text="Trash")).to_be_visible(timeout=PATIENCE_MS)
    await field.fill("zygo")
    option = ada.page.get_by_test_id("switcher-option")
    await expect(option.last).to_contain_text("Search everywhere", timeout=PATIENCE_MS)
    await expect(option.first).to_contain_text("Angles")
    await expect(option.first).to_have_attribute("aria-selected", "true")
    await ada.page.keyboard.press("ArrowDown")
    chosen = await field.get_attribute("aria-activedescendant")
    await expect(ada.page.locator(f"#{chosen}")).to_contain_text("Search everywhere")
    await ada.page.keyboard.press("ArrowUp")
    await ada.page.keyboard.press("Enter")
    await expect(ada.page).to_have_url(f"{shoal.url}/d/{name.removeprefix('documents/')}")
    assert ada.errors == []


async def test_what_is_deleted_comes_back_from_the_trash_or_goes_for_good(
    shoal: ShoalProcess, browser: Browser, stack: AsyncExitStack
) -> None:
    ada = await window(browser, shoal.url, stack)
    await ada.sign_in("Ada")
    for title in ("Thrown away", "Burnt"):
        await ada.call("DELETE", f"/v1/{await ada.make_document(title)}")
    await ada.visit("/trash")
    thrown = ada.page.get_by_test_id("trash-row").filter(has_text="Thrown away")
    burnt = ada.page.get_by_test_id("trash-row").filter(has_text="Burnt")
    await thrown.get_by_test_id("restore").click()
    await expect(thrown).to_have_count(0)
    await burnt.get_by_test_id("purge").click()
    await ada.page.get_by_test_id("purge-really").click()
    await expect(burnt).to_have_count(0)
    await ada.visit("/")
    await expect(ada.row("Thrown away")).to_be_visible(timeout=PATIENCE_MS)
    await expect(ada.row("Burnt")).to_have_count(0)


async def test_the_bell_rings_while_one_looks_and_is_still_once_it_is_read(
    shoal: ShoalProcess, browser: Browser, stack: AsyncExitStack
) -> None:
    ada, carol = await window(browser, shoal.url, stack), await window(browser, shoal.url, stack)
    await ada.sign_in("Ada Lovelace")
    await carol.sign_in("Carol")
    await expect(carol.page.get_by_test_id("unread-count")).to_be_hidden()
    await ada.make_project("Shared surprise", carol="EDITOR")
    await expect(carol.page.get_by_test_id("unread-count")).to_have_text("1", timeout=PATIENCE_MS)
    await expect(carol.page.get_by_test_id("bell")).to_have_attribute("aria-label", "Notifications, 1 unread")
    await carol.page.get_by_test_id("bell").click()
    news = carol.page.get_by_test_id("notification")
    await expect(news.first).to_contain_text(
        "Ada Lovelace shared Shared surprise with you: you can edit", timeout=PATIENCE_MS
    )
    await news.first.get_by_test_id("mark-read").click()
    await expect(carol.page.get_by_test_id("unread-count")).to_be_hidden(timeout=PATIENCE_MS)
    await news.first.get_by_role("link").click()
    await expect(carol.page.get_by_role("heading", name="Shared surprise", level=1)).to_be_visible(timeout=PATIENCE_MS)

    await carol.page.get_by_test_id("project-menu").click()
    await carol.page.get_by_text("Mute its notifications").click()
    await expect(carol.page.get_by_text("You will hear nothing more")).to_be_visible(timeout=PATIENCE_MS)
    await carol.visit("/notifications")
    await expect(carol.page.get_by_label("Muted").get_by_text("Shared surprise")).to_be_visible(timeout=PATIENCE_MS)
    await carol.page.get_by_test_id("kind-share").uncheck()
    await expect(carol.page.locator("#announcer")).to_have_text("Saved", timeout=PATIENCE_MS)
    await carol.page.reload()
    await expect(carol.page.get_by_test_id("kind-share")).not_to_be_checked(timeout=PATIENCE_MS)
    assert ada.errors == carol.errors == []


async def test_the_feed_tells_what_was_done_by_day_and_of_a_project_alone(
    shoal: ShoalProcess, browser: Browser, stack: AsyncExitStack
) -> None:
    ada = await window(browser, shoal.url, stack)
    await ada.sign_in("Ada")
    project = await ada.make_project("Busy bees")
    await ada.make_document("Honey", project=project)
    await ada.make_document("Wax", project=project)
    await ada.visit(f"/p/{project.removeprefix('projects/')}")
    entries = ada.page.get_by_test_id("activity")
    made = entries.filter(has_text="created Wax and Honey")
    await ada.page.get_by_test_id("project-activity").click()
    await entries.or_(ada.page.get_by_text("Nothing happened yet")).first.wait_for()
    while await made.count() == 0:  # It is told once the event has been read, which is soon.
        await ada.page.reload()
        await ada.page.get_by_test_id("project-activity").click()
        await entries.or_(ada.page.get_by_text("Nothing happened yet")).first.wait_for()
    await expect(ada.page.get_by_role("heading", name="Today", level=2)).to_be_visible()
    await ada.visit("/activity?mine")
    await expect(entries.filter(has_text="You created Wax and Honey")).to_be_visible(timeout=PATIENCE_MS)
    await entries.get_by_role("link", name="Wax").click()
    await expect(ada.page.locator(EDITOR)).to_be_visible(timeout=PATIENCE_MS)


async def test_a_list_that_cannot_be_had_says_why_and_tries_again(
    shoal: ShoalProcess, browser: Browser, stack: AsyncExitStack
) -> None:
    ada = await window(browser, shoal.url, stack)
    await ada.sign_in("Ada")
    await ada.make_document("Still there")
    await ada.page.route(
        "**/v1/documents?*", lambda route: route.fulfill(status=403, json={"code": 7, "message": "no"})
    )
    await ada.page.reload()
    failure = ada.page.locator(".failure")
    await expect(failure).to_contain_text("You may not do that here", timeout=PATIENCE_MS)
    await ada.page.unroute("**/v1/documents?*")
    await failure.get_by_role("button", name="Try again").click()
    await expect(ada.row("Still there")).to_be_visible(timeout=PATIENCE_MS)


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_every_page_around_the_editor_is_usable_by_all_and_fits_a_telephone(
    shoal: ShoalProcess, browser: Browser, stack: AsyncExitStack, scheme: str
) -> None:
    phone: ViewportSize = {"width": 360, "height": 740}
    ada = await window(browser, shoal.url, stack, color_scheme=scheme, reduced_motion="reduce")
    await ada.sign_in("Ada")
    project = await ada.make_project(f"Reachable by all, {scheme}", bob="EDITOR")
    await ada.call("POST", f"/v1/{project}/folders", {"folder": {"title": "A folder with a rather long name"}})
    await ada.make_document("A document in it, with a title that is longer than a telephone is wide", project=project)
    await ada.call("DELETE", f"/v1/{await ada.make_document('Thrown away for the picture')}")
    place = f"/p/{project.removeprefix('projects/')}"
    waits = {
        "/": "document-row", place: "document-row", "/search?q=document": "search-results", "/trash": "trash-row",
        "/activity": "activity", "/notifications": "preferences",
    }  # fmt: skip
    for path, shown in waits.items():
        await ada.visit(path)
        await ada.page.get_by_test_id(shown).first.wait_for()
        await expect(ada.page.locator(".skeleton")).to_have_count(0, timeout=PATIENCE_MS)
        assert await ada.serious_issues() == [], path
        await ada.page.set_viewport_size(phone)
        assert await ada.page.evaluate("document.documentElement.scrollWidth") <= phone["width"], path
        assert await ada.serious_issues() == [], f"{path} on a telephone"
        await ada.page.set_viewport_size({"width": 1280, "height": 800})
    await ada.page.keyboard.press("Control+k")
    await ada.page.get_by_test_id("switcher-option").first.wait_for()
    assert await ada.serious_issues() == []
    await ada.page.keyboard.press("Escape")
    await ada.page.get_by_test_id("bell").click()
    assert await ada.serious_issues() == []
