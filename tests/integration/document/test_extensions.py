"""The document service on PostgreSQL as Debian has it, with its extensions and without the right to make them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import quote, urlsplit

import asyncpg
import pytest

from mesh.database import Pool
from mesh.embedded_postgres import EmbeddedPostgres, EmbeddedPostgresFailed
from services.document.doctor.doctor import Doctor
from services.document.doctor.findings import Finding, Severity
from services.document.history.blame import Blame
from services.document.store.extensions import _WANTED
from tests.conformance.log_host import LogHost, loaded, read_all, typed
from tests.integration.document.test_blame import id_of


@asynccontextmanager
async def running(database_url: str) -> AsyncIterator[LogHost]:
    host = LogHost(database_url)
    await host.start()
    try:
        yield host
    finally:
        await host.stop()


async def installed(pool: Pool) -> set[str]:
    rows = await pool.fetch("SELECT extname FROM pg_extension WHERE extname = ANY ($1)", list(_WANTED))
    return {row[0] for row in rows}


async def write_and_read(host: LogHost) -> None:
    """Everything a document goes through: created, written, checkpointed, read, blamed, checked."""
    document = await host.create()
    for head in range(0, 180, 60):
        answer = await host.log.append(typed(document, head, "ada", head + 1, 60))
        assert answer.committed_head_revision == head + 60
    await host.app.checkpointer.caught_up()
    assert len(await read_all(host.log, document)) == 180
    for revision in (0, 75, 180):
        assert (await loaded(host.log, document, revision))[1].length == revision
        assert (await host.app.contents.at(id_of(document), revision))[2].length == revision
    assert (await Blame(host.pool).at(id_of(document)))[1] == [(180, "users/ada", "")]

    async def nothing() -> None:
        pass

    events = [
        event async for event in Doctor(host.pool, host.settings, host.app.contents, nothing).check([], repair=True)
    ]
    assert not [event for event in events if isinstance(event, Finding) and event.severity > Severity.NOTE]


@asynccontextmanager
async def owned_by(role: str, database_url: str, grants: str) -> AsyncIterator[str]:
    """Make a role that is no superuser; yields the URL by which it comes."""
    connection = await asyncpg.connect(database_url)
    database = urlsplit(database_url).path.lstrip("/")
    try:
        await connection.execute(f"CREATE ROLE {role} LOGIN; {grants.format(role=role, database=database)}")
        yield database_url.replace("postgres@", f"{quote(role)}@")
        await connection.execute(f"REASSIGN OWNED BY {role} TO postgres; DROP OWNED BY {role}; DROP ROLE {role}")
    finally:
        await connection.close()


async def test_a_superuser_has_the_extensions_made(debian_database_url: str) -> None:
    async with running(debian_database_url) as host:
        assert await installed(host.pool) == set(_WANTED)
        await write_and_read(host)
        await host.restart()
        assert await installed(host.pool) == set(_WANTED)


async def test_the_owner_of_a_database_has_them_made_too(debian_database_url: str) -> None:
    async with owned_by("shoal_owner", debian_database_url, "ALTER DATABASE {database} OWNER TO {role}") as url:
        async with running(url) as host:
            assert await installed(host.pool) == set(_WANTED)
            await write_and_read(host)


async def test_who_may_not_make_extensions_runs_without_them(debian_database_url: str) -> None:
    """A role that owns its schemas and nothing else, as on a database that is administered by others."""
    grants = "GRANT CREATE ON DATABASE {database} TO {role}; REVOKE ALL ON SCHEMA public FROM public, {role}"
    async with owned_by("shoal_guest", debian_database_url, grants) as url:
        async with running(url) as host:
            found = await installed(host.pool)
            await write_and_read(host)
    assert found == set()


async def test_extensions_that_an_administrator_made_are_used(debian_database_url: str) -> None:
    connection = await asyncpg.connect(debian_database_url)
    try:
        for name in _WANTED:
            await connection.execute(f'CREATE EXTENSION "{name}"')
    finally:
        await connection.close()
    grants = "GRANT CREATE ON DATABASE {database} TO {role}"
    async with owned_by("shoal_tenant", debian_database_url, grants) as url:
        async with running(url) as host:
            assert await installed(host.pool) == set(_WANTED)
            await write_and_read(host)


async def test_the_embedded_postgresql_has_none_and_all_goes_on(database_url: str) -> None:
    async with running(database_url) as host:
        assert await installed(host.pool) == set()
        await write_and_read(host)


async def test_a_folder_that_has_no_postgresql_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EmbeddedPostgresFailed, match="no installation of PostgreSQL"):
        await EmbeddedPostgres.start(tmp_path / "data", tmp_path)
