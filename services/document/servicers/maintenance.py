"""MaintenanceService over gRPC."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import TYPE_CHECKING, Any

import grpc

from mesh.names import parse_document
from services.document.convert.maintenance import event_to_proto
from services.document.doctor.doctor import Doctor
from shoal.document.v1 import maintenance_pb2 as pb
from shoal.document.v1 import maintenance_pb2_grpc

if TYPE_CHECKING:
    Context = grpc.aio.ServicerContext[Any, Any]


class MaintenanceServicer(maintenance_pb2_grpc.MaintenanceServiceServicer):
    """MaintenanceService."""

    def __init__(self, doctor: Doctor) -> None:
        self._doctor = doctor

    async def CheckDatabase(
        self, request: pb.CheckDatabaseRequest, _: Context
    ) -> AsyncIterator[pb.CheckDatabaseResponse]:
        """Check the database, and repair what is derived."""
        documents = [parse_document(name, "documents") for name in request.documents]
        async with aclosing(self._doctor.check(documents, repair=request.repair)) as events:
            async for event in events:
                yield event_to_proto(event)
