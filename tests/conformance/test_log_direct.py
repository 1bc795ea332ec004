"""The log as a room in the same process sees it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.conformance.log_host import LogHost
from tests.conformance.log_suite import *  # noqa: F403 -- the suite is the test


@pytest.fixture
async def host(database_url: str) -> AsyncIterator[LogHost]:
    host = LogHost(database_url)
    await host.start()
    try:
        yield host
    finally:
        await host.stop()
