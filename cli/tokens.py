"""`shoal token`: a token of a local instance, or of an issuer whose key is at hand, to use elsewhere."""

from __future__ import annotations

import getpass
import json
from pathlib import Path
from typing import Annotated

import typer
from joserfc.errors import JoseError

from cli.acting import named
from cli.errors import Failed
from cli.instance import AUDIENCE, DEFAULT_DATA, ISSUER, DataDirectory
from cli.target import TOKEN_LIFETIME_S, DataOption
from mesh.identity import TokenSigner

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
    key: Annotated[
        Path | None,
        typer.Option("--key", metavar="FILE", help="Sign with this private key in place of the data directory's."),
    ] = None,
    issuer: Annotated[
        str, typer.Option("--issuer", metavar="URL", help="With --key: the `iss`, as services are told to believe it.")
    ] = ISSUER,
    audience: Annotated[str, typer.Option("--audience", metavar="NAME", help="With --key: the `aud`.")] = AUDIENCE,
    data: DataOption = DEFAULT_DATA,
    lifetime: Annotated[
        int, typer.Option("--lifetime", min=1, help="How long it is good for, in seconds.")
    ] = TOKEN_LIFETIME_S,
) -> None:
    """Print a token signed with the key of a data directory; good as soon as it is printed, running or not. With --key,
    one of the issuer that this key belongs to."""
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
    signer = DataDirectory(data).signer() if key is None else _signer(key, issuer, audience)
    print(signer.sign(whom, name=acting_as or "", lifetime_s=lifetime, claims=said))


def _signer(key: Path, issuer: str, audience: str) -> TokenSigner:
    """Return what signs with the key of a file, which must be there. Raises Failed."""
    if not key.is_file():
        raise Failed(f"there is no key at {key}; `shoal key create` makes one")
    try:
        if "d" not in json.loads(key.read_text()):
            raise ValueError("it is no private key")
        return TokenSigner.open(key, issuer=issuer, audience=audience)
    except (OSError, ValueError, JoseError) as error:
        raise Failed(f"cannot read the key {key}: {error}") from error
