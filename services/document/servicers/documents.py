"""DocumentService over gRPC."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

import grpc

from mesh.identity import current_identity
from mesh.names import parse_document
from services.document import convert
from services.document.contents import Contents
from services.document.documents import Documents, content_responses
from shoal.document.v1 import document_pb2 as pb
from shoal.document.v1 import document_pb2_grpc

if TYPE_CHECKING:
    Context = grpc.aio.ServicerContext[Any, Any]


class DocumentServicer(document_pb2_grpc.DocumentServiceServicer):
    """DocumentService."""

    def __init__(self, documents: Documents, contents: Contents) -> None:
        self._documents, self._contents = documents, contents

    async def CreateDocument(self, request: pb.CreateDocumentRequest, _: Context) -> pb.CreateDocumentResponse:
        """Create a document."""
        wanted, creator = request.document, current_identity().subject
        row = await self._documents.create(request.document_id, wanted.title, wanted.type, creator)
        return pb.CreateDocumentResponse(document=convert.document_to_proto(row))

    async def GetDocument(self, request: pb.GetDocumentRequest, _: Context) -> pb.GetDocumentResponse:
        """Say what is known of a document."""
        row = await self._contents.find(parse_document(request.name))
        return pb.GetDocumentResponse(document=convert.document_to_proto(row))

    async def ListDocuments(self, request: pb.ListDocumentsRequest, _: Context) -> pb.ListDocumentsResponse:
        """List documents, the one changed last first."""
        rows, next_page_token = await self._documents.page(request.page_size, request.page_token)
        documents = [convert.document_to_proto(row) for row in rows]
        return pb.ListDocumentsResponse(documents=documents, next_page_token=next_page_token)

    async def GetContent(self, request: pb.GetContentRequest, _: Context) -> AsyncIterator[pb.GetContentResponse]:
        """Stream a document's content."""
        wanted = request.revision if request.HasField("revision") else None
        _row, revision, document = await self._contents.at(parse_document(request.name), wanted)
        async for response in content_responses(revision, document, request.format):
            yield response
