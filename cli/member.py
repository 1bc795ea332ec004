"""`shoal member`: who may do what on a resource, and on all that is in it."""

from __future__ import annotations

import re
from typing import Annotated

import typer

from cli.answers import (
    JsonOption,
    ResourceArgument,
    Role,
    ask,
    ask_pages,
    permission_names,
    print_one,
    print_rows,
    resource_name,
    role_number,
    role_word,
    time_word,
    who_word,
)
from cli.target import Target
from cli.verbs import group, verb
from shoal.project.v1 import access_pb2 as pb
from shoal.project.v1.access_pb2_grpc import AccessServiceStub

member = group("People, groups and organisations that something is shared with.")

WhoArgument = Annotated[
    str,
    typer.Argument(
        metavar="WHO",
        help="A user, by the subject of their token; organizations/x/groups/y; or organizations/x, everybody of it. "
        "On a local instance who signs in as Bob is users/bob.",
    ),
]
RoleOption = Annotated[Role | None, typer.Option("--role", help="What they may do; each has all of the one before.")]
CustomRoleOption = Annotated[
    str, typer.Option("--custom-role", metavar="NAME", help="In place of --role: organizations/x/roles/y.")
]
_GROUP = re.compile(r"organizations/[^/]+/groups/[^/]+")
_ORGANIZATION = re.compile(r"organizations/[^/]+")
_LINK = re.compile(r"shareLinks/[^/]+")


@verb(member, "add")
def add(
    resource: ResourceArgument,
    who: WhoArgument,
    role: RoleOption = None,
    custom_role: CustomRoleOption = "",
    denied: Annotated[
        list[str] | None,
        typer.Option(
            "--deny",
            metavar="PERMISSION",
            help="What they may not do there, whatever they may above: document_write. May be given again.",
        ),
    ] = None,
    json: JsonOption = False,
    *,
    target: Target,
) -> None:
    """Share something with somebody, or deny them something there. Replaces what they were granted there."""
    if role and custom_role:
        raise typer.BadParameter("choose one of --role and --custom-role")
    if not (role or custom_role or denied):
        raise typer.BadParameter("say what they may do: --role, --custom-role or --deny")
    request = pb.SetGrantRequest(
        resource=resource_name(resource),
        principal=principal(who),
        role=role_number(role),
        custom_role=custom_role,
        denied=permission_names(denied, "--deny"),
    )
    print_one(ask(target, AccessServiceStub, "SetGrant", request).grant, json=json)


@verb(member, "list")
def list_(
    resource: ResourceArgument,
    inherited: Annotated[bool, typer.Option("--inherited", help="Also who has it from what it is in.")] = False,
    json: JsonOption = False,
    *,
    target: Target,
) -> None:
    """List what was granted on something to whom."""
    request = pb.ListGrantsRequest(resource=resource_name(resource), inherited=inherited)
    found = ask_pages(target, AccessServiceStub, "ListGrants", request, "grants")
    print_rows(found, ("who", "may", "on", "by", "since"), _row, json=json)


def _row(each: pb.Grant) -> tuple[str, ...]:
    return who_word(each.principal), role_word(each), each.resource, each.grantor, time_word(each.create_time)


@verb(member, "remove")
def remove(resource: ResourceArgument, who: WhoArgument, *, target: Target) -> None:
    """Take back what somebody was granted on something; open sessions of theirs end within a second."""
    request = pb.RevokeGrantRequest(resource=resource_name(resource), principal=principal(who))
    ask(target, AccessServiceStub, "RevokeGrant", request)
    print(f"{who} has nothing of their own on {resource} any more")


def principal(who: str) -> pb.Principal:
    """Return who is meant: what looks like the name of a group, an organisation or a link is one, all else a user."""
    if _GROUP.fullmatch(who):
        return pb.Principal(group=who)
    if _ORGANIZATION.fullmatch(who):
        return pb.Principal(organization=who)
    if _LINK.fullmatch(who):
        return pb.Principal(share_link=who)
    return pb.Principal(user=who)
