"""REST for shoal/project/v1/access.proto. Written by protoc-gen-aiohttp-gateway; do not edit."""

from __future__ import annotations

from typing import Any

from edge.gateway import encoders
from edge.gateway.binding import Binding, Method

from shoal.options.v1 import options_pb2
from shoal.project.v1 import access_pb2

_ROLE = encoders.EnumNames(access_pb2.Role.DESCRIPTOR)
_PERMISSION = encoders.EnumNames(options_pb2.Permission.DESCRIPTOR)


def encode_principal(m: access_pb2.Principal) -> dict[str, Any]:
    out: dict[str, Any] = {}
    if m.HasField("user"):
        out["user"] = m.user
    elif m.HasField("group"):
        out["group"] = m.group
    elif m.HasField("organization"):
        out["organization"] = m.organization
    elif m.HasField("share_link"):
        out["shareLink"] = m.share_link
    return out


def encode_grant(m: access_pb2.Grant) -> dict[str, Any]:
    return {
        "resource": m.resource,
        "principal": encode_principal(m.principal) if m.HasField("principal") else None,
        "role": _ROLE[m.role],
        "customRole": m.custom_role,
        "denied": [_PERMISSION[each] for each in m.denied],
        "grantor": m.grantor,
        "createTime": encoders.timestamp(m.create_time) if m.HasField("create_time") else None,
    }


def encode_set_grant_response(m: access_pb2.SetGrantResponse) -> dict[str, Any]:
    return {
        "grant": encode_grant(m.grant) if m.HasField("grant") else None,
    }


def encode_revoke_grant_response(m: access_pb2.RevokeGrantResponse) -> dict[str, Any]:
    return {}


def encode_list_grants_response(m: access_pb2.ListGrantsResponse) -> dict[str, Any]:
    return {
        "grants": [encode_grant(each) for each in m.grants],
        "nextPageToken": m.next_page_token,
    }


def encode_transfer_ownership_response(m: access_pb2.TransferOwnershipResponse) -> dict[str, Any]:
    return {
        "grant": encode_grant(m.grant) if m.HasField("grant") else None,
        "formerOwner": encode_grant(m.former_owner) if m.HasField("former_owner") else None,
    }


def encode_custom_role(m: access_pb2.CustomRole) -> dict[str, Any]:
    return {
        "name": m.name,
        "title": m.title,
        "permissions": [_PERMISSION[each] for each in m.permissions],
    }


def encode_create_role_response(m: access_pb2.CreateRoleResponse) -> dict[str, Any]:
    return {
        "role": encode_custom_role(m.role) if m.HasField("role") else None,
    }


def encode_list_roles_response(m: access_pb2.ListRolesResponse) -> dict[str, Any]:
    return {
        "standardRoles": [encode_list_roles_response_standard_role(each) for each in m.standard_roles],
        "customRoles": [encode_custom_role(each) for each in m.custom_roles],
    }


def encode_list_roles_response_standard_role(m: access_pb2.ListRolesResponse.StandardRole) -> dict[str, Any]:
    return {
        "role": _ROLE[m.role],
        "permissions": [_PERMISSION[each] for each in m.permissions],
    }


def encode_update_role_response(m: access_pb2.UpdateRoleResponse) -> dict[str, Any]:
    return {
        "role": encode_custom_role(m.role) if m.HasField("role") else None,
    }


def encode_delete_role_response(m: access_pb2.DeleteRoleResponse) -> dict[str, Any]:
    return {}


def encode_invitation(m: access_pb2.Invitation) -> dict[str, Any]:
    return {
        "name": m.name,
        "resource": m.resource,
        "email": m.email,
        "role": _ROLE[m.role],
        "customRole": m.custom_role,
        "expireTime": encoders.timestamp(m.expire_time) if m.HasField("expire_time") else None,
        "inviter": m.inviter,
        "createTime": encoders.timestamp(m.create_time) if m.HasField("create_time") else None,
    }


def encode_create_invitation_response(m: access_pb2.CreateInvitationResponse) -> dict[str, Any]:
    return {
        "invitation": encode_invitation(m.invitation) if m.HasField("invitation") else None,
        "token": m.token,
    }


def encode_list_invitations_response(m: access_pb2.ListInvitationsResponse) -> dict[str, Any]:
    return {
        "invitations": [encode_invitation(each) for each in m.invitations],
        "nextPageToken": m.next_page_token,
    }


def encode_accept_invitation_response(m: access_pb2.AcceptInvitationResponse) -> dict[str, Any]:
    return {
        "grant": encode_grant(m.grant) if m.HasField("grant") else None,
    }


def encode_revoke_invitation_response(m: access_pb2.RevokeInvitationResponse) -> dict[str, Any]:
    return {}


def encode_share_link(m: access_pb2.ShareLink) -> dict[str, Any]:
    return {
        "name": m.name,
        "resource": m.resource,
        "role": _ROLE[m.role],
        "expireTime": encoders.timestamp(m.expire_time) if m.HasField("expire_time") else None,
        "hasPassword": m.has_password,
        "creator": m.creator,
        "createTime": encoders.timestamp(m.create_time) if m.HasField("create_time") else None,
        "redemptions": str(m.redemptions),
    }


def encode_create_share_link_response(m: access_pb2.CreateShareLinkResponse) -> dict[str, Any]:
    return {
        "shareLink": encode_share_link(m.share_link) if m.HasField("share_link") else None,
        "secret": m.secret,
    }


def encode_list_share_links_response(m: access_pb2.ListShareLinksResponse) -> dict[str, Any]:
    return {
        "shareLinks": [encode_share_link(each) for each in m.share_links],
        "nextPageToken": m.next_page_token,
    }


