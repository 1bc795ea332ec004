"""A small client of the live stream: a connection over the edge or over gRPC, and one document open on it.

Owns the two transports and the opening of a session; the caller decides what to send and when. Never reconnects by
itself: ConnectionLost says that it is time to. Contract: proto/shoal/collab/v1.
"""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol, Self

import aiohttp
import grpc
from google.protobuf.message import DecodeError

from cli.errors import Failed, failed_call, failed_fault
from cli.target import Target
from shoal.collab.v1 import collab_pb2 as pb
from shoal.collab.v1.collab_pb2_grpc import CollabServiceStub
from shoal.error.v1 import error_pb2
from shoal.type.v1 import operation_pb2

PROTO_SUBPROTOCOL = "shoal.v1.proto"
_COMING_BACK = frozenset(
    (
        error_pb2.ErrorReason.ERROR_REASON_DRAINING,
        error_pb2.ErrorReason.ERROR_REASON_LOG_UNAVAILABLE,
        error_pb2.ErrorReason.ERROR_REASON_SESSION_REPLACED,
    )
)
"""Faults that a new connection cures."""


class Via(StrEnum):
    """Which door a client uses."""

    EDGE = "edge"
    GRPC = "grpc"


class ConnectionLost(Exception):
    """The connection is gone, or could not be made; another may be had in a moment."""


class FaultReceived(Exception):
    """The server refused something; `fault` says what and why."""

    def __init__(self, fault: error_pb2.Fault) -> None:
        super().__init__(fault.message)
        self.fault = fault


class Connection(Protocol):
    """One stream of frames each way. Both methods raise ConnectionLost when it is over."""

    async def send(self, *frames: pb.ClientFrame) -> None:
        """Send frames, as one message."""

    async def receive(self) -> pb.CollaborateResponse:
        """Return the next message."""


@asynccontextmanager
async def connect(target: Target, via: Via) -> AsyncIterator[Connection]:
    """Connect through the given door. Raises ConnectionLost when nobody answers, Failed when the token is refused."""
    if via is Via.GRPC:
        async with _connect_grpc(target) as connection:
            yield connection
    else:
        async with _connect_edge(target) as connection:
            yield connection


class _GrpcConnection:
    def __init__(self, call: grpc.aio.StreamStreamCall[pb.CollaborateRequest, pb.CollaborateResponse]) -> None:
        self._call = call

    async def send(self, *frames: pb.ClientFrame) -> None:
        try:
            await self._call.write(pb.CollaborateRequest(frames=frames))
        except (grpc.aio.AioRpcError, grpc.aio.UsageError, grpc.aio.InternalError) as error:
            raise self._lost(error) from error

    async def receive(self) -> pb.CollaborateResponse:
        try:
            response = await self._call.read()
        except grpc.aio.AioRpcError as error:
            raise self._lost(error) from error
        if not isinstance(response, pb.CollaborateResponse):
            raise ConnectionLost("the server ended the stream")
        return response

    def _lost(self, error: Exception) -> Exception:
        if isinstance(error, grpc.aio.AioRpcError) and error.code() in _FINAL:
            return failed_call(error, "")
        return ConnectionLost(str(error.details() if isinstance(error, grpc.aio.AioRpcError) else error))


_FINAL = (grpc.StatusCode.UNAUTHENTICATED, grpc.StatusCode.PERMISSION_DENIED, grpc.StatusCode.UNIMPLEMENTED)


@asynccontextmanager
async def _connect_grpc(target: Target) -> AsyncIterator[Connection]:
    async with target.open_channel(("grpc.use_local_subchannel_pool", 1), max_receive_bytes=-1) as channel:
        stub: Any = CollabServiceStub(channel)  # type: ignore[no-untyped-call]  # generated without types
        call = stub.Collaborate(metadata=target.metadata)
        try:
            yield _GrpcConnection(call)
        finally:
            call.cancel()


class _EdgeConnection:
    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket

    async def send(self, *frames: pb.ClientFrame) -> None:
        try:
            await self._socket.send_bytes(pb.CollaborateRequest(frames=frames).SerializeToString())
        except (aiohttp.ClientError, OSError) as error:
            raise ConnectionLost(f"the socket is closed: {error}") from error

    async def receive(self) -> pb.CollaborateResponse:
        message = await self._socket.receive()
        if message.type is not aiohttp.WSMsgType.BINARY:
            raise ConnectionLost(f"the socket was closed ({self._socket.close_code}) {message.extra or ''}".strip())
        try:
            return pb.CollaborateResponse.FromString(message.data)
        except DecodeError as error:
            raise ConnectionLost("the server sent what is no message of the contract") from error


