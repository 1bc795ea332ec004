"""Store: the only place with SQL of the document service.

Each function is one statement of intent, in one transaction; what it says of races holds at READ COMMITTED.
Rows come back as small values; nothing here knows a message of the contract.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from mesh.database import Connection, Pool
from mesh.names import DocumentId
from services.document.batch import Batch

SCHEMA = "document"

_LOCK_SPACE = 0x53484F42
"""First half of the keys of our advisory locks: "SHOB"."""

# One statement, planned once for batches of any size. The planner knows of no size: it takes each of these sets for one
# row or ten, and would join them by walking all pairs. So rows are found by index alone (LATERAL with LIMIT leaves no
# other way), "is it in that set" is asked in a form that stays a hashed lookup (IS TRUE), and what an operation needs
# to know of its run stands in an array. Measured with 200 documents in one statement: 4 ms instead of 40.
_APPEND = """
WITH batch AS (
    SELECT * FROM unnest($1::text[], $2::bigint[], $3::bigint[], $4::bigint[]) WITH ORDINALITY
        AS b (id, expected, head, bytes, n)
), locked AS MATERIALIZED (
    SELECT b.n, d.document_key, b.expected, b.head, b.bytes
    FROM batch b JOIN document.documents d ON d.id = b.id
    WHERE d.head_revision = b.expected
    ORDER BY d.document_key FOR NO KEY UPDATE OF d
), run AS MATERIALIZED (
    SELECT r.run, r.n, d.document_key, r.site, r.author, r.last, r.last_revision,
        coalesce(s.site_key, nextval('document.site_keys')) AS site_key,
        coalesce(s.last_sequence, 0) = r.first - 1 AND coalesce(s.author = r.author, true) AS fits
    FROM unnest($5::bigint[], $6::text[], $7::text[], $8::text[], $9::bigint[], $10::bigint[], $11::bigint[])
        WITH ORDINALITY AS r (n, id, site, author, first, last, last_revision, run)
    LEFT JOIN LATERAL (SELECT document_key FROM document.documents WHERE id = r.id LIMIT 1) d ON true
    LEFT JOIN LATERAL (
        SELECT site_key, last_sequence, author FROM document.document_sites
        WHERE document_key = d.document_key AND site = r.site LIMIT 1
    ) s ON true
), head AS MATERIALIZED (
    UPDATE document.documents d
    SET head_revision = l.head, update_time = now(), uncheckpointed_bytes = d.uncheckpointed_bytes + l.bytes
    FROM locked l
    WHERE d.document_key = l.document_key AND (l.n IN (SELECT n FROM run WHERE NOT fits)) IS NOT TRUE
    RETURNING l.n, d.document_key, l.expected, l.head, d.checkpoint_revision, d.uncheckpointed_bytes
), sites AS (
    INSERT INTO document.document_sites AS s (document_key, site_key, last_sequence, last_revision, site, author)
    SELECT document_key, site_key, last, last_revision, site, author FROM run WHERE (n IN (SELECT n FROM head)) IS TRUE
    ON CONFLICT (document_key, site) DO UPDATE
    SET last_sequence = excluded.last_sequence, last_revision = excluded.last_revision
), place AS MATERIALIZED (
    SELECT array_agg(CASE WHEN (n IN (SELECT n FROM head)) IS TRUE THEN document_key ELSE 0 END ORDER BY run) AS keys,
        array_agg(site_key ORDER BY run) AS sites
    FROM run
), operations AS (
    INSERT INTO document.document_operations
        (applied_at, document_key, revision, site_key, site_sequence, base_revision, operation, agent)
    SELECT now(), p.keys[o.run], o.revision, p.sites[o.run], o.sequence, o.base, o.operation, o.agent
    FROM place p CROSS JOIN unnest($12::int[], $13::bigint[], $14::bigint[], $15::bigint[], $16::bytea[], $17::text[])
        AS o (run, revision, sequence, base, operation, agent)
    WHERE p.keys[o.run] > 0
), announced AS (
    INSERT INTO document.outbox (document_key, first_revision, last_revision, kind)
    SELECT document_key, expected + 1, head, 1 FROM head
)
SELECT n, document_key, checkpoint_revision, uncheckpointed_bytes FROM head
"""

_DOCUMENT = """d.document_key, d.id, d.title, d.type, d.head_revision, d.creator, d.create_time, d.update_time,
    d.listed_time"""


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """A document's metadata; `key` is its number in this schema."""

    key: int
    id: DocumentId
    title: str
    type: int
    head_revision: int
    creator: str
    create_time: datetime
    update_time: datetime
    listed_time: datetime


