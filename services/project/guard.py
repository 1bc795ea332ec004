"""Guard: what a caller may do on a resource, asked of the database each time, and how a refusal is put.

The authorizer of this service; keeps no answers. Who may not know that a resource is there hears what they would hear
if it were not.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from mesh.authorization import INSTALLATION
from mesh.database import Pool
from mesh.faults import Fault
from mesh.identity import Identity
from mesh.refusals import lacking as lacking
from mesh.resource_names import Kind, parse
from services.project import store
from services.project.decide import Standing, decide
from services.project.errors import ResourceArchived, not_found, reachable
from services.project.model import Clock, Level, User
from services.project.roles import NOTHING, Permissions
from services.project.store.schema import Executor
from shoal.options.v1.options_pb2 import PERMISSION_OPERATE, Permission

_LEADING_ELSEWHERE = (Kind.INVITATION, Kind.SHARE_LINK)


@dataclass(frozen=True, slots=True)
class Found:
    """Paths of what was asked about, by the names asked; what is not there is missing. All as of one epoch."""

    epoch: int
    paths: Mapping[str, Sequence[Level]]
    unfiled: Permissions = NOTHING

    def standing(self, name: str) -> Standing | None:
        """Return what holds on a resource; None when it is not there."""
        path = self.paths.get(name)
        return decide(path, self.unfiled) if path else None


class Guard:
    """Knows what is granted. `unfiled` is what everybody may do on documents in no project."""

    def __init__(
        self, pool: Pool, clock: Clock, operators: frozenset[str] = frozenset(), unfiled: Permissions = NOTHING
    ) -> None:
        self._pool, self._clock, self._operators, self.unfiled = pool, clock, operators, unfiled

    async def look_up(self, user: User, names: Iterable[str], executor: Executor | None = None) -> Found:
        """Return the paths of resources, or of what things belong or lead to, with what is granted to a user on them.

        Names are well formed. `executor` is for who has a transaction under way.
        """
        asked = {name: parse(name, "resource") for name in names}
        with reachable():
            leading = [name for name, parsed in asked.items() if parsed.kind in _LEADING_ELSEWHERE]
            held_by = await store.standing.holders(executor or self._pool, leading) if leading else {}
            owners = {name: held_by.get(name, parsed.owner) for name, parsed in asked.items()}
            found = await store.standing.paths(executor or self._pool, user, owners.values(), self._clock())
        paths = {name: found.by_name[owner] for name, owner in owners.items() if owner in found.by_name}
        return Found(found.epoch, paths, self.unfiled)

    async def permissions(self, identity: Identity, resource: str) -> Permissions:
        """Return all that a caller may do on a resource; nothing when it is not there. As in Authorizer."""
        if resource == INSTALLATION:
            operates = identity.is_service or identity.subject in self._operators
            return frozenset({PERMISSION_OPERATE}) if operates else NOTHING
        standing = (await self.look_up(User.of(identity), [resource])).standing(resource)
        return standing.allowed if standing else NOTHING

    async def refusal(self, identity: Identity, permission: Permission, resource: str) -> Fault:
        """Return the fault for a caller without a permission. As in Authorizer."""
        standing = (await self.look_up(User.of(identity), [resource])).standing(resource)
        if standing is None or not standing.sees:
            return not_found(parse(resource, "resource"))
        if permission in standing.withheld:
            return ResourceArchived(standing.archived)
        return lacking(permission, resource)
