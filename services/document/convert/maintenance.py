"""What a check of the database tells, as messages."""

from __future__ import annotations

from typing import cast

from mesh.names import document_name
from services.document.doctor.findings import Event, Finding, Progress
from shoal.document.v1 import maintenance_pb2 as pb


def event_to_proto(event: Event) -> pb.CheckDatabaseResponse:
    """Return the message of an event."""
    match event:
        case Finding():
            finding = pb.CheckDatabaseResponse.Finding(
                check=cast(pb.Check, int(event.check)),
                severity=cast(pb.Severity, int(event.severity)),
                document=document_name(event.document) if event.document else "",
                revision=event.revision,
                message=event.message,
                repaired=event.repaired,
            )
            return pb.CheckDatabaseResponse(finding=finding)
        case Progress():
            progress = pb.CheckDatabaseResponse.Progress(
                documents=event.documents,
                total_documents=event.total_documents,
                operations=event.operations,
                total_operations=event.total_operations,
            )
            return pb.CheckDatabaseResponse(progress=progress)
    done = pb.CheckDatabaseResponse.Summary(
        documents=event.documents, operations=event.operations, unrepaired=event.unrepaired, repaired=event.repaired
    )
    return pb.CheckDatabaseResponse(done=done)
