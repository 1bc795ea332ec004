"""Projects: in an organisation or a person's own, owned by who made them."""

from __future__ import annotations

from collections.abc import Sequence

from mesh.database import Pool
from mesh.identity import Identity
from mesh.resource_names import Kind, parse
from services.project import resources, store
from services.project.errors import reachable
from services.project.model import Clock, Place, User
from services.project.resources import Wanted
from services.project.scopes import scopes
from services.project.store.changes import changing
from services.project.store.resources import Listing, NewResource
from services.project.store.rows import ResourceRow
from services.project.tickets import new_id
from shoal.options.v1.options_pb2 import PERMISSION_PROJECT_READ

_FIELDS = ("title", "description", "archived")


class Projects:
    """Create, get, list, update."""

    def __init__(self, pool: Pool, clock: Clock) -> None:
        self._pool, self._clock = pool, clock

    async def create(
        self, identity: Identity, project_id: str, organization: str, title: str, description: str
    ) -> ResourceRow:
        """Create a project that the caller owns. Raises InvalidField, AlreadyExists, ResourceArchived."""
        name = f"projects/{project_id or new_id()}"
        async with changing(self._pool, self._clock()) as change:
            parent = await resources.unarchived(change, organization) if organization else None
            parent_key = parent.key if parent else None
            new = NewResource(Place.PROJECT, name, parent_key, title, description, identity.subject)
            return await resources.create_owned(change, new)

    async def get(self, name: str) -> ResourceRow:
        """Return a project. Raises InvalidField, ResourceNotFound."""
        return await resources.existing(self._pool, name)

    async def page(
        self, identity: Identity, organization: str, size: int, token: str, *, archived: bool
    ) -> tuple[list[ResourceRow], str]:
        """Return projects the caller may see, by title, and the token of the next page. Raises InvalidField."""
        with reachable():
            tree = await store.standing.tree(self._pool, User.of(identity), self._clock(), Place.PROJECT)
            keys = [each.key for each in scopes(tree.nodes, PERMISSION_PROJECT_READ).projects]
            listing = Listing(keys, parent=organization, archived=archived)
            question = f"ListProjects {organization} {archived}"
            return await resources.page_of(self._pool, listing, question, size, token)

    async def update(self, identity: Identity, wanted: Wanted, mask: Sequence[str]) -> ResourceRow:
        """Rename, describe, archive or unarchive. Raises InvalidField, EtagMismatch, ResourceArchived."""
        parse(wanted.name, "project.name", Kind.PROJECT)
        return await resources.update(self._pool, self._clock, identity, wanted, mask, _FIELDS)
