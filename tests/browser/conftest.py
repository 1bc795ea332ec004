"""One Chromium and one Shoal for all browser tests of a run, a context of its own for each window.

Owns how windows are opened and that none of them has logged an error when its test is over.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack

import pytest
import pytest_asyncio
from playwright.async_api import Browser

from tests.browser.windows import Window, chromium
from tests.system.conftest import own_shoal, shoal
from tests.system.shoal import ShoalProcess

__all__ = ["own_shoal", "shoal"]

Arrive = Callable[..., Awaitable[Window]]
"""`await arrive("Ada")`: Ada, signed in, in a window; `url`: by another way than straight."""


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """The run's Chromium."""
    async with chromium() as browser:
        yield browser


@pytest_asyncio.fixture(loop_scope="session")
async def stack() -> AsyncIterator[AsyncExitStack]:
    """What a test has open; closed at its end, windows before cables."""
    async with AsyncExitStack() as stack:
        yield stack


@pytest_asyncio.fixture(loop_scope="session")
async def arrive(browser: Browser, request: pytest.FixtureRequest, stack: AsyncExitStack) -> AsyncIterator[Arrive]:
    """Bring people to the page; at the end of the test, none of their windows has an error."""
    arrived: list[Window] = []

    async def sign_in(name: str, url: str = "") -> Window:
        if not url:
            instance: ShoalProcess = request.getfixturevalue("shoal")
            url = instance.url
        context = await browser.new_context()
        stack.push_async_callback(context.close)
        arrived.append(window := Window(await context.new_page(), url))
        await window.sign_in(name)
        return window

    yield sign_in
    assert [error for window in arrived for error in window.errors] == []
