"""The high-water rows of a document's sites against its log: what "exactly once" rests on."""

from __future__ import annotations

from functools import partial

from mesh.database import Pool
from services.document import store
from services.document.doctor.findings import Check, Findings, Severity
from services.document.store.doctor import LoggedOperation, SiteState, Snapshot


class SiteLog:
    """How far each site got by the log, gathered on a walk along it."""

    def __init__(self, pool: Pool, snapshot: Snapshot, findings: Findings) -> None:
        self._pool, self._state, self._findings = pool, snapshot, findings
        self._last: dict[int, tuple[int, int]] = {}
        """By site_key: the last sequence, and its revision."""
        self._is_whole = snapshot.first_revision == 0
        self._unknown: set[int] = set()
        self.is_sound = True
        """Whether the log says who wrote what, one operation after the other, so that rows can be made of it."""

    async def take(self, row: LoggedOperation) -> None:
        """Take the next operation of the log."""
        if row.site is None or not row.is_own_site:
            if row.site_key not in self._unknown:
                wrong = "is not known" if row.site is None else "is another document's"
                await self._error(f"the site of an operation {wrong}", row.revision)
            self._unknown.add(row.site_key)
            return
        known = self._last.get(row.site_key)
        if known is not None or self._is_whole:
            expected = known[0] + 1 if known else 1
            if row.site_sequence != expected:
                message = f"operation {expected} of site {row.site} is expected, and {row.site_sequence} is in the log"
                await self._error(message, row.revision)
        self._last[row.site_key] = row.site_sequence, row.revision

    def lose(self) -> None:
        """Operations are missing, or there more than once: what a site's next one must be is not known."""
        self._last.clear()
        self._is_whole = False

    async def finish(self) -> None:
        """Hold the rows against the log, all of which was taken, and is sound."""
        for key, row in self._state.sites.items():
            await self._judge(key, row, self._last.get(key))

    async def _judge(self, key: int, row: SiteState, last: tuple[int, int] | None) -> None:
        state = self._state
        if last == (row.last_sequence, row.last_revision):
            return
        noted = f"site {row.site} is noted with operation {row.last_sequence} at revision {row.last_revision}"
        if last is None and state.first_revision:
            if row.last_revision > state.first_revision:
                await self._error(f"{noted}, and has none in the kept log", row.last_revision)
            return
        settle = partial(store.doctor.settle_site, self._pool, state.key, key, state.head_revision, last)
        found = "has none in the log" if last is None else f"its last in the log is {last[0]} at {last[1]}"
        await self._findings.add(Check.SITES, Severity.WARNING, f"{noted}; {found}", last[1] if last else 0, settle)

    async def _error(self, message: str, revision: int) -> None:
        self.is_sound = False
        await self._findings.add(Check.SITES, Severity.ERROR, message, revision)
