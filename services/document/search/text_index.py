"""TextIndex: what search looks at, brought to where a document is.

Owns how much of a text is searched for, and in which language. One document a call, in slices, so that others get their
turns. The title is in the index whole; so is the text, to a length.
"""

from __future__ import annotations

import asyncio

import asyncpg
import structlog

from mesh.database import Connection
from ot.document import Document
from services.document import store
from services.document.log.contents import Contents
from services.document.search.languages import configuration_of
from services.document.search.words import storable, words_of
from services.document.settings import DocumentSettings
from services.document.store.rows import DocumentRow
from services.document.store.search import TRASHED, Entry

_log = structlog.get_logger(__name__)
_SLICE = 32 * 1024
"""Characters looked at before others get a turn: about a millisecond."""


class TextIndex:
    """Indexes documents. `languages` are the text search configurations of the database."""

    def __init__(self, contents: Contents, settings: DocumentSettings, languages: set[str]) -> None:
        self._contents, self._settings, self._languages = contents, settings, languages

    async def follow(self, connection: Connection, document_key: int) -> None:
        """Bring the index to where a document is; one in the trash leaves it. Nothing for a document not there.

        Raises Faults of its content, and what the database raises.
        """
        place = await store.search.place(connection, document_key)
        if place is None:
            await store.search.add(connection, document_key)
            place = await store.search.place(connection, document_key)
        if place is None:
            return
        row = place.document
        if row.delete_time is not None:
            if place.generation != TRASHED:
                await store.search.take_out(connection, document_key)
        elif (place.revision, place.generation) != (row.head_revision, row.generation):
            await self._put(connection, row)

    async def _put(self, connection: Connection, row: DocumentRow) -> None:
        document = await self._contents.of(row, row.head_revision)
        entry = await self.entry(row, document)
        while True:
            try:
                await store.search.put(connection, entry)
            except asyncpg.ProgramLimitExceededError:
                entry = await shorter(entry)
                _log.info("only the beginning of a text is searched", document=row.id, characters=len(entry.body))
            else:
                return

    async def entry(self, row: DocumentRow, document: Document) -> Entry:
        """Return what the index is to know of a document whose content at its head is `document`."""
        body = storable(document.text()[: self._settings.search_body_characters])
        return Entry(
            row.key,
            row.head_revision,
            row.generation,
            f"pg_catalog.{configuration_of(row.language, self._languages)}",
            row.project,
            row.title,
            words_of(row.title),
            body,
            await _words(body),
        )


async def shorter(entry: Entry) -> Entry:
    """Return the entry of the first half of a text: where there are more different words than fit, it has fewer."""
    body = entry.body[: len(entry.body) // 2]
    return entry._replace(body=body, body_words=await _words(body))


async def _words(text: str) -> str | None:
    """Return the words of a text; None where it is as good itself."""
    if text.isascii() and "<" not in text:
        return None
    slices: list[str] = []
    for start in range(0, len(text), _SLICE):
        slices.append(words_of(text[start : start + _SLICE]))
        await asyncio.sleep(0)
    return "".join(slices)
