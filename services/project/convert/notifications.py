"""Notifications and preferences as messages, and notices that other services ask for."""

from __future__ import annotations

from collections.abc import Iterable, Set
from typing import cast

from mesh.faults import InvalidField, TooLarge
from services.project.convert.common import time_to_proto
from services.project.notifications.model import (
    Notice,
    NoticeKind,
    email_addressee,
    user_addressee,
)
from services.project.said import comparable
from services.project.store.notifications import NotificationRow
from shoal.project.v1 import notification_pb2 as pb

_MAX_ADDRESSEES = 256
_MAX_DETAILS = 16


def notification_to_proto(row: NotificationRow) -> pb.Notification:
    """Return the message of a notification."""
    return pb.Notification(
        id=row.id,
        kind=cast(pb.NotificationKind, row.kind),
        create_time=time_to_proto(row.create_time),
        read_time=time_to_proto(row.read_time),
        actor=row.actor,
        resource=row.resource,
        project=row.project,
        details=row.details,
    )


def preferences_to_proto(off: Set[int]) -> list[pb.NotificationPreference]:
    """Return a message for each kind."""
    return [
        pb.NotificationPreference(kind=cast(pb.NotificationKind, int(kind)), enabled=kind not in off)
        for kind in NoticeKind
    ]


def preferences_from_proto(messages: Iterable[pb.NotificationPreference]) -> dict[NoticeKind, bool]:
    """Return of which kinds somebody wants to hear. Raises InvalidField."""
    wanted: dict[NoticeKind, bool] = {}
    for message in messages:
        kind = NoticeKind(message.kind)
        if kind in wanted:
            raise InvalidField("preferences.kind", "each kind may be named once")
        wanted[kind] = message.enabled
    return wanted


def notices_from_proto(request: pb.NotifyRequest) -> list[Notice]:
    """Return a notice for each who is to hear of it, but for who did it; in no project yet.

    Raises InvalidField, TooLarge.
    """
    kind, event, details = NoticeKind(request.kind), f"told/{request.event_id}", _details(request)
    return [
        Notice(kind, each, event, request.actor, request.document, details=details)
        for each in _addressees(request)
        if each != user_addressee(request.actor)
    ]


def _addressees(request: pb.NotifyRequest) -> list[str]:
    count = len(request.users) + len(request.emails)
    if not count:
        raise InvalidField("users", "somebody is needed, here or in emails")
    if count > _MAX_ADDRESSEES:
        raise TooLarge("users and emails", _MAX_ADDRESSEES, count)
    users = [user_addressee(each) for each in request.users]
    return list(dict.fromkeys(users + [email_addressee(comparable(each)) for each in request.emails]))


def _details(request: pb.NotifyRequest) -> dict[str, str]:
    details = dict(request.details)
    if len(details) > _MAX_DETAILS:
        raise TooLarge("details", _MAX_DETAILS, len(details))
    return details