@dataclass(frozen=True, slots=True)
class CheckpointRow:
    """Content as of `revision`: a serialised Content, deflated; `hash` is the content's."""

    revision: int
    content: bytes
    hash: bytes


@dataclass(frozen=True, slots=True)
class Written:
    """One document's part of an append that is on disk."""

    document_key: int
    checkpoint_revision: int
    uncheckpointed_bytes: int


@dataclass(frozen=True, slots=True)
class SiteRow:
    """How far a site got."""

    site: str
    author: str
    last_sequence: int
    last_revision: int


class OperationRow(NamedTuple):
    """An operation as it is on disk. A tuple, since these are read by the thousand."""

    revision: int
    site: str
    site_sequence: int
    author: str
    agent: str | None
    base_revision: int
    operation: bytes
    applied_at: datetime


async def prepare_for_appending(connection: Connection) -> None:
    """Set a connection up for `append`: one plan, by the indexes, for all sizes; a commit that waits for the disk."""
    await connection.execute(
        "SET plan_cache_mode = force_generic_plan; SET enable_seqscan = off; SET synchronous_commit = on"
    )


async def append(connection: Connection, batches: Sequence[Batch], timeout_s: float) -> dict[int, Written]:
    """Write what fits, in one commit; returns it by index into `batches`, which has each document once.

    A batch is left out, whole, when its head is not the expected one, or a site is elsewhere or somebody else's: ask
    `heads` why. The head's row is locked before the sites are judged, in the order of keys, so that writers of one
    document take turns, writers of many cannot deadlock, and a site's row cannot change in between.
    """
    documents, runs, operations = _columns(batches)
    rows = await connection.fetch(_APPEND, *documents, *runs, *operations, timeout=timeout_s)
    return {row[0] - 1: Written(row[1], row[2], row[3]) for row in rows}


def _columns(batches: Sequence[Batch]) -> tuple[list[list[Any]], list[list[Any]], list[list[Any]]]:
    documents: list[list[Any]] = [
        [batch.document for batch in batches],
        [batch.expected for batch in batches],
        [batch.head for batch in batches],
        [batch.byte_size for batch in batches],
    ]
    runs: list[list[Any]] = [[], [], [], [], [], [], []]
    operations: list[list[Any]] = [[], [], [], [], [], []]
    for n, batch in enumerate(batches, 1):
        offset = len(runs[0]) + 1
        for column, values in zip(runs, _run_columns(n, batch), strict=True):
            column += values
        operations[0] += [offset + run for run in batch.run_of]
        operations[1] += range(batch.expected + 1, batch.head + 1)
        operations[2] += batch.sequences
        operations[3] += batch.bases
        operations[4] += batch.payloads
        operations[5] += batch.agents
    return documents, runs, operations


def _run_columns(n: int, batch: Batch) -> tuple[list[Any], ...]:
    runs = batch.runs
    return (
        [n] * len(runs),
        [batch.document] * len(runs),
        [run.site for run in runs],
        [run.author for run in runs],
        [run.first for run in runs],
        [run.last for run in runs],
        [run.last_revision for run in runs],
    )


async def heads(
    connection: Connection, asked: Sequence[tuple[str, Sequence[str]]]
) -> dict[str, tuple[int, list[SiteRow]]]:
    """Return head and sites of each (document, sites) asked about, from one snapshot; unknown ones are left out."""
    documents = [document for document, sites in asked for _ in (None, *sites)]
    sites = [site for _, sites in asked for site in (None, *sites)]
    rows = await connection.fetch(
        """
        SELECT d.id, d.head_revision, s.site, s.author, s.last_sequence, s.last_revision
        FROM unnest($1::text[], $2::text[]) AS a (id, site)
        JOIN document.documents d ON d.id = a.id
        LEFT JOIN document.document_sites s ON s.document_key = d.document_key AND s.site = a.site
        """,
        documents,
        sites,
    )
    found: dict[str, tuple[int, list[SiteRow]]] = {}
    for document, head, site, author, sequence, revision in rows:
        _, known = found.setdefault(document, (head, []))
        if site is not None:
            known.append(SiteRow(site, author, sequence, revision))
    return found


