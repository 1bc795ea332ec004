"""`/v1/session`: who is signed in, signing in and out, and the public keys of development.

Owns the routes. The cookie is HttpOnly and SameSite=Strict; changing it needs an allowed origin. In development a key
of the instance's own signs for whoever gives a name; with a provider, `by_provider` does the rest.
"""

from __future__ import annotations

from aiohttp import web

from edge import cookies
from edge.handshake import Admitted, Doorkeeper
from edge.settings import EdgeSettings
from edge.sign_in.by_name import NoDevelopmentSignIn, check_own_name, read_name
from edge.sign_in.by_provider import ProviderSignIn
from mesh import faults
from mesh.development import subject_of
from mesh.identity import TokenSigner

_NOT_KEPT = {"Cache-Control": "no-store"}


class SignIn:
    """`/v1/session` and the public keys. `provider` is who people sign in with, None where there is none."""

    def __init__(
        self,
        doorkeeper: Doorkeeper,
        signer: TokenSigner | None,
        settings: EdgeSettings,
        provider: ProviderSignIn | None,
    ) -> None:
        self._doorkeeper, self._signer, self._settings, self._provider = doorkeeper, signer, settings, provider

    def routes(self) -> list[web.RouteDef]:
        """Return what to add to an application's router."""
        return [
            web.get(cookies.SESSION_PATH, self.show),
            web.post(cookies.SESSION_PATH, self.sign_in),
            web.delete(cookies.SESSION_PATH, self.sign_out),
            web.get(f"{cookies.SESSION_PATH}/ways", self.ways),
            web.get("/.well-known/jwks.json", self.keys),
            *(self._provider.routes() if self._provider else ()),
        ]

    async def show(self, request: web.Request) -> web.Response:
        """Who is signed in, with the token; a new one where the old has ended and the provider gives one. Else 401."""
        try:
            return self._session(await self._doorkeeper.admit(request))
        except (faults.TokenMissing, faults.TokenExpired):
            if self._provider is None:
                raise
            renewed = await self._provider.renew(request)
            if renewed is None:
                raise
        response = self._session(renewed.admitted)
        self._provider.keep(response, renewed)
        return response

    async def ways(self, _: web.Request) -> web.Response:
        """How people can sign in here: by name, or with whom and where that begins."""
        provider = self._provider.told() if self._provider else None
        return web.json_response({"by_name": self._signer is not None, "provider": provider})

    async def sign_in(self, request: web.Request) -> web.Response:
        """Sign in by name, in development."""
        self._doorkeeper.check_origin(request, needed=True)
        if self._signer is None:
            raise NoDevelopmentSignIn
        check_own_name(request)
        name = await read_name(request)
        lifetime_s = self._settings.development_token_lifetime_s
        token = self._signer.sign(subject_of(name), name=name, lifetime_s=lifetime_s)
        response = self._session(Admitted(await self._doorkeeper.verify(token), token))
        cookies.put_token(response, token, lifetime_s=lifetime_s, secure=request.secure)
        return response

    async def sign_out(self, request: web.Request) -> web.Response:
        """Forget who is signed in; `end_url` is where the provider forgets them too, empty where it cannot."""
        self._doorkeeper.check_origin(request, needed=True)
        end_url = await self._provider.end_url() if self._provider else ""
        response = web.json_response({"end_url": end_url}, headers=_NOT_KEPT)
        cookies.forget(response)
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
            headers=_NOT_KEPT,
        )
