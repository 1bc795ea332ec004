"""Notices: what somebody is to be told, as values; and how addressees are written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum

from services.project.said import comparable


class NoticeKind(IntEnum):
    """As shoal.project.v1.NotificationKind."""

    MENTION = 1
    SHARE = 2
    INVITATION = 3
    SUGGESTION = 4
    COMMENT = 5
    OWNERSHIP_TRANSFERRED = 6


_USER, _EMAIL = "user:", "email:"


def user_addressee(subject: str) -> str:
    """Return the addressee that is a user."""
    return _USER + subject


def email_addressee(email: str) -> str:
    """Return the addressee that is whoever has an address."""
    return _EMAIL + comparable(email)


def subject_of(addressee: str) -> str:
    """Return the user that an addressee is; empty when it is an address."""
    return addressee.removeprefix(_USER) if addressee.startswith(_USER) else ""


@dataclass(frozen=True, slots=True)
class Notice:
    """What one addressee is to be told of an event; `project` is where the resource is."""

    kind: NoticeKind
    addressee: str
    event_id: str
    actor: str
    resource: str
    project: str = ""
    details: Mapping[str, str] = field(default_factory=dict)