async def is_written(connection: Connection, batch: Batch) -> bool:
    """Say whether the log holds exactly this batch at the revisions it was meant for."""
    rows = await connection.fetch(
        """
        SELECT s.site, o.site_sequence, o.operation
        FROM document.documents d
        JOIN document.document_operations o ON o.document_key = d.document_key AND o.revision > $2 AND o.revision <= $3
        JOIN document.document_sites s USING (site_key)
        WHERE d.id = $1 ORDER BY o.revision
        """,
        batch.document,
        batch.expected,
        batch.head,
    )
    sites = [batch.runs[run].site for run in batch.run_of]
    return [tuple(row) for row in rows] == list(zip(sites, batch.sequences, batch.payloads, strict=True))


async def operations(
    connection: Connection | Pool, document_key: int, after_revision: int, up_to_revision: int, limit: int
) -> list[OperationRow]:
    """Return at most `limit` operations, in order. They never change, so pages need no common snapshot."""
    rows = await connection.fetch(
        """
        SELECT o.revision, s.site, o.site_sequence, s.author, o.agent, o.base_revision, o.operation, o.applied_at
        FROM document.document_operations o JOIN document.document_sites s USING (site_key)
        WHERE o.document_key = $1 AND o.revision > $2 AND o.revision <= $3
        ORDER BY o.revision LIMIT $4
        """,
        document_key,
        after_revision,
        min(up_to_revision, after_revision + limit),
        limit,
    )
    return [OperationRow._make(row) for row in rows]


async def payloads(pool: Pool, document_key: int, after_revision: int, up_to_revision: int) -> list[bytes]:
    """Return the operations of a range in order, without who and when."""
    rows = await pool.fetch(
        """
        SELECT operation FROM document.document_operations
        WHERE document_key = $1 AND revision > $2 AND revision <= $3 ORDER BY revision
        """,
        document_key,
        after_revision,
        up_to_revision,
    )
    return [row[0] for row in rows]


async def site_revisions(
    pool: Pool, document: DocumentId, site: str, first_sequence: int, last_sequence: int
) -> list[tuple[int, int]]:
    """Return (sequence, revision) of those of a site's operations that are in the log, in order.

    There is no index by site: what is asked for is nearly always the site's last flight, so the log is walked back
    from its last operation. A sequence's revision lies between itself and the last one's, less those in between.
    """
    rows = await pool.fetch(
        """
        SELECT o.site_sequence, o.revision
        FROM document.documents d
        JOIN document.document_sites s ON s.document_key = d.document_key AND s.site = $2
        CROSS JOIN LATERAL (
            SELECT site_sequence, revision FROM document.document_operations
            WHERE document_key = d.document_key AND site_key = s.site_key AND site_sequence BETWEEN $3 AND $4
                AND revision BETWEEN $3 AND s.last_revision - greatest(s.last_sequence - $4, 0)
            ORDER BY revision DESC LIMIT $4 - $3 + 1
        ) o
        WHERE d.id = $1
        ORDER BY o.site_sequence
        """,
        document,
        site,
        first_sequence,
        last_sequence,
    )
    return [(row[0], row[1]) for row in rows]


async def newest_checkpoint(
    pool: Pool, document: DocumentId, at_revision: int | None
) -> tuple[DocumentRow, CheckpointRow] | None:
    """Return a document and its newest checkpoint at or below `at_revision` (None = any); None if it does not exist."""
    row = await pool.fetchrow(
        f"""
        SELECT {_DOCUMENT}, c.revision, c.content, c.hash
        FROM document.documents d
        CROSS JOIN LATERAL (
            SELECT revision, content, hash FROM document.document_checkpoints
            WHERE document_key = d.document_key AND revision <= coalesce($2, d.head_revision)
            ORDER BY revision DESC LIMIT 1
        ) c
        WHERE d.id = $1
        """,  # noqa: S608 -- the column list above
        document,
        at_revision,
    )
    return (_document(row), CheckpointRow(row["revision"], row["content"], row["hash"])) if row else None


