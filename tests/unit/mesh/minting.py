"""Tokens and key sets as providers, and as those who attack them, make them."""

from __future__ import annotations

import base64
import json
import time
from typing import Any

from joserfc import jws
from joserfc.jwk import ECKey, Key, OKPKey, RSAKey

ISSUER = "https://id.example"
AUDIENCE = "shoal"


def rsa(kid: str | None = "rsa", **more: str) -> Key:
    return RSAKey.generate_key(2048, _named(kid, more))


def ec(kid: str | None = "ec", curve: str = "P-256", **more: str) -> Key:
    return ECKey.generate_key(curve, _named(kid, more))


def okp(kid: str | None = "okp", curve: str = "Ed25519", **more: str) -> Key:
    return OKPKey.generate_key(curve, _named(kid, more))


def _named(kid: str | None, more: dict[str, str]) -> dict[str, str]:
    return more if kid is None else {"kid": kid, **more}


def jwks(*keys: Key, **more: Any) -> dict[str, Any]:
    """The set a provider publishes."""
    return {"keys": [{**each.as_dict(private=False), **more} for each in keys]}


def claims(**more: Any) -> dict[str, Any]:
    """Good claims; what is given as None is left out."""
    now = int(time.time())
    good = {"iss": ISSUER, "aud": AUDIENCE, "sub": "ada", "iat": now, "exp": now + 300}
    return {name: value for name, value in {**good, **more}.items() if value is not None}


def mint(key: Key, algorithm: str, said: dict[str, Any] | None = None, **header: Any) -> str:
    """A token signed with `key`; of the header, what is given as None is left out."""
    full = {"alg": algorithm, "typ": "JWT", "kid": key.kid, **header}
    named = {name: value for name, value in full.items() if value is not None}
    return signed(named, claims() if said is None else said, key, algorithm)


def signed(header: Any, said: Any, key: Key, algorithm: str) -> str:
    """A token of whatever is given, with a signature that is right."""
    message = f"{part(header)}.{part(said)}"
    signature = jws.JWSRegistry.algorithms[algorithm].sign(message.encode(), key)
    return f"{message}.{base64.urlsafe_b64encode(signature).decode().rstrip('=')}"


def part(value: object) -> str:
    """One part of a token."""
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def decoded(token: str, place: int) -> dict[str, Any]:
    """One part of a token, read."""
    text = token.split(".")[place]
    value: dict[str, Any] = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    return value
