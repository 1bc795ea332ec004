"""REST for shoal/document/v1/version.proto. Written by protoc-gen-aiohttp-gateway; do not edit."""

from __future__ import annotations

from typing import Any

from edge.gateway import encoders
from edge.gateway.binding import Binding, Method

from shoal.document.v1 import version_pb2

_VERSION_KIND = encoders.EnumNames(version_pb2.VersionKind.DESCRIPTOR)


def encode_version(m: version_pb2.Version) -> dict[str, Any]:
    return {
        "name": m.name,
        "title": m.title,
        "description": m.description,
        "revision": str(m.revision),
        "kind": _VERSION_KIND[m.kind],
        "creator": m.creator,
        "createTime": encoders.timestamp(m.create_time) if m.HasField("create_time") else None,
        "revisionTime": encoders.timestamp(m.revision_time) if m.HasField("revision_time") else None,
    }


def encode_create_version_response(m: version_pb2.CreateVersionResponse) -> dict[str, Any]:
    return {
        "version": encode_version(m.version) if m.HasField("version") else None,
    }


def encode_get_version_response(m: version_pb2.GetVersionResponse) -> dict[str, Any]:
    return {
        "version": encode_version(m.version) if m.HasField("version") else None,
    }


def encode_list_versions_response(m: version_pb2.ListVersionsResponse) -> dict[str, Any]:
    return {
        "versions": [encode_version(each) for each in m.versions],
        "nextPageToken": m.next_page_token,
    }


def encode_update_version_response(m: version_pb2.UpdateVersionResponse) -> dict[str, Any]:
    return {
        "version": encode_version(m.version) if m.HasField("version") else None,
    }


def encode_delete_version_response(m: version_pb2.DeleteVersionResponse) -> dict[str, Any]:
    return {}


_create_version = Method(
    "/shoal.document.v1.VersionService/CreateVersion",
    version_pb2.CreateVersionRequest,
    version_pb2.CreateVersionResponse,
    encode=encode_create_version_response,
)
_get_version = Method(
    "/shoal.document.v1.VersionService/GetVersion",
    version_pb2.GetVersionRequest,
    version_pb2.GetVersionResponse,
    encode=encode_get_version_response,
)
_list_versions = Method(
    "/shoal.document.v1.VersionService/ListVersions",
    version_pb2.ListVersionsRequest,
    version_pb2.ListVersionsResponse,
    encode=encode_list_versions_response,
)
_update_version = Method(
    "/shoal.document.v1.VersionService/UpdateVersion",
    version_pb2.UpdateVersionRequest,
    version_pb2.UpdateVersionResponse,
    encode=encode_update_version_response,
)
_delete_version = Method(
    "/shoal.document.v1.VersionService/DeleteVersion",
    version_pb2.DeleteVersionRequest,
    version_pb2.DeleteVersionResponse,
    encode=encode_delete_version_response,
)

VERSION_SERVICE: tuple[Binding, ...] = (
    Binding("POST", "/v1/{document=documents/*}/versions", _create_version, body="version"),
    Binding("GET", "/v1/{name=documents/*/versions/*}", _get_version),
    Binding("GET", "/v1/{document=documents/*}/versions", _list_versions),
    Binding("PATCH", "/v1/{version.name=documents/*/versions/*}", _update_version, body="version"),
    Binding("DELETE", "/v1/{name=documents/*/versions/*}", _delete_version),
)
"""shoal.document.v1.VersionService."""
