"""VersionService over gRPC."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import grpc

from mesh.identity import current_identity
from mesh.names import parse_document, parse_version
from services.document.convert.versions import version_changes, version_to_proto
from services.document.history.versions import Versions
from shoal.document.v1 import version_pb2 as pb
from shoal.document.v1 import version_pb2_grpc

if TYPE_CHECKING:
    Context = grpc.aio.ServicerContext[Any, Any]


class VersionServicer(version_pb2_grpc.VersionServiceServicer):
    """VersionService."""

    def __init__(self, versions: Versions) -> None:
        self._versions = versions

    async def CreateVersion(self, request: pb.CreateVersionRequest, _: Context) -> pb.CreateVersionResponse:
        """Mark a revision."""
        document, wanted = parse_document(request.document, "document"), request.version
        row = await self._versions.create(
            document, wanted.revision, wanted.title, wanted.description, current_identity().subject
        )
        return pb.CreateVersionResponse(version=version_to_proto(document, row))

    async def GetVersion(self, request: pb.GetVersionRequest, _: Context) -> pb.GetVersionResponse:
        """Return a version."""
        document, version = parse_version(request.name)
        row = await self._versions.get(document, version)
        return pb.GetVersionResponse(version=version_to_proto(document, row))

    async def ListVersions(self, request: pb.ListVersionsRequest, _: Context) -> pb.ListVersionsResponse:
        """List versions, the newest revision first."""
        document = parse_document(request.document, "document")
        rows, token = await self._versions.page(document, request.kinds, request.page_size, request.page_token)
        versions = [version_to_proto(document, row) for row in rows]
        return pb.ListVersionsResponse(versions=versions, next_page_token=token)

    async def UpdateVersion(self, request: pb.UpdateVersionRequest, _: Context) -> pb.UpdateVersionResponse:
        """Rename or describe a version."""
        document, version = parse_version(request.version.name, "version.name")
        title, description = version_changes(request)
        row = await self._versions.update(document, version, title, description, current_identity().subject)
        return pb.UpdateVersionResponse(version=version_to_proto(document, row))

    async def DeleteVersion(self, request: pb.DeleteVersionRequest, _: Context) -> pb.DeleteVersionResponse:
        """Remove a mark."""
        document, version = parse_version(request.name)
        await self._versions.delete(document, version)
        return pb.DeleteVersionResponse()
