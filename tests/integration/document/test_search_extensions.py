"""Search on a PostgreSQL that has pg_trgm and btree_gin: misspelt titles, and one index for project and words."""

from __future__ import annotations

from collections.abc import AsyncIterator

import asyncpg
import pytest

from mesh.identity import TokenSigner, TokenVerifier
from services.document.documents.filter import parse as parse_filter
from services.document.store.extensions import Extensions, prepare_extensions
from services.document.store.search import LanguageQuery, statement_of
from shoal.document.v1 import document_pb2
from tests.conformance.log_host import LogHost
from tests.integration.document.searching import Searcher, marked, write
from tests.integration.document.service import Caller, reached

PLAIN = document_pb2.DOCUMENT_TYPE_PLAIN_TEXT


@pytest.fixture
async def host(debian_database_url: str) -> AsyncIterator[LogHost]:
    host = LogHost(debian_database_url)
    await host.start()
    try:
        yield host
    finally:
        await host.stop()


@pytest.fixture
async def ada(host: LogHost, signer: TokenSigner, verifier: TokenVerifier) -> AsyncIterator[Caller]:
    async with reached(host, verifier) as channel:
        yield Caller(channel, signer.sign("users/ada", lifetime_s=60))


@pytest.fixture
def search(ada: Caller) -> Searcher:
    return Searcher(ada)


async def indexes(host: LogHost) -> set[str]:
    rows = await host.pool.fetch("SELECT indexname FROM pg_indexes WHERE tablename = 'document_search'")
    return {row[0] for row in rows}


async def test_misspelt_titles_are_found_below_those_that_have_the_words(ada: Caller, search: Searcher) -> None:
    report = (await ada.create("Quarterly report for the north", type=PLAIN)).name
    minutes = (await ada.create("Minutes of the meeting", type=PLAIN, language="en")).name
    odd = (await ada.create("quartely", type=PLAIN)).name
    await search.finds("quarterly", report, odd)
    assert await search.names("quartely") == [odd, report]
    assert report in await search.names("Quartely reprot ")
    assert await search.names("minuets meting ") == [minutes]
    assert await search.names("minuets meting -meeting") == []
    assert await search.names('"minuets"') == []
    assert await search.names("aardvark") == []


async def test_words_are_found_and_shown_as_anywhere(host: LogHost, ada: Caller, search: Searcher) -> None:
    name = (await ada.create("Notes", type=PLAIN, language="de")).name
    await write(host, name, "Die „Häuser“ — ÄRGER und ΛΌΓΟΣ <b>dort</b>.")
    await search.finds("haus", name)
    [found] = await search.results("häuser ")
    assert marked(found.snippets[0]) == "Die „[Häuser]“ — ÄRGER und ΛΌΓΟΣ <b>dort</b>."
    assert await search.names("λόγος ärger ") == [name]


async def test_one_index_holds_project_and_words_and_goes_with_its_extension(host: LogHost) -> None:
    assert {"document_search_project_terms", "document_search_titles"} <= await indexes(host)
    assert "document_search_terms" not in await indexes(host)
    await _drop_extensions(host)
    assert "document_search_project_terms" not in await indexes(host)
    async with host.pool.acquire() as connection:
        await connection.execute("CREATE ROLE no_extensions; GRANT USAGE ON SCHEMA document TO no_extensions")
        await connection.execute("ALTER TABLE document.document_search OWNER TO no_extensions")
        await connection.execute("GRANT CREATE ON SCHEMA document TO no_extensions; SET ROLE no_extensions")
        try:
            found = await prepare_extensions(_One(connection))  # type: ignore[arg-type]
        finally:
            await connection.execute("RESET ROLE; REASSIGN OWNED BY no_extensions TO postgres")
            await connection.execute("DROP OWNED BY no_extensions; DROP ROLE no_extensions")
    assert found == Extensions(None, False)
    assert "document_search_terms" in await indexes(host)


class _One:
    """A pool of the one connection whose role was set."""

    def __init__(self, connection: object) -> None:
        self._connection = connection

    def acquire(self) -> _One:
        return self

    async def __aenter__(self) -> object:
        return self._connection

    async def __aexit__(self, *_: object) -> None:
        return None


async def test_words_projects_and_titles_go_by_their_indexes(host: LogHost) -> None:
    await host.pool.execute(
        "INSERT INTO document.documents (id, title, type, creator, project) "
        "SELECT 'n' || n, md5(n::text), 2, 'users/ada', 'projects/p' || n % 50 FROM generate_series(1, 5000) n"
    )
    await host.pool.execute(
        "INSERT INTO document.document_search SELECT document_key, 0, 1, 0, 'simple', project, title, b.body, "
        "to_tsvector('simple', b.body) FROM document.documents d, LATERAL "
        "(SELECT string_agg('w' || (n * d.document_key) % 9973, ' ') AS body FROM generate_series(1, 50) n) b"
    )
    await host.pool.execute("VACUUM ANALYZE document.documents")
    await host.pool.execute("VACUUM ANALYZE document.document_search")
    query = LanguageQuery("simple", "'w77'", "'w77'", "", "'w77'", "")
    project = parse_filter('project = "projects/p7"')
    statement, values = statement_of([query], "deadbeef", project, "public", 20, 0)
    plan = "\n".join(row[0] for row in await host.pool.fetch(f"EXPLAIN {statement}", *values))
    assert "document_search_project_terms" in plan, plan
    assert "document_search_titles" in plan, plan
    assert "Seq Scan on document_search" not in plan, plan


async def _drop_extensions(host: LogHost) -> None:
    """As an administrator would, who tries again when the indexer was in the way."""
    while True:
        try:
            await host.pool.execute("DROP EXTENSION btree_gin CASCADE; DROP EXTENSION pg_trgm CASCADE")
            return
        except asyncpg.DeadlockDetectedError:
            continue
