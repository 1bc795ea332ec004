"""The register of documents over gRPC: the project service in another process. Contract: proto/shoal/project/v1."""

from __future__ import annotations

from typing import Any

import grpc

from mesh.faults import Fault, Reason
from mesh.permission_client import permission_faults
from mesh.refusals import ResourceNotFound
from shoal.project.v1 import resource_pb2 as pb
from shoal.project.v1.resource_pb2_grpc import ResourceServiceStub

_TIMEOUT_S = 5.0


class RegisterClient:
    """Register through a channel of `mesh.channels`, opened for the service itself."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._stub: Any = ResourceServiceStub(channel)  # type: ignore[no-untyped-call]  # generated without types

    async def put(self, document: str, parent: str, actor: str, generation: int) -> None:
        """As the port says."""
        request = pb.PutDocumentRequest(document=document, parent=parent, actor=actor, generation=generation)
        try:
            with permission_faults():
                await self._stub.PutDocument(request, timeout=_TIMEOUT_S)
        except Fault as fault:
            if fault.reason == Reason.ERROR_REASON_RESOURCE_NOT_FOUND:
                raise ResourceNotFound(parent) from fault
            raise

    async def remove(self, document: str, actor: str) -> None:
        """As the port says."""
        with permission_faults():
            await self._stub.RemoveDocument(
                pb.RemoveDocumentRequest(document=document, actor=actor), timeout=_TIMEOUT_S
            )
