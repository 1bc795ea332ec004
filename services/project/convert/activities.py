"""Activities and summaries as messages, and what is asked of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import cast

from services.project.activities.activities import Asked
from services.project.activities.model import Kind
from services.project.convert.common import time_from_proto, time_to_proto
from services.project.store.activities import ActivityRow, HourRow
from shoal.project.v1 import activity_pb2 as pb


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
    return tuple(sorted({Kind(each) for each in kinds}))
