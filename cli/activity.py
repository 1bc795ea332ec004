"""`shoal activity`: what people and agents did in a project, in a document, or anywhere, from a terminal."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, cast

import typer

from cli.answers import AllOption, JsonOption, ask, ask_pages, name_of, print_rows, put_time, time_word, word_of
from cli.instance import DEFAULT_DATA
from cli.target import DataOption, GrpcOption, TokenOption, UrlOption, find_target, full_name
from cli.times import HELP, time_option
from mesh.resource_names import Kind
from shoal.project.v1 import activity_pb2 as pb
from shoal.project.v1.activity_pb2_grpc import ActivityServiceStub

_KINDS = {
    name.removeprefix("ACTIVITY_KIND_").lower(): pb.ActivityKind.Value(name)
    for name in pb.ActivityKind.keys()  # noqa: SIM118 -- an enum's wrapper, not a dictionary
    if not name.endswith("UNSPECIFIED")
}


def activity(
    project: Annotated[
        str, typer.Option("--project", metavar="NAME", help="Only in this project: projects/x, or x.")
    ] = "",
    document: Annotated[
        str, typer.Option("--document", metavar="NAME", help="Only in this document: documents/x, or x.")
    ] = "",
    user: Annotated[str, typer.Option("--user", metavar="SUBJECT", help="Only by this user: users/x.")] = "",
    kind: Annotated[
        list[str] | None,
        typer.Option("--kind", metavar="KIND", help="Only of this kind, as document_edited; again for more kinds."),
    ] = None,
    since: Annotated[
        datetime | None, typer.Option("--since", parser=time_option, metavar="TIME", help=f"Only from then on: {HELP}.")
    ] = None,
    summary: Annotated[bool, typer.Option("--summary", help="How much happened in each hour, of a project.")] = False,
    everything: AllOption = False,
    json: JsonOption = False,
    url: UrlOption = None,
    grpc_address: GrpcOption = None,
    token: TokenOption = None,
    data: DataOption = DEFAULT_DATA,
) -> None:
    """List what was done, the latest first: a table on a terminal, else one JSON a line. docs/activity.md has more."""
    if project and document:
        raise typer.BadParameter("choose one of --project and --document")
    if summary and (not project or document or user or kind or since):
        raise typer.BadParameter("--summary is of a --project, and takes nothing else")
    where = name_of(Kind.PROJECT, project) if project else full_name(document) if document else ""
    request = pb.ListActivitiesRequest(resource=where, user=user, kinds=map(_kind_number, kind or ()))
    put_time(request.start_time, since)
    target = find_target(url=url, grpc_address=grpc_address, token=token, data=data)
    if summary:
        found = ask(target, ActivityServiceStub, "GetActivitySummary", pb.GetActivitySummaryRequest(project=where))
        print_rows(found.hours, ("hour", "activities", "who"), _hour_row, json=json)
        return
    rows = ask_pages(target, ActivityServiceStub, "ListActivities", request, "activities", everything=everything)
    print_rows(rows, ("when", "who", "did", "on", "what"), _row, json=json)


def _kind_number(word: str) -> pb.ActivityKind:
    number = _KINDS.get(word.lower().replace("-", "_"))
    if number is None:
        raise typer.BadParameter(f"{word!r} is none of {', '.join(_KINDS)}", param_hint="--kind")
    return cast(pb.ActivityKind, number)


def _row(each: pb.Activity) -> tuple[str, ...]:
    who = f"{each.actor} by {each.agent}" if each.agent else each.actor
    did = word_of(pb.ActivityKind.DESCRIPTOR, each.kind).replace("_", " ")
    details = [f"{key}={value}" for key, value in sorted(each.details.items()) if not key.endswith("_revision")]
    what = " ".join([f"{each.count} edits", *details] if each.kind == pb.ACTIVITY_KIND_DOCUMENT_EDITED else details)
    return time_word(each.last_occur_time), who, did, each.resource, what


def _hour_row(each: pb.GetActivitySummaryResponse.Hour) -> tuple[str, ...]:
    return time_word(each.start_time), str(each.activities), ", ".join(each.active_users)
