"""SessionFollower: edit sessions led on to where their document is, and automatic versions with them.

Owns the way from the log to the sessions, a page of operations a statement. Any process may follow any document at any
time: each page is counted once, since the document's row in the index says up to where all are.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta

from mesh.database import Connection, Pool
from services.document import convert, store
from services.document.following.pace import at_share
from services.document.history.automatic_versions import is_due
from services.document.history.edit_sessions import Edit, grouped
from services.document.settings import DocumentSettings
from services.document.store.edit_sessions import Followed, WrittenRow

_PAGE_OPERATIONS = 500
"""What is read at once: unpacking more holds up others for longer than a millisecond or two."""
_SLICE = 100
"""Operations read before others get a turn: about half a millisecond."""


class SessionFollower:
    """Follows documents."""

    def __init__(self, pool: Pool, settings: DocumentSettings) -> None:
        self._pool, self._settings = pool, settings

    async def follow(self, document_key: int, connection: Connection | None = None, *, share: float = 1.0) -> None:
        """Return when the sessions hold every operation committed before the call. Nothing for a document not there.

        Takes no more than `share` of the time. Of operations that left the log before they were followed, nothing is
        known. Raises what the database raises.
        """
        if connection is None:
            async with self._pool.acquire() as own:
                await self._follow(own, document_key, share)
        else:
            await self._follow(connection, document_key, share)

    async def _follow(self, connection: Connection, document_key: int, share: float) -> None:
        place = await store.edit_sessions.followed(connection, document_key)
        if place is None:
            await store.search.add(connection, document_key)
            place = await store.edit_sessions.followed(connection, document_key)
        head = 0 if place is None else place.head_revision
        while place is not None and place.sessions_revision < head:
            place = await at_share(share, self._page(connection, document_key, place))

    async def _page(self, connection: Connection, document_key: int, place: Followed) -> Followed | None:
        """Follow a page of operations; returns how far that leads, or somebody else did."""
        rows = await store.edit_sessions.written(connection, document_key, place.sessions_revision, _PAGE_OPERATIONS)
        reached = rows[-1].revision if rows else place.head_revision
        sessions = grouped(
            place.last,
            await _edits(rows),
            longest_pause=timedelta(seconds=self._settings.session_gap_s),
            longest=timedelta(seconds=self._settings.session_max_s),
        )
        if not await store.edit_sessions.put(connection, document_key, sessions, place.sessions_revision, reached):
            return await store.edit_sessions.followed(connection, document_key)
        if rows and reached >= place.head_revision and not place.is_deleted:
            await self._mark(connection, document_key, rows[-1])
        return place._replace(sessions_revision=reached, last=sessions[-1] if sessions else place.last)

    async def _mark(self, connection: Connection, document_key: int, last: WrittenRow) -> None:
        """Make an automatic version where one is due."""
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
