"""Signing: tokens of an instance's own, for development and for services among themselves.

Owns the private key's file and what a token of ours says. Never logs a key or a token.
"""

from __future__ import annotations

import json
import os
import secrets
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from joserfc import jwt
from joserfc.jwk import KeySet, OKPKey

from mesh.identity.caller import SERVICE_AUDIENCE
from mesh.identity.claims import ACT_FOR_USERS

SIGNING_ALGORITHM = "Ed25519"
SERVICE_TOKEN_LIFETIME_S = 300.0
"""Long enough to open a stream with, useless to whoever finds it later."""


class TokenSigner:
    """Signs tokens with a private key kept in a file."""

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


class OwnToken:
    """A service's own token, by which it proves itself to the others; made anew when half its time is over.

    Kept in between: signing costs as much as the rest of a small call, and who receives a token again knows it.
    """

    def __init__(
        self,
        signer: TokenSigner,
        service: str,
        *,
        acts_for_users: bool = False,
        lifetime_s: float = SERVICE_TOKEN_LIFETIME_S,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._signer, self._service, self._lifetime_s, self._clock = signer, service, lifetime_s, clock
        self._claims = {"scope": ACT_FOR_USERS} if acts_for_users else {}
        self._token, self._renew_at = "", 0.0

    def __call__(self) -> str:
        """Return a token that is good for half its lifetime at least."""
        now = self._clock()
        if not self._token or now >= self._renew_at:
            self._token = self._signer.sign(
                self._service, lifetime_s=self._lifetime_s, audience=SERVICE_AUDIENCE, claims=self._claims
            )
            self._renew_at = now + self._lifetime_s / 2
        return self._token
