"""Faults as HTTP answers: google.rpc.Status as JSON, with the HTTP status that fits, as grpc-gateway has them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import grpc
import structlog
from aiohttp import web
from google.protobuf import json_format
from google.rpc import error_details_pb2

from edge.gateway.errors import HTTP_STATUS
from mesh import faults, request_id

_log = structlog.get_logger(__name__)
_DETAILS = error_details_pb2.DESCRIPTOR
"""Kept so that the details of a status can be printed: their types must be known."""

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def response_of(fault: faults.Fault) -> web.Response:
    """Return the answer that says what a fault says."""
    status = faults.to_status(fault, request_id.current())
    body = json_format.MessageToDict(status, always_print_fields_with_no_presence=True)
    headers = {"Retry-After": str(-(-fault.retry_after_ms // 1000))} if fault.retry_after_ms else {}
    if fault.code is grpc.StatusCode.UNAUTHENTICATED:
        headers["WWW-Authenticate"] = "Bearer"
    return web.json_response(body, status=HTTP_STATUS[fault.code], headers=headers)


@web.middleware
async def faults_as_status(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer faults of handlers and of the services behind them as Status JSON; defects as INTERNAL."""
    try:
        return await handler(request)
    except faults.Fault as fault:
        return response_of(fault)
    except grpc.aio.AioRpcError as error:
        return response_of(faults.from_rpc_error(error))
    except web.HTTPException:
        raise
    except Exception as error:
        _log.error("request failed", path=request.path, exc_info=error)
        return response_of(faults.Internal("something went wrong on our side"))


async def read_body(request: web.Request, limit: int) -> bytes:
    """Return the whole body, in however many parts it comes. Raises TooLarge past `limit` bytes."""
    body = bytearray()
    async for part in request.content.iter_any():
        body += part
        if len(body) > limit:
            raise faults.TooLarge("bytes of the body", limit, len(body))
    return bytes(body)
