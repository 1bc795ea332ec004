"""Restoring and replacing: content that is to become another, as one edit through collab.

Owns how such an edit is made: the difference to what is wanted, computed on one revision and sent with it, so that
what others typed since is kept; and how a retry is known. Writes no content itself.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from mesh.database import Pool
from mesh.faults import DocumentDeleted, TooLarge
from mesh.identity import current_identity
from mesh.names import DocumentId, document_name
from mesh.requests import request_site
from ot.diff import diff
from ot.document import Document
from ot.operation import Operation
from services.document import store
from services.document.errors import reachable
from services.document.formats import Format, edit_in
from services.document.history.editing import Editing
from services.document.log.contents import Contents
from services.document.store.rows import DocumentRow
from shoal.document.v1.document_pb2 import DocumentType

MAX_SOURCE_BYTES = 2 * 1024 * 1024
_THREAD_UNITS = 16 * 1024
"""Past this length comparing takes milliseconds, and a thread does it."""


@dataclass(frozen=True, slots=True)
class Changed:
    """What became of an edit: the revision it became, or the head it was compared with where nothing differed."""

    revision: int
    changed: bool


class Restoring:
    """Restore and replace."""

    def __init__(self, pool: Pool, contents: Contents, editing: Editing) -> None:
        self._pool, self._contents, self._editing = pool, contents, editing

    async def restore(self, document: DocumentId, revision: int, request_id: str) -> Changed:
        """Bring back the content of `revision`, and mark the one before that edit as a version.

        A request that was answered is answered again, and what a crash left out is made up for. Raises InvalidField,
        DocumentNotFound, DocumentDeleted, RevisionAhead, HistoryArchived, and what Editing raises.
        """
        row = await self._contents.find(document)
        changed = await self._answered(row, request_id)
        if changed is None:
            _require_changeable(row)
            _, _, wanted = await self._contents.at(row.id, revision)
            _, base_revision, content = await self._contents.at(row.id)
            operation = await _compared(content, wanted)
            changed = await self._submit(row, operation, base_revision, request_id)
        if changed.changed:
            with reachable():
                await store.versions.mark_restored(self._pool, row.key, changed.revision, current_identity().subject)
        return changed

    async def replace(
        self, document: DocumentId, text: str, form: Format, base_revision: int | None, request_id: str
    ) -> Changed:
        """Make the content read as `text` does; what was written since `base_revision` (None: the head) stays.

        Raises DocumentNotFound and as `restore`; TooLarge, UnreadableContent.
        """
        if (size := len(text.encode())) > MAX_SOURCE_BYTES:
            raise TooLarge("bytes of content", MAX_SOURCE_BYTES, size)
        row = await self._contents.find(document)
        changed = await self._answered(row, request_id)
        if changed is None:
            _require_changeable(row)
            row, made_on, base = await self._contents.at(document, base_revision)
            plain = row.type == DocumentType.DOCUMENT_TYPE_PLAIN_TEXT
            operation = await _edited(base, text, form, plain)
            changed = await self._submit(row, operation, made_on, request_id)
        return changed

    async def _submit(self, row: DocumentRow, operation: Operation, base_revision: int, request_id: str) -> Changed:
        if operation:
            return Changed(await self._editing.submit(row.id, operation, base_revision, request_id), True)
        # Nothing differs: perhaps because this very request was under way twice, and the other one is through.
        answered = await self._answered(row, request_id)
        return answered or Changed((await self._contents.find(row.id)).head_revision, False)

    async def _answered(self, row: DocumentRow, request_id: str) -> Changed | None:
        """Return what became of this request when it was made before. Raises InvalidField."""
        if not request_id:
            return None
        site = request_site(request_id, current_identity().subject)
        with reachable():
            found = await store.log.site_revisions(self._pool, row.id, site, 1, 1)
        return Changed(found[0][1], True) if found else None


def _require_changeable(row: DocumentRow) -> None:
    if row.delete_time is not None:
        raise DocumentDeleted(document_name(row.id), row.delete_time)


async def _compared(before: Document, after: Document) -> Operation:
    if max(before.length, after.length) > _THREAD_UNITS:
        return await asyncio.to_thread(diff, before, after)
    return diff(before, after)


async def _edited(base: Document, text: str, form: Format, plain_text: bool) -> Operation:
    def edit() -> Operation:
        return edit_in(base, text, form, plain_text=plain_text)

    return await asyncio.to_thread(edit) if max(base.length, len(text)) > _THREAD_UNITS else edit()
