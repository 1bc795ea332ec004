"""Cookies: what a browser keeps for the edge, in pieces that browsers take, and sealed where only the edge may read it.

Owns names, flags and sizes. A token is not sealed: whoever holds it may use it, and the page is given it anyway.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from aiohttp import web
from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

TOKEN = "shoal_session"  # noqa: S105 -- the name of a cookie
FLOW = "shoal_sign_in"
REFRESH = "shoal_refresh"
SESSION_PATH = "/v1/session"
_PIECE = 3800
"""Browsers keep cookies of 4,096 bytes, name and flags among them."""
_MAX_PIECES = 3
"""A token is at most 8 KiB."""


class CookieTooLarge(Exception):
    """More than browsers keep for us."""


def token_of(cookies: Mapping[str, str]) -> str:
    """Return the token that a browser keeps; empty when there is none."""
    return _joined(cookies, TOKEN)


def put_token(response: web.Response, token: str, *, lifetime_s: float, secure: bool) -> None:
    """Have the browser keep a token for `lifetime_s`. Raises CookieTooLarge."""
    _put(response, TOKEN, token, lifetime_s=lifetime_s, secure=secure, path="/", samesite="Strict")


def forget(response: web.Response) -> None:
    """Have the browser forget who is signed in."""
    for piece in range(_MAX_PIECES):
        response.del_cookie(_name(TOKEN, piece), path="/")
        response.del_cookie(_name(REFRESH, piece), path=SESSION_PATH)


class Seal:
    """Seals what a browser keeps and may not read: AES-256-GCM, with a key that all edges of a site share."""

    def __init__(self, key: bytes) -> None:
        self._key = OctKey.import_key(key)

    def put(self, response: web.Response, name: str, value: Mapping[str, Any], *, lifetime_s: float, secure: bool,
            samesite: str) -> None:  # fmt: skip
        """Have the browser keep `value` and send it to SESSION_PATH. Raises CookieTooLarge."""
        sealed = jwe.encrypt_compact({"alg": "dir", "enc": "A256GCM", "use": name}, json.dumps(value), self._key,
                                     registry=_REGISTRY)  # fmt: skip
        _put(response, name, sealed, lifetime_s=lifetime_s, secure=secure, path=SESSION_PATH, samesite=samesite)

    def read(self, cookies: Mapping[str, str], name: str) -> dict[str, Any] | None:
        """Return what was sealed under this name; None where there is nothing, or nothing of ours."""
        sealed = _joined(cookies, name)
        if not sealed:
            return None
        try:
            opened = jwe.decrypt_compact(sealed, self._key, registry=_REGISTRY)
            value = json.loads(opened.plaintext or b"")
        except (JoseError, ValueError, TypeError):
            return None
        # What was sealed for one purpose is good for no other.
        return value if opened.headers().get("use") == name and isinstance(value, dict) else None


_REGISTRY = jwe.JWERegistry(algorithms=["dir", "A256GCM"], strict_check_header=False)


def _name(name: str, piece: int) -> str:
    return f"{name}.{piece}" if piece else name


def _put(response: web.Response, name: str, value: str, *, lifetime_s: float, secure: bool, path: str,
         samesite: str) -> None:  # fmt: skip
    pieces = [value[at : at + _PIECE] for at in range(0, len(value), _PIECE)]
    if len(pieces) > _MAX_PIECES:
        raise CookieTooLarge(name)
    for number in range(_MAX_PIECES):
        if number < len(pieces):
            response.set_cookie(_name(name, number), pieces[number], max_age=max(0, int(lifetime_s)), httponly=True,
                                samesite=samesite, secure=secure, path=path)  # fmt: skip
        else:
            response.del_cookie(_name(name, number), path=path)


def _joined(cookies: Mapping[str, str], name: str) -> str:
    return "".join(cookies.get(_name(name, piece), "") for piece in range(_MAX_PIECES))
