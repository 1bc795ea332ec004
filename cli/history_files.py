"""`shoal export-history` and `shoal import-history`: a document with all its history, as a file.

The file's format is described in docs/history.md; here it is bytes.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, BinaryIO

import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)

from cli.errors import Failed
from cli.history import history, print_json, streamed
from cli.instance import DEFAULT_DATA
from cli.run import run
from cli.target import DataOption, GrpcOption, NameArgument, Target, TokenOption, UrlOption, find_target, full_name
from shoal.document.v1 import history_pb2 as pb

_PIECE_BYTES = 64 * 1024


def export_history(
    name: NameArgument,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Where to; left out: stdout.")
    ] = None,
    url: UrlOption = None,
    grpc_address: GrpcOption = None,
    token: TokenOption = None,
    data: DataOption = DEFAULT_DATA,
) -> None:
    """Write a document with every operation of its history as lines of JSON. A file is there when all of it is."""
    if output is None and sys.stdout.isatty():
        raise typer.BadParameter("say where to with --output, or send it on", param_hint="--output")
    target = find_target(url=url, grpc_address=grpc_address, token=token, data=data)
    request = pb.ExportHistoryRequest(document=full_name(name))
    with _written(output) as file:
        exported = run(_export(target, request, file))
    if output is not None:
        print(f"{output}: {exported} operations of {request.document}", file=sys.stderr)


async def _export(target: Target, request: pb.ExportHistoryRequest, file: BinaryIO) -> int:
    exported = 0
    async with streamed(target, "ExportHistory", request) as parts:
        with _progress(MofNCompleteColumn(), "operations") as (progress, task):
            async for part in parts:
                file.write(part.chunk)
                exported = part.exported_operations
                progress.update(task, completed=exported, total=part.total_operations)
    return exported


def import_history(
    file: Annotated[str, typer.Argument(metavar="FILE", help="What `export-history` wrote; - = what comes on stdin.")],
    document_id: Annotated[str, typer.Option("--id", help="The id wanted. Left out: the server makes one.")] = "",
    project: Annotated[str, typer.Option("--project", help="The project it goes to: projects/x.")] = "",
    json: Annotated[bool, typer.Option("--json", help="What was made, as one JSON object.")] = False,
    url: UrlOption = None,
    grpc_address: GrpcOption = None,
    token: TokenOption = None,
    data: DataOption = DEFAULT_DATA,
) -> None:
    """Make a document out of an exported history and print its name. Nothing of a damaged file is kept."""
    target = find_target(url=url, grpc_address=grpc_address, token=token, data=data)
    first = pb.ImportHistoryRequest(document_id=document_id, project=project)
    with _read(file) as source:
        made = run(_import(target, first, source))
    if json:
        print_json({"name": made.document.name, "operations": made.operations})
    else:
        print(made.document.name)


async def _import(target: Target, first: pb.ImportHistoryRequest, file: BinaryIO) -> pb.ImportHistoryResponse:
    total = os.fstat(file.fileno()).st_size if file.seekable() else None
    with _progress(DownloadColumn(), "read", total) as (progress, task):
        async with target.channel() as channel:
            call = history(channel).ImportHistory(_pieces(first, file, progress, task), metadata=target.metadata)
            try:
                made: pb.ImportHistoryResponse = await call
                return made
            finally:
                call.cancel()


async def _pieces(
    first: pb.ImportHistoryRequest, file: BinaryIO, progress: Progress, task: TaskID
) -> AsyncIterator[pb.ImportHistoryRequest]:
    yield first
    # In a thread, since what comes on stdin may be long in coming.
    while chunk := await asyncio.to_thread(file.read, _PIECE_BYTES):
        yield pb.ImportHistoryRequest(chunk=chunk)
        progress.advance(task, len(chunk))


@contextmanager
def _progress(
    done: MofNCompleteColumn | DownloadColumn, what: str, total: int | None = None
) -> Iterator[tuple[Progress, TaskID]]:
    """Show how far it is on stderr, where that is a terminal."""
    console = Console(stderr=True)
    columns = (TextColumn(what), BarColumn(), done, TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        yield progress, progress.add_task(what, total=total)


@contextmanager
def _written(output: Path | None) -> Iterator[BinaryIO]:
    """Yield what to write into: stdout, or a file that takes its name when all is in it."""
    if output is None:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    partial = output.with_name(f".{output.name}.partial")
    with _failing(f"cannot write {output}"), partial.open("wb") as file:
        try:
            yield file
            partial.replace(output)
        finally:
            partial.unlink(missing_ok=True)


@contextmanager
def _read(file: str) -> Iterator[BinaryIO]:
    if file == "-":
        yield sys.stdin.buffer
        return
    with _failing(f"cannot read {file}"), Path(file).open("rb") as source:
        yield source


@contextmanager
def _failing(what: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise Failed(f"{what}: {error.strerror}") from error
