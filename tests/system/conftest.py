"""A running Shoal for the tests that only use it, and a fresh one for those that end it."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser

from tests.conftest import need
from tests.system.chromium import chromium
from tests.system.shoal import TRACES, ShoalProcess


@pytest.fixture(scope="session")
def shoal() -> Iterator[ShoalProcess]:
    """One instance for the run; leave it as you found it."""
    yield from _instance()


@pytest.fixture
def own_shoal() -> Iterator[ShoalProcess]:
    """An instance of the test's own, to be killed at will."""
    yield from _instance()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def chromium_of_the_run() -> AsyncIterator[Browser]:
    """One Chromium for all tests of a worker: starting it costs more than most of them."""
    async with chromium() as running:
        yield running


@pytest_asyncio.fixture(loop_scope="session")
async def browser(chromium_of_the_run: Browser) -> AsyncIterator[Browser]:
    """Chromium without a window; those that a test leaves open are closed."""
    yield chromium_of_the_run
    for context in list(chromium_of_the_run.contexts):
        await context.close()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let tests of the page run on the loop that Chromium was started on."""
    for item in items:
        if "chromium_of_the_run" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest.fixture
def own_folder() -> Iterator[Path]:
    """An empty folder that PostgreSQL's own user can reach, as it cannot pytest's."""
    with tempfile.TemporaryDirectory(prefix="shoal-system-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@pytest.fixture(scope="session")
def traces() -> Path:
    """The folder of the recorded sessions."""
    need((TRACES / "rustcode.json.gz").exists(), f"the editing traces in {TRACES.name}/ (set SHOAL_TRACES)")
    return TRACES


def _instance() -> Iterator[ShoalProcess]:
    with tempfile.TemporaryDirectory(prefix="shoal-system-") as folder:
        Path(folder).chmod(0o755)
        instance = ShoalProcess(Path(folder) / "data", Path(folder))
        instance.start()
        try:
            yield instance
        finally:
            instance.stop()
