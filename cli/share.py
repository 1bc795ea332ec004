"""`shoal share`: links and invitations, by which others get what they are handed."""

from __future__ import annotations

import re
import sys
from datetime import datetime
from typing import Annotated

import typer

from cli.answers import (
    JsonOption,
    ResourceArgument,
    Role,
    ask,
    ask_pages,
    print_one,
    print_rows,
    put_time,
    resource_name,
    role_number,
    role_word,
    time_word,
)
from cli.deadline import HELP, deadline_option
from cli.errors import Failed
from cli.member import CustomRoleOption, RoleOption
from cli.target import Target
from cli.verbs import group, verb
from shoal.project.v1 import access_pb2 as pb
from shoal.project.v1.access_pb2_grpc import AccessServiceStub

share = group("Links and invitations. To share with somebody whose subject is known: `shoal member add`.")

ExpiresOption = Annotated[
    datetime | None,
    typer.Option("--expires", parser=deadline_option, metavar="TIME", help=f"When it ends: {HELP}."),
]
PasswordOption = Annotated[
    bool, typer.Option("--password", help="A password is needed; asked for on a terminal, else a line of stdin.")
]
_SECRET = re.compile(r"[^#]*#([A-Za-z0-9_.~-]+)")
_INVITATION = "invitations/"


@verb(share, "link")
def link(
    resource: ResourceArgument,
    role: Annotated[Role, typer.Option("--role", help="viewer, commenter or editor.")] = Role.VIEWER,
    expires: ExpiresOption = None,
    password: PasswordOption = False,
    json: JsonOption = False,
    *,
    target: Target,
) -> None:
    """Make a link and print it: whoever opens it, and is signed in, gets the role. It is told here and never again."""
    made = pb.ShareLink(resource=resource_name(resource), role=role_number(role))
    put_time(made.expire_time, expires)
    request = pb.CreateShareLinkRequest(share_link=made, password=_password(confirm=True) if password else "")
    answer = ask(target, AccessServiceStub, "CreateShareLink", request)
    print_one(answer.share_link, json=json, secret=answer.secret, link=f"{target.url}/share#{answer.secret}")


@verb(share, "links")
def links(resource: ResourceArgument, json: JsonOption = False, *, target: Target) -> None:
    """List the links to something, the newest first; never what they consist of."""
    request = pb.ListShareLinksRequest(resource=resource_name(resource))
    found = ask_pages(target, AccessServiceStub, "ListShareLinks", request, "share_links")
    print_rows(found, ("name", "gives", "password", "redeemed", "expires", "by"), _link_row, json=json)


def _link_row(each: pb.ShareLink) -> tuple[str, ...]:
    password = "yes" if each.has_password else ""
    expires = time_word(each.expire_time) or "never"
    return each.name, role_word(each), password, str(each.redemptions), expires, each.creator


@verb(share, "redeem")
def redeem(
    secret: Annotated[str, typer.Argument(metavar="LINK", help="The link, or its secret: what is behind its #.")],
    password: PasswordOption = False,
    json: JsonOption = False,
    *,
    target: Target,
) -> None:
    """Take what a link gives."""
    found = _SECRET.fullmatch(secret)
    request = pb.RedeemShareLinkRequest(secret=found[1] if found else secret, password=_password() if password else "")
    print_one(ask(target, AccessServiceStub, "RedeemShareLink", request).grant, json=json)


@verb(share, "invite")
def invite(
    resource: ResourceArgument,
    email: Annotated[str, typer.Argument(metavar="ADDRESS", help="Whose it is, as their identity provider has it.")],
    role: RoleOption = None,
    custom_role: CustomRoleOption = "",
    expires: ExpiresOption = None,
    json: JsonOption = False,
    *,
    target: Target,
) -> None:
    """Invite an e-mail address and print what to hand on, with the token that is told here and never again.

    Nothing is sent. Whoever has the address in their token accepts once, within 7 days unless --expires says otherwise.
    """
    if (role is None) == (not custom_role):
        raise typer.BadParameter("give one of --role and --custom-role")
    made = pb.Invitation(resource=resource_name(resource), email=email, role=role_number(role), custom_role=custom_role)
    put_time(made.expire_time, expires)
    answer = ask(target, AccessServiceStub, "CreateInvitation", pb.CreateInvitationRequest(invitation=made))
    print_one(answer.invitation, json=json, token=answer.token)


@verb(share, "invitations")
def invitations(resource: ResourceArgument, json: JsonOption = False, *, target: Target) -> None:
    """List the invitations to something that wait, the newest first."""
    request = pb.ListInvitationsRequest(resource=resource_name(resource))
    found = ask_pages(target, AccessServiceStub, "ListInvitations", request, "invitations")
    print_rows(found, ("name", "address", "to", "expires", "by"), _invitation_row, json=json)


def _invitation_row(each: pb.Invitation) -> tuple[str, ...]:
    return each.name, each.email, role_word(each), time_word(each.expire_time), each.inviter


@verb(share, "accept")
def accept(
    invitation: Annotated[str, typer.Argument(metavar="INVITATION", help="Its name: invitations/x.")],
    secret: Annotated[str, typer.Argument(metavar="TOKEN", help="What came with it.")],
    json: JsonOption = False,
    *,
    target: Target,
) -> None:
    """Accept an invitation to the address in your token."""
    request = pb.AcceptInvitationRequest(name=invitation, token=secret)
    print_one(ask(target, AccessServiceStub, "AcceptInvitation", request).grant, json=json)


@verb(share, "revoke")
def revoke(
    name: Annotated[str, typer.Argument(metavar="NAME", help="shareLinks/x, or invitations/x.")], *, target: Target
) -> None:
    """End a link, and what was got by it; or take an invitation back."""
    if name.startswith(_INVITATION):
        ask(target, AccessServiceStub, "RevokeInvitation", pb.RevokeInvitationRequest(name=name))
    else:
        ask(target, AccessServiceStub, "RevokeShareLink", pb.RevokeShareLinkRequest(name=name))
    print(f"{name} is revoked")


def _password(*, confirm: bool = False) -> str:
    """Ask for a password without showing it; in a pipe, read a line. Raises Failed when there is none."""
    if sys.stdin.isatty():
        return str(typer.prompt("Password", hide_input=True, confirmation_prompt=confirm))
    if not (said := sys.stdin.readline().rstrip("\n")):
        raise Failed("there is no password on standard input")
    return said
