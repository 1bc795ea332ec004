"""Registry: where documents are, as the document service says."""

from __future__ import annotations

from mesh.database import Pool
from services.project import store
from services.project.errors import ResourceNotFound, reachable
from services.project.model import Clock, Grant, Place, Principal, PrincipalKind
from services.project.roles import Role
from services.project.store.changes import Action, Change, Entry, changing
from services.project.store.resources import NewResource
from services.project.store.rows import ResourceRow


class Registry:
    """Put and remove."""

    def __init__(self, pool: Pool, clock: Clock) -> None:
        self._pool, self._clock = pool, clock

    async def put(self, document: str, parent: str, actor: str, generation: int) -> None:
        """Register a document, or move it. What is older than what is known changes nothing.

        Raises ResourceNotFound.
        """
        if parent:
            with reachable():
                if await store.resources.place_document(self._pool, document, parent, actor, generation):
                    return
        async with changing(self._pool, self._clock()) as change:
            place = await self._place(change, parent)
            key = place.key if place else None
            new = NewResource(Place.DOCUMENT, document, key, creator=actor, generation=generation)
            row = await store.resources.create(change, new)
            if row is None:
                row = await store.resources.find(change.connection, document)
                assert row is not None
                if generation < row.generation:
                    return
                await self._move(change, row, place, actor, generation)
            if place is None:
                await self._give_owner(change, row, actor)

    async def remove(self, document: str, actor: str) -> None:
        """Take a document out, with all that was granted on it."""
        async with changing(self._pool, self._clock()) as change:
            row = await store.resources.find(change.connection, document)
            if row is None:
                return
            await change.record(Entry(Action.RESOURCE_DELETED, actor, document))
            await store.resources.delete(change, row.key)
            change.touch(resources=[document])

    async def _place(self, change: Change, parent: str) -> ResourceRow | None:
        if not parent:
            return None
        place = await store.resources.find(change.connection, parent)
        if place is None:
            raise ResourceNotFound(parent)
        return place

    async def _move(
        self, change: Change, row: ResourceRow, place: ResourceRow | None, actor: str, generation: int
    ) -> None:
        key, to = (place.key, place.name) if place else (None, "")
        await store.resources.move(change, row.key, key, generation)
        if key == row.parent_key:
            return
        change.touch(resources=[row.name])
        await change.record(Entry(Action.RESOURCE_MOVED, actor, row.name, details={"from": row.parent, "to": to}))

    async def _give_owner(self, change: Change, row: ResourceRow, actor: str) -> None:
        """See to it that a document in no project has an owner: nothing above it has one."""
        if await store.grants.owners(change.connection, row.key):
            return
        owner = Principal(PrincipalKind.USER, actor)
        await store.grants.put(change, row.key, Grant(owner, Role.OWNER, grantor=actor))
        change.touch(subjects=[actor])
        await change.record(Entry(Action.GRANTED, actor, row.name, owner, Role.OWNER))
