"""Granting: who is given what, and by whom.

Owns the rules that nobody gives or takes more than they have, and that what stands at the top always has an owner.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from mesh.database import Pool
from mesh.faults import InvalidField
from mesh.identity import Identity
from mesh.pages import page_size, page_token, parse_page_token
from mesh.resource_names import Kind, parse
from services.project import resources, store
from services.project.errors import (
    GrantNotFound,
    GroupNotFound,
    LastOwner,
    ResourceArchived,
    RoleNotFound,
    not_found,
    reachable,
)
from services.project.guard import Guard, lacking
from services.project.model import Clock, Grant, Level, Place, Principal, PrincipalKind, User
from services.project.roles import ALL, NOTHING, Permissions, Role
from services.project.store.changes import Action, Change, Entry, changing
from services.project.store.grants import Listed
from services.project.store.grants import Place as GrantPlace


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be granted; `custom_role` by name."""

    resource: str
    role: Role
    custom_role: str = ""
    denied: Permissions = NOTHING


@dataclass(frozen=True, slots=True)
class Granter:
    """Who grants, in a change under way, on a resource and all that it is in, with what they may do there."""

    user: User
    path: tuple[Level, ...]
    held: Permissions

    @property
    def top(self) -> Level:
        """What all of it is in: an organisation, or a person's own project or document."""
        return self.path[-1]

    def must_have(self, permissions: Permissions) -> None:
        """Do nothing if they may do all of this themselves. Raises PermissionDenied."""
        for each in sorted(permissions - self.held):
            raise lacking(each, self.path[0].name)


