"""`shoal org`: organisations, and the groups in them."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.answers import AllOption, JsonOption, ask, ask_pages, name_of, print_one, print_rows, time_word
from cli.group import groups
from cli.target import Target
from cli.verbs import group, verb
from mesh.resource_names import Kind
from shoal.project.v1 import organization_pb2 as pb
from shoal.project.v1.organization_pb2_grpc import OrganizationServiceStub

org = group("Organisations: who belongs together, and whose projects these are.")
org.add_typer(groups, name="groups")

OrganizationArgument = Annotated[
    str, typer.Argument(metavar="ORGANIZATION", help="The organisation: organizations/x, or x.")
]
_COLUMNS = ("name", "title", "created", "archived")


@verb(org, "create")
def create(
    title: Annotated[str, typer.Argument(metavar="TITLE", help="What people see; at most 200 characters.")],
    organization_id: Annotated[str, typer.Option("--id", help="The id wanted. Left out: the server makes one.")] = "",
    *,
    target: Target,
) -> None:
    """Create an organisation, which is yours, and print its name."""
    request = pb.CreateOrganizationRequest(organization=pb.Organization(title=title), organization_id=organization_id)
    print(ask(target, OrganizationServiceStub, "CreateOrganization", request).organization.name)


@verb(org, "list")
def list_(everything: AllOption = False, json: JsonOption = False, *, target: Target) -> None:
    """List the organisations that you may see, by title."""
    request = pb.ListOrganizationsRequest()
    found = ask_pages(
        target, OrganizationServiceStub, "ListOrganizations", request, "organizations", everything=everything
    )
    print_rows(found, _COLUMNS, _row, json=json)


def _row(each: pb.Organization) -> tuple[str, ...]:
    return each.name, each.title, time_word(each.create_time), "archived" if each.archived else ""


@verb(org, "show")
def show(organization: OrganizationArgument, json: JsonOption = False, *, target: Target) -> None:
    """Print what is said about an organisation."""
    request = pb.GetOrganizationRequest(name=name_of(Kind.ORGANIZATION, organization))
    print_one(ask(target, OrganizationServiceStub, "GetOrganization", request).organization, json=json)


@verb(org, "rename")
def rename(
    organization: OrganizationArgument,
    title: Annotated[str, typer.Argument(metavar="TITLE", help="What people are to see.")],
    json: JsonOption = False,
    *,
    target: Target,
) -> None:
    """Give an organisation another title."""
    new = pb.Organization(name=name_of(Kind.ORGANIZATION, organization), title=title)
    _update(target, new, "title", json=json)


@verb(org, "archive")
def archive(organization: OrganizationArgument, json: JsonOption = False, *, target: Target) -> None:
    """Let nothing in an organisation be changed any more; all of it can be read."""
    new = pb.Organization(name=name_of(Kind.ORGANIZATION, organization), archived=True)
    _update(target, new, "archived", json=json)


@verb(org, "unarchive")
def unarchive(organization: OrganizationArgument, json: JsonOption = False, *, target: Target) -> None:
    """Let what is in an organisation be changed again."""
    _update(target, pb.Organization(name=name_of(Kind.ORGANIZATION, organization)), "archived", json=json)


def _update(target: Target, new: pb.Organization, field: str, *, json: bool) -> None:
    request = pb.UpdateOrganizationRequest(organization=new, update_mask={"paths": [field]})
    print_one(ask(target, OrganizationServiceStub, "UpdateOrganization", request).organization, json=json)
