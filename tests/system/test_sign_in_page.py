"""Signing in with an identity provider in a real Chromium, against the services as separate processes."""

from __future__ import annotations

import json
import shutil
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from typing import Any
from urllib.parse import quote

import pytest
from playwright.async_api import Browser, Page, async_playwright, expect

from bench.servers import RunningShoal, shoal_mesh
from tests.conftest import need
from tests.integration.edge.signing_provider import CLIENT, SECRET, SigningProvider, signing_provider
from tests.system.chromium import QUIET, WEB_ROOT
from tests.system.home import EDITOR, Window, window
from tests.unit.mesh.minting import ec

KEY = ec("provider")
PUBLIC = "http://localhost:8080"
"""What the provider knows the edge by; the browser is told where that is."""
PATIENCE_MS = 20_000
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def idp_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture(scope="module")
def mesh(idp_port: int) -> Iterator[RunningShoal]:
    """The services, with a provider and without signing in by name."""
    issuer = f"http://127.0.0.1:{idp_port}"
    sign_in = {
        "issuer": issuer, "client_id": CLIENT, "client_secret": SECRET, "public_url": PUBLIC, "label": "Acme",
        "cookie_key": "ab" * 32,
    }  # fmt: skip
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("SHOAL_TOKEN_ISSUERS", json.dumps([{"issuer": issuer, "subject_prefix": "acme:"}]))
        environment.setenv("SHOAL_EDGE_SIGN_IN", json.dumps(sign_in))
        with shoal_mesh() as running:
            yield running


@pytest.fixture
async def idp(mesh: RunningShoal, idp_port: int) -> AsyncIterator[SigningProvider]:
    async with signing_provider(KEY, port=idp_port) as running:
        running.asks = True
        yield running


@pytest.fixture
async def browser(mesh: RunningShoal) -> AsyncIterator[Browser]:
    path = shutil.which("chromium")
    need(path is not None, "Chromium")
    need((WEB_ROOT / "index.html").exists(), "the built page (make setup)")
    there = f"--host-resolver-rules=MAP localhost:8080 127.0.0.1:{mesh.port}"
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=[*QUIET, there])
        yield browser
        await browser.close()


async def go_through(page: Page) -> None:
    """From the sign-in page through the provider and back."""
    await page.get_by_test_id("sign-in-provider").click()
    await page.get_by_role("button", name="Yes, it is me").click()


async def make_document(one: Window, title: str) -> str:
    """Make a document that is open to all; returns its path."""
    name = await one.make_document(title, type="DOCUMENT_TYPE_RICH_TEXT")
    return name.replace("documents/", "/d/")


async def test_a_person_signs_in_with_the_provider_and_is_where_they_were_going(
    idp: SigningProvider, browser: Browser
) -> None:
    async with AsyncExitStack() as stack:
        ada = await window(browser, PUBLIC, stack)
        await ada.page.goto(f"{PUBLIC}/?view=mine")
        button = ada.page.get_by_test_id("sign-in-provider")
        await expect(button).to_have_text("Continue with Acme", timeout=PATIENCE_MS)
        await expect(ada.page.get_by_test_id("sign-in-name")).to_have_count(0)
        assert await ada.serious_issues() == []
        await go_through(ada.page)
        await ada.page.get_by_test_id("bell").wait_for()
        assert ada.page.url == f"{PUBLIC}/?view=mine"
        path = await make_document(ada, "Signed")
        await ada.page.goto(PUBLIC + path)
        await ada.page.locator(EDITOR).click()
        await ada.page.keyboard.type("by Ada")
        await expect(ada.page.get_by_test_id("chip")).to_have_attribute("data-state", "saved", timeout=PATIENCE_MS)
        await ada.page.locator("header .menu summary").last.click()
        await ada.page.get_by_role("button", name="Sign out").click()
        await ada.page.wait_for_url(f"{idp.url}/end?**")
        await ada.page.goto(PUBLIC + path)
        await ada.page.get_by_test_id("sign-in-provider").wait_for()
        assert ada.errors == []


async def test_what_the_provider_refuses_is_told_as_text_and_one_can_try_again(
    idp: SigningProvider, browser: Browser
) -> None:
    async with AsyncExitStack() as stack:
        ada = await window(browser, PUBLIC, stack)
        idp.refusal = "access_denied"
        await ada.page.goto(PUBLIC)
        await go_through(ada.page)
        problem = ada.page.get_by_test_id("sign-in-problem")
        await expect(problem).to_contain_text("did not sign you in", timeout=PATIENCE_MS)
        await expect(problem).to_have_attribute("role", "alert")
        idp.refusal = ""
        await go_through(ada.page)
        await ada.page.get_by_test_id("bell").wait_for()

        hostile = "<img src=x onerror=alert(1)>"
        mallory = await window(browser, PUBLIC, stack)
        await mallory.page.goto(f"{PUBLIC}/sign-in?to=//evil.example&problem={quote(hostile)}")
        await expect(mallory.page.get_by_test_id("sign-in-problem")).to_have_text(hostile, timeout=PATIENCE_MS)
        href = await mallory.page.get_by_test_id("sign-in-provider").get_attribute("href")
        assert href == "/v1/session/start?to=%2F"
        assert ada.errors == mallory.errors == []


