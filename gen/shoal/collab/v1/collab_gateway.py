"""REST for shoal/collab/v1/collab.proto. Written by protoc-gen-aiohttp-gateway; do not edit."""

from __future__ import annotations

from typing import Any

from edge.gateway import encoders
from edge.gateway.binding import Binding, Method

from shoal.collab.v1 import collab_pb2
from shoal.type.v1 import operation_gateway

_PRESENCE_STATE = encoders.EnumNames(collab_pb2.PresenceState.DESCRIPTOR)


def encode_participant(m: collab_pb2.Participant) -> dict[str, Any]:
    return {
        "site": m.site,
        "subject": m.subject,
        "displayName": m.display_name,
        "selection": operation_gateway.encode_selection(m.selection) if m.HasField("selection") else None,
        "state": _PRESENCE_STATE[m.state],
        "joinTime": encoders.timestamp(m.join_time) if m.HasField("join_time") else None,
    }


def encode_submit_operation_response(m: collab_pb2.SubmitOperationResponse) -> dict[str, Any]:
    return {
        "operation": operation_gateway.encode_committed_operation(m.operation) if m.HasField("operation") else None,
        "transformedAgainst": [str(each) for each in m.transformed_against],
    }


def encode_watch_document_response(m: collab_pb2.WatchDocumentResponse) -> dict[str, Any]:
    return {
        "operations": [operation_gateway.encode_committed_operation(each) for each in m.operations],
    }


def encode_list_participants_response(m: collab_pb2.ListParticipantsResponse) -> dict[str, Any]:
    return {
        "participants": [encode_participant(each) for each in m.participants],
    }


_submit_operation = Method(
    "/shoal.collab.v1.CollabService/SubmitOperation",
    collab_pb2.SubmitOperationRequest,
    collab_pb2.SubmitOperationResponse,
    encode=encode_submit_operation_response,
)
_watch_document = Method(
    "/shoal.collab.v1.CollabService/WatchDocument",
    collab_pb2.WatchDocumentRequest,
    collab_pb2.WatchDocumentResponse,
    server_streaming=True,
    encode=encode_watch_document_response,
)
_list_participants = Method(
    "/shoal.collab.v1.CollabService/ListParticipants",
    collab_pb2.ListParticipantsRequest,
    collab_pb2.ListParticipantsResponse,
    encode=encode_list_participants_response,
)

COLLAB_SERVICE: tuple[Binding, ...] = (
    Binding("POST", "/v1/{name=documents/*}:submitOperation", _submit_operation, body="*"),
    Binding("GET", "/v1/{name=documents/*}:watch", _watch_document),
    Binding("GET", "/v1/{name=documents/*}/participants", _list_participants),
)
"""shoal.collab.v1.CollabService."""
