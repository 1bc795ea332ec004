"""Resources: what is alike in organisations, projects and folders, however they are called."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mesh.database import Pool
from mesh.identity import Identity
from mesh.pages import page_size, page_token, parse_page_token
from services.project import store
from services.project.errors import AlreadyExists, EtagMismatch, ResourceArchived, ResourceNotFound, reachable
from services.project.model import Clock, Grant, Principal, PrincipalKind
from services.project.roles import Role
from services.project.said import check_mask
from services.project.store.changes import Action, Change, Entry, changing
from services.project.store.resources import Listing, NewResource
from services.project.store.rows import ResourceRow
from services.project.store.schema import Executor

DEFAULT_PAGE, MAX_PAGE = 50, 1000


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody wants to be said of an organisation or project; `etag` empty = whatever is stored."""

    name: str
    title: str
    description: str
    archived: bool
    etag: str


async def create_owned(change: Change, new: NewResource) -> ResourceRow:
    """Create a resource that its creator owns. Raises AlreadyExists."""
    row = await store.resources.create(change, new)
    if row is None:
        raise AlreadyExists(new.name)
    owner = Principal(PrincipalKind.USER, new.creator)
    await store.grants.put(change, row.key, Grant(owner, Role.OWNER, grantor=new.creator))
    change.touch(subjects=[new.creator])
    await change.record(
        Entry(Action.RESOURCE_CREATED, new.creator, new.name),
        Entry(Action.GRANTED, new.creator, new.name, owner, Role.OWNER),
    )
    return row


async def existing(executor: Executor, name: str) -> ResourceRow:
    """Return a resource that the caller was found to have a permission on. Raises ResourceNotFound if it went since."""
    with reachable():
        row = await store.resources.find(executor, name)
    if row is None:
        raise ResourceNotFound(name)
    return row


async def unarchived(change: Change, name: str) -> ResourceRow:
    """Return a resource in which something is to be changed. Raises ResourceNotFound, ResourceArchived."""
    row = await existing(change.connection, name)
    if row.archived:
        raise ResourceArchived(name)
    return row


async def update(
    pool: Pool, clock: Clock, identity: Identity, wanted: Wanted, mask: Sequence[str], fields: Sequence[str]
) -> ResourceRow:
    """Change what is said of an organisation or project: any of `fields`. In an archived one, only that it is."""
    named = check_mask(mask, fields, [each for each in fields if getattr(wanted, each)])
    async with changing(pool, clock()) as change:
        row = await existing(change.connection, wanted.name)
        if wanted.etag and wanted.etag != row.etag:
            raise EtagMismatch(wanted.name)
        title = wanted.title if "title" in named else row.title
        description = wanted.description if "description" in named else row.description
        archived = wanted.archived if "archived" in named else row.archived
        if archived and row.archived and (title, description) != (row.title, row.description):
            raise ResourceArchived(wanted.name)
        if archived != row.archived:
            change.touch(resources=[row.name])
            action = Action.RESOURCE_ARCHIVED if archived else Action.RESOURCE_UNARCHIVED
            await change.record(Entry(action, identity.subject, row.name))
        return await store.resources.update(change, row.key, title, description, archived=archived)


async def page_of(
    executor: Executor, listing: Listing, question: str, size: int, token: str
) -> tuple[list[ResourceRow], str]:
    """Return a page of a listing and the token of the next; `question` is all that must stay the same."""
    limit = page_size(size, DEFAULT_PAGE, MAX_PAGE)
    match parse_page_token(token, question, (str, int)):
        case [str(title), int(key)]:
            listing = listing._replace(after=(title, key))
    rows = await store.resources.page(executor, listing, limit + 1)
    more = page_token(question, (rows[limit - 1].title, rows[limit - 1].key)) if len(rows) > limit else ""
    return rows[:limit], more
