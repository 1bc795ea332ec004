"""Folders: how a project is divided. A folder keeps its name wherever it is moved.

Whatever alters the tree happens one after another, so that two moves never make a circle.
"""

from __future__ import annotations

from collections.abc import Sequence

from mesh.database import Pool
from mesh.faults import InvalidField
from mesh.identity import Identity
from mesh.resource_names import Kind, parse
from services.project import resources, store
from services.project.errors import AlreadyExists, NotEmpty, reachable
from services.project.model import Clock, Place, User
from services.project.said import check_mask
from services.project.scopes import scopes
from services.project.store.changes import Action, Change, Entry, changing
from services.project.store.resources import Listing, NewResource
from services.project.store.rows import ResourceRow
from services.project.tickets import new_id
from shoal.options.v1.options_pb2 import PERMISSION_PROJECT_READ

MAX_DEPTH = 32
"""Folders in one another: each check of a permission walks all the way up."""


class Folders:
    """Create, get, list, rename, move, delete."""

    def __init__(self, pool: Pool, clock: Clock) -> None:
        self._pool, self._clock = pool, clock

    async def create(self, identity: Identity, folder_id: str, parent: str, title: str) -> ResourceRow:
        """Create a folder in a project or folder. Raises InvalidField, AlreadyExists."""
        project = _project_of(parent, "parent")
        name = f"{project}/folders/{folder_id or new_id()}"
        async with changing(self._pool, self._clock()) as change:
            place = await resources.existing(change.connection, parent)
            _check_depth(await self._depth(change, place) + 1, "parent")
            new = NewResource(Place.FOLDER, name, place.key, title, creator=identity.subject)
            row = await store.resources.create(change, new)
            if row is None:
                raise AlreadyExists(name)
            await change.record(Entry(Action.RESOURCE_CREATED, identity.subject, name))
            return row

    async def get(self, name: str) -> ResourceRow:
        """Return a folder. Raises InvalidField, ResourceNotFound."""
        return await resources.existing(self._pool, name)

    async def page(
        self, identity: Identity, project: str, parent: str, size: int, token: str
    ) -> tuple[list[ResourceRow], str]:
        """Return a project's folders that the caller may see, by title, and the token of the next page."""
        if parent and _project_of(parent, "parent") != project:
            raise InvalidField("parent", "must be the project, or a folder of it")
        with reachable():
            tree = await store.standing.tree(self._pool, User.of(identity), self._clock(), Place.FOLDER, project)
            keys = await self._visible(tree, project)
            question = f"ListFolders {project} {parent}"
            return await resources.page_of(self._pool, Listing(keys, parent=parent), question, size, token)

    async def _visible(self, tree: store.standing.Tree, project: str) -> list[int]:
        found = scopes(tree.nodes, PERMISSION_PROJECT_READ)
        if not any(each.name == project for each in found.projects):
            return [each.key for each in found.folders]
        hidden = {each.key for each in found.excluded_folders}
        folders = (node.level for node in tree.nodes if node.level.place is Place.FOLDER)
        return [each.key for each in folders if each.key not in hidden]

    async def rename(self, name: str, title: str, mask: Sequence[str]) -> ResourceRow:
        """Give a folder another title. Raises InvalidField, ResourceNotFound."""
        named = check_mask(mask, ("title",), ("title",) if title else ())
        async with changing(self._pool, self._clock()) as change:
            row = await resources.existing(change.connection, name)
            if "title" not in named:
                return row
            return await store.resources.update(change, row.key, title, row.description, archived=row.archived)

    async def move(self, identity: Identity, name: str, destination: str) -> ResourceRow:
        """Put a folder, with all that is in it, elsewhere in its project. Raises InvalidField, ResourceNotFound."""
        if _project_of(destination, "destination") != _project_of(name, "name"):
            raise InvalidField("destination", "must be in the folder's own project")
        async with changing(self._pool, self._clock()) as change:
            row = await resources.existing(change.connection, name)
            place = await resources.existing(change.connection, destination)
            above = await store.resources.ancestors(change.connection, place.key)
            if any(key == row.key for key, _ in above):
                raise InvalidField("destination", "must not be the folder itself, or in it")
            height = await store.resources.height(change.connection, row.key)
            _check_depth(await self._depth(change, place) + height, "destination")
            await store.resources.move(change, row.key, place.key, row.generation + 1)
            change.touch(resources=[name])
            details = {"from": row.parent, "to": destination}
            await change.record(Entry(Action.RESOURCE_MOVED, identity.subject, name, details=details))
            return await resources.existing(change.connection, name)

    async def delete(self, identity: Identity, name: str) -> None:
        """Delete an empty folder. Raises InvalidField, ResourceNotFound, NotEmpty."""
        parse(name, "name", Kind.FOLDER)
        async with changing(self._pool, self._clock()) as change:
            row = await resources.existing(change.connection, name)
            # While it is there: the record wants to know what it was in.
            await change.record(Entry(Action.RESOURCE_DELETED, identity.subject, name))
            if not await store.resources.delete(change, row.key):
                raise NotEmpty(name, "has something in it")
            change.touch(resources=[name])

    async def _depth(self, change: Change, place: ResourceRow) -> int:
        """Return how many folders one is in that is in `place`."""
        above = await store.resources.ancestors(change.connection, place.key)
        return sum(kind is Place.FOLDER for _, kind in above)


def _project_of(name: str, field: str) -> str:
    return "/".join(parse(name, field, Kind.PROJECT, Kind.FOLDER).text.split("/")[:2])


def _check_depth(depth: int, field: str) -> None:
    if depth > MAX_DEPTH:
        raise InvalidField(field, f"folders nest at most {MAX_DEPTH} deep")
