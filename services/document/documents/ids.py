"""Ids that the server makes: nobody guesses one, and no two meet."""

from __future__ import annotations

import base64
import secrets

_CHARACTERS = 12
"""60 random bits in base32."""


def random_id() -> str:
    """Return a new id, of a-z and 2-7."""
    return base64.b32encode(secrets.token_bytes(8)).decode().lower()[:_CHARACTERS]
