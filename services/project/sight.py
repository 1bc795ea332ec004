"""Sight of the caller: where they may see and read, found once a question, so that listings ask by query."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from mesh.database import Pool
from mesh.identity import Identity
from services.project import store
from services.project.guard import Guard
from services.project.model import Clock, Place, User
from services.project.scopes import Node, Scopes, scopes
from services.project.store.sight import Sight
from shoal.options.v1.options_pb2 import (
    PERMISSION_DOCUMENT_READ,
    PERMISSION_ORGANIZATION_READ,
    PERMISSION_PROJECT_READ,
    Permission,
)


@dataclass(frozen=True, slots=True)
class Seen:
    """What a caller sees: keys for statements, and names of where it can be: projects, and other resources."""

    sight: Sight
    projects: list[str]
    others: list[str]


class Lookout:
    """Knows what callers see."""

    def __init__(self, pool: Pool, clock: Clock, guard: Guard) -> None:
        self._pool, self._clock, self._guard = pool, clock, guard

    async def seen(self, identity: Identity) -> Seen:
        """Return what a caller sees now. Raises what the database raises."""
        user, now = User.of(identity), self._clock()
        tree = await store.standing.tree(self._pool, user, now, Place.FOLDER, documents=True)
        return seen_in(tree.nodes, lambda permission: scopes(tree.nodes, permission, self._guard.unfiled))


def seen_in(nodes: Sequence[Node], held: Callable[[Permission], Scopes]) -> Seen:
    """Return what is seen of a tree; pure."""
    organizations = held(PERMISSION_ORGANIZATION_READ).organizations
    places, shelves = held(PERMISSION_PROJECT_READ), held(PERMISSION_DOCUMENT_READ)
    sight = Sight(
        organizations=[each.key for each in organizations],
        places=_places(nodes, places),
        shelves=_places(nodes, shelves),
        documents=[each.key for each in shelves.documents],
        hidden_documents=[each.key for each in shelves.excluded_documents],
        unfiled=shelves.unfiled,
    )
    projects = [node.level.name for node in nodes if node.level.place is Place.PROJECT]
    # What is in no project is found by that.
    projects += [""] if shelves.unfiled else []
    return Seen(sight, projects, [each.name for each in (*organizations, *shelves.documents)])


def _places(nodes: Sequence[Node], found: Scopes) -> list[int]:
    """Return keys of projects and folders in scopes, each folder by itself."""
    whole = {each.name for each in found.projects}
    hidden = {each.key for each in found.excluded_folders}
    keys = [each.key for each in (*found.projects, *found.folders)]
    for node in nodes:
        level = node.level
        in_whole = level.place is Place.FOLDER and level.name.partition("/folders/")[0] in whole
        if in_whole and level.key not in hidden:
            keys.append(level.key)
    return keys
