"""Identity: who calls, proven by a signed token.

Owns verification (one algorithm a key, iss, aud, exp, nbf) and, for development and between services, signing. The
verified caller travels in a context variable; nobody reads a claim anywhere else. Tokens are never logged.
"""

from __future__ import annotations

import base64
import json
import os
import secrets
import time
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cachetools import LRUCache
from joserfc import errors, jwt
from joserfc.jwk import KeySet, OKPKey

from mesh.faults import TokenExpired, TokenInvalid, TokenMissing

SIGNING_ALGORITHM = "Ed25519"
MAX_TOKEN_BYTES = 8 * 1024
SERVICE_AUDIENCE = "shoal-services"
_MAX_EMAIL = 320
_MAX_TEXTS = 256
_MAX_TEXT = 255
"""Groups and organisations of one token: no issuer sends more in MAX_TOKEN_BYTES, and each is looked up."""
_VERIFIED_TOKENS = 4096
"""How many verified tokens are remembered: a signature check costs about 0.2 ms, a reconnect storm brings thousands."""


@dataclass(frozen=True, slots=True)
class Identity:
    """A verified caller: `subject` is the stable id, `name` is for people; `expires_at` in Unix seconds.

    `token` is what proved it, for calls to another service in the caller's own name; it is in no `repr` and no log.
    `email` is empty when the issuer names none. `groups` and `organizations` are the issuer's, as it writes them.
    """

    subject: str
    name: str
    expires_at: float
    is_service: bool = False
    token: str = field(default="", repr=False, compare=False)
    email: str = ""
    email_verified: bool = False
    groups: tuple[str, ...] = ()
    organizations: tuple[str, ...] = ()


_current: ContextVar[Identity] = ContextVar("identity")


def current_identity() -> Identity:
    """Return the caller of the rpc under way. Raises TokenMissing outside of one."""
    try:
        return _current.get()
    except LookupError:
        raise TokenMissing("this call needs a token: metadata `authorization: Bearer <token>`") from None


def act_as(identity: Identity) -> None:
    """Make `identity` the caller for the rest of this task. Each rpc has a task of its own, so nothing is put back."""
    _current.set(identity)


class TokenVerifier:
    """Verifies tokens of one issuer against a key set in which each key names its one algorithm."""

    def __init__(
        self,
        keys: KeySet,
        *,
        issuer: str,
        audience: str,
        leeway_s: int = 30,
        clock: Callable[[], float] = time.time,
    ) -> None:
        if any(not key.alg for key in keys.keys):
            raise ValueError("every key must name its algorithm in `alg`")
        self._keys = keys
        self._algorithms = {str(key.kid): str(key.alg) for key in keys.keys}
        self._issuer, self._audience, self._leeway_s, self._clock = issuer, audience, leeway_s, clock
        self._verified: LRUCache[str, tuple[Identity, float]] = LRUCache(_VERIFIED_TOKENS)

    @classmethod
    def from_file(cls, jwks: Path, *, issuer: str, audience: str, leeway_s: int = 30) -> TokenVerifier:
        """Read a JWK set file."""
        keys = KeySet.import_key_set(json.loads(jwks.read_text()))
        return cls(keys, issuer=issuer, audience=audience, leeway_s=leeway_s)

    def verify(self, token: str) -> Identity:
        """Return whose token this is. Raises TokenMissing, TokenInvalid, TokenExpired."""
        if not token:
            raise TokenMissing("a token is needed: `authorization: Bearer <token>`")
        known = self._verified.get(token)
        if known is None:
            known = self._verified[token] = self._verify(token)
        identity, not_before = known
        now = self._clock()
        if identity.expires_at + self._leeway_s < now:
            raise TokenExpired("the token has expired; sign in again")
        if not_before - self._leeway_s > now:
            raise TokenInvalid("the token is not valid yet")
        return identity

    def _verify(self, token: str) -> tuple[Identity, float]:
        if len(token) > MAX_TOKEN_BYTES:
            raise TokenInvalid(f"a token is at most {MAX_TOKEN_BYTES} bytes")
        try:
            algorithm = self._algorithm_of(token)
            claims = jwt.decode(token, self._keys, algorithms=[algorithm]).claims
        except (errors.JoseError, ValueError, TypeError, KeyError) as error:
            raise TokenInvalid("the token's signature, algorithm or shape is wrong") from error
        return self._identity(claims, token)

    def _algorithm_of(self, token: str) -> str:
        """Return the algorithm of the key the token names: the key decides, never the token."""
        header = json.loads(_base64url(token.split(".")[0]))
        if len(self._algorithms) == 1 and "kid" not in header:
            return next(iter(self._algorithms.values()))
        return self._algorithms[header["kid"]]

    def _identity(self, claims: dict[str, Any], token: str) -> tuple[Identity, float]:
        audience = claims.get("aud")
        audiences = audience if isinstance(audience, list) else [audience]
        is_service = SERVICE_AUDIENCE in audiences
        subject, expires_at = claims.get("sub"), claims.get("exp")
        if claims.get("iss") != self._issuer or not (self._audience in audiences or is_service):
            raise TokenInvalid("the token is from another issuer or for another audience")
        if not isinstance(subject, str) or not 0 < len(subject) <= 255 or not isinstance(expires_at, int | float):
            raise TokenInvalid("the token lacks `sub` or `exp`")
        name = claims.get("name")
        not_before = claims.get("nbf", 0)
        if not isinstance(not_before, int | float):
            raise TokenInvalid("`nbf` is not a time")
        known_as = name if isinstance(name, str) else subject
        email = claims.get("email")
        identity = Identity(
            subject,
            known_as,
            float(expires_at),
            is_service,
            token,
            email=email if isinstance(email, str) and len(email) <= _MAX_EMAIL else "",
            email_verified=claims.get("email_verified") is True,
            groups=_texts(claims.get("groups")),
            organizations=_texts(claims.get("organizations")),
        )
        return identity, not_before


