"""Rpcs over a WebSocket, by the convention of grpc-websocket-proxy."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import aiohttp
import pytest
from aiohttp import WSMsgType, web

from edge.gateway.binding import Method
from tests.integration.gateway.servicer import Books

Serve = Callable[..., Awaitable[aiohttp.ClientSession]]


async def test_a_conversation_is_messages_both_ways(client: aiohttp.ClientSession) -> None:
    async with client.ws_connect("/v1/books:chat?method=POST") as socket:
        for title in ("ab", "cd"):
            await socket.send_json({"title": title})
            assert (await socket.receive_json())["result"]["title"] == title[::-1]
        await socket.send_str("")
        assert (await socket.receive()).type == WSMsgType.CLOSE
        assert socket.close_code == 1000


async def test_one_request_has_one_answer(client: aiohttp.ClientSession) -> None:
    async with client.ws_connect("/v1/echo?method=POST") as socket:
        await socket.send_json({"aString": "x"})
        assert (await socket.receive_json())["aString"] == "x"
        assert (await socket.receive()).type == WSMsgType.CLOSE
    async with client.ws_connect("/v1/books/x?edition=2") as socket:
        assert (await socket.receive_json())["title"] == "edition 2"


async def test_a_stream_of_requests_ends_with_an_empty_message(client: aiohttp.ClientSession) -> None:
    async with client.ws_connect("/v1/books:count?method=POST") as socket:
        await socket.send_json({"pageCount": 2})
        await socket.send_bytes(b'{"pageCount": 3}')
        await socket.send_str("\n")
        assert await socket.receive_json() == {"books": 2, "pages": "5"}


async def test_a_stream_of_answers_and_its_error(client: aiohttp.ClientSession) -> None:
    async with client.ws_connect("/v1/books:watch?count=1&fail=true") as socket:
        assert (await socket.receive_json())["result"]["name"] == "books/0"
        assert (await socket.receive_json())["error"]["code"] == 5
        assert (await socket.receive()).type == WSMsgType.CLOSE


@pytest.mark.parametrize(("path", "sent"), [("/v1/echo?method=POST", "nonsense"), ("/v1/fail/5", None)])
async def test_an_error_of_one_answer_is_a_status(client: aiohttp.ClientSession, path: str, sent: str | None) -> None:
    async with client.ws_connect(path) as socket:
        if sent is not None:
            await socket.send_str(sent)
        assert (await socket.receive_json())["code"] == (3 if sent else 5)


async def test_a_client_that_closes_cancels_the_rpc(client: aiohttp.ClientSession, books: Books) -> None:
    async with client.ws_connect("/v1/books:watch?wait=true"):
        await books.waiting.wait()
    await books.cancelled.wait()


async def test_a_client_that_closes_before_it_asks_calls_nothing(client: aiohttp.ClientSession) -> None:
    async with client.ws_connect("/v1/echo?method=POST") as socket:
        await socket.close()
        assert socket.close_code == 1000


async def test_the_token_of_the_subprotocol_is_the_authorization(client: aiohttp.ClientSession) -> None:
    async with client.ws_connect("/v1/metadata", protocols=("Bearer", "t.o.k")) as socket:
        assert socket.protocol == "Bearer"
        assert (await socket.receive_json())["metadata"]["authorization"] == "Bearer t.o.k"


async def test_around_call_sees_the_token_and_refuses_before_the_socket_opens(serve: Serve) -> None:
    @asynccontextmanager
    async def around(request: web.Request, method: Method) -> AsyncIterator[list[tuple[str, str]]]:
        if request.headers.get("Authorization") != "Bearer t":
            raise web.HTTPUnauthorized
        yield [("x-user-id", "ada")]

    client = await serve(around_call=around)
    async with client.ws_connect("/v1/metadata", protocols=("Bearer", "t")) as socket:
        assert (await socket.receive_json())["metadata"]["x-user-id"] == "ada"
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await client.ws_connect("/v1/metadata")
    assert refused.value.status == 401


async def test_a_message_that_is_too_long_closes_the_socket(serve: Serve) -> None:
    client = await serve(max_message_bytes=100)
    async with client.ws_connect("/v1/echo?method=POST") as socket:
        await socket.send_str(" " * 101)
        assert (await socket.receive()).type == WSMsgType.CLOSE
        assert socket.close_code == 1009


async def test_without_websockets_an_upgrade_is_a_request_like_any_other(serve: Serve) -> None:
    client = await serve(websockets=False)
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await client.ws_connect("/v1/books/x")
    assert refused.value.status == 200


async def test_pages_of_other_sites_are_refused_unless_allowed(serve: Serve) -> None:
    client = await serve()
    assert client._base_url is not None
    own = f"http://{client._base_url.host}:{client._base_url.port}"
    async with client.ws_connect("/v1/books/x", origin=own) as socket:
        assert "title" in await socket.receive_json()
    for origin in ("http://evil.example", "null"):
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await client.ws_connect("/v1/books/x", origin=origin)
        assert refused.value.status == 403
    friendly = await serve(allow_origin=lambda request, origin: origin == "https://friend.example")
    async with friendly.ws_connect("/v1/books/x", origin="https://friend.example") as socket:
        assert "title" in await socket.receive_json()


async def test_what_has_no_binding_is_refused_before_the_socket_opens(client: aiohttp.ClientSession) -> None:
    for path, status in (("/v2/x", 404), ("/v1/echo", 501)):
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await client.ws_connect(path)
        assert refused.value.status == status
