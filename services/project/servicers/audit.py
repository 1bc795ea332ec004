"""AuditService over gRPC."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

import grpc

from services.project.convert import audit as convert
from services.project.record import Record
from shoal.project.v1 import audit_pb2 as pb
from shoal.project.v1 import audit_pb2_grpc

if TYPE_CHECKING:
    Context = grpc.aio.ServicerContext[Any, Any]


class AuditServicer(audit_pb2_grpc.AuditServiceServicer):
    """AuditService."""

    def __init__(self, record: Record) -> None:
        self._record = record

    async def ListAuditEntries(self, request: pb.ListAuditEntriesRequest, _: Context) -> pb.ListAuditEntriesResponse:
        """List entries, the newest first."""
        rows, token = await self._record.page(request.resource, request.page_size, request.page_token)
        return pb.ListAuditEntriesResponse(entries=map(convert.entry_to_proto, rows), next_page_token=token)

    async def ExportAuditEntries(
        self, request: pb.ExportAuditEntriesRequest, _: Context
    ) -> AsyncIterator[pb.ExportAuditEntriesResponse]:
        """Stream entries as lines, the oldest first."""
        async for rows in self._record.following(request.resource, request.after_id):
            for lines in convert.line_parts(rows):
                yield pb.ExportAuditEntriesResponse(json_lines=lines)
