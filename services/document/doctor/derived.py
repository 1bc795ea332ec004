"""What follows the log by itself, against the log: the search index and the sessions of work.

Owns the comparison, on a walk along the log, and how both are made anew. They follow within seconds; one that is behind
is a finding only when its document has been left alone for longer than that.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial

import asyncpg

from mesh.database import Pool
from ot.document import Document
from services.document import convert, store
from services.document.doctor.findings import Check, Findings, Severity
from services.document.history.edit_sessions import Edit, EditSession, grouped
from services.document.history.session_follower import SessionFollower
from services.document.log.contents import Contents
from services.document.search.text_index import TextIndex, shorter
from services.document.settings import DocumentSettings
from services.document.store.doctor import LoggedOperation, Snapshot
from services.document.store.edit_sessions import WrittenRow
from services.document.store.search import TRASHED, Entry

_SETTLED = timedelta(minutes=1)
"""The index follows within two seconds where nothing holds it up."""
_EDITS = 200
"""Operations that are grouped together."""


class Followers:
    """What makes the index and the sessions anew."""

    def __init__(self, pool: Pool, settings: DocumentSettings, text: TextIndex) -> None:
        self._pool, self.text = pool, text
        self._sessions = SessionFollower(pool, settings)
        self.longest_pause = timedelta(seconds=settings.session_gap_s)
        self.longest = timedelta(seconds=settings.session_max_s)

    @classmethod
    async def of(cls, pool: Pool, settings: DocumentSettings, contents: Contents) -> Followers:
        """Return those of a database."""
        return cls(pool, settings, TextIndex(contents, settings, await store.search.languages(pool)))

    async def make_text(self, document_key: int) -> None:
        """Index a document anew."""
        await store.doctor.forget_text(self._pool, document_key)
        async with self._pool.acquire() as connection:
            await self.text.follow(connection, document_key)

    async def make_sessions(self, document_key: int, from_revision: int, followed: int) -> None:
        """Make the sessions from a revision on anew, by the operations after `followed`."""
        await store.doctor.restart_sessions(self._pool, document_key, from_revision, followed)
        await self._sessions.follow(document_key)


class TextCheck:
    """The index of one document against its content."""

    def __init__(self, pool: Pool, followers: Followers, snapshot: Snapshot, findings: Findings) -> None:
        self._pool, self._followers, self._state, self._findings = pool, followers, snapshot, findings
        indexed, row = snapshot.indexed, snapshot.document
        self._is_current = indexed is not None and indexed.generation == row.generation and row.delete_time is None
        self.revision = indexed.revision if indexed is not None and self._is_current else -1
        """The revision whose content the index has; -1 = of nothing that can be compared."""

    async def compare(self, document: Document) -> None:
        """Hold the index against the content at `revision`."""
        row = replace(self._state.document, head_revision=self.revision)
        if await self._holds(await self._followers.text.entry(row, document)) is False:
            await self._add("the search index does not hold what the document says", self.revision)

    async def _holds(self, entry: Entry) -> bool | None:
        while True:
            try:
                return await store.search.holds(self._pool, entry)
            except asyncpg.ProgramLimitExceededError:
                entry = await shorter(entry)

    async def finish(self) -> None:
        """Look whether the index has followed to the head."""
        row, indexed = self._state.document, self._state.indexed
        if row.delete_time is not None:
            is_behind = indexed is not None and indexed.generation != TRASHED
        else:
            is_behind = not self._is_current or self.revision < row.head_revision
        if is_behind and self._state.idle > _SETTLED:
            await self._add("the search index has not followed the document", row.head_revision)

    async def _add(self, message: str, revision: int) -> None:
        repair = partial(self._followers.make_text, self._state.key)
        await self._findings.add(Check.SEARCH, Severity.WARNING, message, revision, repair)


class SessionsCheck:
    """The sessions of one document against its log, gathered on a walk along it."""

    def __init__(self, followers: Followers, snapshot: Snapshot, findings: Findings) -> None:
        self._followers, self._state, self._findings = followers, snapshot, findings
        first = snapshot.first_revision
        archived = [session for session in snapshot.sessions if session.first_revision <= first]
        # Of what is archived they are all that is known; the last may go on in what is not.
        self._open: EditSession | None = archived[-1] if archived else None
        self._stored = list(snapshot.sessions[len(archived) :])
        self._after = max(first, self._open.last_revision if self._open else 0)
        self._base = self._open
        self._up_to = snapshot.indexed.sessions_revision if snapshot.indexed else 0
        if snapshot.indexed is None:
            self._stored = []  # How far they have followed is not known; they are made again.
        self._edits: list[Edit] = []
        self._compared = 0
        self._wrong: int | None = None

    def take(self, row: LoggedOperation) -> None:
        """Take the next operation of the log, which can be read."""
        if self._after < row.revision <= self._up_to and self._wrong is None:
            written = WrittenRow(row.revision, row.applied_at, row.author or "", row.agent, row.operation)
            self._edits.append(convert.edit_of(written))
            if len(self._edits) >= _EDITS:
                self._group()

    async def finish(self) -> None:
        """Compare what is left; all of the log was taken."""
        self._group()
        if self._open is not None:
            self._compare([self._open])
        if self._wrong is None and self._compared < len(self._stored):
            self._wrong = self._stored[self._compared].first_revision
        if self._wrong is not None:
            await self._add("the sessions of work are not those of the log", self._wrong)
        elif self._up_to < self._state.head_revision and self._state.idle > _SETTLED:
            await self._add("the sessions of work have not followed the log", self._up_to + 1)

    def _group(self) -> None:
        limits = {"longest_pause": self._followers.longest_pause, "longest": self._followers.longest}
        made = grouped(self._open, self._edits, **limits)
        self._edits = []
        if self._open is not None and not (made and made[0].first_revision == self._open.first_revision):
            made.insert(0, self._open)
        if made:
            *complete, self._open = made
            self._compare(complete)

    def _compare(self, sessions: Sequence[EditSession]) -> None:
        for session in sessions:
            if self._wrong is not None:
                return
            if self._base is not None and session.first_revision == self._base.first_revision:
                stored: EditSession | None = self._base
            else:
                stored = self._stored[self._compared] if self._compared < len(self._stored) else None
                self._compared += 1
            if session != stored:
                self._wrong = session.first_revision

    async def _add(self, message: str, revision: int) -> None:
        repair = partial(self._followers.make_sessions, self._state.key, self._state.first_revision + 1, self._after)
        await self._findings.add(Check.EDIT_SESSIONS, Severity.WARNING, message, revision, repair)
