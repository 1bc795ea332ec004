"""Every statement of the store finds its rows by index: none reads the log, or the documents, from end to end.

The statements are taken from the store's source, so that a new one is looked at without anybody naming it here. Those
that are put together when they run are recorded while they run; one that was not recorded fails, and so does what may
be exempt and is not there any more.
"""

from __future__ import annotations

import ast
import importlib
import json
import re
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from mesh.names import DocumentId
from mesh.permission_cache import Scopes
from services.document import store
from services.document.documents.filter import Within
from services.document.documents.filter import parse as parse_filter
from services.document.documents.metadata import Metadata
from services.document.log.partitions import partitions_from
from services.document.settings import DocumentSettings
from services.document.store.listing import Column, Listing, statement_of
from services.document.store.log import prepare_for_appending
from services.document.store.search import LanguageQuery
from tests.conformance.log_host import LogHost
from tests.integration.document.test_partitions import months_ago

STORE = Path(store.__file__).parent
TABLES = re.compile(r"documents|document_sites|document_checkpoints|document_operations\w*")
"""What is never to be read from end to end."""
VERB = re.compile(r"\s*(SELECT|WITH|INSERT|UPDATE|DELETE)\b")
NAMED = re.compile(
    r"\bdocument\.(documents|document_sites|document_checkpoints|document_operations\w*)\b|\bdocument\.$"
)

EXEMPT = {
    "doctor.totals": "counts all documents, once a check, for the progress bar",
    "documents.refresh_listing": "walks at the start, when asked for all; what it does with keys is recorded below",
    "partitions.unpartitioned_months": "walks over the default partition, which is empty but for imported histories",
}
EXEMPT_TOGETHER = {
    "partitions.add": "empties the part of the default partition that gets its own, once a month",
}
"""Statements that may read from end to end, and why."""
INDEXED = (
    "", 'project = "projects/p3"', 'project = "projects/p3" AND creator = "users/7"', "template = false",
    'create_time > "2026-01-01T00:00:00Z" AND project = "projects/p3"',
)  # fmt: skip
READABLE = {
    "nothing": Scopes(),
    "documents": Scopes(documents=("documents/d3", "documents/d4", "documents/d9")),
    "a project": Scopes(projects=("projects/p3",)),
    "projects but for": Scopes(
        projects=("projects/p3", "projects/p6", "projects/p9"),
        excluded_folders=("projects/p3/folders/f",),
        excluded_documents=("documents/d9",),
    ),
    "folders": Scopes(folders=("projects/p3/folders/f", "projects/p6/folders/f")),
    "of each": Scopes(
        ("projects/p3",), ("projects/p6/folders/f",), ("documents/d1",), excluded_documents=("documents/d9",)
    ),
    "what is in no project": Scopes(("projects/p3",), documents=("documents/d1",), unfiled=True),
}
"""What somebody may read: as much as whoever is asked for says, and yet nothing is read from end to end for it."""
UNINDEXED = {
    'creator = "users/7"': "an index more is written for each document and each time it moves in the order of lists",
    'labels.a = "b"': "likewise, and no label is known to be asked for",
}
"""Filters of documents that are looked for along an index, and those that may walk, and why."""


@dataclass(frozen=True)
class Statement:
    """A statement in the source; `sql` is None where it is put together from more than the module's own names."""

    function: str
    pieces: tuple[str, ...]
    sql: str | None

    def is_of(self, query: str) -> bool:
        """Whether a query that ran is this one."""
        at = 0
        for piece in self.pieces:
            at = query.find(piece, at)
            if at < 0:
                return False
            at += len(piece)
        return True


def statements() -> list[Statement]:
    found: list[Statement] = []
    for path in sorted(STORE.glob("*.py")):
        module = importlib.import_module(f"services.document.store.{path.stem}")
        for name, node in _strings(ast.parse(path.read_text()), path.stem):
            parts = node.values if isinstance(node, ast.JoinedStr) else [node]
            pieces = tuple(str(part.value) for part in parts if isinstance(part, ast.Constant))
            if VERB.match(pieces[0] if pieces else "") and any(NAMED.search(piece) for piece in pieces):
                found.append(Statement(name, pieces, _evaluated(node, vars(module))))
    return found


def _strings(tree: ast.AST, name: str) -> Iterator[tuple[str, Any]]:
    for child in ast.iter_child_nodes(tree):
        is_function = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef)
        if isinstance(child, ast.JoinedStr) or (isinstance(child, ast.Constant) and isinstance(child.value, str)):
            yield name, child
        else:
            yield from _strings(child, f"{name.split('.')[0]}.{child.name}" if is_function else name)  # type: ignore[attr-defined]


def _evaluated(node: ast.expr, names: dict[str, Any]) -> str | None:
    try:
        return str(eval(compile(ast.Expression(node), "store", "eval"), names))
    except NameError:
        return None


