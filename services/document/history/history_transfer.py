"""Histories on their way out and in: the export streams a document's history, the import makes a document of one.

Owns the order in which it is done, and that nothing is left of an import that did not come to its end. The file's
format, and what must hold of it, is history_file's.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Coroutine
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple, TypeVar

import structlog

from mesh.database import Pool
from mesh.faults import LogUnavailable, TooMany
from mesh.interceptor import DeadlineExceeded
from mesh.names import DocumentId, VersionId, check_project, document_name, parse_document_id
from mesh.wire import operation_from_proto
from ot.document import Document
from ot.errors import OperationError
from services.document import convert, store
from services.document.documents.ids import random_id
from services.document.documents.places import Places
from services.document.errors import DocumentAlreadyExists, cause_of, reachable
from services.document.history.history_file import (
    Header,
    Lines,
    OperationLine,
    Reader,
    SiteProgress,
    VersionLine,
    Writer,
    follow,
)
from services.document.log.authorship import Authorship
from services.document.log.contents import Contents
from services.document.log.gaps import gap_at
from services.document.settings import DocumentSettings
from services.document.store.imports import NewMark, NewOperation
from services.document.store.rows import DocumentRow, OperationRow, SiteRow
from shoal.type.v1 import operation_pb2

_log = structlog.get_logger(__name__)
_SLICE = 64
"""Operations read or written before others get a turn: a few milliseconds."""
_PAGE_OPERATIONS, _PAGE_BYTES = 1000, 1024 * 1024
_PART_BYTES = 64 * 1024
_VERSIONS = 200
"""Versions of one statement."""
_THREAD_UNITS = 32 * 1024
"""Past this length coding a checkpoint takes a millisecond, and a thread does it."""
_LEEWAY = timedelta(minutes=5)
"""Clocks differ: so far ahead of ours may a time in a file be."""


T = TypeVar("T")
Spawn = Callable[[Coroutine[Any, Any, None]], asyncio.Task[None]]


class Part(NamedTuple):
    """A piece of a file, and how many operations are in it and all pieces before, of how many."""

    chunk: bytes
    exported: int
    total: int


class HistoryExport:
    """Writes history files."""

    def __init__(self, pool: Pool, contents: Contents) -> None:
        self._pool, self._contents = pool, contents

    async def parts(self, document: DocumentId) -> AsyncGenerator[Part, None]:
        """Yield the history up to the head of this moment, in parts of about 64 KiB; memory does not grow with it.

        Raises DocumentNotFound, HistoryArchived, HistoryBroken, LogUnavailable.
        """
        row = await self._contents.find(document)
        content = await self._contents.of(row, row.head_revision)
        writer, exported, gathered = Writer(), 0, bytearray()
        async for line, is_operation in self._lines(writer, row, content):
            gathered += line
            exported += is_operation
            if len(gathered) >= _PART_BYTES:
                yield Part(bytes(gathered), exported, row.head_revision)
                gathered.clear()
        yield Part(bytes(gathered), exported, row.head_revision)

    async def _lines(self, writer: Writer, row: DocumentRow, content: Document) -> AsyncIterator[tuple[bytes, bool]]:
        yield writer.header(_header_of(row)), False
        async for page in self._pages(row):
            for start in range(0, len(page), _SLICE):
                for operation in page[start : start + _SLICE]:
                    yield writer.operation(_line_of(operation)), True
                await asyncio.sleep(0)
        async for version in self._versions(row):
            yield writer.version(version), False
        content_hash = await asyncio.to_thread(content.hash) if content.length > _THREAD_UNITS else content.hash()
        yield writer.footer(content_hash), False

    async def _pages(self, row: DocumentRow) -> AsyncIterator[list[OperationRow]]:
        after = 0
        while after < row.head_revision:
            with reachable():
                page = await store.history.page(
                    self._pool, row.key, after, row.head_revision, _PAGE_OPERATIONS, _PAGE_BYTES
                )
            for expected, operation in enumerate(page, after + 1):
                if operation.revision != expected:
                    raise await gap_at(self._pool, row, expected)
            if not page:
                raise await gap_at(self._pool, row, after + 1)
            after = page[-1].revision
            yield page

    async def _versions(self, row: DocumentRow) -> AsyncIterator[VersionLine]:
        place = (-1, 0)
        while True:
            with reachable():
                page = await store.history.named_versions(self._pool, row.key, row.head_revision, place, _VERSIONS)
            for revision, key, title, description, creator, create_time in page:
                place = (revision, key)
                yield VersionLine(revision, title, description, creator, create_time)
            if len(page) < _VERSIONS:
                return


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an import is to become; an empty id = one of ours, an empty project = none."""

    document_id: str
    project: str
    creator: str


