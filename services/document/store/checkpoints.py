"""Checkpoints in PostgreSQL: contents as of some revisions, and who wrote them.

`attribution` is an encoded Authorship. It is NULL at revision 0, which is nothing, in rows made before it was kept, and
where it could not be made.
"""

from __future__ import annotations

from typing import NamedTuple

from mesh.database import Pool
from mesh.names import DocumentId
from services.document.store.rows import DOCUMENT, CheckpointRow, DocumentRow, document_row


class AttributionRow(NamedTuple):
    """The newest attribution at or below a revision; `checkpoint_revision` is the newest checkpoint's there."""

    revision: int
    attribution: bytes | None
    checkpoint_revision: int


class AuthoredRow(NamedTuple):
    """An operation and who wrote it."""

    revision: int
    operation: bytes
    author: str
    agent: str | None


async def newest(pool: Pool, document: DocumentId, at_revision: int | None) -> tuple[DocumentRow, CheckpointRow] | None:
    """Return a document and its newest checkpoint at or below `at_revision` (None = any); None if it does not exist."""
    row = await pool.fetchrow(
        f"""
        SELECT {DOCUMENT}, c.revision, c.content, c.hash
        FROM document.documents d
        CROSS JOIN LATERAL (
            SELECT revision, content, hash FROM document.document_checkpoints
            WHERE document_key = d.document_key AND revision <= coalesce($2, d.head_revision)
            ORDER BY revision DESC LIMIT 1
        ) c
        WHERE d.id = $1 AND d.state = 0
        """,  # noqa: S608 -- the column list above
        document,
        at_revision,
    )
    return (document_row(row), CheckpointRow(row["revision"], row["content"], row["hash"])) if row else None


async def newest_attribution(
    pool: Pool, document: DocumentId, at_revision: int | None
) -> tuple[DocumentRow, AttributionRow] | None:
    """Return a document and its newest attribution at or below `at_revision` (None = any).

    That of revision 0 (None) when there is no other; None if the document does not exist.
    """
    row = await pool.fetchrow(
        f"""
        SELECT {DOCUMENT}, coalesce(a.revision, 0), a.attribution, coalesce(c.revision, 0)
        FROM document.documents d
        LEFT JOIN LATERAL (
            SELECT revision FROM document.document_checkpoints
            WHERE document_key = d.document_key AND revision <= coalesce($2, d.head_revision)
            ORDER BY revision DESC LIMIT 1
        ) c ON true
        LEFT JOIN LATERAL (
            SELECT revision, attribution FROM document.document_checkpoints
            WHERE document_key = d.document_key AND revision <= c.revision AND attribution IS NOT NULL
            ORDER BY revision DESC LIMIT 1
        ) a ON true
        WHERE d.id = $1 AND d.state = 0
        """,  # noqa: S608 -- the column list above
        document,
        at_revision,
    )
    return (document_row(row), AttributionRow(*tuple(row)[-3:])) if row else None


async def revisions(pool: Pool, document_key: int, after_revision: int, up_to_revision: int) -> list[int]:
    """Return the revisions that have checkpoints, in order."""
    rows = await pool.fetch(
        """
        SELECT revision FROM document.document_checkpoints
        WHERE document_key = $1 AND revision > $2 AND revision <= $3 ORDER BY revision
        """,
        document_key,
        after_revision,
        up_to_revision,
    )
    return [row[0] for row in rows]


async def authored(pool: Pool, document_key: int, after_revision: int, up_to_revision: int) -> list[AuthoredRow]:
    """Return the operations of a range in order, and who wrote them."""
    rows = await pool.fetch(
        """
        SELECT o.revision, o.operation, s.author, o.agent
        FROM document.document_operations o JOIN document.document_sites s USING (site_key)
        WHERE o.document_key = $1 AND o.revision > $2 AND o.revision <= $3 ORDER BY o.revision
        """,
        document_key,
        after_revision,
        up_to_revision,
    )
    return [AuthoredRow._make(row) for row in rows]


async def add(
    pool: Pool, document_key: int, checkpoint: CheckpointRow, attribution: bytes | None, covered_bytes: int
) -> None:
    """Store a checkpoint. A second one of the same revision, which is the same content, changes nothing."""
    await pool.execute(
        """
        WITH added AS (
            INSERT INTO document.document_checkpoints (document_key, revision, hash, content, attribution)
            VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING
        )
        UPDATE document.documents
        SET checkpoint_revision = $2, uncheckpointed_bytes = greatest(uncheckpointed_bytes - $6, 0)
        WHERE document_key = $1 AND checkpoint_revision < $2
        """,
        document_key,
        checkpoint.revision,
        checkpoint.hash,
        checkpoint.content,
        attribution,
        covered_bytes,
    )


async def complete(pool: Pool, document_key: int, revision: int, attribution: bytes) -> None:
    """Give a checkpoint that has none its attribution. Nothing changes in a race: there is one for each revision."""
    await pool.execute(
        """
        UPDATE document.document_checkpoints SET attribution = $3
        WHERE document_key = $1 AND revision = $2 AND attribution IS NULL
        """,
        document_key,
        revision,
        attribution,
    )
