"""What tests share: one real PostgreSQL for the run, a database of its own for each test, and signed tokens."""

from __future__ import annotations

import asyncio
import itertools
import os
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import asyncpg
import pytest

from mesh.embedded_postgres import EmbeddedPostgres
from mesh.identity import TokenSigner, TokenVerifier

_databases = itertools.count(1)


def need(condition: bool, what: str) -> None:
    """Skip where `what` is missing; under CI=true that is a failure."""
    if condition:
        return
    if os.environ.get("CI") == "true":
        pytest.fail(f"{what} is missing, and CI must have it")
    pytest.skip(f"{what} is missing")


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A PostgreSQL of this run's own; yields the URL of its database `shoal`."""
    with _server() as url:
        yield url


@pytest.fixture
async def database_url(postgres_url: str) -> AsyncIterator[str]:
    """An empty database."""
    async with _database(postgres_url) as url:
        yield url


@pytest.fixture(scope="session")
def debian_postgres_url() -> Iterator[str]:
    """A PostgreSQL of Debian's, with its extensions; yields the URL of its database `shoal`."""
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    need(bool(installed), "PostgreSQL in /usr/lib/postgresql")
    with _server(installed[-1].parent) as url:
        yield url


@pytest.fixture
async def debian_database_url(debian_postgres_url: str) -> AsyncIterator[str]:
    """An empty database on Debian's PostgreSQL."""
    async with _database(debian_postgres_url) as url:
        yield url


@contextmanager
def _server(binaries: Path | None = None) -> Iterator[str]:
    with tempfile.TemporaryDirectory(prefix="shoal-pg-") as folder:
        Path(folder).chmod(0o755)
        server = asyncio.run(EmbeddedPostgres.start(Path(folder) / "data", binaries))
        try:
            yield server.url
        finally:
            asyncio.run(server.stop())


@asynccontextmanager
async def _database(server_url: str) -> AsyncIterator[str]:
    name = f"test_{os.getpid()}_{next(_databases)}"
    connection = await asyncpg.connect(server_url)
    try:
        await connection.execute(f"CREATE DATABASE {name}")
        yield server_url.replace("/shoal?", f"/{name}?")
        await connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
    finally:
        await connection.close()


@pytest.fixture
def signer(tmp_path: Path) -> TokenSigner:
    """Signs tokens that `verifier` believes."""
    return TokenSigner.open(tmp_path / "token-key.json", issuer="https://test.example", audience="shoal")


@pytest.fixture
def verifier(signer: TokenSigner) -> TokenVerifier:
    return TokenVerifier.for_development(signer.public_keys(), issuer="https://test.example", audience="shoal")
