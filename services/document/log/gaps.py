"""Gaps: what to say when the log does not have an operation that somebody needs."""

from __future__ import annotations

from mesh.database import Pool
from mesh.faults import DocumentNotFound, Fault
from mesh.names import document_name
from services.document import store
from services.document.errors import HistoryArchived, HistoryBroken, reachable
from services.document.store.rows import DocumentRow


async def gap_at(pool: Pool, row: DocumentRow, revision: int) -> Fault:
    """Return the fault for an operation of a document, at most its head, that was looked for and is not there.

    It is looked at anew, since it may have been purged or archived meanwhile: DocumentNotFound, HistoryArchived; else
    the log has lost it: HistoryBroken. Raises LogUnavailable.
    """
    with reachable():
        now = await store.documents.find(pool, row.id)
    name = document_name(row.id)
    if now is None:
        return DocumentNotFound(name)
    if revision <= now.first_revision:
        return HistoryArchived(name, now.first_revision)
    return HistoryBroken(name, revision)
