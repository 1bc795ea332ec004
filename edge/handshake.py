"""Handshake: who may open a WebSocket here.

Owns the Origin allow-list and where a token may come from: the Authorization header, a `bearer.<token>` subprotocol, or
the sign-in cookie; never the URL. A refusal is told in a frame and a close code, since browsers hide HTTP statuses.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

import grpc
from aiohttp import web

from edge import close_codes, cookies
from mesh import faults
from mesh.identity import Identity, TokenVerifier, bearer

BEARER_SUBPROTOCOL = "bearer."


class OriginNotAllowed(faults.Fault):
    """The page is of a host that is not on the allow-list."""

    code, reason = grpc.StatusCode.PERMISSION_DENIED, faults.Reason.ERROR_REASON_ORIGIN_NOT_ALLOWED


@dataclass(frozen=True, slots=True)
class Admitted:
    """A verified caller and the token that proves it."""

    identity: Identity
    token: str


class Doorkeeper:
    """Decides on requests, by origin and token."""

    def __init__(self, verifier: TokenVerifier, allowed_origins: Sequence[str]) -> None:
        self._verifier, self._allowed = verifier, tuple(allowed_origins)

    async def admit(self, request: web.Request) -> Admitted:
        """Return who calls; waits only for keys of an identity provider that have to be fetched.

        Raises OriginNotAllowed, and what `verify` does.
        """
        token = _explicit_token(request)
        self.check_origin(request, needed=not token)
        token = token or cookies.token_of(request.cookies)
        return Admitted(await self.verify(token), token)

    async def verify(self, token: str) -> Identity:
        """Return whose token it is. Raises TokenMissing, TokenInvalid, TokenExpired, IdentityProviderUnavailable."""
        identity = await self._verifier.verify(token)
        if identity.is_service:
            raise faults.TokenInvalid("a service's token opens nothing here")
        return identity

    def check_origin(self, request: web.Request, *, needed: bool) -> None:
        """Refuse pages of other hosts; `needed` when only a cookie speaks for the caller: then Origin must be there."""
        origin = request.headers.get("Origin")
        if origin is None:
            if needed and request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
                raise OriginNotAllowed("this request needs an Origin")
            if (
                needed
                and request.headers.get("Upgrade", "").lower() == "websocket"
                and cookies.TOKEN in request.cookies
            ):
                raise OriginNotAllowed("a connection by cookie needs an Origin")
            return
        if not self.allows(origin, request.host):
            raise OriginNotAllowed(f"pages of {origin[:100]!a} may not connect here")

    def allows(self, origin: str, host: str) -> bool:
        """Whether a page of `origin` may call here, by `host`."""
        try:
            asked = urlsplit(origin)
            port = asked.port
        except ValueError:
            return False
        if asked.scheme not in ("http", "https") or not asked.hostname:
            return False
        if asked.netloc == host:
            return True
        return any(_matches(urlsplit(allowed), asked.scheme, asked.hostname, port) for allowed in self._allowed)


def _matches(allowed: SplitResult, scheme: str, hostname: str, port: int | None) -> bool:
    """Whether an origin is one of the list: exact, or `*.` before a domain for every host below it."""
    pattern = allowed.hostname or ""
    host_fits = hostname.endswith(pattern[1:]) if pattern.startswith("*.") else hostname == pattern
    return scheme == allowed.scheme and host_fits and port == allowed.port


def close_code(fault: faults.Fault) -> int:
    """Return the WebSocket close code that says what a fault says."""
    match fault.code:
        case grpc.StatusCode.UNAUTHENTICATED:
            return close_codes.UNAUTHENTICATED
        case grpc.StatusCode.PERMISSION_DENIED:
            return close_codes.FORBIDDEN
        case grpc.StatusCode.RESOURCE_EXHAUSTED:
            return close_codes.TOO_MANY
        case grpc.StatusCode.UNAVAILABLE:
            return close_codes.DRAINING
        case _:
            return close_codes.BAD_MESSAGE


def _explicit_token(request: web.Request) -> str:
    """Return the token a caller brought itself: what a foreign page cannot make a browser send."""
    for offered in request.headers.get("Sec-WebSocket-Protocol", "").split(","):
        if offered.strip().startswith(BEARER_SUBPROTOCOL):
            return offered.strip()[len(BEARER_SUBPROTOCOL) :]
    return bearer(request.headers.get("Authorization", ""))
