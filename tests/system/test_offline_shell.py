"""The app opens while the server is away: from what the browser keeps of it, with the documents a device keeps."""

from __future__ import annotations

import asyncio
import re
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Browser, expect

from tests.browser.windows import PATIENCE_MS, WEB_ROOT, Window
from tests.system.cable import Cable
from tests.system.shoal import ShoalProcess

pytestmark = [pytest.mark.slow, pytest.mark.pages]
_CACHES = "() => caches.keys()"
_SHELL_IS_KEPT = "() => navigator.serviceWorker.ready.then(() => true)"
_UPDATE = """async () => {
  const registration = await navigator.serviceWorker.ready;
  await registration.update();
  const next = registration.installing;
  const over = () => !next || ["redundant", "activated"].includes(next.state);
  while (!over()) await new Promise((changed) => next.addEventListener("statechange", changed, { once: true }));
  return next ? next.state : "none";
}"""


@asynccontextmanager
async def _window(browser: Browser, url: str) -> AsyncIterator[Window]:
    context = await browser.new_context()
    try:
        yield Window(await context.new_page(), url)
    finally:
        await context.close()


async def _shell_is_kept(window: Window) -> None:
    await window.page.evaluate(_SHELL_IS_KEPT)


async def _caches_are(window: Window, names: list[str]) -> None:
    """Wait until the browser keeps these and no others."""
    seen: list[str] | None = None
    async with asyncio.timeout(PATIENCE_MS / 1000):
        while seen != names:
            seen = await window.page.evaluate(_CACHES)


async def _sign_out(window: Window) -> None:
    await window.page.locator("summary[aria-label^=Account]").click()
    await window.page.get_by_role("button", name="Sign out", exact=True).click()


async def test_a_document_opens_and_is_written_while_the_server_is_dead_and_is_saved_once_it_is_back(
    own_shoal: ShoalProcess, browser: Browser
) -> None:
    port = str(urlsplit(own_shoal.url).port)
    async with _window(browser, own_shoal.url) as ada, _window(browser, own_shoal.url) as bob:
        await ada.sign_in("Ada Lovelace")
        path = await ada.create("Away")
        await ada.type_at_end("Before. ")
        await ada.chip("saved")
        await _shell_is_kept(ada)

        own_shoal.kill()
        await ada.page.reload()
        await ada.shows("Before. ")
        await ada.chip("offline")
        await ada.type_at_end("While away. ")
        await ada.says("kept here")
        await ada.page.reload()
        await ada.shows("Before. While away. ")
        await ada.says("kept here")

        own_shoal.start("--port", port)
        await ada.chip("saved")
        await bob.sign_in("Bob")
        await bob.open(path)
        await bob.shows("Before. While away. ")
        assert ada.errors == bob.errors == []


async def test_home_shows_what_is_kept_here_and_gives_way_to_the_real_one(
    shoal: ShoalProcess, browser: Browser
) -> None:
    async with Cable(shoal.url) as cable, _window(browser, cable.url) as ada:
        await ada.sign_in("Ada")
        kept = await ada.create("Kept on the train")
        await ada.type_at_end("First. ")
        await ada.chip("saved")
        await _shell_is_kept(ada)
        other = shoal.command("create", "--title", "Never opened here").stdout.strip().removeprefix("documents/")

        await cable.cut()
        await ada.page.goto(cable.url)
        row = ada.part("kept-row")
        await expect(row).to_have_count(1)
        await expect(row).to_contain_text("Kept on the train")
        await expect(row).to_contain_text("Available offline")
        await row.get_by_role("link").click()
        await ada.type_at_end("Written away.")
        await ada.says("kept here")
        assert ada.page.url == cable.url + kept
        await ada.page.goto(cable.url)
        await expect(row).to_contain_text("to send")
        await ada.page.goto(f"{cable.url}/d/{other}")
        await expect(ada.part("away")).to_contain_text("not on this device")

        await cable.plug()
        # Nobody presses anything: the page that was asked for comes by itself.
        await ada.text.wait_for()
        await ada.page.goto(cable.url)
        await ada.part("new-document").wait_for()
        await ada.open(kept)
        await ada.chip("saved")
        assert shoal.command("cat", kept.removeprefix("/d/")).stdout == "First. Written away.\n"
        assert ada.errors == []


async def test_a_list_that_waits_for_the_server_shows_itself_once_it_is_back(
    shoal: ShoalProcess, browser: Browser
) -> None:
    async with Cable(shoal.url) as cable, _window(browser, cable.url) as ada:
        await ada.sign_in("Ada")
        await _shell_is_kept(ada)
        await cable.cut()
        await ada.page.reload()
        await ada.part("away").wait_for()
        await cable.plug()
        await ada.part("new-document").wait_for(timeout=PATIENCE_MS)
        assert ada.errors == []


async def test_a_server_that_does_not_answer_is_not_waited_for(shoal: ShoalProcess, browser: Browser) -> None:
    async with Cable(shoal.url) as cable, _window(browser, cable.url) as ada:
        await ada.sign_in("Ada")
        await ada.create("Stalled")
        await ada.type_at_end("Here all the same.")
        await ada.chip("saved")
        await _shell_is_kept(ada)
        cable.stall()
        await ada.page.reload(wait_until="commit")
        await ada.shows("Here all the same.")
        cable.flow()
        await ada.chip("saved")
        assert ada.errors == []


