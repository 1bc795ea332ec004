"""REST for shoal/document/v1/maintenance.proto. Written by protoc-gen-aiohttp-gateway; do not edit."""

from __future__ import annotations

from typing import Any

from edge.gateway import encoders
from edge.gateway.binding import Binding, Method

from shoal.document.v1 import maintenance_pb2

_CHECK = encoders.EnumNames(maintenance_pb2.Check.DESCRIPTOR)
_SEVERITY = encoders.EnumNames(maintenance_pb2.Severity.DESCRIPTOR)


def encode_check_database_response(m: maintenance_pb2.CheckDatabaseResponse) -> dict[str, Any]:
    out: dict[str, Any] = {}
    if m.HasField("progress"):
        out["progress"] = encode_check_database_response_progress(m.progress)
    elif m.HasField("finding"):
        out["finding"] = encode_check_database_response_finding(m.finding)
    elif m.HasField("done"):
        out["done"] = encode_check_database_response_summary(m.done)
    return out


def encode_check_database_response_progress(m: maintenance_pb2.CheckDatabaseResponse.Progress) -> dict[str, Any]:
    return {
        "documents": str(m.documents),
        "totalDocuments": str(m.total_documents),
        "operations": str(m.operations),
        "totalOperations": str(m.total_operations),
    }


def encode_check_database_response_finding(m: maintenance_pb2.CheckDatabaseResponse.Finding) -> dict[str, Any]:
    return {
        "check": _CHECK[m.check],
        "severity": _SEVERITY[m.severity],
        "document": m.document,
        "revision": str(m.revision),
        "message": m.message,
        "repaired": m.repaired,
    }


def encode_check_database_response_summary(m: maintenance_pb2.CheckDatabaseResponse.Summary) -> dict[str, Any]:
    return {
        "documents": str(m.documents),
        "operations": str(m.operations),
        "unrepaired": str(m.unrepaired),
        "repaired": str(m.repaired),
    }


_check_database = Method(
    "/shoal.document.v1.MaintenanceService/CheckDatabase",
    maintenance_pb2.CheckDatabaseRequest,
    maintenance_pb2.CheckDatabaseResponse,
    server_streaming=True,
    encode=encode_check_database_response,
)

MAINTENANCE_SERVICE: tuple[Binding, ...] = (
    Binding("POST", "/v1/maintenance:checkDatabase", _check_database, body="*"),
)
"""shoal.document.v1.MaintenanceService."""
