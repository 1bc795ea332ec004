"""`shoal cat`: what a document says, now, at a revision or at a time."""

from __future__ import annotations

import sys
from datetime import datetime
from typing import Annotated

import typer

from cli.documents import FORMATS, Format, read_content
from cli.instance import DEFAULT_DATA
from cli.run import run
from cli.target import DataOption, GrpcOption, NameArgument, TokenOption, UrlOption, find_target, full_name
from cli.times import HELP, time_option
from shoal.document.v1 import document_pb2 as pb


def cat(
    name: NameArgument,
    revision: Annotated[
        int | None, typer.Option("--revision", min=0, help="As it was after so many operations. Left out: now.")
    ] = None,
    at: Annotated[
        datetime | None,
        typer.Option("--at", parser=time_option, metavar="TIME", help=f"As it was at this time: {HELP}."),
    ] = None,
    form: Annotated[Format, typer.Option("--format", help="Plain text, Markdown, HTML, or Delta JSON.")] = Format.TEXT,
    url: UrlOption = None,
    grpc_address: GrpcOption = None,
    token: TokenOption = None,
    data: DataOption = DEFAULT_DATA,
) -> None:
    """Print a document's content."""
    if at is not None and revision is not None:
        raise typer.BadParameter("choose one of --revision and --at")
    request = pb.GetContentRequest(name=full_name(name), format=FORMATS[form], revision=revision)
    if at is not None:
        request.time.FromDatetime(at)
    target = find_target(url=url, grpc_address=grpc_address, token=token, data=data)
    text, _ = run(read_content(target, request))
    sys.stdout.write(text)
    if form is Format.DELTA or (sys.stdout.isatty() and not text.endswith("\n")):
        print()
