"""`shoal update`, `delete`, `undelete` and `purge`: what is said about a document, and its end."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Annotated, Any

import typer

from cli.documents import call, local_time, pairs
from cli.errors import Failed
from cli.instance import DEFAULT_DATA
from cli.listing import JsonOption, print_document
from cli.run import run
from cli.target import DataOption, GrpcOption, NameArgument, TokenOption, UrlOption, find_target, full_name
from shoal.document.v1 import document_pb2 as pb

EtagOption = Annotated[
    str, typer.Option("--etag", help="Only if this is still its etag, as `shoal show` said. Left out: whatever it is.")
]


def update(
    name: NameArgument,
    title: Annotated[str | None, typer.Option("--title", help="What people see; at most 200 characters.")] = None,
    project: Annotated[str | None, typer.Option("--project", help="Its project; empty = none.")] = None,
    folder: Annotated[str | None, typer.Option("--folder", help="Its folder there; empty = none.")] = None,
    labels: Annotated[
        list[str] | None, typer.Option("--label", metavar="KEY=VALUE", help="Set this label; may be given again.")
    ] = None,
    unlabel: Annotated[
        list[str] | None, typer.Option("--remove-label", metavar="KEY", help="Remove this label; may be given again.")
    ] = None,
    language: Annotated[
        str | None, typer.Option("--language", help="What it is written in; empty = not known.")
    ] = None,
    template: Annotated[
        bool | None, typer.Option("--template/--no-template", help="Whether others are made from it.")
    ] = None,
    etag: EtagOption = "",
    json: JsonOption = False,
    url: UrlOption = None,
    grpc_address: GrpcOption = None,
    token: TokenOption = None,
    data: DataOption = DEFAULT_DATA,
) -> None:
    """Change what is said about a document: only what is given here. Prints it as `show` does."""
    said = {"title": title, "project": project, "folder": folder, "language": language, "template": template}
    request = _update(full_name(name), said, pairs(labels, "--label"), unlabel or [], etag)
    target = find_target(url=url, grpc_address=grpc_address, token=token, data=data)
    print_document(run(call(target, "UpdateDocument", request)).document, json=json)


def _update(
    name: str, said: Mapping[str, Any], labels: Mapping[str, str], unlabel: list[str], etag: str
) -> pb.UpdateDocumentRequest:
    new = {key: value for key, value in said.items() if value is not None}
    if not (new or labels or unlabel):
        raise typer.BadParameter("say what is to change")
    if common := sorted(set(labels) & set(unlabel)):
        raise typer.BadParameter(f"{common[0]} is to be set as well", param_hint="--remove-label")
    mask = [*new, *(f"labels.{key}" for key in (*labels, *unlabel))]
    document = pb.Document(name=name, etag=etag, labels=labels, **new)
    return pb.UpdateDocumentRequest(document=document, update_mask={"paths": mask})


def delete(
    name: NameArgument,
    etag: EtagOption = "",
    url: UrlOption = None,
    grpc_address: GrpcOption = None,
    token: TokenOption = None,
    data: DataOption = DEFAULT_DATA,
) -> None:
    """Put a document into the trash, where it can be read and undeleted until it expires."""
    target = find_target(url=url, grpc_address=grpc_address, token=token, data=data)
    request = pb.DeleteDocumentRequest(name=full_name(name), etag=etag)
    document = run(call(target, "DeleteDocument", request)).document
    print(f"{document.name} can be undeleted until {local_time(document.expire_time)}")


def undelete(
    name: NameArgument,
    etag: EtagOption = "",
    url: UrlOption = None,
    grpc_address: GrpcOption = None,
    token: TokenOption = None,
    data: DataOption = DEFAULT_DATA,
) -> None:
    """Take a document out of the trash."""
    target = find_target(url=url, grpc_address=grpc_address, token=token, data=data)
    request = pb.UndeleteDocumentRequest(name=full_name(name), etag=etag)
    print(f"{run(call(target, 'UndeleteDocument', request)).document.name} is back")


def purge(
    name: NameArgument,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    etag: EtagOption = "",
    url: UrlOption = None,
    grpc_address: GrpcOption = None,
    token: TokenOption = None,
    data: DataOption = DEFAULT_DATA,
) -> None:
    """Erase a document that is in the trash, with all its history, for good."""
    document = full_name(name)
    if not yes:
        if not sys.stdin.isatty():
            raise Failed("purging cannot be undone; say --yes")
        typer.confirm(f"Erase {document} with all its history, for good?", abort=True)
    target = find_target(url=url, grpc_address=grpc_address, token=token, data=data)
    run(call(target, "PurgeDocument", pb.PurgeDocumentRequest(name=document, etag=etag)))
    print(f"{document} is erased")
