"""Group commit: what arrives while a statement is in flight is the next statement.

Owns the lanes (one connection, one statement in flight each) and their bounded queues, and settles what a lost
connection left open. A document is always on the same lane and at most once in a statement. Adds no delay when idle.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from asyncio import Future
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from zlib import crc32

import asyncpg
import structlog

from mesh.database import Connection, Pool, is_connection_lost
from mesh.faults import (
    DocumentDeleted,
    DocumentNotFound,
    Fault,
    Internal,
    LogUnavailable,
    SiteOfAnotherAuthor,
    to_proto,
)
from services.document import store
from services.document.errors import LogBusy, cause_of
from services.document.log.batch import Batch
from services.document.settings import DocumentSettings
from services.document.store.rows import SiteRow, Written
from shoal.document.v1 import operation_log_pb2 as pb

_log = structlog.get_logger(__name__)
_RETRY_S = 0.05

Listener = Callable[[Batch, Written], None]


@dataclass(slots=True)
class _Entry:
    batch: Batch
    answer: Future[pb.AppendOutcome]
    in_doubt: bool = False
    """True once it was sent on a connection that was lost: it may be on disk already."""

    def commit(self) -> None:
        self._answer(pb.AppendOutcome(batch_id=self.batch.batch_id, committed_head_revision=self.batch.head))

    def stale(self, head: int) -> None:
        self._answer(pb.AppendOutcome(batch_id=self.batch.batch_id, stale_head_revision=head))

    def conflict(self, head: int) -> None:
        conflict = pb.SiteConflict(head_revision=head)
        self._answer(pb.AppendOutcome(batch_id=self.batch.batch_id, site_conflict=conflict))

    def refuse(self, fault: Fault) -> None:
        self._answer(refusal(self.batch.batch_id, fault))

    def _answer(self, outcome: pb.AppendOutcome) -> None:
        if not self.answer.done():
            self.answer.set_result(outcome)


def refusal(batch_id: int, fault: Fault) -> pb.AppendOutcome:
    """Return the outcome of a batch that was not written for a reason of its own."""
    return pb.AppendOutcome(batch_id=batch_id, fault=to_proto(fault))


class GroupCommit:
    """All lanes. `listeners` hear of each batch after it is on disk, on the event loop, and must not block."""

    def __init__(self, pool: Pool, settings: DocumentSettings, listeners: Sequence[Listener] = ()) -> None:
        self._lanes = [_Lane(pool, settings, listeners) for _ in range(settings.commit_lanes)]

    def submit(self, batch: Batch) -> Future[pb.AppendOutcome]:
        """Queue a batch and return its outcome to come. Batches of one document are taken in the order of submission.

        The outcome is a fault, at once, when the queue is full or closed.
        """
        return self._lanes[crc32(batch.document.encode()) % len(self._lanes)].submit(batch)

    async def run(self) -> None:
        """Commit until `close`, then what is queued, then return. Cancelled: what is open is answered unavailable."""
        async with asyncio.TaskGroup() as group:
            for lane in self._lanes:
                group.create_task(lane.run())

    def close(self) -> None:
        """Take no more batches, and let `run` come to its end."""
        for lane in self._lanes:
            lane.close()


class _Lane:
    def __init__(self, pool: Pool, settings: DocumentSettings, listeners: Sequence[Listener]) -> None:
        self._pool, self._settings, self._listeners = pool, settings, listeners
        self._queue: deque[_Entry] = deque()
        self._operations = self._bytes = 0
        self._arrived = asyncio.Event()
        self._closed = False
        self._connection: Connection | None = None

    def submit(self, batch: Batch) -> Future[pb.AppendOutcome]:
        entry = _Entry(batch, asyncio.get_running_loop().create_future())
        settings, operations = self._settings, len(batch.payloads)
        if self._closed:
            entry.refuse(LogUnavailable("the log is shutting down"))
        elif self._queue and (
            self._operations + operations > settings.max_queued_operations
            or self._bytes + batch.byte_size > settings.max_queued_bytes
        ):
            entry.refuse(LogBusy(self._operations, self._bytes))
        else:
            self._queue.append(entry)
            self._operations += operations
            self._bytes += batch.byte_size
            self._arrived.set()
        return entry.answer

    def close(self) -> None:
        self._closed = True
        self._arrived.set()

    async def run(self) -> None:
        entries: list[_Entry] = []
        try:
            while True:
                await self._arrived.wait()
                entries = self._take()
                if not entries and self._closed:
                    return
                await self._commit(entries)
        finally:
            self._closed = True
            for entry in (*entries, *self._queue):
                entry.refuse(LogUnavailable("the log was stopped; whether this was written will show when it is back"))
            await self._disconnect()

    def _take(self) -> list[_Entry]:
        """Take what the next statement may hold: each document once, in the order of arrival."""
        taken: list[_Entry] = []
        kept: list[_Entry] = []
        documents: set[str] = set()
        operations = size = 0
        while self._queue and operations < self._settings.max_statement_operations:
            entry = self._queue.popleft()
            batch = entry.batch
            too_much = taken and (
                operations + len(batch.payloads) > self._settings.max_statement_operations
                or size + batch.byte_size > self._settings.max_statement_bytes
            )
            if too_much or batch.document in documents:
                kept.append(entry)
                if too_much:
                    break
                continue
            documents.add(batch.document)
            taken.append(entry)
            operations += len(batch.payloads)
            size += batch.byte_size
        self._queue.extendleft(reversed(kept))
        self._operations -= operations
        self._bytes -= size
        if not self._queue and not self._closed:
            self._arrived.clear()
        return taken

    async def _commit(self, entries: list[_Entry]) -> None:
        """Have every entry answered. Returns only when all are."""
        deadline = time.monotonic() + self._settings.settle_s
        while entries:
            sent = False
            try:
                connection = await self._connect()
                sent = True
                entries = await self._write(connection, entries)
            except Exception as error:
                if not is_connection_lost(error):
                    await self._separate(entries, error)
                    return
                await self._disconnect()
                for entry in entries:
                    entry.in_doubt |= sent
                entries = self._unreachable(entries, error, give_up=time.monotonic() > deadline)
                if entries and not sent:
                    await asyncio.sleep(_RETRY_S)  # The server is away; nothing tells when it is back.

    async def _separate(self, entries: list[_Entry], error: Exception) -> None:
        """Write each document by itself, so that only the one that cannot be written is refused."""
        if len(entries) > 1:
            for entry in entries:
                await self._commit([entry])
            return
        batch = entries[0].batch
        _log.error("append failed", document=batch.document, expected=batch.expected, **cause_of(error))
        entries[0].refuse(Internal("the log could not write this batch"))

    async def _write(self, connection: Connection, entries: list[_Entry]) -> list[_Entry]:
        """Write entries and answer them; returns those to be tried again.

        Sending one again that is in doubt is safe: if the first one took effect, or does so late, the head has moved.
        """
        batches = [entry.batch for entry in entries]
        written = await store.log.append(connection, batches, self._settings.append_timeout_s)
        for index, result in written.items():
            entries[index].commit()
            for listener in self._listeners:
                listener(batches[index], result)
        if len(written) == len(entries):
            return []
        return await self._explain(connection, [entry for n, entry in enumerate(entries) if n not in written])

    async def _explain(self, connection: Connection, entries: list[_Entry]) -> list[_Entry]:
        asked = [(entry.batch.document, [run.site for run in entry.batch.runs]) for entry in entries]
        found = await store.log.heads(connection, asked)
        again: list[_Entry] = []
        for entry in entries:
            batch = entry.batch
            if batch.document not in found:
                entry.refuse(DocumentNotFound(batch.name))
                continue
            head, delete_time, sites = found[batch.document]
            if entry.in_doubt and head >= batch.head and await store.log.is_written(connection, batch):
                entry.commit()
            elif delete_time is not None:
                entry.refuse(DocumentDeleted(batch.name, delete_time))
            elif head != batch.expected:
                entry.stale(head)
            elif (fault := _fault_of_sites(batch, sites)) is not None:
                entry.refuse(fault)
            elif _sites_fit(batch, sites):
                again.append(entry)
            else:
                entry.conflict(head)
        return again

    def _unreachable(self, entries: list[_Entry], error: BaseException, *, give_up: bool) -> list[_Entry]:
        """Answer those that were surely not written, or all; returns the others."""
        refused = [entry for entry in entries if give_up or not entry.in_doubt]
        _log.warning("log connection lost", entries=len(entries), refused=len(refused), error=type(error).__name__)
        for entry in refused:
            entry.refuse(LogUnavailable("the log cannot be reached; nothing was acknowledged"))
        return [entry for entry in entries if not entry.answer.done()]

    async def _connect(self) -> Connection:
        if self._connection is None or _is_gone(self._connection):
            await self._disconnect()
            connection = await self._pool.acquire(timeout=self._settings.connect_timeout_s)
            self._connection = connection
            await store.log.prepare_for_appending(connection)
        return self._connection

    async def _disconnect(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with contextlib.suppress(asyncpg.InterfaceError):
                connection.terminate()
            await self._pool.release(connection)


def _is_gone(connection: Connection) -> bool:
    """Say whether a connection cannot be used. One that the server ended is back in the pool, and may not be asked."""
    try:
        return bool(connection.is_closed())
    except asyncpg.InterfaceError:
        return True


def _fault_of_sites(batch: Batch, sites: list[SiteRow]) -> Fault | None:
    authors = {row.site: row.author for row in sites}
    for run in batch.runs:
        if authors.get(run.site, run.author) != run.author:
            return SiteOfAnotherAuthor(run.site)
    return None


def _sites_fit(batch: Batch, sites: list[SiteRow]) -> bool:
    last = {row.site: row.last_sequence for row in sites}
    return all(last.get(run.site, 0) == run.first - 1 for run in batch.runs)
