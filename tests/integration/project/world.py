"""A project service on a real PostgreSQL behind its own gRPC server, and people who call it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import grpc
import pytest

from mesh.database import Pool, open_pool
from mesh.faults import Fault, Reason, from_rpc_error
from mesh.grpc_server import serve
from mesh.identity import SERVICE_AUDIENCE, TokenSigner, TokenVerifier
from mesh.settings import GrpcSettings
from services.project.activities.sources import ReadEvents
from services.project.app import ProjectServiceApp, open_project_service
from services.project.notifications.delivery import Deliver
from services.project.settings import ProjectSettings
from shoal.options.v1 import options_pb2
from shoal.project.v1 import access_pb2 as access
from shoal.project.v1 import (
    access_pb2_grpc,
    activity_pb2,
    activity_pb2_grpc,
    audit_pb2_grpc,
    notification_pb2,
    notification_pb2_grpc,
    organization_pb2_grpc,
    permission_pb2_grpc,
    project_pb2_grpc,
    resource_pb2,
    resource_pb2_grpc,
)
from shoal.project.v1 import audit_pb2 as audit
from shoal.project.v1 import organization_pb2 as organization
from shoal.project.v1 import permission_pb2 as permission
from shoal.project.v1 import project_pb2 as project

P = options_pb2
VIEWER, COMMENTER, EDITOR, ADMIN, OWNER = range(1, 6)


class Clock:
    """The true time, and what it was turned by."""

    def __init__(self) -> None:
        self.turned = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.turned

    def turn(self, **by: float) -> None:
        self.turned += timedelta(**by)


class Caller:
    """All services of the contract as somebody sees them: `caller.GetProject(name=...)`."""

    def __init__(self, channel: grpc.aio.Channel, subject: str, token: str) -> None:
        self.subject = subject
        self._metadata = (("authorization", f"Bearer {token}"),) if token else ()
        self._rpcs: dict[str, Any] = {}
        for contract, stubs in (
            (organization, [organization_pb2_grpc.OrganizationServiceStub]),
            (project, [project_pb2_grpc.ProjectServiceStub]),
            (access, [access_pb2_grpc.AccessServiceStub]),
            (permission, [permission_pb2_grpc.PermissionServiceStub]),
            (audit, [audit_pb2_grpc.AuditServiceStub]),
            (resource_pb2, [resource_pb2_grpc.ResourceServiceStub]),
            (activity_pb2, [activity_pb2_grpc.ActivityServiceStub]),
            (notification_pb2, [notification_pb2_grpc.NotificationServiceStub]),
        ):
            for stub in stubs:
                made: Any = stub(channel)  # type: ignore[operator]
                for name in vars(made):
                    self._rpcs[name] = (getattr(made, name), getattr(contract, f"{name}Request"))

    def __getattr__(self, rpc: str) -> Any:
        method, request = self._rpcs[rpc]

        def call(message: Any = None, **fields: Any) -> Any:
            return method(message if message is not None else request(**fields), metadata=self._metadata)

        return call

    async def organization(self, organization_id: str = "", title: str = "Acme") -> str:
        made = await self.CreateOrganization(
            organization=organization.Organization(title=title), organization_id=organization_id
        )
        return str(made.organization.name)

    async def project(self, of: str = "", project_id: str = "", title: str = "Plans") -> str:
        wanted = project.Project(title=title, organization=of)
        return str((await self.CreateProject(project=wanted, project_id=project_id)).project.name)

    async def folder(self, parent: str, folder_id: str = "", title: str = "Drafts") -> str:
        made = await self.CreateFolder(parent=parent, folder=project.Folder(title=title), folder_id=folder_id)
        return str(made.folder.name)

    async def grant(self, resource: str, to: str | access.Principal, role: int = 0, **more: Any) -> access.Grant:
        principal = access.Principal(user=to) if isinstance(to, str) else to
        made = await self.SetGrant(resource=resource, principal=principal, role=role, **more)
        assert isinstance(made.grant, access.Grant)
        return made.grant

    async def may(self, resource: str, asked: int = P.PERMISSION_DOCUMENT_READ) -> bool:
        return bool((await self.CheckPermission(resource=resource, permission=asked)).answer.allowed)


class World:
    """The service, running, and who calls it."""

    def __init__(
        self,
        database_url: str,
        app: ProjectServiceApp,
        pool: Pool,
        channel: grpc.aio.Channel,
        signer: TokenSigner,
        clock: Clock,
        address: str,
    ) -> None:
        self.database_url, self.app, self.pool, self.clock = database_url, app, pool, clock
        self.address = address
        self._channel, self._signer = channel, signer

    def caller(self, subject: str, **claims: object) -> Caller:
        return Caller(self._channel, subject, self._signer.sign(subject, lifetime_s=3600, claims=claims))

    def unsigned(self) -> Caller:
        return Caller(self._channel, "", "")

    def service(self, name: str = "services/document") -> Caller:
        token = self._signer.sign(name, lifetime_s=3600, audience=SERVICE_AUDIENCE)
        return Caller(self._channel, name, token)

    async def document(self, document_id: str, parent: str = "", actor: str = "ada", generation: int = 1) -> str:
        name = f"documents/{document_id}"
        await self.service().PutDocument(document=name, parent=parent, actor=actor, generation=generation)
        return name


@asynccontextmanager
async def running_world(
    database_url: str,
    signer: TokenSigner,
    verifier: TokenVerifier,
    read_events: ReadEvents | None = None,
    deliver: Deliver | None = None,
    **settings: Any,
) -> AsyncIterator[World]:
    clock = Clock()
    async with (
        open_pool(database_url, max_size=20) as pool,
        open_project_service(ProjectSettings(**settings), pool, clock, read_events=read_events, deliver=deliver) as app,
        serve(GrpcSettings(port=0, shutdown_grace_s=0.2), verifier, app.mounted, app.guard) as server,
        grpc.aio.insecure_channel(server.address) as channel,
    ):
        yield World(database_url, app, pool, channel, signer, clock, server.address)


async def fault_of(call: Any) -> Fault:
    with pytest.raises(grpc.aio.AioRpcError) as raised:
        await call
    return from_rpc_error(raised.value)


async def reason_of(call: Any) -> str:
    """Why a call was refused, as the end of its reason's name."""
    return Reason.Name((await fault_of(call)).reason).removeprefix("ERROR_REASON_")