class Library:
    """A database with enough in it that walking is dearer than looking up, and what was asked of it."""

    def __init__(self, connection: asyncpg.Connection[Any], pool: asyncpg.Pool[Any]) -> None:
        self.connection, self.pool = connection, pool
        self.recorded: list[tuple[str, tuple[Any, ...]]] = []

    async def walked(self, query: str, *values: Any) -> set[str]:
        """The tables that a statement would read from end to end with these values."""
        return self._walked(await self.connection.fetchval(f"EXPLAIN (FORMAT JSON) {query}", *values))

    async def walked_for_any(self, query: str) -> set[str]:
        """The tables that it would read from end to end by the one plan for all values."""
        count = max(map(int, re.findall(r"\$(\d+)", query)), default=0)
        values = f"({', '.join(['NULL'] * count)})" if count else ""
        await self.connection.execute(f"SET plan_cache_mode = force_generic_plan; PREPARE looked_at AS {query}")
        try:
            return self._walked(await self.connection.fetchval(f"EXPLAIN (FORMAT JSON) EXECUTE looked_at {values}"))
        finally:
            await self.connection.execute("DEALLOCATE looked_at; RESET plan_cache_mode")

    def _walked(self, plans: str) -> set[str]:
        (plan,) = json.loads(plans)
        return {name for name in _scanned(plan["Plan"]) if TABLES.fullmatch(name)}


def _scanned(node: dict[str, Any]) -> Iterator[str]:
    if node["Node Type"] == "Seq Scan":
        yield node["Relation Name"]
    for child in node.get("Plans", ()):
        yield from _scanned(child)


@asynccontextmanager
async def _recording(url: str, record: Callable[[Any], None]) -> AsyncIterator[asyncpg.Pool[Any]]:
    async def init(connection: asyncpg.Connection[Any]) -> None:
        connection.add_query_logger(record)

    pool = await asyncpg.create_pool(url, min_size=1, max_size=4, init=init, server_settings={"jit": "off"})
    try:
        yield pool
    finally:
        await pool.close()


FILL = """
INSERT INTO document.documents (id, type, title, creator, project, head_revision, checkpoint_revision, listed_time,
    create_time, labels, delete_time, expire_time, state)
SELECT 'd' || n, 1 + n % 2, md5(n::text), 'users/' || n % 50,
    CASE WHEN n % 3 = 0 THEN 'projects/p' || n % 40 ELSE '' END,
    12, 6, now() - n * interval '1 minute', now() - n * interval '1 minute', '{"a": "b"}',
    CASE WHEN n % 200 = 0 THEN now() END, CASE WHEN n % 200 = 0 THEN now() + interval '9 days' END,
    CASE WHEN n % 500 = 1 THEN 2 WHEN n % 500 = 2 THEN 1 ELSE 0 END
FROM generate_series(1, 4000) n;

INSERT INTO document.document_sites (document_key, site_key, last_sequence, last_revision, site, author)
SELECT document_key, nextval('document.site_keys'), 12, 12, 'ada', 'users/ada' FROM document.documents;

INSERT INTO document.document_operations
    (applied_at, document_key, revision, site_key, site_sequence, base_revision, operation)
SELECT now() + (n - 6) * interval '20 days', document_key, n, site_key, n, n - 1, '\\x0a031a0178'
FROM document.document_sites, generate_series(1, 12) n;

INSERT INTO document.document_checkpoints (document_key, revision, hash, content, attribution)
SELECT document_key, n * 6, sha256('x'), repeat('x', 200)::bytea, CASE WHEN n > 0 THEN 'x'::bytea END
FROM document.documents, generate_series(0, 1) n;

INSERT INTO document.document_versions (document_key, revision, revision_time, kind, id, title, description, creator)
SELECT document_key, 6, now(), 1, 'v', 'Version', '', 'users/ada' FROM document.documents WHERE document_key % 4 = 0;

INSERT INTO document.document_search
    (document_key, revision, generation, sessions_revision, language, project, title, body, terms)
SELECT document_key, 12, 1, 12, 'pg_catalog.english', project, title, 'body ' || title,
    to_tsvector('english', 'body ' || title)
FROM document.documents;

INSERT INTO document.outbox (document_key, first_revision, last_revision, kind)
SELECT document_key, 1, 12, 1 FROM document.documents;
"""


@pytest.fixture
async def library(database_url: str) -> AsyncIterator[Library]:
    host = LogHost(database_url, DocumentSettings(partitions_ahead=2))
    await host.start()
    try:
        for months in (2, 1):
            month = months_ago(months)
            await store.partitions.add(host.pool, month.name, month.start, month.end)
    finally:
        await host.stop()
    connection = await asyncpg.connect(database_url)
    await connection.execute(FILL)
    await connection.execute("VACUUM ANALYZE")
    partitions = await connection.fetch(
        "SELECT tableoid::regclass::text, count(*) FROM document.document_operations GROUP BY 1"
    )
    assert len(partitions) == 6
    assert min(row[1] for row in partitions) >= 3000
    recorded: list[tuple[str, tuple[Any, ...]]] = []
    async with _recording(database_url, lambda each: recorded.append((each.query, each.args))) as pool:
        found = Library(connection, pool)
        found.recorded = recorded
        yield found
    await connection.close()


