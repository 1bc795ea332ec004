"""Editing: the way to collab, the one door through which content changes.

Owns the call and what its failures mean. It is made in the name of whoever asked for the edit, with their own token
and in the time that is left to them, so that collab decides what they may do and the log says who did it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

import grpc

from mesh import faults
from mesh.channels import Channels
from mesh.interceptor import DeadlineExceeded
from mesh.names import DocumentId, document_name
from mesh.wire import operation_to_proto
from ot.operation import Operation
from services.document.errors import CollabUnavailable
from shoal.collab.v1 import collab_pb2
from shoal.collab.v1.collab_pb2_grpc import CollabServiceStub


class Editing(Protocol):
    """Takes edits to the live document."""

    async def submit(self, document: DocumentId, operation: Operation, base_revision: int, request_id: str) -> int:
        """Return the revision that `operation`, made on `base_revision`, became; returns when it is on disk.

        In the name of the rpc's caller. The same `request_id` (not empty) again is not applied again, whatever the
        operation: the first one's revision is returned. Raises what collab refuses with, CollabUnavailable, TooLarge.
        """
        ...


class CollabEditing:
    """Editing through CollabService; `target` says where it is when the first edit comes, and may not know before."""

    def __init__(self, channels: Channels, target: Callable[[], str], max_operation_bytes: int) -> None:
        self._channels, self._target, self._max_bytes = channels, target, max_operation_bytes
        self._channel: grpc.aio.Channel | None = None

    async def submit(self, document: DocumentId, operation: Operation, base_revision: int, request_id: str) -> int:
        """As the port says."""
        message = operation_to_proto(operation)
        if (size := message.ByteSize()) > self._max_bytes:
            raise faults.TooLarge("bytes of one operation", self._max_bytes, size)
        request = collab_pb2.SubmitOperationRequest(
            name=document_name(document), operation=message, base_revision=base_revision, request_id=request_id
        )
        try:
            response = await self._stub().SubmitOperation(request)
        except grpc.aio.AioRpcError as error:
            raise _fault_of(error) from error
        return int(response.operation.revision)

    async def close(self) -> None:
        """End the calls under way, and the channel."""
        if self._channel is not None:
            await self._channel.close()

    def _stub(self) -> Any:
        if self._channel is None:
            self._channel = self._channels.open(self._target())
        return CollabServiceStub(self._channel)  # type: ignore[no-untyped-call]  # generated without types


def _fault_of(error: grpc.aio.AioRpcError) -> faults.Fault:
    fault = faults.from_rpc_error(error)
    if fault.reason != faults.Reason.ERROR_REASON_INTERNAL:
        return fault
    # Nobody explained: the call did not come to a handler, or did not come back from one.
    if error.code() is grpc.StatusCode.UNAVAILABLE:
        return CollabUnavailable()
    if error.code() is grpc.StatusCode.DEADLINE_EXCEEDED:
        return DeadlineExceeded("collab did not answer in the time the call was given")
    return fault