async def test_signing_out_asks_before_it_loses_edits_and_forgets_all_of_the_person(
    shoal: ShoalProcess, browser: Browser
) -> None:
    async with Cable(shoal.url) as cable, _window(browser, cable.url) as ada:
        await ada.sign_in("Ada")
        path = await ada.create("Private")
        await ada.type_at_end("Mine")
        await ada.chip("saved")
        await _shell_is_kept(ada)
        await cable.cut()
        await ada.chip("offline")
        await ada.type_at_end(" and unsent")
        await ada.says("kept here")
        await _sign_out(ada)
        await expect(ada.page.get_by_role("dialog")).to_contain_text("Private")
        await ada.part("stay").click()
        await ada.type_at_end(" still")
        await ada.shows("Mine and unsent still")

        await _sign_out(ada)
        await ada.part("leave-anyway").click()
        await ada.part("unreachable").wait_for()
        await ada.page.goto(cable.url + path)
        await ada.part("unreachable").wait_for()
        assert "Private" not in await ada.page.content()

        await cable.plug()
        await ada.page.goto(cable.url + path)
        # The cookie that was still there has not signed anybody in: the server was told first.
        await ada.part("sign-in-name").wait_for()
        assert shoal.command("cat", path.removeprefix("/d/")).stdout == "Mine\n"
        assert ada.errors == []


async def test_the_next_person_at_the_device_sees_nothing_of_the_one_before(
    shoal: ShoalProcess, browser: Browser
) -> None:
    async with Cable(shoal.url) as cable, _window(browser, cable.url) as window:
        await window.sign_in("Ada")
        path = await window.create("Ada's own")
        await window.type_at_end("Hers.")
        await window.chip("saved")
        await _shell_is_kept(window)
        # Ada's session ends without a sign-out, so that her documents stay.
        await window.context.clear_cookies()
        await window.page.goto(cable.url)
        await window.part("sign-in-name").wait_for()
        await window.sign_in("Bob")
        await cable.cut()
        await window.page.reload()
        await window.part("away").wait_for()
        await expect(window.part("kept-row")).to_have_count(0)
        await window.page.goto(cable.url + path)
        await expect(window.part("away")).to_contain_text("not on this device")
        assert "Ada" not in await window.page.content()
        assert window.errors == []


class Deployment:
    """A copy of the built app that is replaced by other builds while it is served.

    Another build's scripts have other names, as their content is another: a name of `/assets/` is kept forever.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        shutil.copytree(WEB_ROOT, root)
        self._scripts = [path.name for path in (WEB_ROOT / "assets").glob("*-*.js") if path.name != "theme-1.js"]

    def deploy_worker(self, build: str) -> None:
        """Put the worker of another build there, and nothing else of it."""
        text = self._renamed((WEB_ROOT / "sw.js").read_text(), build)
        (self.root / "sw.js").write_text(re.sub(r'"version":"\w+"', f'"version":"{build}"', text))

    def deploy(self, build: str) -> None:
        """Put another build there: its page says its name."""
        for path in (self.root / "assets").glob("*.js"):
            if path.name in self._scripts:
                path.unlink()
        for name in self._scripts:
            text = self._renamed((WEB_ROOT / "assets" / name).read_text(), build)
            (self.root / "assets" / self._renamed(name, build)).write_text(text)
        page = self._renamed((WEB_ROOT / "index.html").read_text(), build)
        (self.root / "index.html").write_text(page.replace("<html", f'<html data-build="{build}"', 1))
        self.deploy_worker(build)

    def _renamed(self, text: str, build: str) -> str:
        for name in self._scripts:
            text = text.replace(name, f"{name.removesuffix('.js')}-{build}.js")
        return text


@pytest.fixture
def deployment(own_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Deployment:
    deployment = Deployment(own_folder / "dist")
    monkeypatch.setenv("SHOAL_EDGE_WEB_ROOT", str(deployment.root))
    return deployment


async def test_a_new_build_is_there_at_the_next_load_whole_and_the_old_one_is_deleted(
    deployment: Deployment, own_shoal: ShoalProcess, browser: Browser
) -> None:
    html = "html[data-build={}]"
    async with Cable(own_shoal.url) as cable, _window(browser, cable.url) as ada:
        await ada.sign_in("Ada")
        path = await ada.create("Across builds")
        await ada.type_at_end("Text.")
        await ada.chip("saved")
        await _shell_is_kept(ada)
        [before] = await ada.page.evaluate(_CACHES)

        # Half a build, as between two servers of a deployment: it is not taken.
        deployment.deploy_worker("half")
        assert await ada.page.evaluate(_UPDATE) == "redundant"
        assert await ada.page.evaluate(_CACHES) == [before]

        deployment.deploy("next")
        await ada.page.reload()
        await ada.page.locator(html.format("next")).wait_for(state="attached")
        await _caches_are(ada, ["shoal-shell-next"])
        await cable.cut()
        await ada.page.goto(cable.url + path)
        await ada.page.locator(html.format("next")).wait_for(state="attached")
        await ada.shows("Text.")
        assert ada.errors == []


async def test_offline_use_that_is_switched_off_is_taken_back_from_browsers(
    deployment: Deployment, own_shoal: ShoalProcess, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = str(urlsplit(own_shoal.url).port)
    async with _window(browser, own_shoal.url) as ada:
        await ada.sign_in("Ada")
        await _shell_is_kept(ada)
        assert len(await ada.page.evaluate(_CACHES)) == 1
        own_shoal.stop()
        monkeypatch.setenv("SHOAL_EDGE_OFFLINE", "false")
        own_shoal.start("--port", port)
        await ada.page.goto(own_shoal.url)
        await _caches_are(ada, [])
        assert ada.errors == []
