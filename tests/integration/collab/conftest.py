"""The mesh as a fixture, with the log in the same process and over gRPC: what holds for one holds for both."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from mesh.identity import TokenSigner, TokenVerifier
from tests.integration.collab.mesh import RunningMesh, running_mesh


@pytest.fixture(params=["direct", "over gRPC"])
async def mesh(
    request: pytest.FixtureRequest, database_url: str, signer: TokenSigner, verifier: TokenVerifier
) -> AsyncIterator[RunningMesh]:
    async with running_mesh(database_url, signer, verifier, over_grpc=request.param == "over gRPC") as running:
        yield running
