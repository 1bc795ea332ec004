"""Versions: revisions with a name, or worth finding again.

Owns the rules of making, describing and removing marks. A mark changes no content; restoring.py brings one back.
"""

from __future__ import annotations

from collections.abc import Sequence

from mesh.database import Pool
from mesh.faults import DocumentDeleted, InvalidField, RevisionAhead
from mesh.names import DocumentId, VersionId, document_name, version_name
from services.document import convert, store
from services.document.documents import metadata
from services.document.documents.ids import random_id
from services.document.documents.metadata import Metadata
from services.document.errors import VersionNotFound, reachable
from services.document.log.contents import Contents
from services.document.log.gaps import gap_at
from services.document.store.rows import DocumentRow
from services.document.store.versions import NewVersion, VersionRow
from shoal.document.v1.version_pb2 import VersionKind

_MAX_DESCRIPTION = 2000
_DEFAULT_PAGE, _MAX_PAGE = 50, 1000


class Versions:
    """Create, get, list, update, delete."""

    def __init__(self, pool: Pool, contents: Contents) -> None:
        self._pool, self._contents = pool, contents

    async def create(
        self, document: DocumentId, revision: int, title: str, description: str, creator: str
    ) -> VersionRow:
        """Mark a revision (0: the head) by name. Raises InvalidField, RevisionAhead, DocumentNotFound, DocumentDeleted.

        And HistoryArchived, where nothing tells any more when that revision was.
        """
        check_title(title, "version.title")
        new = NewVersion(VersionId(random_id()), revision, VersionKind.VERSION_KIND_NAMED, title, description, creator)
        with reachable():
            made = await store.versions.create(self._pool, document, new)
        if made is None:
            row = await self._changeable(document)
            if revision > row.head_revision:
                raise RevisionAhead(revision, row.head_revision)
            raise await gap_at(self._pool, row, revision)
        return made

    async def get(self, document: DocumentId, version: VersionId) -> VersionRow:
        """Return a version, also of a deleted document. Raises DocumentNotFound, VersionNotFound."""
        row = await self._contents.find(document)
        with reachable():
            found = await store.versions.find(self._pool, row.key, version)
        if found is None:
            raise VersionNotFound(version_name(document, version))
        return found

    async def page(
        self, document: DocumentId, kinds: Sequence[int], page_size: int, page_token: str
    ) -> tuple[list[VersionRow], str]:
        """Return versions of these kinds (none: all), the newest revision first, and the next page's token.

        Raises DocumentNotFound, InvalidField.
        """
        size = convert.page_size(page_size, _DEFAULT_PAGE, _MAX_PAGE)
        question = f"ListVersions {document} {sorted(set(kinds))}"
        place = convert.parse_page_token(page_token, question, (int, int))
        before = None if place is None else (int(place[0]), int(place[1]))
        row = await self._contents.find(document)
        with reachable():
            rows = await store.versions.page(self._pool, row.key, kinds or None, before, size + 1)
        last = rows[size - 1] if len(rows) > size else None
        return rows[:size], convert.page_token(question, (last.revision, last.key)) if last else ""

    async def update(
        self, document: DocumentId, version: VersionId, title: str | None, description: str | None, subject: str
    ) -> VersionRow:
        """Change title and description (None: as they are). An automatic version with a title is kept, as `subject`'s.

        Raises InvalidField, DocumentNotFound, DocumentDeleted, VersionNotFound.
        """
        if title:
            check_title(title, "version.title")
        row = await self._changeable(document)
        with reachable():
            changed = await store.versions.update(self._pool, row.key, version, title, description, subject)
        if changed is None:
            await self.get(document, version)
            raise InvalidField("version.title", "a named version has one")
        return changed

    async def delete(self, document: DocumentId, version: VersionId) -> None:
        """Remove a mark. Raises DocumentNotFound, DocumentDeleted, VersionNotFound."""
        row = await self._changeable(document)
        with reachable():
            there_was = await store.versions.delete(self._pool, row.key, version)
        if not there_was:
            raise VersionNotFound(version_name(document, version))

    async def _changeable(self, document: DocumentId) -> DocumentRow:
        row = await self._contents.find(document)
        if row.delete_time is not None:
            raise DocumentDeleted(document_name(document), row.delete_time)
        return row


def check_title(title: str, field: str) -> None:
    """Raise InvalidField unless it is the title of a version: as a document's, and with something to see."""
    if not title.strip():
        raise InvalidField(field, "must not be empty")
    metadata.check(Metadata(title=title), field.removesuffix(".title"))


def check_description(description: str, field: str) -> None:
    """Raise InvalidField unless it can be a description: at most 2,000 characters, no NUL."""
    if len(description) > _MAX_DESCRIPTION or "\0" in description:
        raise InvalidField(field, f"must be at most {_MAX_DESCRIPTION} characters, none of them NUL")
