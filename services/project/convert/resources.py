"""Organisations, groups, projects and folders as messages."""

from __future__ import annotations

from services.project import groups, resources
from services.project.convert.common import time_to_proto
from services.project.model import Place
from services.project.store.rows import GroupRow, ResourceRow
from shoal.project.v1 import organization_pb2, project_pb2


def organization_to_proto(row: ResourceRow) -> organization_pb2.Organization:
    """Return the message of an organisation."""
    return organization_pb2.Organization(
        name=row.name,
        title=row.title,
        archived=row.archived,
        create_time=time_to_proto(row.create_time),
        etag=row.etag,
    )


def organization_from_proto(message: organization_pb2.Organization) -> resources.Wanted:
    """Return what somebody wants of an organisation."""
    return resources.Wanted(message.name, message.title, "", message.archived, message.etag)


def project_to_proto(row: ResourceRow) -> project_pb2.Project:
    """Return the message of a project."""
    return project_pb2.Project(
        name=row.name,
        organization=row.parent,
        title=row.title,
        description=row.description,
        archived=row.archived,
        creator=row.creator,
        create_time=time_to_proto(row.create_time),
        etag=row.etag,
    )


def project_from_proto(message: project_pb2.Project) -> resources.Wanted:
    """Return what somebody wants of a project."""
    return resources.Wanted(message.name, message.title, message.description, message.archived, message.etag)


def folder_to_proto(row: ResourceRow) -> project_pb2.Folder:
    """Return the message of a folder."""
    assert row.place is Place.FOLDER
    return project_pb2.Folder(
        name=row.name, title=row.title, parent=row.parent, create_time=time_to_proto(row.create_time)
    )


def group_to_proto(row: GroupRow) -> organization_pb2.Group:
    """Return the message of a group."""
    return organization_pb2.Group(name=row.name, title=row.title, members=row.members, claim_groups=row.claims)


def group_from_proto(message: organization_pb2.Group) -> groups.Wanted:
    """Return what somebody wants of a group."""
    return groups.Wanted(message.name, message.title, message.members, message.claim_groups)
