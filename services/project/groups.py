"""Groups: users of an organisation under one name.

Who brings somebody into a group gives them what the group has, and so must have it themselves.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from mesh.database import Pool
from mesh.faults import InvalidField
from mesh.identity import Identity
from mesh.pages import page_size, page_token, parse_page_token
from mesh.resource_names import Kind, parse
from services.project import resources, store
from services.project.errors import AlreadyExists, GroupNotFound, reachable
from services.project.guard import Guard, lacking
from services.project.model import Clock, Principal, PrincipalKind, User
from services.project.said import check_mask
from services.project.store.changes import Action, Change, Entry, changing
from services.project.store.rows import GroupRow
from services.project.tickets import new_id

_MAX_MEMBERS = 1000
_PATHS = {"title": "title", "members": "members", "claim_groups": "claims"}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a group is to be; `add` and `remove` are members, besides."""

    name: str
    title: str
    members: Sequence[str]
    claims: Sequence[str]
    add: Sequence[str] = ()
    remove: Sequence[str] = ()


class Groups:
    """Create, list, update, delete."""

    def __init__(self, pool: Pool, clock: Clock, guard: Guard) -> None:
        self._pool, self._clock, self._guard = pool, clock, guard

    async def create(self, identity: Identity, organization: str, group_id: str, wanted: Wanted) -> GroupRow:
        """Create a group. Raises InvalidField, AlreadyExists, ResourceArchived."""
        name = f"{organization}/groups/{group_id or new_id()}"
        async with changing(self._pool, self._clock()) as change:
            row = await resources.unarchived(change, organization)
            key = await store.groups.create(change, row.key, name, wanted.title)
            if key is None:
                raise AlreadyExists(name)
            empty = GroupRow(key, name, wanted.title, [], [])
            return await self._become(change, identity, empty, wanted.title, wanted.members, wanted.claims)

    async def page(self, organization: str, size: int, token: str) -> tuple[list[GroupRow], str]:
        """Return an organisation's groups by title, and the token of the next page. Raises InvalidField."""
        limit, question = page_size(size, resources.DEFAULT_PAGE, resources.MAX_PAGE), f"ListGroups {organization}"
        after = None
        match parse_page_token(token, question, (str, int)):
            case [str(title), int(key)]:
                after = (title, key)
        with reachable():
            rows = await store.groups.page(self._pool, organization, after, limit + 1)
        more = page_token(question, (rows[limit - 1].title, rows[limit - 1].key)) if len(rows) > limit else ""
        return rows[:limit], more

    async def update(self, identity: Identity, wanted: Wanted, mask: Sequence[str]) -> GroupRow:
        """Change a group. Raises InvalidField, GroupNotFound, ResourceArchived, PermissionDenied."""
        organization = parse(wanted.name, "group.name", Kind.GROUP).owner
        given = [path for path, field in _PATHS.items() if getattr(wanted, field)]
        named = check_mask(mask, tuple(_PATHS), given)
        async with changing(self._pool, self._clock()) as change:
            await resources.unarchived(change, organization)
            group = await self._existing(change, wanted.name)
            title = wanted.title if "title" in named else group.title
            members = set(wanted.members if "members" in named else group.members)
            members = members - set(wanted.remove) | set(wanted.add)
            claims = wanted.claims if "claim_groups" in named else group.claims
            return await self._become(change, identity, group, title, members, claims)

    async def delete(self, identity: Identity, name: str) -> None:
        """Delete a group, and what was granted to it. Raises InvalidField, GroupNotFound, ResourceArchived."""
        organization = parse(name, "name", Kind.GROUP).owner
        async with changing(self._pool, self._clock()) as change:
            await resources.unarchived(change, organization)
            group = await self._existing(change, name)
            principal = Principal(PrincipalKind.GROUP, name)
            granted = await store.grants.of_principal(change.connection, principal)
            await store.grants.delete_of(change, principal)
            await store.groups.delete(change, group.key)
            change.touch(resources=[organization])
            await change.record(
                *(
                    Entry(Action.REVOKED, identity.subject, on, principal, grant.role, grant.custom_role, grant.denied)
                    for on, grant in granted
                ),
                Entry(Action.GROUP_DELETED, identity.subject, organization, principal),
            )

    async def _existing(self, change: Change, name: str) -> GroupRow:
        group = await store.groups.find(change.connection, name)
        if group is None:
            raise GroupNotFound(name)
        return group

    async def _become(
        self,
        change: Change,
        identity: Identity,
        group: GroupRow,
        title: str,
        members: Iterable[str],
        claims: Iterable[str],
    ) -> GroupRow:
        """Make a group what it is to be, and tell of it."""
        members, claims = _not_too_many(members), set(claims)
        added, removed = members - set(group.members), set(group.members) - members
        if added or claims - set(group.claims):
            await self._must_have_what_it_has(change, identity, group)
        organization = parse(group.name, "group.name", Kind.GROUP).owner
        if title != group.title:
            await store.groups.rename(change, group.key, title)
        await store.groups.add_members(change, group.key, added)
        await store.groups.remove_members(change, group.key, removed)
        if claims != set(group.claims):
            await store.groups.set_claims(change, group.key, claims)
            change.touch(resources=[organization])
        change.touch_users(sorted(added | removed), organization)
        await change.record(*_entries(identity.subject, organization, group.name, claims, added, removed))
        return GroupRow(group.key, group.name, title, sorted(members), sorted(claims))

    async def _must_have_what_it_has(self, change: Change, identity: Identity, group: GroupRow) -> None:
        granted = await store.grants.of_principal(change.connection, Principal(PrincipalKind.GROUP, group.name))
        if not granted:
            return
        found = await self._guard.look_up(User.of(identity), [name for name, _ in granted], change.connection)
        for name, grant in granted:
            standing = found.standing(name)
            held = standing.allowed | standing.withheld if standing else frozenset()
            for each in sorted(grant.allows - held):
                raise lacking(each, name)


def _entries(
    actor: str, organization: str, group: str, claims: Iterable[str], added: Iterable[str], removed: Iterable[str]
) -> list[Entry]:
    principal = Principal(PrincipalKind.GROUP, group)
    said = {"claim_groups": ", ".join(sorted(claims))}
    entries = [Entry(Action.GROUP_SET, actor, organization, principal, details=said)]
    for action, subjects in ((Action.MEMBER_ADDED, added), (Action.MEMBER_REMOVED, removed)):
        entries += [
            Entry(action, actor, organization, Principal(PrincipalKind.USER, subject), details={"group": group})
            for subject in sorted(subjects)
        ]
    return entries


def _not_too_many(members: Iterable[str]) -> set[str]:
    checked = set(members)
    if len(checked) > _MAX_MEMBERS:
        raise InvalidField("group.members", f"must be at most {_MAX_MEMBERS}")
    return checked
