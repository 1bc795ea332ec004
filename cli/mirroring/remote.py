"""Remote: a project's documents, as their server tells of them, and the calls that change them.

Owns the channel and the view of what was told last. Never retries by itself: Away says that it is time to.
Contract: proto/shoal/document/v1.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping
from contextlib import aclosing, asynccontextmanager
from itertools import takewhile
from typing import Any

import grpc
from google.protobuf.field_mask_pb2 import FieldMask

from cli.errors import Failed, failed_call
from cli.mirroring.model import Form, Kind, RemoteDocument
from cli.mirroring.port import Away, Reason, Refusal
from cli.mirroring.view import PATH_LABEL, View
from cli.target import Target
from mesh import faults
from shoal.document.v1 import document_pb2 as pb
from shoal.document.v1 import history_pb2
from shoal.document.v1.document_pb2_grpc import DocumentServiceStub
from shoal.document.v1.history_pb2_grpc import HistoryServiceStub

_DEADLINE_S = 30.0
_MAX_MESSAGE_BYTES = 16 * 1024 * 1024
_CREATION_SITE = "creation"
"""The site of the operations that a document is created with."""
_TYPES = {Kind.RICH: pb.DOCUMENT_TYPE_RICH_TEXT, Kind.PLAIN: pb.DOCUMENT_TYPE_PLAIN_TEXT}
_CODES_AWAY = (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED, grpc.StatusCode.CANCELLED)


class Remote:
    """The documents of one project. Calls raise Away, Refusal, and Failed when no call can succeed any more.

    `find_target` is asked again at every new connection: a server may come back elsewhere, a token may have ended.
    """

    def __init__(self, find_target: Callable[[], Target], project: str, form: Form) -> None:
        self._find_target, self.project, self._form = find_target, project, form
        self._channel: grpc.aio.Channel | None = None
        self._target: Target
        self._ended_token = ""
        self.view = View(project)

    @classmethod
    @asynccontextmanager
    async def opened(cls, find_target: Callable[[], Target], project: str, form: Form) -> AsyncIterator[Remote]:
        """Yield a remote; it connects when first asked."""
        remote = cls(find_target, project, form)
        try:
            yield remote
        finally:
            await remote.disconnect()

    def documents(self) -> Mapping[str, RemoteDocument]:
        """Return what is known of the project's documents."""
        return self.view.documents

    async def disconnect(self) -> None:
        """Close the channel; the next call opens another."""
        channel, self._channel = self._channel, None
        if channel is not None:
            await channel.close()

    async def watch(self) -> AsyncGenerator[bool, None]:
        """Bring the view up to date as the server tells what is new; never ends but with Away.

        Yields after each message; True when all there was has been told.
        """
        stub = self._stub()
        call = stub.WatchDocuments(
            pb.WatchDocumentsRequest(filter=f'project = "{self.project}"'), metadata=self._target.metadata
        )
        self.view.begin_walk()
        try:
            async for response in call:
                doubtful = self.view.tell(*response.documents)
                for name in (*doubtful, *response.left, *(self.view.not_walked() if response.caught_up else ())):
                    await self.look_up(name)
                self.view.is_complete |= response.caught_up
                yield response.caught_up
        except grpc.aio.AioRpcError as error:
            raise self._translated(error) from error
        finally:
            call.cancel()
        raise Away("the server ended the stream")

    async def walk(self) -> None:
        """Bring the view up to date once."""
        async with aclosing(self.watch()) as told:
            async for is_caught_up in told:
                if is_caught_up:
                    return

    async def look_up(self, name: str) -> None:
        """Bring one document in the view up to date: one that is gone, or another project's, is taken out."""
        try:
            response: pb.GetDocumentResponse = await self._call("GetDocument", pb.GetDocumentRequest(name=name))
        except Refusal as refusal:
            if refusal.reason not in (Reason.ERROR_REASON_DOCUMENT_NOT_FOUND, Reason.ERROR_REASON_PERMISSION_DENIED):
                raise
            self.view.remove(name)
        else:
            self.view.set(response.document)

    async def content(self, name: str, kind: Kind, revision: int | None = None) -> tuple[bytes, int]:
        """Return a document's text as a file has it, now or at a revision, and the revision it is of."""
        stub = self._stub()
        request = pb.GetContentRequest(name=name, revision=revision, format=self._format(kind))
        call = stub.GetContent(request, metadata=self._target.metadata, timeout=_DEADLINE_S)
        try:
            parts: list[pb.GetContentResponse] = [part async for part in call]
        except grpc.aio.AioRpcError as error:
            raise self._translated(error) from error
        finally:
            call.cancel()
        return "".join(part.text for part in parts).encode(), parts[0].revision

    async def replace(self, name: str, kind: Kind, text: str, base_revision: int, request_id: str) -> tuple[int, bool]:
        """Make `text` of a document as it was at `base_revision`; return the revision and whether it changed."""
        source = pb.Source(format=self._format(kind), text=text)
        request = pb.ReplaceContentRequest(name=name, source=source, base_revision=base_revision, request_id=request_id)
        response: pb.ReplaceContentResponse = await self._call("ReplaceContent", request)
        return response.revision, response.changed

    async def create(self, document_id: str, kind: Kind, title: str, path: str, text: str) -> int:
        """Create a document with this text and return its revision; the view knows it then."""
        document = pb.Document(title=title, type=_TYPES[kind], project=self.project, labels={PATH_LABEL: path})
        source = pb.Source(format=self._format(kind), text=text)
        request = pb.CreateDocumentRequest(document=document, document_id=document_id, source=source)
        response: pb.CreateDocumentResponse = await self._call("CreateDocument", request)
        self.view.set(response.document)
        return response.document.head_revision

    async def created_revision(self, name: str) -> int:
        """Return how many operations a document began with."""
        request = history_pb2.ListOperationsRequest(document=name)
        response: history_pb2.ListOperationsResponse = await self._call("ListOperations", request, HistoryServiceStub)
        return len(list(takewhile(lambda operation: operation.site == _CREATION_SITE, response.operations)))

    async def set_path(self, name: str, path: str, title: str | None) -> None:
        """Set a document's path, and its title where one is given; the view knows it then."""
        document = pb.Document(name=name, labels={PATH_LABEL: path}, title=title or "")
        mask = FieldMask(paths=[f"labels.{PATH_LABEL}", *(() if title is None else ("title",))])
        request = pb.UpdateDocumentRequest(document=document, update_mask=mask)
        response: pb.UpdateDocumentResponse = await self._call("UpdateDocument", request)
        self.view.set(response.document)

    async def delete(self, name: str) -> None:
        """Move a document to the trash; the view knows it then."""
        response: pb.DeleteDocumentResponse = await self._call("DeleteDocument", pb.DeleteDocumentRequest(name=name))
        self.view.set(response.document)

    async def undelete(self, name: str) -> None:
        """Take a document out of the trash, or find that it is not in it; the view knows it then."""
        try:
            request = pb.UndeleteDocumentRequest(name=name)
            response: pb.UndeleteDocumentResponse = await self._call("UndeleteDocument", request)
        except Refusal as refusal:
            if refusal.reason != Reason.ERROR_REASON_DOCUMENT_NOT_DELETED:
                raise
            await self.look_up(name)
        else:
            self.view.set(response.document)

    def _format(self, kind: Kind) -> pb.ContentFormat:
        is_markdown = kind is Kind.RICH and self._form is Form.MARKDOWN
        return pb.CONTENT_FORMAT_MARKDOWN if is_markdown else pb.CONTENT_FORMAT_TEXT

    async def _call(
        self, rpc: str, request: Any, service: Callable[[grpc.aio.Channel], Any] = DocumentServiceStub
    ) -> Any:
        stub = self._stub(service)
        try:
            return await getattr(stub, rpc)(request, metadata=self._target.metadata, timeout=_DEADLINE_S)
        except grpc.aio.AioRpcError as error:
            raise self._translated(error) from error

    def _stub(self, service: Callable[[grpc.aio.Channel], Any] = DocumentServiceStub) -> Any:
        if self._channel is None:
            try:
                self._target = self._find_target()
            except Failed as failed:
                raise Away(str(failed)) from failed
            if self._target.token == self._ended_token:
                raise Failed("the token's time is over; start again with a new one")
            self._channel = self._target.open_channel(
                ("grpc.max_reconnect_backoff_ms", 2000),
                ("grpc.use_local_subchannel_pool", 1),
                max_receive_bytes=_MAX_MESSAGE_BYTES,
            )
        return service(self._channel)

    def _translated(self, error: grpc.aio.AioRpcError) -> Exception:
        fault = faults.to_proto(faults.from_rpc_error(error))
        failed = failed_call(error, self._target.grpc_address)
        is_explained = any(key == "grpc-status-details-bin" for key, _ in error.trailing_metadata() or ())
        if fault.reason == Reason.ERROR_REASON_TOKEN_EXPIRED:
            self._ended_token, self._channel = self._target.token, None
            return Away(str(failed))
        if error.code() in _CODES_AWAY or fault.retry_after_ms:
            return Away(str(failed))
        if error.code() in (grpc.StatusCode.UNAUTHENTICATED, grpc.StatusCode.UNIMPLEMENTED):
            return failed
        if not is_explained and error.code() in (grpc.StatusCode.INTERNAL, grpc.StatusCode.UNKNOWN):
            return Away(str(failed))  # a connection that broke in the middle of an answer
        return Refusal(fault.reason, str(failed))
