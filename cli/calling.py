"""Calling: one rpc, whatever its kind, with JSON in and JSON out.

Owns the four kinds of call and the following of pages. What a request is made of is cli/call.py's to know, how a
refusal reads cli/refusal.py's.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import grpc
from google.protobuf import json_format
from google.protobuf.message import Message

from cli.errors import Failed
from cli.refusal import refused
from cli.rpcs import Rpc
from cli.stdin_lines import stdin_lines
from cli.target import Target

DEADLINE_S = 30.0
Say = Callable[[Message], None]
"""Takes each response as it arrives."""


async def call(
    target: Target, rpc: Rpc, request: Message | None, say: Say, *, timeout_s: float | None, everything: bool = False
) -> None:
    """Call `rpc` with `request`, None = with the messages on stdin, and `say` what comes.

    `timeout_s`: None = half a minute where there is one request and one response, and as long as it takes else.
    `everything`: call again for the next page until there is none. Raises Failed.
    """
    streams = rpc.method.client_streaming or rpc.method.server_streaming
    how = {"metadata": target.metadata, "timeout": timeout_s or (None if streams else DEADLINE_S)}
    async with target.open_channel() as channel:
        try:
            await _KINDS[rpc.method.client_streaming, rpc.method.server_streaming](
                _callable(channel, rpc), rpc, request, say, how, everything
            )
        except grpc.aio.AioRpcError as error:
            raise _failed(error, target) from error
        except BaseExceptionGroup as group:
            raise _first_of(group, target) from group


def _callable(channel: grpc.aio.Channel, rpc: Rpc) -> Any:
    kind = {
        (False, False): channel.unary_unary, (False, True): channel.unary_stream,
        (True, False): channel.stream_unary, (True, True): channel.stream_stream,
    }[rpc.method.client_streaming, rpc.method.server_streaming]  # fmt: skip
    return kind(
        rpc.path, request_serializer=rpc.request.SerializeToString, response_deserializer=rpc.response.FromString
    )


async def _one_for_one(begin: Any, _rpc: Rpc, request: Any, say: Say, how: Any, everything: bool) -> None:
    while True:
        response = await begin(request, **how)
        say(response)
        if not everything or not response.next_page_token:
            return
        if response.next_page_token == request.page_token:
            raise Failed("the server answered with the same page again")
        request.page_token = response.next_page_token


async def _many_for_one(begin: Any, _rpc: Rpc, request: Any, say: Say, how: Any, _everything: bool) -> None:
    begun = begin(request, **how)
    try:
        async for response in begun:
            say(response)
    finally:
        begun.cancel()


async def _one_for_many(begin: Any, rpc: Rpc, _request: Any, say: Say, how: Any, _everything: bool) -> None:
    begun = begin(**how)
    try:
        await _send(begun, rpc)
        say(await begun)
    finally:
        begun.cancel()


async def _many_for_many(begin: Any, rpc: Rpc, _request: Any, say: Say, how: Any, _everything: bool) -> None:
    begun = begin(**how)
    try:
        async with asyncio.TaskGroup() as tasks:
            sending = tasks.create_task(_send(begun, rpc))
            async for response in begun:
                say(response)
            sending.cancel()
    finally:
        begun.cancel()


_KINDS = {
    (False, False): _one_for_one,
    (False, True): _many_for_one,
    (True, False): _one_for_many,
    (True, True): _many_for_many,
}
"""By whether requests and responses are streams."""


_CALL_ENDED = (asyncio.InvalidStateError, grpc.aio.UsageError, grpc.aio.InternalError, grpc.aio.AioRpcError)
"""What writing into a call raises when it is over."""


async def _send(begun: Any, rpc: Rpc) -> None:
    """Send what stdin has, a message a line. Ends early where the call has ended: its reader tells why."""
    number = 0
    try:
        async for line in stdin_lines():
            number += 1
            await begun.write(_read(line, number, rpc))
        await begun.done_writing()
    except _CALL_ENDED:
        return


def _read(line: bytes, number: int, rpc: Rpc) -> Message:
    try:
        return json_format.Parse(line, rpc.request())
    except (json_format.ParseError, UnicodeDecodeError) as error:
        raise Failed(f"message {number} on stdin is no {rpc.method.input_type.name}: {error}") from None


def _failed(error: grpc.aio.AioRpcError, target: Target) -> Failed:
    if error.code() is grpc.StatusCode.UNAVAILABLE and not error.trailing_metadata():
        return target.unreachable(error)
    return refused(error)


def _first_of(group: BaseException, target: Target) -> BaseException:
    while isinstance(group, BaseExceptionGroup):
        group = group.exceptions[0]
    return _failed(group, target) if isinstance(group, grpc.aio.AioRpcError) else group