class TokenSigner:
    """Signs tokens with a private key kept in a file: for development, and for services among themselves."""

    def __init__(self, key: OKPKey, *, issuer: str, audience: str, clock: Callable[[], float] = time.time) -> None:
        self._key, self._issuer, self._audience, self._clock = key, issuer, audience, clock

    @classmethod
    def open(cls, path: Path, *, issuer: str, audience: str) -> TokenSigner:
        """Read the key at `path`, making it, readable by its owner alone, when there is none."""
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            key = OKPKey.generate_key("Ed25519", {"kid": secrets.token_hex(8), "alg": SIGNING_ALGORITHM, "use": "sig"})
            made = path.with_suffix(".new")
            with os.fdopen(os.open(made, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
                json.dump(key.as_dict(private=True), file)
            made.rename(path)
        return cls(OKPKey.import_key(json.loads(path.read_text())), issuer=issuer, audience=audience)

    def public_keys(self) -> KeySet:
        """Return the key set that verifies what this signs."""
        return KeySet([OKPKey.import_key(self._key.as_dict(private=False))])

    def sign(
        self,
        subject: str,
        *,
        name: str = "",
        lifetime_s: float,
        audience: str | None = None,
        claims: Mapping[str, object] | None = None,
    ) -> str:
        """Return a token for `subject` that is good for `lifetime_s` from now; `claims` says more, as `email`."""
        now = int(self._clock())
        said = {
            **(claims or {}),
            "iss": self._issuer, "aud": audience or self._audience, "sub": subject, "name": name or subject,
            "iat": now, "nbf": now, "exp": now + int(lifetime_s),
        }  # fmt: skip
        header = {"alg": SIGNING_ALGORITHM, "kid": self._key.kid, "typ": "at+jwt"}
        return jwt.encode(header, said, self._key, algorithms=[SIGNING_ALGORITHM])


def bearer(authorization: str) -> str:
    """Return the token of an `Authorization: Bearer …` value; empty when there is none."""
    scheme, _, token = authorization.partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def _base64url(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _texts(claim: object) -> tuple[str, ...]:
    """Return the texts of a claim that is a list of them, or one; anything else in it is no text of ours."""
    values = claim if isinstance(claim, list) else [claim]
    return tuple(each for each in values if isinstance(each, str) and 0 < len(each) <= _MAX_TEXT)[:_MAX_TEXTS]
