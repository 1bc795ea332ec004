"""Answers about projects and people: how they are asked for, how they are printed, and the words for roles and rights.

Owns what the verbs about sharing share. Knows no option of one of them alone.
"""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any

import orjson
import typer
from google.protobuf.descriptor import EnumDescriptor, FieldDescriptor
from google.protobuf.message import Message
from google.protobuf.timestamp_pb2 import Timestamp
from rich.console import Console
from rich.table import Column, Table
from rich.text import Text

from cli.errors import Failed
from cli.run import run
from cli.target import Target
from mesh.faults import InvalidField
from mesh.resource_names import RESOURCES, Kind, parse
from shoal.options.v1 import options_pb2
from shoal.project.v1 import access_pb2

DEADLINE_S = 30.0
LARGEST_PAGE = 1000
_PERMISSIONS = frozenset(options_pb2.Permission.keys()) - {"PERMISSION_UNSPECIFIED"}
Stub = Callable[..., Any]
"""A generated stub's class."""

JsonOption = Annotated[bool, typer.Option("--json", help="JSON, also on a terminal; elsewhere it always is.")]
AllOption = Annotated[bool, typer.Option("--all", help="All of them. Left out: the first 50.")]
ResourceArgument = Annotated[
    str,
    typer.Argument(
        metavar="RESOURCE", help="organizations/x, projects/x, projects/x/folders/y or documents/x, and all in it."
    ),
]


class Role(StrEnum):
    """The roles that everybody knows."""

    VIEWER = "viewer"
    COMMENTER = "commenter"
    EDITOR = "editor"
    ADMIN = "admin"
    OWNER = "owner"


_ROLES = {
    Role.VIEWER: access_pb2.ROLE_VIEWER,
    Role.COMMENTER: access_pb2.ROLE_COMMENTER,
    Role.EDITOR: access_pb2.ROLE_EDITOR,
    Role.ADMIN: access_pb2.ROLE_ADMIN,
    Role.OWNER: access_pb2.ROLE_OWNER,
}


def role_number(role: Role | None) -> access_pb2.Role:
    """Return the contract's value of a role; None = not said."""
    return _ROLES[role] if role else access_pb2.ROLE_UNSPECIFIED


def permission_names(words: Sequence[str] | None, option: str) -> list[str]:
    """Return the contract's names of permissions, which docs/permissions.md has, in upper or lower case.

    Raises BadParameter for what is none.
    """
    names = []
    for word in words or ():
        name = f"PERMISSION_{word.upper().replace('-', '_')}"
        if name not in _PERMISSIONS:
            raise typer.BadParameter(f"{word!r} is no permission; docs/permissions.md lists them", param_hint=option)
        names.append(name)
    return names


def resource_name(name: str) -> str:
    """Return the name of something that can be shared. Raises Failed when it is none."""
    return _checked(name, *RESOURCES)


def name_of(kind: Kind, name: str) -> str:
    """Return the full name of an organisation or project that is given as `organizations/x`, or `x`. Raises Failed."""
    return _checked(name if "/" in name else f"{kind.value}s/{name}", kind)


def _checked(name: str, *kinds: Kind) -> str:
    try:
        return parse(name, "name", *kinds).text
    except InvalidField as error:
        raise Failed(f"{name!r} is not the name of one: {error.message}") from error


def ask(target: Target, stub: Stub, method: str, request: Message) -> Any:
    """Return the answer of a unary rpc. Raises Failed."""
    return run(_ask(target, stub, method, request))


async def _ask(target: Target, stub: Stub, method: str, request: Message) -> Any:
    async with target.channel() as channel:
        return await getattr(stub(channel), method)(request, metadata=target.metadata, timeout=DEADLINE_S)


def ask_pages(
    target: Target, stub: Stub, method: str, request: Any, field: str, *, everything: bool = True, size: int = 0
) -> list[Any]:
    """Return what a listing has, all of it or its first page; says on stderr that there is more. Raises Failed."""
    request.page_size = LARGEST_PAGE if everything else size
    return run(_gather(target, stub, method, request, field, everything=everything))


async def _gather(target: Target, stub: Stub, method: str, request: Any, field: str, *, everything: bool) -> list[Any]:
    found: list[Any] = []
    async for page in _pages(target, stub, method, request):
        found += getattr(page, field)
        if page.next_page_token and not everything:
            print("there are more; --all lists them", file=sys.stderr)
            break
    return found


