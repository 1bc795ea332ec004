"""Documents in PostgreSQL: their metadata, how they come and go, and the order in which they are listed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from mesh.database import Pool
from mesh.names import DocumentId
from services.document.documents.metadata import Metadata
from services.document.log.batch import Batch
from services.document.store.listing import Listing, statement_of
from services.document.store.outbox import GONE, Event, announcing
from services.document.store.rows import DOCUMENT, CheckpointRow, DocumentRow, document_row

_DURABLE = "durable AS MATERIALIZED (SELECT set_config('synchronous_commit', 'on', true))"
"""A part of a WITH, to be joined with what changed: the commit waits for the disk, whatever the server does else."""
_METADATA = "title, project, folder, language, template, labels"


async def create(
    pool: Pool,
    document: DocumentId,
    kind: int,
    creator: str,
    metadata: Metadata,
    blank: CheckpointRow,
    beginning: Batch | None,
) -> DocumentRow | None:
    """Create a document with the operations it begins with; None when the id is taken, also by a racing call.

    All of it is there or nothing. `blank` is the checkpoint of revision 0; `beginning` is of one site, from revision 1.
    """
    run = beginning.runs[0] if beginning else None
    row = await pool.fetchrow(
        f"""
        WITH made AS (
            INSERT INTO document.documents AS d
                (id, type, creator, {_METADATA}, head_revision, uncheckpointed_bytes)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
            ON CONFLICT (id) DO NOTHING RETURNING *
        ), content AS (
            INSERT INTO document.document_checkpoints (document_key, revision, hash, content)
            SELECT document_key, $12, $13, $14 FROM made
        ), site AS (
            INSERT INTO document.document_sites (document_key, site_key, last_sequence, last_revision, site, author)
            SELECT document_key, nextval('document.site_keys'), $10, $10, $15, $16 FROM made WHERE head_revision > 0
            RETURNING document_key, site_key
        ), operations AS (
            INSERT INTO document.document_operations
                (applied_at, document_key, revision, site_key, site_sequence, base_revision, operation)
            SELECT now(), s.document_key, o.revision, s.site_key, o.revision, o.revision - 1, o.operation
            FROM site s CROSS JOIN unnest($17::bytea[]) WITH ORDINALITY AS o (operation, revision)
        ), created AS (
            {announcing(Event.CREATED, "made", "creator")}
        ), written AS (
            INSERT INTO document.outbox (document_key, first_revision, last_revision, kind)
            SELECT document_key, 1, head_revision, {int(Event.OPERATIONS)} FROM made WHERE head_revision > 0
        ), {_DURABLE}
        SELECT {DOCUMENT} FROM made d CROSS JOIN durable
        """,  # noqa: S608 -- lists of columns
        document,
        kind,
        creator,
        *_values(metadata),
        beginning.head if beginning else 0,
        beginning.byte_size if beginning else 0,
        blank.revision,
        blank.hash,
        blank.content,
        run.site if run else "",
        run.author if run else "",
        beginning.payloads if beginning else [],
    )
    return document_row(row) if row else None


async def find(pool: Pool, document: DocumentId) -> DocumentRow | None:
    """Return a document's metadata."""
    row = await pool.fetchrow(f"SELECT {DOCUMENT} FROM document.documents d WHERE d.id = $1 AND d.state = 0", document)  # noqa: S608 -- its columns
    return document_row(row) if row else None


async def page(pool: Pool, listing: Listing, limit: int) -> list[DocumentRow]:
    """Return the first `limit` documents of a listing, in its order."""
    query, values = statement_of(listing, limit)
    return [document_row(row) for row in await pool.fetch(query, *values)]


async def update(
    pool: Pool,
    document: DocumentId,
    generation: int,
    metadata: Metadata,
    actor: str = "",
    told: Mapping[str, Sequence[str]] | None = None,
) -> DocumentRow | None:
    """Change the metadata of a document that is of this generation; None when it is not, or deleted, or not there.

    `told` is what the outbox says of it: [before, after] of what changed.
    """
    return await _change(
        pool,
        f"({_METADATA}) = ($3, $4, $5, $6, $7, $8), place_told = d.place_told AND (d.project, d.folder) = ($4, $5)",
        Event.METADATA_CHANGED,
        "d.delete_time IS NULL AND d.generation = $2",
        actor,
        document,
        generation,
        *_values(metadata),
        orjson.dumps(dict(told or {})).decode(),
        details="$9::text::jsonb",
    )


async def delete(
    pool: Pool, document: DocumentId, generation: int | None, trash_days: int, actor: str = ""
) -> DocumentRow | None:
    """Put a document into the trash; None when it is in it, or not there, or of another generation than this one.

    None as generation = of any, here and below.
    """
    return await _change(
        pool,
        "delete_time = now(), expire_time = now() + make_interval(days => $3)",
        Event.DELETED,
        "d.delete_time IS NULL AND ($2::bigint IS NULL OR d.generation = $2)",
        actor,
        document,
        generation,
        trash_days,
    )


async def undelete(pool: Pool, document: DocumentId, generation: int | None, actor: str = "") -> DocumentRow | None:
    """Take a document out of the trash; None when it is not in it, or not there, or of another generation."""
    return await _change(
        pool,
        "delete_time = NULL, expire_time = NULL",
        Event.UNDELETED,
        "d.delete_time IS NOT NULL AND ($2::bigint IS NULL OR d.generation = $2)",
        actor,
        document,
        generation,
    )


async def purge(pool: Pool, document: DocumentId, generation: int | None, actor: str = "") -> bool:
    """Hide a document in the trash for good; False when it is not in it, or not there, or of another generation."""
    row = await _change(
        pool,
        "state = 2",
        Event.PURGED,
        "d.delete_time IS NOT NULL AND ($2::bigint IS NULL OR d.generation = $2)",
        actor,
        document,
        generation,
        details=GONE,
    )
    return row is not None


async def _change(
    pool: Pool, change: str, event: Event, condition: str, actor: str, *values: Any, details: str = "'{}'::jsonb"
) -> DocumentRow | None:
    """Change the document called `$1`, if `condition` holds of its row d at that moment; all in one statement."""
    row = await pool.fetchrow(
        f"""
        WITH changed AS (
            UPDATE document.documents d
            SET generation = d.generation + 1, update_time = now(), listed_time = now(), {change}
            WHERE d.id = $1 AND d.state = 0 AND {condition}
            RETURNING d.*
        ), announced AS (
            {announcing(event, "changed", f"${len(values) + 1}::text", details)}
        ), {_DURABLE}
        SELECT {DOCUMENT} FROM changed d CROSS JOIN durable
        """,  # noqa: S608 -- the pieces are this file's own
        *values,
        actor,
    )
    return document_row(row) if row else None


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


def _values(metadata: Metadata) -> tuple[Any, ...]:
    """Return metadata in the order of `_METADATA`."""
    labels = orjson.dumps(dict(metadata.labels)).decode()
    return metadata.title, metadata.project, metadata.folder, metadata.language, metadata.template, labels
