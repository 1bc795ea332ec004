"""Notifications and preferences as messages, and notices that other services ask for."""

from __future__ import annotations

from collections.abc import Iterable, Set
from typing import cast

from mesh.faults import InvalidField, TooLarge
from mesh.resource_names import Kind, parse
from services.project.convert.common import time_to_proto
from services.project.notifications.model import (
    TOLD_BY_OTHERS,
    Notice,
    NoticeKind,
    email_addressee,
    user_addressee,
)
from services.project.said import check_email, check_subject
from services.project.store.notifications import NotificationRow
from shoal.project.v1 import notification_pb2 as pb

_MAX_EVENT_ID = 200
_MAX_ADDRESSEES = 256
_MAX_DETAILS, _MAX_KEY, _MAX_VALUE = 16, 63, 255


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
        kind = _kind(message.kind, "preferences.kind")
        if kind in wanted:
            raise InvalidField("preferences.kind", "each kind may be named once")
        wanted[kind] = message.enabled
    if not wanted:
        raise InvalidField("preferences", "at least one is needed")
    return wanted


def notices_from_proto(request: pb.NotifyRequest) -> list[Notice]:
    """Return a notice for each who is to hear of it, but for who did it; in no project yet.

    Raises InvalidField, TooLarge.
    """
    kind = _kind(request.kind, "kind")
    if kind not in TOLD_BY_OTHERS:
        raise InvalidField("kind", "must be MENTION, SUGGESTION or COMMENT")
    if not 0 < len(request.event_id) <= _MAX_EVENT_ID or "\0" in request.event_id:
        raise InvalidField("event_id", f"must be 1 to {_MAX_EVENT_ID} characters")
    document = parse(request.document, "document", Kind.DOCUMENT).text
    actor, details = check_subject(request.actor, "actor"), _details(request)
    addressees = _addressees(request)
    return [
        Notice(kind, each, f"told/{request.event_id}", actor, document, details=details)
        for each in addressees
        if each != user_addressee(actor)
    ]


def _addressees(request: pb.NotifyRequest) -> list[str]:
    count = len(request.users) + len(request.emails)
    if not count:
        raise InvalidField("users", "somebody is needed, here or in emails")
    if count > _MAX_ADDRESSEES:
        raise TooLarge("users and emails", _MAX_ADDRESSEES, count)
    users = [user_addressee(check_subject(each, "users")) for each in request.users]
    return list(dict.fromkeys(users + [email_addressee(check_email(each, "emails")) for each in request.emails]))


def _details(request: pb.NotifyRequest) -> dict[str, str]:
    details = dict(request.details)
    if len(details) > _MAX_DETAILS:
        raise TooLarge("details", _MAX_DETAILS, len(details))
    for key, value in details.items():
        if not 0 < len(key) <= _MAX_KEY or len(value) > _MAX_VALUE or "\0" in key + value:
            raise InvalidField("details", f"keys have 1 to {_MAX_KEY} characters, values at most {_MAX_VALUE}")
    return details


def _kind(kind: int, field: str) -> NoticeKind:
    try:
        return NoticeKind(kind)
    except ValueError:
        raise InvalidField(field, "is not a kind of notification") from None
