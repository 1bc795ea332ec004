"""A person with grpclib: pure Python on another HTTP/2 library, with stubs of its own generator."""

from __future__ import annotations

from typing import Any

import grpclib
from google.protobuf.json_format import MessageToDict, ParseDict
from google.rpc import error_details_pb2
from grpclib.client import Channel

from shoal.collab.v1 import collab_pb2
from shoal.collab.v1.collab_grpc import CollabServiceStub
from shoal.document.v1 import document_pb2
from shoal.document.v1.document_grpc import DocumentServiceStub
from tests.interop.performance import PATIENCE_S, Json


class GrpclibClient:
    """One person on a channel."""

    def __init__(self, channel: Channel, metadata: dict[str, str]) -> None:
        self._documents, self._collab, self._metadata = (
            DocumentServiceStub(channel),
            CollabServiceStub(channel),
            metadata,
        )

    async def call(self, method: str, request: Json) -> Json:
        name = method.partition("/")[2]
        message = ParseDict(request, getattr(document_pb2, f"{name}Request")())
        try:
            answer = await getattr(self._documents, name)(message, metadata=self._metadata, timeout=PATIENCE_S)
        except grpclib.GRPCError as error:
            return {"error": said(error)}
        messages = answer if isinstance(answer, list) else [answer]
        return {"messages": [MessageToDict(each) for each in messages]}

    async def connect(self) -> GrpclibStream:
        context = self._collab.Collaborate.open(metadata=self._metadata)
        return GrpclibStream(context, await context.__aenter__())


class GrpclibStream:
    """One Collaborate call. grpclib begins it with the first message, and ends it with the block it was opened by."""

    def __init__(self, context: Any, stream: Any) -> None:
        self._context, self._stream = context, stream

    async def send(self, request: Json) -> None:
        await self._stream.send_message(ParseDict(request, collab_pb2.CollaborateRequest()))

    async def receive(self) -> Json | None:
        response = await self._stream.recv_message()
        if response is not None:
            return MessageToDict(response)
        await self._context.__aexit__(None, None, None)
        return None

    async def half_close(self) -> None:
        await self._stream.end()

    async def hang_up(self) -> None:
        await self._stream.cancel()


def said(error: grpclib.GRPCError) -> Json:
    """What a failed call says of itself; grpclib unpacks the details."""
    details: Any = error.details or []
    info = next(each for each in details if isinstance(each, error_details_pb2.ErrorInfo))
    return {"code": error.status.value, "reason": info.reason, "domain": info.domain}
