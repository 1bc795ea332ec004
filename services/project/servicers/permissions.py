"""PermissionService over gRPC."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import TYPE_CHECKING, Any

import grpc

from mesh.identity import current_identity
from services.project.answers import Answers
from services.project.convert import permissions as convert
from services.project.feed import Feed
from services.project.model import User
from shoal.project.v1 import permission_pb2 as pb
from shoal.project.v1 import permission_pb2_grpc

if TYPE_CHECKING:
    Context = grpc.aio.ServicerContext[Any, Any]
    Question = pb.CheckPermissionRequest | pb.BatchCheckPermissionsRequest | pb.ExplainPermissionRequest


class PermissionServicer(permission_pb2_grpc.PermissionServiceServicer):
    """PermissionService."""

    def __init__(self, answers: Answers, feed: Feed) -> None:
        self._answers, self._feed = answers, feed

    async def CheckPermission(self, request: pb.CheckPermissionRequest, _: Context) -> pb.CheckPermissionResponse:
        """Answer one question."""
        asked = [(request.resource, request.permission)]
        epoch, [answer] = await self._answers.check(current_identity(), _user(request), asked)
        return pb.CheckPermissionResponse(answer=convert.answer_to_proto(answer), epoch=epoch)

    async def BatchCheckPermissions(
        self, request: pb.BatchCheckPermissionsRequest, _: Context
    ) -> pb.BatchCheckPermissionsResponse:
        """Answer many questions."""
        asked = [(check.resource, check.permission) for check in request.checks]
        epoch, answers = await self._answers.check(current_identity(), _user(request), asked, "checks.")
        return pb.BatchCheckPermissionsResponse(answers=map(convert.answer_to_proto, answers), epoch=epoch)

    async def ExplainPermission(self, request: pb.ExplainPermissionRequest, _: Context) -> pb.ExplainPermissionResponse:
        """Say why."""
        explanation = await self._answers.explain(
            current_identity(), _user(request), request.resource, request.permission
        )
        return convert.explanation_to_proto(explanation)

    async def ResolveScopes(
        self, request: pb.ResolveScopesRequest, _: Context
    ) -> AsyncIterator[pb.ResolveScopesResponse]:
        """Stream where somebody may do something."""
        epoch, found = await self._answers.scopes(convert.user_from_proto(request.user), request.permission)
        for message in convert.scopes_to_proto(epoch, found):
            yield message

    async def WatchPermissions(
        self, _request: pb.WatchPermissionsRequest, _: Context
    ) -> AsyncIterator[pb.WatchPermissionsResponse]:
        """Stream the epoch."""
        async with aclosing(self._feed.watch()) as watching:
            async for told in watching:
                yield convert.told_to_proto(told)


def _user(request: Question) -> User | None:
    return convert.user_from_proto(request.user) if request.HasField("user") else None
