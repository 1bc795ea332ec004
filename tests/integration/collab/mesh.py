"""A mesh in one process on a real PostgreSQL, and people who edit through real gRPC streams.

The log is reached directly or, with `over_grpc`, through a gRPC server and its client, as between machines.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import grpc

from mesh.authorization import LivePermissions
from mesh.channels import Channels
from mesh.database import Pool, open_pool
from mesh.grpc_server import serve
from mesh.identity import Identity, OwnToken, TokenSigner, TokenVerifier
from mesh.settings import GrpcSettings
from mesh.wire import document_from_parts, operation_from_proto, operation_to_proto
from ot.client import Client
from ot.document import Document
from ot.operation import Operation
from services.collab.app import CollabApp, open_collab
from services.collab.log_client import LogClient
from services.collab.rights import EVERYTHING, Right
from services.collab.settings import CollabSettings
from services.document.app import DocumentServiceApp, open_document_service
from services.document.settings import DocumentSettings
from shoal.collab.v1 import collab_pb2 as pb
from shoal.collab.v1.collab_pb2_grpc import CollabServiceStub
from shoal.document.v1 import document_pb2
from shoal.document.v1.document_pb2_grpc import DocumentServiceStub
from shoal.options.v1.options_pb2 import PERMISSION_DOCUMENT_READ

PATIENCE_S = 20.0


def anything(subject: str = "users/ada") -> Right:
    """Return the right to do all on some document, for ever."""
    identity = Identity(subject, "Ada", 1e12)
    return Right(identity, "documents/d", PERMISSION_DOCUMENT_READ, allowed=EVERYTHING, in_doubt=False)


class Person:
    """One client: a session on a stream of its own, with the pure state machine behind it."""

    def __init__(self, mesh: RunningMesh, name: str, document: str, site: str) -> None:
        self.mesh, self.name, self.document, self.site = mesh, name, document, site
        self.client = Client(0, Document(), site=site)
        self.is_raw = False
        """Sends flights by hand: the state machine is left out."""
        self.frames: list[pb.ServerFrame] = []
        self._arrived = asyncio.Event()
        self._reader: asyncio.Task[None] | None = None
        self._call: Any = None
        self.stack = AsyncExitStack()

    @property
    def text(self) -> str:
        assert self.client.document is not None
        return self.client.document.text()

    async def connect(self, *, token: str = "") -> None:
        channel = await self.stack.enter_async_context(grpc.aio.insecure_channel(self.mesh.address))
        metadata = (("authorization", f"Bearer {token}"),) if token else self.mesh.metadata(self.name)
        self._call = CollabServiceStub(channel).Collaborate(metadata=metadata)
        self._reader = asyncio.create_task(self._read())

    async def open(self, *, after_revision: int | None = None, pending: bool = False, **more: Any) -> pb.Opened:
        after = self.client.revision if after_revision is None else after_revision
        await self.send(
            open=pb.Open(document=self.document, site=self.site, after_revision=after, pending=pending, **more)
        )
        return (await self.frame("opened")).opened

    async def send(self, session: int = 1, **frame: Any) -> None:
        await self._call.write(pb.CollaborateRequest(frames=[pb.ClientFrame(session=session, **frame)]))

    async def fly(self) -> bool:
        """Send what is typed as one flight; False when there is nothing, or one is outstanding."""
        flight = self.client.take_flight(500)
        if flight is not None:
            await self.submit(flight.base_revision, flight.first_site_sequence, *flight.operations)
        return flight is not None

    async def resend(self) -> None:
        flight = self.client.resend()
        if flight is not None:
            await self.submit(flight.base_revision, flight.first_site_sequence, *flight.operations)

    async def submit(self, base_revision: int, first_site_sequence: int, *operations: Operation) -> None:
        await self.send(
            submit=pb.Submit(
                base_revision=base_revision,
                first_site_sequence=first_site_sequence,
                operations=[operation_to_proto(each) for each in operations],
            )
        )

    async def frame(self, kind: str) -> pb.ServerFrame:
        """Return the next frame of a kind, which is then used up."""
        async with asyncio.timeout(PATIENCE_S):
            while True:
                for index, frame in enumerate(self.frames):
                    if frame.WhichOneof("frame") == kind:
                        return self.frames.pop(index)
                self._arrived.clear()
                await self._arrived.wait()

    async def reach(self, revision: int) -> None:
        """Return when everything up to a revision is taken in."""
        async with asyncio.timeout(PATIENCE_S):
            while self.client.revision < revision:
                self._arrived.clear()
                await self._arrived.wait()

    async def synchronised(self) -> None:
        """Return when everything typed is acknowledged; sends what is still to be sent."""
        async with asyncio.timeout(PATIENCE_S):
            while self.client.pending:
                self._arrived.clear()
                if not await self.fly():
                    await self._arrived.wait()

    async def disconnect(self) -> None:
        """Lose the connection, as a network does."""
        if self._reader is not None:
            self._reader.cancel()
            await asyncio.gather(self._reader, return_exceptions=True)
        self._call.cancel()
        await self.stack.aclose()
        self.stack = AsyncExitStack()
        self.frames.clear()

    async def _read(self) -> None:
        while isinstance(response := await self._call.read(), pb.CollaborateResponse):
            for frame in response.frames:
                self._take(frame)
                self.frames.append(frame)
            self._arrived.set()

    def _take(self, frame: pb.ServerFrame) -> None:
        if self.is_raw:
            return
        match frame.WhichOneof("frame"):
            case "opened" if frame.opened.is_snapshot:
                opened = frame.opened
                content = document_from_parts([opened.content])
                self.client.replace_content(opened.revision, content, opened.last_site_sequence)
            case "opened":
                self._receive(frame.opened.operations)
            case "opened_more":
                self._receive(frame.opened_more.operations)
            case "committed":
                self._receive(frame.committed.operations)
            case "acknowledged":
                for offset, revision in enumerate(frame.acknowledged.revisions):
                    self.client.acknowledge(frame.acknowledged.first_site_sequence + offset, revision)

    def _receive(self, operations: Any) -> None:
        for each in operations:
            self.client.receive(each.revision, each.site, each.site_sequence, operation_from_proto(each.operation))


@dataclass
class RunningMesh:
    """Collab and document service, running; `address` serves both."""

    address: str
    signer: TokenSigner
    app: DocumentServiceApp
    collab: CollabApp
    pool: Pool
    people: list[Person] = field(default_factory=list)

    def metadata(self, name: str) -> tuple[tuple[str, str], ...]:
        return (("authorization", f"Bearer {self.signer.sign(f'users/{name}', name=name, lifetime_s=600)}"),)

    async def create(self, *, plain: bool = True, project: str = "") -> str:
        kind = document_pb2.DOCUMENT_TYPE_PLAIN_TEXT if plain else document_pb2.DOCUMENT_TYPE_RICH_TEXT
        async with grpc.aio.insecure_channel(self.address) as channel:
            request = document_pb2.CreateDocumentRequest(
                document=document_pb2.Document(title="Notes", type=kind, project=project)
            )
            response = await DocumentServiceStub(channel).CreateDocument(request, metadata=self.metadata("creator"))
        return str(response.document.name)

    async def stored_text(self, document: str, revision: int | None = None) -> str:
        request = document_pb2.GetContentRequest(
            name=document, revision=revision, format=document_pb2.CONTENT_FORMAT_TEXT
        )
        async with grpc.aio.insecure_channel(self.address) as channel:
            call = DocumentServiceStub(channel).GetContent(request, metadata=self.metadata("reader"))
            return "".join([part.text async for part in call])

    async def join(
        self, document: str, name: str, site: str | None = None, *, raw: bool = False, **more: Any
    ) -> Person:
        person = Person(self, name, document, site or f"site-{name}")
        person.is_raw = raw
        self.people.append(person)
        await person.connect()
        await person.open(**more)
        return person


@asynccontextmanager
async def running_mesh(
    database_url: str,
    signer: TokenSigner,
    verifier: TokenVerifier,
    *,
    over_grpc: bool = False,
    collab_settings: CollabSettings | None = None,
    document_settings: DocumentSettings | None = None,
    permissions: LivePermissions | None = None,
    clock: Callable[[], float] = time.time,
    around_log: Callable[[Any], Any] = lambda log: log,
) -> AsyncIterator[RunningMesh]:
    """Run the mesh until the block ends, orderly.

    `permissions` are collab's; `around_log` puts something between it and its log.
    """
    async with AsyncExitStack() as stack:
        enter = stack.enter_async_context
        pool = await enter(open_pool(database_url, max_size=10))
        settings = document_settings or DocumentSettings()
        own = Channels(OwnToken(signer, "services/document"))
        app = await enter(open_document_service(settings, pool, channels=own, collab_target=lambda: server.address))
        log: Any = app.log
        if over_grpc:
            log_server = await enter(serve(GrpcSettings(port=0), verifier, [app.mounted_log]))
            channels = Channels(OwnToken(signer, "services/collab"))
            log = LogClient(await enter(channels.open(log_server.address, for_callers=False)))
            tasks = await enter(asyncio.TaskGroup())
            stack.callback(tasks.create_task(log.run()).cancel)
        collab = await enter(
            open_collab(collab_settings or CollabSettings(), around_log(log), verifier, permissions, clock=clock)
        )
        mounted = [*app.mounted, collab.mounted]
        server = await enter(serve(GrpcSettings(port=0, shutdown_grace_s=0.2), verifier, mounted))
        mesh = RunningMesh(server.address, signer, app, collab, pool)
        try:
            yield mesh
        finally:
            for person in mesh.people:
                await person.disconnect()
