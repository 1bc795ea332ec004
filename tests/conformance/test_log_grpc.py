"""The log as a room in another process sees it: through collab's client and the document service's server."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from mesh.identity import TokenSigner, TokenVerifier
from tests.conformance.log_host import LogHost, RemoteLogHost
from tests.conformance.log_suite import *  # noqa: F403 -- the suite is the test


@pytest.fixture
async def host(database_url: str, signer: TokenSigner, verifier: TokenVerifier) -> AsyncIterator[LogHost]:
    host = RemoteLogHost(database_url, signer, verifier)
    await host.start()
    try:
        yield host
    finally:
        await host.stop()
