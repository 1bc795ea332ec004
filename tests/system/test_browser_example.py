"""docs/browser.md keeps its word: its pages are built as they stand there, and two people use them.

They are built in a stranger's project, and are of another origin than Shoal, under the Content-Security-Policy that the
document recommends.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import unused_port
from playwright.async_api import Browser, BrowserContext, Page, expect

from cli.instance import DataDirectory
from tests.conftest import need
from tests.system.shoal import ROOT, ShoalProcess

DOCUMENT = ROOT / "docs" / "browser.md"
EXAMPLES = ROOT / "docs" / "examples" / "browser"
WEB = ROOT / "edge" / "web"
CODEMIRROR_STYLES = "style-src 'self' 'unsafe-inline'"
PATIENCE_MS = 20_000
pytestmark = [pytest.mark.slow, pytest.mark.pages]


def pages() -> dict[str, str]:
    """The programs of the document, by the name that stands before each."""
    found = re.findall(r"`([\w.]+)`:\n\n```(?:html|js)\n(.*?)^```$", DOCUMENT.read_text(), re.DOTALL | re.MULTILINE)
    return dict(found)


def policy(page: str, socket: str) -> str:
    """The Content-Security-Policy that the document has for a page, for a Shoal that is here."""
    text = DOCUMENT.read_text()
    (found,) = re.findall(r"^Content-Security-Policy: (.*)$", text, re.MULTILINE)
    assert "wss://shoal.example" in found
    assert CODEMIRROR_STYLES in text
    more = f"; {CODEMIRROR_STYLES}" if page == "source" else ""
    return str(found).replace("wss://shoal.example", socket) + more


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pages as a stranger builds them: with the package as it is published, and no configuration."""
    vite, modules = WEB / "node_modules" / ".bin" / "vite", WEB / "node_modules"
    need(shutil.which("node") is not None and vite.exists(), "Node with the packages of edge/web (make setup)")
    project = tmp_path_factory.mktemp("page")
    package = project / "node_modules" / "@shoal" / "client"
    package.mkdir(parents=True)
    shutil.copy(WEB / "client" / "package.json", package)
    build = ["build", "--config", "client/vite.config.ts", "--outDir", str(package / "dist"), "--logLevel", "error"]
    subprocess.run([vite, *build], cwd=WEB, check=True, timeout=120)
    for dependency in sorted(modules.iterdir()):
        if dependency.name != "@shoal" and not dependency.name.startswith("."):
            (project / "node_modules" / dependency.name).symlink_to(dependency)
    (project / "package.json").write_text(json.dumps({"private": True, "type": "module"}))
    for name, text in pages().items():
        (project / name).write_text(text)
    for page in ("notes.html", "source.html"):
        name = page.removesuffix(".html")
        out = ["--outDir", f"dist/{name}", "--base", f"/{name}/", "--logLevel", "error"]
        (project / "index.html").write_text((project / page).read_text())
        subprocess.run([vite, "build", *out], cwd=project, check=True, timeout=120)
    return project / "dist"


class Host:
    """Somebody else's web server: serves the built pages, and says who is signed in there and what their token is."""

    def __init__(self, built: Path) -> None:
        self._built, self.port = built, unused_port()
        self.origin = f"http://127.0.0.1:{self.port}"
        self.shoal: ShoalProcess | None = None

    async def serve(self) -> web.AppRunner:
        app = web.Application()
        app.router.add_get("/session", self._session)
        app.router.add_get("/{page}/{path:.*}", self._file)
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", self.port).start()
        return runner

    async def _session(self, request: web.Request) -> web.Response:
        assert self.shoal is not None
        name = request.cookies["who"]
        token = DataDirectory(self.shoal.data).signer().sign(f"users/{name.lower()}", name=name, lifetime_s=600)
        return web.json_response({"url": self.shoal.url, "user": f"users/{name.lower()}", "token": token})

    async def _file(self, request: web.Request) -> web.StreamResponse:
        assert self.shoal is not None
        page = request.match_info["page"]
        path = self._built / page / (request.match_info["path"] or "index.html")
        headers = {"Content-Security-Policy": policy(page, self.shoal.url.replace("http", "ws"))}
        return web.FileResponse(path, headers=headers)


@pytest.fixture
def host(built: Path) -> Host:
    return Host(built)


@pytest.fixture
def shoal(host: Host, monkeypatch: pytest.MonkeyPatch, own_folder: Path) -> Iterator[ShoalProcess]:
    monkeypatch.setenv("SHOAL_EDGE_ALLOWED_ORIGINS", json.dumps([host.origin]))
    instance = ShoalProcess(own_folder / "data", own_folder)
    instance.start()
    host.shoal = instance
    try:
        yield instance
    finally:
        instance.stop()


