"""The table of rpc rules, read from the contracts: permission, resource, deadline, idempotence.

Owns nothing but the reading, of contracts and of the fields they name. An rpc without a permission, or with a resource
that its request does not have, stops the start of a service: deny by default.
Contract: proto/shoal/options/v1/options.proto.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from google.protobuf.descriptor import Descriptor, FieldDescriptor, FileDescriptor

from shoal.options.v1 import options_pb2

Permission = options_pb2.Permission


class PermissionNotDeclared(Exception):
    """An rpc of a contract states no permission."""


class ResourceFieldUnknown(Exception):
    """An rpc of a contract names a resource by a field that its request does not have."""


@dataclass(frozen=True, slots=True)
class RpcRules:
    """What a contract says of one rpc; `deadline_s` is None for streams, resources are paths of fields."""

    permission: options_pb2.Permission
    deadline_s: float | None
    idempotent: bool
    resource: str = ""
    also_resource: str = ""
    resource_optional: bool = False


def rules_of(contracts: Iterable[FileDescriptor]) -> dict[str, RpcRules]:
    """Return the rules by `/package.Service/Method`. Raises PermissionNotDeclared, ResourceFieldUnknown."""
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
                for field in filter(None, (resource, also_resource)):
                    _check_field(method.input_type, field, path)
                table[path] = RpcRules(
                    permission=options[options_pb2.permission],
                    deadline_s=deadline_ms / 1000 if deadline_ms else None,
                    idempotent=options[options_pb2.idempotent],
                    resource=resource,
                    also_resource=also_resource,
                    resource_optional=options[options_pb2.resource_optional],
                )
    return table


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
