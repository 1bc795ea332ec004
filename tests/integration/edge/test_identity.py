"""At the edge: providers that are away, and headers by which a user would like to be somebody else."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from mesh.identity import ALGORITHMS, SERVICE_AUDIENCE, Services, StaticKeys, TokenSigner, TokenVerifier
from mesh.identity.keys import read_keys
from mesh.identity.opening import open_verifier
from mesh.settings import IdentitySettings, IssuerSettings
from tests.integration.edge.world import Reason, edge_world
from tests.integration.mesh.provider import Provider, provider
from tests.unit.mesh.minting import ec

KEY = ec("provider")


@pytest.fixture
async def idp() -> AsyncIterator[Provider]:
    async with provider(KEY) as running:
        yield running


@pytest.fixture
async def believing(idp: Provider, signer: TokenSigner, tmp_path: Path) -> AsyncIterator[TokenVerifier]:
    """Believes the provider, and `signer` as everybody else."""
    path = tmp_path / "jwks.json"
    path.write_text(json.dumps(signer.public_keys().as_dict(private=False)))
    own = StaticKeys(read_keys(json.loads(path.read_text()), ALGORITHMS))
    issuers = (IssuerSettings(issuer=idp.url, subject_prefix="idp:"),)
    settings = IdentitySettings(jwks=path, issuer="https://test.example", issuers=issuers)
    async with open_verifier(settings, Services("https://test.example", own)) as verifier:
        yield verifier


async def test_a_user_of_a_provider_connects_and_calls(
    idp: Provider, signer: TokenSigner, believing: TokenVerifier
) -> None:
    async with edge_world(signer, believing) as world:
        person = await world.connect(token=idp.token())
        assert await person.answers_ping()
        headers = {"Authorization": f"Bearer {idp.token()}"}
        async with world.http.post(f"{world.url}/v1/documents", json={}, headers=headers) as response:
            assert (await response.json())["document"]["creator"] == "idp:ada"
        assert idp.asked == 1


async def test_while_a_provider_is_away_its_users_are_told_to_come_again_and_others_notice_nothing(
    idp: Provider, signer: TokenSigner, believing: TokenVerifier
) -> None:
    await idp.stop()
    async with edge_world(signer, believing) as world:
        person = await world.connect(token=idp.token())
        fault = await person.fault()
        assert fault.reason == Reason.ERROR_REASON_IDENTITY_PROVIDER_UNAVAILABLE
        assert fault.retry_after_ms == 1000
        assert await person.closed() not in (4401, 4403), "a client that thought its token bad would drop it"
        headers = {"Authorization": f"Bearer {idp.token()}"}
        async with world.http.get(f"{world.url}/v1/documents", headers=headers) as response:
            assert response.status == 503
            assert response.headers["Retry-After"] == "1"
        assert await (await world.connect("bob")).answers_ping()


@pytest.mark.parametrize("prefix", ["", "Grpc-Metadata-", "grpcgateway-"])
async def test_headers_between_services_do_not_pass_the_edge(
    prefix: str, signer: TokenSigner, verifier: TokenVerifier
) -> None:
    async with edge_world(signer, verifier) as world:
        service = signer.sign("services/ai", lifetime_s=60, audience=SERVICE_AUDIENCE)
        forged = {
            "Authorization": f"Bearer {world.token('ada')}",
            f"{prefix}shoal-service-authorization": f"Bearer {service}",
            f"{prefix}shoal-on-behalf-of": "users/admin",
        }
        async with world.http.post(f"{world.url}/v1/documents", json={}, headers=forged) as response:
            assert response.status == 200
            assert (await response.json())["document"]["creator"] == "users/ada"
        person = await world.connect("ada", headers={k: v for k, v in forged.items() if k != "Authorization"})
        assert await person.answers_ping()


async def test_the_edges_stream_is_its_own(signer: TokenSigner, verifier: TokenVerifier) -> None:
    async with edge_world(signer, verifier) as world:
        (edge,) = world.collab.callers
        assert (edge.subject, edge.is_service, edge.acting_service) == ("services/edge", True, "")