async def test_statements_of_the_store_find_their_rows_by_index_for_any_values(library: Library) -> None:
    written = [each for each in statements() if each.sql is not None]
    assert len(written) > 40, "the store's statements were not found"
    walks: dict[str, set[str]] = {}
    for each in written:
        if each.function == "log" and "WITH batch" in each.pieces[0]:
            continue  # Below, as it is run.
        if walked := await library.walked_for_any(str(each.sql)):
            walks.setdefault(each.function, set()).update(walked)
    unexpected = {function: tables for function, tables in walks.items() if function not in EXEMPT}
    assert unexpected == {}
    assert walks.keys() == EXEMPT.keys(), "exempt is only what needs it"


async def test_appending_finds_its_rows_by_index(library: Library) -> None:
    (append,) = [each.sql for each in statements() if each.function == "log" and "WITH batch" in each.pieces[0]]
    async with library.connection.transaction():
        await prepare_for_appending(library.connection)
        assert await library.walked_for_any(str(append)) == set()


async def test_statements_that_are_put_together_find_their_rows_by_index(library: Library) -> None:
    await put_together(library.pool)
    missing = [
        each.function
        for each in statements()
        if each.sql is None and not any(each.is_of(query) for query, _ in library.recorded)
    ]
    assert missing == [], "put_together below must run these"
    walks: dict[str, set[str]] = {}
    for query, values in library.recorded:
        if VERB.match(query) and "document." in query and (walked := await library.walked(query, *values)):
            name = next((each.function for each in statements() if each.is_of(query)), query)
            walks.setdefault(name, set()).update(walked)
    assert {name: tables for name, tables in walks.items() if name not in EXEMPT_TOGETHER} == {}
    assert walks.keys() == EXEMPT_TOGETHER.keys(), "exempt is only what needs it"


@pytest.mark.parametrize("text", UNINDEXED)
async def test_filters_that_walk_are_only_those_that_need_it(library: Library, text: str) -> None:
    query, values = statement_of(Listing(parse_filter(text)), 50)
    assert await library.walked(query, *values) == {"documents"}


@pytest.mark.parametrize("scopes", READABLE.values(), ids=READABLE)
async def test_what_somebody_may_read_is_found_by_index(library: Library, scopes: Scopes) -> None:
    for column in Column:
        for descending in (True, False):
            query, values = statement_of(Listing((Within(scopes),), column, descending), 50)
            assert await library.walked(query, *values) == set()
    await store.watching.page(library.pool, (Within(scopes),), 7, 50)
    await store.watching.fitting(library.pool, (Within(scopes),), [3, 4, 5])
    query_ = LanguageQuery("english", "'abc'", "'abc'", "", "'abc'", "'abc'")
    await store.search.find(library.pool, [query_], "", (Within(scopes),), None, 20, 0)
    for query, values_ in library.recorded:
        if VERB.match(query) and "document." in query:
            assert await library.walked(query, *values_) == set(), query


async def put_together(pool: Any) -> None:
    """Run what has no one text."""
    for text in INDEXED:
        conditions = parse_filter(text)
        for column in Column:
            for descending in (True, False):
                place = ("a" if column is Column.TITLE else datetime.now(UTC), 7)
                for after in (None, place):
                    await store.documents.page(pool, Listing(conditions, column, descending, False, after), 50)
        await store.watching.page(pool, conditions, 7, 50)
        await store.watching.fitting(pool, conditions, [3, 4, 5])
        query = LanguageQuery("english", "'abc'", "'abc'", "", "'abc'", "'abc'")
        # Titles that are like one are walked for without pg_trgm: docs/search.md.
        await store.search.find(pool, [query], "", conditions, None, 20, 0)
    await store.documents.refresh_listing(pool, [3, 4, 5])
    (untold, *_) = await store.places.untold(pool, 7, 50)
    assert await store.places.move_up(pool, untold.key, untold.generation, "")

    for descending in (True, False):
        await store.history.page(pool, 7, 2, 9, 5, 1000, descending=descending)

    document, metadata = DocumentId("d7"), Metadata(title="Title")
    row = await store.documents.update(pool, document, 1, metadata)
    assert row is not None
    assert await store.documents.delete(pool, document, None, 30)
    assert await store.documents.undelete(pool, document, None)
    assert await store.documents.delete(pool, document, None, 30)
    assert await store.documents.purge(pool, document, None)
    await store.erasing.expire(pool, 100)
    await store.erasing.abandon(pool, timedelta(days=1), 100)
    assert row.key in await store.erasing.purged(pool, 100)
    while await store.erasing.erase_operations(pool, row.key):
        pass
    while await store.erasing.erase_rest(pool, row.key):
        pass
    await store.erasing.erase_document(pool, row.key)

    month, later = months_ago(2), partitions_from(datetime.now(UTC), 3)[-1]
    parts = await store.partitions.parts(pool, month.name, -1, 50)
    await store.partitions.archive(pool, parts)
    assert not await store.partitions.detach(pool, month.name)
    assert await store.partitions.add(pool, later.name, later.start, later.end)
