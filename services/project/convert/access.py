"""Custom roles, invitations and links as messages, and what is asked for when they are made."""

from __future__ import annotations

from services.project import custom_roles, granting
from services.project.convert.common import permissions_from_proto, role_from_proto, role_to_proto, time_to_proto
from services.project.roles import TABLE, Role
from services.project.store.rows import CustomRoleRow, InvitationRow, ShareLinkRow
from shoal.project.v1 import access_pb2 as pb


def wanted_from_proto(request: pb.SetGrantRequest) -> granting.Wanted:
    """Return what is to be granted. Raises InvalidField."""
    return granting.Wanted(
        request.resource,
        role_from_proto(request.role, "role"),
        request.custom_role,
        permissions_from_proto(request.denied),
    )


def invited_from_proto(message: pb.Invitation) -> granting.Wanted:
    """Return what somebody is to be invited to. Raises InvalidField."""
    return granting.Wanted(message.resource, role_from_proto(message.role, "invitation.role"), message.custom_role)


def custom_role_to_proto(row: CustomRoleRow) -> pb.CustomRole:
    """Return the message of a custom role."""
    return pb.CustomRole(name=row.name, title=row.title, permissions=sorted(row.permissions))


def custom_role_from_proto(message: pb.CustomRole) -> custom_roles.Wanted:
    """Return what somebody wants of a custom role."""
    return custom_roles.Wanted(message.name, message.title, permissions_from_proto(message.permissions))


def standard_roles() -> list[pb.ListRolesResponse.StandardRole]:
    """Return the table of roles."""
    return [
        pb.ListRolesResponse.StandardRole(role=role_to_proto(role), permissions=sorted(TABLE[role]))
        for role in Role
        if role is not Role.NONE
    ]


def invitation_to_proto(row: InvitationRow) -> pb.Invitation:
    """Return the message of an invitation."""
    return pb.Invitation(
        name=row.name,
        resource=row.resource,
        email=row.email,
        role=role_to_proto(row.role),
        custom_role=row.custom_role,
        expire_time=time_to_proto(row.expire_time),
        inviter=row.inviter,
        create_time=time_to_proto(row.create_time),
    )


def share_link_to_proto(row: ShareLinkRow) -> pb.ShareLink:
    """Return the message of a link."""
    return pb.ShareLink(
        name=row.name,
        resource=row.resource,
        role=role_to_proto(row.role),
        expire_time=time_to_proto(row.expire_time),
        has_password=bool(row.password),
        creator=row.creator,
        create_time=time_to_proto(row.create_time),
        redemptions=row.redemptions,
    )
