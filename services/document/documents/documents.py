"""Documents: their metadata and their lives, as people and programs ask for them.

Owns the rules of listing, changing, deleting and purging, and what a caller is told who comes too late. Creation is
creation.py's, content is contents.py's, and erasing is erasing.py's. Each change is one statement that compares and
writes, so that of two at once one is refused or done after the other.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from mesh.database import Pool
from mesh.faults import DocumentDeleted, DocumentNotFound, InvalidField
from mesh.identity import current_identity
from mesh.names import DocumentId, document_name
from services.document import convert, store
from services.document.documents.filter import parse as parse_filter
from services.document.documents.metadata import Metadata, changed, told
from services.document.documents.places import Places
from services.document.documents.readable import Readable
from services.document.errors import DocumentNotDeleted, EtagMismatch, reachable
from services.document.housekeeping import Recency
from services.document.settings import DocumentSettings
from services.document.store.listing import Column, Listing
from services.document.store.rows import DocumentRow
from shoal.document.v1 import document_pb2 as pb

_DEFAULT_PAGE, _MAX_PAGE = 50, 1000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ORDER = re.compile(r"\s*(update_time|create_time|title)(?:\s+(asc|desc))?\s*", re.ASCII)
_COLUMNS = {"update_time": Column.LISTED_TIME, "create_time": Column.CREATE_TIME, "title": Column.TITLE}


class Documents:
    """Find, list, update, delete, undelete, purge. `purged` is called after each purge."""

    def __init__(
        self,
        pool: Pool,
        settings: DocumentSettings,
        recency: Recency,
        purged: Callable[[], None],
        places: Places,
        readable: Readable,
    ) -> None:
        self._pool, self._settings, self._recency, self._purged = pool, settings, recency, purged
        self._places, self._readable = places, readable

    async def find(self, document: DocumentId) -> DocumentRow:
        """Return a document's metadata, also of a deleted one. Raises DocumentNotFound, LogUnavailable."""
        with reachable():
            row = await store.documents.find(self._pool, document)
        if row is None:
            raise DocumentNotFound(document_name(document))
        return row

    async def page(self, request: pb.ListDocumentsRequest) -> tuple[list[DocumentRow], str]:
        """Return documents that the caller may read, and the token of the next page.

        Raises InvalidField, LogUnavailable, PermissionsUnavailable.
        """
        size = convert.page_size(request.page_size, _DEFAULT_PAGE, _MAX_PAGE)
        listing, question = listing_of(request)
        listing = replace(listing, conditions=(*listing.conditions, *await self._readable.now()))
        with reachable():
            if listing.column is Column.LISTED_TIME:
                await self._recency.flush()
            rows = await store.documents.page(self._pool, listing, size + 1)
        more = len(rows) > size
        return rows[:size], convert.page_token(question, _place_of(rows[size - 1], listing.column)) if more else ""

    async def update(self, document: DocumentId, asked: Metadata, mask: Sequence[str], etag: str) -> DocumentRow:
        """Change what the mask names, as metadata.changed says, and return the document; nothing new changes nothing.

        Raises DocumentNotFound, DocumentDeleted, EtagMismatch, InvalidField, LogUnavailable, PermissionsUnavailable.
        """
        generation = convert.generation_of(etag)
        while True:
            row = await self.find(document)
            if row.delete_time is not None:
                raise DocumentDeleted(document_name(document), row.delete_time)
            if generation not in (None, row.generation):
                raise EtagMismatch(document_name(document))
            stored = convert.metadata_of_row(row)
            wanted = changed(stored, asked, mask)
            if wanted == stored:
                return row
            with reachable():
                updated = await store.documents.update(
                    self._pool, document, row.generation, wanted, current_identity().subject, told(stored, wanted)
                )
            if updated is not None:
                if (wanted.project, wanted.folder) != (stored.project, stored.folder):
                    return await self._places.tell(updated, current_identity().subject, moved=True)
                return updated
            # Somebody else changed it in between: the change is made to what it is now, or refused.

    async def delete(self, document: DocumentId, etag: str) -> DocumentRow:
        """Put a document into the trash and return it; a deleted one is returned as it is, whatever the etag.

        Raises DocumentNotFound, EtagMismatch, LogUnavailable.
        """
        generation = convert.generation_of(etag)
        while True:
            with reachable():
                deleted = await store.documents.delete(
                    self._pool, document, generation, self._settings.trash_days, current_identity().subject
                )
            if deleted is not None:
                return deleted
            row = await self.find(document)
            if row.delete_time is not None:
                return row
            self._compare(row, generation)

    async def undelete(self, document: DocumentId, etag: str) -> DocumentRow:
        """Take a document out of the trash and return it.

        Raises DocumentNotFound, DocumentNotDeleted, EtagMismatch, LogUnavailable.
        """
        generation = convert.generation_of(etag)
        while True:
            with reachable():
                undeleted = await store.documents.undelete(self._pool, document, generation, current_identity().subject)
            if undeleted is not None:
                return undeleted
            await self._require_deleted(document, generation)

    async def purge(self, document: DocumentId, etag: str) -> None:
        """Make a document in the trash disappear for everybody, and have it erased.

        Raises DocumentNotFound, DocumentNotDeleted, EtagMismatch, LogUnavailable.
        """
        generation = convert.generation_of(etag)
        while True:
            with reachable():
                purged = await store.documents.purge(self._pool, document, generation, current_identity().subject)
            if purged:
                self._purged()
                return
            await self._require_deleted(document, generation)

    async def _require_deleted(self, document: DocumentId, generation: int | None) -> None:
        """Say why a deleted document could not be changed; returns when it could be now."""
        row = await self.find(document)
        if row.delete_time is None:
            raise DocumentNotDeleted(document_name(document))
        self._compare(row, generation)

    def _compare(self, row: DocumentRow, generation: int | None) -> None:
        if generation not in (None, row.generation):
            raise EtagMismatch(document_name(row.id))


def listing_of(request: pb.ListDocumentsRequest) -> tuple[Listing, str]:
    """Return the listing a request means, and the question that its page tokens are of. Raises InvalidField."""
    column, descending = _order(request.order_by)
    question = f"ListDocuments {column} {descending} {request.show_deleted} {request.filter}"
    token = convert.parse_page_token(request.page_token, question, (str if column is Column.TITLE else int, int))
    conditions = parse_filter(request.filter)
    return Listing(conditions, column, descending, request.show_deleted, _place(token)), question


def _order(order_by: str) -> tuple[Column, bool]:
    if not order_by.strip():
        return Column.LISTED_TIME, True
    match = _ORDER.fullmatch(order_by)
    if match is None:
        raise InvalidField("order_by", "must be update_time, create_time or title, with `desc` behind it or not")
    return _COLUMNS[match[1]], match[2] == "desc"


def _place(token: list[str | int] | None) -> tuple[datetime | str, int] | None:
    """Return where a page begins. Raises InvalidField for what no row can have said."""
    if token is None:
        return None
    value, key = token[0], int(token[1])
    try:
        if isinstance(value, str):
            if "\0" in value:
                raise ValueError(value)
            return value, key
        return _EPOCH + timedelta(microseconds=value), key
    except (ValueError, OverflowError):
        raise InvalidField("page_token", "not a next_page_token of this question") from None


def _place_of(row: DocumentRow, column: Column) -> tuple[str | int, int]:
    if column is Column.TITLE:
        return row.title, row.key
    time = row.listed_time if column is Column.LISTED_TIME else row.create_time
    return (time - _EPOCH) // timedelta(microseconds=1), row.key
