"""What a check of the database reads, and the repairs of what is derived. Nothing here writes to the log."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from mesh.database import Pool
from mesh.names import DocumentId
from services.document.history.edit_sessions import EditSession
from services.document.store import edit_sessions
from services.document.store.rows import DOCUMENT, CheckpointRow, DocumentRow, document_row

_ALL = 1 << 31


class SiteState(NamedTuple):
    """A site's high-water row."""

    site: str
    last_sequence: int
    last_revision: int


class Indexed(NamedTuple):
    """What the index knows of a document: the content of which revision, the metadata of which generation."""

    revision: int
    generation: int
    sessions_revision: int


class Snapshot(NamedTuple):
    """A document at one moment. `log_last` is the last revision that the log has of it; 0 = none.

    `idle` is how long nothing has happened to it. `checkpoints` are the revisions that have one, in order; `sites` are
    by site_key; `sessions` in order. `indexed` is None where the index has no row.
    """

    document: DocumentRow
    idle: timedelta
    checkpoint_revision: int
    uncheckpointed_bytes: int
    log_last: int
    checkpoints: Sequence[int]
    sites: Mapping[int, SiteState]
    indexed: Indexed | None
    sessions: Sequence[EditSession]

    @property
    def key(self) -> int:
        """The document's number."""
        return self.document.key

    @property
    def head_revision(self) -> int:
        """Its head."""
        return self.document.head_revision

    @property
    def first_revision(self) -> int:
        """The end of its archive."""
        return self.document.first_revision


class LoggedOperation(NamedTuple):
    """An operation as it stands in the log; `site` and `author` are None where its site's row is missing.

    `is_own_site` says whether that row is of the same document.
    """

    revision: int
    applied_at: datetime
    site_key: int
    site_sequence: int
    base_revision: int
    operation: bytes
    agent: str | None
    site: str | None
    author: str | None
    is_own_site: bool


class StoredCheckpoint(NamedTuple):
    """A checkpoint as stored."""

    content: bytes
    hash: bytes
    attribution: bytes | None


class ReaderLag(NamedTuple):
    """A reader of the outbox, and since when its oldest unread row waits (None = it has read all)."""

    name: str
    waiting_since: datetime | None
    now: datetime


async def totals(pool: Pool, documents: Sequence[DocumentId] | None) -> tuple[int, int]:
    """Return how many documents there are, and operations to replay, of these or of all: a walk over the table."""
    row = await pool.fetchrow(
        """
        SELECT count(*), coalesce(sum(greatest(head_revision - first_revision, 0)), 0)::bigint
        FROM document.documents WHERE state = 0 AND ($1::text[] IS NULL OR id = ANY ($1))
        """,
        documents,
    )
    assert row is not None
    return row[0], row[1]


async def page(pool: Pool, after_key: int, limit: int) -> list[int]:
    """Return the keys of documents, in order; those being imported or purged are left out."""
    rows = await pool.fetch(
        """
        SELECT document_key FROM document.documents WHERE document_key > $1 AND state = 0
        ORDER BY document_key LIMIT $2
        """,
        after_key,
        limit,
    )
    return [row[0] for row in rows]


async def key_of(pool: Pool, document: DocumentId) -> int | None:
    """Return a document's key; None when it does not exist."""
    key: int | None = await pool.fetchval(
        "SELECT document_key FROM document.documents WHERE id = $1 AND state = 0", document
    )
    return key


async def snapshot(pool: Pool, document_key: int) -> Snapshot | None:
    """Return what moves with every append, all of one moment; None when the document has gone."""
    async with pool.acquire() as connection, connection.transaction(isolation="repeatable_read", readonly=True):
        row = await connection.fetchrow(
            f"""
            SELECT {DOCUMENT}, now() - d.update_time, d.checkpoint_revision, d.uncheckpointed_bytes, coalesce((
                SELECT revision FROM document.document_operations o WHERE o.document_key = d.document_key
                ORDER BY revision DESC LIMIT 1
            ), 0)
            FROM document.documents d WHERE d.document_key = $1 AND d.state = 0
            """,  # noqa: S608 -- the column list
            document_key,
        )
        if row is None:
            return None
        checkpoints = await connection.fetch(
            "SELECT revision FROM document.document_checkpoints WHERE document_key = $1 ORDER BY revision",
            document_key,
        )
        sites = await connection.fetch(
            "SELECT site_key, site, last_sequence, last_revision FROM document.document_sites WHERE document_key = $1",
            document_key,
        )
        indexed = await connection.fetchrow(
            "SELECT revision, generation, sessions_revision FROM document.document_search WHERE document_key = $1",
            document_key,
        )
        sessions = await edit_sessions.page(connection, document_key, None, _ALL)
    idle, checkpoint_revision, uncheckpointed_bytes, log_last = tuple(row)[-4:]
    return Snapshot(
        document_row(row),
        idle,
        checkpoint_revision,
        uncheckpointed_bytes,
        log_last,
        [each[0] for each in checkpoints],
        {each[0]: SiteState(*tuple(each)[1:]) for each in sites},
        Indexed._make(indexed) if indexed else None,
        sessions[::-1],
    )


