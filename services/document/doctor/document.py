"""The check of one document: its log from the first kept operation to the head, and all that is derived from it.

Owns the walk: content and authorship are replayed operation by operation, and every checkpoint is held against them as
it is passed, so that memory is that of one document. What moves with every append is read in one moment at the start
and the log is looked at up to the head of then: a document that is being written has no findings for that.

What is derived is made anew where the log before it is whole. The log itself is never touched, and while anything is
wrong with it the high-water rows are not either: they may be the last to know what is missing. Nor is a head, though it
is derived too. One above the log says that acknowledged operations are gone; lowered, their revisions would be given to
others, and clients that hold them would be lost. One below the log may be a head that was put back or operations that
were put in: raised, it shows what nobody may have been told is saved. Only a person with a backup can tell.
"""

from __future__ import annotations

import asyncio
from functools import partial

from google.protobuf.message import DecodeError

from mesh.database import Pool
from mesh.faults import Fault
from mesh.wire import operation_from_proto
from ot.document import Document
from ot.errors import OperationError
from ot.operation import Operation
from services.document import convert, store
from services.document.doctor.checkpoints import Examined, examine
from services.document.doctor.derived import Followers, SessionsCheck, TextCheck
from services.document.doctor.findings import Check, Findings, Repair, Severity
from services.document.doctor.sites import SiteLog
from services.document.log.authorship import Authorship
from services.document.store.doctor import LoggedOperation, Snapshot
from shoal.type.v1 import operation_pb2

_PAGE_OPERATIONS = 200
"""Operations held at once: an operation may have megabytes."""
_SLICE = 32
"""Operations applied before others get a turn: about half a millisecond."""
_THREAD_LENGTH = 32 * 1024
"""Past this length hashing and unpacking take a millisecond and are done by a thread."""
_LOWEST = -(1 << 63)


class DocumentChanged(Exception):
    """The document was archived or purged while it was looked at: what was missed is no finding."""


