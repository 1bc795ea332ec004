"""`shoal doctor`: checks an instance's database against its log, and repairs what is derived.

Owns the command and how findings read: a line each on stdout, progress on a terminal's stderr. What is checked and what
may be repaired is the document service's.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

import orjson
import typer
from google.protobuf.json_format import MessageToDict
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from cli.instance import DEFAULT_DATA, DataDirectory
from cli.run import run
from cli.target import DataOption, GrpcOption, Target, TokenOption, UrlOption, find_target, full_name
from mesh.identity import SERVICE_AUDIENCE
from shoal.document.v1 import maintenance_pb2 as pb
from shoal.document.v1.maintenance_pb2_grpc import MaintenanceServiceStub

_OPERATOR = "services/operator"
_TOKEN_LIFETIME_S = 300
"""Looked at when the check begins, not while it goes on."""
_WORDS = {pb.SEVERITY_NOTE: "note", pb.SEVERITY_WARNING: "warning", pb.SEVERITY_ERROR: "error"}


def doctor(
    repair: Annotated[
        bool, typer.Option("--repair", help="Make anew what is derived from the log and wrong. Never changes the log.")
    ] = False,
    document: Annotated[
        list[str] | None,
        typer.Option("--document", metavar="NAME", help="Only this document; may be given again. Left out: all."),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print each finding, and the sum, as a line of JSON.")
    ] = False,
    url: UrlOption = None,
    grpc_address: GrpcOption = None,
    token: TokenOption = None,
    data: DataOption = DEFAULT_DATA,
) -> None:
    """Check the database while it is used: every document against its log, and all that is derived.

    Exit code 0 when all is well or was repaired, 1 when something is left. Operators only: without --token, the data
    directory's key says that you are one.
    """
    if token is None:
        signer = DataDirectory(data).signer()
        token = signer.sign(_OPERATOR, lifetime_s=_TOKEN_LIFETIME_S, audience=SERVICE_AUDIENCE)
    target = find_target(url=url, grpc_address=grpc_address, token=token, data=data)
    request = pb.CheckDatabaseRequest(documents=[full_name(name) for name in document or ()], repair=repair)
    done = run(_check(target, request, as_json=as_json))
    if done.unrepaired:
        raise typer.Exit(1)


async def _check(
    target: Target, request: pb.CheckDatabaseRequest, *, as_json: bool
) -> pb.CheckDatabaseResponse.Summary:
    """Print findings as they come, then the sum, which is returned. Raises Failed."""
    done = pb.CheckDatabaseResponse.Summary()
    with _bar() as bar:
        async with target.channel() as channel:
            stub: Any = MaintenanceServiceStub(channel)  # type: ignore[no-untyped-call]  # generated without types
            call = stub.CheckDatabase(request, metadata=target.metadata)
            try:
                async for event in call:
                    if event.HasField("progress"):
                        bar.advance(event.progress)
                    else:
                        print(_json(event) if as_json else _line(event), flush=True)
                    done.CopyFrom(event.done)
            finally:
                call.cancel()
    return done


def _line(event: pb.CheckDatabaseResponse) -> str:
    if event.HasField("done"):
        done = event.done
        looked = f"{done.documents:,} documents and {done.operations:,} operations checked"
        if not done.unrepaired and not done.repaired:
            return f"{looked}; all is well"
        left = f"{done.unrepaired:,} left" if done.unrepaired else "nothing left"
        return f"{looked}; {done.repaired:,} findings repaired, {left}"
    finding = event.finding
    place = f"{finding.document or 'database'}{f' at {finding.revision}' if finding.revision else ''}"
    repaired = " (repaired)" if finding.repaired else ""
    return f"{_WORDS[finding.severity]:<7} {place}: {finding.message}{repaired}"


def _json(event: pb.CheckDatabaseResponse) -> str:
    fields = MessageToDict(event, preserving_proto_field_name=True, always_print_fields_with_no_presence=True)
    return orjson.dumps(fields).decode()


class _Bar:
    def __init__(self, bar: Progress) -> None:
        self._bar = bar
        self._task = bar.add_task("checking", total=None)

    def advance(self, progress: pb.CheckDatabaseResponse.Progress) -> None:
        # A document without operations is work too.
        self._bar.update(
            self._task,
            completed=progress.operations + progress.documents,
            total=progress.total_operations + progress.total_documents,
        )


@contextmanager
def _bar() -> Iterator[_Bar]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    # Only where both are one terminal do lines and bar get into each other's way.
    together = sys.stdout.isatty()
    with Progress(
        *columns, console=console, transient=True, redirect_stdout=together, disable=not console.is_terminal
    ) as bar:
        yield _Bar(bar)
