"""The share dialog in real Chromium windows: everything that sharing can do, and what it says when it may not."""

from __future__ import annotations

from contextlib import AsyncExitStack

import pytest
from playwright.async_api import Browser, Locator, expect

from tests.system.home import Window, window
from tests.system.shoal import ShoalProcess

PATIENCE_MS = 20_000
pytestmark = [pytest.mark.slow, pytest.mark.pages]


def row(one: Window, who: str) -> Locator:
    return one.page.locator(f"[data-who='{who}']")


async def open_dialog(one: Window, document: str) -> Locator:
    """Open the dialog of a document that is shown."""
    await one.page.goto(f"{one.url}{document.replace('documents/', '/d/')}")
    await one.page.get_by_test_id("share").click()
    dialog = one.page.locator("dialog.share-dialog")
    await dialog.get_by_test_id("grant").first.wait_for()
    return dialog


async def test_people_groups_and_everybody_of_the_organisation_are_given_roles_and_explained(
    shoal: ShoalProcess, browser: Browser
) -> None:
    async with AsyncExitStack() as stack:
        ada = await window(browser, shoal.url, stack)
        await ada.sign_in("Ada")
        made = await ada.call("POST", "/v1/organizations", {"organization": {"title": "Reef"}})
        house = made["organization"]["name"]
        group = {"group": {"title": "Writers", "members": ["users/bob"]}}
        await ada.call("POST", f"/v1/{house}/groups", group)
        asked = {"project": {"title": "Tides", "organization": house}}
        project = (await ada.call("POST", "/v1/projects", asked))["project"]["name"]
        await ada.share(project, "bob", "VIEWER")
        document = await ada.make_document("Almanac", project=project, type="DOCUMENT_TYPE_RICH_TEXT")

        dialog = await open_dialog(ada, document)
        inherited = row(ada, "users/bob")
        await expect(inherited).to_contain_text("from the project Tides")
        link = inherited.get_by_role("link", name="the project Tides")
        await expect(link).to_have_attribute("href", project.replace("projects/", "/p/"))

        await dialog.get_by_test_id("share-who").fill("writers")
        await dialog.get_by_test_id("share-role").select_option("ROLE_EDITOR")
        await dialog.get_by_test_id("share-add").click()
        await expect(dialog.get_by_text("Group Writers")).to_be_visible(timeout=PATIENCE_MS)
        why = row(ada, "users/bob").get_by_role("button", name="Why does")
        await why.click()
        await expect(why).to_have_attribute("aria-expanded", "true")
        reasons = row(ada, "users/bob").get_by_test_id("why")
        await expect(reasons).to_contain_text("Can edit as Group Writers on the document")
        await expect(reasons).to_contain_text("Can view on the project Tides granted by you")

        await dialog.get_by_test_id("general-access").select_option("ROLE_COMMENTER")
        await expect(dialog.get_by_test_id("general")).to_contain_text("Everybody of Reef", timeout=PATIENCE_MS)
        await dialog.get_by_test_id("general-access").select_option("none")
        await expect(dialog.get_by_test_id("general")).to_contain_text("Nobody else", timeout=PATIENCE_MS)
        assert ada.errors == []


async def test_owning_is_handed_on_only_after_it_was_asked_and_the_last_owner_stays(
    shoal: ShoalProcess, browser: Browser
) -> None:
    async with AsyncExitStack() as stack:
        ada, bob = await window(browser, shoal.url, stack), await window(browser, shoal.url, stack)
        await ada.sign_in("Ada")
        project = await ada.make_project("Handed on", bob="ADMIN")
        await ada.visit(project.replace("projects/", "/p/"))
        await ada.page.get_by_test_id("share-project").click()
        select = row(ada, "users/bob").get_by_role("combobox")
        await select.select_option("ROLE_OWNER")
        await expect(select).to_have_value("ROLE_ADMIN")
        await row(ada, "users/bob").get_by_role("button", name="Cancel").click()
        await expect(select).to_be_focused()
        await select.select_option("ROLE_OWNER")
        await ada.page.get_by_test_id("transfer").click()
        await expect(row(ada, "users/bob")).to_contain_text("Owner", timeout=PATIENCE_MS)
        await expect(row(ada, "users/ada").get_by_role("combobox")).to_have_value("ROLE_ADMIN")

        await bob.sign_in("Bob", project.replace("projects/", "/p/"))
        await bob.page.get_by_test_id("share-project").click()
        await expect(row(bob, "users/bob")).to_contain_text("Owner", timeout=PATIENCE_MS)
        await expect(row(bob, "users/bob").get_by_role("button", name="Remove")).to_have_count(0)
        assert ada.errors == bob.errors == []


async def test_an_invitation_is_told_once_waits_in_the_list_and_is_taken_back(
    shoal: ShoalProcess, browser: Browser
) -> None:
    async with AsyncExitStack() as stack:
        ada = await window(browser, shoal.url, stack)
        await ada.sign_in("Ada")
        project = await ada.make_project("Invited")
        await ada.visit(project.replace("projects/", "/p/"))
        await ada.page.get_by_test_id("share-project").click()
        who, add = ada.page.get_by_test_id("share-who"), ada.page.get_by_test_id("share-add")
        await who.fill("carol@example.com")
        await expect(add).to_have_text("Invite")
        await add.click()
        address = await ada.page.get_by_test_id("link-address").input_value()
        assert address.startswith(f"{shoal.url}/invitations/")
        assert len(address.partition("#")[2]) > 20
        await expect(ada.page.get_by_test_id("copy-link")).to_be_focused()
        waiting = ada.page.locator("[data-email='carol@example.com']")
        await expect(waiting).to_contain_text("Can edit")
        await waiting.get_by_role("button", name="Take back the invitation").click()
        await expect(waiting).to_have_count(0, timeout=PATIENCE_MS)
        await ada.page.goto(address)
        await expect(ada.page.get_by_test_id("invitation-refused")).to_contain_text("taken back", timeout=PATIENCE_MS)
        assert ada.errors == []


