"""One service with its server and its way to the others: the composition roots of `shoal serve`.

Reads settings; each function starts one service and yields the host:port it listens on. What cannot start raises
Failed; what ends, ends as in `shoal up`. Whom the service believes, and as whom it calls, stands in cli/proof.py.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import grpc

from cli.composition import database_pool
from cli.proof import open_proof, settings_failures
from edge.app import open_edge
from edge.settings import EdgeSettings
from mesh.grpc_server import serve
from mesh.permission_cache import CachedPermissions, PermissionSettings, following_permissions
from mesh.permission_client import PermissionClient
from mesh.settings import GrpcSettings
from services.collab.app import open_collab
from services.collab.log_client import LogClient
from services.collab.settings import CollabSettings
from services.document.app import open_document_service
from services.document.documents.register_client import RegisterClient
from services.document.settings import DocumentSettings
from services.project.activities.sources import read_events_over
from services.project.app import open_project_service
from services.project.notifications.collab import deliver_over
from services.project.settings import ProjectSettings


@asynccontextmanager
async def open_document_alone() -> AsyncIterator[str]:
    """Run the document service, with the log for the other services."""
    async with AsyncExitStack() as stack:
        with settings_failures():
            settings, grpc_settings = DocumentSettings(), GrpcSettings()
            proof = await stack.enter_async_context(open_proof("document", grpc_settings.host))
            url = settings.database_url.get_secret_value()
            pool = await stack.enter_async_context(database_pool(url, settings, "document"))
            channel = await stack.enter_async_context(proof.channels.open(settings.project_target, for_callers=False))
            permissions = await stack.enter_async_context(_permissions(channel))
            document = await stack.enter_async_context(
                open_document_service(
                    settings,
                    pool,
                    channels=proof.channels,
                    register=RegisterClient(channel),
                    permissions=permissions,
                )
            )
            mounted = [*document.mounted, document.mounted_log, document.mounted_events]
            server = await stack.enter_async_context(
                serve(grpc_settings, proof.verifier, mounted, permissions, tls=proof.tls)
            )
            stack.push_async_callback(server.drain)
        yield server.address


@asynccontextmanager
async def open_project_alone() -> AsyncIterator[str]:
    """Run the project service: who may do what, and the register of documents, for the other services."""
    async with AsyncExitStack() as stack:
        with settings_failures():
            settings, grpc_settings = ProjectSettings(), GrpcSettings()
            proof = await stack.enter_async_context(open_proof("project", grpc_settings.host))
            url = settings.database_url.get_secret_value()
            pool = await stack.enter_async_context(database_pool(url, settings, "project"))
            documents = await stack.enter_async_context(
                proof.channels.open(settings.document_target, for_callers=False)
            )
            collab = await stack.enter_async_context(proof.channels.open(settings.collab_target, for_callers=False))
            project = await stack.enter_async_context(
                open_project_service(
                    settings, pool, read_events=read_events_over(documents), deliver=deliver_over([collab])
                )
            )
            server = await stack.enter_async_context(
                serve(grpc_settings, proof.verifier, project.mounted, project.guard, tls=proof.tls)
            )
            stack.push_async_callback(server.drain)
        yield server.address


@asynccontextmanager
async def open_collab_alone() -> AsyncIterator[str]:
    """Run collab on a log that is elsewhere."""
    async with AsyncExitStack() as stack:
        with settings_failures():
            settings, grpc_settings = CollabSettings(), GrpcSettings()
            proof = await stack.enter_async_context(open_proof("collab", grpc_settings.host))
            channel = await stack.enter_async_context(proof.channels.open(settings.log_target, for_callers=False))
            log = await stack.enter_async_context(_running(LogClient(channel)))
            asking = await stack.enter_async_context(proof.channels.open(settings.project_target, for_callers=False))
            permissions = await stack.enter_async_context(_permissions(asking))
            collab = await stack.enter_async_context(open_collab(settings, log, proof.verifier, permissions))
            server = await stack.enter_async_context(
                serve(grpc_settings, proof.verifier, [collab.mounted], permissions, tls=proof.tls)
            )
            stack.push_async_callback(collab.drain)
            stack.push_async_callback(server.drain)
        yield server.address


@asynccontextmanager
async def open_edge_alone() -> AsyncIterator[str]:
    """Run an edge; users bring tokens of their identity provider."""
    async with AsyncExitStack() as stack:
        with settings_failures():
            settings = EdgeSettings()
            proof = await stack.enter_async_context(open_proof("edge", settings.host))
            edge = await stack.enter_async_context(open_edge(settings, proof.verifier, channels=proof.channels))
        yield edge.address


@asynccontextmanager
async def _permissions(channel: grpc.aio.Channel) -> AsyncIterator[CachedPermissions]:
    """Keep what the project service at the other end says. One that is away now is asked again."""
    settings = PermissionSettings()
    async with following_permissions(PermissionClient(channel, settings.timeout_s), settings) as permissions:
        yield permissions


@asynccontextmanager
async def _running(log: LogClient) -> AsyncIterator[LogClient]:
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(log.run())
        try:
            yield log
        finally:
            running.cancel()
