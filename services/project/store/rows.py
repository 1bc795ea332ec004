"""Rows as they come out of the store: small values, which know no SQL and no message."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from services.project.model import Grant, Place, Principal, PrincipalKind
from services.project.roles import Permissions, Role

RESOURCE = """r.resource_key, r.parent_key, r.kind, r.name, r.title, r.description, r.archived, r.creator,
    r.create_time, r.generation"""
"""The columns of a ResourceRow, of a table or subquery called r, but for `parent`: the parent's name."""


@dataclass(frozen=True, slots=True)
class ResourceRow:
    """An organisation, project, folder or document; `parent` is the name of what it is in, empty at the top."""

    key: int
    parent_key: int | None
    place: Place
    name: str
    title: str
    description: str
    archived: bool
    creator: str
    create_time: datetime
    generation: int
    parent: str

    @property
    def etag(self) -> str:
        """Changes with every change of what is said of it."""
        return f"m{self.generation}"


def resource_row(row: Any) -> ResourceRow:
    """Return the resource of a row: the columns RESOURCE and the parent's name (null at the top), in this order."""
    values = list(row)[:11]
    values[2], values[10] = Place(values[2]), values[10] or ""
    return ResourceRow(*values)


GRANT_OF_G = """g.principal_kind, g.principal, g.role, c.name AS custom_role, c.permissions, g.denied, g.grantor,
    g.create_time"""
"""The columns of a Grant, of a table of grants g and of custom roles c."""
GRANT_OF_M = "m.principal_kind, m.principal, m.role, m.custom_role, m.permissions, m.denied, m.grantor, m.create_time"
"""The same, of a table m with all of them."""


def grant_of(row: Iterable[Any]) -> Grant:
    """Return the grant of a row that consists of those columns."""
    kind, principal, role, custom_role, custom, denied, grantor, create_time = row
    return Grant(
        principal=Principal(PrincipalKind(kind), principal),
        role=Role(role),
        custom_role=custom_role or "",
        custom=frozenset(custom or ()),
        denied=frozenset(denied),
        grantor=grantor,
        create_time=create_time,
    )


class GroupRow(NamedTuple):
    """A group, whole."""

    key: int
    name: str
    title: str
    members: list[str]
    claims: list[str]


class CustomRoleRow(NamedTuple):
    """A role that an organisation made."""

    key: int
    name: str
    title: str
    permissions: Permissions


class InvitationRow(NamedTuple):
    """An invitation that waits; `custom` is what its custom role allows."""

    key: int
    name: str
    resource: str
    email: str
    role: Role
    custom_role: str
    custom_role_key: int | None
    custom: Permissions
    create_time: datetime
    expire_time: datetime
    inviter: str
    token_hash: bytes


class ShareLinkRow(NamedTuple):
    """A link that is not over."""

    key: int
    name: str
    resource: str
    role: Role
    create_time: datetime
    expire_time: datetime | None
    creator: str
    password: str
    redemptions: int


class AuditRow(NamedTuple):
    """An entry of the record."""

    id: int
    create_time: datetime
    actor: str
    action: int
    resource: str
    principal: Principal
    role: Role
    custom_role: str
    denied: Permissions
    details: dict[str, str]


class Changed(NamedTuple):
    """What an epoch touched: answers about these users, and about these resources and all in them."""

    epoch: int
    subjects: list[str]
    resources: list[str]
