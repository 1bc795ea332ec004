"""Exchange: one HTTP request that has its binding, with all that its answer depends on, and its body within limits.

Owns reading: as one body, or as the messages of a stream. Answers are `unary`'s, `streaming`'s and `websocket`'s.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any

from aiohttp import web
from google.protobuf.message import Message

from edge.gateway.errors import BodyTooLarge, MalformedBody, UnsupportedStream
from edge.gateway.json_text import ValueSplitter
from edge.gateway.marshal import Marshaler
from edge.gateway.metadata import Pairs
from edge.gateway.options import GatewayOptions
from edge.gateway.router import Captured
from edge.gateway.rule import Rule


@dataclass(slots=True)
class Exchange:
    """`open_call` begins the rpc: takes the request message, or nothing where requests are a stream."""

    request: web.Request
    options: GatewayOptions
    rule: Rule
    captured: Captured
    pairs: Sequence[tuple[str, str]]
    inbound: Marshaler
    outbound: Marshaler
    metadata: Pairs
    timeout_s: float | None
    rpc: Any

    def open_call(self, *message: Message) -> Any:
        """Begin the rpc; the caller cancels it when done, be it over or not."""
        return self.rpc(*message, metadata=self.metadata, timeout=self.timeout_s)

    def message(self, data: bytes) -> Message:
        """Return the rpc's request for this body. Raises MalformedBody, InvalidParameter."""
        return self.rule.request(data, self.inbound, self.content_type, self.captured, self.pairs)

    async def read_message(self) -> Message:
        """Read the body and return the rpc's request. Raises BodyTooLarge, MalformedBody, InvalidParameter."""
        data = await read_body(self.request, self.options.max_body_bytes) if self.rule.has_body else b""
        return self.message(data)

    async def read_messages(self) -> AsyncIterator[Message]:
        """Yield the messages of a body that is a stream, as they come. Raises BodyTooLarge, MalformedBody."""
        if self.rule.takes_bytes:
            async for chunk in _chunks(self.request):
                yield self.rule.body(chunk, self.inbound, self.content_type)
            return
        if not self.inbound.streams:
            raise UnsupportedStream(f"a stream of requests cannot be {self.inbound.content_type}")
        splitter = ValueSplitter(self.options.max_message_bytes)
        async for chunk in _chunks(self.request):
            for data in splitter.feed(chunk):
                yield self.rule.body(data, self.inbound, self.content_type)
        for data in splitter.finish():
            yield self.rule.body(data, self.inbound, self.content_type)

    @property
    def content_type(self) -> str:
        """The Content-Type as it was sent; empty where there is none."""
        return self.request.headers.get("Content-Type", "")


async def read_body(request: web.Request, max_bytes: int) -> bytes:
    """Return the whole body. Raises BodyTooLarge, before anything is read where its length is announced."""
    if not request.body_exists:
        return b""
    if (request.content_length or 0) > max_bytes:
        raise BodyTooLarge(max_bytes)
    body = bytearray()
    async for chunk in _chunks(request):
        body += chunk
        if len(body) > max_bytes:
            raise BodyTooLarge(max_bytes)
    return bytes(body)


async def _chunks(request: web.Request) -> AsyncIterator[bytes]:
    try:
        while chunk := await request.content.readany():
            yield chunk
    except web.RequestPayloadError:
        raise MalformedBody("the body is not encoded as its headers say") from None
