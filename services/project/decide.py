"""Decide: what somebody may do on a resource, by their grants on it and on all that it is in, and why.

Pure. The path is walked from the organisation down to the resource. At each place what is granted there is added, and
then what is denied there is taken away: so a denial beats what is granted at its place and above, and a grant further
down allows again. Who owns a place is denied nothing there and below. The order of grants at one place does not matter.
On documents in no project what the installation gives to everybody is there before all else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

from services.project.model import Grant, Level, Place
from services.project.roles import ALL, NOTHING, READING, Permissions, Role
from shoal.options.v1.options_pb2 import (
    PERMISSION_DOCUMENT_READ,
    PERMISSION_ORGANIZATION_ADMINISTER,
    PERMISSION_ORGANIZATION_READ,
    PERMISSION_PROJECT_ADMINISTER,
    PERMISSION_PROJECT_READ,
    Permission,
)

_SEEN_BY = {
    Place.ORGANIZATION: PERMISSION_ORGANIZATION_READ,
    Place.PROJECT: PERMISSION_PROJECT_READ,
    Place.FOLDER: PERMISSION_PROJECT_READ,
    Place.DOCUMENT: PERMISSION_DOCUMENT_READ,
}
_UNARCHIVED_BY: dict[Place, Permissions] = {
    Place.ORGANIZATION: frozenset({PERMISSION_ORGANIZATION_ADMINISTER}),
    Place.PROJECT: frozenset({PERMISSION_PROJECT_ADMINISTER}),
}


@dataclass(frozen=True, slots=True)
class Standing:
    """What somebody may do on a resource.

    `withheld` is what they might do besides were not `archived`, the uppermost archived place, archived.
    """

    place: Place
    allowed: Permissions
    withheld: Permissions = NOTHING
    archived: str = ""

    @property
    def sees(self) -> bool:
        """Whether they may know that the resource is there."""
        return _SEEN_BY[self.place] in self.allowed


@dataclass(frozen=True, slots=True)
class Descent:
    """What was gathered on the way down to a place: what is allowed there, and what is handed on."""

    held: Permissions = NOTHING
    owns: bool = False
    archived: str = ""
    archived_above: bool = False

    def into(self, level: Level) -> Descent:
        """Return the descent one place further."""
        if not level.grants and not level.archived and self.archived_above == bool(self.archived):
            return self
        owns = self.owns or any(grant.role is Role.OWNER for grant in level.grants)
        held = self.held
        for grant in level.grants:
            held |= grant.allows
        if owns:
            held = ALL
        else:
            for grant in level.grants:
                held -= grant.denied
        archived = self.archived or (level.name if level.archived else "")
        return Descent(held, owns, archived, archived_above=bool(self.archived))

    def at(self, level: Level) -> Standing:
        """Return what holds at the place just entered."""
        if not self.archived:
            return Standing(level.place, self.held)
        stays = READING if self.archived_above else READING | _UNARCHIVED_BY.get(level.place, NOTHING)
        return Standing(level.place, self.held & stays, self.held - stays, self.archived)


def beginning(top: Level, unfiled: Permissions) -> Descent:
    """Return what is there before the top is entered; `unfiled` is everybody's, of documents in no project."""
    return Descent(unfiled) if top.place is Place.DOCUMENT else Descent()


def decide(path: Sequence[Level], unfiled: Permissions = NOTHING) -> Standing:
    """Return what holds at the first place of a path, which leads upward and is not empty; `unfiled` as above."""
    descent = beginning(path[-1], unfiled)
    for level in reversed(path):
        descent = descent.into(level)
    return descent.at(path[0])


class Effect(IntEnum):
    """As ExplainPermissionResponse.Effect."""

    ALLOWS = 1
    DENIES = 2
    DENIES_IN_VAIN = 3


@dataclass(frozen=True, slots=True)
class Because:
    """A grant that speaks of a permission; `path` leads from the resource up to where it was made."""

    grant: Grant
    effect: Effect
    path: tuple[str, ...]


def explain(path: Sequence[Level], permission: Permission) -> list[Because]:
    """Return the grants of a path that speak of a permission, in the order in which they are heeded."""
    found: list[Because] = []
    owns = False
    for depth in reversed(range(len(path))):
        level, names = path[depth], tuple(each.name for each in path[: depth + 1])
        owns = owns or any(grant.role is Role.OWNER for grant in level.grants)
        found += [Because(grant, Effect.ALLOWS, names) for grant in level.grants if permission in grant.allows]
        denies = Effect.DENIES_IN_VAIN if owns else Effect.DENIES
        found += [Because(grant, denies, names) for grant in level.grants if permission in grant.denied]
    return found
