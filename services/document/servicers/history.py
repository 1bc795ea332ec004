"""HistoryService over gRPC."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import TYPE_CHECKING, Any

import grpc

from mesh.faults import InvalidField, TooLarge
from mesh.identity import current_identity
from mesh.names import DocumentId, parse_document, parse_version
from services.document.convert import document_to_proto, operation_to_proto, text_parts
from services.document.convert.history import (
    blame_parts,
    causality_to_proto,
    clock_to_proto,
    component_parts,
    session_to_proto,
    time_of,
)
from services.document.history.blame import Blame
from services.document.history.edit_session_pages import EditSessions
from services.document.history.history import History, Range
from services.document.history.history_transfer import HistoryExport, HistoryImport, Wanted
from services.document.history.restoring import Restoring
from services.document.history.versions import Versions
from shoal.document.v1 import history_pb2 as pb
from shoal.document.v1 import history_pb2_grpc

_MAX_CHUNK_BYTES = 256 * 1024

if TYPE_CHECKING:
    Context = grpc.aio.ServicerContext[Any, Any]


class HistoryServicer(history_pb2_grpc.HistoryServiceServicer):
    """HistoryService."""

    def __init__(
        self,
        history: History,
        edit_sessions: EditSessions,
        blame: Blame,
        versions: Versions,
        restoring: Restoring,
        exporting: HistoryExport,
        importing: HistoryImport,
    ) -> None:
        self._history, self._edit_sessions, self._blame = history, edit_sessions, blame
        self._versions, self._restoring = versions, restoring
        self._exporting, self._importing = exporting, importing

    async def ListOperations(self, request: pb.ListOperationsRequest, _: Context) -> pb.ListOperationsResponse:
        """List operations."""
        document = parse_document(request.document, "document")
        wanted = Range(request.after_revision, request.up_to_revision, request.descending)
        rows, token = await self._history.operations(document, wanted, request.page_size, request.page_token)
        return pb.ListOperationsResponse(operations=map(operation_to_proto, rows), next_page_token=token)

    async def ListEditSessions(self, request: pb.ListEditSessionsRequest, _: Context) -> pb.ListEditSessionsResponse:
        """List sessions of work."""
        document = parse_document(request.document, "document")
        sessions, token = await self._edit_sessions.page(document, request.page_size, request.page_token)
        return pb.ListEditSessionsResponse(edit_sessions=map(session_to_proto, sessions), next_page_token=token)

    async def CompareOperations(self, request: pb.CompareOperationsRequest, _: Context) -> pb.CompareOperationsResponse:
        """Say whether one author knew the other's operation."""
        document = parse_document(request.document, "document")
        found = await self._history.compare(
            document, request.revision, request.other_revision, with_clocks=request.include_clocks
        )
        return pb.CompareOperationsResponse(
            causality=causality_to_proto(found.causality),
            clock=clock_to_proto(found.clock),
            other_clock=clock_to_proto(found.other_clock),
        )

    async def DiffRevisions(
        self, request: pb.DiffRevisionsRequest, _: Context
    ) -> AsyncIterator[pb.DiffRevisionsResponse]:
        """Stream the change from one revision to another."""
        to_revision = request.to_revision if request.HasField("to_revision") else None
        document = parse_document(request.document, "document")
        change = await self._history.difference(document, request.from_revision, to_revision)
        response = pb.DiffRevisionsResponse(
            from_revision=change.from_revision,
            to_revision=change.to_revision,
            inserted=change.inserted,
            deleted=change.deleted,
        )
        if request.format == pb.DIFF_FORMAT_HTML:
            for response.html in text_parts(await change.html()):
                yield response
            return
        for components in component_parts(change.operation):
            del response.components[:]
            response.components.extend(components)
            yield response

    async def GetBlame(self, request: pb.GetBlameRequest, _: Context) -> AsyncIterator[pb.GetBlameResponse]:
        """Stream who wrote what."""
        document = parse_document(request.document, "document")
        revision, runs = await self._blame.at(document, await self._moment(document, request))
        for part in blame_parts(runs):
            yield pb.GetBlameResponse(revision=revision, runs=part)

    async def RestoreDocument(self, request: pb.RestoreDocumentRequest, _: Context) -> pb.RestoreDocumentResponse:
        """Bring an earlier content back."""
        document = parse_document(request.document, "document")
        wanted = await self._moment(document, request)
        assert wanted is not None  # as the contract demands
        changed = await self._restoring.restore(document, wanted, request.request_id)
        return pb.RestoreDocumentResponse(restored_revision=wanted, revision=changed.revision, changed=changed.changed)

    async def ExportHistory(
        self, request: pb.ExportHistoryRequest, _: Context
    ) -> AsyncIterator[pb.ExportHistoryResponse]:
        """Stream a history file."""
        async with aclosing(self._exporting.parts(parse_document(request.document, "document"))) as parts:
            async for chunk, exported, total in parts:
                yield pb.ExportHistoryResponse(chunk=chunk, exported_operations=exported, total_operations=total)

    async def ImportHistory(
        self, requests: AsyncIterator[pb.ImportHistoryRequest], _: Context
    ) -> pb.ImportHistoryResponse:
        """Make a document of a history file."""
        arriving = self._importing.awaited(requests)
        first = await anext(arriving, pb.ImportHistoryRequest())
        wanted = Wanted(first.document_id, first.project, current_identity().subject)
        row = await self._importing.run(wanted, _chunks(first, arriving))
        return pb.ImportHistoryResponse(document=document_to_proto(row), operations=row.head_revision)

    async def _moment(
        self, document: DocumentId, request: pb.GetBlameRequest | pb.RestoreDocumentRequest
    ) -> int | None:
        """Return the revision a request names; None for none."""
        match request.WhichOneof("moment"):
            case "revision":
                return request.revision
            case "time":
                return await self._history.revision_at(document, time_of(request.time, "time"))
            case "version" if isinstance(request, pb.RestoreDocumentRequest):
                of, version = parse_version(request.version, "version")
                if of != document:
                    raise InvalidField("version", "must be a version of the document")
                return (await self._versions.get(document, version)).revision
        return None


async def _chunks(first: pb.ImportHistoryRequest, rest: AsyncIterator[pb.ImportHistoryRequest]) -> AsyncIterator[bytes]:
    request: pb.ImportHistoryRequest | None = first
    while request is not None:
        if (size := len(request.chunk)) > _MAX_CHUNK_BYTES:
            raise TooLarge("bytes of a part", _MAX_CHUNK_BYTES, size)
        yield request.chunk
        request = await anext(rest, None)
