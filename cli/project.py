"""`shoal project`: projects, where documents belong."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from cli.answers import (
    AllOption,
    JsonOption,
    ResourceArgument,
    ask,
    ask_pages,
    name_of,
    print_one,
    print_rows,
    resource_name,
    time_word,
)
from cli.target import Target
from cli.verbs import group, verb
from mesh.resource_names import Kind
from shoal.project.v1 import access_pb2
from shoal.project.v1 import project_pb2 as pb
from shoal.project.v1.access_pb2_grpc import AccessServiceStub
from shoal.project.v1.project_pb2_grpc import ProjectServiceStub

project = group("Projects: what documents belong to, and what is shared with others.")

ProjectArgument = Annotated[str, typer.Argument(metavar="PROJECT", help="The project: projects/x, or x.")]
_COLUMNS = ("name", "title", "organization", "created by", "created", "archived")


@verb(project, "create")
def create(
    title: Annotated[str, typer.Argument(metavar="TITLE", help="What people see; at most 200 characters.")],
    organization: Annotated[
        str, typer.Option("--org", help="The organisation it belongs to: organizations/x, or x. Left out: you.")
    ] = "",
    description: Annotated[str, typer.Option("--description", help="What to say of it.")] = "",
    project_id: Annotated[str, typer.Option("--id", help="The id wanted. Left out: the server makes one.")] = "",
    *,
    target: Target,
) -> None:
    """Create a project, which is yours, and print its name."""
    made = pb.Project(title=title, description=description, organization=_organization(organization))
    request = pb.CreateProjectRequest(project=made, project_id=project_id)
    print(ask(target, ProjectServiceStub, "CreateProject", request).project.name)


def _organization(name: str) -> str:
    return name_of(Kind.ORGANIZATION, name) if name else ""


@verb(project, "list")
def list_(
    organization: Annotated[str, typer.Option("--org", help="Only those of this organisation.")] = "",
    archived: Annotated[bool, typer.Option("--archived", help="Also those that are archived.")] = False,
    everything: AllOption = False,
    json: JsonOption = False,
    *,
    target: Target,
) -> None:
    """List the projects that you may see, by title."""
    request = pb.ListProjectsRequest(organization=_organization(organization), show_archived=archived)
    found = ask_pages(target, ProjectServiceStub, "ListProjects", request, "projects", everything=everything)
    print_rows(found, _COLUMNS, _row, json=json)


def _row(each: pb.Project) -> tuple[str, ...]:
    archived = "archived" if each.archived else ""
    return each.name, each.title, each.organization, each.creator, time_word(each.create_time), archived


@verb(project, "show")
def show(name: ProjectArgument, json: JsonOption = False, *, target: Target) -> None:
    """Print what is said about a project."""
    request = pb.GetProjectRequest(name=name_of(Kind.PROJECT, name))
    print_one(ask(target, ProjectServiceStub, "GetProject", request).project, json=json)


@verb(project, "update")
def update(
    name: ProjectArgument,
    title: Annotated[str | None, typer.Option("--title", help="What people are to see.")] = None,
    description: Annotated[str | None, typer.Option("--description", help="What to say of it.")] = None,
    etag: Annotated[str, typer.Option("--etag", help="Only if this is still its etag, as `show` said.")] = "",
    json: JsonOption = False,
    *,
    target: Target,
) -> None:
    """Change what is said about a project: only what is given here."""
    said = {key: value for key, value in {"title": title, "description": description}.items() if value is not None}
    if not said:
        raise typer.BadParameter("say what is to change")
    _update(target, name, said, etag=etag, json=json)


@verb(project, "archive")
def archive(name: ProjectArgument, json: JsonOption = False, *, target: Target) -> None:
    """Let nothing in a project be changed any more; all of it can be read."""
    _update(target, name, {"archived": True}, json=json)


@verb(project, "unarchive")
def unarchive(name: ProjectArgument, json: JsonOption = False, *, target: Target) -> None:
    """Let what is in a project be changed again."""
    _update(target, name, {"archived": False}, json=json)


def _update(target: Target, name: str, said: dict[str, Any], *, etag: str = "", json: bool) -> None:
    new = pb.Project(name=name_of(Kind.PROJECT, name), etag=etag, **said)
    request = pb.UpdateProjectRequest(project=new, update_mask={"paths": list(said)})
    print_one(ask(target, ProjectServiceStub, "UpdateProject", request).project, json=json)


@verb(project, "transfer")
def transfer(
    resource: ResourceArgument,
    subject: Annotated[str, typer.Argument(metavar="SUBJECT", help="Who is to own it, as their token calls them.")],
    *,
    target: Target,
) -> None:
    """Make somebody the owner of a project, or of anything else that you own; you stay an administrator."""
    request = access_pb2.TransferOwnershipRequest(resource=resource_name(resource), user=subject)
    grant = ask(target, AccessServiceStub, "TransferOwnership", request).grant
    print(f"{grant.principal.user} owns {grant.resource}")
