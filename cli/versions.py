"""`shoal versions`: the marks in a document's history."""

from __future__ import annotations

import sys
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Column, Table
from rich.text import Text

from cli.documents import local_time
from cli.history import ask, print_json, version_of
from cli.history import versions as service
from cli.instance import DEFAULT_DATA
from cli.run import run
from cli.target import DataOption, GrpcOption, NameArgument, Target, TokenOption, UrlOption, find_target, full_name
from shoal.document.v1 import version_pb2 as pb

_PAGE = 1000


def versions(
    name: NameArgument,
    title: Annotated[str | None, typer.Option("--name", metavar="TITLE", help="Mark a revision by this title.")] = None,
    revision: Annotated[
        int | None, typer.Option("--revision", min=1, help="Which one to mark. Left out: the newest.")
    ] = None,
    description: Annotated[
        str | None, typer.Option("--description", help="What to say of it, with --name or --rename.")
    ] = None,
    rename: Annotated[
        tuple[str, str] | None, typer.Option("--rename", metavar="ID TITLE", help="Give a version another title.")
    ] = None,
    delete: Annotated[str | None, typer.Option("--delete", metavar="ID", help="Remove a mark; history stays.")] = None,
    json: Annotated[bool, typer.Option("--json", help="JSON lines, also on a terminal; elsewhere always.")] = False,
    url: UrlOption = None,
    grpc_address: GrpcOption = None,
    token: TokenOption = None,
    data: DataOption = DEFAULT_DATA,
) -> None:
    """List a document's versions, the newest revision first; or make, rename or remove one."""
    if sum(each is not None for each in (title, rename, delete)) > 1:
        raise typer.BadParameter("choose one of --name, --rename and --delete")
    if (revision is not None and title is None) or (description is not None and title is None and rename is None):
        raise typer.BadParameter("--revision is for --name, --description for --name and --rename")
    document, readable = full_name(name), sys.stdout.isatty() and not json
    target = find_target(url=url, grpc_address=grpc_address, token=token, data=data)
    if title is not None:
        made = pb.Version(title=title, description=description or "", revision=revision or 0)
        request = pb.CreateVersionRequest(document=document, version=made)
        _print([run(ask(target, service, "CreateVersion", request)).version], readable=readable)
    elif rename is not None:
        _print([run(_rename(target, version_of(document, rename[0]), rename[1], description))], readable=readable)
    elif delete is not None:
        gone = version_of(document, delete)
        run(ask(target, service, "DeleteVersion", pb.DeleteVersionRequest(name=gone)))
        print(f"{gone} is removed")
    else:
        _print(run(_list(target, document)), readable=readable)


async def _rename(target: Target, version: str, title: str, description: str | None) -> pb.Version:
    new = pb.Version(name=version, title=title, description=description or "")
    mask = ["title", *(["description"] if description is not None else [])]
    request = pb.UpdateVersionRequest(version=new, update_mask={"paths": mask})
    answer: pb.UpdateVersionResponse = await ask(target, service, "UpdateVersion", request)
    return answer.version


async def _list(target: Target, document: str) -> list[pb.Version]:
    request = pb.ListVersionsRequest(document=document, page_size=_PAGE)
    found: list[pb.Version] = []
    while True:
        page = await ask(target, service, "ListVersions", request)
        found += page.versions
        request.page_token = page.next_page_token
        if not request.page_token:
            return found


def _print(found: list[pb.Version], *, readable: bool) -> None:
    if not readable:
        for version in found:
            print_json(_as_json(version))
        return
    table = Table(Column("id", no_wrap=True), "revision", "written", "title", "by", box=None)
    for version in found:
        table.add_row(*map(Text, _row(version)), style="dim" if version.kind == pb.VERSION_KIND_AUTOMATIC else "")
    Console(highlight=False).print(table)


def _row(version: pb.Version) -> tuple[str, ...]:
    unnamed = {pb.VERSION_KIND_AUTOMATIC: "(automatic)", pb.VERSION_KIND_BEFORE_RESTORE: "(before a restore)"}
    title = version.title or unnamed.get(version.kind, "")
    shown = f"{title}: {version.description}" if version.description else title
    return (
        version.name.rpartition("/")[2],
        str(version.revision),
        local_time(version.revision_time),
        shown,
        version.creator,
    )


def _as_json(version: pb.Version) -> dict[str, Any]:
    said = {
        "name": version.name,
        "revision": version.revision,
        "kind": pb.VersionKind.Name(version.kind).removeprefix("VERSION_KIND_").lower(),
        "title": version.title,
        "description": version.description,
        "creator": version.creator,
        "create_time": version.create_time.ToJsonString(),
        "revision_time": version.revision_time.ToJsonString(),
    }
    return {key: value for key, value in said.items() if value != ""}
