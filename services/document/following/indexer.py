"""Indexer: search and edit sessions follow what is committed.

Owns the one reading of the outbox that survives restarts, and the pace of the work behind it: one document at a time,
in slices, resting in between, so that those who type do not feel it. One process of an installation leads; another one
takes over when its connection ends. Everything here can be made anew from the log, so nothing waits for the disk.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Sequence
from datetime import timedelta

import structlog

from mesh.database import Connection, Pool, is_connection_lost
from services.document import store
from services.document.errors import cause_of
from services.document.following.indexing_queue import IndexingQueue
from services.document.following.leadership import lead
from services.document.following.outbox_reader import Beat, OutboxReader
from services.document.following.pace import at_share
from services.document.history.session_follower import SessionFollower
from services.document.log.batch import Batch
from services.document.log.contents import Contents
from services.document.search.text_index import TextIndex
from services.document.settings import DocumentSettings
from services.document.store.outbox import Position
from services.document.store.rows import Written

_log = structlog.get_logger(__name__)
READER = "indexer"
LEADER_LOCK = 2
_SAVE_S = 1.0
_STILL_THERE_S = 60.0
"""How often a place that does not move is noted all the same: a reader not heard of for long starts with a walk."""
_WALK_DOCUMENTS = 500
_LATE_S = 0.5
"""When something has been due for so long, being soon matters more than resting."""


class Indexer:
    """Follows all documents, while this process leads."""

    def __init__(self, pool: Pool, settings: DocumentSettings, contents: Contents, follower: SessionFollower) -> None:
        self._pool, self._settings, self._contents, self._follower = pool, settings, contents, follower
        self._beat = Beat(settings.outbox_poll_s)

    def note(self, _batch: Batch, _written: Written) -> None:
        """Hear of a batch that is on disk."""
        self._beat.wake()

    async def run(self) -> None:
        """Index until cancelled."""
        await lead(self._pool, "indexing", LEADER_LOCK, self._lead)

    async def _lead(self, connection: Connection) -> None:
        """Index until the connection ends. All of it goes through that connection, so no two lead at once."""
        await connection.execute("SET synchronous_commit = off")
        text = TextIndex(self._contents, self._settings, await store.search.languages(self._pool))
        round_ = await _Round.begin(connection, self._settings, text, self._follower)
        while True:
            await round_.run()
            if not round_.has_more:
                await self._beat.wait()


class _Round:
    """One leader's work, and how far it is."""

    def __init__(
        self,
        connection: Connection,
        settings: DocumentSettings,
        text: TextIndex,
        follower: SessionFollower,
        reader: OutboxReader,
        walked_to: int | None,
    ) -> None:
        self._connection, self._settings, self._text, self._follower = connection, settings, text, follower
        self._reader, self._walked_to = reader, walked_to
        share = settings.index_document_share
        self._texts = IndexingQueue(interval_s=settings.index_interval_s, share=share)
        self._sessions = IndexingQueue(interval_s=settings.index_sessions_interval_s, share=share)
        self._saved, self._saved_time = -1, 0.0
        self.has_more = False

    @classmethod
    async def begin(
        cls, connection: Connection, settings: DocumentSettings, text: TextIndex, follower: SessionFollower
    ) -> _Round:
        """Go on from where the last leader was; where that is not known, or long ago, from here, with a walk.

        So it is when the outbox may have been pruned since, and when its transactions are another server's: a database
        that was restored counts from elsewhere.
        """
        horizon = await store.outbox.horizon(connection)
        found = await store.outbox.reader(connection, READER)
        kept = timedelta(days=settings.outbox_days) - timedelta(hours=1)
        if found is not None and found[0] <= horizon and found[1] < kept:
            return cls(connection, settings, text, follower, OutboxReader(connection, Position(found[0])), None)
        _log.info("every document is looked at, whether it is indexed")
        return cls(connection, settings, text, follower, OutboxReader(connection, Position(horizon)), -1)

    async def run(self) -> None:
        """Read what is new, and index for a while."""
        began, read_from = time.monotonic(), self._reader.read_up_to
        keys, is_full = await self._reader.page()
        self._add(keys, read_from)
        while time.monotonic() - began < self._settings.outbox_poll_s:
            if not await self._work() and (self._walked_to is None or not await self._walk(self._walked_to)):
                break
        self.has_more = is_full or self._walked_to is not None or self._is_due()
        await self._save()

    def _add(self, keys: Sequence[int], read_from: int) -> None:
        now = time.monotonic()
        for key in keys:
            self._texts.add(key, read_from, now)
            self._sessions.add(key, read_from, now)

    def _is_due(self, since_s: float = 0.0) -> bool:
        now = time.monotonic()
        return self._texts.is_due(now, since_s) or self._sessions.is_due(now, since_s)

    async def _work(self) -> bool:
        """Do what is due for one document, and rest; False when there is nothing."""
        share = self._settings.index_share_late if self._is_due(_LATE_S) else self._settings.index_share
        if (key := self._texts.next(time.monotonic())) is not None:
            await self._do(self._texts, key, at_share(share, self._text.follow(self._connection, key)), share)
        elif (key := self._sessions.next(time.monotonic())) is not None:
            await self._do(self._sessions, key, self._follower.follow(key, self._connection, share=share), share)
        return key is not None

    async def _do(self, queue: IndexingQueue, key: int, work: Awaitable[None], share: float) -> None:
        """Await `work` for a document, which takes this share of the time."""
        began = time.monotonic()
        try:
            await work
        except Exception as error:
            if self._connection.is_closed() or is_connection_lost(error):
                raise
            again = queue.failed(key, time.monotonic())
            _log.error("document not indexed", document_key=key, again=again, **cause_of(error))
        else:
            now = time.monotonic()
            queue.done(key, (now - began) * share, now)

    async def _walk(self, after_key: int) -> bool:
        """Look at some more documents; False when all were looked at."""
        keys, self._walked_to = await store.search.behind(self._connection, after_key, _WALK_DOCUMENTS)
        self._add(keys, self._reader.read_up_to)
        return self._walked_to is not None

    async def _save(self) -> None:
        """Note how far everything is indexed; not before the walk is over."""
        now = time.monotonic()
        if self._walked_to is not None or now - self._saved_time < _SAVE_S:
            return
        read = self._reader.read_up_to
        done = min(self._texts.done_up_to(read), self._sessions.done_up_to(read))
        if done != self._saved or now - self._saved_time > _STILL_THERE_S:
            await store.outbox.save_reader(self._connection, READER, done)
            self._saved, self._saved_time = done, now
