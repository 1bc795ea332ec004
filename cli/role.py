"""`shoal role`: roles that an organisation makes for itself."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from cli.answers import JsonOption, as_json, ask, name_of, permission_names, permission_word, print_one, print_rows
from cli.target import Target
from cli.verbs import group, verb
from mesh.resource_names import Kind
from shoal.project.v1 import access_pb2 as pb
from shoal.project.v1.access_pb2_grpc import AccessServiceStub

role = group("Roles: ours, and those that organisations make out of permissions.")

RoleArgument = Annotated[str, typer.Argument(metavar="ROLE", help="The role: organizations/x/roles/y.")]
_PermissionsOption = Annotated[
    list[str] | None,
    typer.Option(
        "--permission", metavar="NAME", help="What it allows, as docs/permissions.md has it; may be given again."
    ),
]


@verb(role, "create")
def create(
    organization: Annotated[str, typer.Argument(metavar="ORGANIZATION", help="organizations/x, or x.")],
    title: Annotated[str, typer.Argument(metavar="TITLE", help="What people see; at most 200 characters.")],
    permissions: _PermissionsOption = None,
    role_id: Annotated[str, typer.Option("--id", help="The id wanted. Left out: the server makes one.")] = "",
    *,
    target: Target,
) -> None:
    """Make a role of an organisation's own and print its name."""
    if not permissions:
        raise typer.BadParameter("say what it allows", param_hint="--permission")
    made = pb.CustomRole(title=title, permissions=permission_names(permissions, "--permission"))
    of = name_of(Kind.ORGANIZATION, organization)
    request = pb.CreateRoleRequest(organization=of, role=made, role_id=role_id)
    print(ask(target, AccessServiceStub, "CreateRole", request).role.name)


@verb(role, "list")
def list_(
    organization: Annotated[
        str, typer.Argument(metavar="[ORGANIZATION]", help="Also its own: organizations/x, or x.")
    ] = "",
    json: JsonOption = False,
    *,
    target: Target,
) -> None:
    """List the roles that can be granted, and what each allows."""
    of = name_of(Kind.ORGANIZATION, organization) if organization else ""
    answer = ask(target, AccessServiceStub, "ListRoles", pb.ListRolesRequest(organization=of))
    if json or not sys.stdout.isatty():
        for each in (*answer.standard_roles, *answer.custom_roles):
            print(as_json(each))
        return
    print_rows((*answer.standard_roles, *answer.custom_roles), ("role", "title", "allows"), _row, json=False)


def _row(each: pb.CustomRole | pb.ListRolesResponse.StandardRole) -> tuple[str, ...]:
    allows = ", ".join(map(permission_word, each.permissions))
    if isinstance(each, pb.CustomRole):
        return each.name, each.title, allows
    return pb.Role.Name(each.role).removeprefix("ROLE_").lower(), "", allows


@verb(role, "update")
def update(
    name: RoleArgument,
    title: Annotated[str | None, typer.Option("--title", help="What people are to see.")] = None,
    permissions: _PermissionsOption = None,
    json: JsonOption = False,
    *,
    target: Target,
) -> None:
    """Change a role's title, or all that it allows; whoever has it has the new one within a second."""
    names = permission_names(permissions, "--permission")
    mask = [*(["title"] if title is not None else []), *(["permissions"] if names else [])]
    if not mask:
        raise typer.BadParameter("say what is to change")
    new = pb.CustomRole(name=name, title=title or "", permissions=names)
    request = pb.UpdateRoleRequest(role=new, update_mask={"paths": mask})
    print_one(ask(target, AccessServiceStub, "UpdateRole", request).role, json=json)


@verb(role, "delete")
def delete(name: RoleArgument, *, target: Target) -> None:
    """Delete a role that nobody is granted."""
    ask(target, AccessServiceStub, "DeleteRole", pb.DeleteRoleRequest(name=name))
    print(f"{name} is deleted")
