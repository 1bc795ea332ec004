"""Live delivery over gRPC: notifications handed to the rooms that their recipients have open in collab."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import grpc

from services.project.notifications.delivery import Deliver
from shoal.collab.v1 import collab_pb2
from shoal.collab.v1.collab_pb2_grpc import CollabServiceStub
from shoal.project.v1 import notification_pb2 as pb

_WITHIN_S = 1.0
_SAYS = {
    pb.NOTIFICATION_KIND_MENTION: "mentioned you in",
    pb.NOTIFICATION_KIND_SHARE: "shared with you",
    pb.NOTIFICATION_KIND_INVITATION: "invited you to",
    pb.NOTIFICATION_KIND_SUGGESTION: "suggested something in",
    pb.NOTIFICATION_KIND_COMMENT: "commented in",
    pb.NOTIFICATION_KIND_OWNERSHIP_TRANSFERRED: "made you the owner of",
}


def deliver_over(channels: Sequence[grpc.aio.Channel]) -> Deliver:
    """Return the way to users through channels to collab nodes, on which this service speaks for itself."""
    stubs: list[Any] = [CollabServiceStub(channel) for channel in channels]  # type: ignore[no-untyped-call]  # generated without types

    async def deliver(subject: str, notification: pb.Notification) -> None:
        request = collab_pb2.NotifyRequest(subject=subject, notice=notice_of(notification))
        await asyncio.gather(*[stub.Notify(request, timeout=_WITHIN_S) for stub in stubs])

    return deliver


def notice_of(notification: pb.Notification) -> collab_pb2.Notice:
    """Return what a user's room shows of a notification."""
    kind = pb.NotificationKind.Name(notification.kind).removeprefix("NOTIFICATION_KIND_").lower()
    resource = notification.resource
    return collab_pb2.Notice(
        id=str(notification.id),
        kind=kind,
        document=resource if resource.startswith("documents/") else "",
        text=f"{notification.actor} {_said(notification)} {resource}",
    )


def _said(notification: pb.Notification) -> str:
    if via := notification.details.get("via"):
        return f"accepted your {via} to"
    return _SAYS[notification.kind]
