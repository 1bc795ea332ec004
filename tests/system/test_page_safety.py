"""The page lets nothing foreign in: what is pasted or loaded runs nothing and fetches nothing, and no token is kept."""

from __future__ import annotations

from contextlib import AsyncExitStack
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import pytest
from google.protobuf import json_format
from playwright.async_api import Browser, expect

from cli.documents import Type
from shoal.type.v1 import operation_pb2
from tests.system.home import EDITOR, Window, window
from tests.system.people import joined, new_document
from tests.system.shoal import ShoalProcess

PATIENCE_MS = 20_000
TELL = """
addEventListener("securitypolicyviolation", ({violatedDirective, blockedURI, sample}) => {
  (window.violations ??= []).push(`${violatedDirective} ${blockedURI} ${sample}`);
});
window.pwned = [];
for (const name of ["alert", "prompt", "confirm", "open"]) window[name] = () => window.pwned.push(name);
"""
PASTE = """
([html, text]) => {
  const data = new DataTransfer();
  data.setData("text/html", html);
  data.setData("text/plain", text);
  const event = new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true});
  document.activeElement.dispatchEvent(event);
}
"""
STORED = """
async () => {
  const found = {local: {...localStorage}, session: {...sessionStorage}, databases: {}};
  for (const {name} of await indexedDB.databases()) {
    const database = await new Promise((done) => (indexedDB.open(name).onsuccess = ({target}) => done(target.result)));
    for (const store of database.objectStoreNames) {
      const all = database.transaction(store).objectStore(store).getAll();
      found.databases[`${name}/${store}`] = await new Promise((done) => (all.onsuccess = () => done(all.result)));
    }
    database.close();
  }
  return JSON.stringify(found);
}
"""
HOSTILE = """
<script>pwned.push("script")</script><img src=x onerror="pwned.push('onerror')">
<a href="javascript:pwned.push('link')">press</a> <a href="data:text/html,<script>1</script>">data</a>
<a href=" java&#10;script:pwned.push('split')">split</a> <a href="https://good.example/">good</a>
<iframe src="https://evil.example/frame"></iframe>
<iframe srcdoc="<script>parent.pwned.push('srcdoc')</script>"></iframe>
<svg onload="pwned.push('svg')"><script>pwned.push("svg script")</script>
<a xlink:href="javascript:1"><text>t</text></a></svg>
<p style="background: url(https://evil.example/style); color: red">styled</p>
<style>@import url(https://evil.example/sheet); p { background: url(https://evil.example/p) }</style>
<object data="https://evil.example/object"></object><embed src="https://evil.example/embed">
<form action="https://evil.example/form"><button>send</button></form><base href="https://evil.example/">
<meta http-equiv="refresh" content="0; url=https://evil.example/"><link rel="stylesheet" href="https://evil.example/link">
<img src="data:image/svg+xml,<svg onload='pwned.push(1)'/>"><img src="http://evil.example/plain.png"><b>bold end</b>
"""
pytestmark = [pytest.mark.slow, pytest.mark.pages]


class Watched(Window):
    """A window that knows what was asked of other hosts."""

    foreign: list[str]

    async def violations(self) -> list[str]:
        return list(await self.page.evaluate("window.violations ?? []"))

    async def pwned(self) -> list[str]:
        return list(await self.page.evaluate("window.pwned"))


async def watched(browser: Browser, url: str, stack: AsyncExitStack, **context: Any) -> Watched:
    opened = await window(browser, url, stack, **context)
    one = Watched(opened.page, url)
    one.foreign = []
    host = urlsplit(url).netloc
    hosts = (host, "")
    one.page.on("request", lambda asked: None if urlsplit(asked.url).netloc in hosts else one.foreign.append(asked.url))
    await one.page.add_init_script(TELL)
    return one


