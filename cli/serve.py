"""`shoal serve`: one service alone, from its settings, as in a deployment.

Owns the composition of a service with its server and its way to the others. Everything is set by SHOAL_... variables.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, contextmanager
from enum import StrEnum
from typing import Annotated

import grpc
import typer
from pydantic import ValidationError

from cli.errors import Failed
from cli.run import run
from mesh.identity import TokenSigner, TokenVerifier


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


@asynccontextmanager
async def _open_collab() -> AsyncIterator[str]:
    from cli.composition import service_token, startup_failures
    from mesh.grpc_server import channel_options
    from mesh.grpc_server import serve as serve_grpc
    from mesh.settings import GrpcSettings
    from services.collab.app import open_collab
    from services.collab.log_client import LogClient
    from services.collab.settings import CollabSettings

    async with AsyncExitStack() as stack:
        with startup_failures(), _settings_failures():
            settings, grpc_settings = CollabSettings(), GrpcSettings()
            verifier, signer = _verifier(), _signer()
            channel = grpc.aio.insecure_channel(settings.log_target, channel_options(grpc_settings))
            await stack.enter_async_context(channel)
            log = LogClient(channel, lambda: service_token(signer, "collab"))
            tasks = await stack.enter_async_context(asyncio.TaskGroup())
            stack.callback(tasks.create_task(log.run()).cancel)
            app = await stack.enter_async_context(open_collab(settings, log, verifier))
            server = await stack.enter_async_context(serve_grpc(grpc_settings, verifier, [app.mounted]))
            stack.push_async_callback(app.drain)
            stack.push_async_callback(server.drain)
        yield server.address


@asynccontextmanager
async def _open_edge() -> AsyncIterator[str]:
    from cli.composition import service_token, startup_failures
    from edge.app import open_edge
    from edge.settings import EdgeSettings
    from mesh.settings import GrpcSettings

    async with AsyncExitStack() as stack:
        with startup_failures(), _settings_failures():
            signer = _signer()
            opened = open_edge(
                EdgeSettings(),
                _verifier(),
                grpc_settings=GrpcSettings(),
                service_token=lambda: service_token(signer, "edge"),
            )
            edge = await stack.enter_async_context(opened)
        yield edge.address


def _verifier() -> TokenVerifier:
    from mesh.settings import IdentitySettings

    settings = IdentitySettings()  # type: ignore[call-arg]  # its fields come from the environment
    return TokenVerifier.from_file(
        settings.jwks, issuer=settings.issuer, audience=settings.audience, leeway_s=settings.leeway_s
    )


def _signer() -> TokenSigner:
    from cli.settings import ServiceIdentitySettings
    from mesh.settings import IdentitySettings

    key = ServiceIdentitySettings().key  # type: ignore[call-arg]  # likewise
    identity = IdentitySettings()  # type: ignore[call-arg]  # likewise
    return TokenSigner.open(key, issuer=identity.issuer, audience=identity.audience)


@contextmanager
def _settings_failures() -> Iterator[None]:
    """Turn settings that are missing or wrong into Failed, naming each."""
    try:
        yield
    except ValidationError as error:
        wrong = "; ".join(f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors())
        raise Failed(f"{error.title}: {wrong}") from error
