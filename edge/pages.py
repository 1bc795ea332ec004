"""The pages: the built web app and the page of the API, with headers that let nothing foreign into them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from aiohttp import web

_SECURITY = {
    "Content-Security-Policy": (
        "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: https:; "
        "connect-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
_API_SECURITY = {
    **_SECURITY,
    # Only what the viewer needs: its icons are data in its style sheet.
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "base-uri 'none'; frame-ancestors 'none'; form-action 'none'"
    ),
}
_FOREVER = "public, max-age=31536000, immutable"
_NOT_BUILT = (
    "<!doctype html><title>Shoal</title><p>The page is not built yet. Run <code>make setup</code>, then reload."
)


class Pages:
    """Static files under `root`; every page of the app is its index.html. The API's page shows `openapi`."""

    def __init__(self, root: Path, openapi: Path) -> None:
        self._root, self._openapi = root, openapi

    def routes(self) -> list[web.AbstractRouteDef]:
        """Return what to add to an application's router."""
        pages = [web.get(path, self.index) for path in ("/", "/sign-in", "/share", "/d/{document}")]
        files = [web.get(path, self.file) for path in ("/{name:favicon[.][a-z]+}", "/{name:logo[.]svg}")]
        api = [web.get("/api", self.api), web.get("/api/openapi.json", self.openapi)]
        return [*pages, *files, *api, web.get("/assets/{name:[^/]+}", self.asset)]

    async def index(self, _: web.Request) -> web.StreamResponse:
        """The app; asked for anew each time, since it names the assets of its build."""
        return self._serve(self._root / "index.html", "no-cache")

    async def api(self, _: web.Request) -> web.StreamResponse:
        """The page of the API."""
        return self._serve(self._root / "api.html", "no-cache", _API_SECURITY)

    async def openapi(self, _: web.Request) -> web.StreamResponse:
        """The OpenAPI document; it tells no more than the contracts do, so nobody needs to be signed in."""
        if not self._openapi.is_file():
            raise web.HTTPNotFound
        return web.FileResponse(self._openapi, headers={**_SECURITY, "Cache-Control": "no-cache"})

    async def file(self, request: web.Request) -> web.StreamResponse:
        """A file beside the app."""
        return self._serve(self._root / request.match_info["name"], "max-age=86400")

    async def asset(self, request: web.Request) -> web.StreamResponse:
        """A file whose name has its content's hash."""
        return self._serve(self._root / "assets" / request.match_info["name"], _FOREVER)

    def _serve(self, path: Path, caching: str, security: Mapping[str, str] = _SECURITY) -> web.StreamResponse:
        if not (self._root / "index.html").is_file():
            return web.Response(text=_NOT_BUILT, content_type="text/html", status=503, headers=_SECURITY)
        # A name may hold an encoded slash: only what lies right in one of our two folders is served.
        real = path.resolve()
        root = self._root.resolve()
        if real.parent not in (root, root / "assets") or real.name.startswith(".") or not real.is_file():
            raise web.HTTPNotFound
        return web.FileResponse(path, headers={**security, "Cache-Control": caching})
