"""Doctor: checks a database while it is used, and makes anew what is derived from the log and wrong.

Owns the order (the database, then document by document), what is told meanwhile, and the sum. Memory is that of one
document; a caller that takes slowly holds the check up, nothing else. What repair may touch is said in
doctor_document.py. The caches of running processes forget within minutes what was wrong.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence

from mesh.database import Pool
from mesh.faults import DocumentNotFound
from mesh.names import DocumentId, document_name
from services.document import store
from services.document.doctor.database import DatabaseCheck
from services.document.doctor.derived import Followers
from services.document.doctor.document import DocumentChanged, DocumentCheck
from services.document.doctor.findings import Event, Finding, Findings, Progress, Severity, Summary
from services.document.errors import reachable
from services.document.log.contents import Contents
from services.document.settings import DocumentSettings

_PROGRESS_S = 0.5
_PAGE_DOCUMENTS = 500
_WAITING_EVENTS = 64
_ATTEMPTS = 3
"""How often a document is begun anew that is archived just then; it happens once a month."""


class Doctor:
    """Checks databases; `make_partitions` is housekeeping's."""

    def __init__(
        self,
        pool: Pool,
        settings: DocumentSettings,
        contents: Contents,
        make_partitions: Callable[[], Awaitable[None]],
    ) -> None:
        self._pool, self._settings, self._contents = pool, settings, contents
        self._make_partitions = make_partitions

    async def check(self, documents: Sequence[DocumentId], *, repair: bool) -> AsyncGenerator[Event]:
        """Yield findings as they are made, progress at least once a second, and in the end the summary.

        With `documents`, only these are looked at, and nothing that is about the database as a whole.
        Raises DocumentNotFound, LogUnavailable.
        """
        with reachable():
            followers = await Followers.of(self._pool, self._settings, self._contents)
        run = _Run(self._pool, followers, self._make_partitions, documents, repair)
        running = asyncio.create_task(run.run())
        told_at = -_PROGRESS_S
        try:
            while not running.done() or not run.events.empty():
                now = time.monotonic()
                if now - told_at >= _PROGRESS_S:
                    told_at = now
                    yield run.progress()
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(_PROGRESS_S):
                        event = await run.events.get()
                    if event is not None:
                        yield event
            await running
            yield run.progress()
            yield run.summary()
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)


class _Run:
    """One check under way; None among the events ends the wait for the next."""

    def __init__(
        self,
        pool: Pool,
        followers: Followers,
        make_partitions: Callable[[], Awaitable[None]],
        documents: Sequence[DocumentId],
        repair: bool,
    ) -> None:
        self._pool, self._followers, self._make_partitions = pool, followers, make_partitions
        self._documents, self._repair = documents, repair
        self.events: asyncio.Queue[Finding | None] = asyncio.Queue(_WAITING_EVENTS)
        self._checked = self._operations = self._unrepaired = self._repaired = 0
        self._total_documents = self._total_operations = 0
        self._current: DocumentCheck | None = None

    def progress(self) -> Progress:
        operations = self._operations + (self._current.replayed if self._current else 0)
        # Documents grow and are made while they are checked.
        return Progress(
            self._checked,
            max(self._total_documents, self._checked),
            operations,
            max(self._total_operations, operations),
        )

    def summary(self) -> Summary:
        return Summary(self._checked, self._operations, self._unrepaired, self._repaired)

    async def run(self) -> None:
        try:
            with reachable():
                self._total_documents, self._total_operations = await store.doctor.totals(
                    self._pool, self._documents or None
                )
                if self._documents:
                    await self._check_these()
                else:
                    await self._check_all()
        finally:
            with contextlib.suppress(asyncio.QueueFull):
                self.events.put_nowait(None)  # Full: nobody waits.

    async def _check_these(self) -> None:
        for document in dict.fromkeys(self._documents):
            key = await store.doctor.key_of(self._pool, document)
            if key is None:
                raise DocumentNotFound(document_name(document))
            await self._check(key)

    async def _check_all(self) -> None:
        findings = Findings(self._tell, None, repair=self._repair)
        await DatabaseCheck(self._pool, findings, self._make_partitions).run()
        await findings.finish()
        after_key = 0
        while keys := await store.doctor.page(self._pool, after_key, _PAGE_DOCUMENTS):
            for key in keys:
                await self._check(key)
            after_key = keys[-1]

    async def _check(self, key: int) -> None:
        for _ in range(_ATTEMPTS):
            snapshot = await store.doctor.snapshot(self._pool, key)
            if snapshot is None:
                break
            findings = Findings(self._tell, snapshot.document.id, repair=self._repair)
            self._current = check = DocumentCheck(self._pool, self._followers, snapshot, findings)
            try:
                await check.run()
            except DocumentChanged:
                continue
            finally:
                self._current = None
            await findings.finish()
            self._operations += check.replayed
            break
        self._checked += 1

    async def _tell(self, finding: Finding) -> None:
        if finding.repaired:
            self._repaired += finding.count
        elif finding.severity > Severity.NOTE:
            self._unrepaired += finding.count
        await self.events.put(finding)
