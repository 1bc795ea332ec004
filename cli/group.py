"""`shoal org groups`: people under one name, to share with at once."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.answers import JsonOption, ask, ask_pages, name_of, print_one, print_rows
from cli.target import Target
from cli.verbs import group, verb
from mesh.resource_names import Kind
from shoal.project.v1 import organization_pb2 as pb
from shoal.project.v1.organization_pb2_grpc import OrganizationServiceStub

groups = group("Groups of an organisation: people under one name, to share with at once.")

GroupArgument = Annotated[str, typer.Argument(metavar="GROUP", help="The group: organizations/x/groups/y.")]
_MembersOption = Annotated[
    list[str] | None, typer.Option("--member", metavar="SUBJECT", help="Somebody who is in it; may be given again.")
]
_ClaimsOption = Annotated[
    list[str] | None,
    typer.Option(
        "--claim", metavar="NAME", help="Whoever has this name in their token's `groups` is in it; may be given again."
    ),
]


@verb(groups, "create")
def create(
    organization: Annotated[str, typer.Argument(metavar="ORGANIZATION", help="organizations/x, or x.")],
    title: Annotated[str, typer.Argument(metavar="TITLE", help="What people see; at most 200 characters.")],
    members: _MembersOption = None,
    claims: _ClaimsOption = None,
    group_id: Annotated[str, typer.Option("--id", help="The id wanted. Left out: the server makes one.")] = "",
    *,
    target: Target,
) -> None:
    """Create a group and print its name."""
    made = pb.Group(title=title, members=members or [], claim_groups=claims or [])
    of = name_of(Kind.ORGANIZATION, organization)
    request = pb.CreateGroupRequest(organization=of, group=made, group_id=group_id)
    print(ask(target, OrganizationServiceStub, "CreateGroup", request).group.name)


@verb(groups, "list")
def list_(
    organization: Annotated[str, typer.Argument(metavar="ORGANIZATION", help="organizations/x, or x.")],
    json: JsonOption = False,
    *,
    target: Target,
) -> None:
    """List the groups of an organisation, by title."""
    request = pb.ListGroupsRequest(organization=name_of(Kind.ORGANIZATION, organization))
    found = ask_pages(target, OrganizationServiceStub, "ListGroups", request, "groups")
    print_rows(found, ("name", "title", "members", "claims"), _row, json=json)


def _row(each: pb.Group) -> tuple[str, ...]:
    return each.name, each.title, ", ".join(each.members), ", ".join(each.claim_groups)


@verb(groups, "update")
def update(
    name: GroupArgument,
    title: Annotated[str | None, typer.Option("--title", help="What people are to see.")] = None,
    add: Annotated[
        list[str] | None, typer.Option("--add", metavar="SUBJECT", help="Put somebody in; may be given again.")
    ] = None,
    remove: Annotated[
        list[str] | None, typer.Option("--remove", metavar="SUBJECT", help="Take somebody out; may be given again.")
    ] = None,
    claims: _ClaimsOption = None,
    no_claims: Annotated[bool, typer.Option("--no-claims", help="Only who is put in is in it.")] = False,
    json: JsonOption = False,
    *,
    target: Target,
) -> None:
    """Change a group: only what is given here. --claim replaces all claims there were."""
    if claims and no_claims:
        raise typer.BadParameter("choose one of --claim and --no-claims")
    changed = {"title": title is not None, "claim_groups": bool(claims) or no_claims}
    mask = [field for field, given in changed.items() if given]
    if not (mask or add or remove):
        raise typer.BadParameter("say what is to change")
    new = pb.Group(name=name, title=title or "", claim_groups=claims or [])
    request = pb.UpdateGroupRequest(
        group=new, update_mask={"paths": mask}, add_members=add or [], remove_members=remove or []
    )
    print_one(ask(target, OrganizationServiceStub, "UpdateGroup", request).group, json=json)


@verb(groups, "delete")
def delete(name: GroupArgument, *, target: Target) -> None:
    """Delete a group, and with it what was shared with it."""
    ask(target, OrganizationServiceStub, "DeleteGroup", pb.DeleteGroupRequest(name=name))
    print(f"{name} is deleted")
