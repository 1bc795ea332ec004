"""Thinning: automatic versions that their age has made too many go.

Owns the walk over them and its beat; which ones go, automatic_versions decides. Being cut off does no harm, nor do two
at once: the next round finds what is left.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import structlog

from mesh.database import Pool
from services.document import store
from services.document.errors import cause_of
from services.document.history.automatic_versions import Ages, superseded
from services.document.settings import DocumentSettings

_log = structlog.get_logger(__name__)
_PAGE_DOCUMENTS = 200
_FIRST_S, _INTERVAL_S = 60.0, 3600.0
"""An hour is the shortest stretch that keeps one. The first round comes soon: some services never live an hour."""


class Thinning:
    """Thins all documents' versions, now and then."""

    def __init__(self, pool: Pool, settings: DocumentSettings) -> None:
        self._pool = pool
        self._ages = Ages(
            timedelta(days=settings.versions_all_days),
            timedelta(days=settings.versions_hourly_days),
            timedelta(days=settings.versions_daily_days),
        )

    async def run(self) -> None:
        """Go round until cancelled."""
        await asyncio.sleep(_FIRST_S)
        while True:
            try:
                await self.round(datetime.now(UTC))
            except Exception as error:
                _log.warning("versions not thinned; it will be tried again", **cause_of(error))
            await asyncio.sleep(_INTERVAL_S)

    async def round(self, now: datetime) -> int:
        """Remove every automatic version that is not kept any more at `now`; returns how many."""
        after_key, removed = -1, 0
        while page := await store.automatic_versions.marks(self._pool, after_key, _PAGE_DOCUMENTS):
            after_key = page[-1][0]
            gone = [key for _, marks in page for key in superseded(marks, now, self._ages)]
            if gone:
                await store.automatic_versions.remove(self._pool, gone)
                removed += len(gone)
        return removed
