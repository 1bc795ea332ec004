"""`shoal create` and `shoal cat`: documents, from a terminal."""

from __future__ import annotations

import sys
from enum import StrEnum
from typing import Annotated, Any

import grpc
import orjson
import typer

from cli.instance import DEFAULT_DATA
from cli.run import run
from cli.target import DataOption, GrpcOption, NameArgument, Target, TokenOption, UrlOption, find_target, full_name
from mesh.wire import document_from_parts
from shoal.document.v1 import document_pb2 as pb
from shoal.document.v1.document_pb2_grpc import DocumentServiceStub
from shoal.type.v1 import operation_pb2

_DEADLINE_S = 30.0


class Type(StrEnum):
    """What a document holds."""

    RICH_TEXT = "rich_text"
    PLAIN_TEXT = "plain_text"


class Format(StrEnum):
    """In which form content is printed."""

    TEXT = "text"
    DELTA = "delta"


def create(
    title: Annotated[str, typer.Option("--title", help="What people see; at most 200 characters.")] = "",
    type_: Annotated[Type, typer.Option("--type", help="What it holds; fixed for good.")] = Type.RICH_TEXT,
    document_id: Annotated[str, typer.Option("--id", help="The id wanted. Left out: the server makes one.")] = "",
    url: UrlOption = None,
    grpc_address: GrpcOption = None,
    token: TokenOption = None,
    data: DataOption = DEFAULT_DATA,
) -> None:
    """Create a document and print its name."""
    target = find_target(url=url, grpc_address=grpc_address, token=token, data=data)
    print(run(create_document(target, title, type_, document_id)))


def cat(
    name: NameArgument,
    revision: Annotated[
        int | None, typer.Option("--revision", min=0, help="As it was after so many operations. Left out: now.")
    ] = None,
    form: Annotated[Format, typer.Option("--format", help="Plain text, or Delta JSON.")] = Format.TEXT,
    url: UrlOption = None,
    grpc_address: GrpcOption = None,
    token: TokenOption = None,
    data: DataOption = DEFAULT_DATA,
) -> None:
    """Print a document's content."""
    target = find_target(url=url, grpc_address=grpc_address, token=token, data=data)
    if form is Format.TEXT:
        sys.stdout.write(run(read_text(target, full_name(name), revision))[0])
        if sys.stdout.isatty():
            print()
    else:
        print(run(read_delta(target, full_name(name), revision)))


async def create_document(target: Target, title: str, type_: Type, document_id: str = "") -> str:
    """Return the name of a new document. Raises Failed."""
    document = pb.Document(title=title, type=f"DOCUMENT_TYPE_{type_.upper()}")
    request = pb.CreateDocumentRequest(document=document, document_id=document_id)
    async with target.channel() as channel:
        rpc = _stub(channel).CreateDocument
        created: pb.CreateDocumentResponse = await rpc(request, metadata=target.metadata, timeout=_DEADLINE_S)
        return created.document.name


async def read_text(target: Target, name: str, revision: int | None = None) -> tuple[str, int]:
    """Return a document's text and the revision it is of. Raises Failed."""
    parts = await _content(target, name, revision, pb.CONTENT_FORMAT_TEXT)
    return "".join(part.text for part in parts), parts[0].revision


async def is_plain_text(target: Target, name: str) -> bool:
    """Return whether a document holds text alone. Raises Failed."""
    async with target.channel() as channel:
        rpc = _stub(channel).GetDocument
        answer: pb.GetDocumentResponse = await rpc(
            pb.GetDocumentRequest(name=name), metadata=target.metadata, timeout=_DEADLINE_S
        )
        return answer.document.type == pb.DOCUMENT_TYPE_PLAIN_TEXT


async def read_delta(target: Target, name: str, revision: int | None = None) -> str:
    """Return a document's content as Delta JSON. Raises Failed."""
    parts = await _content(target, name, revision, pb.CONTENT_FORMAT_DELTA)
    contents: list[operation_pb2.Content] = [part.content for part in parts]
    return orjson.dumps(document_from_parts(contents).to_operation().to_delta()).decode()


async def _content(
    target: Target, name: str, revision: int | None, form: pb.ContentFormat
) -> list[pb.GetContentResponse]:
    request = pb.GetContentRequest(name=name, revision=revision, format=form)
    async with target.channel() as channel:
        call = _stub(channel).GetContent(request, metadata=target.metadata)
        try:
            return [part async for part in call]
        finally:
            call.cancel()


def _stub(channel: grpc.aio.Channel) -> Any:
    return DocumentServiceStub(channel)  # type: ignore[no-untyped-call]  # generated without types
