"""The page of the API, and the document it shows: served with headers that let nothing foreign in."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from edge.pages import Pages
from edge.settings import EdgeSettings

Client = TestClient[web.Request, web.Application]
Serve = Callable[[Path, Path], Awaitable[Client]]


@pytest.fixture
async def serve() -> AsyncIterator[Serve]:
    async with AsyncExitStack() as stack:

        async def serving(root: Path, document: Path) -> Client:
            app = web.Application()
            app.add_routes(Pages(root, document).routes())
            return await stack.enter_async_context(TestClient(TestServer(app)))

        yield serving


@pytest.fixture
def built(tmp_path: Path) -> Path:
    for name in ("index.html", "api.html"):
        (tmp_path / name).write_text(f"<title>{name}</title>")
    return tmp_path


async def test_the_page_of_the_api_takes_scripts_and_styles_from_here_alone(serve: Serve, built: Path) -> None:
    client = await serve(built, built / "none.json")
    answer = await client.get("/api")
    assert "api.html" in await answer.text()
    policy = dict(part.strip().split(" ", 1) for part in answer.headers["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"
    assert policy["frame-ancestors"] == "'none'"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


async def test_the_document_is_served_as_it_is_to_whoever_asks(serve: Serve, built: Path) -> None:
    (built / "shoal.json").write_text('{"openapi": "3.1.0"}')
    client = await serve(built, built / "shoal.json")
    answer = await client.get("/api/openapi.json")
    assert answer.content_type == "application/json"
    assert await answer.json() == {"openapi": "3.1.0"}


async def test_a_document_that_is_not_there_is_not_found(serve: Serve, built: Path) -> None:
    client = await serve(built, built / "none.json")
    assert (await client.get("/api/openapi.json")).status == 404


def test_an_edge_knows_where_its_document_lies() -> None:
    assert EdgeSettings().openapi_document.is_file()
