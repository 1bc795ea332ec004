"""The table of rpc rules, read from the contracts: permission, resource, deadline, idempotence, rules of fields.

Owns nothing but the reading, of contracts and of the fields they name. An rpc without a permission, with a resource
that its request does not have, or with a rule that a field cannot keep, stops the start of a service: deny by default.
Contract: proto/shoal/options/v1/options.proto.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from google.protobuf.descriptor import Descriptor, FieldDescriptor, FileDescriptor

from mesh.field_rules import RequestCheck, request_check
from shoal.options.v1 import options_pb2

Permission = options_pb2.Permission
_OR = "|"
"""Between the paths of a resource."""


class PermissionNotDeclared(Exception):
    """An rpc of a contract states no permission."""


class ResourceFieldUnknown(Exception):
    """An rpc of a contract names a resource by a field that its request does not have."""


@dataclass(frozen=True, slots=True)
class FurtherCheck:
    """One more permission, on what `resource` names; only where one of `when_changed` changes, unless it is empty."""

    permission: options_pb2.Permission
    resource: str
    when_changed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RpcRules:
    """What a contract says of one rpc; `deadline_s` is None for streams, resources are paths of fields.

    `violations` finds what is wrong with the fields of a request, None where nothing can be: the contract has no rules,
    or each message of the stream is answered by itself.
    """

    permission: options_pb2.Permission
    deadline_s: float | None
    idempotent: bool
    resource: str = ""
    also_resource: str = ""
    resource_optional: bool = False
    further_checks: tuple[FurtherCheck, ...] = ()
    violations: RequestCheck | None = None


def rules_of(contracts: Iterable[FileDescriptor]) -> dict[str, RpcRules]:
    """Return the rules by `/package.Service/Method`.

    Raises PermissionNotDeclared, ResourceFieldUnknown, RuleMisdeclared.
    """
    table: dict[str, RpcRules] = {}
    for contract in contracts:
        for service in contract.services_by_name.values():
            for method in service.methods:
                options: Any = method.GetOptions().Extensions
                path = f"/{service.full_name}/{method.name}"
                if not options[options_pb2.permission]:
                    raise PermissionNotDeclared(path)
                deadline_ms = options[options_pb2.deadline_ms]
                resource, also_resource = options[options_pb2.resource], options[options_pb2.also_resource]
                further = tuple(
                    FurtherCheck(each.permission, each.resource, tuple(each.when_changed))
                    for each in options[options_pb2.further_checks]
                )
                for fields in (resource, also_resource, *(each.resource for each in further)):
                    for field in filter(None, fields.split(_OR)):
                        _check_field(method.input_type, field, path)
                answered_singly = method.client_streaming and method.server_streaming
                table[path] = RpcRules(
                    permission=options[options_pb2.permission],
                    deadline_s=deadline_ms / 1000 if deadline_ms else None,
                    idempotent=options[options_pb2.idempotent],
                    resource=resource,
                    also_resource=also_resource,
                    resource_optional=options[options_pb2.resource_optional],
                    further_checks=further,
                    violations=None if answered_singly else request_check(method.input_type),
                )
    return table


def named_by(request: Any, paths: str) -> tuple[str, list[str]]:
    """Return what a request names by paths that `rules_of` accepted, and by which of them: the first that is set.

    Nothing is named by the first, when none is set.
    """
    first, *others = paths.split(_OR)
    for path in (first, *others):
        if names := [name for name in names_at(request, path) if name]:
            return path, names
    return first, []


def checked_by(request: Any, check: FurtherCheck) -> tuple[str, list[str]]:
    """Return what is to be checked besides, as `named_by` does; nothing where the request changes nothing it is about.

    A field that could change and does not is not heeded: nobody is checked on a place they name and do not go to.
    """
    if not check.when_changed:
        return named_by(request, check.resource)
    mask = set(request.update_mask.paths)
    changed = {
        path
        for path in check.when_changed
        if (path.partition(".")[2] in mask if mask else any(names_at(request, path)))
    }
    if not changed:
        return check.resource, []
    unchanged = set(check.when_changed) - changed
    return named_by(request, _OR.join(path for path in check.resource.split(_OR) if path not in unchanged))


def names_at(request: Any, path: str) -> list[str]:
    """Return the texts at a path that `rules_of` accepted; those of each element where a field is repeated."""
    found = [request]
    for step in path.split("."):
        values = [getattr(message, step) for message in found]
        repeated = bool(found) and found[0].DESCRIPTOR.fields_by_name[step].is_repeated
        found = [each for value in values for each in value] if repeated else values
    return found


def _check_field(request: Descriptor, path: str, rpc: str) -> None:
    message: Descriptor | None = request
    for step in path.split("."):
        field = message.fields_by_name.get(step) if message else None
        if field is None:
            raise ResourceFieldUnknown(f"{rpc}: {path}")
        message = field.message_type
    if field is None or field.type != FieldDescriptor.TYPE_STRING:
        raise ResourceFieldUnknown(f"{rpc}: {path}")
