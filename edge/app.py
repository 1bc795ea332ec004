"""Composition of the edge: the only place here that constructs.

Start is one `async with`; its unwinding is: not ready, sockets told to move and closed, the stream ended.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import grpc
from aiohttp import web

from edge.cross_origin import CrossOrigin
from edge.handshake import Doorkeeper
from edge.health import Health
from edge.pages import Pages
from edge.relay import Relay
from edge.request_ids import say_request_id, with_request_id
from edge.rest import rest_routes
from edge.settings import EdgeSettings
from edge.sign_in import SignIn
from edge.sign_in.by_provider import ProviderSignIn
from edge.sign_in.provider import Provider
from edge.sockets import Sockets
from edge.status import faults_as_status
from mesh.channels import Channels
from mesh.identity import TokenSigner, TokenVerifier
from mesh.identity.fetch import open_session
from mesh.loopback import is_loopback

_SHUTDOWN_S = 5.0


@dataclass(frozen=True, slots=True)
class RunningEdge:
    """An edge that listens; `address` is host:port."""

    address: str
    sockets: Sockets
    relay: Relay
    health: Health

    async def drain(self) -> None:
        """Be not ready, and send everybody away."""
        self.health.draining = True
        await self.sockets.drain()


@asynccontextmanager
async def open_edge(
    settings: EdgeSettings,
    verifier: TokenVerifier,
    *,
    channels: Channels,
    development_signer: TokenSigner | None = None,
) -> AsyncIterator[RunningEdge]:
    """Serve browsers until the block ends. With `development_signer`, whoever gives a name is signed in.

    `channels` are this edge's own, to the services. Raises OSError when the address is taken,
    ValueError when `development_signer` would sign for others than this machine.
    """
    if development_signer is not None and not is_loopback(settings.host):
        raise ValueError(f"development sign-in is for loopback addresses, not for {settings.host}")
    # It would log what subprotocols were offered, and a token may be one of them.
    logging.getLogger("aiohttp.websocket").setLevel(logging.ERROR)
    doorkeeper = Doorkeeper(verifier, settings.allowed_origins)
    async with (
        # The stream is one for all sockets; who each session is for stands in its Open.
        channels.open(settings.collab_target, for_callers=False) as stream,
        channels.open(settings.collab_target) as collab,
        channels.open(settings.document_target) as documents,
        channels.open(settings.project_target) as projects,
        _provider(settings, doorkeeper) as provider,
    ):
        relay = Relay(stream, settings)
        sockets = Sockets(relay, doorkeeper, settings)
        health = Health(relay, sockets, {"collab": collab, "document": documents})
        pages = Pages(settings.web_root, settings.openapi_document, offline=settings.offline)
        cross_origin = CrossOrigin(doorkeeper)
        app = web.Application(
            middlewares=[
                health.measure,
                with_request_id,
                cross_origin.answer_preflight,
                faults_as_status,
                pages.missing,
            ]
        )
        app.on_response_prepare.extend((say_request_id, cross_origin.allow))
        app.add_routes([web.get("/v1/ws", sockets.connect), *health.routes()])
        app.add_routes(SignIn(doorkeeper, development_signer, settings, provider).routes())
        app.add_routes(rest_routes(_by_package(collab, documents, projects), doorkeeper))
        app.add_routes(pages.routes())
        async with _tasks(relay, settings), _listening(app, settings) as address:
            edge = RunningEdge(address, sockets, relay, health)
            try:
                yield edge
            finally:
                await edge.drain()


@asynccontextmanager
async def _provider(settings: EdgeSettings, doorkeeper: Doorkeeper) -> AsyncIterator[ProviderSignIn | None]:
    if settings.sign_in is None:
        yield None
        return
    async with open_session() as http:
        yield ProviderSignIn(settings.sign_in, Provider(settings.sign_in, http), doorkeeper)


def _by_package(
    collab: grpc.aio.Channel, documents: grpc.aio.Channel, projects: grpc.aio.Channel
) -> dict[str, grpc.aio.Channel]:
    return {"shoal.collab.v1": collab, "shoal.document.v1": documents, "shoal.project.v1": projects}


@asynccontextmanager
async def _tasks(relay: Relay, settings: EdgeSettings) -> AsyncIterator[None]:
    async def keep_listed() -> None:
        while True:
            await asyncio.sleep(settings.relay_ping_s)
            relay.ping()

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(each) for each in (relay.run(), relay.watch_laggards(), keep_listed())]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()


@asynccontextmanager
async def _listening(app: web.Application, settings: EdgeSettings) -> AsyncIterator[str]:
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=_SHUTDOWN_S)
    await runner.setup()
    try:
        site = web.TCPSite(runner, settings.host, settings.port)
        await site.start()
        host, port = runner.addresses[0][:2]
        yield f"{host}:{port}"
    finally:
        await runner.cleanup()
