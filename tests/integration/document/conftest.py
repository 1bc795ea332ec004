"""A running log on a database of its own, for what only a look behind the port can show."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from mesh.identity import TokenSigner, TokenVerifier
from tests.conformance.log_host import LogHost
from tests.integration.collab.mesh import RunningMesh, running_mesh


@pytest.fixture
async def host(database_url: str) -> AsyncIterator[LogHost]:
    host = LogHost(database_url)
    await host.start()
    try:
        yield host
    finally:
        await host.stop()


@pytest.fixture
async def mesh(database_url: str, signer: TokenSigner, verifier: TokenVerifier) -> AsyncIterator[RunningMesh]:
    """The document service and collab, which reach each other as everybody does: over gRPC."""
    async with running_mesh(database_url, signer, verifier) as running:
        yield running
