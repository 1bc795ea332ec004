"""Extensions of PostgreSQL: made where they are available and allowed, and the indexes that they make possible.

None is needed. What cannot be had is logged once, at the start, and done without.
"""

from __future__ import annotations

from typing import NamedTuple

import asyncpg
import structlog

from mesh.database import Connection, Pool
from services.document.store.schema import LOCK_SPACE

_log = structlog.get_logger(__name__)
_WANTED = ("uuid-ossp", "pg_trgm", "btree_gin")
_LOCK = 3
_INDEX_TIMEOUT_S = 60
"""What an index may take at a start; a larger one is made by hand, as docs/search.md says."""


class Extensions(NamedTuple):
    """Which there are: `trigrams` is the schema of pg_trgm, None without it."""

    trigrams: str | None
    has_btree_gin: bool


async def prepare_extensions(pool: Pool) -> Extensions:
    """Make what extensions and indexes can be made, and say what is there. Safe from many processes at once."""
    async with pool.acquire() as connection:
        await connection.execute("SELECT pg_advisory_lock($1, $2)", LOCK_SPACE, _LOCK)
        try:
            await _make(connection)
            schemas = await _installed(connection)
            found = Extensions(schemas.get("pg_trgm"), "btree_gin" in schemas)
            await _index(connection, found)
        finally:
            await connection.execute("SELECT pg_advisory_unlock($1, $2)", LOCK_SPACE, _LOCK)
    _log.info("extensions", found=sorted(schemas), missing=sorted(set(_WANTED) - set(schemas)))
    return found


async def _make(connection: Connection) -> None:
    rows = await connection.fetch(
        "SELECT name FROM pg_available_extensions WHERE name = ANY ($1) AND installed_version IS NULL", _WANTED
    )
    for row in rows:
        await _attempt(connection, f'CREATE EXTENSION IF NOT EXISTS "{row[0]}"')


async def _installed(connection: Connection) -> dict[str, str]:
    rows = await connection.fetch(
        "SELECT e.extname, n.nspname FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace "
        "WHERE e.extname = ANY ($1)",
        _WANTED,
    )
    return {row[0]: row[1] for row in rows}


async def _index(connection: Connection, found: Extensions) -> None:
    """Leave one index of terms, and one of titles where there can be one."""
    on = "ON document.document_search USING gin"
    if found.has_btree_gin:
        made = await _attempt(
            connection, f"CREATE INDEX IF NOT EXISTS document_search_project_terms {on} (project, terms)"
        )
        if made:
            await _attempt(connection, "DROP INDEX IF EXISTS document.document_search_terms")
    else:
        await _attempt(connection, f"CREATE INDEX IF NOT EXISTS document_search_terms {on} (terms)")
    if found.trigrams is not None:
        schema = '"' + found.trigrams.replace('"', '""') + '"'
        await _attempt(
            connection, f"CREATE INDEX IF NOT EXISTS document_search_titles {on} (title {schema}.gin_trgm_ops)"
        )


async def _attempt(connection: Connection, statement: str) -> bool:
    """Run a statement that may be refused or take too long; the service starts without what it makes."""
    try:
        async with connection.transaction():
            await connection.execute(
                f"SET LOCAL statement_timeout = '{_INDEX_TIMEOUT_S}s'; SET LOCAL lock_timeout = '2s'"
            )
            await connection.execute(statement)
    except asyncpg.PostgresError as error:
        _log.warning("done without", statement=statement, sqlstate=error.sqlstate)
        return False
    return True
