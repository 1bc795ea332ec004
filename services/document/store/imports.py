"""Documents on their way in, in PostgreSQL: in pieces, each in a transaction of its own, seen by nobody before the end.

Until `finish` the document's state is 1. One that nothing was added to for long is given up by erasing.abandon.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

import orjson

from mesh.database import Pool
from mesh.names import DocumentId, VersionId
from services.document.documents.metadata import Metadata
from services.document.store.outbox import Event, announcing
from services.document.store.rows import DOCUMENT, CheckpointRow, DocumentRow, SiteRow, document_row


class NewOperation(NamedTuple):
    """An operation that is brought in, with its time."""

    revision: int
    site: str
    site_sequence: int
    base_revision: int
    payload: bytes
    agent: str | None
    applied_at: datetime


class NewMark(NamedTuple):
    """A named version that is brought in."""

    id: VersionId
    revision: int
    title: str
    description: str
    creator: str
    create_time: datetime


async def begin(
    pool: Pool, document: DocumentId, kind: int, creator: str, metadata: Metadata, blank: CheckpointRow
) -> int | None:
    """Take an id for a document that is being brought in; returns its key, None when the id is taken."""
    key: int | None = await pool.fetchval(
        """
        WITH made AS (
            INSERT INTO document.documents (id, type, creator, title, project, language, template, labels, state)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 1)
            ON CONFLICT (id) DO NOTHING RETURNING document_key
        ), content AS (
            INSERT INTO document.document_checkpoints (document_key, revision, hash, content)
            SELECT document_key, $9, $10, $11 FROM made
        )
        SELECT document_key FROM made
        """,
        document,
        kind,
        creator,
        metadata.title,
        metadata.project,
        metadata.language,
        metadata.template,
        orjson.dumps(dict(metadata.labels)).decode(),
        *(blank.revision, blank.hash, blank.content),
    )
    return key


async def sites(pool: Pool, document_key: int, names: Sequence[str]) -> list[SiteRow]:
    """Return how far these sites got; those that have not written are left out."""
    rows = await pool.fetch(
        """
        SELECT site, author, last_sequence, last_revision FROM document.document_sites
        WHERE document_key = $1 AND site = ANY ($2::text[])
        """,
        document_key,
        names,
    )
    return [SiteRow(*row) for row in rows]


async def add(pool: Pool, document_key: int, operations: Sequence[NewOperation], reached: Sequence[SiteRow]) -> bool:
    """Add operations, and how far their sites have come with them; False when the document was given up meanwhile."""
    async with pool.acquire() as connection, connection.transaction():
        alive = await connection.execute(
            "UPDATE document.documents SET update_time = now() WHERE document_key = $1 AND state = 1", document_key
        )
        if alive == "UPDATE 0":
            return False
        rows = await connection.fetch(
            """
            INSERT INTO document.document_sites AS s
                (document_key, site_key, last_sequence, last_revision, site, author)
            SELECT $1, nextval('document.site_keys'), r.last_sequence, r.last_revision, r.site, r.author
            FROM unnest($2::text[], $3::text[], $4::bigint[], $5::bigint[])
                AS r (site, author, last_sequence, last_revision)
            ON CONFLICT (document_key, site) DO UPDATE
            SET last_sequence = excluded.last_sequence, last_revision = excluded.last_revision
            RETURNING site, site_key
            """,
            document_key,
            [each.site for each in reached],
            [each.author for each in reached],
            [each.last_sequence for each in reached],
            [each.last_revision for each in reached],
        )
        keys = {row[0]: row[1] for row in rows}
        await connection.execute(
            """
            INSERT INTO document.document_operations
                (applied_at, document_key, revision, site_key, site_sequence, base_revision, operation, agent)
            SELECT o.applied_at, $1, o.revision, o.site_key, o.sequence, o.base, o.operation, o.agent
            FROM unnest($2::timestamptz[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bytea[],
                $8::text[]) AS o (applied_at, revision, site_key, sequence, base, operation, agent)
            """,
            document_key,
            [each.applied_at for each in operations],
            [each.revision for each in operations],
            [keys[each.site] for each in operations],
            [each.site_sequence for each in operations],
            [each.base_revision for each in operations],
            [each.payload for each in operations],
            [each.agent for each in operations],
        )
        return True


async def add_versions(pool: Pool, document_key: int, marks: Sequence[NewMark], created: datetime) -> None:
    """Add named versions of operations that are there; revision 0 was at `created`."""
    await pool.execute(
        """
        INSERT INTO document.document_versions
            (document_key, revision, create_time, revision_time, kind, id, title, description, creator)
        SELECT $1, m.revision, m.create_time, coalesce((
            SELECT o.applied_at FROM document.document_operations o
            WHERE o.document_key = $1 AND o.revision = m.revision LIMIT 1
        ), $8), 1, m.id, m.title, m.description, m.creator
        FROM unnest($2::text[], $3::bigint[], $4::text[], $5::text[], $6::text[], $7::timestamptz[])
            WITH ORDINALITY AS m (id, revision, title, description, creator, create_time, place)
        ORDER BY m.place
        """,
        document_key,
        *([mark[field] for mark in marks] for field in range(6)),
        created,
    )


async def finish(
    pool: Pool, document_key: int, head_revision: int, uncheckpointed_bytes: int, create_time: datetime
) -> DocumentRow | None:
    """Let everybody see the document, and announce it; None when it was given up meanwhile."""
    row = await pool.fetchrow(
        f"""
        WITH made AS (
            UPDATE document.documents d
            SET state = 0, head_revision = $2, uncheckpointed_bytes = $3, create_time = $4, update_time = now(),
                listed_time = now()
            WHERE d.document_key = $1 AND d.state = 1 RETURNING d.*
        ), created AS (
            {announcing(Event.CREATED, "made", "creator")}
        ), written AS (
            INSERT INTO document.outbox (document_key, first_revision, last_revision, kind)
            SELECT document_key, 1, head_revision, {int(Event.OPERATIONS)} FROM made WHERE head_revision > 0
        )
        SELECT {DOCUMENT} FROM made d
        """,  # noqa: S608 -- pieces of our own
        document_key,
        head_revision,
        uncheckpointed_bytes,
        create_time,
    )
    return document_row(row) if row else None


async def give_up(pool: Pool, document_key: int) -> None:
    """Mark a document that will not be finished for erasing. Its id is free at once: it was nobody's yet."""
    await pool.execute(
        "UPDATE document.documents SET state = 2, id = '-' || document_key WHERE document_key = $1 AND state = 1",
        document_key,
    )
