"""A running Shoal for the tests that only use it, and a fresh one for those that end it."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
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


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """A Chromium of the test's own."""
    async with chromium() as browser:
        yield browser


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
