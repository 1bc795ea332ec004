"""DocumentService over gRPC."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import aclosing
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import grpc
from google.protobuf.timestamp_pb2 import Timestamp

from mesh.faults import InvalidField
from mesh.identity import current_identity
from mesh.names import DocumentId, document_name, parse_document
from ot.document import Document
from services.document import convert
from services.document.documents.content_stream import content_responses
from services.document.documents.creation import Creation
from services.document.documents.documents import Documents
from services.document.documents.watch import Watches
from services.document.history.restoring import Restoring
from services.document.log.contents import Contents
from services.document.store.rows import DocumentRow
from shoal.document.v1 import document_pb2 as pb
from shoal.document.v1 import document_pb2_grpc

if TYPE_CHECKING:
    Context = grpc.aio.ServicerContext[Any, Any]


class DocumentServicer(document_pb2_grpc.DocumentServiceServicer):
    """DocumentService."""

    def __init__(
        self, documents: Documents, creation: Creation, contents: Contents, restoring: Restoring, watches: Watches
    ) -> None:
        self._documents, self._creation, self._contents = documents, creation, contents
        self._restoring, self._watches = restoring, watches

    async def CreateDocument(self, request: pb.CreateDocumentRequest, _: Context) -> pb.CreateDocumentResponse:
        """Create a document."""
        row = await self._creation.create(request, current_identity().subject)
        return pb.CreateDocumentResponse(document=convert.document_to_proto(row))

    async def GetDocument(self, request: pb.GetDocumentRequest, _: Context) -> pb.GetDocumentResponse:
        """Say what is known of a document."""
        row = await self._documents.find(parse_document(request.name))
        return pb.GetDocumentResponse(document=convert.document_to_proto(row))

    async def ListDocuments(self, request: pb.ListDocumentsRequest, _: Context) -> pb.ListDocumentsResponse:
        """List documents."""
        rows, next_page_token = await self._documents.page(request)
        documents = [convert.document_to_proto(row) for row in rows]
        return pb.ListDocumentsResponse(documents=documents, next_page_token=next_page_token)

    async def WatchDocuments(
        self, request: pb.WatchDocumentsRequest, _: Context
    ) -> AsyncIterator[pb.WatchDocumentsResponse]:
        """Stream documents, and what changes."""
        async with aclosing(self._watches.watch(request.filter, current_identity())) as told:
            async for news in told:
                yield pb.WatchDocumentsResponse(
                    documents=map(convert.document_to_proto, news.documents),
                    left=map(document_name, news.left),
                    caught_up=news.caught_up,
                )

    async def UpdateDocument(self, request: pb.UpdateDocumentRequest, _: Context) -> pb.UpdateDocumentResponse:
        """Change metadata."""
        document, asked = parse_document(request.document.name, "document.name"), convert.metadata_of(request.document)
        row = await self._documents.update(document, asked, list(request.update_mask.paths), request.document.etag)
        return pb.UpdateDocumentResponse(document=convert.document_to_proto(row))

    async def DeleteDocument(self, request: pb.DeleteDocumentRequest, _: Context) -> pb.DeleteDocumentResponse:
        """Put a document into the trash."""
        row = await self._documents.delete(parse_document(request.name), request.etag)
        return pb.DeleteDocumentResponse(document=convert.document_to_proto(row))

    async def UndeleteDocument(self, request: pb.UndeleteDocumentRequest, _: Context) -> pb.UndeleteDocumentResponse:
        """Take a document out of the trash."""
        row = await self._documents.undelete(parse_document(request.name), request.etag)
        return pb.UndeleteDocumentResponse(document=convert.document_to_proto(row))

    async def PurgeDocument(self, request: pb.PurgeDocumentRequest, _: Context) -> pb.PurgeDocumentResponse:
        """Erase a document in the trash."""
        await self._documents.purge(parse_document(request.name), request.etag)
        return pb.PurgeDocumentResponse()

    async def GetContent(self, request: pb.GetContentRequest, _: Context) -> AsyncIterator[pb.GetContentResponse]:
        """Stream a document's content."""
        row, revision, document = await self._content(parse_document(request.name), request)
        plain_text = row.type == pb.DocumentType.DOCUMENT_TYPE_PLAIN_TEXT
        async for response in content_responses(revision, document, request.format, plain_text=plain_text):
            yield response

    async def ReplaceContent(self, request: pb.ReplaceContentRequest, _: Context) -> pb.ReplaceContentResponse:
        """Make the content another."""
        document, source = parse_document(request.name), request.source
        changed = await self._restoring.replace(
            document,
            source.text,
            convert.format_of(source.format),
            request.base_revision if request.HasField("base_revision") else None,
            request.request_id,
        )
        return pb.ReplaceContentResponse(revision=changed.revision, changed=changed.changed)

    async def _content(self, document: DocumentId, request: pb.GetContentRequest) -> tuple[DocumentRow, int, Document]:
        if not request.HasField("time"):
            return await self._contents.at(document, request.revision if request.HasField("revision") else None)
        row, time = await self._contents.find(document), _time(request.time)
        revision = await self._contents.revision_at(row, time)
        return row, revision, await self._contents.of(row, revision)


def _time(message: Timestamp) -> datetime:
    try:
        return message.ToDatetime(UTC)
    except (ValueError, OverflowError):
        raise InvalidField("time", "is not a time") from None
