"""`shoal token`: a token of a data directory, for grpcurl, curl and other clients."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.instance import DEFAULT_DATA, DataDirectory
from cli.target import TOKEN_LIFETIME_S, DataOption


def token(
    subject: Annotated[str, typer.Option("--subject", help="Whom the token is for: the stable id of a person.")],
    name: Annotated[str, typer.Option("--name", help="The name others see. Left out: the subject.")] = "",
    lifetime: Annotated[float, typer.Option("--lifetime", min=1, help="Seconds until it expires.")] = TOKEN_LIFETIME_S,
    data: DataOption = DEFAULT_DATA,
) -> None:
    """Print a token signed with the data directory's key."""
    print(DataDirectory(data).signer().sign(subject, name=name, lifetime_s=lifetime))
