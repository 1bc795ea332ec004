"""Invitations: a role that waits for whoever has an e-mail address. Accepted once, whatever races."""

from __future__ import annotations

from datetime import datetime, timedelta

from mesh.database import Pool
from mesh.faults import InvalidField
from mesh.identity import Identity
from mesh.pages import page_size, page_token, parse_page_token
from services.project import resources, store
from services.project.errors import InvitationNotFound, reachable
from services.project.granting import Granting, Wanted, at_least, check_wanted, touch
from services.project.model import Clock, Grant, Principal, PrincipalKind, User
from services.project.roles import Role
from services.project.said import comparable
from services.project.settings import ProjectSettings
from services.project.store.changes import Action, Entry, changing
from services.project.store.invitations import NewInvitation
from services.project.store.rows import InvitationRow
from services.project.tickets import is_hash_of, new_id, new_secret

_MAX_DAYS = 30


class Invitations:
    """Create, list, accept, revoke."""

    def __init__(self, pool: Pool, clock: Clock, granting: Granting, settings: ProjectSettings) -> None:
        self._pool, self._clock, self._granting, self._settings = pool, clock, granting, settings

    async def create(
        self, identity: Identity, email: str, wanted: Wanted, expire_time: datetime | None
    ) -> tuple[InvitationRow, str]:
        """Invite to a role; returns the invitation, and the token that is told once.

        Raises InvalidField, PermissionDenied, RoleNotFound.
        """
        address, now = comparable(email), self._clock()
        check_wanted(wanted, PrincipalKind.USER)
        if wanted.role is Role.NONE and not wanted.custom_role:
            raise InvalidField("invitation.role", "a role or a custom role is needed")
        expires = expire_time or now + timedelta(days=self._settings.invitation_days)
        if not now < expires <= now + timedelta(days=_MAX_DAYS):
            raise InvalidField("invitation.expire_time", f"must be in the next {_MAX_DAYS} days")
        name, secret = f"invitations/{new_id()}", new_secret()
        async with changing(self._pool, now) as change:
            granter = await self._granting.granter(change, User.of(identity), wanted.resource)
            custom, role_key = await self._granting.custom_role(change, granter, wanted.custom_role)
            granter.must_have(Grant(Principal(PrincipalKind.USER, ""), wanted.role, custom=custom).allows)
            new = NewInvitation(
                name, granter.path[0].key, address, wanted.role, role_key, expires, identity.subject, secret.hash
            )
            row = await store.invitations.create(change, new)
            await change.record(_told(Action.INVITED, identity.subject, row))
            return row, secret.text

    async def page(self, resource: str, size: int, token: str) -> tuple[list[InvitationRow], str]:
        """Return invitations that wait, the newest first, and the token of the next page. Raises InvalidField."""
        limit, question = page_size(size, resources.DEFAULT_PAGE, resources.MAX_PAGE), f"ListInvitations {resource}"
        place = parse_page_token(token, question, (int,))
        before = int(place[0]) if place else None
        with reachable():
            rows = await store.invitations.page(self._pool, resource, self._clock(), before, limit + 1)
        return rows[:limit], page_token(question, (rows[limit - 1].key,)) if len(rows) > limit else ""

    async def accept(self, identity: Identity, name: str, token: str) -> tuple[str, Grant]:
        """Take what was offered; returns the resource's name, and the grant.

        Raises InvalidField, InvitationNotFound, ResourceArchived.
        """
        now = self._clock()
        async with changing(self._pool, now) as change:
            row = await store.invitations.find(change.connection, name, now)
            if row is None or not self._is_for(row, identity, token):
                raise InvitationNotFound(name)
            granter = await self._granting.granter(change, User.of(identity), row.resource)
            caller = Principal(PrincipalKind.USER, identity.subject)
            had = await store.grants.find(change.connection, granter.path[0].key, caller)
            offered = Grant(caller, row.role, row.custom_role, row.custom, grantor=row.inviter)
            given = at_least(had, offered)
            if given is not had:
                given = await store.grants.put(change, granter.path[0].key, given, row.custom_role_key)
                touch(change, caller, row.resource)
            await store.invitations.delete(change, row.key)
            await change.record(_told(Action.INVITATION_ACCEPTED, identity.subject, row, inviter=row.inviter))
            return row.resource, given

    async def revoke(self, identity: Identity, name: str) -> None:
        """Take an invitation back. Raises InvalidField, InvitationNotFound."""
        now = self._clock()
        async with changing(self._pool, now) as change:
            row = await store.invitations.find(change.connection, name, now)
            if row is None:
                raise InvitationNotFound(name)
            await store.invitations.delete(change, row.key)
            await change.record(_told(Action.INVITATION_REVOKED, identity.subject, row))

    def _is_for(self, row: InvitationRow, identity: Identity, token: str) -> bool:
        verified = identity.email_verified or self._settings.trust_unverified_email
        return verified and comparable(identity.email) == row.email and is_hash_of(row.token_hash, token)


def _told(action: Action, actor: str, row: InvitationRow, **more: str) -> Entry:
    details = {"invitation": row.name, "email": row.email, **more}
    return Entry(action, actor, row.resource, role=row.role, custom_role=row.custom_role, details=details)
