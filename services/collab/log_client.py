"""The log over gRPC: the port's adapter between processes.

Owns one Append stream for all rooms of this node and matches answers to batches; a lost stream is made again, and what
was under way on it is answered LOG_UNAVAILABLE: the rooms ask the log what became of it.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator, Sequence
from typing import Any

import grpc
import structlog

from mesh import faults
from shoal.document.v1 import operation_log_pb2 as log_pb
from shoal.document.v1.operation_log_pb2_grpc import OperationLogServiceStub

_log = structlog.get_logger(__name__)
_RETRY_S = 0.2
_UNARY_TIMEOUT_S = 5.0
_MESSAGE_BYTES = 1024 * 1024
"""What one message may grow to by gathering; a room's batch alone is below gRPC's 4 MiB."""


class LogClient:
    """OperationLog through a channel of `mesh.channels`, opened for the service itself: rooms are of many callers."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._stub: Any = OperationLogServiceStub(channel)  # type: ignore[no-untyped-call]  # generated without types
        self._waiting: dict[int, asyncio.Future[log_pb.AppendOutcome]] = {}
        self._unsent: list[log_pb.AppendBatch] = []
        self._wake = asyncio.Event()
        self._last_batch_id = 0

    async def run(self) -> None:
        """Keep the Append stream up until cancelled."""
        while True:
            await self._wake.wait()
            try:
                await self._stream()
            except grpc.aio.AioRpcError as error:
                _log.warning("append stream lost", code=error.code().name)
            finally:
                self._fail_waiting()
            await asyncio.sleep(_RETRY_S)

    async def append(self, batch: log_pb.AppendBatch) -> log_pb.AppendOutcome:
        """As the port says."""
        self._last_batch_id += 1
        batch.batch_id = self._last_batch_id
        answer: asyncio.Future[log_pb.AppendOutcome] = asyncio.get_running_loop().create_future()
        self._waiting[batch.batch_id] = answer
        self._unsent.append(batch)
        self._wake.set()
        return await answer

    async def load(self, document: str, at_revision: int | None = None) -> AsyncIterator[log_pb.LoadResponse]:
        """As the port says."""
        call = self._stub.Load(log_pb.LoadRequest(document=document, at_revision=at_revision))
        with _faults():
            async for response in call:
                yield response

    async def read(
        self, document: str, after_revision: int, up_to_revision: int = 0
    ) -> AsyncIterator[log_pb.ReadResponse]:
        """As the port says."""
        request = log_pb.ReadRequest(document=document, after_revision=after_revision, up_to_revision=up_to_revision)
        call = self._stub.Read(request)
        with _faults():
            async for response in call:
                yield response

    async def heads(self, requests: Sequence[log_pb.HeadRequest]) -> log_pb.HeadsResponse:
        """As the port says."""
        with _faults():
            response: log_pb.HeadsResponse = await self._stub.Heads(
                log_pb.HeadsRequest(heads=requests), timeout=_UNARY_TIMEOUT_S
            )
            return response

    async def site_revisions(
        self, document: str, site: str, first_sequence: int, last_sequence: int
    ) -> list[tuple[int, int]]:
        """As the port says."""
        request = log_pb.SiteRevisionsRequest(
            document=document, site=site, first_sequence=first_sequence, last_sequence=last_sequence
        )
        with _faults():
            response = await self._stub.SiteRevisions(request, timeout=_UNARY_TIMEOUT_S)
        return [(each.site_sequence, each.revision) for each in response.revisions]

    async def _stream(self) -> None:
        call = self._stub.Append()
        try:
            async with asyncio.TaskGroup() as tasks:
                writer = tasks.create_task(self._write(call))
                async for response in call:
                    for outcome in response.outcomes:
                        answer = self._waiting.pop(outcome.batch_id, None)
                        if answer is not None and not answer.done():
                            answer.set_result(outcome)
                writer.cancel()
        except* grpc.aio.AioRpcError as group:
            raise group.exceptions[0] from None
        finally:
            call.cancel()

    async def _write(self, call: grpc.aio.StreamStreamCall[log_pb.AppendRequest, log_pb.AppendResponse]) -> None:
        """Send what gathered while the last message was being written, as one message."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            batches, self._unsent = self._unsent, []
            for message in _messages(batches):
                await call.write(log_pb.AppendRequest(batches=message))

    def _fail_waiting(self) -> None:
        """Answer everything under way: sent or not, the rooms settle it by the high-water rows."""
        fault = faults.to_proto(faults.LogUnavailable("the document service cannot be reached"))
        waiting, self._waiting, self._unsent = self._waiting, {}, []
        self._wake.clear()
        for batch_id, answer in waiting.items():
            if not answer.done():
                answer.set_result(log_pb.AppendOutcome(batch_id=batch_id, fault=fault))


def _messages(batches: Sequence[log_pb.AppendBatch]) -> Iterator[list[log_pb.AppendBatch]]:
    """Yield batches in the order they came, as many at once as one message may hold; a longer one goes alone."""
    message: list[log_pb.AppendBatch] = []
    size = 0
    for batch in batches:
        received = batch.ByteSize()
        if message and size + received > _MESSAGE_BYTES:
            yield message
            message, size = [], 0
        message.append(batch)
        size += received
    if message:
        yield message


@contextlib.contextmanager
def _faults() -> Iterator[None]:
    """Turn a failed call into the fault it means; a service that is away into LogUnavailable."""
    try:
        yield
    except grpc.aio.AioRpcError as error:
        if error.code() in (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED):
            raise faults.LogUnavailable("the document service cannot be reached") from error
        raise faults.from_rpc_error(error) from error
