"""The gRPC face of collab: parse, one use case, convert.

Collaborate passes bytes through untouched, so that a broadcast is encoded once and a malformed request is answered
rather than ending the stream. Contract: proto/shoal/collab/v1.
"""

from __future__ import annotations

import asyncio
import contextlib
import uuid
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

import grpc

from mesh import faults, names, wire
from mesh.identity import TokenVerifier, current_identity
from mesh.requests import request_site
from services.collab import convert
from services.collab.notices import LocalNotices
from services.collab.places import Opener
from services.collab.rights import Right, Rights
from services.collab.rooms import Rooms
from services.collab.sequencer import Flight
from services.collab.session import Outcome, Submission
from services.collab.settings import CollabSettings
from services.collab.side_rooms import Whereabouts
from services.collab.stream import Stream
from services.collab.watch import watch
from shoal.collab.v1 import collab_pb2 as pb
from shoal.options.v1.options_pb2 import PERMISSION_DOCUMENT_READ, PERMISSION_DOCUMENT_WRITE

if TYPE_CHECKING:
    Context = grpc.aio.ServicerContext[Any, Any]

SERVICE = pb.DESCRIPTOR.services_by_name["CollabService"].full_name


class CollabServicer:
    """CollabService on the rooms of this node."""

    def __init__(
        self,
        rooms: Rooms,
        verifier: TokenVerifier,
        settings: CollabSettings,
        rights: Rights,
        whereabouts: Whereabouts,
        notices: LocalNotices,
    ) -> None:
        self._rooms, self._verifier, self._settings = rooms, verifier, settings
        self._rights, self._whereabouts, self._notices = rights, whereabouts, notices
        self._streams: set[Stream] = set()

    def register(self, server: grpc.aio.Server) -> None:
        """Serve the contract on `server`, with Collaborate as bytes."""
        handlers: dict[str, grpc.RpcMethodHandler[Any, Any]] = {
            "Collaborate": grpc.stream_stream_rpc_method_handler(self.Collaborate),
            "SubmitOperation": grpc.unary_unary_rpc_method_handler(
                self.SubmitOperation,
                request_deserializer=pb.SubmitOperationRequest.FromString,
                response_serializer=pb.SubmitOperationResponse.SerializeToString,
            ),
            "WatchDocument": grpc.unary_stream_rpc_method_handler(
                self.WatchDocument,
                request_deserializer=pb.WatchDocumentRequest.FromString,
                response_serializer=pb.WatchDocumentResponse.SerializeToString,
            ),
            "ListParticipants": grpc.unary_unary_rpc_method_handler(
                self.ListParticipants,
                request_deserializer=pb.ListParticipantsRequest.FromString,
                response_serializer=pb.ListParticipantsResponse.SerializeToString,
            ),
            "Notify": grpc.unary_unary_rpc_method_handler(
                self.Notify,
                request_deserializer=pb.NotifyRequest.FromString,
                response_serializer=pb.NotifyResponse.SerializeToString,
            ),
        }
        server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(SERVICE, handlers),))

    def drain(self, retry_after_ms: int) -> None:
        """Tell every stream to move."""
        for stream in self._streams:
            stream.drain(retry_after_ms)

    async def Collaborate(self, requests: AsyncIterator[bytes], _: Context) -> AsyncIterator[bytes]:
        """The live stream."""
        opener = Opener(self._rooms, self._rights, self._whereabouts, self._notices, self._settings)
        stream = Stream(opener, self._verifier, self._settings, current_identity())
        self._streams.add(stream)
        reader = asyncio.create_task(stream.read(requests))
        try:
            while (encoded := await stream.outbox.take()) is not None:
                yield encoded
        finally:
            self._streams.discard(stream)
            stream.close()
            reader.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await reader

    async def SubmitOperation(self, request: pb.SubmitOperationRequest, _: Context) -> pb.SubmitOperationResponse:
        """Commit one operation."""
        names.parse_document(request.name)
        size, limit = request.ByteSize(), self._settings.max_submit_bytes
        if size > limit:
            raise faults.TooLarge("bytes of an operation", limit, size)
        flight = _flight_of(request, current_identity().subject)
        right = Right(current_identity(), request.name, PERMISSION_DOCUMENT_WRITE)
        await self._rights.take(right)
        try:
            room = await self._rooms.room(request.name)
            answer: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
            room.submit(Submission(flight, size, right, answer=answer))
        except BaseException:
            right.release()
            raise

        def settled(_: asyncio.Future[Outcome]) -> None:
            right.release()
            answer.exception()  # Whoever asked may have given up: then nobody else looks at it.

        # Until it is answered the right may still be lost, also when the caller has given up.
        answer.add_done_callback(settled)
        outcome = await asyncio.shield(answer)
        return pb.SubmitOperationResponse(
            operation=convert.committed_to_proto(outcome.committed),
            transformed_against=outcome.transformed_against,
        )

    async def WatchDocument(
        self, request: pb.WatchDocumentRequest, _: Context
    ) -> AsyncIterator[pb.WatchDocumentResponse]:
        """Follow a document."""
        names.parse_document(request.name)
        after = request.after_revision if request.HasField("after_revision") else None
        right = Right(current_identity(), request.name, PERMISSION_DOCUMENT_READ)
        await self._rights.take(right)
        try:
            room = await self._rooms.room(request.name)
            async for operations in watch(room, right, self._settings.max_outbox_bytes, after):
                for part in convert.operation_parts(operations):
                    yield pb.WatchDocumentResponse(operations=part)
        finally:
            right.release()

    async def ListParticipants(self, request: pb.ListParticipantsRequest, _: Context) -> pb.ListParticipantsResponse:
        """Say who is there."""
        names.parse_document(request.name)
        room = await self._rooms.room(request.name)
        return pb.ListParticipantsResponse(participants=room.participants())

    async def Notify(self, request: pb.NotifyRequest, _: Context) -> pb.NotifyResponse:
        """Hand a notice to the rooms of its user."""
        return pb.NotifyResponse(delivered=self._notices.deliver(request.subject, request.notice))


def _flight_of(request: pb.SubmitOperationRequest, author: str) -> Flight:
    """Return the flight of one operation: a site of its own, which is the same for the same `request_id`."""
    match request.WhichOneof("edit"):
        case "operation":
            operation = wire.operation_from_proto(request.operation)
        case "positional_operation":
            operation = wire.positional_from_proto(request.positional_operation)
        case _:
            raise wire.InvalidOperation("one of operation and positional_operation is needed")
    revision = request.WhichOneof("revision")
    base_revision = getattr(request, revision) if revision else None
    return Flight(
        site=request_site(request.request_id, author) if request.request_id else f"call-{uuid.uuid4().hex}",
        author=author,
        base_revision=base_revision,
        first_site_sequence=1,
        operations=(operation,),
        require_head=revision == "require_revision",
    )
