"""EditSessions: the history of a document as sessions of work, as ListEditSessions pages through it."""

from __future__ import annotations

from mesh.database import Pool
from mesh.names import DocumentId
from services.document import convert, store
from services.document.errors import reachable
from services.document.history.edit_sessions import EditSession
from services.document.history.session_follower import SessionFollower
from services.document.log.contents import Contents

_DEFAULT_PAGE, _MAX_PAGE = 50, 1000


class EditSessions:
    """Pages of sessions."""

    def __init__(self, pool: Pool, contents: Contents, follower: SessionFollower) -> None:
        self._pool, self._contents, self._follower = pool, contents, follower

    async def page(self, document: DocumentId, page_size: int, page_token: str) -> tuple[list[EditSession], str]:
        """Return sessions, the newest first, and the token of the next page.

        They hold everything committed before the call. A session that grows between two pages is not told twice.
        Raises DocumentNotFound, InvalidField, LogUnavailable.
        """
        size = convert.page_size(page_size, _DEFAULT_PAGE, _MAX_PAGE)
        question = f"ListEditSessions {document}"
        place = convert.parse_page_token(page_token, question, (int,))
        row = await self._contents.find(document)
        with reachable():
            await self._follower.follow(row.key)
            before = None if place is None else int(place[0])
            sessions = await store.edit_sessions.page(self._pool, row.key, before, size + 1)
        more = len(sessions) > size
        return sessions[:size], convert.page_token(question, (sessions[size - 1].first_revision,)) if more else ""
