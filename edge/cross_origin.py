"""Cross-origin requests: pages of other hosts that are on the allow-list may call REST, with a token of their own.

Owns the CORS headers (Fetch standard). Cookies are never allowed along: who signs in here signs in here alone.
"""

from __future__ import annotations

from aiohttp import web

from edge.handshake import Doorkeeper
from edge.request_ids import HEADER as REQUEST_ID
from edge.status import Handler

_REST = "/v1/"
_METHODS = "GET, POST, PUT, PATCH, DELETE"
_SENT = f"Authorization, Content-Type, Grpc-Timeout, {REQUEST_ID}"
_TOLD = f"Retry-After, WWW-Authenticate, {REQUEST_ID}"
_REMEMBERED_S = 600


class CrossOrigin:
    """The middleware and the header of answers, for the origins that `doorkeeper` knows."""

    def __init__(self, doorkeeper: Doorkeeper) -> None:
        self._doorkeeper = doorkeeper

    @web.middleware
    async def answer_preflight(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Tell a browser that asks first what an allowed page may send; all else goes on."""
        asks = request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers
        if not (asks and self._is_allowed(request)):
            return await handler(request)
        return web.Response(
            status=204,
            headers={
                "Access-Control-Allow-Methods": _METHODS,
                "Access-Control-Allow-Headers": _SENT,
                "Access-Control-Max-Age": str(_REMEMBERED_S),
            },
        )

    async def allow(self, request: web.Request, response: web.StreamResponse) -> None:
        """Let an allowed page read the answer. For `on_response_prepare`, so that streams have it too."""
        if not request.path.startswith(_REST):
            return
        response.headers.add("Vary", "Origin")
        if self._is_allowed(request):
            response.headers["Access-Control-Allow-Origin"] = request.headers["Origin"]
            response.headers["Access-Control-Expose-Headers"] = _TOLD

    def _is_allowed(self, request: web.Request) -> bool:
        origin = request.headers.get("Origin")
        return origin is not None and request.path.startswith(_REST) and self._doorkeeper.allows(origin, request.host)
