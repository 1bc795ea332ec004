"""Versions as messages, and what a mask says of a change."""

from __future__ import annotations

from typing import cast

from mesh.faults import InvalidField
from mesh.names import DocumentId, version_name
from services.document.store.versions import VersionRow
from shoal.document.v1 import version_pb2

_CHANGEABLE = ("title", "description")


def version_to_proto(document: DocumentId, row: VersionRow) -> version_pb2.Version:
    """Return the message of a version."""
    message = version_pb2.Version(
        name=version_name(document, row.id),
        title=row.title,
        description=row.description,
        revision=row.revision,
        kind=cast(version_pb2.VersionKind, row.kind),
        creator=row.creator,
    )
    message.create_time.FromDatetime(row.create_time)
    message.revision_time.FromDatetime(row.revision_time)
    return message


def version_changes(request: version_pb2.UpdateVersionRequest) -> tuple[str | None, str | None]:
    """Return the new title and description, None for what is to stay. Raises InvalidField for another path."""
    paths = list(request.update_mask.paths)
    if not set(paths) <= set(_CHANGEABLE):
        raise InvalidField("update_mask", "may name title and description")
    wanted = paths or [each for each in _CHANGEABLE if getattr(request.version, each)]
    title, description = (getattr(request.version, each) if each in wanted else None for each in _CHANGEABLE)
    return title, description
