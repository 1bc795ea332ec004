"""What every server does whatever it serves: request ids, reasons, rules of fields, deadlines, compression, limits."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import grpc
import pytest
import structlog
from google.rpc import error_details_pb2, status_pb2
from grpc_health.v1 import health_pb2, health_pb2_grpc

from mesh import request_id
from mesh.authorization import Authorizer
from mesh.channels import Channels
from mesh.faults import Fault, PermissionDenied
from mesh.grpc_server import Mounted, RunningServer, serve
from mesh.identity import Identity, OwnToken, TokenSigner, TokenVerifier
from mesh.settings import GrpcSettings
from shoal.collab.v1 import collab_pb2, collab_pb2_grpc
from shoal.document.v1 import document_pb2 as pb
from shoal.document.v1 import history_pb2, history_pb2_grpc
from shoal.document.v1.document_pb2_grpc import (
    DocumentServiceServicer,
    DocumentServiceStub,
    add_DocumentServiceServicer_to_server,
)

TEXT = "".join(random.Random(1).choices("abcdefgh ", k=40_000))
"""Of few letters, so that gzip makes it less than half."""
NAME = {"name": "documents/a"}


class Documents(
    DocumentServiceServicer, history_pb2_grpc.HistoryServiceServicer, collab_pb2_grpc.CollabServiceServicer
):
    """Answers what it is asked, and notes under which request."""

    def __init__(self) -> None:
        self.ids: list[str] = []
        self.chunks: list[bytes] = []
        self.onward: Any = None
        self.begun, self.go_on = asyncio.Event(), asyncio.Event()
        self.later: list[asyncio.Task[str]] = []

    async def GetDocument(self, request: Any, context: Any) -> Any:
        self.ids.append(request_id.current())
        if request.name == "documents/waits":
            self.begun.set()
            await self.go_on.wait()
        if request.name == "documents/fails":
            structlog.get_logger("test").info("about to fail")
            raise ZeroDivisionError
        if request.name == "documents/times-out":
            raise TimeoutError
        if request.name == "documents/leaves":
            self.later.append(asyncio.create_task(self._afterwards()))
        if self.onward is not None:
            await DocumentServiceStub(self.onward).GetDocument(request)
        return pb.GetDocumentResponse(document=pb.Document(title=TEXT if request.name == "documents/long" else "a"))

    async def _afterwards(self) -> str:
        await self.go_on.wait()
        return request_id.current()

    async def WatchDocuments(self, request: Any, context: Any) -> AsyncIterator[Any]:
        yield pb.WatchDocumentsResponse(left=["documents/short"])
        yield pb.WatchDocumentsResponse(left=[TEXT])

    async def Collaborate(self, request_iterator: Any, context: Any) -> AsyncIterator[Any]:
        async for _ in request_iterator:
            yield collab_pb2.CollaborateResponse(frames=[{"opened": {"title": TEXT}}])

    async def ImportHistory(self, request_iterator: Any, context: Any) -> Any:
        async for request in request_iterator:
            self.chunks.append(request.chunk)
        return history_pb2.ImportHistoryResponse()


class Nobody:
    """Grants nothing."""

    async def permissions(self, identity: Identity, resource: str) -> Any:
        return frozenset()

    async def refusal(self, identity: Identity, permission: Any, resource: str) -> Fault:
        return PermissionDenied("no")


Serving = Callable[..., Any]


@pytest.fixture
def running(signer: TokenSigner, verifier: TokenVerifier) -> Serving:
    @asynccontextmanager
    async def run(
        authorizer: Authorizer | None = None, **settings: Any
    ) -> AsyncIterator[tuple[RunningServer, Documents]]:
        documents = Documents()
        mounted = [
            Mounted(pb.DESCRIPTOR, "shoal.document.v1.DocumentService",
                    lambda s: add_DocumentServiceServicer_to_server(documents, s)),
            Mounted(collab_pb2.DESCRIPTOR, "shoal.collab.v1.CollabService",
                    lambda s: collab_pb2_grpc.add_CollabServiceServicer_to_server(documents, s)),
            Mounted(history_pb2.DESCRIPTOR, "shoal.document.v1.HistoryService",
                    lambda s: history_pb2_grpc.add_HistoryServiceServicer_to_server(documents, s)),
        ]  # fmt: skip
        async with serve(
            GrpcSettings(**{"port": 0, "shutdown_grace_s": 5, **settings}), verifier, mounted, authorizer
        ) as server:
            yield server, documents

    return run


@pytest.fixture
def ada(signer: TokenSigner) -> tuple[str, str]:
    return ("authorization", f"Bearer {signer.sign('ada', lifetime_s=60)}")


def get(server: RunningServer | str, channel: grpc.aio.Channel, name: str, *metadata: tuple[str, str]) -> Any:
    return DocumentServiceStub(channel).GetDocument(pb.GetDocumentRequest(name=name), metadata=metadata, timeout=20)


async def failure(call: Awaitable[Any]) -> tuple[grpc.aio.AioRpcError, dict[str, Any]]:
    """The error of a call, and its details by their kind."""
    with pytest.raises(grpc.aio.AioRpcError) as raised:
        await call
    return raised.value, details_of(raised.value.trailing_metadata())


def details_of(trailing: Any) -> dict[str, Any]:
    status = status_pb2.Status.FromString(dict(trailing)["grpc-status-details-bin"])
    found = {}
    for packed in status.details:
        detail = getattr(error_details_pb2, packed.type_url.rpartition(".")[2])()
        assert packed.Unpack(detail)
        found[type(detail).__name__] = detail
    return found


# -- request ids -----------------------------------------------------------------------------------------------------


async def test_a_request_keeps_the_id_it_came_with_and_has_one_else(running: Serving, ada: Any) -> None:
    async with running() as (server, documents), grpc.aio.insecure_channel(server.address) as channel:
        call = get(server, channel, "documents/a", ada, ("x-request-id", "order-7"))
        await call
        assert dict(await call.trailing_metadata())["x-request-id"] == "order-7"
        for bad in (
            "",
            "with space",
            "a" * 129,
            "ä".encode().decode("latin1").encode("ascii", "replace").decode() + '"',
        ):
            call = get(server, channel, "documents/a", ada, ("x-request-id", bad))
            await call
            made = dict(await call.trailing_metadata())["x-request-id"]
            assert made != bad
            assert len(made) == 36
        assert documents.ids[0] == "order-7"
        assert len(set(documents.ids)) == 5


async def test_an_error_names_its_request_and_so_does_the_log(running: Serving, ada: Any) -> None:
    async with running() as (server, _), grpc.aio.insecure_channel(server.address) as channel:
        with structlog.testing.capture_logs(processors=[request_id.in_logs]) as logs:
            error, details = await failure(get(server, channel, "documents/fails", ada, ("x-request-id", "order-8")))
    assert error.code() is grpc.StatusCode.INTERNAL
    assert details["RequestInfo"].request_id == dict(error.trailing_metadata())["x-request-id"] == "order-8"
    assert [(each["event"], each["request_id"]) for each in logs] == [
        ("about to fail", "order-8"), ("rpc failed", "order-8"),
    ]  # fmt: skip


async def test_a_request_has_one_id_in_every_service_it_passes(running: Serving, signer: TokenSigner, ada: Any) -> None:
    async with running() as (last, at_last), running() as (first, at_first):
        async with Channels(OwnToken(signer, "services/edge")).open(last.address) as at_first.onward:
            async with grpc.aio.insecure_channel(first.address) as channel:
                await get(first, channel, "documents/a", ada)
        assert at_first.ids == at_last.ids
        assert len(at_first.ids[0]) == 36


async def test_what_outlives_its_request_does_not_go_under_its_id(running: Serving, ada: Any) -> None:
    async with running() as (server, documents), grpc.aio.insecure_channel(server.address) as channel:
        await get(server, channel, "documents/leaves", ada)
        documents.go_on.set()
        assert await asyncio.gather(*documents.later) == [""]
        assert len(documents.ids[0]) == 36


# -- reasons ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path", ["/shoal.document.v1.DocumentService/GetDokument", "/no.Service/Get", "/grpc.health.v1.Health/Guess"]
)
@pytest.mark.parametrize("kind", ["unary_unary", "unary_stream", "stream_unary", "stream_stream"])
async def test_an_rpc_that_is_not_there_is_told_with_a_reason(running: Serving, path: str, kind: str) -> None:
    async with running() as (server, _), grpc.aio.insecure_channel(server.address) as channel:
        call = getattr(channel, kind)(path)(*(() if kind.startswith("stream") else (b"",)), timeout=20)
        assert await call.code() is grpc.StatusCode.UNIMPLEMENTED
        details = details_of(await call.trailing_metadata())
        assert details["ErrorInfo"].reason == "ERROR_REASON_RPC_NOT_FOUND"
        assert details["ErrorInfo"].metadata["rpc"] == path
        assert details["RequestInfo"].request_id


async def test_the_contracts_deadline_ends_a_call_that_brings_none(running: Serving, ada: Any) -> None:
    async with running() as (server, _), grpc.aio.insecure_channel(server.address) as channel:
        request = pb.GetDocumentRequest(name="documents/waits")
        error, details = await failure(DocumentServiceStub(channel).GetDocument(request, metadata=(ada,)))
    assert error.code() is grpc.StatusCode.DEADLINE_EXCEEDED
    assert details["ErrorInfo"].reason == "ERROR_REASON_DEADLINE_EXCEEDED"


async def test_a_timeout_inside_a_handler_is_our_fault_and_not_the_callers_deadline(running: Serving, ada: Any) -> None:
    async with running() as (server, _), grpc.aio.insecure_channel(server.address) as channel:
        error, details = await failure(get(server, channel, "documents/times-out", ada))
    assert (error.code(), details["ErrorInfo"].reason) == (grpc.StatusCode.INTERNAL, "ERROR_REASON_INTERNAL")


# -- rules of fields -------------------------------------------------------------------------------------------------


def fields(details: dict[str, Any]) -> list[str]:
    return [each.field for each in details["BadRequest"].field_violations]


async def test_all_that_is_wrong_is_told_at_once(running: Serving, ada: Any) -> None:
    async with running() as (server, _), grpc.aio.insecure_channel(server.address) as channel:
        request = pb.CreateDocumentRequest(document_id="NO", document=pb.Document(title="a\n", labels={"K": "\0"}))
        error, details = await failure(DocumentServiceStub(channel).CreateDocument(request, metadata=(ada,)))
    assert error.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert error.details().startswith("document.title: must have no control characters (and 3 more)")
    assert fields(details) == ["document.title", "document.labels.K", "document.labels.K", "document_id"]
    assert details["ErrorInfo"].reason == "ERROR_REASON_INVALID_FIELD"


async def test_who_is_not_signed_in_or_may_not_learns_nothing_of_fields(running: Serving, ada: Any) -> None:
    request = pb.ReplaceContentRequest(name="documents/a", request_id="none")
    async with running(Nobody()) as (server, _), grpc.aio.insecure_channel(server.address) as channel:
        stub = DocumentServiceStub(channel)
        error, details = await failure(stub.ReplaceContent(request))
        assert (error.code(), "BadRequest" in details) == (grpc.StatusCode.UNAUTHENTICATED, False)
        error, details = await failure(stub.ReplaceContent(request, metadata=(ada,)))
        assert (error.code(), "BadRequest" in details) == (grpc.StatusCode.PERMISSION_DENIED, False)
        request.name = "documents/NONE"
        error, details = await failure(stub.ReplaceContent(request, metadata=(ada,)))
        assert fields(details) == ["name", "source", "request_id"]


async def test_each_request_of_a_stream_is_checked(running: Serving, ada: Any) -> None:
    requests = [history_pb2.ImportHistoryRequest(chunk=b"a"), history_pb2.ImportHistoryRequest(project="none")]
    async with running() as (server, documents), grpc.aio.insecure_channel(server.address) as channel:
        stub = history_pb2_grpc.HistoryServiceStub(channel)
        _, details = await failure(stub.ImportHistory(iter(requests), metadata=(ada,)))
    assert fields(details) == ["project"]
    assert documents.chunks == [b"a"]


# -- compression -----------------------------------------------------------------------------------------------------


@asynccontextmanager
async def counting(address: str) -> AsyncIterator[tuple[str, list[int]]]:
    """A way to `address`, and the sizes of what came back on it."""
    received: list[int] = []
    ends: list[asyncio.StreamWriter] = []
    connections: list[asyncio.Future[Any]] = []
    host, port = address.split(":")

    async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, note: Callable[[int], None]) -> None:
        while part := await reader.read(65536):
            note(len(part))
            writer.write(part)
            await writer.drain()
        writer.close()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        from_server, to_server = await asyncio.open_connection(host, int(port))
        ends.extend((writer, to_server))
        both = (pump(reader, to_server, lambda _: None), pump(from_server, writer, received.append))
        connections.append(asyncio.ensure_future(asyncio.gather(*both, return_exceptions=True)))

    between = await asyncio.start_server(connected, "127.0.0.1", 0)
    try:
        yield f"127.0.0.1:{between.sockets[0].getsockname()[1]}", received
    finally:
        between.close()
        for end in ends:
            end.close()
        await asyncio.gather(*connections)


READS_NO_GZIP = [("grpc.compression_enabled_algorithms_bitset", 1)]


@pytest.mark.parametrize(
    ("options", "settings", "is_compressed"),
    [([], {}, True), (READS_NO_GZIP, {}, False), ([], {"compress_from_bytes": 0}, False),
     ([], {"compress_from_bytes": 50_000}, False)],
    ids=["read by the client", "not read by the client", "switched off", "too small"],
)  # fmt: skip
async def test_answers_are_compressed_for_who_can_read_it(
    running: Serving, ada: Any, options: Any, settings: Any, is_compressed: bool
) -> None:
    async with running(**settings) as (server, _), counting(server.address) as (address, received):
        async with grpc.aio.insecure_channel(address, options) as channel:
            assert (await get(server, channel, "documents/long", ada)).document.title == TEXT
            assert (sum(received) < len(TEXT) * 0.6) == is_compressed
            received.clear()
            answers = [each async for each in DocumentServiceStub(channel).WatchDocuments(
                pb.WatchDocumentsRequest(), metadata=(ada,))]  # fmt: skip
            assert [list(each.left) for each in answers] == [["documents/short"], [TEXT]]
            assert (sum(received) < len(TEXT) * 0.6) == is_compressed


async def test_nothing_is_compressed_between_services(running: Serving, signer: TokenSigner, ada: Any) -> None:
    async with running() as (server, _), counting(server.address) as (address, received):
        async with Channels(OwnToken(signer, "services/edge")).open(address) as channel:
            await get(server, channel, "documents/long", ada)
        assert sum(received) > len(TEXT)


async def test_live_streams_are_not_compressed(running: Serving, ada: Any) -> None:
    async with running() as (server, _), counting(server.address) as (address, received):
        async with grpc.aio.insecure_channel(address) as channel:
            stream = collab_pb2_grpc.CollabServiceStub(channel).Collaborate(metadata=(ada,))
            await stream.write(collab_pb2.CollaborateRequest())
            assert (await stream.read()).frames[0].opened.title == TEXT
            await stream.done_writing()
            assert await stream.code() is grpc.StatusCode.OK
        assert sum(received) > len(TEXT)


async def test_requests_may_be_compressed_and_are_measured_as_they_are_read(running: Serving, ada: Any) -> None:
    async with running(max_message_bytes=100_000) as (server, _):
        async with grpc.aio.insecure_channel(server.address, compression=grpc.Compression.Gzip) as channel:
            stub = DocumentServiceStub(channel)
            source = {"format": pb.CONTENT_FORMAT_TEXT, "text": "\0" * 200_000}
            bomb = pb.ReplaceContentRequest(name="documents/a", source=source)
            with pytest.raises(grpc.aio.AioRpcError) as refused:
                await stub.ReplaceContent(bomb, metadata=(ada,))
            assert refused.value.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
            assert (await get(server, channel, "documents/a", ada)).document.title == "a"


# -- limits, and the end ---------------------------------------------------------------------------------------------


async def test_past_the_limit_calls_are_asked_to_wait_and_afterwards_are_taken(running: Serving, ada: Any) -> None:
    async with running(max_concurrent_calls=1) as (server, documents):
        async with grpc.aio.insecure_channel(server.address) as channel:
            first = asyncio.ensure_future(get(server, channel, "documents/waits", ada))
            await documents.begun.wait()
            error, details = await failure(get(server, channel, "documents/a", ada))
            assert error.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
            assert details["ErrorInfo"].reason == "ERROR_REASON_TOO_MANY_CALLS"
            assert details["RetryInfo"].retry_delay.ToMilliseconds() == 1000
            documents.go_on.set()
            await first
            await get(server, channel, "documents/a", ada)


async def test_what_is_under_way_ends_well_while_the_server_says_that_it_goes(running: Serving, ada: Any) -> None:
    leaving = running()
    server, documents = await leaving.__aenter__()
    async with grpc.aio.insecure_channel(server.address) as channel:
        watching = health_pb2_grpc.HealthStub(channel).Watch(health_pb2.HealthCheckRequest())
        assert (await watching.read()).status == health_pb2.HealthCheckResponse.SERVING
        under_way = asyncio.ensure_future(get(server, channel, "documents/waits", ada))
        await documents.begun.wait()
        left = asyncio.create_task(leaving.__aexit__(None, None, None))
        assert (await watching.read()).status == health_pb2.HealthCheckResponse.NOT_SERVING
        watching.cancel()
        documents.go_on.set()
        assert (await under_way).document.title == "a"
        await left
        async with grpc.aio.insecure_channel(server.address) as another:
            with pytest.raises(grpc.aio.AioRpcError) as gone:
                await get(server, another, "documents/a", ada)
        assert gone.value.code() is grpc.StatusCode.UNAVAILABLE
