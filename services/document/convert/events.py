"""Rows of the outbox and runs of edits as events."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mesh.names import DocumentId, VersionId, document_name, version_name
from services.document.following.edit_runs import EditRun
from services.document.store.events import EventRow
from services.document.store.outbox import Event, Position
from shoal.event.v1 import event_pb2 as pb

_SOURCE = "//shoal/document"
_TYPE = "collaboration.document."
_NAMED_VERSION = 1


def cursor_of(position: Position) -> str:
    """Return the cursor of a place in the outbox."""
    return f"{position.txid}.{position.id}"


def position_of(cursor: str) -> Position:
    """Return the place a cursor names; the beginning for none. Raises ValueError for what is no cursor."""
    if not cursor:
        return Position(0)
    txid, _, id_ = cursor.partition(".")
    if not (txid.isascii() and txid.isdigit() and id_.isascii() and id_.isdigit()):
        raise ValueError(cursor)
    position = Position(int(txid), int(id_))
    if max(position) >= 1 << 63:
        raise ValueError(cursor)
    return position


def edited_event(row: EventRow, run: EditRun) -> pb.Event:
    """Return the event of a run of edits in the document of a row."""
    event = _event(row, f"edited-{row.document_key}-{run.first_revision}", "updated", actor=run.author)
    event.agent = run.agent
    event.time.FromDatetime(run.end_time)
    data = event.document_edited
    data.start_time.FromDatetime(run.start_time)
    data.first_revision, data.last_revision = run.first_revision, run.last_revision
    data.operations, data.inserted, data.deleted = run.operations, run.inserted, run.deleted
    return event


def events_of(row: EventRow) -> Iterator[pb.Event]:
    """Yield what a row tells, unless it is of operations; nothing of a document that is erased, but that it is."""
    if row.kind == Event.PURGED:
        yield _purged(row)
    elif row.document is not None:
        yield from _told(row)


def _told(row: EventRow) -> Iterator[pb.Event]:
    match row.kind:
        case Event.CREATED:
            event = _event(row, str(row.id), "created")
            event.document_created.title = row.title or ""
            yield event
        case Event.METADATA_CHANGED:
            yield from _changed(row)
        case Event.DELETED:
            event = _event(row, str(row.id), "deleted")
            event.document_deleted.SetInParent()
            yield event
        case Event.UNDELETED:
            event = _event(row, str(row.id), "undeleted")
            event.document_undeleted.SetInParent()
            yield event
        case Event.VERSION_MADE if row.document and "version" in row.details:
            event = _event(row, str(row.id), "version_made")
            version = VersionId(str(row.details["version"]))
            event.document_version_made.version = version_name(DocumentId(row.document), version)
            event.document_version_made.named = row.details.get("kind") == _NAMED_VERSION
            yield event
        case Event.RESTORED:
            event = _event(row, str(row.id), "restored")
            event.document_restored.SetInParent()
            yield event


def _changed(row: EventRow) -> Iterator[pb.Event]:
    details: dict[str, Any] = row.details
    if "title" in details:
        event = _event(row, f"{row.id}-renamed", "renamed")
        event.document_renamed.before, event.document_renamed.after = details["title"]
        yield event
    if "project" in details or "folder" in details:
        event = _event(row, f"{row.id}-moved", "moved")
        # What did not change is as it was, and stands in the document, unless it was moved again since.
        project = details.get("project") or (row.project or "",) * 2
        folder = details.get("folder") or (row.folder or "",) * 2
        event.document_moved.before, event.document_moved.after = folder[0] or project[0], folder[1] or project[1]
        yield event


def _purged(row: EventRow) -> pb.Event:
    details: dict[str, Any] = row.details
    event = _event(row, str(row.id), "purged")
    event.subject = details.get("document") or event.subject
    event.project, event.folder = details.get("project", event.project), details.get("folder", event.folder)
    event.document_purged.SetInParent()
    return event


def _event(row: EventRow, id_: str, what: str, actor: str | None = None) -> pb.Event:
    event = pb.Event(
        id=id_,
        source=_SOURCE,
        spec_version="1.0",
        type=_TYPE + what,
        subject=document_name(DocumentId(row.document)) if row.document else "",
        actor=row.actor if actor is None else actor,
        project=row.project or "",
        folder=row.folder or "",
    )
    event.time.FromDatetime(row.time)
    return event
