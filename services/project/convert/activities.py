"""Activities and summaries as messages, and what is asked of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import cast

from mesh.faults import InvalidField
from services.project.activities.activities import Asked
from services.project.activities.model import Kind
from services.project.convert.common import time_from_proto, time_to_proto
from services.project.store.activities import ActivityRow, HourRow
from shoal.project.v1 import activity_pb2 as pb

_MAX_KINDS = 50


def asked_from_proto(request: pb.ListActivitiesRequest) -> Asked:
    """Return which activities are asked for. Raises InvalidField."""
    return Asked(
        request.resource,
        request.user,
        _kinds(request.kinds),
        time_from_proto(request.start_time, "start_time") if request.HasField("start_time") else None,
        time_from_proto(request.end_time, "end_time") if request.HasField("end_time") else None,
    )


def activity_to_proto(row: ActivityRow) -> pb.Activity:
    """Return the message of an activity."""
    return pb.Activity(
        id=row.key,
        kind=cast(pb.ActivityKind, row.kind),
        occur_time=time_to_proto(row.occurred_at),
        last_occur_time=time_to_proto(row.last_occurred_at),
        count=row.parts,
        actor=row.actor,
        agent=row.agent,
        resource=row.resource,
        project=row.project,
        details=row.details,
    )


def summary_to_proto(rows: Iterable[HourRow]) -> pb.GetActivitySummaryResponse:
    """Return the message of a project's hours."""
    hours = [
        pb.GetActivitySummaryResponse.Hour(
            start_time=time_to_proto(row.hour), activities=row.activities, active_users=row.users
        )
        for row in rows
    ]
    return pb.GetActivitySummaryResponse(hours=hours)


def _kinds(kinds: Sequence[int]) -> tuple[Kind, ...]:
    if len(kinds) > _MAX_KINDS:
        raise InvalidField("kinds", f"must be at most {_MAX_KINDS}")
    try:
        return tuple(sorted({Kind(each) for each in kinds}))
    except ValueError:
        raise InvalidField("kinds", "names what is not a kind of activity") from None
