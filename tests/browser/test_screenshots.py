"""Pictures of the main screens, with people in them; into docs/images/ when SHOAL_WRITE_SCREENSHOTS=1 asks for them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.browser.conftest import Arrive
from tests.browser.pictures import read_png
from tests.browser.survey import Survey, make_survey
from tests.browser.windows import PATIENCE_MS, Window
from tests.system.shoal import ROOT, ShoalProcess

pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="session")]

DESK = {"width": 1280, "height": 800}
HAND = {"width": 390, "height": 844}
LARGEST_BYTES = 250_000
CARETS = ".ql-cursor-name"


class Album:
    """Where the pictures go, all of them or the main ones; each is looked at before it is kept."""

    def __init__(self, folder: Path, *, is_whole: bool) -> None:
        self._folder, self.is_whole = folder, is_whole

    async def take(self, window: Window, name: str, size: dict[str, int] = DESK) -> None:
        await window.page.set_viewport_size(size)  # type: ignore[arg-type]
        await window.page.evaluate("() => document.fonts.ready.then(() => undefined)")
        data = await window.page.screenshot(animations="disabled", caret="initial")
        picture = read_png(data)
        assert (picture.width, picture.height) == (size["width"], size["height"])
        assert not picture.is_blank, f"{name} shows nothing"
        assert len(data) <= LARGEST_BYTES, f"{name} is {len(data)} bytes"
        (self._folder / f"{name}.png").write_bytes(data)


@pytest.fixture
def album(tmp_path: Path) -> Album:
    asked = os.environ.get("SHOAL_WRITE_SCREENSHOTS") == "1"
    return Album(ROOT / "docs/images" if asked else tmp_path, is_whole=asked)


async def test_the_main_screens_can_be_shown(own_shoal: ShoalProcess, arrive: Arrive, album: Album) -> None:
    survey = await make_survey(own_shoal)
    ada = await arrive("Ada", own_shoal.url)
    await of_home(ada, album)
    bob, chidi = await arrive("Bob", own_shoal.url), await arrive("Chidi", own_shoal.url)
    await of_three_people(ada, bob, chidi, survey, album)
    await of_sharing(ada, album)
    await of_the_past(ada, album)
    if not album.is_whole:
        return  # what follows is the same screens in other dress, and takes as long again
    await of_dark_and_small(ada, survey, album)
    await of_notifications(chidi, album)
    await ada.page.goto(f"{own_shoal.url}/api")
    await ada.page.locator(".swagger-ui .opblock").first.wait_for()
    await album.take(ada, "api")


async def of_home(ada: Window, album: Album) -> None:
    await ada.page.reload()
    await expect(ada.part("document-row").first).to_be_visible(timeout=PATIENCE_MS)
    await expect(ada.part("recent-document").last.locator(".card-paper")).not_to_be_empty(timeout=PATIENCE_MS)
    await album.take(ada, "home")


async def of_three_people(ada: Window, bob: Window, chidi: Window, survey: Survey, album: Album) -> None:
    """Bob has chosen some words, Chidi has just looked at another line, and Ada sees both."""
    for window in (ada, bob, chidi):
        await window.open(f"/d/{survey.notes.removeprefix('documents/')}")
        await window.chip("saved")
    await bob.text.get_by_text("Limpets, on the square metre").click()
    await bob.page.keyboard.press("Home")
    await bob.page.keyboard.press("Shift+End")
    await chidi.text.get_by_text("Print the count sheets").click()
    await chidi.page.keyboard.press("End")
    for name in ("Bob", "Chidi"):
        await expect(ada.page.locator(CARETS).filter(has_text=name)).to_be_visible(timeout=PATIENCE_MS)
    await ada.text.get_by_text("Low water is at").click()
    await ada.page.keyboard.press("End")
    await ada.chip("saved")
    await album.take(ada, "document")


async def of_sharing(ada: Window, album: Album) -> None:
    await ada.part("share").click()
    await ada.part("grant").first.wait_for()
    await album.take(ada, "share")
    await ada.page.keyboard.press("Escape")


async def of_the_past(ada: Window, album: Album) -> None:
    await ada.part("panel-history").click()
    await ada.part("session").first.wait_for()
    await ada.part("choose-authors").click()
    await ada.part("legend").wait_for()
    await album.take(ada, "history")
    await ada.part("panel-history").click()


async def of_dark_and_small(ada: Window, survey: Survey, album: Album) -> None:
    await ada.open(f"/d/{survey.notes.removeprefix('documents/')}")
    await ada.chip("saved")
    await album.take(ada, "mobile", HAND)
    await ada.page.set_viewport_size(DESK)  # type: ignore[arg-type]
    await ada.page.emulate_media(color_scheme="dark")
    await album.take(ada, "dark")
    await ada.page.emulate_media(color_scheme="light")


async def of_notifications(chidi: Window, album: Album) -> None:
    await chidi.page.goto(f"{chidi.url}/notifications")
    await chidi.part("notification").first.wait_for()
    await album.take(chidi, "notifications")
