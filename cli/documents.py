"""`shoal create`, `shoal cat`, `shoal tail`: documents from a terminal.

Each verb is one or two calls; what they print on stdout is meant to be piped on.
"""

from __future__ import annotations

import json
import sys
from enum import StrEnum
from typing import Annotated, Any

import grpc
import typer
from google.protobuf import json_format
from rich.console import Console

from cli.instance import DEFAULT_DATA
from cli.run import run
from cli.target import (
    DataOption,
    GrpcOption,
    NameArgument,
    Target,
    TokenOption,
    UrlOption,
    find_target,
    full_name,
)
from mesh.wire import document_from_parts
from shoal.collab.v1 import collab_pb2, collab_pb2_grpc
from shoal.document.v1 import document_pb2 as pb
from shoal.document.v1 import document_pb2_grpc
from shoal.type.v1 import operation_pb2

_TIMEOUT_S = 10.0


class Kind(StrEnum):
    """What a document holds."""

    RICH_TEXT = "rich_text"
    PLAIN_TEXT = "plain_text"


class Format(StrEnum):
    """How content is printed."""

    TEXT = "text"
    DELTA = "delta"


def create(
    title: Annotated[str, typer.Option("--title", help="What people see.")] = "",
    kind: Annotated[Kind, typer.Option("--type", help="What it holds.")] = Kind.RICH_TEXT,
    document_id: Annotated[str, typer.Option("--id", help="The id wanted. Left out: one is made.")] = "",
    url: UrlOption = None,
    grpc_address: GrpcOption = None,
    token: TokenOption = None,
    data: DataOption = DEFAULT_DATA,
) -> None:
    """Create a document and print its name."""
    target = find_target(url=url, grpc_address=grpc_address, token=token, data=data)
    print(run(create_document(target, title, kind, document_id)))


async def create_document(target: Target, title: str, kind: Kind, document_id: str = "") -> str:
    """Create a document; return its name, `documents/…`. Raises Failed."""
    document = pb.Document(title=title, type=f"DOCUMENT_TYPE_{kind.name}")
    request = pb.CreateDocumentRequest(document=document, document_id=document_id)
    async with target.channel() as channel:
        response = await documents(channel).CreateDocument(request, metadata=target.metadata, timeout=_TIMEOUT_S)
    return str(response.document.name)


def cat(
    name: NameArgument,
    revision: Annotated[int | None, typer.Option("--revision", min=0, help="As it was then. Left out: now.")] = None,
    form: Annotated[Format, typer.Option("--format", help="Text, or Delta JSON.")] = Format.TEXT,
    url: UrlOption = None,
    grpc_address: GrpcOption = None,
    token: TokenOption = None,
    data: DataOption = DEFAULT_DATA,
) -> None:
    """Print a document's content."""
    target = find_target(url=url, grpc_address=grpc_address, token=token, data=data)
    if form is Format.TEXT:
        sys.stdout.write(run(read_text(target, full_name(name), revision)))
    else:
        print(json.dumps(run(_read_delta(target, full_name(name), revision)), ensure_ascii=False))


async def read_text(target: Target, name: str, revision: int | None = None) -> str:
    """Return a document's text. Raises Failed."""
    request = pb.GetContentRequest(name=name, revision=revision, format=pb.CONTENT_FORMAT_TEXT)
    async with target.channel() as channel:
        call = documents(channel).GetContent(request, metadata=target.metadata)
        return "".join([part.text async for part in call])


async def _read_delta(target: Target, name: str, revision: int | None) -> list[dict[str, Any]]:
    request = pb.GetContentRequest(name=name, revision=revision, format=pb.CONTENT_FORMAT_DELTA)
    async with target.channel() as channel:
        call = documents(channel).GetContent(request, metadata=target.metadata)
        parts = [part.content async for part in call]
    return document_from_parts(parts).to_delta()


def tail(
    name: NameArgument,
    after: Annotated[
        int | None, typer.Option("--after", min=0, help="Start after this revision. Left out: only what is new.")
    ] = None,
    url: UrlOption = None,
    grpc_address: GrpcOption = None,
    token: TokenOption = None,
    data: DataOption = DEFAULT_DATA,
) -> None:
    """Follow a document: one line an operation, as it is committed; JSON when the output is no terminal."""
    target = find_target(url=url, grpc_address=grpc_address, token=token, data=data)
    run(_tail(target, full_name(name), after))


async def _tail(target: Target, name: str, after: int | None) -> None:
    request = collab_pb2.WatchDocumentRequest(name=name, after_revision=after)
    console = Console() if sys.stdout.isatty() else None
    async with target.channel() as channel:
        stub: Any = collab_pb2_grpc.CollabServiceStub(channel)  # type: ignore[no-untyped-call]  # generated
        async for response in stub.WatchDocument(request, metadata=target.metadata):
            for committed in response.operations:
                _show(console, committed)


def _show(console: Console | None, committed: operation_pb2.CommittedOperation) -> None:
    if console is None:
        print(json_format.MessageToJson(committed, indent=None, ensure_ascii=False), flush=True)
        return
    steps = " ".join(_step(component) for component in committed.operation.components)
    console.print(f"{committed.revision:>8}  {committed.author:<24}  {steps}", markup=False, soft_wrap=True)


def _step(component: operation_pb2.Component) -> str:
    match component.WhichOneof("action"):
        case "retain":
            return f"={component.retain}{'*' if component.attributes else ''}"
        case "insert":
            return f"+{json.dumps(component.insert, ensure_ascii=False)}"
        case "delete":
            return f"-{component.delete}"
        case _:
            return f"+[{component.embed.type}]"


def documents(channel: grpc.aio.Channel) -> Any:
    """Return the stub of DocumentService."""
    return document_pb2_grpc.DocumentServiceStub(channel)  # type: ignore[no-untyped-call]  # generated without types
