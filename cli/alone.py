"""One service with its server and its way to the others: the composition roots of `shoal serve`.

Reads settings; each function starts one service and yields the host:port it listens on. What cannot start raises
Failed; what ends, ends as in `shoal up`.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager

import grpc
from pydantic import ValidationError

from cli.composition import database_pool, service_token, startup_failures
from cli.errors import Failed
from cli.settings import ServiceIdentitySettings
from edge.app import open_edge
from edge.settings import EdgeSettings
from mesh.grpc_server import channel_options, serve
from mesh.identity import TokenSigner, TokenVerifier
from mesh.settings import GrpcSettings, IdentitySettings
from services.collab.app import open_collab
from services.collab.log_client import LogClient
from services.collab.settings import CollabSettings
from services.document.app import open_document_service
from services.document.settings import DocumentSettings


@asynccontextmanager
async def open_document_alone() -> AsyncIterator[str]:
    """Run the document service, with the log for the other services."""
    async with AsyncExitStack() as stack:
        with _failures():
            settings, verifier = DocumentSettings(), _verifier()
            pool = await stack.enter_async_context(database_pool(settings.database_url.get_secret_value(), settings))
            document = await stack.enter_async_context(open_document_service(settings, pool))
            mounted = [*document.mounted, document.mounted_log]
            server = await stack.enter_async_context(serve(GrpcSettings(), verifier, mounted))
            stack.push_async_callback(server.drain)
        yield server.address


@asynccontextmanager
async def open_collab_alone() -> AsyncIterator[str]:
    """Run collab on a log that is elsewhere."""
    async with AsyncExitStack() as stack:
        with _failures():
            settings, grpc_settings, verifier = CollabSettings(), GrpcSettings(), _verifier()
            channel = await stack.enter_async_context(
                grpc.aio.insecure_channel(settings.log_target, channel_options(grpc_settings))
            )
            log = await stack.enter_async_context(_running(LogClient(channel, _own_token("collab"))))
            collab = await stack.enter_async_context(open_collab(settings, log, verifier))
            server = await stack.enter_async_context(serve(grpc_settings, verifier, [collab.mounted]))
            stack.push_async_callback(collab.drain)
            stack.push_async_callback(server.drain)
        yield server.address


@asynccontextmanager
async def open_edge_alone() -> AsyncIterator[str]:
    """Run an edge; users bring tokens of their identity provider."""
    async with AsyncExitStack() as stack:
        with _failures():
            edge = await stack.enter_async_context(
                open_edge(EdgeSettings(), _verifier(), grpc_settings=GrpcSettings(), service_token=_own_token("edge"))
            )
        yield edge.address


def _verifier() -> TokenVerifier:
    identity = IdentitySettings()
    return TokenVerifier.from_file(
        identity.jwks, issuer=identity.issuer, audience=identity.audience, leeway_s=identity.leeway_s
    )


def _own_token(service: str) -> Callable[[], str]:
    """Return what makes this service's tokens. The key must be there: one made here would be believed by nobody."""
    path, identity = ServiceIdentitySettings().key, IdentitySettings()
    if not path.is_file():
        raise Failed(f"SHOAL_SERVICE_KEY: there is no key at {path}")
    signer = TokenSigner.open(path, issuer=identity.issuer, audience=identity.audience)
    return lambda: service_token(signer, service)


@asynccontextmanager
async def _running(log: LogClient) -> AsyncIterator[LogClient]:
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(log.run())
        try:
            yield log
        finally:
            running.cancel()


@contextmanager
def _failures() -> Iterator[None]:
    """Turn settings that are missing or wrong, and whatever else can be mended from outside, into Failed."""
    try:
        with startup_failures():
            yield
    except ValidationError as error:
        first = error.errors()[0]
        prefix = {IdentitySettings.__name__: "SHOAL_TOKEN_", ServiceIdentitySettings.__name__: "SHOAL_SERVICE_"}
        name = prefix.get(error.title, "SHOAL_") + "_".join(map(str, first["loc"])).upper()
        raise Failed(f"{name}: {first['msg']}") from error
    except json.JSONDecodeError as error:
        raise Failed(f"a key file is not JSON: {error}") from error
