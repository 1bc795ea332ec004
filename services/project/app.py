"""Composition of the project service: the only place here that constructs.

Start is one `async with`: migrations, then the feed of epochs and the sweeping. Its unwinding stops both.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import grpc
from google.protobuf.descriptor import ServiceDescriptor

from mesh.database import Pool, migrate, read_migrations
from mesh.grpc_server import Mounted
from services.project.activities.activities import Activities
from services.project.activities.following import Following
from services.project.activities.recorder import Recorder
from services.project.activities.sources import DocumentEvents, OwnOutbox, ReadEvents, Source
from services.project.answers import Answers
from services.project.custom_roles import CustomRoles
from services.project.feed import Feed
from services.project.folders import Folders
from services.project.granting import Granting
from services.project.groups import Groups
from services.project.guard import Guard
from services.project.invitations import Invitations
from services.project.model import Clock
from services.project.notifications.bell import Bell
from services.project.notifications.delivery import Deliver, Delivery
from services.project.notifications.notifications import Notifications
from services.project.notifications.preferences import Preferences
from services.project.organizations import Organizations
from services.project.projects import Projects
from services.project.record import Record
from services.project.registry import Registry
from services.project.roles import TABLE
from services.project.servicers.access import AccessServicer
from services.project.servicers.activities import ActivityServicer
from services.project.servicers.audit import AuditServicer
from services.project.servicers.notifications import NotificationServicer
from services.project.servicers.organizations import OrganizationServicer
from services.project.servicers.permissions import PermissionServicer
from services.project.servicers.projects import ProjectServicer
from services.project.servicers.registry import ResourceServicer
from services.project.settings import ProjectSettings
from services.project.share_links import ShareLinks
from services.project.sight import Lookout
from services.project.source import DirectSource
from services.project.store.schema import SCHEMA
from services.project.sweeping import Sweeper
from shoal.project.v1 import (
    access_pb2,
    access_pb2_grpc,
    activity_pb2,
    activity_pb2_grpc,
    audit_pb2,
    audit_pb2_grpc,
    notification_pb2,
    notification_pb2_grpc,
    organization_pb2,
    organization_pb2_grpc,
    permission_pb2,
    permission_pb2_grpc,
    project_pb2,
    project_pb2_grpc,
    resource_pb2,
    resource_pb2_grpc,
)

_MIGRATIONS = Path(__file__).parent / "migrations"


@dataclass(frozen=True, slots=True)
class ProjectServiceApp:
    """The project service, running. `guard` is the authorizer of the server that serves `mounted`.

    `source` and `registry` are for services in the same process: what they may know, and where they say what they have.
    `sweeper` goes round by itself, as does `following`; they are here for who cannot wait.
    """

    guard: Guard
    source: DirectSource
    registry: Registry
    sweeper: Sweeper
    following: Following
    mounted: Sequence[Mounted]


@asynccontextmanager
async def open_project_service(
    settings: ProjectSettings,
    pool: Pool,
    clock: Clock = lambda: datetime.now(UTC),
    *,
    read_events: ReadEvents | None = None,
    deliver: Deliver | None = None,
) -> AsyncIterator[ProjectServiceApp]:
    """Run the project service on a database until the block ends. Raises MigrationHistoryChanged.

    `read_events` is how the document service is followed; None = activities are of this service alone. `deliver` tells
    people live of notifications; None = they hear of them by their lists and streams.
    """
    await migrate(pool, SCHEMA, read_migrations(_MIGRATIONS))
    feed, sweeper = Feed(pool, settings), Sweeper(pool, clock, settings)
    await feed.start()
    guard = Guard(pool, clock, settings.operators, TABLE[settings.unfiled_role])
    lookout, bell, delivery = Lookout(pool, clock, guard), Bell(pool, settings), Delivery(guard, deliver)
    following = _following(settings, pool, clock, delivery, read_events)
    told = NotificationServicer(Notifications(pool, clock, settings, lookout, bell, delivery), Preferences(pool))
    answers, registry = Answers(pool, clock, guard), Registry(pool, clock)
    mounted = [
        *_mounted(settings, pool, clock, guard, feed, answers, registry),
        *_mounted_feeds(ActivityServicer(Activities(pool, lookout, guard)), told),
    ]
    async with asyncio.TaskGroup() as tasks:
        background = [tasks.create_task(each.run()) for each in (feed, sweeper, following, bell, delivery)]
        try:
            yield ProjectServiceApp(guard, DirectSource(guard, answers, feed), registry, sweeper, following, mounted)
        finally:
            for task in background:
                task.cancel()


def _following(
    settings: ProjectSettings, pool: Pool, clock: Clock, delivery: Delivery, read_events: ReadEvents | None
) -> Following:
    sources: list[Source] = [OwnOutbox(pool, settings.outbox_poll_s)]
    if read_events is not None:
        sources.append(DocumentEvents(read_events))
    recorder = Recorder(pool, clock, timedelta(seconds=settings.session_pause_s), delivery)
    return Following(pool, settings, recorder, sources)


def _mounted_feeds(activities: ActivityServicer, notifications: NotificationServicer) -> list[Mounted]:
    return [
        _served(
            activity_pb2.DESCRIPTOR.services_by_name["ActivityService"],
            partial(activity_pb2_grpc.add_ActivityServiceServicer_to_server, activities),
        ),
        _served(
            notification_pb2.DESCRIPTOR.services_by_name["NotificationService"],
            partial(notification_pb2_grpc.add_NotificationServiceServicer_to_server, notifications),
        ),
    ]


def _mounted(
    settings: ProjectSettings,
    pool: Pool,
    clock: Clock,
    guard: Guard,
    feed: Feed,
    answers: Answers,
    registry: Registry,
) -> list[Mounted]:
    granting = Granting(pool, clock, guard)
    organizations = OrganizationServicer(Organizations(pool, clock), Groups(pool, clock, guard))
    projects = ProjectServicer(Projects(pool, clock), Folders(pool, clock))
    access = AccessServicer(
        granting,
        CustomRoles(pool, clock, guard, granting),
        Invitations(pool, clock, granting, settings),
        ShareLinks(pool, clock, granting, settings),
    )
    permissions, resources = PermissionServicer(answers, feed), ResourceServicer(registry)
    audit = AuditServicer(Record(pool))
    served: list[tuple[ServiceDescriptor, Callable[[grpc.aio.Server], None]]] = [
        (
            organization_pb2.DESCRIPTOR.services_by_name["OrganizationService"],
            partial(organization_pb2_grpc.add_OrganizationServiceServicer_to_server, organizations),
        ),
        (
            project_pb2.DESCRIPTOR.services_by_name["ProjectService"],
            partial(project_pb2_grpc.add_ProjectServiceServicer_to_server, projects),
        ),
        (
            access_pb2.DESCRIPTOR.services_by_name["AccessService"],
            partial(access_pb2_grpc.add_AccessServiceServicer_to_server, access),
        ),
        (
            permission_pb2.DESCRIPTOR.services_by_name["PermissionService"],
            partial(permission_pb2_grpc.add_PermissionServiceServicer_to_server, permissions),
        ),
        (
            audit_pb2.DESCRIPTOR.services_by_name["AuditService"],
            partial(audit_pb2_grpc.add_AuditServiceServicer_to_server, audit),
        ),
        (
            resource_pb2.DESCRIPTOR.services_by_name["ResourceService"],
            partial(resource_pb2_grpc.add_ResourceServiceServicer_to_server, resources),
        ),
    ]
    return [_served(service, register) for service, register in served]


def _served(service: ServiceDescriptor, register: Callable[[grpc.aio.Server], None]) -> Mounted:
    return Mounted(service.file, service.full_name, register)
