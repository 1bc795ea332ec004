"""Model: who is meant and what is granted, as values. Knows no table, no message and no rule."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import NamedTuple, TypeAlias

from mesh.faults import InvalidField
from mesh.identity import Identity
from mesh.resource_names import Kind, parse
from services.project.roles import NOTHING, TABLE, Permissions, Role

Clock: TypeAlias = Callable[[], datetime]
"""What time it is, in UTC."""


class PrincipalKind(IntEnum):
    """Who can be granted something; NOBODY in records of what concerns nobody in particular."""

    NOBODY = 0
    USER = 1
    GROUP = 2
    ORGANIZATION = 3
    SHARE_LINK = 4


class Principal(NamedTuple):
    """A user by subject, anything else by name."""

    kind: PrincipalKind
    name: str


NOBODY = Principal(PrincipalKind.NOBODY, "")


class Place(IntEnum):
    """Kinds of resources proper, as they are stored."""

    ORGANIZATION = 1
    PROJECT = 2
    FOLDER = 3
    DOCUMENT = 4


@dataclass(frozen=True, slots=True)
class User:
    """A user as their token says; organisations by name."""

    subject: str
    groups: tuple[str, ...] = ()
    organizations: tuple[str, ...] = ()

    @classmethod
    def of(cls, identity: Identity) -> User:
        """Return the user behind a verified identity."""
        return cls(identity.subject, identity.groups, organization_names(identity.organizations))


def organization_names(claim: tuple[str, ...]) -> tuple[str, ...]:
    """Return the names that a claim of names or ids means; what can be neither is left out."""
    found = []
    for each in claim:
        name = each if each.startswith("organizations/") else f"organizations/{each}"
        try:
            found.append(parse(name, "organizations", Kind.ORGANIZATION).text)
        except InvalidField:
            continue
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Grant:
    """What one principal may and may not do; `custom_role` is its name, and `custom` what it allows."""

    principal: Principal
    role: Role = Role.NONE
    custom_role: str = ""
    custom: Permissions = NOTHING
    denied: Permissions = NOTHING
    grantor: str = ""
    create_time: datetime | None = None

    @property
    def allows(self) -> Permissions:
        """All that it allows."""
        return TABLE[self.role] | self.custom


@dataclass(frozen=True, slots=True)
class Level:
    """One resource of a path, with those of its grants that are a user's."""

    key: int
    name: str
    place: Place
    archived: bool = False
    grants: tuple[Grant, ...] = ()
