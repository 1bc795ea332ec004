"""Rpcs: everything public that the contracts have, found in their descriptors.

Owns the list, what an rpc may be called by, and what a line about one says. An rpc that is new in the contracts is here
without a change. Those that only services may call are not: their permission is PERMISSION_INTERNAL.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from operator import attrgetter
from typing import Any

from google.api import annotations_pb2, http_pb2
from google.protobuf.descriptor import FileDescriptor, MethodDescriptor
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass

import shoal
from cli.answers import permission_word
from mesh.rpc_table import RpcRules, rules_of
from shoal.options.v1 import options_pb2


@dataclass(frozen=True, slots=True)
class Rpc:
    """One rpc: `full_name` is package.Service.Method, `rules` what its contract says of who may call it."""

    method: MethodDescriptor
    rules: RpcRules

    @property
    def full_name(self) -> str:
        """The name with its package."""
        return str(self.method.full_name)

    @property
    def name(self) -> str:
        """Service.Method, which is unique among the public ones."""
        return f"{self.method.containing_service.name}.{self.method.name}"

    @property
    def path(self) -> str:
        """What gRPC calls it."""
        return f"/{self.method.containing_service.full_name}/{self.method.name}"

    @property
    def request(self) -> type[Message]:
        """The class of its request."""
        return GetMessageClass(self.method.input_type)

    @property
    def response(self) -> type[Message]:
        """The class of its response."""
        return GetMessageClass(self.method.output_type)

    @property
    def has_pages(self) -> bool:
        """Whether it lists something a page at a time."""
        return (
            "page_token" in self.method.input_type.fields_by_name
            and "next_page_token" in self.method.output_type.fields_by_name
        )

    @property
    def permission(self) -> str:
        """What its caller needs, as a word: document_read."""
        return permission_word(self.rules.permission)

    @property
    def rest(self) -> list[str]:
        """Each of its HTTP bindings, as `GET /v1/{name=documents/*}`; empty for none."""
        options: Any = self.method.GetOptions().Extensions
        rule = options[annotations_pb2.http]
        return [_binding(each) for each in (rule, *rule.additional_bindings) if each.WhichOneof("pattern")]


@cache
def public_rpcs() -> Mapping[str, Rpc]:
    """Return all of them by Service.Method, in the order of their full names."""
    files = contracts()
    rules = rules_of(files)
    found = [
        Rpc(method, rules[f"/{service.full_name}/{method.name}"])
        for file in files
        for service in file.services_by_name.values()
        for method in service.methods
    ]
    public = [each for each in found if each.rules.permission != options_pb2.PERMISSION_INTERNAL]
    return {each.name: each for each in sorted(public, key=lambda rpc: rpc.full_name)}


def contracts() -> list[FileDescriptor]:
    """Return all files of the contracts."""
    modules = [each.name for each in pkgutil.walk_packages(shoal.__path__, "shoal.") if each.name.endswith("_pb2")]
    return [import_module(each).DESCRIPTOR for each in modules]


def find_rpc(said: str, known: Iterable[Rpc]) -> Rpc | None:
    """Return what is meant: its full name, with a dot or a slash before the method, Service.Method, or its method alone
    where no other service has one of that name. None for what means none or several."""
    word = said.strip("/").replace("/", ".").lower()
    found = list(known)
    for spelled in (attrgetter("full_name"), attrgetter("name")):
        if match := [each for each in found if spelled(each).lower() == word]:
            return match[0]
    alone = [each for each in found if each.method.name.lower() == word]
    return alone[0] if len(alone) == 1 else None


def _binding(rule: http_pb2.HttpRule) -> str:
    verb = rule.WhichOneof("pattern")
    if verb == "custom":
        return f"{rule.custom.kind} {rule.custom.path}"
    return f"{str(verb).upper()} {getattr(rule, str(verb))}"
