"""Chromium: Debian's, quiet, for the pages as they are built. Owns nothing but how it is started."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from playwright.async_api import Browser, async_playwright

from tests.conftest import need
from tests.system.shoal import ROOT

WEB_ROOT = Path(os.environ.get("SHOAL_EDGE_WEB_ROOT", ROOT / "edge/web/dist"))
QUIET = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """One, until the block ends."""
    path = shutil.which("chromium")
    need(path is not None, "Chromium")
    need((WEB_ROOT / "index.html").exists(), "the built page (make setup)")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=QUIET)
        yield browser
        await browser.close()
