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

from mesh.channels import Channels
from mesh.database import Pool, migrate, read_migrations
from mesh.grpc_server import Mounted
from mesh.permission_cache import CachedPermissions
from services.document.doctor.doctor import Doctor
from services.document.documents.creation import Creation
from services.document.documents.documents import Documents
from services.document.documents.erasing import Eraser
from services.document.documents.places import NoRegister, Places, Register
from services.document.documents.readable import Readable
from services.document.documents.watch import Watches
from services.document.following.events import Events
from services.document.following.indexer import Indexer
from services.document.history.blame import Blame
from services.document.history.edit_session_pages import EditSessions
from services.document.history.editing import CollabEditing
from services.document.history.history import History
from services.document.history.history_transfer import HistoryExport, HistoryImport
from services.document.history.restoring import Restoring
from services.document.history.session_follower import SessionFollower
from services.document.history.thinning import Thinning
from services.document.history.versions import Versions
from services.document.housekeeping import Housekeeping, Recency
from services.document.log.archive import Archive
from services.document.log.checkpoints import Checkpointer
from services.document.log.contents import Contents
from services.document.log.group_commit import GroupCommit
from services.document.log.operation_log import OperationLog
from services.document.search.search import Search
from services.document.servicers.documents import DocumentServicer
from services.document.servicers.events import EventServicer
from services.document.servicers.history import HistoryServicer
from services.document.servicers.maintenance import MaintenanceServicer
from services.document.servicers.operation_log import OperationLogServicer
from services.document.servicers.search import SearchServicer
from services.document.servicers.versions import VersionServicer
from services.document.settings import DocumentSettings
from services.document.store.extensions import prepare_extensions
from services.document.store.schema import SCHEMA
from shoal.document.v1 import (
    document_pb2,
    document_pb2_grpc,
    event_pb2,
    event_pb2_grpc,
    history_pb2,
    history_pb2_grpc,
    maintenance_pb2,
    maintenance_pb2_grpc,
    operation_log_pb2,
    operation_log_pb2_grpc,
    search_pb2,
    search_pb2_grpc,
    version_pb2,
    version_pb2_grpc,
)

_MIGRATIONS = Path(__file__).parent / "migrations"


@dataclass(frozen=True, slots=True)
class DocumentServiceApp:
    """The document service, running. `mounted` is for everybody, the others for services in other processes."""

    log: OperationLog
    checkpointer: Checkpointer
    contents: Contents
    creation: Creation
    eraser: Eraser
    places: Places
    edit_sessions: EditSessions
    watches: Watches
    events: Events
    mounted: Sequence[Mounted]
    mounted_log: Mounted
    mounted_events: Mounted


@asynccontextmanager
async def open_document_service(
    settings: DocumentSettings,
    pool: Pool,
    *,
    channels: Channels | None = None,
    collab_target: Callable[[], str] | None = None,
    register: Register | None = None,
    permissions: CachedPermissions | None = None,
) -> AsyncIterator[DocumentServiceApp]:
    """Run the document service on a database until the block ends. Raises MigrationHistoryChanged.

    `channels` are the service's own; None = plain ones, with its callers' tokens alone. `collab_target` tells where
    collab listens, when the first edit goes there; None = as the settings say. `register` is told of documents, and
    `permissions` says which a caller may list; without them every document is everybody's.
    """
    await migrate(pool, SCHEMA, read_migrations(_MIGRATIONS))
    extensions = await prepare_extensions(pool)
    recency, checkpointer = Recency(pool), Checkpointer(pool, settings)
    contents = Contents(pool, settings)
    housekeeping = Housekeeping(pool, settings, recency, Archive(pool, settings, contents))
    await housekeeping.make_partitions()
    await recency.flush_all()
    follower, readable = SessionFollower(pool, settings), Readable(permissions)
    indexer, watches = Indexer(pool, settings, contents, follower), Watches(pool, settings, readable)
    edit_sessions, events = EditSessions(pool, contents, follower), Events(pool, settings)
    listeners = [checkpointer.note, recency.note, indexer.note, watches.note, events.note]
    group_commit = GroupCommit(pool, settings, listeners)
    log = OperationLog(pool, group_commit)
    places = Places(pool, settings, register or NoRegister(), permissions.note if permissions else None)
    creation, eraser = Creation(pool, contents, places, listeners), Eraser(pool, settings, places)
    collab = collab_target or (lambda: settings.collab_target)
    editing = CollabEditing(channels or Channels(), collab, settings.max_operation_bytes)
    restoring, versions = Restoring(pool, contents, editing), Versions(pool, contents)
    documents = DocumentServicer(
        Documents(pool, settings, recency, eraser.wake, places, readable), creation, contents, restoring, watches
    )
    async with asyncio.TaskGroup() as tasks:
        committing = tasks.create_task(group_commit.run())
        running = (checkpointer, housekeeping, eraser, indexer, watches, places, Thinning(pool, settings))
        background = [tasks.create_task(each.run()) for each in running]
        log_servicer = OperationLogServicer(log)
        history = HistoryServicer(
            History(pool, contents),
            edit_sessions,
            Blame(pool),
            versions,
            restoring,
            HistoryExport(pool, contents),
            HistoryImport(pool, settings, places, eraser.wake, tasks.create_task),
        )
        maintenance = MaintenanceServicer(Doctor(pool, settings, contents, housekeeping.make_partitions))
        try:
            yield DocumentServiceApp(
                log=log,
                checkpointer=checkpointer,
                contents=contents,
                creation=creation,
                eraser=eraser,
                places=places,
                edit_sessions=edit_sessions,
                watches=watches,
                events=events,
                mounted=[
                    _mounted(
                        document_pb2.DESCRIPTOR.services_by_name["DocumentService"],
                        partial(document_pb2_grpc.add_DocumentServiceServicer_to_server, documents),
                    ),
                    _mounted(
                        history_pb2.DESCRIPTOR.services_by_name["HistoryService"],
                        partial(history_pb2_grpc.add_HistoryServiceServicer_to_server, history),
                    ),
                    _mounted(
                        version_pb2.DESCRIPTOR.services_by_name["VersionService"],
                        partial(version_pb2_grpc.add_VersionServiceServicer_to_server, VersionServicer(versions)),
                    ),
                    _mounted(
                        search_pb2.DESCRIPTOR.services_by_name["SearchService"],
                        partial(
                            search_pb2_grpc.add_SearchServiceServicer_to_server,
                            SearchServicer(Search(pool, extensions, readable)),
                        ),
                    ),
                    _mounted(
                        maintenance_pb2.DESCRIPTOR.services_by_name["MaintenanceService"],
                        partial(maintenance_pb2_grpc.add_MaintenanceServiceServicer_to_server, maintenance),
                    ),
                ],
                mounted_log=_mounted(
                    operation_log_pb2.DESCRIPTOR.services_by_name["OperationLogService"],
                    partial(operation_log_pb2_grpc.add_OperationLogServiceServicer_to_server, log_servicer),
                ),
                mounted_events=_mounted(
                    event_pb2.DESCRIPTOR.services_by_name["EventService"],
                    partial(event_pb2_grpc.add_EventServiceServicer_to_server, EventServicer(events)),
                ),
            )
        finally:
            await editing.close()
            group_commit.close()
            await committing
            await checkpointer.caught_up()
            for task in background:
                task.cancel()


def _mounted(service: ServiceDescriptor, register: Callable[[grpc.aio.Server], None]) -> Mounted:
    return Mounted(service.file, service.full_name, register)
