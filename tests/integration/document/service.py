"""DocumentService as its callers see it: over gRPC, with a token, one method an rpc."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import grpc
import pytest

from mesh.faults import Fault, from_rpc_error
from mesh.grpc_server import serve
from mesh.identity import TokenVerifier
from mesh.settings import GrpcSettings
from shoal.document.v1 import document_pb2 as pb
from shoal.document.v1.document_pb2_grpc import DocumentServiceStub
from tests.conformance.log_host import LogHost


class Caller:
    """The service as the bearer of a token sees it."""

    def __init__(self, channel: grpc.aio.Channel, token: str) -> None:
        self.channel, self.metadata = channel, (("authorization", f"Bearer {token}"),)
        self._stub: Any = DocumentServiceStub(channel)

    async def create(self, title: str = "", document_id: str = "", **more: Any) -> pb.Document:
        origin = {key: more.pop(key) for key in ("source", "copy", "from_template") if key in more}
        request = pb.CreateDocumentRequest(document=pb.Document(title=title, **more), document_id=document_id, **origin)
        return (await self._stub.CreateDocument(request, metadata=self.metadata)).document

    async def get(self, name: str) -> pb.Document:
        return (await self._stub.GetDocument(pb.GetDocumentRequest(name=name), metadata=self.metadata)).document

    async def page(self, size: int = 0, token: str = "", **more: Any) -> pb.ListDocumentsResponse:
        request = pb.ListDocumentsRequest(page_size=size, page_token=token, **more)
        return await self._stub.ListDocuments(request, metadata=self.metadata)

    async def listed(self, fitting: str = "", **more: Any) -> list[str]:
        """The names of all documents of a listing, three a page."""
        names: list[str] = []
        token = ""
        while True:
            page = await self.page(3, token, filter=fitting, **more)
            names += [each.name for each in page.documents]
            token = page.next_page_token
            if not token:
                return names

    async def update(self, name: str, *mask: str, etag: str = "", **new: Any) -> pb.Document:
        request = pb.UpdateDocumentRequest(
            document=pb.Document(name=name, etag=etag, **new), update_mask={"paths": mask}
        )
        return (await self._stub.UpdateDocument(request, metadata=self.metadata)).document

    async def delete(self, name: str, etag: str = "") -> pb.Document:
        request = pb.DeleteDocumentRequest(name=name, etag=etag)
        return (await self._stub.DeleteDocument(request, metadata=self.metadata)).document

    async def undelete(self, name: str, etag: str = "") -> pb.Document:
        request = pb.UndeleteDocumentRequest(name=name, etag=etag)
        return (await self._stub.UndeleteDocument(request, metadata=self.metadata)).document

    async def purge(self, name: str, etag: str = "") -> None:
        await self._stub.PurgeDocument(pb.PurgeDocumentRequest(name=name, etag=etag), metadata=self.metadata)

    async def content(self, name: str, **more: Any) -> list[pb.GetContentResponse]:
        call = self._stub.GetContent(pb.GetContentRequest(name=name, **more), metadata=self.metadata)
        return [response async for response in call]

    async def text(self, name: str, **more: Any) -> str:
        parts = await self.content(name, **{"format": pb.CONTENT_FORMAT_TEXT, **more})
        return "".join(part.text for part in parts)


@asynccontextmanager
async def reached(host: LogHost, verifier: TokenVerifier) -> AsyncIterator[grpc.aio.Channel]:
    """A channel to the services of a host."""
    settings = GrpcSettings(port=0, shutdown_grace_s=0.2)
    async with (
        serve(settings, verifier, [*host.app.mounted, host.app.mounted_log]) as server,
        grpc.aio.insecure_channel(server.address) as channel,
    ):
        yield channel


async def fault_of(call: Any) -> Fault:
    """The fault a call ends with; it is a failure of the test if it does not."""
    with pytest.raises(grpc.aio.AioRpcError) as raised:
        await call
    return from_rpc_error(raised.value)


async def reason_of(call: Any) -> int:
    return int((await fault_of(call)).reason)
