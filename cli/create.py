"""`shoal create`: a new document, blank or made from something."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from cli.documents import FORMATS, Format, Type, call, pairs, type_number
from cli.errors import Failed
from cli.instance import DEFAULT_DATA
from cli.run import run
from cli.target import DataOption, GrpcOption, TokenOption, UrlOption, find_target, full_name
from services.document.formats import format_of_path
from shoal.document.v1 import document_pb2 as pb

_MAX_BYTES = 2 * 1024 * 1024
_STDIN = "-"


def create(
    title: Annotated[str, typer.Option("--title", help="What people see; at most 200 characters.")] = "",
    type_: Annotated[
        Type | None,
        typer.Option("--type", help="What it holds, for good. Left out: rich_text, or that of what it is made from."),
    ] = None,
    document_id: Annotated[str, typer.Option("--id", help="The id wanted. Left out: the server makes one.")] = "",
    source: Annotated[
        str | None, typer.Option("--from", metavar="FILE", help="Begin with what is in this file; - = standard input.")
    ] = None,
    form: Annotated[
        Format | None, typer.Option("--format", help="How to read --from. Left out: as the file's ending says.")
    ] = None,
    copy: Annotated[
        str | None,
        typer.Option("--copy", metavar="NAME[@REVISION]", help="Begin with another document's content, now or then."),
    ] = None,
    template: Annotated[
        str | None, typer.Option("--template", metavar="NAME", help="Begin as this template, filled by --set.")
    ] = None,
    values: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="KEY=VALUE", help="What {{KEY}} in the template becomes; may be given again."),
    ] = None,
    project: Annotated[str, typer.Option("--project", help="The project it belongs to: projects/x.")] = "",
    folder: Annotated[str, typer.Option("--folder", help="Its folder there: projects/x/folders/y.")] = "",
    labels: Annotated[
        list[str] | None, typer.Option("--label", metavar="KEY=VALUE", help="A label; may be given again.")
    ] = None,
    language: Annotated[str, typer.Option("--language", help="What it is written in: en, de-CH.")] = "",
    url: UrlOption = None,
    grpc_address: GrpcOption = None,
    token: TokenOption = None,
    data: DataOption = DEFAULT_DATA,
) -> None:
    """Create a document and print its name: blank, from a file, as a copy, or from a template."""
    document = pb.Document(
        title=title,
        type=type_number(type_),
        project=project,
        folder=folder,
        labels=pairs(labels, "--label"),
        language=language,
    )
    origin = _origin(source, form, copy, template, values)
    request = pb.CreateDocumentRequest(document=document, document_id=document_id, **origin)
    target = find_target(url=url, grpc_address=grpc_address, token=token, data=data)
    print(run(call(target, "CreateDocument", request)).document.name)


def _origin(
    source: str | None, form: Format | None, copy: str | None, template: str | None, values: list[str] | None
) -> dict[str, Any]:
    if sum(each is not None for each in (source, copy, template)) > 1:
        raise typer.BadParameter("choose one of --from, --copy, --template")
    if values and template is None:
        raise typer.BadParameter("goes with --template", param_hint="--set")
    if form and source is None:
        raise typer.BadParameter("goes with --from", param_hint="--format")
    if source is not None:
        return {"source": _source(source, form)}
    if copy is not None:
        return {"copy": _copy(copy)}
    if template is not None:
        return {"from_template": pb.FromTemplate(document=full_name(template), values=pairs(values, "--set"))}
    return {}


def _source(file: str, form: Format | None) -> pb.Source:
    known = form or format_of_path(file)
    if known is None:
        raise typer.BadParameter("cannot be told from the file's name; say it", param_hint="--format")
    return pb.Source(format=FORMATS[Format(known)], text=_text_of(file))


def _text_of(file: str) -> str:
    try:
        if file == _STDIN:
            raw = sys.stdin.buffer.read(_MAX_BYTES + 1)
        else:
            with Path(file).open("rb") as opened:
                raw = opened.read(_MAX_BYTES + 1)
        if len(raw) > _MAX_BYTES:
            raise Failed(f"{file} is larger than 2 MiB; `shoal import` and editors take larger ones in parts")
        return raw.decode("utf-8-sig")
    except OSError as error:
        raise Failed(f"cannot read {file}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise Failed(f"{file} is not UTF-8: byte {error.start} is wrong") from error


def _copy(written: str) -> pb.Copy:
    name, at, revision = written.partition("@")
    if at and not (revision.isascii() and revision.isdigit() and len(revision) < 19):
        raise typer.BadParameter("the revision is a number: NAME@12", param_hint="--copy")
    return pb.Copy(document=full_name(name), revision=int(revision) if at else None)
