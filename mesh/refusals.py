"""Refusals: how somebody is answered who lacks a permission, the same from every service.

Pure. Who may not know that something is there hears what they would hear if it were not.
"""

from __future__ import annotations

import grpc

from mesh.faults import DocumentNotFound, Fault, PermissionDenied, Reason
from mesh.resource_names import Kind, ResourceName
from mesh.rpc_table import Permission

SEEN_BY = {
    Kind.ORGANIZATION: Permission.PERMISSION_ORGANIZATION_READ,
    Kind.GROUP: Permission.PERMISSION_ORGANIZATION_READ,
    Kind.ROLE: Permission.PERMISSION_ORGANIZATION_READ,
    Kind.PROJECT: Permission.PERMISSION_PROJECT_READ,
    Kind.FOLDER: Permission.PERMISSION_PROJECT_READ,
    Kind.DOCUMENT: Permission.PERMISSION_DOCUMENT_READ,
    Kind.VERSION: Permission.PERMISSION_DOCUMENT_READ,
}
"""Who has this may know that it is there. What leads elsewhere, an invitation or a link, is not among them."""


class ResourceNotFound(Fault):
    """No such organisation, project or folder, or none the caller may know of."""

    code, reason = grpc.StatusCode.NOT_FOUND, Reason.ERROR_REASON_RESOURCE_NOT_FOUND

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} does not exist", resource=name)


class InvitationNotFound(Fault):
    """No invitation that the caller could accept or revoke."""

    code, reason = grpc.StatusCode.NOT_FOUND, Reason.ERROR_REASON_INVITATION_NOT_FOUND

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} does not exist, is over, or is not yours", invitation=name)


class ShareLinkNotFound(Fault):
    """No link that could be redeemed, or revoked, so."""

    code, reason = grpc.StatusCode.NOT_FOUND, Reason.ERROR_REASON_SHARE_LINK_NOT_FOUND

    def __init__(self, **facts: object) -> None:
        super().__init__("there is no such link, or it is over, or the password is wrong", **facts)


class ResourceArchived(Fault):
    """Nothing may be changed in what is archived."""

    code, reason = grpc.StatusCode.FAILED_PRECONDITION, Reason.ERROR_REASON_RESOURCE_ARCHIVED

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} is archived; unarchive it first", archived=name)


class PermissionsUnavailable(Fault):
    """Who knows what is granted is away: nothing was changed, and nothing is allowed."""

    code, reason = grpc.StatusCode.UNAVAILABLE, Reason.ERROR_REASON_PERMISSIONS_UNAVAILABLE
    retry_after_ms = 1000

    def __init__(self) -> None:
        super().__init__("projects and permissions cannot be reached")


def not_found(name: ResourceName) -> Fault:
    """Return the fault that says that there is nothing of this name."""
    match name.kind:
        case Kind.DOCUMENT | Kind.VERSION:
            return DocumentNotFound(name.owner)
        case Kind.INVITATION:
            return InvitationNotFound(name.text)
        case Kind.SHARE_LINK:
            return ShareLinkNotFound()
        case _:
            return ResourceNotFound(name.owner)


def lacking(permission: Permission, resource: str) -> PermissionDenied:
    """Return the fault for who may know of a resource, and lacks a permission on it."""
    name = Permission.Name(permission)
    return PermissionDenied(f"this needs {name} on {resource}", permission=name, resource=resource)
