"""Answers: responses of aiohttp for a message, for an error, and one with trailers.

Owns what is in a response beside its body. Streams are `streaming`'s.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import grpc
from aiohttp import web
from multidict import CIMultiDict

from edge.gateway import metadata, refusal
from edge.gateway.marshal import Marshaler
from edge.gateway.options import GatewayOptions

Trailers = list[tuple[str, str]]


class TrailedResponse(web.StreamResponse):
    """A response that ends with trailers, which aiohttp has no way to send: it writes the chunks itself."""

    _length_check = False  # aiohttp's own switch, as its WebSocketResponse uses it: the body is not aiohttp's to frame

    async def send(self, request: web.BaseRequest, body: bytes, trailers: Trailers) -> TrailedResponse:
        """Write all of it."""
        self.headers["Transfer-Encoding"] = "chunked"
        self.headers["Trailer"] = ", ".join(dict.fromkeys(name for name, _ in trailers))
        await self.prepare(request)
        lines = "".join(f"{name}: {value}\r\n" for name, value in trailers).encode("ascii")
        chunk = b"%x\r\n%b\r\n" % (len(body), body) if body else b""
        await self.write(b"%b0\r\n%b\r\n" % (chunk, lines))
        await self.write_eof()
        return self


async def answer(
    request: web.BaseRequest,
    options: GatewayOptions,
    status: int,
    body: bytes,
    headers: CIMultiDict[str],
    trailing: Iterable[tuple[str, Any]] | None,
) -> web.StreamResponse:
    """Return the response, sent already where the client wants trailers and there are some."""
    if metadata.wants_trailers(request.headers) and request.version >= (1, 1):
        trailers = metadata.outgoing(trailing, options.outgoing_trailer)
        if trailers:
            return await TrailedResponse(status=status, headers=headers).send(request, body, trailers)
    return web.Response(status=status, body=body, headers=headers)


async def answer_error(
    request: web.BaseRequest,
    options: GatewayOptions,
    error: Exception,
    marshaler: Marshaler,
    *,
    in_stream: bool = False,
) -> web.StreamResponse:
    """Return what grpc-gateway answers for `error`; `in_stream` = for the first of a stream's answers."""
    status = refusal.status_of(error)
    number = refusal.http_status_of(error, status, options.method_not_allowed_status)
    body = refusal.body_of(status, marshaler)
    headers = CIMultiDict(refusal.headers_of(error, status))
    headers["Content-Type"] = marshaler.content_type
    if body is None:
        number, body = refusal.untellable()
        headers["Content-Type"] = "application/json"
    if in_stream:
        body = b'{"error":%b}\n' % body
    trailing = None
    if isinstance(error, grpc.aio.AioRpcError):
        headers.extend(metadata.outgoing(error.initial_metadata(), options.outgoing_metadata))
        trailing = error.trailing_metadata()
    return await answer(request, options, number, body, headers, trailing)
