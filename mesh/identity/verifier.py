"""Verification: whose a token is.

Owns the choice of who could have signed a token, the checks of RFC 8725, and the memory of tokens that passed them. A
user's issuer never makes a service and a service's key never makes a user: each kind has keys of its own. The token's
own words choose only whom to ask; all that is believed is what the signature covers.
"""

from __future__ import annotations

import base64
import json
import re
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from cachetools import LRUCache
from joserfc.jwk import KeySet

from mesh.faults import TokenInvalid, TokenMissing
from mesh.identity.caller import SERVICE_AUDIENCE, Identity
from mesh.identity.claims import ClaimNames, Times, audiences_of, service_of, times_of, user_of
from mesh.identity.keys import ALGORITHMS, KeySource, StaticKeys, VerifyingKey, check_signature, read_keys

MAX_TOKEN_BYTES = 8 * 1024
_SHAPE = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")
_TYPES = ("jwt", "at+jwt", "application/jwt", "application/at+jwt")
_MAX_KID = 255
_VERIFIED_TOKENS = 4096
"""How many verified tokens are remembered: a signature check costs about 0.2 ms, a reconnect storm brings thousands."""


class IssuersNotApart(ValueError):
    """Users of two issuers could not be told apart."""


@dataclass(frozen=True, slots=True)
class Issuer:
    """An identity provider: its `iss`, the `aud` its tokens must name, its keys, and how its users are called here."""

    name: str
    audience: str
    keys: KeySource
    subject_prefix: str = ""
    claims: ClaimNames = field(default_factory=ClaimNames)


@dataclass(frozen=True, slots=True)
class Services:
    """Who signs for services, and which of them may act for users without the users' tokens."""

    issuer: str
    keys: KeySource
    acting_for_users: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class _Verified:
    identity: Identity
    times: Times
    keys: KeySource
    generation: int


@dataclass(frozen=True, slots=True)
class _Read:
    """What a token says of itself, unproven."""

    algorithm: str
    kid: str | None
    issuer: object
    for_services: bool


