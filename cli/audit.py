"""`shoal audit`: who was granted what, by whom and when."""

from __future__ import annotations

import sys
from typing import Annotated, Any

import typer

from cli.answers import (
    AllOption,
    JsonOption,
    ResourceArgument,
    ask_pages,
    print_rows,
    resource_name,
    role_word,
    time_word,
    who_word,
    word_of,
)
from cli.run import run
from cli.target import Target
from cli.verbs import group, verb
from shoal.project.v1 import audit_pb2 as pb
from shoal.project.v1.audit_pb2_grpc import AuditServiceStub

audit = group("The record of every change that can alter what anybody may do.")


@verb(audit, "list")
def list_(
    resource: ResourceArgument, everything: AllOption = False, json: JsonOption = False, *, target: Target
) -> None:
    """List what was done to something and all that was in it then, the newest first."""
    request = pb.ListAuditEntriesRequest(resource=resource_name(resource))
    found = ask_pages(target, AuditServiceStub, "ListAuditEntries", request, "entries", everything=everything)
    print_rows(found, ("when", "who", "did", "on", "to", "what"), _row, json=json)


def _row(each: pb.AuditEntry) -> tuple[str, ...]:
    details = " ".join(f"{key}={value}" for key, value in sorted(each.details.items()))
    what = " ".join(filter(None, (role_word(each), details)))
    done = word_of(pb.AuditAction.DESCRIPTOR, each.action).replace("_", " ")
    return time_word(each.create_time), each.actor, done, each.resource, who_word(each.principal), what


@verb(audit, "export")
def export(
    resource: ResourceArgument,
    after: Annotated[int, typer.Option("--after", min=0, metavar="ID", help="Only entries after this one.")] = 0,
    *,
    target: Target,
) -> None:
    """Write the whole record as JSON lines, the oldest first, in the contract's own mapping."""
    run(_export(target, pb.ExportAuditEntriesRequest(resource=resource_name(resource), after_id=after)))


async def _export(target: Target, request: pb.ExportAuditEntriesRequest) -> None:
    async with target.channel() as channel:
        stub: Any = AuditServiceStub(channel)  # type: ignore[no-untyped-call]  # generated without types
        call = stub.ExportAuditEntries(request, metadata=target.metadata)
        try:
            async for part in call:
                sys.stdout.write(part.json_lines)
        finally:
            call.cancel()
