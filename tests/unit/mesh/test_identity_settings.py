"""What may be said of whom to believe, and what is refused before a service starts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from mesh.settings import ASYMMETRIC_ALGORITHMS, IdentitySettings, TlsSettings


@pytest.fixture(autouse=True)
def _no_settings_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ISSUERS", "ISSUER", "AUDIENCE", "JWKS", "LEEWAY_S"):
        monkeypatch.delenv(f"SHOAL_TOKEN_{name}", raising=False)


def read(monkeypatch: pytest.MonkeyPatch, *issuers: dict[str, Any]) -> IdentitySettings:
    monkeypatch.setenv("SHOAL_TOKEN_ISSUERS", json.dumps(issuers))
    return IdentitySettings()


def test_issuers_come_as_json(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = read(
        monkeypatch,
        {"issuer": "https://id.example"},
        {
            "issuer": "urn:partner",
            "audience": "their-shoal",
            "jwks_url": "https://partner.example/keys",
            "algorithms": ["ES256"],
            "subject_prefix": "partner:",
            "claims": {"groups": "realm_access.roles"},
        },
    )
    first, second = settings.remote()
    assert (first.audience, first.jwks_url, first.algorithms) == ("shoal", None, ASYMMETRIC_ALGORITHMS)
    assert (second.audience, second.algorithms, second.claims.groups) == (
        "their-shoal",
        ("ES256",),
        "realm_access.roles",
    )


def test_the_one_issuer_of_before_is_read_as_before(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOAL_TOKEN_JWKS", "/keys/jwks.json")
    settings = IdentitySettings()
    assert (settings.jwks, settings.remote()) == (Path("/keys/jwks.json"), ())
    assert (settings.issuer, settings.audience) == ("https://shoal.localhost", "shoal")


def test_an_issuer_alone_is_asked_where_its_keys_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOAL_TOKEN_ISSUER", "https://id.example")
    monkeypatch.setenv("SHOAL_TOKEN_AUDIENCE", "ours")
    (issuer,) = IdentitySettings().remote()
    assert (issuer.issuer, issuer.audience, issuer.jwks_url) == ("https://id.example", "ours", None)


def test_somebody_must_be_believed() -> None:
    with pytest.raises(ValidationError) as refused:
        IdentitySettings()
    assert refused.value.errors()[0]["loc"] == ("jwks",)


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"issuer": ""},
        {"issuer": "urn:nowhere"},
        {"issuer": "http://id.example"},
        {"issuer": "https://user:secret@id.example"},
        {"issuer": "https://id.example", "jwks_url": "http://id.example/jwks"},
        {"issuer": "https://id.example", "jwks_url": "file:///jwks"},
        {"issuer": "https://id.example", "jwks_url": ""},
        {"issuer": "https://id.example", "audience": ""},
        {"issuer": "https://id.example", "algorithms": []},
        {"issuer": "https://id.example", "algorithms": ["RS256", "HS256"]},
        {"issuer": "https://id.example", "algorithms": ["none"]},
        {"issuer": "https://id.example", "algorithm": ["RS256"]},
        {"issuer": "https://id.example", "claims": {"group": "groups"}},
        {"issuer": "https://id.example", "subject_prefix": "p" * 65},
    ],
)
def test_an_issuer_that_cannot_be_believed_safely_is_refused(
    wrong: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ValidationError):
        read(monkeypatch, wrong)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "id.localhost"])
def test_this_machine_needs_no_https(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert read(monkeypatch, {"issuer": f"http://{host}:8080/realm"}).remote()


@pytest.mark.parametrize(
    "half",
    [
        {"cert": "a"},
        {"key": "a"},
        {"require_client": True},
        {"require_client": True, "ca": "a"},
        {"require_client": True, "cert": "a", "key": "a"},
    ],
)
def test_half_a_certificate_is_none(half: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        TlsSettings(**half)
