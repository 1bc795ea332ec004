"""ActivityService over gRPC."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import grpc

from mesh.identity import current_identity
from services.project.activities.activities import Activities
from services.project.convert import activities as convert
from shoal.project.v1 import activity_pb2 as pb
from shoal.project.v1 import activity_pb2_grpc

if TYPE_CHECKING:
    Context = grpc.aio.ServicerContext[Any, Any]


class ActivityServicer(activity_pb2_grpc.ActivityServiceServicer):
    """ActivityService."""

    def __init__(self, activities: Activities) -> None:
        self._activities = activities

    async def ListActivities(self, request: pb.ListActivitiesRequest, _: Context) -> pb.ListActivitiesResponse:
        """List activities, the latest first."""
        asked = convert.asked_from_proto(request)
        rows, token = await self._activities.page(current_identity(), asked, request.page_size, request.page_token)
        return pb.ListActivitiesResponse(activities=map(convert.activity_to_proto, rows), next_page_token=token)

    async def GetActivitySummary(
        self, request: pb.GetActivitySummaryRequest, _: Context
    ) -> pb.GetActivitySummaryResponse:
        """Return the hours of a project."""
        return convert.summary_to_proto(await self._activities.summary(request.project))
