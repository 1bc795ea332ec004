"""Signing in for the page: a session cookie that holds a token.

In development a key of the instance's own signs for whoever gives a name; without that key this only reports who is
signed in. The cookie is HttpOnly and SameSite=Strict; changing it needs JSON from an allowed origin.
"""

from __future__ import annotations

import json
from urllib.parse import urlsplit

import grpc
from aiohttp import web

from edge.handshake import COOKIE, Admitted, Doorkeeper, OriginNotAllowed
from edge.settings import EdgeSettings
from edge.status import read_body
from mesh import faults
from mesh.development import MAX_NAME, is_name, subject_of
from mesh.identity import TokenSigner
from mesh.loopback import is_loopback

_MAX_BODY_BYTES = 4096


class NoDevelopmentSignIn(faults.Fault):
    """This instance does not sign tokens; the identity provider does."""

    code, reason = grpc.StatusCode.UNIMPLEMENTED, faults.Reason.ERROR_REASON_NO_DEVELOPMENT_SIGN_IN

    def __init__(self) -> None:
        super().__init__("signing in by name is for development; get a token from the identity provider")


class SignIn:
    """`/v1/session` and the public keys."""

    def __init__(self, doorkeeper: Doorkeeper, signer: TokenSigner | None, settings: EdgeSettings) -> None:
        self._doorkeeper, self._signer, self._settings = doorkeeper, signer, settings

    def routes(self) -> list[web.RouteDef]:
        """Return what to add to an application's router."""
        return [
            web.get("/v1/session", self.show),
            web.post("/v1/session", self.sign_in),
            web.delete("/v1/session", self.sign_out),
            web.get("/.well-known/jwks.json", self.keys),
        ]

    async def show(self, request: web.Request) -> web.Response:
        """Who is signed in, with the token; 401 when nobody is."""
        return self._session(await self._doorkeeper.admit(request))

    async def sign_in(self, request: web.Request) -> web.Response:
        """Sign in by name, in development."""
        self._doorkeeper.check_origin(request, needed=True)
        if self._signer is None:
            raise NoDevelopmentSignIn
        check_own_name(request)
        name = await _name(request)
        lifetime_s = self._settings.development_token_lifetime_s
        token = self._signer.sign(subject_of(name), name=name, lifetime_s=lifetime_s)
        identity = await self._doorkeeper.verify(token)
        response = self._session(Admitted(identity, token))
        response.set_cookie(
            COOKIE, token, max_age=int(lifetime_s), httponly=True, samesite="Strict", secure=request.secure, path="/"
        )
        return response

    async def sign_out(self, request: web.Request) -> web.Response:
        """Forget the cookie."""
        self._doorkeeper.check_origin(request, needed=True)
        response = web.json_response({})
        response.del_cookie(COOKIE, path="/")
        return response

    async def keys(self, _: web.Request) -> web.Response:
        """The keys that verify this instance's development tokens."""
        keys = self._signer.public_keys().as_dict(private=False) if self._signer else {"keys": []}
        return web.json_response(keys)

    def _session(self, admitted: Admitted) -> web.Response:
        identity = admitted.identity
        return web.json_response(
            {
                "subject": identity.subject,
                "name": identity.name,
                "token": admitted.token,
                "expires_at": int(identity.expires_at),
                "development": self._signer is not None,
            },
            headers={"Cache-Control": "no-store"},
        )


def check_own_name(request: web.Request) -> None:
    """Refuse a Host that is no name of this machine: a page whose own name was rebound to us looks like ours."""
    try:
        host = urlsplit(f"//{request.host}").hostname or ""
    except ValueError:
        host = ""
    if not is_loopback(host):
        raise OriginNotAllowed("development sign-in is for localhost")


async def _name(request: web.Request) -> str:
    if request.content_type != "application/json":
        raise faults.InvalidField("body", "must be application/json")
    try:
        body = json.loads(await read_body(request, _MAX_BODY_BYTES))
    except ValueError:
        raise faults.MalformedMessage("the body is not JSON") from None
    name = body.get("name") if isinstance(body, dict) else None
    if not isinstance(name, str) or not is_name(name.strip()):
        raise faults.InvalidField("name", f"must be 1 to {MAX_NAME} printable characters")
    return name.strip()
