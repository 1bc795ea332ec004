"""A person with grpcio, Google's own library for Python, and the stubs it generates."""

from __future__ import annotations

from typing import Any

import grpc
from google.protobuf.json_format import MessageToDict, ParseDict
from google.rpc import error_details_pb2
from grpc_status import rpc_status

from shoal.collab.v1 import collab_pb2
from shoal.collab.v1.collab_pb2_grpc import CollabServiceStub
from shoal.document.v1 import document_pb2
from shoal.document.v1.document_pb2_grpc import DocumentServiceStub
from tests.interop.performance import PATIENCE_S, Json


class GrpcioClient:
    """One person on a channel."""

    def __init__(self, channel: grpc.aio.Channel, metadata: tuple[tuple[str, str], ...]) -> None:
        self._documents: Any = DocumentServiceStub(channel)
        self._collab: Any = CollabServiceStub(channel)
        self._metadata = metadata

    async def call(self, method: str, request: Json) -> Json:
        name = method.partition("/")[2]
        message = ParseDict(request, getattr(document_pb2, f"{name}Request")())
        call = getattr(self._documents, name)(message, metadata=self._metadata, timeout=PATIENCE_S)
        try:
            if isinstance(call, grpc.aio.UnaryStreamCall):
                return {"messages": [MessageToDict(each) async for each in call]}
            return {"messages": [MessageToDict(await call)]}
        except grpc.aio.AioRpcError as error:
            return {"error": said(error)}

    async def connect(self) -> GrpcioStream:
        return GrpcioStream(self._collab.Collaborate(metadata=self._metadata))


class GrpcioStream:
    """One Collaborate call."""

    def __init__(self, call: Any) -> None:
        self._call = call

    async def send(self, request: Json) -> None:
        await self._call.write(ParseDict(request, collab_pb2.CollaborateRequest()))

    async def receive(self) -> Json | None:
        response = await self._call.read()
        return None if response is grpc.aio.EOF else MessageToDict(response)

    async def half_close(self) -> None:
        await self._call.done_writing()

    async def hang_up(self) -> None:
        self._call.cancel()


def said(error: grpc.aio.AioRpcError) -> Json:
    """What a failed call says of itself."""
    status: Any = rpc_status.from_call(error)  # type: ignore[arg-type]  # an AioRpcError has what it needs
    info = error_details_pb2.ErrorInfo()
    assert any(each.Unpack(info) for each in status.details), status
    return {"code": error.code().value[0], "reason": info.reason, "domain": info.domain}
