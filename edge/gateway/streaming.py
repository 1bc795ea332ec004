"""Streaming: rpcs with many answers, as lines of JSON or, where Accept asks for them, as Server-Sent Events.

Owns how one answer, an error and a quiet time are written. Each write is awaited, so that a slow client slows the rpc.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import nullcontext
from typing import Any, Protocol

import grpc
from aiohttp import web
from google.protobuf.message import Message

from edge.gateway import metadata, refusal
from edge.gateway.answers import answer_error
from edge.gateway.errors import GatewayError
from edge.gateway.exchange import Exchange
from edge.gateway.marshal import Marshaler, media_type
from edge.gateway.pump import pumping
from edge.gateway.rule import Rule

_log = logging.getLogger(__name__)


class Framing(Protocol):
    """How the answers of an rpc are told apart; `beat` is written in quiet times, if anything is."""

    beat: bytes
    is_plain_before_start: bool

    def headers(self, first: Message | None) -> dict[str, str]:
        """Return the headers of the response; `first` is the first answer, if it has come."""

    def message(self, message: Message) -> bytes:
        """Return one answer as it is written. Raises Unencodable."""

    def error(self, error: Exception) -> bytes:
        """Return the error that ends the stream as it is written."""


class Lines:
    """`{"result":…}` on a line each, `{"error":…}` on the last one; of a google.api.HttpBody just its bytes."""

    beat = b""
    is_plain_before_start = False

    def __init__(self, rule: Rule, marshaler: Marshaler) -> None:
        self._rule, self._marshaler = rule, marshaler

    def headers(self, first: Message | None) -> dict[str, str]:
        """As Framing says."""
        if self._rule.gives_bytes and first is not None:
            return {"Content-Type": self._rule.answer(first, self._marshaler)[1]}
        return {"Content-Type": self._marshaler.content_type}

    def message(self, message: Message) -> bytes:
        """As Framing says."""
        body = self._rule.answer(message, self._marshaler)[0]
        return body if self._rule.gives_bytes else b'{"result":%b}\n' % body

    def error(self, error: Exception) -> bytes:
        """As Framing says."""
        return b'{"error":%b}\n' % error_json(error, self._marshaler)


class Events:
    """Server-Sent Events: an answer is the data of a `message`, an error that of an `error`."""

    beat = b":\n\n"
    is_plain_before_start = True

    def __init__(self, rule: Rule, marshaler: Marshaler) -> None:
        self._rule, self._marshaler = rule, marshaler

    def headers(self, first: Message | None) -> dict[str, str]:
        """As Framing says; proxies are told not to hold events back."""
        return {"Content-Type": "text/event-stream", "Cache-Control": "no-store", "X-Accel-Buffering": "no"}

    def message(self, message: Message) -> bytes:
        """As Framing says."""
        return _event(self._rule.json_of(message, self._marshaler))

    def error(self, error: Exception) -> bytes:
        """As Framing says."""
        return b"event: error\n" + _event(error_json(error, self._marshaler))


async def serve(exchange: Exchange) -> web.StreamResponse:
    """Call the rpc and stream its answers. Raises GatewayError for what is wrong with the request."""
    framing = _framing(exchange)
    if exchange.rule.method.client_streaming:
        call = exchange.open_call()
        feeding: Any = pumping(exchange.read_messages(), call)
    else:
        call = exchange.open_call(await exchange.read_message())
        feeding = nullcontext()
    answers = _Answers(exchange, framing, call)
    try:
        async with feeding:
            await answers.write_all()
    except ConnectionError:
        raise
    except Exception as error:
        if not isinstance(error, GatewayError | grpc.aio.AioRpcError):
            if not answers.begun:
                raise
            _log.exception("a stream of %s broke off", exchange.rule.method.path)
        return await answers.write_error(error)
    finally:
        call.cancel()
    return await answers.end()


class _Answers:
    """One response, which begins with the first answer, or the first beat."""

    def __init__(self, exchange: Exchange, framing: Framing, call: Any) -> None:
        self._exchange, self._framing, self._call = exchange, framing, call
        self._response: web.StreamResponse | None = None

    @property
    def begun(self) -> bool:
        """Whether it is too late for a status of HTTP."""
        return self._response is not None

    async def write_all(self) -> None:
        """Write each answer as it comes. Raises what the rpc ends with, Unencodable, ConnectionError."""
        while (message := await self._next()) is not grpc.aio.EOF:
            frame = self._framing.message(message)
            response = self._response or await self._begin(message)
            await response.write(frame)

    async def write_error(self, error: Exception) -> web.StreamResponse:
        """End with `error`: as a status of HTTP if nothing is written yet, else as the last that is."""
        options, request = self._exchange.options, self._exchange.request
        if self._response is not None:
            await self._response.write(self._framing.error(error))
            return await self.end()
        answer = options.answer_error(request, error) if options.answer_error is not None else None
        if answer is not None:
            return answer
        in_stream = not self._framing.is_plain_before_start
        return await answer_error(request, options, error, self._exchange.outbound, in_stream=in_stream)

    async def end(self) -> web.StreamResponse:
        """End the response; without any answer it is an empty one."""
        response = self._response or await self._begin(None)
        await response.write_eof()
        return response

    async def _begin(self, first: Message | None) -> web.StreamResponse:
        response = web.StreamResponse(headers=self._framing.headers(first))
        if first is not None:
            initial = await self._call.initial_metadata()
            response.headers.extend(metadata.outgoing(initial, self._exchange.options.outgoing_metadata))
        await response.prepare(self._exchange.request)
        self._response = response
        return response

    async def _next(self) -> Any:
        """Read the next answer; beat as long as there is none."""
        if not self._framing.beat:
            return await self._call.read()
        reading = asyncio.ensure_future(self._call.read())
        try:
            while not (await asyncio.wait([reading], timeout=self._exchange.options.heartbeat_s))[0]:
                response = self._response or await self._begin(None)
                await response.write(self._framing.beat)
            return reading.result()
        finally:
            reading.cancel()


def error_json(error: Exception, marshaler: Marshaler) -> bytes:
    """Return `error` as google.rpc.Status in JSON."""
    return refusal.body_of(refusal.status_of(error), marshaler) or refusal.untellable()[1]


def _framing(exchange: Exchange) -> Framing:
    accepted = {media_type(part) for part in exchange.request.headers.get("Accept", "").split(",")}
    return (Events if "text/event-stream" in accepted else Lines)(exchange.rule, exchange.outbound)


def _event(data: bytes) -> bytes:
    return b"".join(b"data: %b\n" % line for line in data.splitlines() or [b""]) + b"\n"
