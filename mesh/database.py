"""Database: a pool of PostgreSQL connections, and the migrations that make a service's schema.

Owns how connections are made and how numbered SQL files are applied: in order, once, in one transaction, under a lock.
Knows no table of any service. History is law: a file that was applied may be neither changed nor removed.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import asyncpg
import structlog

_log = structlog.get_logger(__name__)
_FILE_NAME = re.compile(r"(\d{4})_([a-z0-9_]+)\.sql")
_SCHEMA_NAME = re.compile(r"[a-z_][a-z0-9_]{0,62}")
_LOCK_SPACE = 0x53484F41
"""First half of the advisory lock's key; the second is the schema. "SHOA": other programs may share the database."""

if TYPE_CHECKING:
    Pool = asyncpg.Pool[asyncpg.Record]
    Connection = asyncpg.pool.PoolConnectionProxy[asyncpg.Record]
else:
    Pool, Connection = asyncpg.Pool, asyncpg.Connection

_LOST = (
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.CannotConnectNowError,
    asyncpg.TooManyConnectionsError,
    # What asyncpg says when a connection that has just died is used before it knows.
    asyncpg.InternalClientError,
    OSError,
    TimeoutError,
)


def is_connection_lost(error: BaseException) -> bool:
    """Say whether an error means that the server is away or the connection is gone.

    Whether the statement under way took effect is then unknown.
    """
    # asyncpg's complaint about an argument it cannot encode is an InterfaceError too, and a ValueError.
    return isinstance(error, _LOST) and not isinstance(error, ValueError)


class MigrationHistoryChanged(Exception):
    """What stands in the database is not what the files say; nothing was changed."""


@dataclass(frozen=True, slots=True)
class Migration:
    """One numbered SQL file."""

    number: int
    name: str
    sql: str

    @property
    def checksum(self) -> str:
        """SHA-256 of the file's text, in hexadecimal."""
        return hashlib.sha256(self.sql.encode()).hexdigest()


@asynccontextmanager
async def open_pool(
    url: str,
    *,
    max_size: int = 100,
    idle_s: float = 300.0,
    connect_timeout_s: float = 30.0,
    statement_timeout_s: float = 30.0,
    application_name: str = "shoal",
) -> AsyncIterator[Pool]:
    """Yield a pool with one connection open; closes it, waiting for those in use, when the block ends.

    Raises OSError or asyncpg.PostgresError when the server cannot be reached within `connect_timeout_s`.
    """
    pool = await asyncpg.create_pool(
        url,
        min_size=1,
        max_size=max_size,
        max_inactive_connection_lifetime=idle_s,
        timeout=connect_timeout_s,
        server_settings={
            "application_name": application_name,
            "statement_timeout": str(int(statement_timeout_s * 1000)),
            "timezone": "UTC",
            # Our statements are short and many: compiling one costs more than running it.
            "jit": "off",
        },
    )
    try:
        yield pool
    finally:
        await pool.close()


def read_migrations(directory: Path) -> list[Migration]:
    """Return the migrations in `directory`, by number. Raises ValueError for a bad name or a number used twice."""
    found: dict[int, Migration] = {}
    for path in sorted(directory.glob("*.sql")):
        match = _FILE_NAME.fullmatch(path.name)
        if not match:
            raise ValueError(f"{path.name}: a migration is named NNNN_what_it_does.sql")
        number = int(match[1])
        if number in found:
            raise ValueError(f"{path.name}: number {number} is taken by {found[number].name}")
        found[number] = Migration(number, match[2], path.read_text())
    return [found[number] for number in sorted(found)]


async def migrate(pool: Pool, schema: str, migrations: Sequence[Migration]) -> list[Migration]:
    """Bring `schema` up to date and return what was applied; all of it or nothing.

    Safe to run from many processes at once: the others wait, then find nothing to do.
    Raises MigrationHistoryChanged when an applied file was changed, removed, or is overtaken by a new lower number.
    """
    if not _SCHEMA_NAME.fullmatch(schema):
        raise ValueError(f"not a schema name: {schema!r}")
    async with pool.acquire() as connection, connection.transaction():
        # The wait for another process's migration, and a long migration, may take what they take.
        await connection.execute("SET LOCAL statement_timeout = 0")
        await connection.execute("SELECT pg_advisory_xact_lock($1, hashtext($2))", _LOCK_SPACE, schema)
        applied = await _read_history(connection, schema)
        missing = _missing(schema, applied, migrations)
        for migration in missing:
            await connection.execute(migration.sql)
            await connection.execute(
                f"INSERT INTO {schema}.schema_migrations (number, name, checksum) VALUES ($1, $2, $3)",  # noqa: S608 -- checked above
                migration.number,
                migration.name,
                migration.checksum,
            )
            _log.info("migration applied", schema=schema, number=migration.number, name=migration.name)
        return missing


async def _read_history(connection: Connection, schema: str) -> dict[int, tuple[str, str]]:
    await connection.execute(f"CREATE SCHEMA IF NOT EXISTS {schema}")
    await connection.execute(
        f"""CREATE TABLE IF NOT EXISTS {schema}.schema_migrations (
            number int PRIMARY KEY,
            name text NOT NULL,
            checksum text NOT NULL,
            applied_at timestamptz NOT NULL DEFAULT now()
        )"""
    )
    rows = await connection.fetch(f"SELECT number, name, checksum FROM {schema}.schema_migrations")  # noqa: S608 -- likewise
    return {row["number"]: (row["name"], row["checksum"]) for row in rows}


def _missing(schema: str, applied: dict[int, tuple[str, str]], migrations: Iterable[Migration]) -> list[Migration]:
    known = {migration.number: migration for migration in migrations}
    for number, (name, checksum) in sorted(applied.items()):
        if number not in known:
            raise MigrationHistoryChanged(
                f"{schema}: migration {number:04}_{name} was applied to this database and its file is missing: "
                "this program is older than the database, or the file was removed"
            )
        if known[number].checksum != checksum:
            raise MigrationHistoryChanged(
                f"{schema}: migration {number:04}_{name} was changed after it was applied; "
                "restore the file and put the change into a new one"
            )
    newest = max(applied, default=0)
    missing = [migration for number, migration in sorted(known.items()) if number not in applied]
    if missing and missing[0].number < newest:
        first = missing[0]
        raise MigrationHistoryChanged(
            f"{schema}: migration {first.number:04}_{first.name} is new, and {newest:04} was applied before it; "
            "give it the next free number"
        )
    return missing
