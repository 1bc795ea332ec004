"""NotificationService over gRPC."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import TYPE_CHECKING, Any

import grpc

from mesh.identity import current_identity
from services.project.convert import notifications as convert
from services.project.notifications.notifications import Notifications
from services.project.notifications.preferences import Preferences
from shoal.project.v1 import notification_pb2 as pb
from shoal.project.v1 import notification_pb2_grpc

if TYPE_CHECKING:
    Context = grpc.aio.ServicerContext[Any, Any]


class NotificationServicer(notification_pb2_grpc.NotificationServiceServicer):
    """NotificationService."""

    def __init__(self, notifications: Notifications, preferences: Preferences) -> None:
        self._notifications, self._preferences = notifications, preferences

    async def ListNotifications(self, request: pb.ListNotificationsRequest, _: Context) -> pb.ListNotificationsResponse:
        """List notifications, the newest first."""
        rows, token = await self._notifications.page(
            current_identity(), request.page_size, request.page_token, unread=request.unread
        )
        return pb.ListNotificationsResponse(
            notifications=map(convert.notification_to_proto, rows), next_page_token=token
        )

    async def StreamNotifications(
        self, request: pb.StreamNotificationsRequest, _: Context
    ) -> AsyncIterator[pb.StreamNotificationsResponse]:
        """Stream notifications."""
        async with aclosing(self._notifications.stream(current_identity(), request.after_id)) as streaming:
            async for news in streaming:
                rows = map(convert.notification_to_proto, news.rows)
                yield pb.StreamNotificationsResponse(notifications=rows, last_id=news.last_id)

    async def MarkNotificationsRead(
        self, request: pb.MarkNotificationsReadRequest, _: Context
    ) -> pb.MarkNotificationsReadResponse:
        """Mark notifications as read."""
        unread = await self._notifications.mark_read(current_identity(), request.ids, request.up_to_id)
        return pb.MarkNotificationsReadResponse(unread=unread)

    async def GetUnreadCount(self, _request: pb.GetUnreadCountRequest, _: Context) -> pb.GetUnreadCountResponse:
        """Say how many are unread."""
        return pb.GetUnreadCountResponse(unread=await self._notifications.unread(current_identity()))

    async def GetNotificationPreferences(
        self, _request: pb.GetNotificationPreferencesRequest, _: Context
    ) -> pb.GetNotificationPreferencesResponse:
        """Say what the caller wants to hear of."""
        subject = current_identity().subject
        off, muted = await self._preferences.kinds_off(subject), await self._preferences.muted(subject)
        return pb.GetNotificationPreferencesResponse(preferences=convert.preferences_to_proto(off), muted=muted)

    async def UpdateNotificationPreferences(
        self, request: pb.UpdateNotificationPreferencesRequest, _: Context
    ) -> pb.UpdateNotificationPreferencesResponse:
        """Change of which kinds the caller wants to hear."""
        wanted = convert.preferences_from_proto(request.preferences)
        off = await self._preferences.set_kinds(current_identity().subject, wanted)
        return pb.UpdateNotificationPreferencesResponse(preferences=convert.preferences_to_proto(off))

    async def MuteResource(self, request: pb.MuteResourceRequest, _: Context) -> pb.MuteResourceResponse:
        """Mute, or unmute."""
        change = self._preferences.unmute if request.unmute else self._preferences.mute
        return pb.MuteResourceResponse(muted=await change(current_identity().subject, request.resource))

    async def Notify(self, request: pb.NotifyRequest, _: Context) -> pb.NotifyResponse:
        """Notify people of what another service knows."""
        return pb.NotifyResponse(notified=await self._notifications.notify(convert.notices_from_proto(request)))
