"""The log in PostgreSQL: appending, and reading what was appended."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from mesh.database import Connection, Pool
from mesh.names import DocumentId
from services.document.log.batch import Batch
from services.document.store.rows import HeadRow, OperationRow, SiteRow, Written

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
    WHERE d.head_revision = b.expected AND d.delete_time IS NULL AND d.state = 0
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


async def heads(connection: Connection, asked: Sequence[tuple[str, Sequence[str]]]) -> dict[str, HeadRow]:
    """Return head and sites of each (document, sites) asked about, from one snapshot.

    Those that do not exist, or were purged, are left out.
    """
    documents = [document for document, sites in asked for _ in (None, *sites)]
    sites = [site for _, sites in asked for site in (None, *sites)]
    rows = await connection.fetch(
        """
        SELECT d.id, d.head_revision, d.delete_time, s.site, s.author, s.last_sequence, s.last_revision
        FROM unnest($1::text[], $2::text[]) AS a (id, site)
        JOIN document.documents d ON d.id = a.id AND d.state = 0
        LEFT JOIN document.document_sites s ON s.document_key = d.document_key AND s.site = a.site
        """,
        documents,
        sites,
    )
    found: dict[str, HeadRow] = {}
    for document, head, delete_time, site, author, sequence, revision in rows:
        known = found.setdefault(document, HeadRow(head, delete_time, []))
        if site is not None:
            known.sites.append(SiteRow(site, author, sequence, revision))
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


async def revision_at(pool: Pool, document_key: int, head_revision: int, time: datetime) -> int:
    """Return the last revision applied at or before `time`; 0 when there is none.

    A binary search in one statement: revisions are applied one after the other, so their times ascend.
    """
    found = await pool.fetchval(
        """
        WITH RECURSIVE search (low, high) AS (
            SELECT 0::bigint, $2::bigint
            UNION ALL
            SELECT CASE WHEN early THEN middle ELSE low END, CASE WHEN early THEN high ELSE middle - 1 END
            FROM (
                SELECT s.low, s.high, (s.low + s.high + 1) / 2 AS middle, coalesce((
                    SELECT o.applied_at <= $3 FROM document.document_operations o
                    WHERE o.document_key = $1 AND o.revision = (s.low + s.high + 1) / 2 LIMIT 1
                ), true) AS early
                FROM search s WHERE s.low < s.high
            ) step
        )
        SELECT low FROM search WHERE low = high
        """,
        document_key,
        head_revision,
        time,
    )
    return int(found)


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
        WHERE d.id = $1 AND d.state = 0
        ORDER BY o.site_sequence
        """,
        document,
        site,
        first_sequence,
        last_sequence,
    )
    return [(row[0], row[1]) for row in rows]
