"""OperationLogService over gRPC: the log, for collab in another process."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

import grpc

from services.document.log.operation_log import OperationLog
from shoal.document.v1 import operation_log_pb2 as log_pb
from shoal.document.v1 import operation_log_pb2_grpc

if TYPE_CHECKING:
    Context = grpc.aio.ServicerContext[Any, Any]

_MAX_OUTSTANDING = 1024
"""Batches of one Append stream under way; past it the stream is not read, which its sender feels."""


class OperationLogServicer(operation_log_pb2_grpc.OperationLogServiceServicer):
    """OperationLogService: the log, for collab in another process."""

    def __init__(self, log: OperationLog) -> None:
        self._log = log

    async def Append(
        self, requests: AsyncIterator[log_pb.AppendRequest], _: Context
    ) -> AsyncIterator[log_pb.AppendResponse]:
        """Append batches; outcomes that come in while one message is written go into the next."""
        done: asyncio.Queue[log_pb.AppendOutcome | None] = asyncio.Queue()
        reader = asyncio.create_task(self._submit_all(requests, done))
        try:
            ended = False
            while not ended:
                gathered = [await done.get()]
                while not done.empty():
                    gathered.append(done.get_nowait())
                ended = gathered[-1] is None
                outcomes = [each for each in gathered if each is not None]
                if outcomes:
                    yield log_pb.AppendResponse(outcomes=outcomes)
        finally:
            reader.cancel()
            await asyncio.gather(reader, return_exceptions=True)

    async def _submit_all(
        self, requests: AsyncIterator[log_pb.AppendRequest], done: asyncio.Queue[log_pb.AppendOutcome | None]
    ) -> None:
        """Submit batches in their order; None follows the last outcome."""
        free = asyncio.Semaphore(_MAX_OUTSTANDING)

        def finished(outcome: asyncio.Future[log_pb.AppendOutcome]) -> None:
            free.release()
            if not outcome.cancelled():
                done.put_nowait(outcome.result())

        async for request in requests:
            for batch in request.batches:
                await free.acquire()
                self._log.submit(batch).add_done_callback(finished)
        for _ in range(_MAX_OUTSTANDING):
            await free.acquire()
        done.put_nowait(None)

    async def Load(self, request: log_pb.LoadRequest, _: Context) -> AsyncIterator[log_pb.LoadResponse]:
        """Stream a checkpoint and what follows it."""
        at_revision = request.at_revision if request.HasField("at_revision") else None
        async for response in self._log.load(request.document, at_revision):
            yield response

    async def Read(self, request: log_pb.ReadRequest, _: Context) -> AsyncIterator[log_pb.ReadResponse]:
        """Stream operations."""
        async for response in self._log.read(request.document, request.after_revision, request.up_to_revision):
            yield response

    async def Heads(self, request: log_pb.HeadsRequest, _: Context) -> log_pb.HeadsResponse:
        """Say where documents and sites stand."""
        return await self._log.heads(request.heads)

    async def SiteRevisions(self, request: log_pb.SiteRevisionsRequest, _: Context) -> log_pb.SiteRevisionsResponse:
        """Say where a site's operations are."""
        found = await self._log.site_revisions(
            request.document, request.site, request.first_sequence, request.last_sequence
        )
        revisions = [log_pb.SiteRevision(site_sequence=sequence, revision=revision) for sequence, revision in found]
        return log_pb.SiteRevisionsResponse(revisions=revisions)
