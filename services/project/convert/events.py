"""Events of documents as deeds."""

from __future__ import annotations

from datetime import UTC, datetime

from google.protobuf.timestamp_pb2 import Timestamp

from services.project.activities.model import Deed, Edits, Kind
from shoal.event.v1 import event_pb2 as pb

_PLAIN = {
    "document_deleted": Kind.DOCUMENT_DELETED,
    "document_undeleted": Kind.DOCUMENT_UNDELETED,
    "document_restored": Kind.DOCUMENT_RESTORED,
}


def deed_of_event(event: pb.Event) -> Deed | None:
    """Return what an event is; None for one that is not known here, or of which nobody wants to read."""
    match event.WhichOneof("data"):
        case "document_created":
            return _deed(event, Kind.DOCUMENT_CREATED, {"title": event.document_created.title})
        case "document_edited":
            return _edited(event)
        case "document_renamed":
            said = event.document_renamed
            return _deed(event, Kind.DOCUMENT_RENAMED, {"before": said.before, "after": said.after})
        case "document_moved":
            moved = event.document_moved
            return _deed(event, Kind.DOCUMENT_MOVED, {"before": moved.before, "after": moved.after})
        case "document_version_made" if event.document_version_made.named:
            return _deed(event, Kind.VERSION_MADE, {"version": event.document_version_made.version})
        case "document_purged":
            return _purged(event)
        case str(name) if name in _PLAIN:
            return _deed(event, _PLAIN[name], {})
        case _:
            return None


def _deed(event: pb.Event, kind: Kind, details: dict[str, str], edits: Edits | None = None) -> Deed:
    return Deed(
        event_id=f"document/{event.id}",
        kind=kind,
        time=_time(event.time),
        actor=event.actor,
        resource=event.subject,
        project=event.project,
        agent=event.agent,
        details=details,
        edits=edits,
    )


def _edited(event: pb.Event) -> Deed:
    said = event.document_edited
    edits = Edits(
        _time(said.start_time), said.first_revision, said.last_revision, said.operations, said.inserted, said.deleted
    )
    return _deed(event, Kind.DOCUMENT_EDITED, {}, edits)


def _purged(event: pb.Event) -> Deed:
    place = event.folder or event.project
    return Deed(
        event_id=f"document/{event.id}",
        kind=Kind.DOCUMENT_PURGED if place else None,
        time=_time(event.time),
        actor=event.actor,
        resource=place,
        project=event.project,
        erased=event.subject,
    )


def _time(time: Timestamp) -> datetime:
    return time.ToDatetime(tzinfo=UTC)
