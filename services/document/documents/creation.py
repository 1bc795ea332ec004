"""Creation: new documents, blank or with what they begin with.

Owns what a document takes from its origin, and how its first content becomes its first operations: it is created with
them in one statement, so there is never half a document. Revision 0 is nothing, for every document.
"""

from __future__ import annotations

import asyncio
import base64
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace

from mesh.database import Pool
from mesh.faults import InvalidField, TooLarge
from mesh.names import DocumentId, document_name, parse_document, parse_document_id
from mesh.wire import content_parts
from ot.document import Document
from ot.operation import insert_at
from ot.text import utf16_length
from services.document import convert, store
from services.document.documents.metadata import MAX_TITLE, Metadata, check
from services.document.documents.places import Places
from services.document.documents.template import filled
from services.document.errors import DocumentAlreadyExists, NotATemplate, reachable
from services.document.formats import parse
from services.document.log.batch import Batch, parse_batch
from services.document.log.contents import Contents
from services.document.log.group_commit import Listener
from services.document.store.rows import DocumentRow, Written
from shoal.document.v1 import document_pb2 as pb
from shoal.document.v1 import operation_log_pb2 as log_pb
from shoal.type.v1 import operation_pb2

MAX_SOURCE_BYTES = 2 * 1024 * 1024
_SITE = "creation"
"""The site of what a document begins with."""
_ID_CHARACTERS = 12
"""60 random bits in base32: two documents in a billion collide with a chance of 1 in 10^9, nobody guesses one."""
_COPY_OF = "Copy of "
_RICH, _PLAIN = pb.DocumentType.DOCUMENT_TYPE_RICH_TEXT, pb.DocumentType.DOCUMENT_TYPE_PLAIN_TEXT


@dataclass(frozen=True, slots=True)
class _Beginning:
    """What a document is to be: its type, its metadata where nothing else is asked for, and its content."""

    kind: pb.DocumentType
    metadata: Metadata
    content: Document


class Creation:
    """Creates documents. `listeners` hear of the operations they begin with, as of any that are committed."""

    def __init__(self, pool: Pool, contents: Contents, places: Places, listeners: Sequence[Listener] = ()) -> None:
        self._pool, self._contents, self._places, self._listeners = pool, contents, places, listeners

    async def create(self, request: pb.CreateDocumentRequest, creator: str) -> DocumentRow:
        """Create a document and return it.

        Raises InvalidField, TooLarge, UnreadableContent, NotATemplate, DocumentAlreadyExists; of a document it is made
        from, DocumentNotFound, RevisionAhead, HistoryArchived; PermissionsUnavailable when it was made and nobody may
        read it yet.
        """
        chosen = parse_document_id(request.document_id, "document_id") if request.document_id else _new_id()
        asked, wanted = check(convert.metadata_of(request.document)), request.document.type
        beginning = await self._beginning(request, wanted)
        if wanted and wanted != beginning.kind:
            raise InvalidField("document.type", "must be that of the document it is made from, or empty")
        batch = _batch_of(chosen, creator, _ended(beginning))
        blank = convert.checkpoint_of(0, Document())
        metadata = _completed(asked, beginning.metadata)
        with reachable():
            row = await store.documents.create(self._pool, chosen, beginning.kind, creator, metadata, blank, batch)
        if row is None:
            raise DocumentAlreadyExists(document_name(chosen))
        if batch is not None:
            for listener in self._listeners:
                listener(batch, Written(row.key, 0, batch.byte_size))
        return await self._places.tell(row, creator)

    async def _beginning(self, request: pb.CreateDocumentRequest, wanted: pb.DocumentType) -> _Beginning:
        match request.WhichOneof("origin"):
            case "source":
                kind = wanted or _RICH
                return _Beginning(kind, Metadata(), await content_of(request.source, kind))
            case "copy":
                return await self._copied(request.copy)
            case "from_template":
                return await self._filled(request.from_template)
            case _:
                return _Beginning(wanted or _RICH, Metadata(), Document())

    async def _copied(self, copy: pb.Copy) -> _Beginning:
        revision = copy.revision if copy.HasField("revision") else None
        row, _, content = await self._contents.at(parse_document(copy.document, "copy.document"), revision)
        metadata = convert.metadata_of_row(row)
        title = (_COPY_OF + metadata.title)[:MAX_TITLE] if metadata.title else ""
        return _Beginning(_kind(row), replace(metadata, title=title), content)

    async def _filled(self, wanted: pb.FromTemplate) -> _Beginning:
        row, _, content = await self._contents.at(parse_document(wanted.document, "from_template.document"))
        if not row.template:
            raise NotATemplate(document_name(row.id))
        content = await asyncio.to_thread(filled, content, dict(wanted.values))
        return _Beginning(_kind(row), convert.metadata_of_row(row), content)


async def content_of(source: pb.Source, kind: pb.DocumentType) -> Document:
    """Return the document that a source means. Raises TooLarge, UnreadableContent.

    A thread reads it: half a second for what is long, and nobody waits.
    """
    size = len(source.text.encode())
    if size > MAX_SOURCE_BYTES:
        raise TooLarge("bytes of a source", MAX_SOURCE_BYTES, size)
    return await asyncio.to_thread(parse, source.text, convert.format_of(source.format), plain_text=kind == _PLAIN)


def _completed(asked: Metadata, origin: Metadata) -> Metadata:
    """Return what was asked for, and for what was not what the origin has. Where a place is named, it is that one."""
    return Metadata(
        title=asked.title or origin.title,
        project=asked.project or origin.project,
        folder=asked.folder if asked.project else origin.folder,
        labels=asked.labels or origin.labels,
        language=asked.language or origin.language,
    )


def _ended(beginning: _Beginning) -> Document:
    """Return the content with the last newline that rich text has, whatever it was made from."""
    content = beginning.content
    if beginning.kind == _RICH:
        last = content.runs()[-1].content if content.length else ""
        if not isinstance(last, str) or not last.endswith("\n"):
            content.apply(insert_at(content.length, "\n"))
    return content


def _batch_of(document: DocumentId, creator: str, content: Document) -> Batch | None:
    """Return the operations that write `content` in parts of about 64 KiB, as any large text travels; None for none."""
    if not content.length:
        return None
    written, operations = 0, []
    for revision, part in enumerate(content_parts(content), 1):
        operation = operation_pb2.Operation()
        if written:
            operation.components.add(retain=written)
        operation.components.extend(part.components)
        written += sum(utf16_length(each.insert) or 1 for each in part.components)
        operations.append(
            operation_pb2.CommittedOperation(
                revision=revision,
                site=_SITE,
                site_sequence=revision,
                author=creator,
                base_revision=revision - 1,
                operation=operation,
            )
        )
    return parse_batch(log_pb.AppendBatch(document=document_name(document), operations=operations))


def _kind(row: DocumentRow) -> pb.DocumentType:
    return _PLAIN if row.type == _PLAIN else _RICH


def _new_id() -> DocumentId:
    raw = base64.b32encode(secrets.token_bytes(8)).decode().lower()
    return DocumentId(raw[:_ID_CHARACTERS])
