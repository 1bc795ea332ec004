"""A gRPC server of books.proto, which remembers what was cancelled."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import grpc
from google.protobuf import any_pb2, duration_pb2
from google.rpc import error_details_pb2, status_pb2
from grpc_health.v1 import health, health_pb2, health_pb2_grpc
from grpc_status import rpc_status

from tests.integration.gateway import books as pb


class Books:
    """The handlers; `cancelled` is set when one that waits is."""

    def __init__(self) -> None:
        self.waiting = asyncio.Event()
        self.cancelled = asyncio.Event()
        self.calls = 0

    async def GetBook(self, request: Any, context: grpc.aio.ServicerContext) -> Any:
        self.calls += 1
        await context.send_initial_metadata((("x-shelf", "7"), ("x-raw-bin", b"\x00\xff")))
        context.set_trailing_metadata((("x-cost", "3"),))
        return pb.Book(name=request.name, title=f"edition {request.edition}", page_count=2**53 + 1)

    async def CreateBook(self, request: Any, context: grpc.aio.ServicerContext) -> Any:
        request.book.name = f"books/{request.book_id}"
        return pb.CreateBookResponse(book=request.book)

    async def UpdateBook(self, request: Any, context: grpc.aio.ServicerContext) -> Any:
        return request

    async def Echo(self, request: Any, context: grpc.aio.ServicerContext) -> Any:
        return request

    async def Fail(self, request: Any, context: grpc.aio.ServicerContext) -> Any:
        status = status_pb2.Status(code=request.code, message="it\nfails")
        if request.details == "unknown":
            status.details.append(any_pb2.Any(type_url="type.googleapis.com/no.such.Type", value=b"\x08\x01"))
        else:
            status.details.add().Pack(error_details_pb2.ErrorInfo(reason="BROKEN", domain="books"))
            status.details.add().Pack(
                error_details_pb2.RetryInfo(retry_delay=duration_pb2.Duration(seconds=2, nanos=1))
            )
        await context.send_initial_metadata((("x-shelf", "7"),))
        rich = rpc_status.to_status(status)
        await context.abort_with_status(rich._replace(trailing_metadata=(*rich.trailing_metadata, ("x-cost", "3"))))

    async def Wait(self, request: Any, context: grpc.aio.ServicerContext) -> Any:
        await self._wait()

    async def ShowMetadata(self, request: Any, context: grpc.aio.ServicerContext) -> Any:
        seen = pb.Seen(deadline_s=context.time_remaining() or 0)
        for key, value in context.invocation_metadata() or ():
            text = value.hex() if isinstance(value, bytes) else value
            seen.metadata[key] = f"{seen.metadata[key]}|{text}" if key in seen.metadata else text
        return seen

    async def WatchBooks(self, request: Any, context: grpc.aio.ServicerContext) -> AsyncIterator[Any]:
        await context.send_initial_metadata((("x-shelf", "7"),))
        for number in range(request.count):
            yield pb.Book(name=f"books/{number}")
        if request.fail:
            await context.abort(grpc.StatusCode.NOT_FOUND, "no more")
        if request.wait:
            await self._wait()

    async def Count(self, requests: AsyncIterator[Any], context: grpc.aio.ServicerContext) -> Any:
        counted = pb.Counted()
        async for book in requests:
            if book.title == "stop":
                await context.abort(grpc.StatusCode.FAILED_PRECONDITION, "stopped")
            counted.books += 1
            counted.pages += book.page_count
        return counted

    async def Chat(self, requests: AsyncIterator[Any], context: grpc.aio.ServicerContext) -> AsyncIterator[Any]:
        try:
            async for book in requests:
                if book.title == "stop":
                    await context.abort(grpc.StatusCode.FAILED_PRECONDITION, "stopped")
                yield pb.Book(title=book.title[::-1])
        finally:
            self.cancelled.set()

    async def Download(self, request: Any, context: grpc.aio.ServicerContext) -> Any:
        return pb.HttpBody(content_type="image/png", data=b"\x89PNG\n")

    async def DownloadParts(self, request: Any, context: grpc.aio.ServicerContext) -> AsyncIterator[Any]:
        for part in (b"\x89PN", b"G\n"):
            yield pb.HttpBody(content_type="image/png", data=part)

    async def Store(self, request: Any, context: grpc.aio.ServicerContext) -> Any:
        return request

    async def _wait(self) -> None:
        self.waiting.set()
        try:
            await asyncio.Event().wait()
        finally:
            self.cancelled.set()


@asynccontextmanager
async def serving(books: Books) -> AsyncIterator[str]:
    """Serve until the block ends; yields the target."""
    server = grpc.aio.server()
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(pb.SERVICE, _handlers(books)),))
    checks = health.aio.HealthServicer()
    await checks.set("books", health_pb2.HealthCheckResponse.SERVING)
    await checks.set("films", health_pb2.HealthCheckResponse.NOT_SERVING)
    health_pb2_grpc.add_HealthServicer_to_server(checks, server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    try:
        yield f"127.0.0.1:{port}"
    finally:
        await server.stop(0)


def _handlers(books: Books) -> dict[str, grpc.RpcMethodHandler]:
    arity = {False: "unary", True: "stream"}
    return {
        name: getattr(grpc, f"{arity[method.client_streaming]}_{arity[method.server_streaming]}_rpc_method_handler")(
            getattr(books, name),
            request_deserializer=method.request.FromString,
            response_serializer=method.response.SerializeToString,
        )
        for name, method in pb.METHODS.items()
    }
