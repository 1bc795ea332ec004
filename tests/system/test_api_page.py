"""The API page in a real Chromium against a real Shoal: it opens without a complaint, and calls what it shows."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser, Page, expect

from tests.system.shoal import ShoalProcess

PATIENCE_MS = 60_000
TELL_VIOLATIONS = """
addEventListener("securitypolicyviolation", (event) =>
  console.error(`refused by ${event.violatedDirective}: ${event.blockedURI} ${event.sample}`));
"""
CREATE = """
async (title) => (await fetch("/v1/documents", {
  method: "POST", headers: {"Content-Type": "application/json"}, body: JSON.stringify({document: {title}}),
})).status
"""
LIST = "#operations-DocumentService-DocumentService_ListDocuments"
pytestmark = pytest.mark.slow


async def window(browser: Browser) -> tuple[Page, list[str]]:
    """A window of a person of its own, and what its console complains of."""
    page = await (await browser.new_context()).new_page()
    complaints: list[str] = []
    page.on(
        "console", lambda message: complaints.append(message.text) if message.type in ("error", "warning") else None
    )
    page.on("pageerror", lambda error: complaints.append(str(error)))
    await page.add_init_script(TELL_VIOLATIONS)
    return page, complaints


async def sign_in(page: Page, url: str, name: str) -> None:
    await page.goto(url)
    await page.get_by_test_id("sign-in-name").fill(name)
    await page.get_by_test_id("sign-in-submit").click()
    await page.get_by_test_id("new-document").wait_for()


async def try_list(page: Page) -> None:
    """Open ListDocuments and execute it as it stands."""
    await page.locator(f"{LIST} .opblock-summary-control").click()
    await page.locator(f"{LIST} .try-out__btn").click()
    await page.locator(f"{LIST} .execute").click()


async def test_a_signed_in_person_opens_the_page_without_a_complaint_and_lists_documents(
    shoal: ShoalProcess, browser: Browser
) -> None:
    page, complaints = await window(browser)
    await sign_in(page, shoal.url, "Ada")
    assert await page.evaluate(CREATE, "Seen from the API page") == 200
    complaints.clear()

    await page.goto(f"{shoal.url}/api")
    await expect(page.locator(".swagger-ui .info .title")).to_contain_text("Shoal", timeout=PATIENCE_MS)
    await expect(page.locator(".opblock-tag")).not_to_have_count(0)
    await try_list(page)

    answer = page.locator(f"{LIST} .live-responses-table .response")
    await expect(answer.locator(".response-col_status")).to_contain_text("200", timeout=PATIENCE_MS)
    await expect(answer.locator(".response-col_description")).to_contain_text("Seen from the API page")
    assert complaints == []

    await page.get_by_role("link", name="Shoal, all documents").click()
    await page.get_by_test_id("new-document").wait_for()


async def test_a_stranger_is_refused_until_a_token_is_given(shoal: ShoalProcess, browser: Browser) -> None:
    ada, _ = await window(browser)
    await sign_in(ada, shoal.url, "Ada")
    token = await ada.evaluate("async () => (await (await fetch('/v1/session')).json()).token")

    stranger, _ = await window(browser)
    await stranger.goto(f"{shoal.url}/api")
    await expect(stranger.get_by_role("link", name="Sign in")).to_be_visible(timeout=PATIENCE_MS)
    await try_list(stranger)
    status = stranger.locator(f"{LIST} .live-responses-table .response .response-col_status")
    await expect(status).to_contain_text("401", timeout=PATIENCE_MS)

    await stranger.locator(".auth-wrapper .btn.authorize").first.click()
    dialog = stranger.locator(".dialog-ux")
    await dialog.locator("input[type=text], input[type=password]").fill(token)
    await dialog.locator("button.authorize").click()
    await dialog.locator("button.btn-done").click()
    await stranger.locator(f"{LIST} .execute").click()
    await expect(status).to_contain_text("200", timeout=PATIENCE_MS)


async def test_signing_in_from_the_page_leads_back_to_it(shoal: ShoalProcess, browser: Browser) -> None:
    page, _ = await window(browser)
    await page.goto(f"{shoal.url}/api")
    await page.get_by_role("link", name="Sign in").click()
    await page.get_by_test_id("sign-in-name").fill("Ada")
    await page.get_by_test_id("sign-in-submit").click()
    await expect(page).to_have_url(f"{shoal.url}/api", timeout=PATIENCE_MS)
    await expect(page.locator("summary[aria-label='Account: Ada']")).to_be_visible(timeout=PATIENCE_MS)
