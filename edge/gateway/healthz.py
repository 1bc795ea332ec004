"""Healthz: what grpc.health.v1.Health says, over HTTP, as grpc-gateway's WithHealthzEndpoint does."""

from __future__ import annotations

from typing import Any

import grpc
from aiohttp import web
from grpc_health.v1 import health_pb2

from edge.gateway.binding import Binding, Method
from edge.gateway.errors import GatewayError
from edge.gateway.exchange import Exchange

CHECK = Method("/grpc.health.v1.Health/Check", health_pb2.HealthCheckRequest, health_pb2.HealthCheckResponse)

_Status: Any = health_pb2.HealthCheckResponse


def binding(path: str) -> Binding:
    """Return the rule `GET path?service=…`; `serve` answers it, and no `around_call` is asked."""
    return Binding("GET", path, CHECK)


class NotServing(GatewayError):
    """The service says that it does not serve now."""

    code = grpc.StatusCode.UNAVAILABLE


class ServiceUnknown(GatewayError):
    """There is no such service."""

    code = grpc.StatusCode.NOT_FOUND


async def serve(exchange: Exchange) -> web.Response:
    """Ask for the service's health; SERVING is 200. Raises NotServing, ServiceUnknown, grpc.aio.AioRpcError."""
    call = exchange.open_call(exchange.message(b""))
    try:
        answer: Any = await call
    finally:
        call.cancel()
    if answer.status == _Status.SERVING:
        return web.Response(body=exchange.rule.json_of(answer, exchange.outbound), content_type="application/json")
    message = f"status:{_Status.ServingStatus.Name(answer.status)}"
    raise (ServiceUnknown if answer.status == _Status.SERVICE_UNKNOWN else NotServing)(message)
