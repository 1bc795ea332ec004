"""Which documents the project service is to be told of, in PostgreSQL."""

from __future__ import annotations

from mesh.database import Connection, Pool
from services.document.store.outbox import Event, announcing
from services.document.store.rows import DOCUMENT, DocumentRow, document_row


async def untold(executor: Connection | Pool, after_key: int, limit: int) -> list[DocumentRow]:
    """Return the next documents after a key whose place is not known to have been told, by key."""
    rows = await executor.fetch(
        f"""
        SELECT {DOCUMENT} FROM document.documents d
        WHERE NOT d.place_told AND d.state = 0 AND d.document_key > $1 ORDER BY d.document_key LIMIT $2
        """,  # noqa: S608 -- its columns
        after_key,
        limit,
    )
    return [document_row(row) for row in rows]


async def told(executor: Connection | Pool, document_key: int, project: str, folder: str) -> None:
    """Note that the project service knows that a document is there; nothing happens when it was moved since."""
    await executor.execute(
        """
        UPDATE document.documents SET place_told = true
        WHERE document_key = $1 AND project = $2 AND folder = $3 AND NOT place_told
        """,
        document_key,
        project,
        folder,
    )


async def move_up(pool: Pool, document_key: int, generation: int, project: str) -> DocumentRow | None:
    """Take a document of this generation out of its folder, and into `project`; None when it changed meanwhile.

    One in the trash too: it can be undeleted.
    """
    row = await pool.fetchrow(
        f"""
        WITH changed AS (
            UPDATE document.documents d
            SET project = $3, folder = '', generation = d.generation + 1, update_time = now(), listed_time = now()
            WHERE d.document_key = $1 AND d.state = 0 AND d.generation = $2
            RETURNING d.*
        ), announced AS (
            {announcing(Event.METADATA_CHANGED, "changed")}
        )
        SELECT {DOCUMENT} FROM changed d
        """,  # noqa: S608 -- the pieces are our own
        document_key,
        generation,
        project,
    )
    return document_row(row) if row else None


async def name_of(pool: Pool, document_key: int) -> tuple[str, str] | None:
    """Return the id and the creator of a document, whatever its state; None when it is erased."""
    row = await pool.fetchrow("SELECT id, creator FROM document.documents WHERE document_key = $1", document_key)
    return (row[0], row[1]) if row else None
