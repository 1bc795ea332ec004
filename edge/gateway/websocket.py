"""WebSocket: an rpc over a socket of a browser, by the convention of grpc-websocket-proxy.

Opened on any URL of the gateway; `?method=POST` names the binding's HTTP method. A message is one request in JSON, and
one answer is one message, as a line of the HTTP stream would be. Beside the convention: an empty message ends a stream
of requests, so that an rpc which answers at its end can. A token stands in the subprotocols: `Bearer, <token>`.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator

import grpc
from aiohttp import WSMsgType, web
from google.protobuf.message import Message

from edge.gateway.errors import GatewayError, OriginRefused
from edge.gateway.exchange import Exchange
from edge.gateway.options import GatewayOptions
from edge.gateway.pump import pumping
from edge.gateway.streaming import Lines, error_json

_log = logging.getLogger(__name__)


def is_upgrade(request: web.Request) -> bool:
    """Whether the request asks for a WebSocket."""
    return request.headers.get("Upgrade", "").lower() == "websocket" and request.method == "GET"


def admit(request: web.Request, options: GatewayOptions) -> web.Request:
    """Return the request as the rest of the gateway is to see it: with the method and the token it says otherwise.

    Raises OriginRefused.
    """
    origin = request.headers.get("Origin")
    if origin is not None and not options.allow_origin(request, origin):
        raise OriginRefused
    headers = request.headers.copy()
    token = _token(request)
    if token and "Authorization" not in headers:
        headers["Authorization"] = f"Bearer {token}"
    admitted = request.clone(method=request.query.get("method", "GET").upper(), headers=headers)
    admitted.update(request)  # what middlewares have put there
    return admitted


async def serve(exchange: Exchange, upgrade: web.Request) -> web.StreamResponse:
    """Open the socket that `upgrade` asks for, run the rpc over it, close it."""
    options = exchange.options
    socket = web.WebSocketResponse(
        protocols=("Bearer",) if _token(upgrade) else (),
        heartbeat=options.ping_interval_s,
        max_msg_size=options.max_message_bytes,
        compress=False,
    )
    await socket.prepare(upgrade)
    try:
        await _converse(exchange, socket)
    except ConnectionError:
        pass  # ClientLeft, or found out by writing
    except Exception as error:
        if not isinstance(error, GatewayError | grpc.aio.AioRpcError):
            _log.exception("%s over a WebSocket broke off", exchange.rule.method.path)
        if not socket.closed:
            text = error_json(error, exchange.outbound)
            await _send(socket, b'{"error":%b}' % text if exchange.rule.method.server_streaming else text)
    await socket.close()
    return socket


async def _converse(exchange: Exchange, socket: web.WebSocketResponse) -> None:
    method = exchange.rule.method
    requests = _requests(exchange, socket)
    if method.client_streaming:
        call = exchange.open_call()
        feeding = pumping(requests, call)
    else:
        first = await anext(requests, None) if exchange.rule.has_body else exchange.message(b"")
        if first is None:
            return
        call = exchange.open_call(first)
        feeding = pumping(_until_left(socket), call)
    try:
        async with feeding:
            if method.server_streaming:
                framing = Lines(exchange.rule, exchange.outbound)
                while (answer := await call.read()) is not grpc.aio.EOF:
                    await _send(socket, framing.message(answer).rstrip(b"\n"))
            else:
                await _send(socket, exchange.rule.answer(await call, exchange.outbound)[0])
    finally:
        call.cancel()


async def _requests(exchange: Exchange, socket: web.WebSocketResponse) -> AsyncIterator[Message]:
    """Yield what messages say; an empty one ends a stream. Raises ClientLeft, GatewayError for a bad one."""
    is_stream = exchange.rule.method.client_streaming
    while True:
        data = await _receive(socket)
        if is_stream and not data.strip():
            return
        yield exchange.rule.body(data, exchange.inbound, "") if is_stream else exchange.message(data)


async def _until_left(socket: web.WebSocketResponse) -> AsyncIterator[Message]:
    """Yield nothing, and raise ClientLeft when the client closes; what it still says counts for nothing."""
    while True:
        await _receive(socket)
    yield


async def _receive(socket: web.WebSocketResponse) -> bytes:
    message = await socket.receive()
    if message.type == WSMsgType.TEXT:
        return str(message.data).encode()
    if message.type == WSMsgType.BINARY:
        return bytes(message.data)
    raise ClientLeft


class ClientLeft(ConnectionError):
    """The client closed the socket, or it broke: there is nobody to answer."""


async def _send(socket: web.WebSocketResponse, data: bytes) -> None:
    await socket.send_str(data.decode("utf-8", "replace"))


def _token(request: web.Request) -> str | None:
    offered = [each.strip() for each in request.headers.get("Sec-WebSocket-Protocol", "").split(",")]
    return offered[1] if len(offered) == 2 and offered[0] == "Bearer" else None
