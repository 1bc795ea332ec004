"""Custom roles: sets of permissions that an organisation gives a name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mesh.database import Pool
from mesh.faults import InvalidField
from mesh.identity import Identity
from mesh.resource_names import Kind, parse
from services.project import resources, store
from services.project.errors import AlreadyExists, NotEmpty, RoleNotFound, reachable
from services.project.granting import Granting
from services.project.guard import Guard
from services.project.model import Clock, User
from services.project.roles import CUSTOMISABLE, Permissions, names_of
from services.project.said import check_mask
from services.project.store.changes import Action, Change, Entry, changing
from services.project.store.rows import CustomRoleRow
from services.project.tickets import new_id
from shoal.options.v1.options_pb2 import PERMISSION_ORGANIZATION_READ

_MAX_ROLES = 100


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a role is to be."""

    name: str
    title: str
    permissions: Permissions


class CustomRoles:
    """Create, list, update, delete."""

    def __init__(self, pool: Pool, clock: Clock, guard: Guard, granting: Granting) -> None:
        self._pool, self._clock, self._guard, self._granting = pool, clock, guard, granting

    async def create(self, identity: Identity, organization: str, role_id: str, wanted: Wanted) -> CustomRoleRow:
        """Make a role. Raises InvalidField, PermissionDenied, AlreadyExists, ResourceArchived."""
        _check_permissions(wanted.permissions)
        name = f"{organization}/roles/{role_id or new_id()}"
        async with changing(self._pool, self._clock()) as change:
            granter = await self._granting.granter(change, User.of(identity), organization)
            granter.must_have(wanted.permissions)
            if len(await store.custom_roles.of(change.connection, organization)) >= _MAX_ROLES:
                raise InvalidField("role", f"an organisation has at most {_MAX_ROLES}")
            made = await store.custom_roles.create(change, granter.top.key, name, wanted.title, wanted.permissions)
            if made is None:
                raise AlreadyExists(name)
            await change.record(_set(identity, organization, made))
            return made

    async def of(self, identity: Identity, organization: str) -> list[CustomRoleRow]:
        """Return an organisation's own roles by title; none for who may not see it. Raises InvalidField."""
        if not organization:
            return []
        if PERMISSION_ORGANIZATION_READ not in await self._guard.permissions(identity, organization):
            return []
        with reachable():
            return await store.custom_roles.of(self._pool, organization)

    async def update(self, identity: Identity, wanted: Wanted, mask: Sequence[str]) -> CustomRoleRow:
        """Change a role. Raises InvalidField, PermissionDenied, RoleNotFound, ResourceArchived."""
        organization = parse(wanted.name, "role.name", Kind.ROLE).owner
        fields = ("title", "permissions")
        named = check_mask(mask, fields, [each for each in fields if getattr(wanted, each)])
        async with changing(self._pool, self._clock()) as change:
            granter = await self._granting.granter(change, User.of(identity), organization)
            role = await self._existing(change, wanted.name)
            title = wanted.title if "title" in named else role.title
            permissions = role.permissions
            if "permissions" in named:
                permissions = _check_permissions(wanted.permissions)
                granter.must_have(permissions ^ role.permissions)
            if permissions != role.permissions:
                change.touch(resources=[organization])
            made = await store.custom_roles.update(change, role.key, title, permissions)
            await change.record(_set(identity, organization, made))
            return made

    async def delete(self, identity: Identity, name: str) -> None:
        """Delete a role that nobody is granted. Raises InvalidField, RoleNotFound, NotEmpty, ResourceArchived."""
        organization = parse(name, "name", Kind.ROLE).owner
        async with changing(self._pool, self._clock()) as change:
            await resources.unarchived(change, organization)
            role = await self._existing(change, name)
            if not await store.custom_roles.delete(change, role.key):
                raise NotEmpty(name, "is granted to somebody, or somebody is invited to it")
            await change.record(Entry(Action.ROLE_DELETED, identity.subject, organization, custom_role=name))

    async def _existing(self, change: Change, name: str) -> CustomRoleRow:
        role = await store.custom_roles.find(change.connection, name)
        if role is None:
            raise RoleNotFound(name)
        return role


def _check_permissions(permissions: Permissions) -> Permissions:
    if not permissions or permissions - CUSTOMISABLE:
        raise InvalidField("role.permissions", "must be at least one of those that administrators have")
    return permissions


def _set(identity: Identity, organization: str, role: CustomRoleRow) -> Entry:
    details = {"permissions": ", ".join(names_of(role.permissions))}
    return Entry(Action.ROLE_SET, identity.subject, organization, custom_role=role.name, details=details)
