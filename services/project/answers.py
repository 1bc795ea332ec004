"""Answers: whether somebody may do something, why, and where."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mesh.database import Pool
from mesh.faults import InvalidField, PermissionDenied, TooLarge
from mesh.identity import Identity
from mesh.resource_names import parse
from services.project import store
from services.project.decide import Because, Standing, explain
from services.project.errors import reachable
from services.project.guard import Found, Guard
from services.project.model import Clock, Level, Place, User
from services.project.roles import ALL, NOTHING, Permissions, Role, strongest_within, weakest_with
from services.project.scopes import Scopes, scopes
from shoal.options.v1.options_pb2 import Permission

_MAX_CHECKS = 1000


@dataclass(frozen=True, slots=True)
class Answer:
    """As the message of this name."""

    allowed: bool
    permissions: Permissions
    role: Role
    path: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """As ExplainPermissionResponse."""

    allowed: bool
    reasons: Sequence[Because] = ()
    missing: str = ""
    archived: str = ""


class Answers:
    """Check, explain, resolve."""

    def __init__(self, pool: Pool, clock: Clock, guard: Guard) -> None:
        self._pool, self._clock, self._guard = pool, clock, guard

    async def check(
        self, identity: Identity, user: User | None, checks: Sequence[tuple[str, Permission]], field: str = ""
    ) -> tuple[int, list[Answer]]:
        """Return the epoch, and an answer to each check (resource, permission), all as of one moment.

        `user` is None for the caller; `field` leads to a check, for faults. Raises InvalidField, PermissionDenied,
        TooLarge.
        """
        if len(checks) > _MAX_CHECKS:
            raise TooLarge("checks", _MAX_CHECKS, len(checks))
        for resource, permission in checks:
            parse(resource, f"{field}resource")
            _check_permission(permission, f"{field}permission")
        found = await self._guard.look_up(_whom(identity, user), {resource for resource, _ in checks})
        return found.epoch, [_answer(found, *check, with_path=identity.is_service) for check in checks]

    async def explain(
        self, identity: Identity, user: User | None, resource: str, permission: Permission
    ) -> Explanation:
        """Say why. Raises InvalidField, PermissionDenied."""
        parse(resource, "resource")
        _check_permission(permission, "permission")
        whom = _whom(identity, user)
        found = await self._guard.look_up(whom, [resource])
        standing = found.standing(resource)
        if standing is None or not (standing.sees or permission in standing.allowed):
            return Explanation(False, missing=f"nothing is granted to {whom.subject} on {resource}, or it is not there")
        reasons = explain(found.paths[resource], permission)
        if permission in standing.allowed:
            return Explanation(True, reasons)
        archived = standing.archived if permission in standing.withheld else ""
        return Explanation(False, reasons, _missing(standing, reasons, resource, permission), archived)

    async def scopes(self, user: User, permission: Permission) -> tuple[int, Scopes]:
        """Return the epoch, and where a user has a permission. Raises InvalidField."""
        _check_permission(permission, "permission")
        with reachable():
            now = self._clock()
            tree = await store.standing.tree(self._pool, user, now, Place.FOLDER, documents=True)
        return tree.epoch, scopes(tree.nodes, permission, self._guard.unfiled)


def _whom(identity: Identity, user: User | None) -> User:
    """Return whom a caller asks about; of themselves, what their token says. Raises PermissionDenied."""
    if user is None or user.subject == identity.subject:
        return User.of(identity)
    if not identity.is_service:
        raise PermissionDenied("users ask about themselves", permission="PERMISSION_INTERNAL")
    return user


def _answer(found: Found, resource: str, permission: Permission, *, with_path: bool) -> Answer:
    standing = found.standing(resource)
    if standing is None:
        return Answer(False, NOTHING, Role.NONE, ())
    path: Sequence[Level] = found.paths[resource] if with_path else ()
    held = standing.allowed
    return Answer(permission in held, held, strongest_within(held), tuple(each.name for each in path))


def _missing(standing: Standing, reasons: Sequence[Because], resource: str, permission: Permission) -> str:
    if permission in standing.withheld:
        return f"{standing.archived} is archived"
    if reasons:
        last = reasons[-1]
        return f"what is granted on {last.path[-1]} to {last.grant.principal.name} denies it"
    role = weakest_with(permission).name.lower()
    return f"this needs the role {role}, or a stronger one, on {resource} or on what it is in"


def _check_permission(permission: Permission, field: str) -> None:
    if permission not in ALL:
        raise InvalidField(field, "must be a permission that roles consist of")
