"""Roles: the table role × permission. Pure; docs/permissions.md shows it to people, and a test compares the two.

Each role has all that the one before has, and what its line adds.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum
from typing import TypeAlias

from shoal.options.v1.options_pb2 import (
    PERMISSION_AUDIT_READ,
    PERMISSION_DOCUMENT_COMMENT,
    PERMISSION_DOCUMENT_CREATE,
    PERMISSION_DOCUMENT_DELETE,
    PERMISSION_DOCUMENT_READ,
    PERMISSION_DOCUMENT_WRITE,
    PERMISSION_FOLDER_WRITE,
    PERMISSION_ORGANIZATION_ADMINISTER,
    PERMISSION_ORGANIZATION_READ,
    PERMISSION_OWN,
    PERMISSION_PROJECT_ADMINISTER,
    PERMISSION_PROJECT_CREATE,
    PERMISSION_PROJECT_READ,
    PERMISSION_SHARE,
    Permission,
)

Permissions: TypeAlias = "frozenset[Permission]"
NOTHING: Permissions = frozenset()


class Role(IntEnum):
    """As shoal.project.v1.Role; NONE where a custom role, or only a denial, is meant."""

    NONE = 0
    VIEWER = 1
    COMMENTER = 2
    EDITOR = 3
    ADMIN = 4
    OWNER = 5


_ADDED = {
    Role.NONE: (),
    Role.VIEWER: (PERMISSION_DOCUMENT_READ, PERMISSION_PROJECT_READ, PERMISSION_ORGANIZATION_READ),
    Role.COMMENTER: (PERMISSION_DOCUMENT_COMMENT,),
    Role.EDITOR: (
        PERMISSION_DOCUMENT_WRITE,
        PERMISSION_DOCUMENT_CREATE,
        PERMISSION_DOCUMENT_DELETE,
        PERMISSION_FOLDER_WRITE,
        PERMISSION_PROJECT_CREATE,
    ),
    Role.ADMIN: (
        PERMISSION_PROJECT_ADMINISTER,
        PERMISSION_ORGANIZATION_ADMINISTER,
        PERMISSION_SHARE,
        PERMISSION_AUDIT_READ,
    ),
    Role.OWNER: (PERMISSION_OWN,),
}

TABLE: dict[Role, Permissions] = {
    role: frozenset(each for lesser in Role if lesser <= role for each in _ADDED[lesser]) for role in Role
}

ALL = TABLE[Role.OWNER]
"""All that is held on a resource."""

CUSTOMISABLE = TABLE[Role.ADMIN]
"""What a custom role may consist of: ownership is one role, so that it is known who owns."""

READING: Permissions = frozenset(
    {PERMISSION_DOCUMENT_READ, PERMISSION_PROJECT_READ, PERMISSION_ORGANIZATION_READ, PERMISSION_AUDIT_READ}
)
"""What stays of any role where everything is archived."""


def strongest_within(permissions: Permissions) -> Role:
    """Return the strongest role that has no more than these."""
    return max(role for role in Role if TABLE[role] <= permissions)


def weakest_with(permission: Permission) -> Role:
    """Return the weakest role that has this permission, which is one of ALL."""
    return min(role for role in Role if permission in TABLE[role])


def names_of(permissions: Iterable[Permission]) -> list[str]:
    """Return the names of permissions, in the order of their numbers."""
    return [Permission.Name(each) for each in sorted(permissions)]