async def test_every_page_says_what_it_lets_in_and_an_address_that_is_not_there_has_a_page(shoal: ShoalProcess) -> None:
    seen, nonces = {"Accept": "text/html,*/*"}, set()
    async with aiohttp.ClientSession(shoal.url) as http:
        for path, status in (("/", 200), ("/d/x", 200), ("/share", 200), ("/invitations/x", 200), ("/no/such", 404)):
            async with http.get(path, headers=seen) as page:
                policy = page.headers["Content-Security-Policy"]
                text = await page.text()
                assert (page.status, page.content_type) == (status, "text/html")
            directives = dict(each.strip().partition(" ")[::2] for each in policy.split(";"))
            assert "unsafe" not in policy
            assert (directives["default-src"], directives["script-src"]) == ("'none'", "'self'")
            assert (directives["frame-ancestors"], directives["base-uri"]) == ("'none'", "'none'")
            assert directives["require-trusted-types-for"] == "'script'"
            nonce = directives["style-src"].partition("nonce-")[2].rstrip("'")
            assert f'nonce="{nonce}"' in text
            nonces.add(nonce)
            assert page.headers["Referrer-Policy"] == "no-referrer"
            assert page.headers["Cross-Origin-Opener-Policy"] == "same-origin"
            assert page.headers["Cross-Origin-Resource-Policy"] == "same-origin"
            assert "camera=()" in page.headers["Permissions-Policy"]
            assert "<script>" not in text
        assert len(nonces) == 5, "no nonce is used twice"
        for path in ("/no/such", "/v1/no/such", "/assets/no.js"):
            async with http.get(path, headers={"Accept": "application/json"}) as answer:
                assert (answer.status, answer.content_type == "text/html") == (404, False)
        async with http.get("/assets/no.js", headers=seen) as answer:
            assert (answer.status, answer.content_type == "text/html") == (404, False)


async def test_a_days_use_breaks_no_rule_of_the_page(shoal: ShoalProcess, browser: Browser) -> None:
    async with AsyncExitStack() as stack:
        ada = await watched(browser, shoal.url, stack)
        await ada.page.route(
            "https://pictures.example/**", lambda route: route.fulfill(body=b"", content_type="image/png")
        )
        await ada.sign_in("Ada")
        rich = await ada.make_document("Rich", type="DOCUMENT_TYPE_RICH_TEXT")
        plain = await ada.make_document("Plain", type="DOCUMENT_TYPE_PLAIN_TEXT")
        await ada.page.goto(f"{ada.url}{rich.replace('documents/', '/d/')}")
        await ada.page.locator(EDITOR).click()
        await ada.page.keyboard.type("Typed. ")
        good = '<p>Pasted <b>bold</b> <img src="https://pictures.example/a.png" alt="a"></p>'
        await ada.page.evaluate(PASTE, [good, "Pasted"])
        await expect(ada.page.locator(f"{EDITOR} b, {EDITOR} strong")).to_have_text("bold", timeout=PATIENCE_MS)
        await expect(ada.page.locator(f"{EDITOR} img")).to_have_count(1)
        await expect(ada.page.get_by_test_id("chip")).to_have_attribute("data-state", "saved", timeout=PATIENCE_MS)
        await ada.page.get_by_test_id("panel-history").click()
        await ada.page.get_by_test_id("history-slider").wait_for()
        assert await ada.violations() == []
        assert {urlsplit(each).netloc for each in ada.foreign} == {"pictures.example"}

        await ada.page.goto(f"{ada.url}{plain.replace('documents/', '/d/')}")
        await ada.page.locator(".cm-content").click()
        await ada.page.keyboard.type("# In CodeMirror")
        # Its style sheet is let in by the page's nonce.
        assert await ada.page.locator(".cm-content").evaluate("(text) => getComputedStyle(text).whiteSpace") != "normal"
        assert await ada.violations() == []
        await ada.page.goto(f"{ada.url}/api")
        await ada.page.locator(".swagger-ui .info .title").wait_for()
        assert await ada.violations() == []
        assert ada.errors == []


