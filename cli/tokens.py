"""`shoal token`: a token of a local instance, to use elsewhere."""

from __future__ import annotations

import getpass
from typing import Annotated

import typer

from cli.acting import named
from cli.instance import DEFAULT_DATA, DataDirectory
from cli.target import TOKEN_LIFETIME_S, DataOption

_MAX_SUBJECT = 255
_MAX_EMAIL = 320


def token(
    subject: Annotated[
        str | None, typer.Option("--subject", help="Whom the token is for. Left out: yourself.", metavar="NAME")
    ] = None,
    acting_as: Annotated[
        str | None,
        typer.Option("--as", metavar="NAME", help="In place of --subject: who signs in on the page by this name."),
    ] = None,
    email: Annotated[
        str | None, typer.Option("--email", metavar="ADDRESS", help="Their e-mail address, as if it were verified.")
    ] = None,
    groups: Annotated[
        list[str] | None, typer.Option("--group", metavar="NAME", help="A group they are in; may be given again.")
    ] = None,
    organizations: Annotated[
        list[str] | None,
        typer.Option("--organization", metavar="NAME", help="An organisation they are of; may be given again."),
    ] = None,
    data: DataOption = DEFAULT_DATA,
    lifetime: Annotated[
        int, typer.Option("--lifetime", min=1, help="How long it is good for, in seconds.")
    ] = TOKEN_LIFETIME_S,
) -> None:
    """Print a token signed with the key of a data directory; good as soon as it is printed, running or not."""
    if subject is not None and acting_as is not None:
        raise typer.BadParameter("choose one of --subject and --as")
    whom = named(acting_as) if acting_as is not None else getpass.getuser() if subject is None else subject
    if not 0 < len(whom) <= _MAX_SUBJECT:
        raise typer.BadParameter(f"must be 1 to {_MAX_SUBJECT} characters", param_hint="--subject")
    claims: dict[str, object] = {"groups": groups or [], "organizations": organizations or []}
    if email is not None:
        if "@" not in email or len(email) > _MAX_EMAIL:
            raise typer.BadParameter("must be an e-mail address", param_hint="--email")
        claims |= {"email": email, "email_verified": True}
    said = {name: value for name, value in claims.items() if value}
    print(DataDirectory(data).signer().sign(whom, name=acting_as or "", lifetime_s=lifetime, claims=said))
