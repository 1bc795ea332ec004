"""Whose a token is, and that nothing else is believed: every trick of RFC 8725 that a header or a claim can play."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from dataclasses import replace
from typing import Any

import pytest
from joserfc.jwk import Key

from mesh.faults import Fault, TokenExpired, TokenInvalid, TokenMissing
from mesh.identity import (
    ALGORITHMS,
    SERVICE_AUDIENCE,
    ClaimNames,
    Issuer,
    IssuersNotApart,
    OwnToken,
    Services,
    StaticKeys,
    TokenSigner,
    TokenVerifier,
)
from mesh.identity.keys import read_keys
from mesh.settings import ASYMMETRIC_ALGORITHMS
from tests.unit.mesh.minting import AUDIENCE, ISSUER, claims, decoded, ec, jwks, mint, okp, part, rsa, signed

RSA, EC, OKP = rsa(), ec(), okp()
STRANGER = rsa("rsa")
SERVICE_KEY = okp("service", alg="Ed25519")


def issuer(*keys: Key, **more: Any) -> Issuer:
    algorithms = more.pop("algorithms", ALGORITHMS)
    return Issuer(ISSUER, AUDIENCE, StaticKeys(read_keys(jwks(*keys), algorithms)), **more)


def services(*acting: str, **more: Any) -> Services:
    keys = StaticKeys(read_keys(jwks(SERVICE_KEY, **more), ALGORITHMS))
    return Services("https://services.example", keys, frozenset(acting))


def service_claims(**more: Any) -> dict[str, Any]:
    return claims(**{"iss": "https://services.example", "aud": SERVICE_AUDIENCE, "sub": "services/edge", **more})


VERIFIER = TokenVerifier([issuer(RSA, EC, OKP)], services("services/ai"))


async def subject(token: str, verifier: TokenVerifier = VERIFIER) -> str:
    return (await verifier.verify(token)).subject


def test_what_settings_allow_is_what_can_be_verified() -> None:
    assert set(ASYMMETRIC_ALGORITHMS) == set(ALGORITHMS)


@pytest.mark.parametrize(
    ("key", "algorithm"),
    [
        *[(RSA, each) for each in ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512")],
        (EC, "ES256"),
        (ec("p384", "P-384"), "ES384"),
        (ec("p521", "P-521"), "ES512"),
        (OKP, "Ed25519"),
        (okp("ed448", "Ed448"), "Ed448"),
    ],
    ids=lambda each: each if isinstance(each, str) else str(each.kid),
)
async def test_each_asymmetric_algorithm_is_verified(key: Key, algorithm: str) -> None:
    verifier = TokenVerifier([issuer(key)])
    assert await subject(mint(key, algorithm), verifier) == "ada"


@pytest.mark.parametrize("named", ["EdDSA", "Ed25519", None])
async def test_both_names_of_one_algorithm_are_one(named: str | None) -> None:
    key = okp("named", **({"alg": named} if named else {}))
    for allowed in (("EdDSA",), ("Ed25519",)):
        verifier = TokenVerifier([issuer(key, algorithms=allowed)])
        for algorithm in ("EdDSA", "Ed25519"):
            assert await subject(mint(key, algorithm), verifier) == "ada"


def _signed_with_public_key(key: Key) -> str:
    """The oldest trick: the public key taken for a shared secret."""
    signed = f"{part({'alg': 'HS256', 'typ': 'JWT', 'kid': key.kid})}.{part(claims())}"
    secret = key.as_pem(private=False)
    mac = hmac.digest(secret, signed.encode(), hashlib.sha256)
    return f"{signed}.{base64.urlsafe_b64encode(mac).decode().rstrip('=')}"


def _with_header(**header: Any) -> str:
    head, body, signature = mint(RSA, "RS256").split(".")
    return f"{part({**decoded(f'{head}.', 0), **header})}.{body}.{signature}"


def _hostile() -> dict[str, str]:
    head, body, signature = mint(RSA, "RS256").split(".")
    admin = part({**decoded(f"{head}.{body}.", 1), "sub": "admin"})
    own_jwk = STRANGER.as_dict(private=False)
    return {
        "not a token": "nonsense",
        "two parts": f"{head}.{body}",
        "four parts": f"{head}.{body}.{signature}.{signature}",
        "encrypted, five parts": f"{head}.{body}.{signature}.{body}.{signature}",
        "JSON serialization": json.dumps({"protected": head, "payload": body, "signature": signature}),
        "unsigned": f"{head}.{body}.",
        "alg none": f"{part({'alg': 'none'})}.{body}.{signature}",
        "alg None": f"{part({'alg': 'None'})}.{body}.{signature}",
        "no alg": f"{part({'typ': 'JWT', 'kid': 'rsa'})}.{body}.{signature}",
        "alg is a list": _with_header(alg=["RS256"]),
        "HS256 with the public key": _signed_with_public_key(RSA),
        "HS256 with the public key of an EC": _signed_with_public_key(EC),
        "another alg of the same key": _with_header(alg="PS256"),
        "an alg of another kind of key": _with_header(alg="ES256"),
        "the key of another": _with_header(kid="ec"),
        "claims changed": f"{head}.{admin}.{signature}",
        "signature of zeros": f"{head}.{body}.{'A' * len(signature)}",
        "psychic signature": f"{part({'alg': 'ES256', 'kid': 'ec'})}.{body}.{'A' * 86}",
        "a stranger's key of the same name": mint(STRANGER, "RS256"),
        "a stranger's key in the header": mint(STRANGER, "RS256", jwk=own_jwk),
        "a stranger's key in the header alone": mint(STRANGER, "RS256", jwk=own_jwk, kid=None),
        "a stranger's keys by jku": mint(STRANGER, "RS256", jku="https://evil.example/jwks.json"),
        "a stranger's keys by x5u": mint(STRANGER, "RS256", x5u="https://evil.example/cert.pem"),
        "a key nobody has": mint(rsa("unknown"), "RS256"),
        "kid is a path": mint(STRANGER, "RS256", kid="../../dev/null"),
        "kid is a number": _with_header(kid=7),
        "kid is long": _with_header(kid="k" * 300),
        "critical and unknown": mint(RSA, "RS256", crit=["exp"]),
        "unencoded payload": _with_header(b64=False, crit=["b64"]),
        "typ of something else": mint(RSA, "RS256", typ="logout+jwt"),
        "typ of a service's ticket": mint(RSA, "RS256", typ="secevent+jwt"),
        "typ is a number": _with_header(typ=1),
        "header is a list": f"{part([1])}.{body}.{signature}",
        "header without end": f"{base64.urlsafe_b64encode(b'[' * 3000).decode()}.{body}.{signature}",
        "letters no base64 has": f"{head}.{body}!.{signature}",
        "padded": f"{head}=.{body}.{signature}",
        "a line more": f"{head}.{body}.{signature}\n",
        "too large": mint(RSA, "RS256", claims(more="x" * 9000)),
        "another issuer": mint(RSA, "RS256", claims(iss="https://elsewhere.example")),
        "an issuer with a slash more": mint(RSA, "RS256", claims(iss=f"{ISSUER}/")),
        "no issuer": mint(RSA, "RS256", claims(iss=None)),
        "issuers as a list": mint(RSA, "RS256", claims(iss=[ISSUER])),
        "another audience": mint(RSA, "RS256", claims(aud="elsewhere")),
        "no audience": mint(RSA, "RS256", claims(aud=None)),
        "an audience that begins alike": mint(RSA, "RS256", claims(aud="shoal-elsewhere")),
        "no subject": mint(RSA, "RS256", claims(sub=None)),
        "an empty subject": mint(RSA, "RS256", claims(sub="")),
        "a subject that is a list": mint(RSA, "RS256", claims(sub=["ada"])),
        "a long subject": mint(RSA, "RS256", claims(sub="a" * 256)),
        "no end": mint(RSA, "RS256", claims(exp=None)),
        "an end that is a text": mint(RSA, "RS256", claims(exp="tomorrow")),
        "an end that is true": mint(RSA, "RS256", claims(exp=True)),
        "an end that never comes": mint(RSA, "RS256", claims(exp=float("inf"))),
        "an end that is no number": mint(RSA, "RS256", claims(exp=float("nan"))),
        "an end past all floats": mint(RSA, "RS256", claims(exp=10**400)),
        "not before an hour": mint(RSA, "RS256", claims(nbf=time.time() + 3600)),
        "issued in an hour": mint(RSA, "RS256", claims(iat=time.time() + 3600)),
        "nbf is a text": mint(RSA, "RS256", claims(nbf="now")),
        "claims are a list": signed({"alg": "RS256", "kid": "rsa"}, [1, 2], RSA, "RS256"),
        "claims are nothing": signed({"alg": "RS256", "kid": "rsa"}, None, RSA, "RS256"),
        "for services, with a user's key": mint(RSA, "RS256", claims(aud=SERVICE_AUDIENCE)),
        "for both, with a user's key": mint(RSA, "RS256", claims(aud=[AUDIENCE, SERVICE_AUDIENCE])),
        "as a service, with a user's key": mint(RSA, "RS256", service_claims()),
        "for users, with a service's key": mint(SERVICE_KEY, "Ed25519", claims()),
        "for users, of services": mint(SERVICE_KEY, "Ed25519", claims(iss="https://services.example")),
        "for services, in a user's name": mint(SERVICE_KEY, "Ed25519", service_claims(sub="ada")),
        "for services, of a user's issuer": mint(SERVICE_KEY, "Ed25519", service_claims(iss=ISSUER)),
    }


HOSTILE = _hostile()


@pytest.mark.parametrize("token", list(HOSTILE.values()), ids=list(HOSTILE))
async def test_a_hostile_token_is_invalid_whether_it_is_shown_once_or_twice(token: str) -> None:
    for _ in range(2):
        with pytest.raises(TokenInvalid):
            await VERIFIER.verify(token)


async def test_a_good_token_beside_them_is_good() -> None:
    assert await subject(mint(RSA, "RS256")) == "ada"
    assert await subject(mint(EC, "ES256", typ="at+jwt")) == "ada"
    assert await subject(mint(OKP, "Ed25519", typ=None)) == "ada"
    assert await subject(mint(RSA, "RS256", typ="application/AT+jwt", x5t="abc", nonce="of a provider's own")) == "ada"
    assert await subject(mint(RSA, "RS256", claims(aud=["elsewhere", AUDIENCE]))) == "ada"


async def test_a_token_without_a_kid_is_tried_with_the_keys_of_its_kind() -> None:
    other = rsa("other")
    verifier = TokenVerifier([issuer(other, RSA, EC)])
    assert await subject(mint(RSA, "RS256", kid=None), verifier) == "ada"
    with pytest.raises(TokenInvalid):
        await verifier.verify(mint(STRANGER, "RS256", kid=None))


async def test_nothing_at_all_is_a_token_missing() -> None:
    with pytest.raises(TokenMissing):
        await VERIFIER.verify("")


async def test_times_have_a_leeway_and_no_more() -> None:
    now = [1_000_000.0]
    verifier = TokenVerifier([issuer(RSA)], leeway_s=30, clock=lambda: now[0])
    token = mint(RSA, "RS256", claims(iat=1_000_000, nbf=1_000_020, exp=1_000_300))
    assert await subject(token, verifier) == "ada"
    now[0] = 1_000_329.0
    assert verifier.known(token) is not None
    now[0] = 1_000_331.0
    with pytest.raises(TokenExpired):
        verifier.known(token)
    with pytest.raises(TokenExpired):
        await verifier.verify(token)
    now[0] = 999_989.0
    with pytest.raises(TokenInvalid, match="not valid yet"):
        await verifier.verify(token)


async def test_a_known_token_needs_no_waiting() -> None:
    verifier = TokenVerifier([issuer(RSA)])
    token = mint(RSA, "RS256")
    assert verifier.known(token) is None
    identity = await verifier.verify(token)
    assert verifier.known(token) is identity


async def test_an_issuer_is_believed_with_its_own_algorithms_alone() -> None:
    verifier = TokenVerifier([issuer(RSA, EC, algorithms=("ES256",))])
    assert await subject(mint(EC, "ES256"), verifier) == "ada"
    with pytest.raises(TokenInvalid):
        await verifier.verify(mint(RSA, "RS256"))


async def test_a_key_that_names_its_algorithm_is_for_no_other() -> None:
    key = rsa("named", alg="PS256")
    verifier = TokenVerifier([issuer(key)])
    assert await subject(mint(key, "PS256"), verifier) == "ada"
    with pytest.raises(TokenInvalid):
        await verifier.verify(mint(key, "RS256"))


# -- several issuers -------------------------------------------------------------------------------------------------


def two_issuers(first: str = "", second: str = "partner:") -> TokenVerifier:
    other = Issuer(
        "https://partner.example", "their-shoal", StaticKeys(read_keys(jwks(EC), ALGORITHMS)), subject_prefix=second
    )
    return TokenVerifier([issuer(RSA, subject_prefix=first), other])


def partner(**more: Any) -> str:
    return mint(EC, "ES256", claims(**{"iss": "https://partner.example", "aud": "their-shoal", **more}))


async def test_users_of_two_issuers_are_kept_apart_with_their_groups() -> None:
    verifier = two_issuers()
    assert await subject(mint(RSA, "RS256"), verifier) == "ada"
    ada = await verifier.verify(partner(groups=["admins"], organizations="acme", name="Ada"))
    assert (ada.subject, ada.name, ada.groups) == ("partner:ada", "Ada", ("partner:admins",))
    assert ada.organizations == ("partner:acme",)


async def test_one_issuer_cannot_name_the_users_or_groups_of_another() -> None:
    verifier = two_issuers()
    with pytest.raises(TokenInvalid):
        await verifier.verify(mint(RSA, "RS256", claims(sub="partner:ada")))
    bob = await verifier.verify(mint(RSA, "RS256", claims(sub="bob", groups=["partner:admins", "staff"])))
    assert bob.groups == ("staff",)


async def test_a_key_of_one_issuer_signs_for_no_other() -> None:
    verifier = two_issuers()
    for token in (
        mint(RSA, "RS256", claims(iss="https://partner.example", aud="their-shoal")),
        mint(EC, "ES256", claims()),
        partner(aud=AUDIENCE),
    ):
        with pytest.raises(TokenInvalid):
            await verifier.verify(token)


@pytest.mark.parametrize(("first", "second"), [("", ""), ("a:", "a:")])
def test_issuers_whose_users_cannot_be_told_apart_are_not_begun_with(first: str, second: str) -> None:
    with pytest.raises(IssuersNotApart):
        two_issuers(first, second)


async def test_claims_are_found_under_the_names_an_issuer_has_for_them() -> None:
    names = ClaimNames(name="preferred_username", email="mail", groups="realm_access.roles", organizations="urn:x.y")
    verifier = TokenVerifier([issuer(RSA, claims=names)])
    said = claims(
        **{
            "preferred_username": "Ada",
            "mail": "ada@example.com",
            "email_verified": True,
            "realm_access": {"roles": ["writer", 7, "", "reader"]},
            "urn:x.y": ["acme"],
        }
    )
    ada = await verifier.verify(mint(RSA, "RS256", said))
    assert (ada.name, ada.email, ada.email_verified) == ("Ada", "ada@example.com", True)
    assert (ada.groups, ada.organizations) == (("writer", "reader"), ("acme",))
    plain = await verifier.verify(mint(RSA, "RS256", claims(realm_access="none")))
    assert (plain.name, plain.groups) == ("ada", ())


# -- services --------------------------------------------------------------------------------------------------------


async def test_a_service_is_known_by_a_services_key() -> None:
    edge = await VERIFIER.verify(mint(SERVICE_KEY, "Ed25519", service_claims()))
    assert (edge.subject, edge.is_service, edge.calling_service) == ("services/edge", True, "services/edge")
    assert not edge.may_act_for_users


async def test_without_keys_of_services_there_are_no_services() -> None:
    verifier = TokenVerifier([issuer(RSA)])
    for token in (mint(SERVICE_KEY, "Ed25519", service_claims()), mint(RSA, "RS256", service_claims(iss=ISSUER))):
        with pytest.raises(TokenInvalid):
            await verifier.verify(token)


async def test_a_key_of_one_service_makes_no_other() -> None:
    verifier = TokenVerifier([], services(sub="services/edge"))
    assert await subject(mint(SERVICE_KEY, "Ed25519", service_claims()), verifier) == "services/edge"
    with pytest.raises(TokenInvalid, match="another service"):
        await verifier.verify(mint(SERVICE_KEY, "Ed25519", service_claims(sub="services/ai")))


@pytest.mark.parametrize(
    ("service", "scope", "may"),
    [
        ("services/ai", "act_for_users", True),
        ("services/ai", "read act_for_users", True),
        ("services/ai", None, False),
        ("services/ai", "act_for_users_not", False),
        ("services/ai", ["act_for_users"], False),
        ("services/edge", "act_for_users", False),
    ],
)
async def test_acting_for_users_takes_the_services_word_and_ours(service: str, scope: Any, may: bool) -> None:
    identity = await VERIFIER.verify(mint(SERVICE_KEY, "Ed25519", service_claims(sub=service, scope=scope)))
    assert identity.may_act_for_users is may


async def test_in_development_one_key_makes_both(signer: TokenSigner, verifier: TokenVerifier) -> None:
    ada = await verifier.verify(signer.sign("users/ada", lifetime_s=60))
    edge = await verifier.verify(signer.sign("services/edge", lifetime_s=60, audience=SERVICE_AUDIENCE))
    assert (ada.is_service, edge.is_service) == (False, True)


async def test_a_services_own_token_is_kept_until_half_its_time_is_over(signer: TokenSigner) -> None:
    now = [0.0]
    verifier = TokenVerifier.for_development(
        signer.public_keys(), issuer="https://test.example", audience="shoal", acting_for_users=["services/ai"]
    )
    own = OwnToken(signer, "services/ai", acts_for_users=True, clock=lambda: now[0])
    first = own()
    now[0] = 149.0
    assert own() is first
    now[0] = 151.0
    assert own() is not first
    identity = await verifier.verify(own())
    assert (identity.subject, identity.may_act_for_users) == ("services/ai", True)


async def test_no_fault_repeats_a_token_or_a_claim() -> None:
    secret = "s3cret-claim"
    for token in (mint(RSA, "RS256", claims(sub=secret, aud=secret)), mint(STRANGER, "RS256", claims(sub=secret))):
        with pytest.raises(Fault) as refused:
            await VERIFIER.verify(token)
        told = f"{refused.value.message} {refused.value.facts}"
        assert secret not in told
        assert token not in told
    ada = await VERIFIER.verify(token := mint(RSA, "RS256"))
    assert token not in repr(ada)
    assert token not in repr(replace(ada, acting_service="services/edge"))
