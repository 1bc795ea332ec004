"""What several services of the contract share: principals, grants, roles, permissions, times."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import cast

from google.protobuf.timestamp_pb2 import Timestamp

from mesh.faults import InvalidField
from services.project.model import Grant, Principal, PrincipalKind
from services.project.roles import Permissions, Role
from shoal.options.v1.options_pb2 import Permission
from shoal.project.v1 import access_pb2 as pb


def role_from_proto(role: int, field: str) -> Role:
    """Return a role. Raises InvalidField for a number that is none."""
    try:
        return Role(role)
    except ValueError:
        raise InvalidField(field, "is not a role") from None


def role_to_proto(role: Role) -> pb.Role:
    """Return a role as a message has it."""
    return cast(pb.Role, int(role))


def permissions_from_proto(permissions: Iterable[Permission]) -> Permissions:
    """Return a set of permissions; whether they are any is checked where it is known which may be."""
    return frozenset(permissions)


def principal_from_proto(message: pb.Principal) -> Principal:
    """Return who is meant; nobody for an empty message."""
    match message.WhichOneof("who"):
        case "user":
            return Principal(PrincipalKind.USER, message.user)
        case "group":
            return Principal(PrincipalKind.GROUP, message.group)
        case "organization":
            return Principal(PrincipalKind.ORGANIZATION, message.organization)
        case "share_link":
            return Principal(PrincipalKind.SHARE_LINK, message.share_link)
        case _:
            return Principal(PrincipalKind.NOBODY, "")


def principal_to_proto(principal: Principal) -> pb.Principal | None:
    """Return the message of a principal; None for nobody."""
    match principal.kind:
        case PrincipalKind.USER:
            return pb.Principal(user=principal.name)
        case PrincipalKind.GROUP:
            return pb.Principal(group=principal.name)
        case PrincipalKind.ORGANIZATION:
            return pb.Principal(organization=principal.name)
        case PrincipalKind.SHARE_LINK:
            return pb.Principal(share_link=principal.name)
        case _:
            return None


def grant_to_proto(resource: str, grant: Grant) -> pb.Grant:
    """Return the message of a grant on a resource."""
    return pb.Grant(
        resource=resource,
        principal=principal_to_proto(grant.principal),
        role=role_to_proto(grant.role),
        custom_role=grant.custom_role,
        denied=sorted(grant.denied),
        grantor=grant.grantor,
        create_time=time_to_proto(grant.create_time),
    )


def time_to_proto(time: datetime | None) -> Timestamp | None:
    """Return a moment as a message; None for none."""
    if time is None:
        return None
    message = Timestamp()
    message.FromDatetime(time)
    return message


def time_from_proto(message: Timestamp, field: str) -> datetime:
    """Return the moment of a message. Raises InvalidField for what is no moment of a calendar."""
    try:
        return message.ToDatetime(tzinfo=UTC)
    except (ValueError, OverflowError):
        raise InvalidField(field, "is not a time between the years 1 and 9999") from None
