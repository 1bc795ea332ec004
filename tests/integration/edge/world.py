"""An edge on real sockets, with a collab service that does as the test says and a document service that remembers.

Both stand behind the mesh's own gRPC server, so that tokens, health and statuses are the real ones.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import grpc

from edge.app import RunningEdge, open_edge
from edge.settings import EdgeSettings
from mesh import faults
from mesh.channels import Channels
from mesh.grpc_server import Mounted, serve
from mesh.identity import Identity, OwnToken, TokenSigner, TokenVerifier, current_identity
from mesh.settings import GrpcSettings
from shoal.collab.v1 import collab_pb2 as pb
from shoal.collab.v1.collab_pb2_grpc import CollabServiceServicer, add_CollabServiceServicer_to_server
from shoal.document.v1 import document_pb2
from shoal.document.v1.document_pb2_grpc import DocumentServiceServicer, add_DocumentServiceServicer_to_server
from shoal.error.v1 import error_pb2
from shoal.type.v1 import operation_pb2

PATIENCE_S = 10.0
BINARY, JSON = "shoal.v1.proto", "shoal.v1.json"
Reason = error_pb2.ErrorReason


class ScriptedCollab(CollabServiceServicer):
    """Says what the test tells it to, on the newest stream, and keeps what the edge sent."""

    def __init__(self) -> None:
        self.callers: list[Identity] = []
        self.pings = 0
        self.reading = asyncio.Event()
        self.reading.set()
        self._received: asyncio.Queue[pb.ClientFrame] = asyncio.Queue()
        self._opened: asyncio.Queue[None] = asyncio.Queue()
        self._to_say: asyncio.Queue[pb.CollaborateResponse | grpc.StatusCode] = asyncio.Queue()

    async def Collaborate(self, request_iterator: Any, context: Any) -> AsyncIterator[pb.CollaborateResponse]:
        self.callers.append(current_identity())
        self._to_say = asyncio.Queue()
        self._opened.put_nowait(None)
        reader = asyncio.create_task(self._read(request_iterator, self._to_say))
        try:
            while True:
                said = await self._to_say.get()
                if isinstance(said, pb.CollaborateResponse):
                    yield said
                elif said is grpc.StatusCode.OK:
                    return
                else:
                    await context.abort(said, "as the test says")
        finally:
            reader.cancel()

    async def _read(self, requests: Any, to_say: asyncio.Queue[Any]) -> None:
        async for request in requests:
            for frame in request.frames:
                if frame.WhichOneof("frame") == "ping":
                    self.pings += 1
                    to_say.put_nowait(pb.CollaborateResponse(frames=[pb.ServerFrame(pong=pb.Pong())]))
                else:
                    self._received.put_nowait(frame)
            await self.reading.wait()

    async def stream_opened(self) -> None:
        """Wait for the edge's next stream."""
        await asyncio.wait_for(self._opened.get(), PATIENCE_S)

    async def next(self, kind: str) -> pb.ClientFrame:
        """Return the next frame, which must be of `kind`; pings are not counted."""
        frame = await asyncio.wait_for(self._received.get(), PATIENCE_S)
        assert frame.WhichOneof("frame") == kind, frame
        return frame

    def nothing_received(self) -> bool:
        """Whether everything that came was looked at."""
        return self._received.empty()

    def say(self, *frames: pb.ServerFrame) -> None:
        """Send one response of `frames`."""
        self._to_say.put_nowait(pb.CollaborateResponse(frames=frames))

    def end_stream(self, status: grpc.StatusCode) -> None:
        """End the newest stream."""
        self._to_say.put_nowait(status)


class RememberedDocuments(DocumentServiceServicer):
    """Documents in memory, each with its creator."""

    def __init__(self) -> None:
        self.documents: dict[str, document_pb2.Document] = {}

    async def CreateDocument(self, request: Any, context: Any) -> Any:
        name = f"documents/{request.document_id or f'd{len(self.documents)}'}"
        creator = current_identity().subject
        made = document_pb2.Document(name=name, title=request.document.title, creator=creator)
        self.documents[name] = made
        return document_pb2.CreateDocumentResponse(document=made)

    async def GetDocument(self, request: Any, context: Any) -> Any:
        if request.name not in self.documents:
            raise faults.DocumentNotFound(request.name)
        return document_pb2.GetDocumentResponse(document=self.documents[request.name])

    async def ListDocuments(self, request: Any, context: Any) -> Any:
        if request.page_size < 0:
            raise faults.InvalidField("page_size", "must not be negative")
        return document_pb2.ListDocumentsResponse(documents=self.documents.values())


@dataclass
class Person:
    """One WebSocket, as a test uses it. Frames of one message are handed out one by one."""

    ws: aiohttp.ClientWebSocketResponse
    subject: str = ""
    _frames: deque[pb.ServerFrame] = field(default_factory=deque)

    async def send(self, *frames: pb.ClientFrame) -> None:
        await self.ws.send_bytes(pb.CollaborateRequest(frames=frames).SerializeToString())

    async def message(self, patience_s: float = PATIENCE_S) -> bytes:
        """Return the next binary message as it came."""
        received = await self.ws.receive(timeout=patience_s)
        assert received.type is aiohttp.WSMsgType.BINARY, (received, self.ws.close_code)
        assert isinstance(received.data, bytes)
        return received.data

    async def frame(self, kind: str, patience_s: float = PATIENCE_S) -> pb.ServerFrame:
        """Return the next frame, which must be of `kind`."""
        while not self._frames:
            self._frames.extend(pb.CollaborateResponse.FromString(await self.message(patience_s)).frames)
        frame = self._frames.popleft()
        assert frame.WhichOneof("frame") == kind, frame
        return frame

    async def fault(self) -> error_pb2.Fault:
        """Return what the next frame, a stream fault, tells."""
        return (await self.frame("stream_fault")).stream_fault.fault

    async def closed(self, patience_s: float = PATIENCE_S) -> int | None:
        """Wait for the end, whatever comes before it; return the close code."""
        async with asyncio.timeout(patience_s):
            while not self.ws.closed:
                await self.ws.receive()
        return self.ws.close_code

    async def answers_ping(self) -> bool:
        """Whether the edge still answers here, with nothing else before it."""
        await self.send(pb.ClientFrame(ping=pb.Ping(nonce=77)))
        return (await self.frame("pong")).pong.nonce == 77