async def test_hostile_html_that_is_pasted_leaves_but_its_words(shoal: ShoalProcess, browser: Browser) -> None:
    async with AsyncExitStack() as stack:
        ada = await watched(browser, shoal.url, stack)
        await ada.sign_in("Ada")
        name = await ada.make_document("Pasted into", type="DOCUMENT_TYPE_RICH_TEXT")
        await ada.page.goto(f"{ada.url}{name.replace('documents/', '/d/')}")
        await ada.page.locator(EDITOR).click()
        await ada.page.evaluate(PASTE, [HOSTILE, "words"])
        await expect(ada.page.locator(f"{EDITOR} strong")).to_have_text("bold end", timeout=PATIENCE_MS)
        addresses = await ada.page.locator(f"{EDITOR} a").evaluate_all(
            "(all) => all.map((each) => each.getAttribute('href'))"
        )
        assert addresses == ["https://good.example/"]
        await expect(ada.page.get_by_role("link", name="good")).to_have_attribute("rel", "noopener noreferrer")
        await expect(
            ada.page.locator(f"{EDITOR} :is(script, iframe, object, embed, svg, form, style, link, base, img)")
        ).to_have_count(0)
        await expect(ada.page.get_by_test_id("chip")).to_have_attribute("data-state", "saved", timeout=PATIENCE_MS)
        content = f"/v1/{name}:content?format=CONTENT_FORMAT_DELTA_JSON"
        stored = await ada.page.evaluate("async (path) => (await fetch(path)).text()", content)
        assert "bold end" in stored
        assert [each for each in ("javascript:", "data:", "evil.example", "pwned") if each in stored] == []
        assert (await ada.pwned(), ada.foreign, ada.errors) == ([], [], [])


async def test_a_document_that_another_program_made_hostile_is_shown_and_does_nothing(
    shoal: ShoalProcess, browser: Browser
) -> None:
    name = await new_document(shoal, "Loaded from elsewhere", Type.RICH_TEXT)
    operation = operation_pb2.Operation()
    hostile: list[tuple[str, dict[str, Any]]] = [
        ("press me", {"link": "javascript:window.pwned.push('link')"}),
        ("split", {"link": "java\nscript:window.pwned.push('split')"}),
        ("data", {"link": "data:text/html,<script>opener.pwned.push('data')</script>"}),
        ("good", {"link": "https://good.example/"}),
        ("unknown", {"onclick": "pwned.push('unknown')", "style": "background:url(https://evil.example/s)"}),
        (
            "colour",
            {"color": "url(https://evil.example/c)", "background": "red;background:url(https://evil.example/b)"},
        ),
        ("huge", {"font": "x" * 50_000, "header": 10**9, "align": {"deep": ["value"]}}),
    ]
    for text, attributes in hostile:
        component = operation.components.add(insert=f"{text} ")
        for key, value in attributes.items():
            json_format.ParseDict(value, component.attributes[key])
    for kind, value in (
        ("image", "javascript:window.pwned.push('image')"), ("image", "data:text/html,<script>1</script>"),
        ("image", "http://evil.example/i.png"), ("video", "javascript:window.pwned.push('video')"),
        ("video", "https://evil.example/v"), ("formula", "<img src=x onerror=pwned.push('formula')>"),
    ):  # fmt: skip
        embed = operation.components.add().embed
        embed.type = kind
        json_format.ParseDict(value, embed.value)
    async with joined(shoal, name, "ada") as program:
        await program.type(operation)

    async with AsyncExitStack() as stack:
        ada = await watched(browser, shoal.url, stack)
        await ada.sign_in("Ada")
        await ada.page.goto(f"{ada.url}{name.replace('documents/', '/d/')}")
        text = ada.page.locator(EDITOR)
        await expect(text).to_contain_text("press me", timeout=PATIENCE_MS)
        for word in ("press me", "split", "data"):
            link = text.locator("a", has_text=word).first
            await expect(link).to_be_visible()
            assert await link.get_attribute("href") is None
            await link.click()
        good = text.locator("a", has_text="good")
        await expect(good).to_have_attribute("href", "https://good.example/")
        await expect(good).to_have_attribute("rel", "noopener noreferrer")
        await expect(text.locator(":is(script, iframe, img)")).to_have_count(0)
        handlers = "(root) => [...root.querySelectorAll('*')].flatMap((each) => each.getAttributeNames())"
        assert [each for each in await text.evaluate(handlers) if each.startswith("on")] == []
        assert (await ada.pwned(), ada.foreign, ada.errors) == ([], [], [])
        assert [each for each in await ada.violations() if "script" in each] == []


