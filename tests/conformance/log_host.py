"""Where a log under test lives: a real database, and a way to stop and start everything in front of it.

Owns the two ways to reach the log: the object itself, and its gRPC server and client as between machines.
"""

from __future__ import annotations

import asyncio
import itertools
from contextlib import AsyncExitStack
from typing import Any

import asyncpg

from mesh.channels import Channels
from mesh.database import Pool, open_pool
from mesh.grpc_server import serve
from mesh.identity import OwnToken, TokenSigner, TokenVerifier
from mesh.names import parse_document
from mesh.settings import GrpcSettings
from mesh.wire import document_from_parts, operation_from_proto, operation_to_proto
from ot.document import Document
from ot.operation import Operation, insert_at
from services.collab.log_client import LogClient
from services.collab.log_port import OperationLog
from services.document import store
from services.document.app import DocumentServiceApp, open_document_service
from services.document.settings import DocumentSettings
from services.document.store.rows import DocumentRow
from shoal.document.v1 import document_pb2
from shoal.document.v1 import operation_log_pb2 as pb
from shoal.type.v1 import operation_pb2

# Small, so that a test of a few hundred operations passes many checkpoints.
SETTINGS = DocumentSettings(checkpoint_operations=50, settle_s=3.0, index_sessions_interval_s=0.2)

_batch_ids = itertools.count(1)


class LogHost:
    """A running log: `log` is the port; `app` and `pool` are what stands behind it."""

    log: OperationLog
    app: DocumentServiceApp
    pool: Pool

    def __init__(self, database_url: str, settings: DocumentSettings = SETTINGS) -> None:
        self.database_url, self.settings = database_url, settings
        self._stack = AsyncExitStack()

    async def start(self) -> None:
        enter = self._stack.enter_async_context
        self.pool = await enter(open_pool(self.database_url, max_size=20))
        self.app = await enter(open_document_service(self.settings, self.pool))
        self.log = await self._reach()

    async def _reach(self) -> OperationLog:
        return self.app.log

    async def stop(self) -> None:
        await self._stack.aclose()
        self._stack = AsyncExitStack()

    async def restart(self) -> None:
        """Everything in front of the database ends and begins again, knowing only what is on disk."""
        await self.stop()
        await self.start()

    async def create(self, *, plain: bool = True, title: str = "Notes") -> str:
        kind = document_pb2.DOCUMENT_TYPE_PLAIN_TEXT if plain else document_pb2.DOCUMENT_TYPE_RICH_TEXT
        request = document_pb2.CreateDocumentRequest(document=document_pb2.Document(title=title, type=kind))
        return f"documents/{(await self.app.creation.create(request, 'users/creator')).id}"

    async def delete(self, document: str) -> DocumentRow:
        """Put a document into the trash; `delete_time` of what is returned is set."""
        row = await store.documents.delete(self.pool, parse_document(document), None, self.settings.trash_days)
        assert row is not None
        return row

    async def undelete(self, document: str) -> None:
        assert await store.documents.undelete(self.pool, parse_document(document), None)

    async def purge(self, document: str) -> None:
        assert await store.documents.purge(self.pool, parse_document(document), None)

    async def kill_appending_backends(self) -> int:
        """End the server's side of the connections that append, whatever they are doing; returns how many."""
        connection = await asyncpg.connect(self.database_url)
        try:
            rows = await connection.fetch(
                """
                SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                WHERE datname = current_database() AND query LIKE '%WITH batch AS (%'
                    AND pid <> pg_backend_pid()
                """
            )
            return len(rows)
        finally:
            await connection.close()


class RemoteLogHost(LogHost):
    """The same, with a gRPC server and client in between."""

    def __init__(self, database_url: str, signer: TokenSigner, verifier: TokenVerifier) -> None:
        super().__init__(database_url)
        self._signer, self._verifier = signer, verifier

    async def _reach(self) -> OperationLog:
        enter = self._stack.enter_async_context
        settings = GrpcSettings(port=0, shutdown_grace_s=0.2)
        server = await enter(serve(settings, self._verifier, [self.app.mounted_log]))
        channels = Channels(OwnToken(self._signer, "services/collab"))
        client = LogClient(await enter(channels.open(server.address, for_callers=False)))
        running = asyncio.create_task(client.run())
        self._stack.push_async_callback(_end, running)
        return client


async def _end(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


def committed(
    revision: int, site: str, sequence: int, operation: Operation | None = None, **more: Any
) -> operation_pb2.CommittedOperation:
    """An operation to append; without `operation` it types a letter at the start."""
    return operation_pb2.CommittedOperation(
        revision=revision,
        site=site,
        site_sequence=sequence,
        author=more.pop("author", f"users/{site}"),
        base_revision=more.pop("base_revision", revision - 1),
        operation=operation_to_proto(operation or insert_at(0, "abcdefghijklmnopqrstuvwxyz"[sequence % 26])),
        **more,
    )


def batch_of(document: str, expected: int, *operations: operation_pb2.CommittedOperation) -> pb.AppendBatch:
    return pb.AppendBatch(
        batch_id=next(_batch_ids), document=document, expected_head_revision=expected, operations=operations
    )


def typed(document: str, expected: int, site: str, first_sequence: int, count: int = 1, **more: Any) -> pb.AppendBatch:
    """A batch of `count` letters typed by one site."""
    return batch_of(
        document,
        expected,
        *[committed(expected + 1 + n, site, first_sequence + n, **more) for n in range(count)],
    )


async def read_all(log: OperationLog, document: str, after: int = 0) -> list[operation_pb2.CommittedOperation]:
    return [each async for response in log.read(document, after) for each in response.operations]


async def loaded(log: OperationLog, document: str, at_revision: int | None = None) -> tuple[int, Document]:
    """What `load` makes of a document, and how far; it is checked that its messages are in order."""
    parts: list[operation_pb2.Content] = []
    operations: list[operation_pb2.CommittedOperation] = []
    checkpoint_revision = -1
    async for response in log.load(document, at_revision):
        if checkpoint_revision < 0:
            assert response.document.name == document
            checkpoint_revision = response.checkpoint_revision
        else:
            assert not response.HasField("document")
        assert not (response.HasField("content") and operations), "content comes before operations"
        if response.HasField("content"):
            parts.append(response.content)
        operations += response.operations
    content = document_from_parts(parts)
    for place, each in enumerate(operations, checkpoint_revision + 1):
        assert each.revision == place
        content.apply(operation_from_proto(each.operation))
    return checkpoint_revision + len(operations), content


async def replayed(log: OperationLog, document: str, up_to: int | None = None, blank: str = "") -> Document:
    """The document by its history alone."""
    content = Document.from_text(blank) if blank else Document()
    for each in (await read_all(log, document))[:up_to]:
        content.apply(operation_from_proto(each.operation))
    return content