class HistoryImport:
    """Makes documents of history files. `given_up` hears that there is one to erase; `spawn` begins a task."""

    def __init__(
        self, pool: Pool, settings: DocumentSettings, places: Places, given_up: Callable[[], None], spawn: Spawn
    ) -> None:
        self._pool, self._settings, self._places, self._given_up, self._spawn = pool, settings, places, given_up, spawn
        self._running = 0

    async def run(self, wanted: Wanted, chunks: AsyncIterator[bytes]) -> DocumentRow:
        """Return the document made of a file that comes in chunks; however this ends else, nothing of it is left.

        Raises InvalidHistory, InvalidField, DocumentAlreadyExists, TooMany, LogUnavailable, and what `chunks` raises;
        PermissionsUnavailable when it was made and nobody may read it yet.
        """
        if wanted.project:
            check_project(wanted.project)
        if self._running >= self._settings.max_imports:
            raise TooMany("imports at once", self._settings.max_imports)
        self._running += 1
        try:
            arriving = _Arriving(self._pool, self._settings, wanted)
            try:
                return await self._read(arriving, chunks)
            except BaseException:
                # In a task of its own: of a client that leaves, this one may be cancelled at any moment, also now.
                await asyncio.shield(self._spawn(self._give_up(arriving)))
                raise
        finally:
            self._running -= 1

    async def awaited(self, pieces: AsyncIterator[T]) -> AsyncIterator[T]:
        """Yield pieces as they come. Raises DeadlineExceeded for one that is not there in time: its sender is gone."""
        while True:
            try:
                async with asyncio.timeout(self._settings.import_wait_s):
                    piece = await anext(pieces)
            except StopAsyncIteration:
                return
            except TimeoutError:
                raise DeadlineExceeded(f"nothing came for {self._settings.import_wait_s:g} s") from None
            yield piece

    async def _read(self, arriving: _Arriving, chunks: AsyncIterator[bytes]) -> DocumentRow:
        lines = Lines(self._settings.max_history_line_bytes)
        reader = Reader(latest=datetime.now(UTC) + _LEEWAY, max_operation_bytes=self._settings.max_operation_bytes)
        count = 0
        async for chunk in chunks:
            for line in lines.feed(chunk):
                await arriving.take(reader.take(line), reader.document)
                count += 1
                if count % _SLICE == 0:
                    await asyncio.sleep(0)
        lines.end()
        reader.end()
        row = await arriving.finish(reader.document)
        return await self._places.tell(row, row.creator)

    async def _give_up(self, arriving: _Arriving) -> None:
        """Have erased what there is. Where that cannot be said now, the eraser finds it when nothing comes any more."""
        if arriving.key is None:
            return
        try:
            await store.imports.give_up(self._pool, arriving.key)
        except Exception as error:
            _log.warning("an import could not be given up; it will be", document_key=arriving.key, **cause_of(error))
        self._given_up()


