"""Unary: rpcs with one answer, for one request or a stream of them."""

from __future__ import annotations

from typing import Any

from aiohttp import web
from google.protobuf.message import Message
from multidict import CIMultiDict

from edge.gateway import metadata
from edge.gateway.answers import answer
from edge.gateway.exchange import Exchange
from edge.gateway.pump import pumping


async def serve(exchange: Exchange) -> web.StreamResponse:
    """Call the rpc and return its answer. Raises GatewayError and grpc.aio.AioRpcError."""
    options = exchange.options
    if exchange.rule.method.client_streaming:
        call = exchange.open_call()
    else:
        call = exchange.open_call(await exchange.read_message())
    try:
        message = await _response(exchange, call)
        body, content_type = exchange.rule.answer(message, exchange.outbound)
        headers = CIMultiDict({"Content-Type": content_type})
        headers.extend(metadata.outgoing(await call.initial_metadata(), options.outgoing_metadata))
        wants_trailers = metadata.wants_trailers(exchange.request.headers)
        trailing = await call.trailing_metadata() if wants_trailers else None
    finally:
        call.cancel()
    return await answer(exchange.request, options, 200, body, headers, trailing)


async def _response(exchange: Exchange, call: Any) -> Message:
    if not exchange.rule.method.client_streaming:
        return await call  # type: ignore[no-any-return]
    async with pumping(exchange.read_messages(), call):
        message: Message = await call
    return message
