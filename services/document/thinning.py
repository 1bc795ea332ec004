"""Thinning: automatic versions that their age has made too many go.

Owns the walk over them; which ones go, automatic_versions decides. Being cut off does no harm: the next round finds
what is left.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from mesh.database import Pool
from services.document import store
from services.document.automatic_versions import Ages, superseded
from services.document.settings import DocumentSettings

_PAGE_DOCUMENTS = 200


async def thin(pool: Pool, settings: DocumentSettings, now: datetime | None = None) -> int:
    """Remove every automatic version that is not kept any more at `now`; returns how many."""
    ages = Ages(
        timedelta(days=settings.versions_all_days),
        timedelta(days=settings.versions_hourly_days),
        timedelta(days=settings.versions_daily_days),
    )
    now = now or datetime.now(UTC)
    after_key, removed = -1, 0
    while page := await store.automatic_versions.marks(pool, after_key, _PAGE_DOCUMENTS):
        after_key = page[-1][0]
        gone = [key for _, marks in page for key in superseded(marks, now, ages)]
        if gone:
            await store.automatic_versions.remove(pool, gone)
            removed += len(gone)
    return removed
