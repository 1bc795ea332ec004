"""`shoal serve`: one service alone, from its settings, as in a deployment.

Owns the composition of a service with its server and its way to the others. Everything is set by SHOAL_... variables.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from enum import StrEnum
from typing import Annotated

import grpc
import typer
from pydantic import ValidationError

from cli.errors import Failed
from cli.run import run


class Service(StrEnum):
    """What can run alone."""

    COLLAB = "collab"
    DOCUMENT = "document"
    PROJECT = "project"
    AI = "ai"
    EDGE = "edge"


def serve(service: Annotated[Service, typer.Argument(help="Which one.")]) -> None:
    """Run one service from its settings (environment variables SHOAL_...), until SIGTERM."""
    from cli.logs import configure_logs

    openers: dict[Service, Callable[[], AbstractAsyncContextManager[str]]] = {
        Service.COLLAB: _open_collab,
        Service.DOCUMENT: _open_document,
        Service.EDGE: _open_edge,
    }
    if service not in openers:
        raise Failed(f"the {service} service does not exist yet")
    configure_logs()
    run(_serve(service, openers[service]))


async def _serve(service: Service, open_service: Callable[[], AbstractAsyncContextManager[str]]) -> None:
    from cli.up import stop_requested

    with stop_requested() as stop:
        async with open_service() as address:
            print(f"Shoal {service} listens on {address}", flush=True)
            await stop.wait()


@asynccontextmanager
async def _open_document() -> AsyncIterator[str]:
    from cli.composition import database_pool, startup_failures
    from mesh.grpc_server import serve as serve_grpc
    from mesh.settings import GrpcSettings
    from services.document.app import open_document_service
    from services.document.settings import DocumentSettings

    async with AsyncExitStack() as stack:
        with startup_failures(), _settings_failures():
            settings, verifier = DocumentSettings(), _verifier()
            url = settings.database_url.get_secret_value()
            pool = await stack.enter_async_context(database_pool(url, settings))
            app = await stack.enter_async_context(open_document_service(settings, pool))
            mounted = [app.mounted, app.mounted_log]
            server = await stack.enter_async_context(serve_grpc(GrpcSettings(), verifier, mounted))
        yield server.address
