"""An identity provider that people sign in with: the authorization code flow with PKCE, strictly.

A browser goes through it as it is sent; with `asks`, a person sees a page first and presses its button.
"""

from __future__ import annotations

import base64
import hashlib
import html
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlencode

from aiohttp import web
from joserfc.jwk import Key

from tests.integration.mesh.provider import Provider
from tests.unit.mesh.minting import claims, mint

CLIENT, SECRET = "shoal-edge", "s3cret"


class SigningProvider(Provider):
    """Signs in whoever comes, as `sub`; a code and a refresh token are good once. `refusal` is told instead."""

    def __init__(self, *keys: Key) -> None:
        super().__init__(*keys)
        self.sub, self.lifetime_s, self.nonce_told, self.refusal, self.padding = "ada", 300, "", "", ""
        self.claims: dict[str, Any] = {"name": "Ada Lovelace"}
        self.asks = False
        self.refreshed = 0
        self._numbers = itertools.count(1)
        self._codes: dict[str, dict[str, str]] = {}
        self._refresh_tokens: set[str] = set()

    def more_routes(self) -> list[web.RouteDef]:
        return [
            web.get("/authorize", self._authorize), web.post("/token", self._token), web.get("/end", self._end),
        ]  # fmt: skip

    def discovered_endpoints(self) -> dict[str, str]:
        return {
            "issuer": self.url,
            "jwks_uri": f"{self.url}/jwks",
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "end_session_endpoint": f"{self.url}/end",
        }

    async def _authorize(self, request: web.Request) -> web.StreamResponse:
        asked = dict(request.query)
        assert (asked["response_type"], asked["client_id"], asked["code_challenge_method"]) == ("code", CLIENT, "S256")
        assert "openid" in asked["scope"].split()
        if self.asks and not asked.pop("pressed", ""):
            return _page(asked)
        answer = {"state": asked["state"]}
        if self.refusal:
            answer["error"] = self.refusal
        else:
            answer["code"] = f"code-{next(self._numbers)}"
            self._codes[answer["code"]] = asked
        raise web.HTTPFound(f"{asked['redirect_uri']}?{urlencode(answer)}")

    async def _end(self, _: web.Request) -> web.StreamResponse:
        return web.Response(text="<!doctype html><h1>You are signed out</h1>", content_type="text/html")

    async def _token(self, request: web.Request) -> web.StreamResponse:
        form = dict(await request.post())
        expected = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        if request.headers.get("Authorization") != f"Basic {expected}":
            return web.json_response({"error": "invalid_client"}, status=401)
        nonce = ""
        if form["grant_type"] == "refresh_token":
            self.refreshed += 1
            if form["refresh_token"] not in self._refresh_tokens:
                return web.json_response({"error": "invalid_grant"}, status=400)
            self._refresh_tokens.remove(str(form["refresh_token"]))
        else:
            asked = self._codes.pop(str(form["code"]), None)
            digest = hashlib.sha256(str(form["code_verifier"]).encode()).digest()
            challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
            if asked is None or asked["code_challenge"] != challenge or asked["redirect_uri"] != form["redirect_uri"]:
                return web.json_response({"error": "invalid_grant"}, status=400)
            nonce = self.nonce_told or asked["nonce"]
        refresh = f"refresh-{next(self._numbers)}"
        self._refresh_tokens.add(refresh)
        return web.json_response(
            {
                "access_token": self._signed(filling=self.padding, **self.claims),
                "id_token": self._signed(aud=CLIENT, nonce=nonce),
                "refresh_token": refresh,
                "token_type": "Bearer",
            }
        )

    def _signed(self, **said: Any) -> str:
        now = claims()["iat"]
        return mint(self.keys[0], "ES256", claims(iss=self.url, sub=self.sub, exp=now + self.lifetime_s, **said))


def _page(asked: dict[str, str]) -> web.Response:
    fields = "".join(
        f'<input type="hidden" name="{html.escape(n)}" value="{html.escape(v)}">' for n, v in asked.items()
    )
    form = f'<form>{fields}<button name="pressed" value="yes">Yes, it is me</button></form>'
    return web.Response(text=f"<!doctype html><h1>Who are you?</h1>{form}", content_type="text/html")


@asynccontextmanager
async def signing_provider(*keys: Key, port: int = 0) -> AsyncIterator[SigningProvider]:
    """Run one until the block ends."""
    running = SigningProvider(*keys)
    await running.start(port)
    running.discovery = running.discovered_endpoints()
    try:
        yield running
    finally:
        running.go_on.set()
        await running.stop()
