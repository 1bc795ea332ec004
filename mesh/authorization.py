"""Authorization: whether a caller has what an rpc demands, on the resources that its request names.

Owns the port through which permissions are asked for, and the rule of refusal; knows no role and no grant. Who answers
may keep answers, and must drop them when the permission epoch moves.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from mesh import faults
from mesh.identity import Identity
from mesh.resource_names import parse
from mesh.rpc_table import Permission, RpcRules, checked_by, named_by

if TYPE_CHECKING:
    from shoal.options.v1 import options_pb2

INSTALLATION = ""
"""What permissions are checked on that belong to no resource: PERMISSION_OPERATE."""

_ANYBODYS = frozenset({Permission.PERMISSION_SIGNED_IN, Permission.PERMISSION_INTERNAL})
"""Decided by who calls alone."""


class Authorizer(Protocol):
    """Who knows what is granted."""

    async def permissions(self, identity: Identity, resource: str) -> frozenset[options_pb2.Permission]:
        """Return all that `identity` may do on a resource, given by a well-formed name; nothing if it is not there."""
        ...

    async def refusal(self, identity: Identity, permission: options_pb2.Permission, resource: str) -> faults.Fault:
        """Return how a caller without `permission` is answered.

        Who may do nothing at all on a resource is answered as if it were not there.
        """
        ...


@dataclass(frozen=True, slots=True)
class Touched:
    """Whose answers, and answers about which resources and all that is in them, are stale; or all answers are."""

    everything: bool = False
    subjects: frozenset[str] = frozenset()
    resources: frozenset[str] = frozenset()


class LivePermissions(Authorizer, Protocol):
    """An authorizer that keeps answers, drops stale ones, and tells who must look again."""

    def subscribe(self, hear: Callable[[Touched], None]) -> Callable[[], None]:
        """Have `hear` called, on the event loop, after stale answers were dropped; returns what ends that."""
        ...


async def require(
    authorizer: Authorizer, identity: Identity, permission: options_pb2.Permission, resource: str, field: str
) -> None:
    """Do nothing if `identity` has `permission` on what the request's `field` names.

    Raises InvalidField for what is no name, and else the authorizer's refusal.
    """
    name = parse(resource, field).text
    if permission not in await authorizer.permissions(identity, name):
        raise await authorizer.refusal(identity, permission, name)


async def admit(authorizer: Authorizer, identity: Identity, rules: RpcRules, request: Any) -> None:
    """Do nothing if `identity` may make this request; raises as `require` does.

    A contract that demands a permission of a resource and names none is refused to everybody.
    """
    if rules.permission in _ANYBODYS:
        return
    if rules.permission == Permission.PERMISSION_OPERATE:
        if rules.permission not in await authorizer.permissions(identity, INSTALLATION):
            raise faults.PermissionDenied("this rpc is for operators", permission="PERMISSION_OPERATE")
        return
    if not rules.resource:
        raise faults.PermissionDenied("this rpc names no resource that its permission could be checked on")
    for paths in filter(None, (rules.resource, rules.also_resource)):
        field, names = named_by(request, paths)
        if not names and not rules.resource_optional:
            raise faults.InvalidField(field, "is required")
        for name in names:
            await require(authorizer, identity, rules.permission, name, field)
    for check in rules.further_checks:
        field, names = checked_by(request, check)
        for name in names:
            await require(authorizer, identity, check.permission, name, field)
