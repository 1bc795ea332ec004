"""ResourceService over gRPC."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import grpc

from services.project.registry import Registry
from shoal.project.v1 import resource_pb2 as pb
from shoal.project.v1 import resource_pb2_grpc

if TYPE_CHECKING:
    Context = grpc.aio.ServicerContext[Any, Any]


class ResourceServicer(resource_pb2_grpc.ResourceServiceServicer):
    """ResourceService."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry

    async def PutDocument(self, request: pb.PutDocumentRequest, _: Context) -> pb.PutDocumentResponse:
        """Register or move a document."""
        await self._registry.put(request.document, request.parent, request.actor, request.generation)
        return pb.PutDocumentResponse()

    async def RemoveDocument(self, request: pb.RemoveDocumentRequest, _: Context) -> pb.RemoveDocumentResponse:
        """Take a document out."""
        await self._registry.remove(request.document, request.actor)
        return pb.RemoveDocumentResponse()
