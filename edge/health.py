"""Health: alive, ready, and the details, each from a real look.

Ready means that the stream to collab is up and that collab and the document service say SERVING.
"""

from __future__ import annotations

import asyncio
import resource
import time
from collections import deque
from collections.abc import Awaitable, Callable, Mapping

import grpc
from aiohttp import web
from grpc_health.v1 import health_pb2, health_pb2_grpc

from edge.relay import Relay
from edge.sockets import Sockets

_TIMEOUT_S = 1.0
_REMEMBERED = 1000


class Health:
    """The three endpoints; `services` are channels by the name shown."""

    def __init__(self, relay: Relay, sockets: Sockets, services: Mapping[str, grpc.aio.Channel]) -> None:
        self._relay, self._sockets = relay, sockets
        self._stubs = {name: health_pb2_grpc.HealthStub(channel) for name, channel in services.items()}
        self._response_times: deque[float] = deque(maxlen=_REMEMBERED)
        self.draining = False

    def routes(self) -> list[web.RouteDef]:
        """Return what to add to an application's router."""
        return [
            web.get("/health/live", self.live),
            web.get("/health/ready", self.ready),
            web.get("/health/detail", self.detail),
        ]

    @web.middleware
    async def measure(
        self, request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        """Remember how long requests took; sockets are no requests."""
        start = time.perf_counter()
        response = await handler(request)
        if not isinstance(response, web.WebSocketResponse):
            self._response_times.append(time.perf_counter() - start)
        return response

    async def live(self, _: web.Request) -> web.Response:
        """This process answers."""
        return web.json_response({"status": "ok"})

    async def ready(self, _: web.Request) -> web.Response:
        """Whether a client sent here now would be served."""
        checks = await self._checks()
        is_ready = all(checks.values()) and not self.draining
        return web.json_response(
            {"status": "ok" if is_ready else "error", "draining": self.draining, **checks},
            status=200 if is_ready else 503,
        )

    async def detail(self, _: web.Request) -> web.Response:
        """Numbers for a person who looks into something."""
        times = sorted(self._response_times)
        return web.json_response(
            {
                "checks": await self._checks(),
                "active_connections": self._sockets.count,
                "sessions": self._relay.session_count,
                "operation_queue_bytes": self._relay.backlog_bytes,
                "memory": {"max_resident_bytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024},
                "response_times_ms": {
                    "p50": _quantile_ms(times, 0.50),
                    "p99": _quantile_ms(times, 0.99),
                    "requests": len(times),
                },
            }
        )

    async def _checks(self) -> dict[str, bool]:
        serving = await asyncio.gather(*(self._is_serving(stub) for stub in self._stubs.values()))
        return {"stream": self._relay.is_up, **dict(zip(self._stubs, serving, strict=True))}

    async def _is_serving(self, stub: health_pb2_grpc.HealthStub) -> bool:
        try:
            answer = await stub.Check(health_pb2.HealthCheckRequest(), timeout=_TIMEOUT_S)
        except grpc.aio.AioRpcError:
            return False
        return bool(answer.status == health_pb2.HealthCheckResponse.SERVING)


def _quantile_ms(ordered: list[float], quantile: float) -> float | None:
    return round(1000 * ordered[int((len(ordered) - 1) * quantile)], 3) if ordered else None