class TokenVerifier:
    """Verifies tokens of several issuers and of the services.

    Raises IssuersNotApart. A subject, a group or an organisation belongs to
    the issuer with the longest prefix that it begins with: whoever else names it is not believed.
    """

    def __init__(
        self,
        issuers: Iterable[Issuer],
        services: Services | None = None,
        *,
        leeway_s: int = 30,
        clock: Callable[[], float] = time.time,
    ) -> None:
        known = list(issuers)
        self._issuers = {each.name: each for each in known}
        self._prefixes = [each.subject_prefix for each in known]
        if len(self._issuers) < len(known) or len(set(self._prefixes)) < len(known):
            raise IssuersNotApart("SHOAL_TOKEN_ISSUERS: each needs an issuer and a subject_prefix of its own")
        self._services, self._leeway_s, self._clock = services, leeway_s, clock
        self._remembered: LRUCache[str, _Verified] = LRUCache(_VERIFIED_TOKENS)

    @classmethod
    def for_development(
        cls,
        keys: KeySet,
        *,
        issuer: str,
        audience: str,
        acting_for_users: Iterable[str] = (),
        clock: Callable[[], float] = time.time,
    ) -> TokenVerifier:
        """Return what believes one set of keys of both users and services: for one machine alone."""
        both = StaticKeys(read_keys(keys.as_dict(private=False), ALGORITHMS))
        services = Services(issuer, both, frozenset(acting_for_users))
        return cls([Issuer(issuer, audience, both)], services, clock=clock)

    def known(self, token: str) -> Identity | None:
        """Return whose token this is if that can be said without waiting, else None: `verify` tells.

        Raises TokenExpired, TokenInvalid.
        """
        verified = self._remembered.get(token)
        if verified is None or not verified.keys.stands(verified.generation):
            return None
        verified.times.check(self._clock(), self._leeway_s)
        return verified.identity

    async def verify(self, token: str) -> Identity:
        """Return whose token this is; waits only for keys that have to be fetched.

        Raises TokenMissing, TokenInvalid, TokenExpired, IdentityProviderUnavailable.
        """
        if not token:
            raise TokenMissing("a token is needed: `authorization: Bearer <token>`")
        identity = self.known(token)
        return await self._verify(token) if identity is None else identity

    async def _verify(self, token: str) -> Identity:
        read = _read(token)
        if read.for_services:
            signer: Issuer | Services | None = self._services
        else:
            signer = self._issuers.get(read.issuer) if isinstance(read.issuer, str) else None
        if signer is None:
            raise TokenInvalid("the token is from another issuer or for another audience")
        candidates = await signer.keys.find(read.kid, read.algorithm)
        generation = signer.keys.generation
        for key in candidates:
            claims = check_signature(token, key, read.algorithm)
            if claims is not None:
                break
        else:
            raise TokenInvalid("the token's signature, algorithm or key is wrong")
        if isinstance(signer, Issuer):
            identity = self._user(claims, signer, token)
        else:
            identity = _service(claims, signer, key, token)
        times = times_of(claims)
        times.check(self._clock(), self._leeway_s)
        self._remembered[token] = _Verified(identity, times, signer.keys, generation)
        return identity

    def _user(self, claims: Any, issuer: Issuer, token: str) -> Identity:
        audiences = audiences_of(claims)
        if claims.get("iss") != issuer.name or issuer.audience not in audiences or SERVICE_AUDIENCE in audiences:
            raise TokenInvalid("the token is from another issuer or for another audience")
        identity = user_of(claims, token, issuer.claims, issuer.subject_prefix)
        longer = [each for each in self._prefixes if len(each) > len(issuer.subject_prefix)]
        if any(identity.subject.startswith(each) for each in longer):
            raise TokenInvalid("the token's `sub` is one of another issuer's users")
        if not longer:
            return identity
        own_groups = tuple(each for each in identity.groups if not each.startswith(tuple(longer)))
        own_organizations = tuple(each for each in identity.organizations if not each.startswith(tuple(longer)))
        return replace(identity, groups=own_groups, organizations=own_organizations)


def _service(claims: Any, services: Services, key: VerifyingKey, token: str) -> Identity:
    if claims.get("iss") != services.issuer or SERVICE_AUDIENCE not in audiences_of(claims):
        raise TokenInvalid("the token is from another issuer or for another audience")
    identity = service_of(claims, token)
    if key.sign_for and key.sign_for != identity.subject:
        raise TokenInvalid("the token is signed with the key of another service")
    if not identity.may_act_for_users or identity.subject in services.acting_for_users:
        return identity
    return replace(identity, may_act_for_users=False)


def _read(token: str) -> _Read:
    """Return what a token says of itself: enough to know whom to ask. Raises TokenInvalid."""
    if len(token) > MAX_TOKEN_BYTES:
        raise TokenInvalid(f"a token is at most {MAX_TOKEN_BYTES} bytes")
    if not _SHAPE.fullmatch(token):
        raise TokenInvalid("not a signed token")
    head, body, _ = token.split(".")
    header, claims = _object(head), _object(body)
    algorithm, kid, kind = header.get("alg"), header.get("kid"), header.get("typ", "JWT")
    if not isinstance(algorithm, str) or algorithm not in ALGORITHMS or "crit" in header:
        raise TokenInvalid("the token's algorithm is not one that is believed")
    if not isinstance(kind, str) or kind.lower() not in _TYPES:
        raise TokenInvalid("the token is of another type")
    if not isinstance(kid, str | None) or len(kid or "") > _MAX_KID:
        raise TokenInvalid("`kid` is not the name of a key")
    return _Read(algorithm, kid, claims.get("iss"), SERVICE_AUDIENCE in audiences_of(claims))


def _object(part: str) -> dict[str, Any]:
    try:
        value = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise TokenInvalid("the token is not made of JSON objects")
    return value