async def operations(
    pool: Pool, document_key: int, after_revision: int, up_to_revision: int, limit: int
) -> list[LoggedOperation]:
    """Return at most `limit` operations in the order of their revisions, whatever is wrong with them."""
    rows = await pool.fetch(
        """
        SELECT o.revision, o.applied_at, o.site_key, o.site_sequence, o.base_revision, o.operation, o.agent,
            s.site, s.author, coalesce(s.document_key = o.document_key, false)
        FROM document.document_operations o LEFT JOIN document.document_sites s USING (site_key)
        WHERE o.document_key = $1 AND o.revision > $2 AND o.revision <= $3
        ORDER BY o.revision LIMIT $4
        """,
        document_key,
        after_revision,
        up_to_revision,
        limit,
    )
    return [LoggedOperation._make(row) for row in rows]


async def checkpoint(pool: Pool, document_key: int, revision: int) -> StoredCheckpoint | None:
    """Return the checkpoint of a revision."""
    row = await pool.fetchrow(
        """
        SELECT content, hash, attribution FROM document.document_checkpoints
        WHERE document_key = $1 AND revision = $2
        """,
        document_key,
        revision,
    )
    return StoredCheckpoint._make(row) if row else None


async def replace_content(pool: Pool, document_key: int, checkpoint: CheckpointRow) -> None:
    """Give a checkpoint the content that its revision has."""
    await pool.execute(
        """
        UPDATE document.document_checkpoints SET content = $3, hash = $4 WHERE document_key = $1 AND revision = $2
        """,
        document_key,
        checkpoint.revision,
        checkpoint.content,
        checkpoint.hash,
    )


async def replace_attribution(pool: Pool, document_key: int, revision: int, attribution: bytes | None) -> None:
    """Give a checkpoint the attribution that its revision has."""
    await pool.execute(
        "UPDATE document.document_checkpoints SET attribution = $3 WHERE document_key = $1 AND revision = $2",
        document_key,
        revision,
        attribution,
    )


async def delete_checkpoint(pool: Pool, document_key: int, revision: int) -> None:
    """Remove a checkpoint of a revision that the document has not reached; one that it has meanwhile stays."""
    await pool.execute(
        """
        DELETE FROM document.document_checkpoints c USING document.documents d
        WHERE c.document_key = $1 AND c.revision = $2 AND d.document_key = $1 AND d.head_revision < $2
        """,
        document_key,
        revision,
    )


async def settle_checkpoints(pool: Pool, document_key: int) -> None:
    """Count anew how far a document is past its newest checkpoint; appends to it wait meanwhile."""
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute(_LOCK, document_key)
        await connection.execute(
            """
            WITH newest AS (
                SELECT revision FROM document.document_checkpoints WHERE document_key = $1
                ORDER BY revision DESC LIMIT 1
            ), past AS (
                SELECT coalesce(sum(octet_length(o.operation)), 0) AS bytes
                FROM newest n JOIN document.document_operations o ON o.document_key = $1 AND o.revision > n.revision
            )
            UPDATE document.documents SET checkpoint_revision = n.revision, uncheckpointed_bytes = p.bytes
            FROM newest n, past p WHERE document_key = $1
            """,
            document_key,
        )


async def settle_site(
    pool: Pool, document_key: int, site_key: int, checked_revision: int, last: tuple[int, int] | None
) -> None:
    """Make a site's high-water row (sequence, revision) that of its last operation in the log.

    `last` is that as of `checked_revision` (None = none, and no row then); what was appended since is looked at while
    the document takes no other.
    """
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute(_LOCK, document_key)
        newer = await connection.fetchrow(
            """
            SELECT site_sequence, revision FROM document.document_operations
            WHERE document_key = $1 AND revision > $2 AND site_key = $3 ORDER BY revision DESC LIMIT 1
            """,
            document_key,
            checked_revision,
            site_key,
        )
        known = tuple(newer) if newer else last
        if known is None:
            await connection.execute("DELETE FROM document.document_sites WHERE site_key = $1", site_key)
        else:
            await connection.execute(
                "UPDATE document.document_sites SET last_sequence = $2, last_revision = $3 WHERE site_key = $1",
                site_key,
                *known,
            )


