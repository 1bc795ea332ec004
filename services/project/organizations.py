"""Organisations: made by anybody, owned by who made them."""

from __future__ import annotations

from collections.abc import Sequence

from mesh.database import Pool
from mesh.identity import Identity
from services.project import resources, store
from services.project.errors import reachable
from services.project.model import Clock, Place, User
from services.project.resources import Wanted
from services.project.scopes import scopes
from services.project.store.changes import changing
from services.project.store.resources import Listing, NewResource
from services.project.store.rows import ResourceRow
from services.project.tickets import new_id
from shoal.options.v1.options_pb2 import PERMISSION_ORGANIZATION_READ

_FIELDS = ("title", "archived")


class Organizations:
    """Create, get, list, update."""

    def __init__(self, pool: Pool, clock: Clock) -> None:
        self._pool, self._clock = pool, clock

    async def create(self, identity: Identity, organization_id: str, title: str) -> ResourceRow:
        """Create an organisation that the caller owns. Raises InvalidField, AlreadyExists."""
        name = f"organizations/{organization_id or new_id()}"
        new = NewResource(Place.ORGANIZATION, name, None, title, creator=identity.subject)
        async with changing(self._pool, self._clock()) as change:
            return await resources.create_owned(change, new)

    async def get(self, name: str) -> ResourceRow:
        """Return an organisation. Raises InvalidField, ResourceNotFound."""
        return await resources.existing(self._pool, name)

    async def page(self, identity: Identity, size: int, token: str) -> tuple[list[ResourceRow], str]:
        """Return organisations the caller may see, by title, and the token of the next page. Raises InvalidField."""
        with reachable():
            tree = await store.standing.tree(self._pool, User.of(identity), self._clock(), Place.ORGANIZATION)
            keys = [each.key for each in scopes(tree.nodes, PERMISSION_ORGANIZATION_READ).organizations]
            return await resources.page_of(self._pool, Listing(keys), "ListOrganizations", size, token)

    async def update(self, identity: Identity, wanted: Wanted, mask: Sequence[str]) -> ResourceRow:
        """Rename, archive or unarchive. Raises InvalidField, EtagMismatch, ResourceArchived."""
        return await resources.update(self._pool, self._clock, identity, wanted, mask, _FIELDS)
