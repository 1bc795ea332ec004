"""A gateway on a loopback port before a real gRPC server."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack

import aiohttp
import grpc
import pytest
from aiohttp import web

from edge.gateway.server import Gateway, GatewayOptions
from tests.integration.gateway import books as pb
from tests.integration.gateway.servicer import Books, serving

Serve = Callable[..., Awaitable[aiohttp.ClientSession]]


@pytest.fixture
async def books() -> Books:
    return Books()


@pytest.fixture
async def serve(books: Books) -> AsyncIterator[Serve]:
    """Starts a gateway with these options; returns a client of it."""
    async with AsyncExitStack() as stack:
        target = await stack.enter_async_context(serving(books))
        channel = await stack.enter_async_context(grpc.aio.insecure_channel(target))

        async def start(**options: object) -> aiohttp.ClientSession:
            gateway = Gateway(channel, GatewayOptions(**options))  # type: ignore[arg-type]
            gateway.add(pb.BINDINGS)
            app = web.Application()
            app.add_routes(gateway.routes())
            runner = web.AppRunner(app, shutdown_timeout=1)
            await runner.setup()
            stack.push_async_callback(runner.cleanup)
            site = web.TCPSite(runner, "127.0.0.1", 0)
            await site.start()
            port = runner.addresses[0][1]
            client = aiohttp.ClientSession(f"http://127.0.0.1:{port}", skip_auto_headers=["Content-Type"])
            return await stack.enter_async_context(client)

        yield start


@pytest.fixture
async def client(serve: Serve) -> aiohttp.ClientSession:
    return await serve()