class Window:
    """One person at one of the pages, and what went wrong there."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.wrong: list[str] = []
        page.on("pageerror", lambda error: self.wrong.append(str(error)))
        page.on("console", lambda message: self.wrong.append(message.text) if message.type == "error" else None)

    async def status(self, state: str) -> None:
        await expect(self.page.locator("#status")).to_have_text(state, timeout=PATIENCE_MS)

    async def shows(self, editor: str, text: str) -> None:
        await expect(self.page.locator(editor)).to_have_text(text, timeout=PATIENCE_MS)


async def window(browser: Browser, origin: str, who: str, page: str, state: str = "saved") -> Window:
    context: BrowserContext = await browser.new_context()
    await context.add_cookies([{"name": "who", "value": who, "url": origin}])
    opened = Window(await context.new_page())
    # The icon that browsers ask for unbidden is nobody's.
    await context.route("**/favicon.ico", lambda route: route.fulfill(status=204))
    await opened.page.goto(f"{origin}/{page}/")
    await opened.status(state)
    return opened


def test_the_examples_are_the_programs_of_the_document_and_short() -> None:
    assert pages() == {path.name: path.read_text() for path in EXAMPLES.iterdir()}
    assert all(len(text.splitlines()) <= 20 for text in pages().values())


async def test_two_people_write_in_the_page_of_the_document(host: Host, shoal: ShoalProcess, browser: Browser) -> None:
    runner = await host.serve()
    shoal.command("create", "--id", "notes", "--title", "Notes", "--as", "Ada")
    try:
        ada, bob = [await window(browser, host.origin, who, "notes") for who in ("Ada", "Bob")]
        await expect(ada.page.locator("#people")).to_have_text("Ada, Bob", timeout=PATIENCE_MS)
        editor = ".ql-editor"
        await ada.page.locator(editor).click()
        await ada.page.keyboard.type("From Ada. ")
        await bob.shows(editor, "From Ada. ")
        await bob.page.locator(editor).click()
        await bob.page.keyboard.press("Control+End")
        await bob.page.keyboard.type("From Bob.")
        await ada.shows(editor, "From Ada. From Bob.")
        await expect(ada.page.locator(".ql-cursor-name").first).to_have_text("Bob", timeout=PATIENCE_MS)

        # Undo takes back Ada's own.
        await ada.page.locator(editor).click()
        await ada.page.keyboard.press("Control+z")
        await bob.shows(editor, "From Bob.")
        await ada.page.keyboard.press("Control+y")
        await bob.shows(editor, "From Ada. From Bob.")

        # Without a network, and over a reload.
        await bob.page.context.set_offline(True)
        await bob.status("offline")
        await bob.page.keyboard.press("Control+End")
        await bob.page.keyboard.type(" Kept.")
        await bob.status("offline")
        await bob.page.context.set_offline(False)
        await bob.status("saved")
        await ada.shows(editor, "From Ada. From Bob. Kept.")
        await bob.page.reload()
        await bob.shows(editor, "From Ada. From Bob. Kept.")
        assert shoal.command("cat", "notes", "--as", "Ada").stdout == "From Ada. From Bob. Kept.\n"
        assert ada.wrong == []
        assert [each for each in bob.wrong if "ERR_INTERNET_DISCONNECTED" not in each] == []
    finally:
        await runner.cleanup()


async def test_two_people_write_markdown_in_codemirror(host: Host, shoal: ShoalProcess, browser: Browser) -> None:
    runner = await host.serve()
    shoal.command("create", "--id", "source", "--type", "plain_text", "--as", "Ada")
    try:
        ada, bob = [await window(browser, host.origin, who, "source") for who in ("Ada", "Bob")]
        editor = ".cm-content"
        await ada.page.locator(editor).click()
        await ada.page.keyboard.type("# Title")
        await bob.shows(editor, "# Title")
        await expect(bob.page.locator(".cm-shoal-name")).to_have_attribute("data-name", "Ada", timeout=PATIENCE_MS)
        await bob.page.locator(editor).click()
        await bob.page.keyboard.press("Control+End")
        await bob.page.keyboard.type(" of both")
        await ada.shows(editor, "# Title of both")
        await bob.status("saved")
        assert shoal.command("cat", "source", "--as", "Ada").stdout == "# Title of both"
        assert ada.wrong == bob.wrong == []
    finally:
        await runner.cleanup()


async def test_a_page_of_an_origin_that_is_not_listed_is_told_that_it_is_over(
    host: Host, shoal: ShoalProcess, browser: Browser
) -> None:
    runner = await host.serve()
    try:
        stranger = await window(browser, host.origin.replace("127.0.0.1", "localhost"), "Ada", "notes", state="ended")
        assert await stranger.page.locator(".ql-editor").inner_text() == "\n"
    finally:
        await runner.cleanup()
