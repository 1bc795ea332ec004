"""`shoal may`: whether somebody may do something, and why."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Annotated

import typer

from cli.answers import (
    JsonOption,
    ask,
    permission_names,
    permission_word,
    print_one,
    role_word,
    who_word,
)
from cli.instance import DEFAULT_DATA, DataDirectory
from cli.target import TOKEN_LIFETIME_S, DataOption, GrpcOption, TokenOption, UrlOption, find_target
from mesh.identity import SERVICE_AUDIENCE
from shoal.project.v1 import permission_pb2 as pb
from shoal.project.v1.permission_pb2_grpc import PermissionServiceStub

_SERVICE = "services/shoal-may"
_DOES = {
    pb.ExplainPermissionResponse.EFFECT_ALLOWS: "allows",
    pb.ExplainPermissionResponse.EFFECT_DENIES: "denies",
    pb.ExplainPermissionResponse.EFFECT_DENIES_IN_VAIN: "denies, in vain: an owner is denied nothing,",
}


def may(
    permission: Annotated[
        str, typer.Argument(metavar="PERMISSION", help="What is to be done, as in docs/permissions.md: document_write.")
    ],
    resource: Annotated[str, typer.Argument(metavar="RESOURCE", help="Where, by name: documents/x, projects/x.")],
    user: Annotated[
        str, typer.Option("--user", metavar="SUBJECT", help="Who. Left out: yourself. Others are for services to ask.")
    ] = "",
    groups: Annotated[
        list[str] | None, typer.Option("--group", metavar="NAME", help="In --user's token; may be given again.")
    ] = None,
    organizations: Annotated[
        list[str] | None, typer.Option("--organization", metavar="NAME", help="In --user's token; may be given again.")
    ] = None,
    json: JsonOption = False,
    url: UrlOption = None,
    grpc_address: GrpcOption = None,
    token: TokenOption = None,
    data: DataOption = DEFAULT_DATA,
) -> None:
    """Tell whether somebody may do something somewhere, and which grants decide. Exit code 1 when they may not.

    About somebody else a local instance is asked with its own key; elsewhere --token must be a service's.
    """
    [name] = permission_names([permission], "PERMISSION")
    if (groups or organizations) and not user:
        raise typer.BadParameter("--group and --organization go with --user")
    request = pb.ExplainPermissionRequest(resource=resource, permission=name)
    if user:
        request.user.CopyFrom(pb.User(subject=user, groups=groups or [], organizations=organizations or []))
        token = token or _service_token(DataDirectory(data))
    target = find_target(url=url, grpc_address=grpc_address, token=token, data=data)
    answer = ask(target, PermissionServiceStub, "ExplainPermission", request)
    if json or not sys.stdout.isatty():
        print_one(answer, json=True)
    else:
        print("\n".join(explained(user or "you", request, answer)))
    raise typer.Exit(0 if answer.allowed else 1)


def explained(who: str, request: pb.ExplainPermissionRequest, answer: pb.ExplainPermissionResponse) -> Iterator[str]:
    """Yield the answer in words: what is so, then each grant that has a say, in the order in which they are heeded."""
    verb = "may" if answer.allowed else "may not"
    yield f"{who} {verb} {permission_word(request.permission)} on {request.resource}"
    for reason in answer.reasons:
        grant = reason.grant
        said = f"{who_word(grant.principal)}, {role_word(grant)} on {grant.resource}"
        by = f", by {grant.grantor}" if grant.grantor else ""
        yield f"  {_DOES.get(reason.effect, 'speaks of')} it: {said}{by}"
    if answer.archived:
        yield f"  {answer.archived} is archived: nothing in it may be changed"
    elif answer.missing:
        yield f"  {answer.missing}"


def _service_token(directory: DataDirectory) -> str:
    return directory.signer().sign(_SERVICE, lifetime_s=TOKEN_LIFETIME_S, audience=SERVICE_AUDIENCE)
