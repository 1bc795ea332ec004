"""REST for shoal/project/v1/organization.proto. Written by protoc-gen-aiohttp-gateway; do not edit."""

from __future__ import annotations

from typing import Any

from edge.gateway import encoders
from edge.gateway.binding import Binding, Method

from shoal.project.v1 import organization_pb2


def encode_organization(m: organization_pb2.Organization) -> dict[str, Any]:
    return {
        "name": m.name,
        "title": m.title,
        "archived": m.archived,
        "createTime": encoders.timestamp(m.create_time) if m.HasField("create_time") else None,
        "etag": m.etag,
    }


def encode_group(m: organization_pb2.Group) -> dict[str, Any]:
    return {
        "name": m.name,
        "title": m.title,
        "members": list(m.members),
        "claimGroups": list(m.claim_groups),
    }


def encode_create_organization_response(m: organization_pb2.CreateOrganizationResponse) -> dict[str, Any]:
    return {
        "organization": encode_organization(m.organization) if m.HasField("organization") else None,
    }


def encode_get_organization_response(m: organization_pb2.GetOrganizationResponse) -> dict[str, Any]:
    return {
        "organization": encode_organization(m.organization) if m.HasField("organization") else None,
    }


def encode_list_organizations_response(m: organization_pb2.ListOrganizationsResponse) -> dict[str, Any]:
    return {
        "organizations": [encode_organization(each) for each in m.organizations],
        "nextPageToken": m.next_page_token,
    }


def encode_update_organization_response(m: organization_pb2.UpdateOrganizationResponse) -> dict[str, Any]:
    return {
        "organization": encode_organization(m.organization) if m.HasField("organization") else None,
    }


def encode_create_group_response(m: organization_pb2.CreateGroupResponse) -> dict[str, Any]:
    return {
        "group": encode_group(m.group) if m.HasField("group") else None,
    }


def encode_list_groups_response(m: organization_pb2.ListGroupsResponse) -> dict[str, Any]:
    return {
        "groups": [encode_group(each) for each in m.groups],
        "nextPageToken": m.next_page_token,
    }


def encode_update_group_response(m: organization_pb2.UpdateGroupResponse) -> dict[str, Any]:
    return {
        "group": encode_group(m.group) if m.HasField("group") else None,
    }


def encode_delete_group_response(m: organization_pb2.DeleteGroupResponse) -> dict[str, Any]:
    return {}


_create_organization = Method(
    "/shoal.project.v1.OrganizationService/CreateOrganization",
    organization_pb2.CreateOrganizationRequest,
    organization_pb2.CreateOrganizationResponse,
    encode=encode_create_organization_response,
)
_get_organization = Method(
    "/shoal.project.v1.OrganizationService/GetOrganization",
    organization_pb2.GetOrganizationRequest,
    organization_pb2.GetOrganizationResponse,
    encode=encode_get_organization_response,
)
_list_organizations = Method(
    "/shoal.project.v1.OrganizationService/ListOrganizations",
    organization_pb2.ListOrganizationsRequest,
    organization_pb2.ListOrganizationsResponse,
    encode=encode_list_organizations_response,
)
_update_organization = Method(
    "/shoal.project.v1.OrganizationService/UpdateOrganization",
    organization_pb2.UpdateOrganizationRequest,
    organization_pb2.UpdateOrganizationResponse,
    encode=encode_update_organization_response,
)
_create_group = Method(
    "/shoal.project.v1.OrganizationService/CreateGroup",
    organization_pb2.CreateGroupRequest,
    organization_pb2.CreateGroupResponse,
    encode=encode_create_group_response,
)
_list_groups = Method(
    "/shoal.project.v1.OrganizationService/ListGroups",
    organization_pb2.ListGroupsRequest,
    organization_pb2.ListGroupsResponse,
    encode=encode_list_groups_response,
)
_update_group = Method(
    "/shoal.project.v1.OrganizationService/UpdateGroup",
    organization_pb2.UpdateGroupRequest,
    organization_pb2.UpdateGroupResponse,
    encode=encode_update_group_response,
)
_delete_group = Method(
    "/shoal.project.v1.OrganizationService/DeleteGroup",
    organization_pb2.DeleteGroupRequest,
    organization_pb2.DeleteGroupResponse,
    encode=encode_delete_group_response,
)

ORGANIZATION_SERVICE: tuple[Binding, ...] = (
    Binding("POST", "/v1/organizations", _create_organization, body="*"),
    Binding("GET", "/v1/{name=organizations/*}", _get_organization),
    Binding("GET", "/v1/organizations", _list_organizations),
    Binding("PATCH", "/v1/{organization.name=organizations/*}", _update_organization, body="organization"),
    Binding("POST", "/v1/{organization=organizations/*}/groups", _create_group, body="*"),
    Binding("GET", "/v1/{organization=organizations/*}/groups", _list_groups),
    Binding("PATCH", "/v1/{group.name=organizations/*/groups/*}", _update_group, body="*"),
    Binding("DELETE", "/v1/{name=organizations/*/groups/*}", _delete_group),
)
"""shoal.project.v1.OrganizationService."""