async def test_a_link_with_an_end_and_a_password_says_so_and_opens_by_the_password(
    shoal: ShoalProcess, browser: Browser
) -> None:
    async with AsyncExitStack() as stack:
        ada, carol = await window(browser, shoal.url, stack), await window(browser, shoal.url, stack)
        await ada.sign_in("Ada")
        project = await ada.make_project("By link")
        await ada.visit(project.replace("projects/", "/p/"))
        await ada.page.get_by_test_id("share-project").click()
        await ada.page.get_by_test_id("link-days").select_option("7")
        await ada.page.get_by_test_id("link-password").fill("open sesame")
        await ada.page.get_by_test_id("make-link").click()
        link = await ada.page.get_by_test_id("link-address").input_value()
        await expect(ada.page.get_by_test_id("link")).to_contain_text("not used yet, until")
        await expect(ada.page.get_by_test_id("link")).to_contain_text("with a password")

        await carol.page.goto(link)
        await carol.page.get_by_test_id("sign-in-name").fill("Carol")
        await carol.page.get_by_test_id("sign-in-submit").click()
        await carol.page.get_by_test_id("share-password").fill("wrong")
        await carol.page.get_by_test_id("share-open").click()
        await expect(carol.page.get_by_text("That did not open it.")).to_be_visible(timeout=PATIENCE_MS)
        await carol.page.get_by_test_id("share-password").fill("open sesame")
        await carol.page.get_by_test_id("share-open").click()
        await carol.page.wait_for_url(f"{shoal.url}{project.replace('projects/', '/p/')}")
        assert ada.errors == carol.errors == []


async def test_an_archived_project_says_why_nothing_can_be_shared(shoal: ShoalProcess, browser: Browser) -> None:
    async with AsyncExitStack() as stack:
        ada = await window(browser, shoal.url, stack)
        await ada.sign_in("Ada")
        project = await ada.make_project("Laid to rest", bob="EDITOR")
        await ada.visit(project.replace("projects/", "/p/"))
        await ada.page.get_by_test_id("share-project").click()
        select = row(ada, "users/bob").get_by_role("combobox")
        await select.wait_for()
        # Somebody archives it while the dialog is open.
        archived = {"name": project, "archived": True}
        await ada.call("PATCH", f"/v1/{project}?updateMask=archived", archived)
        await select.select_option("ROLE_VIEWER")
        problem = ada.page.locator("dialog.share-dialog .share > .problem")
        await expect(problem).to_contain_text("The project is archived", timeout=PATIENCE_MS)
        own = ada.page.get_by_test_id("own-access")
        await expect(own).to_contain_text("the project Laid to rest is archived")
        assert ada.errors == []


async def test_who_may_not_share_sees_what_they_may_themselves_and_whom_to_ask(
    shoal: ShoalProcess, browser: Browser
) -> None:
    async with AsyncExitStack() as stack:
        ada, bob = await window(browser, shoal.url, stack), await window(browser, shoal.url, stack)
        await ada.sign_in("Ada")
        project = await ada.make_project("Only read", bob="VIEWER")
        await ada.make_document("Read me", project=project)
        await bob.sign_in("Bob", project.replace("projects/", "/p/"))
        line = bob.row("Read me")
        await line.get_by_role("button").first.click()
        await bob.page.get_by_role("menuitem", name="Share…").locator("visible=true").click()
        own = bob.page.get_by_test_id("own-access")
        await expect(own).to_contain_text("You can view this document", timeout=PATIENCE_MS)
        await expect(own).to_contain_text("on the project Only read granted by ada")
        await expect(own).to_contain_text("ask ada")
        await expect(bob.page.get_by_test_id("share-add")).to_have_count(0)
        assert bob.errors == []


# Colours do not depend on the width: each is looked at once.
@pytest.mark.parametrize(("size", "scheme"), [((1280, 800), "light"), ((360, 740), "dark")])
async def test_axe_finds_nothing_serious_in_the_dialog_and_it_fits(
    shoal: ShoalProcess, browser: Browser, scheme: str, size: tuple[int, int]
) -> None:
    view = {"width": size[0], "height": size[1]}
    async with AsyncExitStack() as stack:
        ada = await window(browser, shoal.url, stack, color_scheme=scheme, viewport=view, reduced_motion="reduce")
        await ada.page.goto(shoal.url)
        await ada.page.get_by_test_id("sign-in-name").wait_for()
        assert await ada.serious_issues() == []
        await ada.sign_in("Ada")
        project = await ada.make_project("Looked at", bob="EDITOR")
        document = await ada.make_document("Seen", project=project, type="DOCUMENT_TYPE_RICH_TEXT")
        await ada.share(document, "carol", "VIEWER")
        dialog = await open_dialog(ada, document)
        await dialog.get_by_test_id("make-link").click()
        await dialog.get_by_test_id("link").wait_for()
        await row(ada, "users/carol").get_by_role("button", name="Why does").click()
        await dialog.get_by_test_id("why").wait_for()
        assert await ada.serious_issues() == []
        assert await dialog.evaluate("(element) => element.scrollWidth <= element.clientWidth")
        for path, testid in (
            ("/nowhere/at/all", "not-found"),
            ("/share", "broken-link"),
            ("/invitations/x", "broken-link"),
        ):
            await ada.page.goto(shoal.url + path)
            await ada.page.get_by_test_id(testid).wait_for()
            assert await ada.serious_issues() == []
            assert await ada.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert ada.errors == []