@asynccontextmanager
async def _connect_edge(target: Target) -> AsyncIterator[Connection]:
    protocols = (PROTO_SUBPROTOCOL, f"bearer.{target.token}")
    async with aiohttp.ClientSession() as http:
        try:
            socket = await http.ws_connect(
                f"{target.url}/v1/ws", protocols=protocols, max_msg_size=0, compress=0, heartbeat=30
            )
        except aiohttp.WSServerHandshakeError as error:
            if error.status in (401, 403):
                raise Failed(f"{target.url} refused the token ({error.status})") from error
            raise ConnectionLost(f"{target.url} answered {error.status}") from error
        except (aiohttp.ClientError, OSError) as error:
            raise ConnectionLost(f"no Shoal answers at {target.url}") from error
        async with socket:
            yield _EdgeConnection(socket)


@dataclass(frozen=True, slots=True)
class OpenedDocument:
    """What a session begins with. `content` and `operations` are whole, however many frames they came in."""

    frame: pb.Opened
    content: list[operation_pb2.Component]
    operations: list[operation_pb2.CommittedOperation]


class Session:
    """One document open on a connection of its own. `number` names it on the connection."""

    def __init__(self, connection: Connection, number: int, waiting: deque[pb.ServerFrame]) -> None:
        self._connection, self.number, self._waiting = connection, number, waiting
        self.opened: OpenedDocument

    @classmethod
    async def open(
        cls,
        connection: Connection,
        document: str,
        site: str,
        *,
        after_revision: int = 0,
        pending: bool = False,
        hidden: bool = False,
        number: int = 1,
    ) -> Self:
        """Open `document`, or come back to it. Raises FaultReceived, ConnectionLost."""
        open_ = pb.Open(document=document, site=site, after_revision=after_revision, pending=pending, hidden=hidden)
        await connection.send(pb.ClientFrame(session=number, open=open_))
        session = cls(connection, number, deque())
        session.opened = await session._receive_opened()
        return session

    async def submit(
        self, base_revision: int, first_site_sequence: int, operations: Iterable[operation_pb2.Operation]
    ) -> None:
        """Send a flight. The answer comes as a frame: Committed, Acknowledged or Refused."""
        submit = pb.Submit(base_revision=base_revision, first_site_sequence=first_site_sequence, operations=operations)
        await self.send(submit)

    async def send(self, submit: pb.Submit) -> None:
        """Send a flight that is built already."""
        await self._connection.send(pb.ClientFrame(session=self.number, submit=submit))

    async def receive(self) -> pb.ServerFrame:
        """Return the next frame. Raises FaultReceived when the session is over or a frame was not understood."""
        while not self._waiting:
            self._waiting.extend((await self._connection.receive()).frames)
        frame = self._waiting.popleft()
        if frame.HasField("closed"):
            raise _over(frame.closed.fault)
        if frame.HasField("stream_fault"):
            raise _over(frame.stream_fault.fault)
        return frame

    async def _receive_opened(self) -> OpenedDocument:
        """Gather Opened and what follows it; frames for the room that come between wait their turn."""
        between: list[pb.ServerFrame] = []
        whole: OpenedDocument | None = None
        more = True
        while more:
            frame = await self.receive()
            if frame.HasField("opened"):
                part: pb.Opened | pb.OpenedMore = frame.opened
                whole = OpenedDocument(frame.opened, [], [])
            elif frame.HasField("opened_more"):
                part = frame.opened_more
            else:
                between.append(frame)
                continue
            assert whole is not None, "OpenedMore without Opened"
            whole.content.extend(part.content.components)
            whole.operations.extend(part.operations)
            more = part.more
        assert whole is not None
        self._waiting.extendleft(reversed(between))
        return whole


def _over(fault: error_pb2.Fault) -> Exception:
    if fault.reason in _COMING_BACK:
        return ConnectionLost(fault.message)
    return FaultReceived(fault)


def explain(error: FaultReceived) -> Failed:
    """Return what a person is told of a refusal."""
    return failed_fault(error.fault)
