"""REST for shoal/project/v1/permission.proto. Written by protoc-gen-aiohttp-gateway; do not edit."""

from __future__ import annotations

from typing import Any

from edge.gateway import encoders
from edge.gateway.binding import Binding, Method

from shoal.options.v1 import options_pb2
from shoal.project.v1 import access_gateway
from shoal.project.v1 import access_pb2
from shoal.project.v1 import permission_pb2

_PERMISSION = encoders.EnumNames(options_pb2.Permission.DESCRIPTOR)
_ROLE = encoders.EnumNames(access_pb2.Role.DESCRIPTOR)
_EFFECT = encoders.EnumNames(permission_pb2.ExplainPermissionResponse.Effect.DESCRIPTOR)


def encode_answer(m: permission_pb2.Answer) -> dict[str, Any]:
    return {
        "allowed": m.allowed,
        "permissions": [_PERMISSION[each] for each in m.permissions],
        "role": _ROLE[m.role],
        "path": list(m.path),
    }


def encode_check_permission_response(m: permission_pb2.CheckPermissionResponse) -> dict[str, Any]:
    return {
        "answer": encode_answer(m.answer) if m.HasField("answer") else None,
        "epoch": str(m.epoch),
    }


def encode_batch_check_permissions_response(m: permission_pb2.BatchCheckPermissionsResponse) -> dict[str, Any]:
    return {
        "answers": [encode_answer(each) for each in m.answers],
        "epoch": str(m.epoch),
    }


def encode_explain_permission_response(m: permission_pb2.ExplainPermissionResponse) -> dict[str, Any]:
    return {
        "allowed": m.allowed,
        "reasons": [encode_explain_permission_response_reason(each) for each in m.reasons],
        "missing": m.missing,
        "archived": m.archived,
    }


def encode_explain_permission_response_reason(m: permission_pb2.ExplainPermissionResponse.Reason) -> dict[str, Any]:
    return {
        "grant": access_gateway.encode_grant(m.grant) if m.HasField("grant") else None,
        "effect": _EFFECT[m.effect],
        "path": list(m.path),
    }


_check_permission = Method(
    "/shoal.project.v1.PermissionService/CheckPermission",
    permission_pb2.CheckPermissionRequest,
    permission_pb2.CheckPermissionResponse,
    encode=encode_check_permission_response,
)
_batch_check_permissions = Method(
    "/shoal.project.v1.PermissionService/BatchCheckPermissions",
    permission_pb2.BatchCheckPermissionsRequest,
    permission_pb2.BatchCheckPermissionsResponse,
    encode=encode_batch_check_permissions_response,
)
_explain_permission = Method(
    "/shoal.project.v1.PermissionService/ExplainPermission",
    permission_pb2.ExplainPermissionRequest,
    permission_pb2.ExplainPermissionResponse,
    encode=encode_explain_permission_response,
)

PERMISSION_SERVICE: tuple[Binding, ...] = (
    Binding("POST", "/v1/permissions:check", _check_permission, body="*"),
    Binding("POST", "/v1/permissions:batchCheck", _batch_check_permissions, body="*"),
    Binding("POST", "/v1/permissions:explain", _explain_permission, body="*"),
)
"""shoal.project.v1.PermissionService."""
