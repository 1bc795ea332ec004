"""A project service for each test."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from mesh.identity import TokenSigner, TokenVerifier
from tests.integration.project.world import Caller, World, running_world


@pytest.fixture
async def world(database_url: str, signer: TokenSigner, verifier: TokenVerifier) -> AsyncIterator[World]:
    async with running_world(database_url, signer, verifier) as running:
        yield running


@pytest.fixture
def ada(world: World) -> Caller:
    return world.caller("ada")


@pytest.fixture
def bob(world: World) -> Caller:
    return world.caller("bob")
