"""Documents in PostgreSQL: their metadata, and the order in which they are listed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from mesh.database import Pool
from mesh.names import DocumentId
from services.document.store.rows import DOCUMENT, CheckpointRow, DocumentRow, document_row


async def create(
    pool: Pool, document: DocumentId, title: str, kind: int, creator: str, checkpoint: CheckpointRow
) -> DocumentRow | None:
    """Create a document with its first content; None when the id is taken, also by a racing call."""
    row = await pool.fetchrow(
        f"""
        WITH made AS (
            INSERT INTO document.documents AS d (id, title, type, creator) VALUES ($1, $2, $3, $4)
            ON CONFLICT (id) DO NOTHING RETURNING *
        ), content AS (
            INSERT INTO document.document_checkpoints (document_key, revision, hash, content)
            SELECT document_key, $5, $6, $7 FROM made
        )
        SELECT {DOCUMENT} FROM made d
        """,  # noqa: S608 -- the column list above
        document,
        title,
        kind,
        creator,
        checkpoint.revision,
        checkpoint.hash,
        checkpoint.content,
    )
    return document_row(row) if row else None


async def find(pool: Pool, document: DocumentId) -> DocumentRow | None:
    """Return a document's metadata."""
    row = await pool.fetchrow(f"SELECT {DOCUMENT} FROM document.documents d WHERE d.id = $1 AND d.state = 0", document)  # noqa: S608 -- its columns
    return document_row(row) if row else None


async def page(pool: Pool, before: tuple[datetime, int] | None, limit: int) -> list[DocumentRow]:
    """Return documents by `listed_time`, the newest first, after the place `before` = (listed_time, key)."""
    time, key = before or (None, None)
    rows = await pool.fetch(
        f"""
        SELECT {DOCUMENT} FROM document.documents d
        WHERE d.state = 0 AND d.delete_time IS NULL
            AND (d.listed_time, d.document_key) < (coalesce($1, 'infinity'::timestamptz), coalesce($2, 0::bigint))
        ORDER BY d.listed_time DESC, d.document_key DESC LIMIT $3
        """,  # noqa: S608 -- the column list above
        time,
        key,
        limit,
    )
    return [document_row(row) for row in rows]


async def refresh_listing(pool: Pool, document_keys: Sequence[int] | None) -> None:
    """Move `listed_time` to `update_time` for these documents, or for all (None: a walk over the table)."""
    await pool.execute(
        """
        WITH due AS (
            SELECT document_key FROM document.documents
            WHERE listed_time < update_time AND ($1::bigint[] IS NULL OR document_key = ANY ($1))
            ORDER BY document_key FOR NO KEY UPDATE
        )
        UPDATE document.documents d SET listed_time = d.update_time FROM due WHERE d.document_key = due.document_key
        """,
        document_keys,
    )