def encode_redeem_share_link_response(m: access_pb2.RedeemShareLinkResponse) -> dict[str, Any]:
    return {
        "grant": encode_grant(m.grant) if m.HasField("grant") else None,
    }


def encode_revoke_share_link_response(m: access_pb2.RevokeShareLinkResponse) -> dict[str, Any]:
    return {}


_set_grant = Method(
    "/shoal.project.v1.AccessService/SetGrant",
    access_pb2.SetGrantRequest,
    access_pb2.SetGrantResponse,
    encode=encode_set_grant_response,
)
_revoke_grant = Method(
    "/shoal.project.v1.AccessService/RevokeGrant",
    access_pb2.RevokeGrantRequest,
    access_pb2.RevokeGrantResponse,
    encode=encode_revoke_grant_response,
)
_list_grants = Method(
    "/shoal.project.v1.AccessService/ListGrants",
    access_pb2.ListGrantsRequest,
    access_pb2.ListGrantsResponse,
    encode=encode_list_grants_response,
)
_transfer_ownership = Method(
    "/shoal.project.v1.AccessService/TransferOwnership",
    access_pb2.TransferOwnershipRequest,
    access_pb2.TransferOwnershipResponse,
    encode=encode_transfer_ownership_response,
)
_create_role = Method(
    "/shoal.project.v1.AccessService/CreateRole",
    access_pb2.CreateRoleRequest,
    access_pb2.CreateRoleResponse,
    encode=encode_create_role_response,
)
_list_roles = Method(
    "/shoal.project.v1.AccessService/ListRoles",
    access_pb2.ListRolesRequest,
    access_pb2.ListRolesResponse,
    encode=encode_list_roles_response,
)
_update_role = Method(
    "/shoal.project.v1.AccessService/UpdateRole",
    access_pb2.UpdateRoleRequest,
    access_pb2.UpdateRoleResponse,
    encode=encode_update_role_response,
)
_delete_role = Method(
    "/shoal.project.v1.AccessService/DeleteRole",
    access_pb2.DeleteRoleRequest,
    access_pb2.DeleteRoleResponse,
    encode=encode_delete_role_response,
)
_create_invitation = Method(
    "/shoal.project.v1.AccessService/CreateInvitation",
    access_pb2.CreateInvitationRequest,
    access_pb2.CreateInvitationResponse,
    encode=encode_create_invitation_response,
)
_list_invitations = Method(
    "/shoal.project.v1.AccessService/ListInvitations",
    access_pb2.ListInvitationsRequest,
    access_pb2.ListInvitationsResponse,
    encode=encode_list_invitations_response,
)
_accept_invitation = Method(
    "/shoal.project.v1.AccessService/AcceptInvitation",
    access_pb2.AcceptInvitationRequest,
    access_pb2.AcceptInvitationResponse,
    encode=encode_accept_invitation_response,
)
_revoke_invitation = Method(
    "/shoal.project.v1.AccessService/RevokeInvitation",
    access_pb2.RevokeInvitationRequest,
    access_pb2.RevokeInvitationResponse,
    encode=encode_revoke_invitation_response,
)
_create_share_link = Method(
    "/shoal.project.v1.AccessService/CreateShareLink",
    access_pb2.CreateShareLinkRequest,
    access_pb2.CreateShareLinkResponse,
    encode=encode_create_share_link_response,
)
_list_share_links = Method(
    "/shoal.project.v1.AccessService/ListShareLinks",
    access_pb2.ListShareLinksRequest,
    access_pb2.ListShareLinksResponse,
    encode=encode_list_share_links_response,
)
_redeem_share_link = Method(
    "/shoal.project.v1.AccessService/RedeemShareLink",
    access_pb2.RedeemShareLinkRequest,
    access_pb2.RedeemShareLinkResponse,
    encode=encode_redeem_share_link_response,
)
_revoke_share_link = Method(
    "/shoal.project.v1.AccessService/RevokeShareLink",
    access_pb2.RevokeShareLinkRequest,
    access_pb2.RevokeShareLinkResponse,
    encode=encode_revoke_share_link_response,
)

ACCESS_SERVICE: tuple[Binding, ...] = (
    Binding("POST", "/v1/grants:set", _set_grant, body="*"),
    Binding("POST", "/v1/grants:revoke", _revoke_grant, body="*"),
    Binding("GET", "/v1/grants", _list_grants),
    Binding("POST", "/v1/ownership:transfer", _transfer_ownership, body="*"),
    Binding("POST", "/v1/{organization=organizations/*}/roles", _create_role, body="*"),
    Binding("GET", "/v1/roles", _list_roles),
    Binding("PATCH", "/v1/{role.name=organizations/*/roles/*}", _update_role, body="role"),
    Binding("DELETE", "/v1/{name=organizations/*/roles/*}", _delete_role),
    Binding("POST", "/v1/invitations", _create_invitation, body="*"),
    Binding("GET", "/v1/invitations", _list_invitations),
    Binding("POST", "/v1/{name=invitations/*}:accept", _accept_invitation, body="*"),
    Binding("POST", "/v1/{name=invitations/*}:revoke", _revoke_invitation, body="*"),
    Binding("POST", "/v1/shareLinks", _create_share_link, body="*"),
    Binding("GET", "/v1/shareLinks", _list_share_links),
    Binding("POST", "/v1/shareLinks:redeem", _redeem_share_link, body="*"),
    Binding("POST", "/v1/{name=shareLinks/*}:revoke", _revoke_share_link, body="*"),
)
"""shoal.project.v1.AccessService."""
