"""Reading documents for those who follow them: by key, whatever order they changed in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mesh.database import Pool
from mesh.names import DocumentId
from services.document.documents.filter import Condition
from services.document.store.listing import sql_of
from services.document.store.rows import DOCUMENT, DocumentRow, document_row


async def page(pool: Pool, conditions: Sequence[Condition], after_key: int, limit: int) -> list[DocumentRow]:
    """Return the next documents after a key that fit all conditions, by key; those in the trash are left out."""
    values: list[Any] = [after_key, limit]
    where = _where(conditions, values)
    rows = await pool.fetch(
        f"""
        SELECT {DOCUMENT} FROM document.documents d WHERE d.document_key > $1 AND d.delete_time IS NULL AND {where}
        ORDER BY d.document_key LIMIT $2
        """,  # noqa: S608 -- names of columns, and parameters
        *values,
    )
    return [document_row(row) for row in rows]


async def fitting(pool: Pool, conditions: Sequence[Condition], keys: Sequence[int]) -> list[DocumentRow]:
    """Return those of some documents that fit all conditions, by key; those in the trash are among them."""
    values: list[Any] = [keys]
    where = _where(conditions, values)
    rows = await pool.fetch(
        f"""
        SELECT {DOCUMENT} FROM document.documents d WHERE d.document_key = ANY ($1) AND {where} ORDER BY d.document_key
        """,  # noqa: S608 -- names of columns, and parameters
        *values,
    )
    return [document_row(row) for row in rows]


async def keys(pool: Pool, documents: Sequence[DocumentId]) -> list[int]:
    """Return the keys of documents, by key; those that are not there are missing."""
    rows = await pool.fetch(
        "SELECT document_key FROM document.documents WHERE id = ANY ($1::text[]) ORDER BY document_key", documents
    )
    return [row[0] for row in rows]


def _where(conditions: Sequence[Condition], values: list[Any]) -> str:
    return " AND ".join(["d.state = 0", *[sql_of(each, values) for each in conditions]])
