"""SessionFollower: edit sessions led on to where their document is, and automatic versions with them.

Owns the way from the log to the sessions, a page of operations a transaction. Any process may follow any document at
any time: each page is followed once, under the document's row in the index.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta

from mesh.database import Connection, Pool
from services.document import convert, store
from services.document.automatic_versions import is_due
from services.document.edit_sessions import Edit, grouped
from services.document.settings import DocumentSettings
from services.document.store.edit_sessions import Followed, WrittenRow

_PAGE_OPERATIONS = 2_000
_SLICE = 100
"""Operations read before others get a turn: about half a millisecond."""


class SessionFollower:
    """Follows documents."""

    def __init__(self, pool: Pool, settings: DocumentSettings) -> None:
        self._pool, self._settings = pool, settings

    async def follow(self, document_key: int, connection: Connection | None = None) -> None:
        """Return when the sessions hold every operation committed before the call. Nothing for a document not there.

        Of operations that left the log before they were followed, nothing is known. Raises what the database raises.
        """
        if connection is None:
            async with self._pool.acquire() as own:
                await self._follow(own, document_key)
        else:
            await self._follow(connection, document_key)

    async def _follow(self, connection: Connection, document_key: int) -> None:
        place = await store.edit_sessions.followed(connection, document_key)
        if place is None:
            await store.search.add(connection, document_key)
            place = await store.edit_sessions.followed(connection, document_key)
        if place is None:
            return
        reached, head = place
        while reached < head:
            async with connection.transaction():
                reached = await self._page(connection, document_key, head)

    async def _page(self, connection: Connection, document_key: int, head: int) -> int:
        """Follow a page of operations; returns how far that leads, `head` when there is nothing left to follow."""
        followed = await store.edit_sessions.hold(connection, document_key)
        if followed is None or followed.sessions_revision >= head:
            return head
        rows = await store.edit_sessions.written(connection, document_key, followed.sessions_revision, _PAGE_OPERATIONS)
        reached = rows[-1].revision if rows else followed.head_revision
        sessions = grouped(
            followed.last,
            await _edits(rows),
            longest_pause=timedelta(seconds=self._settings.session_gap_s),
            longest=timedelta(seconds=self._settings.session_max_s),
        )
        await store.edit_sessions.put(connection, document_key, sessions, reached)
        if rows and reached >= head:
            await self._mark(connection, document_key, followed, rows[-1])
        return reached

    async def _mark(self, connection: Connection, document_key: int, followed: Followed, last: WrittenRow) -> None:
        """Make an automatic version where one is due."""
        if followed.is_deleted:
            return
        since = await store.edit_sessions.since_version(connection, document_key, last.revision)
        if is_due(
            since.operations,
            since.activity,
            every_operations=self._settings.version_operations,
            every=timedelta(minutes=self._settings.version_minutes),
        ):
            await store.automatic_versions.make(connection, document_key, last.revision, last.time)


async def _edits(rows: Sequence[WrittenRow]) -> list[Edit]:
    edits: list[Edit] = []
    for start in range(0, len(rows), _SLICE):
        edits += map(convert.edit_of, rows[start : start + _SLICE])
        await asyncio.sleep(0)
    return edits
