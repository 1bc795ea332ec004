"""The document and the project service as in a deployment, each behind its own gRPC server, and their callers."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import grpc

from mesh.channels import Channels
from mesh.database import Pool, open_pool
from mesh.faults import Reason, from_rpc_error
from mesh.grpc_server import serve
from mesh.identity import OwnToken, TokenSigner, TokenVerifier
from mesh.permission_cache import CachedPermissions, PermissionSettings, following_permissions
from mesh.permission_client import PermissionClient
from mesh.settings import GrpcSettings
from services.document.app import DocumentServiceApp, open_document_service
from services.document.documents.places import Register
from services.document.documents.register_client import RegisterClient
from services.document.settings import DocumentSettings
from shoal.document.v1 import (
    document_pb2,
    document_pb2_grpc,
    event_pb2,
    event_pb2_grpc,
    history_pb2,
    history_pb2_grpc,
    maintenance_pb2,
    maintenance_pb2_grpc,
    operation_log_pb2,
    operation_log_pb2_grpc,
    search_pb2,
    search_pb2_grpc,
    version_pb2,
    version_pb2_grpc,
)
from tests.integration.project.world import Caller, World, running_world

CONTRACTS: tuple[tuple[Any, list[Any]], ...] = (
    (document_pb2, [document_pb2_grpc.DocumentServiceStub]),
    (history_pb2, [history_pb2_grpc.HistoryServiceStub]),
    (version_pb2, [version_pb2_grpc.VersionServiceStub]),
    (search_pb2, [search_pb2_grpc.SearchServiceStub]),
    (maintenance_pb2, [maintenance_pb2_grpc.MaintenanceServiceStub]),
    (operation_log_pb2, [operation_log_pb2_grpc.OperationLogServiceStub]),
    (event_pb2, [event_pb2_grpc.EventServiceStub]),
)
PATIENCE_S = 10.0


class Reader:
    """The document contracts as somebody sees them: `reader.GetDocument(name=...)`."""

    def __init__(self, channel: grpc.aio.Channel, subject: str, token: str) -> None:
        self.subject, self.metadata = subject, (("authorization", f"Bearer {token}"),)
        self._rpcs: dict[str, Any] = {}
        for contract, stubs in CONTRACTS:
            for stub in stubs:
                made = stub(channel)
                for name in vars(made):
                    self._rpcs[name] = (getattr(made, name), getattr(contract, f"{name}Request"))

    def __getattr__(self, rpc: str) -> Any:
        method, request = self._rpcs[rpc]

        def call(message: Any = None, **fields: Any) -> Any:
            if isinstance(method, grpc.aio.StreamUnaryMultiCallable):
                return method(iter([message or request(**fields)]), metadata=self.metadata)
            return method(message if message is not None else request(**fields), metadata=self.metadata)

        return call

    async def create(self, document_id: str = "", **document: Any) -> str:
        made = await self.CreateDocument(
            document=document, document_id=document_id, source={"format": document_pb2.CONTENT_FORMAT_TEXT, "text": "x"}
        )
        return str(made.document.name)

    async def listed(self, filter_: str = "", **more: Any) -> set[str]:
        page = await self.ListDocuments(filter=filter_, page_size=1000, **more)
        return {each.name for each in page.documents}

    async def found(self, query: str) -> set[str]:
        return {each.document.name for each in (await self.SearchDocuments(query=query, page_size=100)).results}

    async def watched(self) -> set[str]:
        """All that a new watcher is told at first."""
        call, names = self.WatchDocuments(), set()
        while True:
            message = await call.read()
            names |= {each.name for each in message.documents}
            if message.caught_up:
                call.cancel()
                return names


@dataclass
class Shared:
    """Both services, running; `projects` is the one, `app` the other with what it keeps of permissions."""

    projects: World
    app: DocumentServiceApp
    permissions: CachedPermissions
    pool: Pool
    channel: grpc.aio.Channel
    signer: TokenSigner

    def person(self, subject: str, **claims: object) -> Caller:
        return self.projects.caller(subject, **claims)

    def reader(self, subject: str, **claims: object) -> Reader:
        return Reader(self.channel, subject, self.signer.sign(subject, lifetime_s=3600, claims=claims))

    async def untold(self) -> int:
        found: int = await self.pool.fetchval("SELECT count(*) FROM document.documents WHERE NOT place_told")
        return found


@asynccontextmanager
async def running_shared(
    database_url: str,
    signer: TokenSigner,
    verifier: TokenVerifier,
    *,
    register: Callable[[Register], Register] = lambda real: real,
    documents: DocumentSettings | None = None,
    **projects: Any,
) -> AsyncIterator[Shared]:
    """Run both; `register` may stand between the document service and the real register."""
    settings = documents or DocumentSettings(tell_places_s=0.05, watch_interval_s=0.05, outbox_poll_s=0.05)
    async with running_world(database_url, signer, verifier, **projects) as world:
        channels = Channels(OwnToken(signer, "services/document"))
        async with (
            channels.open(world.address, for_callers=False) as asking,
            following_permissions(PermissionClient(asking, 2.0), PermissionSettings()) as permissions,
            open_pool(database_url, max_size=20) as pool,
            open_document_service(
                settings,
                pool,
                channels=channels,
                collab_target=lambda: "127.0.0.1:1",
                register=register(RegisterClient(asking)),
                permissions=permissions,
            ) as app,
            serve(
                GrpcSettings(port=0, shutdown_grace_s=0.2),
                verifier,
                [*app.mounted, app.mounted_log, app.mounted_events],
                permissions,
            ) as server,
            grpc.aio.insecure_channel(server.address) as channel,
        ):
            await eventually(lambda: _true(permissions.is_following))
            yield Shared(world, app, permissions, pool, channel, signer)


async def _true(value: bool) -> bool:
    return value


async def outcome(call: Any) -> str:
    """OK, or the end of the reason's name."""
    try:
        await (call.read() if hasattr(call, "read") else call)
    except grpc.aio.AioRpcError as error:
        return Reason.Name(from_rpc_error(error).reason).removeprefix("ERROR_REASON_")
    finally:
        if hasattr(call, "read"):
            call.cancel()
    return "OK"


async def eventually(holds: Callable[[], Awaitable[bool]]) -> float:
    """Wait until something holds; returns after how many seconds. What tells of it is what is asked here."""
    began = time.monotonic()
    async with asyncio.timeout(PATIENCE_S):
        while not await holds():
            await asyncio.sleep(0.005)
    return time.monotonic() - began
