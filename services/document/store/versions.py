"""Versions in PostgreSQL: marks at revisions, and the events of making one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from mesh.database import Pool
from mesh.names import DocumentId, VersionId
from services.document.store.outbox import Event, announcing

_COLUMNS = """v.version_key, v.id, v.revision, v.create_time, v.revision_time, v.kind, v.title, v.description,
    v.creator"""


class VersionRow(NamedTuple):
    """A mark at a revision; `kind` is one of shoal.document.v1.VersionKind."""

    key: int
    id: VersionId
    revision: int
    create_time: datetime
    revision_time: datetime
    kind: int
    title: str
    description: str
    creator: str


_TOLD = "jsonb_build_object('version', id, 'kind', kind)"
"""What the outbox says of a version."""


class NewVersion(NamedTuple):
    """What a version is made of; revision 0 = the head."""

    id: VersionId
    revision: int
    kind: int
    title: str
    description: str
    creator: str


async def create(pool: Pool, document: DocumentId, version: NewVersion) -> VersionRow | None:
    """Mark a revision, and announce it.

    None, and nothing is made, when the document is not there or deleted, the revision is above its head, or the
    operation of that revision is not in the database any more.
    """
    row = await pool.fetchrow(
        f"""
        WITH marked AS (
            SELECT d.document_key, d.head_revision, r.revision, CASE r.revision WHEN 0 THEN d.create_time ELSE (
                SELECT o.applied_at FROM document.document_operations o
                WHERE o.document_key = d.document_key AND o.revision = r.revision LIMIT 1
            ) END AS time
            FROM document.documents d
            CROSS JOIN LATERAL (SELECT coalesce(nullif($3::bigint, 0), d.head_revision) AS revision) r
            WHERE d.id = $1 AND d.state = 0 AND d.delete_time IS NULL AND r.revision <= d.head_revision
        ), made AS (
            INSERT INTO document.document_versions
                (document_key, revision, revision_time, kind, id, title, description, creator)
            SELECT document_key, revision, time, $4, $2, $5, $6, $7 FROM marked WHERE time IS NOT NULL
            RETURNING *
        ), announced AS (
            {announcing(Event.VERSION_MADE, "made JOIN marked USING (document_key)", "creator", _TOLD)}
        )
        SELECT {_COLUMNS} FROM made v
        """,  # noqa: S608 -- pieces of our own
        document,
        *version,
    )
    return VersionRow._make(row) if row else None


async def mark_restored(pool: Pool, document_key: int, restored_at: int, creator: str) -> None:
    """Mark the revision before a restore, which became revision `restored_at`, and announce mark and restore.

    The mark's id is made of the restore's revision: a second call changes nothing, and announces nothing.
    """
    await pool.execute(
        f"""
        WITH made AS (
            INSERT INTO document.document_versions
                (document_key, revision, revision_time, kind, id, title, description, creator)
            SELECT d.document_key, $2 - 1, coalesce((
                SELECT o.applied_at FROM document.document_operations o
                WHERE o.document_key = d.document_key AND o.revision = $2 - 1 LIMIT 1
            ), d.create_time), 3, 'before-' || $2, '', '', $3
            FROM document.documents d WHERE d.document_key = $1 AND d.state = 0
            ON CONFLICT (document_key, id) DO NOTHING RETURNING *
        ), at AS (
            SELECT made.*, d.head_revision FROM made JOIN document.documents d USING (document_key)
        ), announced AS (
            {announcing(Event.VERSION_MADE, "at", "creator", _TOLD)}
        )
        {announcing(Event.RESTORED, "at", "creator")}
        """,  # noqa: S608 -- pieces of our own
        document_key,
        restored_at,
        creator,
    )


async def find(pool: Pool, document_key: int, version: VersionId) -> VersionRow | None:
    """Return a version."""
    row = await pool.fetchrow(
        f"SELECT {_COLUMNS} FROM document.document_versions v WHERE v.document_key = $1 AND v.id = $2",  # noqa: S608 -- its columns
        document_key,
        version,
    )
    return VersionRow._make(row) if row else None


async def page(
    pool: Pool, document_key: int, kinds: Sequence[int] | None, before: tuple[int, int] | None, limit: int
) -> list[VersionRow]:
    """Return versions of these kinds (None: all), the newest revision first, after the place (revision, key)."""
    revision, key = before or (None, None)
    rows = await pool.fetch(
        f"""
        SELECT {_COLUMNS} FROM document.document_versions v
        WHERE v.document_key = $1 AND ($2::smallint[] IS NULL OR v.kind = ANY ($2))
            AND (v.revision, v.version_key) < (coalesce($3, 9223372036854775807), coalesce($4, 0::bigint))
        ORDER BY v.revision DESC, v.version_key DESC LIMIT $5
        """,  # noqa: S608 -- the column list above
        document_key,
        kinds,
        revision,
        key,
        limit,
    )
    return [VersionRow._make(row) for row in rows]


async def update(
    pool: Pool, document_key: int, version: VersionId, title: str | None, description: str | None, subject: str
) -> VersionRow | None:
    """Change title and description (None: as they are); an automatic version with a title becomes `subject`'s own.

    None when there is no such version, or it is a named one and the title is empty.
    """
    row = await pool.fetchrow(
        f"""
        UPDATE document.document_versions v
        SET title = coalesce($3, v.title), description = coalesce($4, v.description),
            kind = CASE WHEN v.kind = 2 AND $3 <> '' THEN 1 ELSE v.kind END,
            creator = CASE WHEN v.kind = 2 AND $3 <> '' THEN $5 ELSE v.creator END
        WHERE v.document_key = $1 AND v.id = $2 AND (v.kind = 1 AND $3 = '') IS NOT TRUE
        RETURNING {_COLUMNS}
        """,  # noqa: S608 -- the column list above
        document_key,
        version,
        title,
        description,
        subject,
    )
    return VersionRow._make(row) if row else None


async def delete(pool: Pool, document_key: int, version: VersionId) -> bool:
    """Remove a mark; False when there is none."""
    status = await pool.execute(
        "DELETE FROM document.document_versions WHERE document_key = $1 AND id = $2", document_key, version
    )
    return status != "DELETE 0"
