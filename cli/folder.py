"""`shoal folder`: folders of projects."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.answers import JsonOption, ask, ask_pages, name_of, print_one, print_rows, resource_name, time_word
from cli.target import Target
from cli.verbs import group, verb
from mesh.resource_names import Kind
from shoal.project.v1 import project_pb2 as pb
from shoal.project.v1.project_pb2_grpc import ProjectServiceStub

folder = group("Folders of a project. Moving one moves what is in it, and renames no document.")

FolderArgument = Annotated[str, typer.Argument(metavar="FOLDER", help="The folder: projects/x/folders/y.")]


@verb(folder, "create")
def create(
    parent: Annotated[str, typer.Argument(metavar="PARENT", help="What it goes into: projects/x, or a folder.")],
    title: Annotated[str, typer.Argument(metavar="TITLE", help="What people see; at most 200 characters.")],
    folder_id: Annotated[str, typer.Option("--id", help="The id wanted. Left out: the server makes one.")] = "",
    *,
    target: Target,
) -> None:
    """Create a folder and print its name."""
    made = pb.Folder(title=title)
    request = pb.CreateFolderRequest(parent=resource_name(parent), folder=made, folder_id=folder_id)
    print(ask(target, ProjectServiceStub, "CreateFolder", request).folder.name)


@verb(folder, "list")
def list_(
    project: Annotated[str, typer.Argument(metavar="PROJECT", help="The project: projects/x, or x.")],
    parent: Annotated[str, typer.Option("--in", metavar="PARENT", help="Only those right in this one.")] = "",
    json: JsonOption = False,
    *,
    target: Target,
) -> None:
    """List the folders of a project, by title."""
    request = pb.ListFoldersRequest(project=name_of(Kind.PROJECT, project), parent=parent)
    found = ask_pages(target, ProjectServiceStub, "ListFolders", request, "folders")
    print_rows(found, ("name", "title", "in", "created"), _row, json=json)


def _row(each: pb.Folder) -> tuple[str, ...]:
    return each.name, each.title, each.parent, time_word(each.create_time)


@verb(folder, "move")
def move(
    name: FolderArgument,
    destination: Annotated[
        str, typer.Argument(metavar="DESTINATION", help="Where it goes: its project, or a folder of that.")
    ],
    json: JsonOption = False,
    *,
    target: Target,
) -> None:
    """Move a folder, with all that is in it, to another place in its project."""
    request = pb.MoveFolderRequest(name=resource_name(name), destination=resource_name(destination))
    print_one(ask(target, ProjectServiceStub, "MoveFolder", request).folder, json=json)


@verb(folder, "rename")
def rename(
    name: FolderArgument,
    title: Annotated[str, typer.Argument(metavar="TITLE", help="What people are to see.")],
    json: JsonOption = False,
    *,
    target: Target,
) -> None:
    """Give a folder another title."""
    new = pb.Folder(name=resource_name(name), title=title)
    request = pb.UpdateFolderRequest(folder=new, update_mask={"paths": ["title"]})
    print_one(ask(target, ProjectServiceStub, "UpdateFolder", request).folder, json=json)


@verb(folder, "delete")
def delete(name: FolderArgument, *, target: Target) -> None:
    """Delete a folder that is empty."""
    ask(target, ProjectServiceStub, "DeleteFolder", pb.DeleteFolderRequest(name=resource_name(name)))
    print(f"{name} is deleted")