async def add_checkpoint(pool: Pool, document_key: int, checkpoint: CheckpointRow, covered_bytes: int) -> None:
    """Store a checkpoint. A second one of the same revision, which is the same content, changes nothing."""
    await pool.execute(
        """
        WITH added AS (
            INSERT INTO document.document_checkpoints (document_key, revision, hash, content)
            VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING
        )
        UPDATE document.documents
        SET checkpoint_revision = $2, uncheckpointed_bytes = greatest(uncheckpointed_bytes - $5, 0)
        WHERE document_key = $1 AND checkpoint_revision < $2
        """,
        document_key,
        checkpoint.revision,
        checkpoint.hash,
        checkpoint.content,
        covered_bytes,
    )


async def create_document(
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
        SELECT {_DOCUMENT} FROM made d
        """,  # noqa: S608 -- the column list above
        document,
        title,
        kind,
        creator,
        checkpoint.revision,
        checkpoint.hash,
        checkpoint.content,
    )
    return _document(row) if row else None


async def find_document(pool: Pool, document: DocumentId) -> DocumentRow | None:
    """Return a document's metadata."""
    row = await pool.fetchrow(f"SELECT {_DOCUMENT} FROM document.documents d WHERE d.id = $1", document)  # noqa: S608 -- above
    return _document(row) if row else None


async def list_documents(pool: Pool, before: tuple[datetime, int] | None, limit: int) -> list[DocumentRow]:
    """Return documents by `listed_time`, the newest first, after the place `before` = (listed_time, key)."""
    time, key = before or (None, None)
    rows = await pool.fetch(
        f"""
        SELECT {_DOCUMENT} FROM document.documents d
        WHERE (d.listed_time, d.document_key) < (coalesce($1, 'infinity'::timestamptz), coalesce($2, 0::bigint))
        ORDER BY d.listed_time DESC, d.document_key DESC LIMIT $3
        """,  # noqa: S608 -- the column list above
        time,
        key,
        limit,
    )
    return [_document(row) for row in rows]


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


async def prune_outbox(pool: Pool, days: int, limit: int) -> int:
    """Delete rows older than `days`, at most `limit`; returns how many."""
    status = await pool.execute(
        """
        WITH oldest AS (SELECT id, created_at FROM document.outbox ORDER BY id LIMIT $2)
        DELETE FROM document.outbox o USING oldest
        WHERE o.id = oldest.id AND oldest.created_at < now() - make_interval(days => $1)
        """,
        days,
        limit,
    )
    return int(status.split()[-1])


async def add_partition(pool: Pool, name: str, start: datetime, end: datetime) -> bool:
    """Make the partition of operations of [start, end); False when it is there already.

    It is made apart and then attached, which does not stop readers and writers of the log; should somebody hold the
    table for long, it gives up with LockNotAvailableError rather than queue everybody behind itself. Operations that
    came before their partition stand in the default one, and are moved over.
    """
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute("SELECT pg_advisory_xact_lock($1, 1)", _LOCK_SPACE)
        if await connection.fetchval("SELECT to_regclass($1)", f"{SCHEMA}.{name}"):
            return False
        await connection.execute("SET LOCAL lock_timeout = '2s'")
        await connection.execute(
            f"CREATE TABLE document.{name} (LIKE document.document_operations INCLUDING DEFAULTS INCLUDING STORAGE)"
        )
        await connection.execute(
            f"""
            WITH early AS (
                DELETE FROM document.document_operations_default WHERE applied_at >= $1 AND applied_at < $2 RETURNING *
            )
            INSERT INTO document.{name} SELECT * FROM early
            """,  # noqa: S608 -- the name is made from a month
            start,
            end,
        )
        await connection.execute(
            f"ALTER TABLE document.document_operations ATTACH PARTITION document.{name} "
            f"FOR VALUES FROM ('{start.isoformat()}') TO ('{end.isoformat()}')"
        )
        return True


def _document(row: Any) -> DocumentRow:
    return DocumentRow(*tuple(row)[:9])
