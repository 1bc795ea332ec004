"""History in PostgreSQL: pages of the log, and what a revision's author knew."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from mesh.database import Pool
from services.document.store.rows import OperationRow


class DotRow(NamedTuple):
    """An operation, without what it did."""

    revision: int
    site: str
    site_sequence: int
    base_revision: int


async def page(
    pool: Pool, document_key: int, after: int, up_to: int, limit: int, max_bytes: int, *, descending: bool = False
) -> list[OperationRow]:
    """Return operations of a range from its lower end on, or from its upper one, until there are `limit` of them or
    their payloads have `max_bytes`; at least one where there is one. What is beyond is not read.
    """
    if descending:
        order, first, last = "DESC", max(after, up_to - limit), up_to
    else:
        order, first, last = "ASC", after, min(up_to, after + limit)
    rows = await pool.fetch(
        f"""
        SELECT o.revision, s.site, o.site_sequence, s.author, o.agent, o.base_revision, o.operation, o.applied_at
        FROM (
            SELECT p.*, sum(octet_length(p.operation))
                OVER (ORDER BY p.revision {order} ROWS UNBOUNDED PRECEDING) AS size
            FROM document.document_operations p
            WHERE p.document_key = $1 AND p.revision > $2 AND p.revision <= $3
        ) o JOIN document.document_sites s USING (site_key)
        WHERE o.size - octet_length(o.operation) < $4
        ORDER BY o.revision {order}
        """,  # noqa: S608 -- one of two orders
        document_key,
        first,
        last,
        max_bytes,
    )
    return [OperationRow._make(row) for row in rows]


async def dots(pool: Pool, document_key: int, revisions: tuple[int, int]) -> dict[int, DotRow]:
    """Return these operations by revision; those that are not in the database are left out."""
    rows = await pool.fetch(
        """
        SELECT o.revision, s.site, o.site_sequence, o.base_revision
        FROM document.document_operations o JOIN document.document_sites s USING (site_key)
        WHERE o.document_key = $1 AND o.revision = ANY ($2::bigint[])
        """,
        document_key,
        revisions,
    )
    return {row[0]: DotRow._make(row) for row in rows}


async def known_at(pool: Pool, document_key: int, revision: int, *, from_start: bool) -> dict[str, int]:
    """Return how many operations of each site there are up to a revision; sites without any are left out.

    `from_start` reads the operations up to it, else those after it are read and taken off what each site has in all.
    """
    rows = await pool.fetch(_FROM_START if from_start else _FROM_HEAD, document_key, revision)
    return {row[0]: row[1] for row in rows}


_FROM_START = """
SELECT s.site, o.last FROM (
    SELECT site_key, max(site_sequence) AS last FROM document.document_operations
    WHERE document_key = $1 AND revision <= $2 GROUP BY site_key
) o JOIN document.document_sites s USING (site_key)
"""
_FROM_HEAD = """
SELECT s.site, s.last_sequence - coalesce(o.later, 0)
FROM document.document_sites s LEFT JOIN (
    SELECT site_key, count(*) AS later FROM document.document_operations
    WHERE document_key = $1 AND revision > $2 GROUP BY site_key
) o USING (site_key)
WHERE s.document_key = $1 AND s.last_sequence > coalesce(o.later, 0)
"""


async def named_versions(
    pool: Pool, document_key: int, up_to_revision: int, after: tuple[int, int], limit: int
) -> list[tuple[int, int, str, str, str, datetime]]:
    """Return (revision, key, title, description, creator, create time) of named versions, the oldest revision first,
    after the place `after` = (revision, key).
    """
    rows = await pool.fetch(
        """
        SELECT revision, version_key, title, description, creator, create_time FROM document.document_versions
        WHERE document_key = $1 AND kind = 1 AND revision <= $2 AND (revision, version_key) > ($3, $4)
        ORDER BY revision, version_key LIMIT $5
        """,
        document_key,
        up_to_revision,
        *after,
        limit,
    )
    return [tuple(row) for row in rows]
