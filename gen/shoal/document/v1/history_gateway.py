"""REST for shoal/document/v1/history.proto. Written by protoc-gen-aiohttp-gateway; do not edit."""

from __future__ import annotations

from typing import Any

from edge.gateway import encoders
from edge.gateway.binding import Binding, Method

from shoal.document.v1 import document_gateway
from shoal.document.v1 import history_pb2
from shoal.type.v1 import operation_gateway

_CAUSALITY = encoders.EnumNames(history_pb2.Causality.DESCRIPTOR)


def encode_list_operations_response(m: history_pb2.ListOperationsResponse) -> dict[str, Any]:
    return {
        "operations": [operation_gateway.encode_committed_operation(each) for each in m.operations],
        "nextPageToken": m.next_page_token,
    }


def encode_list_edit_sessions_response(m: history_pb2.ListEditSessionsResponse) -> dict[str, Any]:
    return {
        "editSessions": [encode_edit_session(each) for each in m.edit_sessions],
        "nextPageToken": m.next_page_token,
    }


def encode_edit_session(m: history_pb2.EditSession) -> dict[str, Any]:
    return {
        "firstRevision": str(m.first_revision),
        "lastRevision": str(m.last_revision),
        "startTime": encoders.timestamp(m.start_time) if m.HasField("start_time") else None,
        "endTime": encoders.timestamp(m.end_time) if m.HasField("end_time") else None,
        "contributions": [encode_contribution(each) for each in m.contributions],
    }


def encode_contribution(m: history_pb2.Contribution) -> dict[str, Any]:
    return {
        "author": m.author,
        "agent": m.agent,
        "operations": str(m.operations),
        "inserted": str(m.inserted),
        "deleted": str(m.deleted),
    }


def encode_compare_operations_response(m: history_pb2.CompareOperationsResponse) -> dict[str, Any]:
    return {
        "causality": _CAUSALITY[m.causality],
        "clock": [encode_clock_entry(each) for each in m.clock],
        "otherClock": [encode_clock_entry(each) for each in m.other_clock],
    }


def encode_clock_entry(m: history_pb2.ClockEntry) -> dict[str, Any]:
    return {
        "site": m.site,
        "siteSequence": str(m.site_sequence),
    }


def encode_diff_revisions_response(m: history_pb2.DiffRevisionsResponse) -> dict[str, Any]:
    return {
        "fromRevision": str(m.from_revision),
        "toRevision": str(m.to_revision),
        "components": [operation_gateway.encode_component(each) for each in m.components],
        "html": m.html,
        "inserted": str(m.inserted),
        "deleted": str(m.deleted),
    }


def encode_get_blame_response(m: history_pb2.GetBlameResponse) -> dict[str, Any]:
    return {
        "revision": str(m.revision),
        "runs": [encode_blame_run(each) for each in m.runs],
    }


def encode_blame_run(m: history_pb2.BlameRun) -> dict[str, Any]:
    return {
        "length": m.length,
        "author": m.author,
        "agent": m.agent,
    }


def encode_restore_document_response(m: history_pb2.RestoreDocumentResponse) -> dict[str, Any]:
    return {
        "restoredRevision": str(m.restored_revision),
        "revision": str(m.revision),
        "changed": m.changed,
    }


def encode_export_history_response(m: history_pb2.ExportHistoryResponse) -> dict[str, Any]:
    return {
        "chunk": encoders.octets(m.chunk),
        "exportedOperations": str(m.exported_operations),
        "totalOperations": str(m.total_operations),
    }


def encode_import_history_response(m: history_pb2.ImportHistoryResponse) -> dict[str, Any]:
    return {
        "document": document_gateway.encode_document(m.document) if m.HasField("document") else None,
        "operations": str(m.operations),
    }


_list_operations = Method(
    "/shoal.document.v1.HistoryService/ListOperations",
    history_pb2.ListOperationsRequest,
    history_pb2.ListOperationsResponse,
    encode=encode_list_operations_response,
)
_list_edit_sessions = Method(
    "/shoal.document.v1.HistoryService/ListEditSessions",
    history_pb2.ListEditSessionsRequest,
    history_pb2.ListEditSessionsResponse,
    encode=encode_list_edit_sessions_response,
)
_compare_operations = Method(
    "/shoal.document.v1.HistoryService/CompareOperations",
    history_pb2.CompareOperationsRequest,
    history_pb2.CompareOperationsResponse,
    encode=encode_compare_operations_response,
)
_diff_revisions = Method(
    "/shoal.document.v1.HistoryService/DiffRevisions",
    history_pb2.DiffRevisionsRequest,
    history_pb2.DiffRevisionsResponse,
    server_streaming=True,
    encode=encode_diff_revisions_response,
)
_get_blame = Method(
    "/shoal.document.v1.HistoryService/GetBlame",
    history_pb2.GetBlameRequest,
    history_pb2.GetBlameResponse,
    server_streaming=True,
    encode=encode_get_blame_response,
)
_restore_document = Method(
    "/shoal.document.v1.HistoryService/RestoreDocument",
    history_pb2.RestoreDocumentRequest,
    history_pb2.RestoreDocumentResponse,
    encode=encode_restore_document_response,
)
_export_history = Method(
    "/shoal.document.v1.HistoryService/ExportHistory",
    history_pb2.ExportHistoryRequest,
    history_pb2.ExportHistoryResponse,
    server_streaming=True,
    encode=encode_export_history_response,
)
_import_history = Method(
    "/shoal.document.v1.HistoryService/ImportHistory",
    history_pb2.ImportHistoryRequest,
    history_pb2.ImportHistoryResponse,
    client_streaming=True,
    encode=encode_import_history_response,
)

HISTORY_SERVICE: tuple[Binding, ...] = (
    Binding("GET", "/v1/{document=documents/*}/operations", _list_operations),
    Binding("GET", "/v1/{document=documents/*}/editSessions", _list_edit_sessions),
    Binding("GET", "/v1/{document=documents/*}:compareOperations", _compare_operations),
    Binding("GET", "/v1/{document=documents/*}:diff", _diff_revisions),
    Binding("GET", "/v1/{document=documents/*}:blame", _get_blame),
    Binding("POST", "/v1/{document=documents/*}:restore", _restore_document, body="*"),
    Binding("GET", "/v1/{document=documents/*}:exportHistory", _export_history),
    Binding("POST", "/v1/documents:importHistory", _import_history, body="*"),
)
"""shoal.document.v1.HistoryService."""
