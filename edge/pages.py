"""The pages: the built web app and the page of the API, with headers that let nothing foreign into them."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

from aiohttp import web

_STYLE_NONCE = "shoal-style-nonce"
"""Stands in index.html where each answer has a nonce of its own: CodeMirror writes its style sheet into the page."""

_SECURITY = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' https:; font-src 'self'; "
        "connect-src 'self'; manifest-src 'self'; worker-src 'self'; base-uri 'none'; frame-ancestors 'none'; "
        "form-action 'self'; "
        # No text becomes markup or code but through the one policy of the app, which lets plain markup pass.
        "require-trusted-types-for 'script'; trusted-types default"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": (
        "accelerometer=(), browsing-topics=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), "
        "magnetometer=(), microphone=(), midi=(), payment=(), publickey-credentials-get=(), screen-wake-lock=(), "
        "serial=(), usb=(), xr-spatial-tracking=(), clipboard-read=(self), clipboard-write=(self), fullscreen=(self)"
    ),
}
_API_SECURITY = {
    **_SECURITY,
    # Only what the viewer needs: its icons are data in its style sheet, and it has policies of its own for markup.
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "base-uri 'none'; frame-ancestors 'none'; form-action 'none'"
    ),
}
_APP = (
    "/", "/sign-in", "/share", "/invitations/{invitation}", "/d/{document}", "/p/{project}", "/search", "/activity",
    "/notifications", "/trash",
)  # fmt: skip
_NO_PAGES = ("/v1/", "/assets/", "/.well-known/", "/api/")
_FOREVER = "public, max-age=31536000, immutable"
_NOT_BUILT = (
    "<!doctype html><title>Shoal</title><p>The page is not built yet. Run <code>make setup</code>, then reload."
)
_LEAVING_WORKER = (
    "// Offline use is switched off here: this takes what the browser kept of the app away, and then itself.\n"
    "self.addEventListener('install', () => self.skipWaiting());\n"
    "self.addEventListener('activate', (event) => event.waitUntil(caches.keys()\n"
    "  .then((names) => Promise.all(names.filter((name) => name.startsWith('shoal-shell-'))\n"
    "    .map((name) => caches.delete(name))))\n"
    "  .then(() => self.registration.unregister())));\n"
)


Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Pages:
    """Static files under `root`; every page of the app is its index.html. The API's page shows `openapi`.

    With `offline`, browsers keep the app to open it while this edge is away; without, they let go of what they kept.
    """

    def __init__(self, root: Path, openapi: Path, *, offline: bool = True) -> None:
        self._root, self._openapi, self._offline = root, openapi, offline

    def routes(self) -> list[web.AbstractRouteDef]:
        """Return what to add to an application's router."""
        pages = [web.get(path, self.index) for path in _APP]
        files = [web.get(path, self.file) for path in ("/{name:favicon[.][a-z]+}", "/{name:logo[.]svg}")]
        api = [web.get("/api", self.api), web.get("/api/openapi.json", self.openapi)]
        install = [web.get("/sw.js", self.worker), web.get("/manifest.webmanifest", self.manifest)]
        return [*pages, *files, *install, *api, web.get("/assets/{name:[^/]+}", self.asset)]

    async def index(self, _: web.Request) -> web.StreamResponse:
        """The app; asked for anew each time, since it names the assets of its build."""
        return self._app()

    @web.middleware
    async def missing(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Show who looks at an address that is not there the app's page for it; programs get what they would."""
        try:
            return await handler(request)
        except web.HTTPNotFound:
            is_seen = request.method in ("GET", "HEAD") and "text/html" in request.headers.get("Accept", "")
            if not is_seen or request.path.startswith(_NO_PAGES):
                raise
            return self._app(404)

    async def api(self, _: web.Request) -> web.StreamResponse:
        """The page of the API."""
        return self._serve(self._root / "api.html", "no-cache", _API_SECURITY)

    async def openapi(self, _: web.Request) -> web.StreamResponse:
        """The OpenAPI document; it tells no more than the contracts do, so nobody needs to be signed in."""
        if not self._openapi.is_file():
            raise web.HTTPNotFound
        return web.FileResponse(self._openapi, headers={**_SECURITY, "Cache-Control": "no-cache"})

    async def worker(self, _: web.Request) -> web.StreamResponse:
        """The service worker; looked for anew by browsers at each visit, that is how they learn of a build."""
        headers = {"Content-Type": "text/javascript; charset=utf-8"}
        if not self._offline:
            return web.Response(text=_LEAVING_WORKER, headers={**_SECURITY, **headers, "Cache-Control": "no-cache"})
        return self._serve(self._root / "sw.js", "no-cache", {**_SECURITY, **headers})

    async def manifest(self, _: web.Request) -> web.StreamResponse:
        """What the app is called where it is installed."""
        headers = {"Content-Type": "application/manifest+json"}
        return self._serve(self._root / "manifest.webmanifest", "no-cache", {**_SECURITY, **headers})

    async def file(self, request: web.Request) -> web.StreamResponse:
        """A file beside the app."""
        return self._serve(self._root / request.match_info["name"], "max-age=86400")

    async def asset(self, request: web.Request) -> web.StreamResponse:
        """A file whose name has its content's hash."""
        return self._serve(self._root / "assets" / request.match_info["name"], _FOREVER)

    def _app(self, status: int = 200) -> web.Response:
        try:
            page = (self._root / "index.html").read_text()
        except OSError:
            return self._not_built()
        nonce = secrets.token_urlsafe(16)
        policy = _SECURITY["Content-Security-Policy"].replace("style-src 'self'", f"style-src 'self' 'nonce-{nonce}'")
        headers = {**_SECURITY, "Content-Security-Policy": policy, "Cache-Control": "no-cache"}
        text = page.replace(_STYLE_NONCE, nonce)
        return web.Response(text=text, content_type="text/html", status=status, headers=headers)

    def _not_built(self) -> web.Response:
        return web.Response(text=_NOT_BUILT, content_type="text/html", status=503, headers=_SECURITY)

    def _serve(self, path: Path, caching: str, security: Mapping[str, str] = _SECURITY) -> web.StreamResponse:
        if not (self._root / "index.html").is_file():
            return self._not_built()
        # A name may hold an encoded slash: only what lies right in one of our two folders is served.
        real = path.resolve()
        root = self._root.resolve()
        if real.parent not in (root, root / "assets") or real.name.startswith(".") or not real.is_file():
            raise web.HTTPNotFound
        return web.FileResponse(path, headers={**security, "Cache-Control": caching})
