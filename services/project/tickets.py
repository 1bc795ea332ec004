"""Tickets: what is random, and what is kept of what must not be known.

Owns ids, the secrets of invitations and links, and passwords. A secret is 256 random bits: a plain hash of it cannot be
searched. A password is chosen by people: it is hashed so that each guess costs.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from typing import NamedTuple

_ID_BYTES = 8
_ID_CHARACTERS = 12
"""60 random bits in base32: two in a billion collide with a chance of 1 in 10^9, nobody guesses one."""
_SECRET_BYTES = 32

_COST, _BLOCK, _PARALLEL = 2**14, 8, 5
"""scrypt as OWASP recommends where 16 MiB are to suffice: about 0.2 s a guess. More memory and less parallelism would
be as hard for a guesser, but a few at once would starve a small machine."""
_SALT_BYTES = 16
_MAX_MEMORY = 64 * 1024 * 1024
"""What OpenSSL may take; its own bound, 32 MiB, leaves too little beside the 16 that the parameters need."""


class Secret(NamedTuple):
    """What is told once, and what is kept."""

    text: str
    hash: bytes


def new_id() -> str:
    """Return a random id."""
    return base64.b32encode(secrets.token_bytes(_ID_BYTES)).decode().lower()[:_ID_CHARACTERS]


def new_secret() -> Secret:
    """Return a random secret."""
    text = secrets.token_urlsafe(_SECRET_BYTES)
    return Secret(text, hash_of(text))


def hash_of(secret: str) -> bytes:
    """Return what is kept of a secret."""
    return hashlib.sha256(secret.encode()).digest()


def is_hash_of(kept: bytes, secret: str) -> bool:
    """Say whether `kept` is of `secret`, in a time that tells nothing."""
    return hmac.compare_digest(kept, hash_of(secret))


def hash_password(password: str) -> str:
    """Return what is kept of a password; it says how it was made. Takes 0.2 s: not for the event loop."""
    salt = secrets.token_bytes(_SALT_BYTES)
    derived = _scrypt(password, salt, _COST, _BLOCK, _PARALLEL)
    return f"scrypt${_COST}${_BLOCK}${_PARALLEL}${salt.hex()}${derived.hex()}"


def is_password(kept: str, password: str) -> bool:
    """Say whether `kept` is of `password`. Takes as long as making it took: not for the event loop."""
    _, cost, block, parallel, salt, derived = kept.split("$")
    made = _scrypt(password, bytes.fromhex(salt), int(cost), int(block), int(parallel))
    return hmac.compare_digest(made, bytes.fromhex(derived))


def _scrypt(password: str, salt: bytes, cost: int, block: int, parallel: int) -> bytes:
    return hashlib.scrypt(password.encode(), salt=salt, n=cost, r=block, p=parallel, maxmem=_MAX_MEMORY, dklen=32)
