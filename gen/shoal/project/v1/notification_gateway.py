"""REST for shoal/project/v1/notification.proto. Written by protoc-gen-aiohttp-gateway; do not edit."""

from __future__ import annotations

from typing import Any

from edge.gateway import encoders
from edge.gateway.binding import Binding, Method

from shoal.project.v1 import notification_pb2

_NOTIFICATION_KIND = encoders.EnumNames(notification_pb2.NotificationKind.DESCRIPTOR)


def encode_notification(m: notification_pb2.Notification) -> dict[str, Any]:
    return {
        "id": str(m.id),
        "kind": _NOTIFICATION_KIND[m.kind],
        "createTime": encoders.timestamp(m.create_time) if m.HasField("create_time") else None,
        "readTime": encoders.timestamp(m.read_time) if m.HasField("read_time") else None,
        "actor": m.actor,
        "resource": m.resource,
        "project": m.project,
        "details": dict(m.details),
    }


def encode_list_notifications_response(m: notification_pb2.ListNotificationsResponse) -> dict[str, Any]:
    return {
        "notifications": [encode_notification(each) for each in m.notifications],
        "nextPageToken": m.next_page_token,
    }


def encode_stream_notifications_response(m: notification_pb2.StreamNotificationsResponse) -> dict[str, Any]:
    return {
        "notifications": [encode_notification(each) for each in m.notifications],
        "lastId": str(m.last_id),
    }


def encode_mark_notifications_read_response(m: notification_pb2.MarkNotificationsReadResponse) -> dict[str, Any]:
    return {
        "unread": str(m.unread),
    }


def encode_get_unread_count_response(m: notification_pb2.GetUnreadCountResponse) -> dict[str, Any]:
    return {
        "unread": str(m.unread),
    }


def encode_get_notification_preferences_response(
    m: notification_pb2.GetNotificationPreferencesResponse,
) -> dict[str, Any]:
    return {
        "preferences": [encode_notification_preference(each) for each in m.preferences],
        "muted": list(m.muted),
    }


def encode_notification_preference(m: notification_pb2.NotificationPreference) -> dict[str, Any]:
    return {
        "kind": _NOTIFICATION_KIND[m.kind],
        "enabled": m.enabled,
    }


def encode_update_notification_preferences_response(
    m: notification_pb2.UpdateNotificationPreferencesResponse,
) -> dict[str, Any]:
    return {
        "preferences": [encode_notification_preference(each) for each in m.preferences],
    }


def encode_mute_resource_response(m: notification_pb2.MuteResourceResponse) -> dict[str, Any]:
    return {
        "muted": list(m.muted),
    }


_list_notifications = Method(
    "/shoal.project.v1.NotificationService/ListNotifications",
    notification_pb2.ListNotificationsRequest,
    notification_pb2.ListNotificationsResponse,
    encode=encode_list_notifications_response,
)
_stream_notifications = Method(
    "/shoal.project.v1.NotificationService/StreamNotifications",
    notification_pb2.StreamNotificationsRequest,
    notification_pb2.StreamNotificationsResponse,
    server_streaming=True,
    encode=encode_stream_notifications_response,
)
_mark_notifications_read = Method(
    "/shoal.project.v1.NotificationService/MarkNotificationsRead",
    notification_pb2.MarkNotificationsReadRequest,
    notification_pb2.MarkNotificationsReadResponse,
    encode=encode_mark_notifications_read_response,
)
_get_unread_count = Method(
    "/shoal.project.v1.NotificationService/GetUnreadCount",
    notification_pb2.GetUnreadCountRequest,
    notification_pb2.GetUnreadCountResponse,
    encode=encode_get_unread_count_response,
)
_get_notification_preferences = Method(
    "/shoal.project.v1.NotificationService/GetNotificationPreferences",
    notification_pb2.GetNotificationPreferencesRequest,
    notification_pb2.GetNotificationPreferencesResponse,
    encode=encode_get_notification_preferences_response,
)
_update_notification_preferences = Method(
    "/shoal.project.v1.NotificationService/UpdateNotificationPreferences",
    notification_pb2.UpdateNotificationPreferencesRequest,
    notification_pb2.UpdateNotificationPreferencesResponse,
    encode=encode_update_notification_preferences_response,
)
_mute_resource = Method(
    "/shoal.project.v1.NotificationService/MuteResource",
    notification_pb2.MuteResourceRequest,
    notification_pb2.MuteResourceResponse,
    encode=encode_mute_resource_response,
)

NOTIFICATION_SERVICE: tuple[Binding, ...] = (
    Binding("GET", "/v1/notifications", _list_notifications),
    Binding("GET", "/v1/notifications:stream", _stream_notifications),
    Binding("POST", "/v1/notifications:markRead", _mark_notifications_read, body="*"),
    Binding("GET", "/v1/notifications:unreadCount", _get_unread_count),
    Binding("GET", "/v1/notificationPreferences", _get_notification_preferences),
    Binding("PATCH", "/v1/notificationPreferences", _update_notification_preferences, body="*"),
    Binding("POST", "/v1/notificationPreferences:mute", _mute_resource, body="*"),
)
"""shoal.project.v1.NotificationService."""