class _Arriving:
    """A document that is coming in: what of it is on disk, and what waits for the next transaction."""

    def __init__(self, pool: Pool, settings: DocumentSettings, wanted: Wanted) -> None:
        self._pool, self._settings, self._wanted = pool, settings, wanted
        self._id = _id_of(wanted.document_id)
        self.key: int | None = None
        self._create_time = datetime.now(UTC)
        self._authorship: Authorship | None = Authorship()
        self._operations: list[OperationLine] = []
        self._size = 0
        self._marks: list[NewMark] = []
        self._head = 0

    async def take(self, item: Header | OperationLine | VersionLine | None, content: Document) -> None:
        """Take what a line said; `content` is the document after it."""
        match item:
            case Header():
                await self._begin(item)
            case OperationLine():
                self._operations.append(item)
                self._size += len(item.payload)
                self._credit(item)
                settings = self._settings
                if len(self._operations) >= settings.checkpoint_operations or self._size >= settings.checkpoint_bytes:
                    await self._write()
                    await self._checkpoint(content)
            case VersionLine():
                self._marks.append(
                    NewMark(
                        VersionId(random_id()),
                        item.revision,
                        item.title,
                        item.description,
                        item.creator,
                        item.create_time,
                    )
                )
                if len(self._marks) >= _VERSIONS:
                    await self._write()
                    await self._write_marks()

    async def finish(self, content: Document) -> DocumentRow:
        """Write what is left, and let everybody see the document."""
        assert self.key is not None
        await self._write()
        await self._write_marks()
        with reachable():
            row = await store.imports.finish(self._pool, self.key, self._head, self._size, self._create_time)
        if row is None:
            raise _given_up()
        return row

    async def _begin(self, header: Header) -> None:
        self._create_time = header.create_time
        described = replace(header.metadata, project=self._wanted.project)
        blank = convert.checkpoint_of(0, Document())
        with reachable():
            self.key = await store.imports.begin(
                self._pool, self._id, header.type, self._wanted.creator, described, blank
            )
        if self.key is None:
            raise DocumentAlreadyExists(document_name(self._id))

    def _credit(self, line: OperationLine) -> None:
        """Follow who wrote what. Where that cannot be followed, checkpoints do without, as in life."""
        if self._authorship is None:
            return
        try:
            self._authorship.apply(line.operation, line.author, line.agent)
        except OperationError:
            self._authorship = None

    async def _write(self) -> None:
        """Write the operations that wait, in a transaction, after a look whether their sites go on where they were."""
        if not self._operations:
            return
        assert self.key is not None
        with reachable():
            known = await store.imports.sites(self._pool, self.key, list({each.site for each in self._operations}))
        reached = {row.site: SiteProgress(row.author, row.last_sequence, row.last_revision) for row in known}
        for line in self._operations:
            follow(reached, line)
        new = [
            NewOperation(
                line.revision, line.site, line.site_sequence, line.base_revision, line.payload, line.agent,
                line.commit_time,
            )
            for line in self._operations
        ]  # fmt: skip
        with reachable():
            sites = [SiteRow(site, *progress) for site, progress in reached.items()]
            alive = await store.imports.add(self._pool, self.key, new, sites)
        if not alive:
            raise _given_up()
        self._head, self._operations = new[-1].revision, []

    async def _checkpoint(self, content: Document) -> None:
        assert self.key is not None
        if content.length > _THREAD_UNITS:
            # A copy, since the next line changes this one; the thread is waited for, but its reader need not know.
            checkpoint = await asyncio.to_thread(convert.checkpoint_of, self._head, content.copy())
            attribution = await asyncio.to_thread(self._authorship.encode) if self._authorship else None
        else:
            checkpoint = convert.checkpoint_of(self._head, content)
            attribution = self._authorship.encode() if self._authorship else None
        with reachable():
            await store.checkpoints.add(self._pool, self.key, checkpoint, attribution, self._size)
        self._size = 0

    async def _write_marks(self) -> None:
        if not self._marks:
            return
        assert self.key is not None
        with reachable():
            await store.imports.add_versions(self._pool, self.key, self._marks, self._create_time)
        self._marks = []


def _id_of(wanted: str) -> DocumentId:
    return parse_document_id(wanted, "document_id") if wanted else DocumentId(random_id())


def _given_up() -> LogUnavailable:
    return LogUnavailable("the import took too long and was given up; send it again")


def _header_of(row: DocumentRow) -> Header:
    """Return the first line of a document's file. Where it is kept is not said: that is for the importer to say."""
    described = replace(convert.metadata_of_row(row), project="", folder="")
    return Header(document_name(row.id), row.creator, row.type, described, row.create_time, row.head_revision)


def _line_of(row: OperationRow) -> OperationLine:
    operation = operation_from_proto(operation_pb2.Operation.FromString(row.operation))
    return OperationLine(
        0, row.revision, row.site, row.site_sequence, row.author, row.agent, row.base_revision, row.applied_at,
        operation, row.operation,
    )  # fmt: skip