_LOCK = "SELECT FROM document.documents WHERE document_key = $1 FOR NO KEY UPDATE"


async def restart_sessions(pool: Pool, document_key: int, from_revision: int, followed: int) -> None:
    """Forget the edit sessions that begin at a revision or later; they are led on from after `followed`."""
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute(
            "UPDATE document.document_search SET sessions_revision = $2 WHERE document_key = $1", document_key, followed
        )
        await connection.execute(
            "DELETE FROM document.document_edit_sessions WHERE document_key = $1 AND first_revision >= $2",
            document_key,
            from_revision,
        )


async def forget_text(pool: Pool, document_key: int) -> None:
    """Make the index know nothing of a document's text, so that it looks again."""
    await pool.execute(
        """
        UPDATE document.document_search SET revision = 0, generation = 0, title = '', body = '', terms = ''
        WHERE document_key = $1
        """,
        document_key,
    )


async def returned(pool: Pool, document_key: int) -> int | None:
    """Return the revision after which a document's log is whole again, when months came back; None when none did.

    That is one with a checkpoint, or 0, from which every operation up to what counts as archived is there once.
    """
    revision: int | None = await pool.fetchval(
        """
        SELECT c.revision FROM document.documents d
        JOIN document.document_checkpoints c ON c.document_key = d.document_key AND c.revision < d.first_revision
        CROSS JOIN LATERAL (
            SELECT revision FROM document.document_operations WHERE document_key = d.document_key
            ORDER BY revision LIMIT 1
        ) o
        WHERE d.document_key = $1 AND c.revision >= o.revision - 1 AND (
            SELECT count(DISTINCT revision) = count(*) AND count(*) = d.first_revision - c.revision
            FROM document.document_operations
            WHERE document_key = $1 AND revision > c.revision AND revision <= d.first_revision
        )
        ORDER BY c.revision LIMIT 1
        """,
        document_key,
    )
    return revision


async def take_back(pool: Pool, document_key: int, revision: int) -> None:
    """Note that a document's log is whole after `revision`."""
    await pool.execute(
        """
        UPDATE document.documents d SET first_revision = $2, first_revision_time = CASE WHEN $2 > 0 THEN (
            SELECT applied_at FROM document.document_operations o
            WHERE o.document_key = d.document_key AND o.revision = $2 + 1 LIMIT 1
        ) END
        WHERE document_key = $1 AND first_revision > $2
        """,
        document_key,
        revision,
    )


async def orphans(pool: Pool, after_key: int, limit: int) -> tuple[list[int], int | None]:
    """Return keys that operations have and no document, among the next `limit` keys; and the last of those keys.

    None = there are no more. One probe of each partition's index finds the next key.
    """
    rows = await pool.fetch(
        """
        WITH RECURSIVE keys (document_key, n) AS (
            (SELECT document_key, 1 FROM document.document_operations WHERE document_key > $1
             ORDER BY document_key LIMIT 1)
            UNION ALL
            SELECT next.document_key, k.n + 1 FROM keys k CROSS JOIN LATERAL (
                SELECT document_key FROM document.document_operations WHERE document_key > k.document_key
                ORDER BY document_key LIMIT 1
            ) next WHERE k.n < $2::bigint
        )
        SELECT k.document_key, EXISTS (SELECT FROM document.documents d WHERE d.document_key = k.document_key)
        FROM keys k ORDER BY 1
        """,
        after_key,
        limit,
    )
    return [row[0] for row in rows if not row[1]], rows[-1][0] if rows else None


async def unfinished(pool: Pool, idle_hours: int) -> tuple[int, int]:
    """Return how many imports nobody has added to for so long, and purged documents that are not erased yet."""
    row = await pool.fetchrow(
        """
        SELECT count(*) FILTER (WHERE state = 1), count(*) FILTER (WHERE state = 2) FROM document.documents
        WHERE state <> 0 AND update_time < now() - make_interval(hours => $1)
        """,
        idle_hours,
    )
    assert row is not None
    return row[0], row[1]


async def outbox_lag(pool: Pool) -> list[ReaderLag]:
    """Return how far behind each reader of the outbox is."""
    rows = await pool.fetch(
        """
        SELECT r.name, o.created_at, now() FROM document.outbox_readers r LEFT JOIN LATERAL (
            SELECT created_at FROM document.outbox WHERE txid >= r.read_up_to ORDER BY txid, id LIMIT 1
        ) o ON true
        ORDER BY r.name
        """
    )
    return [ReaderLag._make(row) for row in rows]