async def _pages(target: Target, stub: Stub, method: str, request: Any) -> AsyncIterator[Any]:
    async with target.channel() as channel:
        while True:
            page = await getattr(stub(channel), method)(request, metadata=target.metadata, timeout=DEADLINE_S)
            yield page
            request.page_token = page.next_page_token
            if not request.page_token:
                return


def print_rows(
    found: Sequence[Message], columns: Sequence[str], row: Callable[[Any], Sequence[str]], *, json: bool
) -> None:
    """Print a listing: a table on a terminal, else one JSON a line."""
    if json or not sys.stdout.isatty():
        for each in found:
            print(as_json(each))
        return
    first, *others = columns
    table = Table(Column(first, no_wrap=True), *others, box=None)
    for each in found:
        table.add_row(*map(Text, row(each)))
    Console(highlight=False).print(table)


def print_one(message: Message, *, json: bool, **more: str) -> None:
    """Print one thing, with what else there is to say of it: line by line on a terminal, else as one line of JSON."""
    said = {**plain(message), **more}
    if json or not sys.stdout.isatty():
        print(_dump(said))
        return
    width = max(map(len, said), default=0)
    console = Console(highlight=False, soft_wrap=True)  # no line is cut: a link must be whole to be copied
    for key, value in said.items():
        if value:
            console.print(Text.assemble((f"{key.replace('_', ' '):<{width}}  ", "dim"), _words(value)))


def as_json(message: Message) -> str:
    """Return a message as one line of JSON; what is empty is left out, enums are words."""
    return _dump(plain(message))


def plain(message: Message) -> dict[str, Any]:
    """Return what a message says, by the contract's names: times as RFC 3339, enums as lower-case words."""
    return {field.name: _field(field, value) for field, value in message.ListFields()}


def _field(field: FieldDescriptor, value: Any) -> Any:
    if field.message_type is not None and field.message_type.GetOptions().map_entry:
        return dict(sorted(value.items()))
    if field.is_repeated:
        return [_value(field, each) for each in value]
    return _value(field, value)


def _value(field: FieldDescriptor, value: Any) -> Any:
    if isinstance(value, Timestamp):
        return value.ToJsonString()
    if isinstance(value, Message):
        return plain(value)
    return word_of(field.enum_type, value) if field.enum_type is not None else value


def word_of(enum: EnumDescriptor, number: int) -> str:
    """Return an enum's value as a word: ROLE_VIEWER is viewer, PERMISSION_DOCUMENT_READ is document_read."""
    prefix = enum.values_by_number[0].name.removesuffix("UNSPECIFIED")
    known = enum.values_by_number.get(number)
    return known.name.removeprefix(prefix).lower() if known else str(number)


def role_word(grant: Any) -> str:
    """Return the role that a grant, an invitation or a link gives, and what a grant denies, for people."""
    role = grant.custom_role if getattr(grant, "custom_role", "") else _role(grant.role)
    denied = [permission_word(each) for each in getattr(grant, "denied", ())]
    return ", ".join(filter(None, (role, f"but not {' '.join(denied)}" if denied else "")))


def _role(number: int) -> str:
    return word_of(access_pb2.Role.DESCRIPTOR, number) if number else ""


def permission_word(number: int) -> str:
    """Return the name of a permission, as `--deny` takes it."""
    return word_of(options_pb2.Permission.DESCRIPTOR, number)


def who_word(principal: access_pb2.Principal) -> str:
    """Return who is meant, as `shoal member` takes it."""
    kind = principal.WhichOneof("who")
    return str(getattr(principal, kind)) if kind else ""


def time_word(stamp: Timestamp) -> str:
    """Return a time as a person at this machine reads it; empty for none."""
    return stamp.ToDatetime(UTC).astimezone().strftime("%Y-%m-%d %H:%M") if stamp.seconds else ""


def put_time(stamp: Timestamp, moment: datetime | None) -> None:
    """Set a time, if there is one."""
    if moment is not None:
        stamp.FromDatetime(moment)


def _words(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key} {_words(each)}" for key, each in value.items())
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _dump(said: dict[str, Any]) -> str:
    return orjson.dumps(said).decode()
