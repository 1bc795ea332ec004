"""`shoal list` and `shoal show`: which documents there are, and what is said about one."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Column, Table
from rich.text import Text

from cli.documents import as_json, call, get_document, local_time, type_word
from cli.instance import DEFAULT_DATA
from cli.run import run
from cli.target import DataOption, GrpcOption, NameArgument, Target, TokenOption, UrlOption, find_target, full_name
from shoal.document.v1 import document_pb2 as pb

_LARGEST_PAGE = 1000

JsonOption = Annotated[bool, typer.Option("--json", help="JSON, also on a terminal; elsewhere it always is.")]


def list(  # noqa: A001 -- the verb's name
    fitting: Annotated[
        str,
        typer.Option("--filter", metavar="FILTER", help="""As in 'project = "projects/x" AND title : "notes"'."""),
    ] = "",
    order: Annotated[
        str, typer.Option("--order", metavar="ORDER", help="update_time, create_time or title, and desc behind it.")
    ] = "update_time desc",
    deleted: Annotated[bool, typer.Option("--deleted", help="Also what is in the trash.")] = False,
    everything: Annotated[bool, typer.Option("--all", help="All of them. Left out: the first 50.")] = False,
    json: JsonOption = False,
    url: UrlOption = None,
    grpc_address: GrpcOption = None,
    token: TokenOption = None,
    data: DataOption = DEFAULT_DATA,
) -> None:
    """List documents: a table on a terminal, else one JSON a line. docs/documents.md has the filter's grammar."""
    target = find_target(url=url, grpc_address=grpc_address, token=token, data=data)
    request = pb.ListDocumentsRequest(filter=fitting, order_by=order, show_deleted=deleted)
    run(_list(target, request, everything=everything, table=sys.stdout.isatty() and not json))


async def _list(target: Target, request: pb.ListDocumentsRequest, *, everything: bool, table: bool) -> None:
    shown = Table(Column("name", no_wrap=True), "title", "revision", "changed", "project", "labels", box=None)
    request.page_size = _LARGEST_PAGE if everything else 0
    async for page in _pages(target, request):
        for document in page.documents:
            if table:
                shown.add_row(*_row(document), style="dim" if document.HasField("delete_time") else "")
            else:
                print(as_json(document))
        if page.next_page_token and not everything:
            print("there are more; --all lists them", file=sys.stderr)
            break
    if table:
        Console().print(shown)


async def _pages(target: Target, request: pb.ListDocumentsRequest) -> AsyncIterator[pb.ListDocumentsResponse]:
    while True:
        page: pb.ListDocumentsResponse = await call(target, "ListDocuments", request)
        yield page
        request.page_token = page.next_page_token
        if not request.page_token:
            return


def _row(document: pb.Document) -> tuple[Text, ...]:
    labels = ", ".join(f"{key}={value}" if value else key for key, value in sorted(document.labels.items()))
    changed = local_time(document.update_time)
    if document.HasField("delete_time"):
        changed = f"deleted {local_time(document.delete_time)}"
    cells = (document.name, document.title, str(document.head_revision), changed, document.project, labels)
    return tuple(map(Text, cells))


def show(
    name: NameArgument,
    json: JsonOption = False,
    url: UrlOption = None,
    grpc_address: GrpcOption = None,
    token: TokenOption = None,
    data: DataOption = DEFAULT_DATA,
) -> None:
    """Print what is said about a document, also about a deleted one."""
    target = find_target(url=url, grpc_address=grpc_address, token=token, data=data)
    print_document(run(get_document(target, full_name(name))), json=json)


def print_document(document: pb.Document, *, json: bool) -> None:
    """Print a document's metadata: line by line on a terminal, else as one line of JSON."""
    if json or not sys.stdout.isatty():
        print(as_json(document))
        return
    lines = Table(box=None, show_header=False)
    for key, value in _said(document).items():
        if value:
            lines.add_row(Text(key, style="dim"), Text(value))
    Console().print(lines)


def _said(document: pb.Document) -> dict[str, str]:
    deleted = document.HasField("delete_time")
    return {
        "name": document.name,
        "title": document.title,
        "type": type_word(document) + (", a template" if document.template else ""),
        "revision": str(document.head_revision),
        "created": f"{local_time(document.create_time)} by {document.creator}",
        "changed": local_time(document.update_time),
        "project": document.project,
        "folder": document.folder,
        "labels": ", ".join(f"{key}={value}" for key, value in sorted(document.labels.items())),
        "language": document.language,
        "deleted": f"{local_time(document.delete_time)}, kept until {local_time(document.expire_time)}"
        if deleted
        else "",
        "etag": document.etag,
    }
