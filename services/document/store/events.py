"""Events in PostgreSQL: rows of the outbox with what there is to say of them, for those who follow documents."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

import orjson

from mesh.database import Pool
from services.document.store.edit_sessions import WrittenRow
from services.document.store.outbox import Event, Position


class EventRow(NamedTuple):
    """A row of the outbox, and the document as it is now: `document` is its id, None once it is erased.

    `is_beginning` is true of operations that a document was created with.
    """

    txid: int
    id: int
    time: datetime
    document_key: int
    first_revision: int
    last_revision: int
    kind: int
    actor: str
    details: dict[str, object]
    is_beginning: bool
    document: str | None
    title: str | None
    project: str | None
    folder: str | None

    @property
    def position(self) -> Position:
        """The place behind this row."""
        return Position(self.txid, self.id)


class EventPage(NamedTuple):
    """The next rows in the order of transactions, and the transaction below which all are over."""

    rows: list[EventRow]
    horizon: int


async def page(pool: Pool, after: Position, limit: int) -> EventPage:
    """Return at most the next `limit` rows after a place, of transactions that nothing can come before any more."""
    rows = await pool.fetch(
        f"""
        WITH page AS MATERIALIZED (
            SELECT * FROM document.outbox
            WHERE (txid, id) > ($1, $2) AND txid < pg_snapshot_xmin(pg_current_snapshot())
            ORDER BY txid, id LIMIT $3
        )
        SELECT h.horizon, p.txid, p.id, p.created_at, p.document_key, p.first_revision, p.last_revision, p.kind,
            p.actor, p.details, p.kind = {int(Event.OPERATIONS)} AND p.first_revision = 1 AND EXISTS (
                SELECT FROM document.outbox c
                WHERE c.txid = p.txid AND c.document_key = p.document_key AND c.kind = {int(Event.CREATED)}
            ), d.id, d.title, d.project, d.folder
        FROM (SELECT pg_snapshot_xmin(pg_current_snapshot()) AS horizon) h LEFT JOIN page p ON true
        LEFT JOIN LATERAL (
            SELECT * FROM document.documents WHERE document_key = p.document_key LIMIT 1
        ) d ON true
        ORDER BY p.txid, p.id
        """,  # noqa: S608 -- numbers
        *after,
        limit,
    )
    return EventPage([_event(tuple(row)[1:]) for row in rows if row[1] is not None], rows[0][0])


async def operations(pool: Pool, ranges: Sequence[tuple[int, int, int]]) -> dict[int, list[WrittenRow]]:
    """Return operations by document key, of ranges (key, first revision, last revision), in their order.

    Those that are not in the log any more are left out.
    """
    rows = await pool.fetch(
        """
        SELECT r.key, o.revision, o.applied_at, s.author, o.agent, o.operation
        FROM unnest($1::bigint[], $2::bigint[], $3::bigint[]) r (key, first, last)
        JOIN document.document_operations o
            ON o.document_key = r.key AND o.revision >= r.first AND o.revision <= r.last
        JOIN document.document_sites s USING (site_key)
        ORDER BY r.key, o.revision
        """,
        *([each[index] for each in ranges] for index in range(3)),
    )
    found: dict[int, list[WrittenRow]] = {}
    for key, *row in rows:
        found.setdefault(key, []).append(WrittenRow._make(row))
    return found


def _event(row: Iterable[object]) -> EventRow:
    values = list(row)
    values[8] = orjson.loads(str(values[8]))
    return EventRow._make(values)
