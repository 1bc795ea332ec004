"""Which keys of a published set are used, and for what."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import pytest
from joserfc.jwk import OctKey

from mesh.identity import ALGORITHMS, KeysUnusable, StaticKeys
from mesh.identity.keys import fitting, read_keys
from tests.unit.mesh.minting import ec, jwks, okp, rsa

RSA, EC, OKP = rsa(), ec(), okp()


def algorithms(jwk: dict[str, Any], *allowed: str) -> set[str]:
    return {name for key in read_keys({"keys": [jwk]}, allowed or ALGORITHMS) for name in key.algorithms}


def public(key: Any, **more: Any) -> dict[str, Any]:
    jwk: dict[str, Any] = {**key.as_dict(private=False), **more}
    return {name: value for name, value in jwk.items() if value is not None}


def test_a_key_without_an_algorithm_is_for_those_of_the_issuer_that_fit_its_kind() -> None:
    assert algorithms(public(RSA), "RS256", "PS256", "ES256") == {"RS256", "PS256"}
    assert algorithms(public(EC), "RS256", "ES256", "ES384") == {"ES256"}
    assert algorithms(public(OKP), "EdDSA") == {"EdDSA", "Ed25519"}
    assert algorithms(public(OKP), "Ed448") == set()
    assert algorithms(public(EC), "RS256") == set()


def test_a_key_with_an_algorithm_is_for_that_if_the_issuer_is_believed_with_it() -> None:
    assert algorithms(public(RSA, alg="RS256")) == {"RS256"}
    assert algorithms(public(RSA, alg="RS256"), "PS256") == set()
    assert algorithms(public(RSA, alg="ES256")) == set()
    assert algorithms(public(RSA, alg="HS256")) == set()
    assert algorithms(public(RSA, alg="RSA-OAEP")) == set()
    assert algorithms(public(RSA, alg=["RS256"])) == set()


@pytest.mark.parametrize(
    "unusable",
    [
        OctKey.generate_key(256, {"kid": "shared"}).as_dict(private=True),
        public(RSA, use="enc"),
        public(RSA, key_ops=["sign"]),
        public(RSA, key_ops="verify"),
        public(RSA, kid=7),
        public(RSA, kty="AKP"),
        public(RSA, kty=None),
        public(RSA, kty=["RSA"]),
        public(RSA, n=None),
        public(RSA, n=3),
        public(RSA, n="AQAB"),
        public(RSA, n="A" * 100 + public(rsa())["n"][:170]),
        public(RSA, n="9" * 3000),
        public(RSA, e="A" * 100),
        public(RSA, e="Ag"),
        public(EC, x="AAAA"),
        public(EC, crv="P-384"),
        public(EC, crv=["P-256"]),
        public(OKP, x="AAAA"),
        public(OKP, crv="X25519"),
        "a text",
        None,
        [],
    ],
    ids=itertools.count(),  # What is random in a key is no name.
)
def test_a_key_that_is_not_for_verifying_is_left_out_and_harms_no_other(unusable: Any) -> None:
    (key,) = read_keys({"keys": [unusable, public(EC)]}, ALGORITHMS)
    assert key.kid == "ec"


@pytest.mark.parametrize("nothing", [None, [], "keys", {}, {"keys": None}, {"keys": {}}, {"keys": [{}] * 65}])
def test_what_is_no_set_is_refused(nothing: Any) -> None:
    with pytest.raises(ValueError, match="not a JWK set"):
        read_keys(nothing, ALGORITHMS)


def test_of_a_private_key_that_was_published_by_mistake_only_the_public_half_is_read() -> None:
    (key,) = read_keys({"keys": [RSA.as_dict(private=True)]}, ALGORITHMS)
    assert not key.key.is_private


def test_a_token_that_names_no_key_is_tried_with_few() -> None:
    keys = read_keys(jwks(*[ec(f"k{number}") for number in range(20)]), ALGORITHMS)
    assert len(fitting(keys, None, "ES256")) == 8
    assert [each.kid for each in fitting(keys, "k19", "ES256")] == ["k19"]
    assert fitting(keys, "k19", "RS256") == []


@pytest.mark.parametrize("text", ['{"keys": []}', '{"keys": [{"kty": "oct", "k": "AAAA"}]}', "[]"])
def test_a_file_without_a_usable_key_is_named(tmp_path: Path, text: str) -> None:
    path = tmp_path / "jwks.json"
    path.write_text(text)
    with pytest.raises(KeysUnusable, match=r"jwks\.json"):
        StaticKeys.from_file(path)