class Granting:
    """Set, revoke, list, transfer; and the rules of it, for invitations and links."""

    def __init__(self, pool: Pool, clock: Clock, guard: Guard) -> None:
        self._pool, self._clock, self._guard = pool, clock, guard

    async def set(self, identity: Identity, principal: Principal, wanted: Wanted) -> Grant:
        """Grant or deny, in place of what the principal has there.

        Raises InvalidField, PermissionDenied, GroupNotFound, RoleNotFound, LastOwner.
        """
        check_principal(principal)
        check_wanted(wanted, principal.kind)
        if wanted.role is Role.NONE and not wanted.custom_role and not wanted.denied:
            raise InvalidField("role", "one of role, custom_role, denied is needed")
        async with changing(self._pool, self._clock()) as change:
            granter = await self.granter(change, User.of(identity), wanted.resource)
            await self._check_group(change, granter, principal)
            custom, role_key = await self.custom_role(change, granter, wanted.custom_role)
            grant = Grant(principal, wanted.role, wanted.custom_role, custom, wanted.denied, identity.subject)
            granter.must_have(grant.allows)
            replaced = await self._replaceable(change, granter, principal)
            if replaced and replaced.role is Role.OWNER and grant.role is not Role.OWNER:
                await self._keep_an_owner(change, granter)
            details = {"replaced": replaced.custom_role or replaced.role.name} if replaced else {}
            return await self.put(change, granter, grant, role_key, details)

    async def revoke(self, identity: Identity, resource: str, principal: Principal) -> None:
        """Take a grant back. Raises InvalidField, PermissionDenied, GrantNotFound, LastOwner."""
        check_principal(principal)
        async with changing(self._pool, self._clock()) as change:
            granter = await self.granter(change, User.of(identity), resource)
            grant = await self._replaceable(change, granter, principal)
            if grant is None:
                raise GrantNotFound(resource, principal.name)
            if grant.role is Role.OWNER:
                await self._keep_an_owner(change, granter)
            await store.grants.delete(change, granter.path[0].key, principal)
            touch(change, principal, resource)
            await change.record(
                Entry(
                    Action.REVOKED, identity.subject, resource, principal, grant.role, grant.custom_role, grant.denied
                )
            )

    async def page(self, resource: str, size: int, token: str, *, inherited: bool) -> tuple[list[Listed], str]:
        """Return grants from a resource upward, and the token of the next page. Raises InvalidField."""
        limit, question = (
            page_size(size, resources.DEFAULT_PAGE, resources.MAX_PAGE),
            f"ListGrants {resource} {inherited}",
        )
        after = None
        match parse_page_token(token, question, (int, int, str)):
            case [int(depth), int(kind), str(principal)]:
                after = GrantPlace(depth, kind, principal)
        with reachable():
            now = self._clock()
            rows = await store.grants.page(self._pool, resource, now, after, limit + 1, inherited=inherited)
        return rows[:limit], page_token(question, rows[limit - 1].place) if len(rows) > limit else ""

    async def transfer(self, identity: Identity, resource: str, subject: str) -> tuple[Grant, Grant]:
        """Make somebody the owner instead of the caller; returns both grants. Raises InvalidField, GrantNotFound."""
        if subject == identity.subject:
            raise InvalidField("user", "must be somebody else")
        caller, heir = Principal(PrincipalKind.USER, identity.subject), Principal(PrincipalKind.USER, subject)
        async with changing(self._pool, self._clock()) as change:
            granter = await self.granter(change, User.of(identity), resource)
            key = granter.path[0].key
            own = await store.grants.find(change.connection, key, caller)
            if own is None or own.role is not Role.OWNER:
                raise GrantNotFound(resource, identity.subject)
            owner = await store.grants.put(change, key, Grant(heir, Role.OWNER, grantor=identity.subject))
            former = await store.grants.put(change, key, Grant(caller, Role.ADMIN, grantor=identity.subject))
            change.touch(subjects=[identity.subject, subject])
            await change.record(
                Entry(Action.OWNERSHIP_TRANSFERRED, identity.subject, resource, heir, Role.OWNER),
                Entry(Action.GRANTED, identity.subject, resource, caller, Role.ADMIN, details={"replaced": "OWNER"}),
            )
            return owner, former

    async def granter(self, change: Change, user: User, resource: str) -> Granter:
        """Return who grants, as of this change. Raises ResourceNotFound, ResourceArchived."""
        found = await self._guard.look_up(user, [resource], change.connection)
        standing = found.standing(resource)
        if standing is None:
            raise not_found(parse(resource, "resource"))
        if standing.archived:
            raise ResourceArchived(standing.archived)
        return Granter(user, tuple(found.paths[resource]), standing.allowed)

    async def custom_role(self, change: Change, granter: Granter, name: str) -> tuple[Permissions, int | None]:
        """Return what a custom role allows, and its key; nothing for no name. Raises RoleNotFound."""
        if not name:
            return NOTHING, None
        role = await store.custom_roles.find(change.connection, name)
        if role is None or parse(name, "custom_role", Kind.ROLE).owner != granter.top.name:
            raise RoleNotFound(name)
        return role.permissions, role.key

    async def put(
        self, change: Change, granter: Granter, grant: Grant, role_key: int | None, details: dict[str, str]
    ) -> Grant:
        """Store a grant on what the granter grants on, and tell of it."""
        level = granter.path[0]
        stored = await store.grants.put(change, level.key, grant, role_key)
        touch(change, grant.principal, level.name)
        await change.record(
            Entry(
                Action.GRANTED,
                grant.grantor,
                level.name,
                grant.principal,
                grant.role,
                grant.custom_role,
                grant.denied,
                details,
            )
        )
        return stored

    async def _replaceable(self, change: Change, granter: Granter, principal: Principal) -> Grant | None:
        """Return what a principal has there, if anything. Raises PermissionDenied if it is more than the granter's."""
        grant = await store.grants.find(change.connection, granter.path[0].key, principal)
        if grant is not None:
            granter.must_have(grant.allows)
        return grant

    async def _keep_an_owner(self, change: Change, granter: Granter) -> None:
        """Do nothing if an owner can go: another stays, or whoever owns what this is in. Raises LastOwner."""
        level = granter.path[0]
        if granter.top is level and await store.grants.owners(change.connection, level.key) <= 1:
            raise LastOwner(level.name)

    async def _check_group(self, change: Change, granter: Granter, principal: Principal) -> None:
        if principal.kind is not PrincipalKind.GROUP:
            return
        of = parse(principal.name, "principal.group", Kind.GROUP).owner
        known = await store.groups.find(change.connection, principal.name)
        if known is None or granter.top.place is not Place.ORGANIZATION or of != granter.top.name:
            raise GroupNotFound(principal.name)


def touch(change: Change, principal: Principal, resource: str) -> None:
    """Say whose answers are stale when a principal's grant on a resource changes."""
    if principal.kind is PrincipalKind.USER:
        change.touch(subjects=[principal.name])
    else:
        change.touch(resources=[resource])


def check_principal(principal: Principal) -> None:
    """Do nothing if something can be granted to this principal. Raises InvalidField."""
    if principal.kind is PrincipalKind.SHARE_LINK:
        raise InvalidField("principal.share_link", "links are made by CreateShareLink and ended by RevokeShareLink")


def check_wanted(wanted: Wanted, kind: PrincipalKind) -> None:
    """Do nothing if this can be granted to a principal of a kind. Raises InvalidField."""
    if wanted.custom_role and wanted.role is not Role.NONE:
        raise InvalidField("custom_role", "stands instead of a role, not besides one")
    if wanted.role is Role.OWNER and kind is not PrincipalKind.USER:
        raise InvalidField("role", "only users own")
    if wanted.denied - ALL:
        raise InvalidField("denied", "must be permissions that roles consist of")


def at_least(kept: Grant | None, given: Grant) -> Grant:
    """Return what somebody has who is given something: what they had, if that allowed all of it, else what is given.

    What was denied to them stays denied.
    """
    if kept is None:
        return given
    return kept if kept.allows >= given.allows else replace(given, denied=kept.denied)
