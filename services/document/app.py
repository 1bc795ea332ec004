"""Composition of the document service: the only place here that constructs.

Start is one `async with`: migrations, partitions, then the log's tasks. Its unwinding takes no more batches, commits
what is queued, and stops the rest.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import grpc
from google.protobuf.descriptor import ServiceDescriptor

from mesh.database import Pool, migrate, read_migrations
from mesh.grpc_server import Mounted
from services.document.archive import Archive
from services.document.checkpoints import Checkpointer
from services.document.contents import Contents
from services.document.documents import Documents
from services.document.group_commit import GroupCommit
from services.document.housekeeping import Housekeeping, Recency
from services.document.log import OperationLog
from services.document.servicers.documents import DocumentServicer
from services.document.servicers.operation_log import OperationLogServicer
from services.document.settings import DocumentSettings
from services.document.store.schema import SCHEMA
from shoal.document.v1 import document_pb2, document_pb2_grpc, operation_log_pb2, operation_log_pb2_grpc

_MIGRATIONS = Path(__file__).parent / "migrations"


@dataclass(frozen=True, slots=True)
class DocumentServiceApp:
    """The document service, running. `mounted` is for everybody, `mounted_log` for services in other processes."""

    log: OperationLog
    checkpointer: Checkpointer
    contents: Contents
    mounted: Sequence[Mounted]
    mounted_log: Mounted


@asynccontextmanager
async def open_document_service(settings: DocumentSettings, pool: Pool) -> AsyncIterator[DocumentServiceApp]:
    """Run the document service on a database until the block ends. Raises MigrationHistoryChanged."""
    await migrate(pool, SCHEMA, read_migrations(_MIGRATIONS))
    recency, checkpointer = Recency(pool), Checkpointer(pool, settings)
    contents = Contents(pool, settings)
    housekeeping = Housekeeping(pool, settings, recency, Archive(pool, settings, contents))
    await housekeeping.make_partitions()
    await recency.flush_all()
    group_commit = GroupCommit(pool, settings, [checkpointer.note, recency.note])
    log = OperationLog(pool, group_commit)
    documents = DocumentServicer(Documents(pool, log, recency), contents)
    async with asyncio.TaskGroup() as tasks:
        committing = tasks.create_task(group_commit.run())
        background = [tasks.create_task(checkpointer.run()), tasks.create_task(housekeeping.run())]
        log_servicer = OperationLogServicer(log)
        try:
            yield DocumentServiceApp(
                log=log,
                checkpointer=checkpointer,
                contents=contents,
                mounted=[
                    _mounted(
                        document_pb2.DESCRIPTOR.services_by_name["DocumentService"],
                        partial(document_pb2_grpc.add_DocumentServiceServicer_to_server, documents),
                    ),
                ],
                mounted_log=_mounted(
                    operation_log_pb2.DESCRIPTOR.services_by_name["OperationLogService"],
                    partial(operation_log_pb2_grpc.add_OperationLogServiceServicer_to_server, log_servicer),
                ),
            )
        finally:
            group_commit.close()
            await committing
            await checkpointer.caught_up()
            for task in background:
                task.cancel()


def _mounted(service: ServiceDescriptor, register: Callable[[grpc.aio.Server], None]) -> Mounted:
    return Mounted(service.file, service.full_name, register)