class DocumentCheck:
    """One walk along one document. `replayed` is how many operations it has behind it."""

    def __init__(self, pool: Pool, followers: Followers, snapshot: Snapshot, findings: Findings) -> None:
        self._pool, self._state, self._findings = pool, snapshot, findings
        self._document: Document | None = Document()
        self._authorship: Authorship | None = Authorship()
        self._checkpoints = set(snapshot.checkpoints)
        self._sites = SiteLog(pool, snapshot, findings)
        self._text = TextCheck(pool, followers, snapshot, findings)
        self._sessions = SessionsCheck(followers, snapshot, findings)
        self._is_whole = True
        self._next = snapshot.first_revision + 1
        self._newest_checkpoint = self._past_bytes = self._unattributed = self._attributed = 0
        self.replayed = 0

    async def run(self) -> None:
        """Check everything. Raises DocumentChanged, and what the database raises."""
        state = self._state
        if state.first_revision > state.head_revision:
            await self._error(Check.LOG, "more is archived than the document has", state.first_revision)
            return
        await self._begin()
        await self._compare_text(state.first_revision)
        last = min(state.head_revision, max(state.log_last, state.first_revision))
        after = state.first_revision or _LOWEST
        while after < last:
            page = await store.doctor.operations(self._pool, state.key, after, last, _PAGE_OPERATIONS)
            if not page:
                break
            page = _without_split(page)
            for start in range(0, len(page), _SLICE):
                for row in page[start : start + _SLICE]:
                    await self._take(row)
                await asyncio.sleep(0)
            after = page[-1].revision
        await self._end(last)

    # -- the walk --------------------------------------------------------------------------------------------------

    async def _begin(self) -> None:
        """Take up what the walk begins with: nothing, or the checkpoint at the end of the archive."""
        state, first = self._state, self._state.first_revision
        if first == 0:
            if 0 not in self._checkpoints:
                blank = convert.checkpoint_of(0, Document())
                add = partial(store.checkpoints.add, self._pool, state.key, blank, None, 0)
                await self._warning(Check.CHECKPOINTS, "the checkpoint of the beginning is missing", 0, add)
            else:
                await self._checkpoint(0)
            return
        self._document = self._authorship = None
        await self._look_for_returned()
        if first not in self._checkpoints:
            await self._error(Check.CHECKPOINTS, "there is no checkpoint where the kept history begins", first)
            self._is_whole = False
            return
        await self._checkpoint(first)
        if self._document is None:
            self._is_whole = False

    async def _look_for_returned(self) -> None:
        returned = await store.doctor.returned(self._pool, self._state.key)
        if returned is not None:
            take_back = partial(store.doctor.take_back, self._pool, self._state.key, returned)
            message = "operations that were archived are in the log again"
            await self._findings.add(Check.LOG, Severity.NOTE, message, returned + 1, take_back)

    async def _take(self, row: LoggedOperation) -> None:
        if row.revision < self._next:
            await self._lost("a revision is in the log more than once, or below 1", row.revision)
            return
        if row.revision > self._next:
            await self._report_gap(self._next, row.revision - 1)
        self._next = row.revision + 1
        self.replayed += 1
        self._past_bytes += len(row.operation)
        if not 0 <= row.base_revision < row.revision:
            self._sites.is_sound = False
            await self._error(Check.LOG, "an operation was made on a revision that did not exist", row.revision)
        await self._sites.take(row)
        await self._apply(row)
        if self._is_whole:
            self._sessions.take(row)
        if row.revision in self._checkpoints:
            await self._checkpoint(row.revision)
        await self._compare_text(row.revision)

    async def _apply(self, row: LoggedOperation) -> None:
        if self._document is None:
            return
        try:
            operation = operation_from_proto(operation_pb2.Operation.FromString(row.operation))
            self._document.apply(operation)
        except (Fault, OperationError, DecodeError):
            await self._error(Check.REPLAY, "an operation does not fit what those before it made", row.revision)
            self._lose()
            return
        self._follow(operation, row)

    def _follow(self, operation: Operation, row: LoggedOperation) -> None:
        """Keep the authorship in step; where it cannot be, checkpoints go without it too."""
        try:
            if self._authorship is not None and row.author is not None:
                self._authorship.apply(operation, row.author, row.agent)
            else:
                self._authorship = None
        except OperationError:
            self._authorship = None

    async def _compare_text(self, revision: int) -> None:
        if revision == self._text.revision and self._document is not None and self._is_whole:
            await self._text.compare(self._document)

    async def _report_gap(self, first: int, last: int) -> None:
        await self._require_unchanged()
        which = f"operation {first} is" if first == last else f"operations {first} to {last} are"
        await self._lost(f"{which} not in the log", first)

    async def _lost(self, message: str, revision: int) -> None:
        await self._error(Check.LOG, message, revision)
        self._sites.lose()
        self._lose()

    def _lose(self) -> None:
        """What the content is from here on is not known, until a checkpoint says so."""
        self._document = self._authorship = None
        self._is_whole = False

    # -- checkpoints -----------------------------------------------------------------------------------------------

    async def _checkpoint(self, revision: int) -> None:
        stored = await store.doctor.checkpoint(self._pool, self._state.key, revision)
        if stored is None:
            return
        self._newest_checkpoint, self._past_bytes = revision, 0
        document, authorship = self._document, self._authorship
        if max(len(stored.content), document.length if document else 0) > _THREAD_LENGTH:
            found = await asyncio.to_thread(examine, revision, stored, document, authorship)
        else:
            found = examine(revision, stored, document, authorship)
        await self._judge_content(revision, found)
        await self._judge_attribution(revision, found, is_missing=stored.attribution is None and revision > 0)

    async def _judge_content(self, revision: int, found: Examined) -> None:
        if self._document is None:
            if found.content_wrong:
                message = "a checkpoint cannot be read, and nothing is left to make it from"
                await self._error(Check.CHECKPOINTS, message, revision)
            elif found.hash_wrong:
                await self._error(Check.HASHES, "the hash of a checkpoint is not that of its content", revision)
            else:
                self._document = found.document
            return
        repair = partial(self._store_content, revision) if self._is_whole else None
        if found.content_wrong:
            what = "cannot be read" if found.document is None else "is not what replay makes"
            await self._warning(Check.CHECKPOINTS, f"a checkpoint {what}", revision, repair)
        if found.hash_wrong:
            await self._warning(Check.HASHES, "the hash of a checkpoint is not that of its content", revision, repair)

    async def _judge_attribution(self, revision: int, found: Examined, *, is_missing: bool) -> None:
        can_repair = self._authorship is not None and self._is_whole
        repair = partial(self._store_attribution, revision)
        if found.attribution_wrong:
            message = "who wrote what, as stored with a checkpoint, is not what replay makes"
            await self._warning(Check.ATTRIBUTION, message, revision, repair if can_repair else None)
        elif is_missing and can_repair:
            self._unattributed += 1
            self._attributed += await self._findings.mend(Check.ATTRIBUTION, repair)
        if self._authorship is None and self._document is not None and not found.attribution_wrong:
            self._authorship = found.authorship

    async def _store_content(self, revision: int) -> None:
        assert self._document is not None
        checkpoint = await asyncio.to_thread(convert.checkpoint_of, revision, self._document)
        await store.doctor.replace_content(self._pool, self._state.key, checkpoint)

    async def _store_attribution(self, revision: int) -> None:
        assert self._authorship is not None
        attribution = await asyncio.to_thread(self._authorship.encode)
        await store.doctor.replace_attribution(self._pool, self._state.key, revision, attribution)

    # -- the end ---------------------------------------------------------------------------------------------------

    async def _end(self, last: int) -> None:
        """Hold what says how far the document is against what was walked along."""
        if self._next <= last:
            await self._report_gap(self._next, last)
        await self._check_head()
        if not self._is_whole:
            return
        if self._sites.is_sound:
            await self._sites.finish()
            await self._sessions.finish()
        await self._text.finish()
        await self._check_checkpoint_revision()
        if self._unattributed:
            message = f"{self._unattributed} checkpoints do not say who wrote what: asking takes longer"
            repaired = self._attributed == self._unattributed
            await self._findings.tell(Check.ATTRIBUTION, Severity.NOTE, message, 0, repaired=repaired)

    async def _check_head(self) -> None:
        state = self._state
        log_last = max(state.log_last, state.first_revision)
        if state.head_revision == log_last:
            return
        await self._require_unchanged()
        message = f"the head is {state.head_revision}, and the log ends at {log_last}"
        await self._error(Check.HEAD, message, state.head_revision)
        self._is_whole = False

    async def _check_checkpoint_revision(self) -> None:
        state = self._state
        for revision in state.checkpoints:
            if revision > state.head_revision:
                delete = partial(store.doctor.delete_checkpoint, self._pool, state.key, revision)
                await self._warning(Check.CHECKPOINTS, "a checkpoint is above the head", revision, delete)
        settle = partial(store.doctor.settle_checkpoints, self._pool, state.key)
        if state.checkpoint_revision != self._newest_checkpoint:
            message = f"the newest checkpoint is noted as {state.checkpoint_revision}"
            await self._warning(Check.CHECKPOINTS, message, self._newest_checkpoint, settle)
        elif state.uncheckpointed_bytes != self._past_bytes:
            message = (
                f"{state.uncheckpointed_bytes} bytes are noted since the newest checkpoint, not {self._past_bytes}"
            )
            await self._findings.add(Check.CHECKPOINTS, Severity.NOTE, message, self._newest_checkpoint, settle)

    async def _require_unchanged(self) -> None:
        now = await store.doctor.snapshot(self._pool, self._state.key)
        if now is None or now.first_revision != self._state.first_revision:
            raise DocumentChanged

    async def _error(self, check: Check, message: str, revision: int) -> None:
        await self._findings.add(check, Severity.ERROR, message, revision)

    async def _warning(self, check: Check, message: str, revision: int, repair: Repair | None) -> None:
        await self._findings.add(check, Severity.WARNING, message, revision, repair)


def _without_split(page: list[LoggedOperation]) -> list[LoggedOperation]:
    """Return a page without its last revision, which may go on in the next; one revision alone stays."""
    if len(page) < _PAGE_OPERATIONS:
        return page
    return [row for row in page if row.revision < page[-1].revision] or page
