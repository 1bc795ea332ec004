"""Streams whose client is slow, whose messages cannot be written, and whose rpc is never left running."""

from __future__ import annotations

import asyncio
import json
from typing import Any
from unittest.mock import Mock

import grpc
import pytest
from aiohttp.test_utils import make_mocked_request

from edge.gateway.binding import Binding, Method
from edge.gateway.server import Gateway
from tests.integration.gateway import books as pb

PATH = "/v1/books:watch"


class Answers:
    """An rpc that answers without end."""

    def __init__(self) -> None:
        self.read_count = 0
        self.cancelled = False

    async def read(self) -> Any:
        self.read_count += 1
        return pb.Book(name=f"books/{self.read_count}")

    async def initial_metadata(self) -> tuple[tuple[str, str], ...]:
        return ()

    def cancel(self) -> None:
        self.cancelled = True


class Wire:
    """What aiohttp writes to; a write waits until it may go on, and fails once `broken`."""

    def __init__(self) -> None:
        self.written = b""
        self.may_go_on = asyncio.Event()
        self.broken = False
        self.output_size = 0
        self.length = None

    async def write(self, data: bytes) -> None:
        if self.broken:
            raise ConnectionResetError
        self.written += data
        await self.may_go_on.wait()

    async def write_eof(self, data: bytes = b"") -> None:
        self.written += data

    async def write_headers(self, status: str, headers: object) -> None:
        return

    def enable_chunking(self) -> None:
        return

    def send_headers(self) -> None:
        return


def gateway(answers: Answers, encode: Any = None) -> Gateway:
    path = "/books.v1.BookService/WatchBooks"
    made = Gateway(lambda service: Mock(unary_stream=lambda *_, **__: lambda *_, **__: answers))
    method = Method(path, pb.WatchBooksRequest, pb.Book, server_streaming=True, encode=encode)
    made.add([Binding("GET", PATH, method)])
    return made


async def test_a_slow_client_slows_the_rpc_and_one_that_is_gone_ends_it() -> None:
    answers, wire = Answers(), Wire()
    serving = asyncio.create_task(gateway(answers).handle(make_mocked_request("GET", PATH, writer=wire)))
    for _ in range(1000):
        await asyncio.sleep(0)
    assert answers.read_count == 1
    wire.broken = True
    wire.may_go_on.set()
    assert (await serving).status == 499
    assert answers.read_count == 2
    assert answers.cancelled


async def test_an_answer_that_cannot_be_written_is_the_last_line(caplog: pytest.LogCaptureFixture) -> None:
    def encode(book: Any) -> Any:
        if book.name == "books/2":
            raise RuntimeError("a bug")
        return {"name": book.name}

    answers, wire = Answers(), Wire()
    wire.may_go_on.set()
    await gateway(answers, encode).handle(make_mocked_request("GET", PATH, writer=wire))
    first, last = wire.written.splitlines()
    assert json.loads(first) == {"result": {"name": "books/1"}}
    assert json.loads(last)["error"]["code"] == grpc.StatusCode.INTERNAL.value[0]
    assert "a bug" not in json.loads(last)["error"]["message"]
    assert "broke off" in caplog.text
    assert answers.cancelled
