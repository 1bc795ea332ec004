"""An identity provider on loopback: real HTTP, with the answers that a test wants."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web
from joserfc.jwk import Key

from tests.unit.mesh.minting import claims, jwks, mint

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Provider:
    """Publishes `keys`; counts who asks. `answer` takes the place of the key set while it is set."""

    def __init__(self, *keys: Key) -> None:
        self.keys = list(keys)
        self.headers: dict[str, str] = {}
        self.asked = self.discovered = 0
        self.etags: list[str] = []
        self.answer: Answer | None = None
        self.url = ""
        self.discovery: dict[str, Any] | None = None
        self.go_on = asyncio.Event()
        self.arrived = asyncio.Event()
        self._runner: web.AppRunner | None = None

    @property
    def port(self) -> int:
        return int(self.url.rpartition(":")[2])

    def token(self, key: Key | None = None, algorithm: str = "ES256", **said: Any) -> str:
        return mint(key or self.keys[0], algorithm, claims(**{"iss": self.url, **said}))

    def more_routes(self) -> list[web.RouteDef]:
        """What a provider has besides its keys."""
        return []

    async def start(self, port: int = 0) -> None:
        app = web.Application()
        app.add_routes(
            [
                web.get("/jwks", self._jwks),
                web.get("/.well-known/openid-configuration", self._discovery),
                *self.more_routes(),
            ]
        )
        self._runner = web.AppRunner(app, shutdown_timeout=0)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", port).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def stop(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def _jwks(self, request: web.Request) -> web.StreamResponse:
        self.asked += 1
        self.etags.append(request.headers.get("If-None-Match", ""))
        self.arrived.set()
        if self.answer is not None:
            return await self.answer(request)
        etag = self.headers.get("ETag")
        if etag and request.headers.get("If-None-Match") == etag:
            return web.Response(status=304, headers=self.headers)
        return web.Response(text=json.dumps(jwks(*self.keys)), headers=self.headers, content_type="application/json")

    async def _discovery(self, _: web.Request) -> web.StreamResponse:
        self.discovered += 1
        found = {"issuer": self.url, "jwks_uri": f"{self.url}/jwks"} if self.discovery is None else self.discovery
        return web.json_response(found)


@asynccontextmanager
async def provider(*keys: Key) -> AsyncIterator[Provider]:
    """Run a provider until the block ends."""
    running = Provider(*keys)
    await running.start()
    try:
        yield running
    finally:
        running.go_on.set()
        await running.stop()
