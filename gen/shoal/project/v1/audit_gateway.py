"""REST for shoal/project/v1/audit.proto. Written by protoc-gen-aiohttp-gateway; do not edit."""

from __future__ import annotations

from typing import Any

from edge.gateway import encoders
from edge.gateway.binding import Binding, Method

from shoal.options.v1 import options_pb2
from shoal.project.v1 import access_gateway
from shoal.project.v1 import access_pb2
from shoal.project.v1 import audit_pb2

_AUDIT_ACTION = encoders.EnumNames(audit_pb2.AuditAction.DESCRIPTOR)
_ROLE = encoders.EnumNames(access_pb2.Role.DESCRIPTOR)
_PERMISSION = encoders.EnumNames(options_pb2.Permission.DESCRIPTOR)


def encode_audit_entry(m: audit_pb2.AuditEntry) -> dict[str, Any]:
    return {
        "id": str(m.id),
        "createTime": encoders.timestamp(m.create_time) if m.HasField("create_time") else None,
        "actor": m.actor,
        "action": _AUDIT_ACTION[m.action],
        "resource": m.resource,
        "principal": access_gateway.encode_principal(m.principal) if m.HasField("principal") else None,
        "role": _ROLE[m.role],
        "customRole": m.custom_role,
        "denied": [_PERMISSION[each] for each in m.denied],
        "details": dict(m.details),
    }


def encode_list_audit_entries_response(m: audit_pb2.ListAuditEntriesResponse) -> dict[str, Any]:
    return {
        "entries": [encode_audit_entry(each) for each in m.entries],
        "nextPageToken": m.next_page_token,
    }


def encode_export_audit_entries_response(m: audit_pb2.ExportAuditEntriesResponse) -> dict[str, Any]:
    return {
        "jsonLines": m.json_lines,
    }


_list_audit_entries = Method(
    "/shoal.project.v1.AuditService/ListAuditEntries",
    audit_pb2.ListAuditEntriesRequest,
    audit_pb2.ListAuditEntriesResponse,
    encode=encode_list_audit_entries_response,
)
_export_audit_entries = Method(
    "/shoal.project.v1.AuditService/ExportAuditEntries",
    audit_pb2.ExportAuditEntriesRequest,
    audit_pb2.ExportAuditEntriesResponse,
    server_streaming=True,
    encode=encode_export_audit_entries_response,
)

AUDIT_SERVICE: tuple[Binding, ...] = (
    Binding("GET", "/v1/auditEntries", _list_audit_entries),
    Binding("GET", "/v1/auditEntries:export", _export_audit_entries),
)
"""shoal.project.v1.AuditService."""
