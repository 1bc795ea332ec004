"""REST for shoal/project/v1/activity.proto. Written by protoc-gen-aiohttp-gateway; do not edit."""

from __future__ import annotations

from typing import Any

from edge.gateway import encoders
from edge.gateway.binding import Binding, Method

from shoal.project.v1 import activity_pb2

_ACTIVITY_KIND = encoders.EnumNames(activity_pb2.ActivityKind.DESCRIPTOR)


def encode_activity(m: activity_pb2.Activity) -> dict[str, Any]:
    return {
        "id": str(m.id),
        "kind": _ACTIVITY_KIND[m.kind],
        "occurTime": encoders.timestamp(m.occur_time) if m.HasField("occur_time") else None,
        "lastOccurTime": encoders.timestamp(m.last_occur_time) if m.HasField("last_occur_time") else None,
        "count": str(m.count),
        "actor": m.actor,
        "agent": m.agent,
        "resource": m.resource,
        "project": m.project,
        "details": dict(m.details),
    }


def encode_list_activities_response(m: activity_pb2.ListActivitiesResponse) -> dict[str, Any]:
    return {
        "activities": [encode_activity(each) for each in m.activities],
        "nextPageToken": m.next_page_token,
    }


def encode_get_activity_summary_response(m: activity_pb2.GetActivitySummaryResponse) -> dict[str, Any]:
    return {
        "hours": [encode_get_activity_summary_response_hour(each) for each in m.hours],
    }


def encode_get_activity_summary_response_hour(m: activity_pb2.GetActivitySummaryResponse.Hour) -> dict[str, Any]:
    return {
        "startTime": encoders.timestamp(m.start_time) if m.HasField("start_time") else None,
        "activities": str(m.activities),
        "activeUsers": list(m.active_users),
    }


_list_activities = Method(
    "/shoal.project.v1.ActivityService/ListActivities",
    activity_pb2.ListActivitiesRequest,
    activity_pb2.ListActivitiesResponse,
    encode=encode_list_activities_response,
)
_get_activity_summary = Method(
    "/shoal.project.v1.ActivityService/GetActivitySummary",
    activity_pb2.GetActivitySummaryRequest,
    activity_pb2.GetActivitySummaryResponse,
    encode=encode_get_activity_summary_response,
)

ACTIVITY_SERVICE: tuple[Binding, ...] = (
    Binding("GET", "/v1/activities", _list_activities),
    Binding("GET", "/v1/{project=projects/*}/activitySummary", _get_activity_summary),
)
"""shoal.project.v1.ActivityService."""
