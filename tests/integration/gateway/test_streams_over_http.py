"""Rpcs with streams of requests or answers, over real sockets: lines of JSON and Server-Sent Events."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import aiohttp
import pytest

from tests.integration.gateway.servicer import Books

Serve = Callable[..., Awaitable[aiohttp.ClientSession]]
EVENTS = {"Accept": "text/event-stream"}


class Dictation:
    """A body that a test says piece by piece."""

    def __init__(self) -> None:
        self._pieces: asyncio.Queue[bytes | None] = asyncio.Queue()

    def say(self, *pieces: bytes | None) -> None:
        for piece in pieces:
            self._pieces.put_nowait(piece)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while (piece := await self._pieces.get()) is not None:
            yield piece


async def _line(answer: aiohttp.ClientResponse) -> Any:
    return json.loads(await answer.content.readline())


async def test_each_answer_is_a_line(client: aiohttp.ClientSession) -> None:
    async with client.get("/v1/books:watch?count=2") as answer:
        assert (answer.status, answer.content_type) == (200, "application/json")
        assert answer.headers["Grpc-Metadata-x-shelf"] == "7"
        lines = (await answer.text()).splitlines()
    assert [json.loads(line)["result"]["name"] for line in lines] == ["books/0", "books/1"]


async def test_an_answer_comes_before_the_next_is_there(client: aiohttp.ClientSession, books: Books) -> None:
    async with client.get("/v1/books:watch?count=1&wait=true") as answer:
        assert (await _line(answer))["result"]["name"] == "books/0"
        await books.waiting.wait()


@pytest.mark.parametrize("headers", [{}, EVENTS])
async def test_a_client_that_leaves_a_quiet_stream_cancels_the_rpc(
    client: aiohttp.ClientSession, books: Books, headers: dict[str, str]
) -> None:
    async with client.get("/v1/books:watch?count=1&wait=true", headers=headers) as answer:
        await answer.content.readline()
        answer.close()
    await books.cancelled.wait()


async def test_no_answers_are_an_empty_body(client: aiohttp.ClientSession) -> None:
    async with client.get("/v1/books:watch") as answer:
        assert (answer.status, await answer.read()) == (200, b"")


async def test_an_error_before_the_first_answer_is_a_status_and_a_later_one_the_last_line(
    client: aiohttp.ClientSession,
) -> None:
    told = {"error": {"code": 5, "message": "no more", "details": []}}
    async with client.get("/v1/books:watch?fail=true") as answer:
        assert (answer.status, await answer.json()) == (404, told)
    async with client.get("/v1/books:watch?fail=true&count=1") as answer:
        assert answer.status == 200
        assert "result" in await _line(answer)
        assert await _line(answer) == told


async def test_a_bad_request_for_a_stream_is_refused_like_any_other(client: aiohttp.ClientSession) -> None:
    async with client.get("/v1/books:watch?count=many") as answer:
        assert (answer.status, (await answer.json())["code"]) == (400, 3)


async def test_streams_are_json_also_for_who_asks_for_protobuf(client: aiohttp.ClientSession) -> None:
    async with client.get("/v1/books:watch?count=1", headers={"Accept": "application/x-protobuf"}) as answer:
        assert answer.content_type == "application/json"
        assert (await _line(answer))["result"]["name"] == "books/0"


async def test_answers_are_events_when_asked_for(client: aiohttp.ClientSession) -> None:
    async with client.get("/v1/books:watch?count=1&fail=true", headers=EVENTS) as answer:
        assert (answer.status, answer.content_type) == (200, "text/event-stream")
        assert (answer.headers["Cache-Control"], answer.headers["X-Accel-Buffering"]) == ("no-store", "no")
        message, error, end = (await answer.text()).split("\n\n")
    assert json.loads(message.removeprefix("data: "))["name"] == "books/0"
    assert error == 'event: error\ndata: {"code":5,"message":"no more","details":[]}'
    assert end == ""
    async with client.get("/v1/books:watch?fail=true", headers=EVENTS) as answer:
        assert (answer.status, await answer.json()) == (404, {"code": 5, "message": "no more", "details": []})


async def test_a_quiet_stream_of_events_beats(serve: Serve) -> None:
    client = await serve(heartbeat_s=0.01)
    async with client.get("/v1/books:watch?wait=true", headers=EVENTS) as answer:
        assert [await answer.content.readline() for _ in range(4)] == [b":\n", b"\n", b":\n", b"\n"]


async def test_parts_of_a_download_are_nothing_but_its_bytes(client: aiohttp.ClientSession) -> None:
    async with client.get("/v1/download:parts") as answer:
        assert (answer.content_type, await answer.read()) == ("image/png", b"\x89PNG\n")


async def test_a_body_of_several_values_is_a_stream_of_requests(client: aiohttp.ClientSession) -> None:
    body = b'{"pageCount": "2"}{"pageCount":3}\n\n{"title":"}{","pageCount":1}\n'
    async with client.post("/v1/books:count", data=body) as answer:
        assert await answer.json() == {"books": 3, "pages": "6"}
    async with client.post("/v1/books:count", data=b"") as answer:
        assert await answer.json() == {"books": 0, "pages": "0"}


@pytest.mark.parametrize("body", [b'{"title":"a"}{', b'{"title":1}', b"{} x {}", b"]", b",", b'{"title":"a"},{}'])
async def test_a_bad_request_in_a_stream_is_refused(client: aiohttp.ClientSession, body: bytes) -> None:
    async with client.post("/v1/books:count", data=body) as answer:
        assert (answer.status, (await answer.json())["code"]) == (400, 3)


async def test_an_rpc_that_ends_before_its_requests_do_is_answered_at_once(client: aiohttp.ClientSession) -> None:
    body = Dictation()
    body.say(b'{"title":"stop"}')
    async with client.post("/v1/books:count", data=body) as answer:
        assert (answer.status, (await answer.json())["message"]) == (400, "stopped")
        body.say(None)


async def test_one_message_of_a_stream_may_not_be_too_long_but_the_stream_may(serve: Serve) -> None:
    client = await serve(max_message_bytes=100)
    async with client.post("/v1/books:count", data=b'{"pageCount":1}\n' * 1000) as answer:
        assert (await answer.json())["books"] == 1000
    async with client.post("/v1/books:count", data=b'{"title":"' + b"x" * 100) as answer:
        assert (answer.status, (await answer.json())["code"]) == (413, 8)


async def test_requests_that_are_no_json_cannot_be_a_stream(client: aiohttp.ClientSession) -> None:
    headers = {"Content-Type": "application/x-protobuf"}
    async with client.post("/v1/books:count", data=b"", headers=headers) as answer:
        assert answer.status == 400


async def test_requests_and_answers_take_turns_on_one_connection(client: aiohttp.ClientSession) -> None:
    body = Dictation()
    body.say(b'{"title":"ab"}')
    async with client.post("/v1/books:chat", data=body) as answer:
        assert (await _line(answer))["result"]["title"] == "ba"
        body.say(b'{"titl', b'e":"cd"}')
        assert (await _line(answer))["result"]["title"] == "dc"
        body.say(None)
        assert await answer.content.read() == b""


@pytest.mark.parametrize(("piece", "code"), [(b'{"title":"stop"}', 9), (b"nonsense ", 3)])
async def test_what_goes_wrong_in_a_conversation_is_its_last_line(
    client: aiohttp.ClientSession, books: Books, piece: bytes, code: int
) -> None:
    body = Dictation()
    body.say(b'{"title":"ab"}')
    async with client.post("/v1/books:chat", data=body) as answer:
        assert "result" in await _line(answer)
        body.say(piece)
        assert (await _line(answer))["error"]["code"] == code
        body.say(None)
    await books.cancelled.wait()