async def test_no_token_is_in_an_address_or_in_what_a_script_could_read(shoal: ShoalProcess, browser: Browser) -> None:
    async with AsyncExitStack() as stack:
        ada = await watched(browser, shoal.url, stack)
        addresses: list[str] = []
        ada.page.on("request", lambda asked: addresses.append(asked.url))
        ada.page.on("websocket", lambda socket: addresses.append(socket.url))
        await ada.sign_in("Ada")
        token = (await ada.call("GET", "/v1/session"))["token"]
        project = await ada.make_project("Scanned")
        link = await ada.call("POST", "/v1/shareLinks", {"shareLink": {"resource": project, "role": "ROLE_VIEWER"}})
        name = await ada.make_document("Scanned", type="DOCUMENT_TYPE_RICH_TEXT")
        await ada.page.goto(f"{ada.url}{name.replace('documents/', '/d/')}")
        await ada.page.locator(EDITOR).click()
        await ada.page.keyboard.type("kept on this device")
        await expect(ada.page.get_by_test_id("chip")).to_have_attribute("data-state", "saved", timeout=PATIENCE_MS)
        await ada.page.goto(f"{ada.url}/share#{link['secret']}")
        await ada.page.wait_for_url(f"**{project.replace('projects/', '/p/')}")
        stored = await ada.page.evaluate(STORED)
        assert "Scanned" in stored, "what is kept was looked at"
        signature = token.rpartition(".")[2]
        for secret in (token, signature, link["secret"]):
            assert secret not in stored
            assert [each for each in addresses if secret in each.partition("#")[0]] == []
        assert signature not in await ada.page.evaluate("document.cookie")
        assert ada.errors == []


async def test_a_mistake_of_ours_says_what_happened_and_the_text_stays(shoal: ShoalProcess, browser: Browser) -> None:
    async with AsyncExitStack() as stack:
        ada = await watched(browser, shoal.url, stack)
        await ada.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        await ada.sign_in("Ada")
        name = await ada.make_document("Kept through it", type="DOCUMENT_TYPE_RICH_TEXT")
        await ada.page.goto(f"{ada.url}{name.replace('documents/', '/d/')}")
        await ada.page.locator(EDITOR).click()
        await ada.page.keyboard.type("not lost")
        await ada.page.evaluate("() => void setTimeout(() => { throw new Error('a wrong turn'); })")
        crash = ada.page.get_by_test_id("crash")
        await expect(crash).to_be_visible(timeout=PATIENCE_MS)
        assert await ada.serious_issues() == []
        await ada.page.get_by_test_id("copy-details").click()
        await expect(ada.page.get_by_test_id("copy-details")).to_have_text("Copied")
        details = await ada.page.evaluate("navigator.clipboard.readText()")
        assert "a wrong turn" in details
        assert "not lost" not in details
        await ada.page.get_by_test_id("reload").click()
        await expect(ada.page.locator(EDITOR)).to_have_text("not lost", timeout=PATIENCE_MS)
        assert ada.errors == ["a wrong turn"]


async def test_a_server_that_is_away_at_the_start_is_told_to_who_keeps_nothing_here(
    shoal: ShoalProcess, browser: Browser
) -> None:
    async with AsyncExitStack() as stack:
        ada = await watched(browser, shoal.url, stack, service_workers="block")
        await ada.page.route("**/v1/**", lambda route: route.abort())
        await ada.page.goto(f"{ada.url}/activity")
        await expect(ada.page.get_by_test_id("unreachable")).to_contain_text("does not answer", timeout=PATIENCE_MS)
        assert await ada.serious_issues() == []
        await ada.page.unroute("**/v1/**")
        await ada.page.get_by_test_id("retry").click()
        await ada.page.get_by_test_id("sign-in-name").wait_for()
        assert ada.errors == []
