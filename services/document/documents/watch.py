"""Watches: documents told to those who follow them, as they are now and whenever they change.

Owns this process's reading of the outbox, while anybody watches. A watcher that reads slowly costs the keys of what
changed meanwhile, and is told each document once, as it is by then. Nothing is lost between the walk and what follows:
a watcher hears of changes before it begins to read.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field, replace

import structlog

from mesh.database import Pool
from mesh.identity import Identity
from mesh.names import DocumentId, parse_document
from services.document import store
from services.document.documents.filter import Condition
from services.document.documents.filter import parse as parse_filter
from services.document.documents.readable import Conditions, Readable, scopes_of
from services.document.errors import cause_of, reachable
from services.document.following.outbox_reader import Beat, OutboxReader
from services.document.log.batch import Batch
from services.document.settings import DocumentSettings
from services.document.store.outbox import Position
from services.document.store.rows import DocumentRow, Written

_log = structlog.get_logger(__name__)
_PAGE_DOCUMENTS = 200
_LEAST_REST_S = 0.2
"""What a right costs is a question to the project service for each watcher; a second is promised."""


@dataclass(frozen=True, slots=True)
class News:
    """Documents as they are, ids of those that do not fit any more, and whether this ends the first walk."""

    documents: list[DocumentRow] = field(default_factory=list)
    left: list[DocumentId] = field(default_factory=list)
    caught_up: bool = False


class Watches:
    """All watchers of this process."""

    def __init__(self, pool: Pool, settings: DocumentSettings, readable: Readable) -> None:
        self._pool, self._settings, self._readable = pool, settings, readable
        self._beat = Beat(settings.outbox_poll_s)
        self._watchers: set[_Watcher] = set()
        self._reader: OutboxReader | None = None
        self._starting = asyncio.Lock()
        self._started = asyncio.Event()

    @property
    def is_reading(self) -> bool:
        """Whether the outbox is read: somebody watches, or did until just now."""
        return self._reader is not None

    def note(self, _batch: Batch, _written: Written) -> None:
        """Hear of a batch that is on disk."""
        self._beat.wake()

    async def run(self) -> None:
        """Read what changes, while anybody watches, until cancelled."""
        while True:
            await self._started.wait()
            while self._reader is not None:
                if await self._read(self._reader):
                    continue
                await self._beat.wait()
                if not self._watchers and not self._starting.locked():
                    self._reader = None
                    self._started.clear()

    async def watch(self, filter_: str, identity: Identity) -> AsyncGenerator[News, None]:
        """Yield the documents that a filter names and somebody may read, a page at a time, then what changes.

        Without end. What may not be read any more is told at once, whatever the pace of other news. Raises
        InvalidField, and LogUnavailable or PermissionsUnavailable when nobody can be asked: what was missed comes with
        the next walk.
        """
        fitting = parse_filter(filter_)
        watcher = _Watcher()
        async with self._starting:
            with reachable():
                await self._start()
            self._watchers.add(watcher)
        ignore = self._readable.subscribe(identity.subject, watcher.look_again)
        try:
            told: dict[int, DocumentId] = {}
            readable = await self._readable.by(identity)
            async for news in self._walk((*fitting, *readable), told):
                yield news
            while True:
                keys, may_differ = await watcher.changes()
                if may_differ:
                    before, readable = readable, await self._readable.by(identity)
                    async for news in self._reread(before, readable, fitting, told):
                        yield news
                async for news in self._changes(keys, (*fitting, *readable), told):
                    yield news
                await watcher.rest(self._settings.watch_interval_s)
        finally:
            ignore()
            self._watchers.discard(watcher)

    async def _start(self) -> None:
        if self._reader is None:
            self._reader = OutboxReader(self._pool, Position(await store.outbox.horizon(self._pool)))
            self._started.set()

    async def _read(self, reader: OutboxReader) -> bool:
        """Tell watchers what changed; returns whether there may be more at once."""
        try:
            keys, is_full = await reader.page()
        except Exception as error:
            _log.warning("changes are not read; it will be tried again", **cause_of(error))
            return False
        for watcher in self._watchers:
            watcher.note(keys)
        return is_full

    async def _walk(self, conditions: tuple[Condition, ...], told: dict[int, DocumentId]) -> AsyncGenerator[News, None]:
        after_key, more = -1, True
        while more:
            with reachable():
                rows = await store.watching.page(self._pool, conditions, after_key, _PAGE_DOCUMENTS + 1)
            more = len(rows) > _PAGE_DOCUMENTS
            rows = rows[:_PAGE_DOCUMENTS]
            told |= {row.key: row.id for row in rows}
            after_key = rows[-1].key if rows else after_key
            yield News(rows, caught_up=not more)

    async def _reread(
        self, before: Conditions, now: Conditions, fitting: tuple[Condition, ...], told: dict[int, DocumentId]
    ) -> AsyncGenerator[News, None]:
        """Yield what is gone and what is new since somebody may read something else; of few documents, those alone."""
        was, is_ = scopes_of(before), scopes_of(now)
        if was is None or is_ is None or was == is_:
            return
        if replace(was, documents=is_.documents) == is_:
            names = [parse_document(name) for name in {*was.documents} ^ {*is_.documents}]
            with reachable():
                keys = await store.watching.keys(self._pool, names)
            async for news in self._changes(keys, (*fitting, *now), told):
                yield news
            return
        async for news in self._changes(sorted(told), (*fitting, *now), told, only_left=True):
            yield news
        known = set(told)
        async for news in self._walk((*fitting, *now), told):
            if documents := [row for row in news.documents if row.key not in known]:
                yield News(documents)

    async def _changes(
        self,
        keys: list[int],
        conditions: tuple[Condition, ...],
        told: dict[int, DocumentId],
        *,
        only_left: bool = False,
    ) -> AsyncGenerator[News, None]:
        for start in range(0, len(keys), _PAGE_DOCUMENTS):
            page = keys[start : start + _PAGE_DOCUMENTS]
            with reachable():
                rows = await store.watching.fitting(self._pool, conditions, page)
            fitting = {row.key: row.id for row in rows}
            left = [told.pop(key) for key in page if key in told and key not in fitting]
            told |= fitting
            if only_left:
                rows = []
            if rows or left:
                yield News(rows, left)


class _Watcher:
    """What changed since it was last asked, and whether what may be read may have."""

    def __init__(self) -> None:
        self._changed: set[int] = set()
        self._may_differ = asyncio.Event()
        self._event = asyncio.Event()

    def note(self, keys: list[int]) -> None:
        if keys:
            self._changed.update(keys)
            self._event.set()

    def look_again(self) -> None:
        self._may_differ.set()
        self._event.set()

    async def changes(self) -> tuple[list[int], bool]:
        """Wait for changes, and take them."""
        await self._event.wait()
        self._event.clear()
        changed, self._changed = self._changed, set()
        may_differ = self._may_differ.is_set()
        self._may_differ.clear()
        return sorted(changed), may_differ

    async def rest(self, seconds: float) -> None:
        """Wait so long; when something may not be read any more only a little, however often that is."""
        least_s = min(_LEAST_REST_S, seconds)
        await asyncio.sleep(least_s)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds - least_s):
                await self._may_differ.wait()