@dataclass
class World:
    """The edge and what stands around it."""

    edge: RunningEdge
    collab: ScriptedCollab
    documents: RememberedDocuments
    signer: TokenSigner
    http: aiohttp.ClientSession
    restart_services: Callable[[], Any]
    stop_services: Callable[[], Any]

    @property
    def url(self) -> str:
        return f"http://{self.edge.address}"

    def token(self, name: str, lifetime_s: float = 300) -> str:
        return self.signer.sign(f"users/{name}", name=name.title(), lifetime_s=lifetime_s)

    async def connect(
        self,
        name: str = "ada",
        *,
        token: str | None = None,
        protocols: tuple[str, ...] = (BINARY,),
        headers: dict[str, str] | None = None,
    ) -> Person:
        """Open a WebSocket as `name`, or with `token`; an empty one sends none."""
        token = self.token(name) if token is None else token
        sent = {"Authorization": f"Bearer {token}"} if token else {}
        ws = await self.http.ws_connect(
            f"{self.url}/v1/ws", protocols=protocols, headers={**sent, **(headers or {})}, max_msg_size=0
        )
        return Person(ws, f"users/{name}")

    async def join(self, name: str, *, room: int = 1, revision: int = 0, session: int = 1) -> Person:
        """Open a WebSocket and a session on it, and let collab put it into `room`."""
        person = await self.connect(name)
        await self.enter(person, room=room, revision=revision, session=session)
        return person

    async def enter(self, person: Person, *, room: int = 1, revision: int = 0, session: int = 1) -> int:
        """Open a session; return its number on the stream."""
        await person.send(open_frame(session, site=f"{person.subject.rpartition('/')[2]}-{session}"))
        number = (await self.collab.next("open")).session
        self.collab.say(opened(number, room, revision))
        assert (await person.frame("opened")).session == session
        return number


@asynccontextmanager
async def edge_world(
    signer: TokenSigner, verifier: TokenVerifier, *, development: bool = True, **settings: Any
) -> AsyncIterator[World]:
    """Run an edge and its services until the block ends; `settings` are the edge's."""
    collab, documents = ScriptedCollab(), RememberedDocuments()
    mounted = [
        Mounted(
            pb.DESCRIPTOR, "shoal.collab.v1.CollabService", lambda s: add_CollabServiceServicer_to_server(collab, s)
        ),
        Mounted(
            document_pb2.DESCRIPTOR,
            "shoal.document.v1.DocumentService",
            lambda s: add_DocumentServiceServicer_to_server(documents, s),
        ),
    ]
    async with AsyncExitStack() as stack:
        services = await stack.enter_async_context(AsyncExitStack())
        grpc_settings = GrpcSettings(port=0, shutdown_grace_s=0)
        server = await services.enter_async_context(serve(grpc_settings, verifier, mounted))
        port = int(server.address.rpartition(":")[2])

        async def restart() -> None:
            await services.aclose()
            again = GrpcSettings(port=port, shutdown_grace_s=0)
            await services.enter_async_context(serve(again, verifier, mounted))

        edge = await stack.enter_async_context(
            open_edge(
                EdgeSettings(port=0, collab_target=server.address, document_target=server.address, **settings),
                verifier,
                channels=Channels(OwnToken(signer, "services/edge"), grpc_settings),
                development_signer=signer if development else None,
            )
        )
        await collab.stream_opened()
        http = await stack.enter_async_context(aiohttp.ClientSession())
        yield World(edge, collab, documents, signer, http, restart, services.aclose)


async def until(holds: Callable[[], bool]) -> None:
    """Wait for something that has no event of its own."""
    async with asyncio.timeout(PATIENCE_S):
        while not holds():
            await asyncio.sleep(0.01)


def open_frame(session: int, *, document: str = "documents/notes", site: str = "s", token: str = "") -> pb.ClientFrame:
    return pb.ClientFrame(session=session, open=pb.Open(document=document, site=site, token=token))


def submit_frame(session: int, sequence: int = 1, text: str = "x") -> pb.ClientFrame:
    operation = operation_pb2.Operation(components=[operation_pb2.Component(insert=text)])
    return pb.ClientFrame(session=session, submit=pb.Submit(first_site_sequence=sequence, operations=[operation]))


def opened(number: int, room: int, revision: int, **more: Any) -> pb.ServerFrame:
    return pb.ServerFrame(session=number, opened=pb.Opened(room=room, revision=revision, **more))


def committed(room: int, *revisions: int, text: str = "x") -> pb.ServerFrame:
    operation = operation_pb2.Operation(components=[operation_pb2.Component(insert=text)])
    operations = [
        operation_pb2.CommittedOperation(revision=revision, site="s", operation=operation) for revision in revisions
    ]
    return pb.ServerFrame(room=room, committed=pb.Committed(operations=operations))
