"""`shoal token`: a token of a local instance, to use elsewhere."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.instance import DEFAULT_DATA, DataDirectory
from cli.target import TOKEN_LIFETIME_S, DataOption

_Subject = Annotated[str, typer.Option("--subject", help="Whom the token is for.", metavar="NAME")]
_Lifetime = Annotated[int, typer.Option("--lifetime", min=1, help="How long it is good for, in seconds.")]


def token(subject: _Subject, data: DataOption = DEFAULT_DATA, lifetime: _Lifetime = TOKEN_LIFETIME_S) -> None:
    """Print a token signed with the key of a data directory; good as soon as it is printed, running or not."""
    if not 0 < len(subject) <= 255:
        raise typer.BadParameter("must be 1 to 255 characters", param_hint="--subject")
    print(DataDirectory(data).signer().sign(subject, lifetime_s=lifetime))
