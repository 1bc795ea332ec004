"""The table of rpc rules, read from the contracts: permission, deadline, idempotence.

Owns nothing but the reading. An rpc without a permission stops the start of a service: deny by default.
Contract: proto/shoal/options/v1/options.proto.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from google.protobuf.descriptor import FileDescriptor

from shoal.options.v1 import options_pb2

Permission = options_pb2.Permission


class PermissionNotDeclared(Exception):
    """An rpc of a contract states no permission."""


@dataclass(frozen=True, slots=True)
class RpcRules:
    """What a contract says of one rpc; `deadline_s` is None for streams."""

    permission: options_pb2.Permission
    deadline_s: float | None
    idempotent: bool


def rules_of(contracts: Iterable[FileDescriptor]) -> dict[str, RpcRules]:
    """Return the rules by `/package.Service/Method`. Raises PermissionNotDeclared."""
    table: dict[str, RpcRules] = {}
    for contract in contracts:
        for service in contract.services_by_name.values():
            for method in service.methods:
                options: Any = method.GetOptions().Extensions
                path = f"/{service.full_name}/{method.name}"
                if not options[options_pb2.permission]:
                    raise PermissionNotDeclared(path)
                deadline_ms = options[options_pb2.deadline_ms]
                table[path] = RpcRules(
                    permission=options[options_pb2.permission],
                    deadline_s=deadline_ms / 1000 if deadline_ms else None,
                    idempotent=options[options_pb2.idempotent],
                )
    return table