async def test_a_token_is_renewed_while_somebody_writes_and_they_notice_nothing(
    idp: SigningProvider, browser: Browser
) -> None:
    async with AsyncExitStack() as stack:
        idp.lifetime_s = 32  # The page asks for a new one 30 s before the end.
        ada = await window(browser, PUBLIC, stack)
        await ada.page.goto(PUBLIC)
        await go_through(ada.page)
        await ada.page.get_by_test_id("bell").wait_for()
        path = await make_document(ada, "Renewed")
        before = idp.refreshed
        await ada.page.context.clear_cookies(name="shoal_session")
        await ada.page.goto(PUBLIC + path)
        await ada.page.locator(EDITOR).click()
        await ada.page.keyboard.type("still Ada")
        await expect(ada.page.get_by_test_id("chip")).to_have_attribute("data-state", "saved", timeout=PATIENCE_MS)
        assert idp.refreshed > before
        assert ada.errors == []


async def test_a_session_that_ended_leads_to_sign_in_and_back_and_what_was_typed_meanwhile_is_sent(
    idp: SigningProvider, browser: Browser
) -> None:
    async with AsyncExitStack() as stack:
        ada = await window(browser, PUBLIC, stack)
        await ada.page.goto(PUBLIC)
        await go_through(ada.page)
        await ada.page.get_by_test_id("bell").wait_for()
        path = await make_document(ada, "Interrupted")
        await ada.page.goto(PUBLIC + path)
        await ada.page.locator(EDITOR).click()
        await ada.page.keyboard.type("Before. ")
        await expect(ada.page.get_by_test_id("chip")).to_have_attribute("data-state", "saved", timeout=PATIENCE_MS)

        await ada.page.context.set_offline(True)
        await expect(ada.page.get_by_test_id("chip")).to_have_attribute("data-state", "offline", timeout=PATIENCE_MS)
        await ada.page.keyboard.type("Meanwhile. ")
        await ada.page.context.clear_cookies()
        await _outlive_token(ada.page)
        await ada.page.context.set_offline(False)
        await expect(ada.page.get_by_test_id("sign-in-provider")).to_be_visible(timeout=PATIENCE_MS)
        await go_through(ada.page)
        await expect(ada.page.locator(EDITOR)).to_have_text("Before. Meanwhile. ", timeout=PATIENCE_MS)
        assert ada.page.url == PUBLIC + path
        await expect(ada.page.get_by_test_id("chip")).to_have_attribute("data-state", "saved", timeout=PATIENCE_MS)
        assert ada.errors == []


async def test_a_share_links_secret_comes_back_from_signing_in_and_no_server_was_told_it(
    idp: SigningProvider, browser: Browser
) -> None:
    async with AsyncExitStack() as stack:
        ada, bob = await window(browser, PUBLIC, stack), await window(browser, PUBLIC, stack)
        await ada.page.goto(PUBLIC)
        await go_through(ada.page)
        await ada.page.get_by_test_id("bell").wait_for()
        project = await ada.make_project("Handed on")
        made = await ada.call("POST", "/v1/shareLinks", {"shareLink": {"resource": project, "role": "ROLE_VIEWER"}})

        idp.sub, idp.claims = "bob", {"name": "Bob"}
        told: list[str] = []
        bob.page.on("request", lambda request: told.append(request.url + (request.headers.get("referer") or "")))
        await bob.page.goto(f"{PUBLIC}/share#{made['secret']}")
        await go_through(bob.page)
        await bob.page.wait_for_url(f"{PUBLIC}{project.replace('projects/', '/p/')}")
        assert [each for each in told if made["secret"] in each.split("#")[0]] == []
        assert made["secret"] not in json.dumps(await _stored(bob.page))
        assert ada.errors == bob.errors == []


async def test_an_invitation_is_accepted_by_the_address_it_is_for_and_by_nobody_else(
    idp: SigningProvider, browser: Browser
) -> None:
    async with AsyncExitStack() as stack:
        ada, bob, carol = [await window(browser, PUBLIC, stack) for _ in range(3)]
        await ada.page.goto(PUBLIC)
        await go_through(ada.page)
        await ada.page.get_by_test_id("bell").wait_for()
        project = await ada.make_project("By invitation")
        invitation = {"resource": project, "email": "Bob@Example.com", "role": "ROLE_EDITOR"}
        made = await ada.call("POST", "/v1/invitations", {"invitation": invitation})
        address = f"{PUBLIC}/{made['invitation']['name']}#{made['token']}"

        idp.sub, idp.claims = "carol", {"name": "Carol", "email": "carol@example.com", "email_verified": True}
        await carol.page.goto(address)
        await go_through(carol.page)
        await expect(carol.page.get_by_test_id("invitation-refused")).to_contain_text("Carol", timeout=PATIENCE_MS)
        assert await carol.serious_issues() == []

        idp.sub, idp.claims = "bob", {"name": "Bob", "email": "bob@example.com", "email_verified": True}
        await bob.page.goto(address)
        await go_through(bob.page)
        await bob.page.wait_for_url(f"{PUBLIC}{project.replace('projects/', '/p/')}")
        assert (await bob.call("GET", f"/v1/{project}"))["project"]["title"] == "By invitation"
        await bob.page.goto(address.partition("#")[0])
        await expect(bob.page.get_by_test_id("broken-link")).to_be_visible(timeout=PATIENCE_MS)
        assert ada.errors == bob.errors == carol.errors == []


async def _outlive_token(page: Page) -> None:
    """Have the page believe that its token has run out."""
    await page.evaluate("() => (Date.now = ((now) => () => now() + 3600_000)(Date.now))")


async def _stored(page: Page) -> Any:
    return await page.evaluate("() => [{...localStorage}, {...sessionStorage}]")
