"""Record: the audit as it is read, in pages and whole."""

from __future__ import annotations

from collections.abc import AsyncIterator

from mesh.database import Pool
from mesh.pages import page_size, page_token, parse_page_token
from services.project import resources, store
from services.project.errors import reachable
from services.project.store.rows import AuditRow

_READ_AT_ONCE = 500


class Record:
    """Page, follow."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def page(self, resource: str, size: int, token: str) -> tuple[list[AuditRow], str]:
        """Return entries, the newest first, and the token of the next page. Raises InvalidField."""
        limit, question = page_size(size, resources.DEFAULT_PAGE, resources.MAX_PAGE), f"ListAuditEntries {resource}"
        place = parse_page_token(token, question, (int,))
        before = int(place[0]) if place else None
        with reachable():
            rows = await store.audit.page(self._pool, resource, before, limit + 1)
        return rows[:limit], page_token(question, (rows[limit - 1].id,)) if len(rows) > limit else ""

    async def following(self, resource: str, after: int) -> AsyncIterator[list[AuditRow]]:
        """Yield all entries after an id, the oldest first, some at a time. Raises InvalidField."""
        while True:
            with reachable():
                rows = await store.audit.following(self._pool, resource, after, _READ_AT_ONCE)
            if not rows:
                return
            yield rows
            after = rows[-1].id
