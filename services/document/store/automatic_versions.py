"""Automatic versions in PostgreSQL: making one, and removing those that their age has thinned."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from mesh.database import Connection, Pool
from services.document.history.automatic_versions import Mark

_KIND = 2
"""shoal.document.v1.VersionKind.VERSION_KIND_AUTOMATIC."""


async def make(connection: Connection, document_key: int, revision: int, time: datetime) -> bool:
    """Mark a revision that was committed at `time`, and announce it; False when it has an automatic version.

    Also when it had one that was given a title since: the id is made of the revision.
    """
    status = await connection.execute(
        f"""
        WITH made AS (
            INSERT INTO document.document_versions
                (document_key, revision, revision_time, kind, id, title, description, creator)
            VALUES ($1, $2::bigint, $3, {_KIND}, 'auto-' || $2::bigint, '', '', '')
            ON CONFLICT DO NOTHING RETURNING document_key, revision
        )
        INSERT INTO document.outbox (document_key, first_revision, last_revision, kind)
        SELECT document_key, revision, revision, 7 FROM made
        """,  # noqa: S608 -- a number
        document_key,
        revision,
        time,
    )
    return status != "INSERT 0 0"


async def marks(pool: Pool, after_key: int, limit: int) -> list[tuple[int, list[Mark]]]:
    """Return the automatic versions of the next `limit` documents that have some, by document."""
    rows = await pool.fetch(
        f"""
        SELECT document_key, array_agg(version_key ORDER BY revision), array_agg(revision_time ORDER BY revision)
        FROM document.document_versions WHERE kind = {_KIND} AND document_key > $1
        GROUP BY document_key ORDER BY document_key LIMIT $2
        """,  # noqa: S608 -- a number
        after_key,
        limit,
    )
    return [(key, [Mark(*each) for each in zip(keys, times, strict=True)]) for key, keys, times in rows]


async def remove(pool: Pool, version_keys: Sequence[int]) -> None:
    """Remove versions that are automatic still; one that was given a title since stays."""
    await pool.execute(
        f"DELETE FROM document.document_versions WHERE version_key = ANY ($1) AND kind = {_KIND}",  # noqa: S608 -- a number
        version_keys,
    )
