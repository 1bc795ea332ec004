"""Whom a service believes and as whom it calls, from its settings; and what it does not start with."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from cli.errors import Failed
from cli.proof import open_proof, settings_failures
from mesh.faults import TokenInvalid
from mesh.identity import SERVICE_AUDIENCE, TokenSigner

OPEN = "0.0.0.0"
HERE = "127.0.0.1"
ISSUER = "https://shoal.localhost"
Set = Callable[..., None]


class Keys:
    """A signer in a folder, its private key and its public set as files."""

    def __init__(self, folder: Path, name: str, **more: str) -> None:
        self.key, self.jwks = folder / f"{name}.json", folder / f"{name}-jwks.json"
        self.signer = TokenSigner.open(self.key, issuer=ISSUER, audience="shoal")
        public = self.signer.public_keys().as_dict(private=False)["keys"]
        self.jwks.write_text(json.dumps({"keys": [{**key, **more} for key in public]}))


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> Set:
    for name in ("TOKEN_ISSUERS", "TOKEN_ISSUER", "TOKEN_JWKS", "SERVICE_KEY", "SERVICE_JWKS", "SERVICE_ACT_FOR_USERS"):
        monkeypatch.delenv(f"SHOAL_{name}", raising=False)

    def to(**settings: object) -> None:
        for name, value in settings.items():
            monkeypatch.setenv(f"SHOAL_{name}", str(value))

    return to


async def started(service: str = "ai", host: str = HERE) -> None:
    with settings_failures():
        async with open_proof(service, host):
            pass


async def test_on_this_machine_one_key_is_enough(environment: Set, tmp_path: Path) -> None:
    both = Keys(tmp_path, "both")
    environment(TOKEN_JWKS=both.jwks, SERVICE_KEY=both.key)
    async with open_proof("edge", HERE) as proof:
        assert (await proof.verifier.verify(both.signer.sign("ada", lifetime_s=60))).subject == "ada"
        edge = await proof.verifier.verify(proof.channels.own_token())
        assert (edge.subject, edge.is_service, edge.may_act_for_users) == ("services/edge", True, False)


async def test_elsewhere_users_and_services_need_keys_of_their_own(environment: Set, tmp_path: Path) -> None:
    both, services = Keys(tmp_path, "both"), Keys(tmp_path, "services")
    environment(TOKEN_JWKS=both.jwks, SERVICE_KEY=both.key)
    with pytest.raises(Failed, match="SHOAL_SERVICE_JWKS"):
        await started(host=OPEN)
    environment(SERVICE_JWKS=both.jwks)
    with pytest.raises(Failed, match="also in SHOAL_TOKEN_JWKS"):
        await started(host=OPEN)
    environment(SERVICE_JWKS=services.jwks, SERVICE_KEY=services.key)
    await started(host=OPEN)


async def test_a_provider_is_no_authority_on_services(environment: Set, tmp_path: Path) -> None:
    environment(TOKEN_ISSUERS='[{"issuer": "https://id.example"}]', SERVICE_KEY=Keys(tmp_path, "services").key)
    with pytest.raises(Failed, match="SHOAL_SERVICE_JWKS"):
        await started()


async def test_with_keys_of_their_own_neither_makes_the_other(environment: Set, tmp_path: Path) -> None:
    users, services = Keys(tmp_path, "users"), Keys(tmp_path, "services", sub="services/ai")
    environment(TOKEN_JWKS=users.jwks, SERVICE_JWKS=services.jwks, SERVICE_KEY=services.key)
    environment(SERVICE_ACT_FOR_USERS='["services/ai"]')
    async with open_proof("ai", OPEN) as proof:
        ai = await proof.verifier.verify(proof.channels.own_token())
        assert (ai.subject, ai.may_act_for_users) == ("services/ai", True)
        for token in (
            users.signer.sign("services/ai", lifetime_s=60, audience=SERVICE_AUDIENCE),
            services.signer.sign("ada", lifetime_s=60),
            services.signer.sign("services/edge", lifetime_s=60, audience=SERVICE_AUDIENCE),
        ):
            with pytest.raises(TokenInvalid):
                await proof.verifier.verify(token)


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"SERVICE_KEY": "{folder}/none.json"}, "SHOAL_SERVICE_KEY: there is no key at"),
        ({"TOKEN_JWKS": "{folder}/none.json"}, "none.json: No such file"),
        ({"TOKEN_JWKS": "{folder}/page.html"}, "a key file is not JSON"),
        ({"TOKEN_JWKS": "{folder}/empty.json"}, "holds no key that could verify"),
        ({"TOKEN_ISSUERS": "[{"}, "a setting is not JSON"),
        ({"TOKEN_ISSUERS": '[{"issuer": "http://id.example"}]'}, "SHOAL_TOKEN_ISSUERS_0: .*must be https"),
        ({"TOKEN_ISSUERS": '[{"issuer": "https://id.example"}]'}, "a subject_prefix of its own"),
        ({"TOKEN_LEEWAY_S": "600"}, "SHOAL_TOKEN_LEEWAY_S"),
        ({"TLS_CERT": "{folder}/cert.pem"}, "SHOAL_TLS: .*SHOAL_TLS_KEY"),
        ({"TLS_REQUIRE_CLIENT": "true"}, "SHOAL_TLS_REQUIRE_CLIENT needs"),
    ],
)
async def test_what_is_wrong_is_named_by_its_setting(
    settings: dict[str, str], told: str, environment: Set, tmp_path: Path
) -> None:
    both = Keys(tmp_path, "both")
    (tmp_path / "page.html").write_text("<html>")
    (tmp_path / "empty.json").write_text('{"keys": []}')
    environment(TOKEN_JWKS=both.jwks, SERVICE_KEY=both.key)
    environment(**{name: value.replace("{folder}", str(tmp_path)) for name, value in settings.items()})
    with pytest.raises(Failed, match=told):
        await started()
