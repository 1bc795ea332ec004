"""`shoal log`: what happened to a document, as sessions of work or operation by operation."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from typing import Annotated, Any

import orjson
import typer
from rich.console import Console
from rich.table import Column, Table
from rich.text import Text

from cli.history import ask, history, local_span, print_json, writer
from cli.instance import DEFAULT_DATA
from cli.run import run
from cli.tail import as_json, pretty
from cli.target import DataOption, GrpcOption, NameArgument, Target, TokenOption, UrlOption, find_target, full_name
from shoal.document.v1 import history_pb2 as pb
from shoal.type.v1 import operation_pb2

_LARGEST_PAGE = 1000


def log(
    name: NameArgument,
    operations: Annotated[bool, typer.Option("--operations", help="Every operation, one a line.")] = False,
    after: Annotated[int, typer.Option("--after", min=0, help="Only operations after this revision.")] = 0,
    oldest_first: Annotated[bool, typer.Option("--oldest-first", help="Operations from the first one on.")] = False,
    count: Annotated[int, typer.Option("-n", min=1, help="So many of them.", metavar="NUMBER")] = 50,
    everything: Annotated[bool, typer.Option("--all", help="All of them.")] = False,
    json: Annotated[bool, typer.Option("--json", help="JSON lines, also on a terminal; elsewhere always.")] = False,
    url: UrlOption = None,
    grpc_address: GrpcOption = None,
    token: TokenOption = None,
    data: DataOption = DEFAULT_DATA,
) -> None:
    """Print a document's history, the newest first: sessions of work, or its operations."""
    if (after or oldest_first) and not operations:
        raise typer.BadParameter("--after and --oldest-first are for --operations")
    target = find_target(url=url, grpc_address=grpc_address, token=token, data=data)
    most = None if everything else count
    readable = sys.stdout.isatty() and not json
    if operations:
        listed = pb.ListOperationsRequest(document=full_name(name), after_revision=after, descending=not oldest_first)
        run(_print_operations(target, listed, most, readable=readable))
    else:
        run(_print_sessions(target, pb.ListEditSessionsRequest(document=full_name(name)), most, readable=readable))


async def _print_operations(
    target: Target, request: pb.ListOperationsRequest, most: int | None, *, readable: bool
) -> None:
    console = Console(soft_wrap=True, highlight=False) if readable else None
    async for operation in _pages(target, "ListOperations", request, most):
        if console:
            console.print(pretty(operation))
        else:
            print_json(_timed(operation))


def _timed(operation: operation_pb2.CommittedOperation) -> dict[str, Any]:
    return {**orjson.loads(as_json(operation)), "commit_time": operation.commit_time.ToJsonString()}


async def _print_sessions(
    target: Target, request: pb.ListEditSessionsRequest, most: int | None, *, readable: bool
) -> None:
    table = Table(Column("when", no_wrap=True), Column("revisions", no_wrap=True), "who", box=None)
    async for session in _pages(target, "ListEditSessions", request, most):
        if readable:
            table.add_row(*_row(session))
        else:
            print_json(_session(session))
    if readable:
        Console(highlight=False).print(table)


async def _pages(target: Target, method: str, request: Any, most: int | None) -> AsyncIterator[Any]:
    """Yield what a listing has, page by page, at most so many (None: all)."""
    left = most
    while left is None or left > 0:
        request.page_size = _LARGEST_PAGE if left is None else min(left, _LARGEST_PAGE)
        page = await ask(target, history, method, request)
        rows = page.operations if method == "ListOperations" else page.edit_sessions
        for row in rows:
            yield row
        if left is not None:
            left -= len(rows)
        request.page_token = page.next_page_token
        if not request.page_token:
            return


def _row(session: pb.EditSession) -> tuple[Text, ...]:
    who = Text()
    for each in session.contributions:
        who.append(", " if who else "").append(writer(each.author, each.agent), style="cyan")
        who.append(f" +{each.inserted}", style="green").append(f" -{each.deleted}", style="red")
    span = f"{session.first_revision}-{session.last_revision}"
    return Text(local_span(session.start_time, session.end_time)), Text(span, style="dim"), who


def _session(session: pb.EditSession) -> dict[str, Any]:
    return {
        "first_revision": session.first_revision,
        "last_revision": session.last_revision,
        "start_time": session.start_time.ToJsonString(),
        "end_time": session.end_time.ToJsonString(),
        "contributions": [
            {
                "author": each.author,
                **({"agent": each.agent} if each.agent else {}),
                "operations": each.operations,
                "inserted": each.inserted,
                "deleted": each.deleted,
            }
            for each in session.contributions
        ],
    }
