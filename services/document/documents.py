"""Documents: their metadata and their content, as people and programs ask for it.

Owns the rules of creating, listing and reading. Never changes content after creation: that is collab's door.
"""

from __future__ import annotations

import base64
import secrets
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

from mesh.database import Pool
from mesh.faults import InvalidField, Received
from mesh.names import DocumentId, document_name, parse_document_id
from mesh.wire import content_parts, operation_to_proto
from ot.document import Document
from ot.operation import insert_at
from services.document import convert, store
from services.document.errors import DocumentAlreadyExists, reachable
from services.document.housekeeping import Recency
from services.document.log import OperationLog
from services.document.store.rows import DocumentRow
from shoal.document.v1 import document_pb2, operation_log_pb2
from shoal.type.v1 import operation_pb2

_MAX_TITLE = 200
_DEFAULT_PAGE, _MAX_PAGE = 50, 1000
_CREATION_SITE = "creation"
"""The site of what a document begins with."""
_ID_CHARACTERS = 12
"""60 random bits in base32: two documents in a billion collide with a chance of 1 in 10^9, nobody guesses one."""

_QUESTION = "ListDocuments"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

Type = document_pb2.DocumentType


class Documents:
    """Create, list, content."""

    def __init__(self, pool: Pool, log: OperationLog, recency: Recency) -> None:
        self._pool, self._log, self._recency = pool, log, recency

    async def create(self, document_id: str, title: str, kind: document_pb2.DocumentType, creator: str) -> DocumentRow:
        """Create a document, blank. Raises InvalidField, DocumentAlreadyExists."""
        if len(title) > _MAX_TITLE or "\0" in title:
            raise InvalidField("document.title", f"must be at most {_MAX_TITLE} characters, none of them NUL")
        if kind not in Type.values():
            raise InvalidField("document.type", "is not a type")
        kind = kind or Type.DOCUMENT_TYPE_RICH_TEXT
        chosen = parse_document_id(document_id, "document_id") if document_id else _new_id()
        blank = convert.checkpoint_of(0, Document())
        with reachable():
            row = await store.documents.create(self._pool, chosen, title, kind, creator, blank)
        if row is None:
            raise DocumentAlreadyExists(document_name(chosen))
        if kind != Type.DOCUMENT_TYPE_RICH_TEXT:
            return row
        await self._begin_with_newline(row.id, creator)
        return await self._log.find(row.id)

    async def _begin_with_newline(self, document: DocumentId, creator: str) -> None:
        """Write the last newline of rich text as the first operation: revision 0 is nothing, for every document.

        A crash before it leaves a document that editors put right.
        """
        newline = operation_pb2.CommittedOperation(
            revision=1,
            site=_CREATION_SITE,
            site_sequence=1,
            author=creator,
            operation=operation_to_proto(insert_at(0, "\n")),
        )
        outcome = await self._log.append(
            operation_log_pb2.AppendBatch(document=document_name(document), operations=[newline])
        )
        if outcome.HasField("fault"):
            raise Received(outcome.fault)

    async def page(self, page_size: int, page_token: str) -> tuple[list[DocumentRow], str]:
        """Return documents, the one changed last first, and the token of the next page. Raises InvalidField."""
        size = convert.page_size(page_size, _DEFAULT_PAGE, _MAX_PAGE)
        place = convert.parse_page_token(page_token, _QUESTION, (int, int))
        before = None if place is None else (_EPOCH + timedelta(microseconds=int(place[0])), int(place[1]))
        with reachable():
            await self._recency.flush()
            rows = await store.documents.page(self._pool, before, size + 1)
        return rows[:size], _token_after(rows[size - 1]) if len(rows) > size else ""


async def content_responses(
    revision: int, document: Document, form: document_pb2.ContentFormat
) -> AsyncIterator[document_pb2.GetContentResponse]:
    """Yield a document's content in the form asked for, in parts; the last part has the hash. Raises InvalidField."""
    response: document_pb2.GetContentResponse | None = None
    for part in _parts(document, form):
        if response is not None:
            yield response
        response = part
        response.revision = revision
    assert response is not None
    response.hash = document.hash()
    yield response


def _parts(document: Document, form: document_pb2.ContentFormat) -> list[document_pb2.GetContentResponse]:
    Response = document_pb2.GetContentResponse  # noqa: N806 -- a class
    if form == document_pb2.ContentFormat.CONTENT_FORMAT_TEXT:
        return [Response(text=part) for part in convert.text_parts(document.text())]
    if form not in document_pb2.ContentFormat.values():
        raise InvalidField("format", "is not a format")
    return [Response(content=part) for part in content_parts(document)]


def _token_after(row: DocumentRow) -> str:
    return convert.page_token(_QUESTION, ((row.listed_time - _EPOCH) // timedelta(microseconds=1), row.key))


def _new_id() -> DocumentId:
    raw = base64.b32encode(secrets.token_bytes(8)).decode().lower()
    return DocumentId(raw[:_ID_CHARACTERS])
