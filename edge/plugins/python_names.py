"""Names: how a generated module calls what it uses, and the lines that import it.

Owns that no two things share a name and that the same contract always gives the same names.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from google.protobuf.descriptor import Descriptor, EnumDescriptor, FileDescriptor, ServiceDescriptor

from edge.plugins.schema import is_plain, module_name

GATEWAY = "_gateway"
"""What a generated module's name ends in: `a/b.proto` is `a.b_gateway`, beside `a.b_pb2`."""

WIDTH = 120
"""Characters that a line of a generated module takes before it is parted."""

RESERVED = frozenset(("annotations", "Any", "Binding", "Method", "encoders", "importlib"))
"""What every generated module may call by these names."""


def snake(name: str) -> str:
    """`HTTPRuleSet` and `HttpRuleSet` are both `http_rule_set`; `A2AService` is `a2a_service`."""
    parted = re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z0-9])(?=[A-Z][a-z])", "_", name)
    return re.sub(r"_+", "_", parted.replace(".", "_")).strip("_").lower()


def distinct(names: Iterable[str], taken: frozenset[str] = frozenset()) -> Iterator[str]:
    """Give the names as they come, the second of a name with `_2` behind it, and so on."""
    seen = set(taken)
    for name in names:
        free, count = name, 1
        while free in seen:
            count += 1
            free = f"{name}_{count}"
        seen.add(free)
        yield free


def messages_of(file: FileDescriptor) -> tuple[Descriptor, ...]:
    """Return a file's messages, nested ones after theirs; map entries left out."""
    return tuple(each for top in file.message_types_by_name.values() for each in _with_nested(top))


def _with_nested(message: Descriptor) -> Iterator[Descriptor]:
    if message.GetOptions().map_entry:
        return
    yield message
    for nested in message.nested_types:
        yield from _with_nested(nested)


def _local(file: FileDescriptor, full_name: str) -> str:
    return full_name.removeprefix(f"{file.package}.") if file.package else full_name


def encoder_names(file: FileDescriptor) -> dict[str, str]:
    """Return the name of each message's encoder, by the message's full name."""
    messages = messages_of(file)
    wanted = (f"encode_{snake(_local(file, message.full_name))}" for message in messages)
    return dict(zip((message.full_name for message in messages), distinct(wanted), strict=True))


def service_names(file: FileDescriptor) -> dict[str, str]:
    """Return the name of each service's bindings, by the service's full name: `DOCUMENT_SERVICE`."""
    services: list[ServiceDescriptor] = list(file.services_by_name.values())
    wanted = (snake(service.name).upper() for service in services)
    return dict(zip((service.full_name for service in services), distinct(wanted), strict=True))


class Imports:
    """The modules that one generated module uses."""

    def __init__(self, messages_of: Mapping[str, str]) -> None:
        """`messages_of` has the module of a proto file's messages where that is not the one that protoc names."""
        self._messages_of = messages_of
        self._names: dict[str, str] = {}

    def module(self, name: str) -> str:
        """Return what the module is called here: its last part, or all of it where that is taken."""
        if name not in self._names:
            taken = RESERVED | set(self._names.values())
            short = name.rpartition(".")[2]
            whole = name.replace(".", "_")
            self._names[name] = short if short not in taken else next(distinct([whole], frozenset(taken)))
        return self._names[name]

    def message(self, message: Descriptor) -> str:
        """Return the expression for a message's class."""
        return self._member(message)

    def enum(self, enum: EnumDescriptor) -> str:
        """Return the expression for an enum's wrapper."""
        return self._member(enum)

    def _member(self, of: Descriptor | EnumDescriptor) -> str:
        expression = self.module(self._messages_of.get(of.file.name) or module_name(of.file.name))
        for step in _local(of.file, of.full_name).split("."):
            expression = attribute(expression, step)
        return expression

    def lines(self) -> list[str]:
        """Return the import statements, sorted as isort sorts them; modules with keywords in their names come last."""
        plain = [name for name in self._names if all(is_plain(part) for part in name.split("."))]
        odd = sorted(set(self._names) - set(plain))
        straight = sorted(name for name in plain if "." not in name)
        within = sorted((name for name in plain if "." in name), key=lambda name: name.rsplit(".", 1))
        return [
            *(f"import {name}{self._as(name)}" for name in straight),
            *(f"from {name.rpartition('.')[0]} import {name.rpartition('.')[2]}{self._as(name)}" for name in within),
            *(["import importlib", ""] if odd else []),
            *(f'{self._names[name]} = importlib.import_module("{name}")' for name in odd),
        ]

    def _as(self, name: str) -> str:
        short = self._names[name]
        return "" if short == name.rpartition(".")[2] else f" as {short}"


def attribute(of: str, name: str) -> str:
    """Return the expression that reads an attribute, whatever it is called."""
    return f"{of}.{name}" if is_plain(name) else f'getattr({of}, "{name}")'
