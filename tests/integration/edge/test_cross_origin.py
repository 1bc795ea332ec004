"""REST from pages of other hosts: those on the allow-list, with a token; no others, and never with a cookie."""

from __future__ import annotations

import pytest

from mesh.identity import TokenSigner, TokenVerifier
from tests.integration.edge.world import edge_world

FRIEND, FOE = "https://app.friend.example", "https://evil.example"
ALLOWED = {"allowed_origins": ("https://*.friend.example",)}


async def test_a_page_on_the_list_asks_first_and_then_reads_the_answer(
    signer: TokenSigner, verifier: TokenVerifier
) -> None:
    async with edge_world(signer, verifier, **ALLOWED) as world:
        asking = {"Origin": FRIEND, "Access-Control-Request-Method": "PATCH"}
        async with world.http.options(f"{world.url}/v1/documents/x", headers=asking) as told:
            assert told.status == 204
            assert told.headers["Access-Control-Allow-Origin"] == FRIEND
            assert "PATCH" in told.headers["Access-Control-Allow-Methods"]
            assert "Authorization" in told.headers["Access-Control-Allow-Headers"]
            assert "Access-Control-Allow-Credentials" not in told.headers
        sent = {"Origin": FRIEND, "Authorization": f"Bearer {world.token('ada')}"}
        async with world.http.get(f"{world.url}/v1/documents/none", headers=sent) as answer:
            assert answer.status == 404
            assert answer.headers["Access-Control-Allow-Origin"] == FRIEND
            assert "X-Request-Id" in answer.headers["Access-Control-Expose-Headers"]
            assert "Origin" in answer.headers["Vary"]


async def test_a_page_that_is_not_on_the_list_is_told_nothing(signer: TokenSigner, verifier: TokenVerifier) -> None:
    async with edge_world(signer, verifier, **ALLOWED) as world:
        asking = {"Origin": FOE, "Access-Control-Request-Method": "GET"}
        async with world.http.options(f"{world.url}/v1/documents", headers=asking) as told:
            assert told.status == 405
            assert "Access-Control-Allow-Origin" not in told.headers
        sent = {"Origin": FOE, "Authorization": f"Bearer {world.token('ada')}"}
        async with world.http.get(f"{world.url}/v1/documents", headers=sent) as answer:
            assert answer.status == 403
            assert "Access-Control-Allow-Origin" not in answer.headers


@pytest.mark.parametrize("path", ["/", "/api", "/health/live"])
async def test_nothing_but_rest_is_for_other_pages(signer: TokenSigner, verifier: TokenVerifier, path: str) -> None:
    async with (
        edge_world(signer, verifier, **ALLOWED) as world,
        world.http.get(world.url + path, headers={"Origin": FRIEND}) as answer,
    ):
        assert "Access-Control-Allow-Origin" not in answer.headers
