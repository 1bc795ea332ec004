"""A running log on a database of its own, for what only a look behind the port can show."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.conformance.log_host import LogHost


@pytest.fixture
async def host(database_url: str) -> AsyncIterator[LogHost]:
    host = LogHost(database_url)
    await host.start()
    try:
        yield host
    finally:
        await host.stop()
