"""Own deeds: what this service's outbox tells, as activities and notices. Pure."""

from __future__ import annotations

from services.project.activities.model import Deed, Kind
from services.project.model import PrincipalKind
from services.project.notifications.model import Notice, NoticeKind, email_addressee, user_addressee
from services.project.roles import Role
from services.project.store.changes import Action
from services.project.store.own_events import OwnEvent

_KINDS = {
    Action.RESOURCE_CREATED: Kind.RESOURCE_CREATED,
    Action.RESOURCE_ARCHIVED: Kind.RESOURCE_ARCHIVED,
    Action.RESOURCE_UNARCHIVED: Kind.RESOURCE_UNARCHIVED,
    Action.GRANTED: Kind.SHARED,
    Action.REVOKED: Kind.UNSHARED,
    Action.OWNERSHIP_TRANSFERRED: Kind.OWNERSHIP_TRANSFERRED,
    Action.INVITED: Kind.INVITED,
    Action.INVITATION_ACCEPTED: Kind.JOINED,
    Action.SHARE_LINK_REDEEMED: Kind.JOINED,
    Action.SHARE_LINK_CREATED: Kind.LINK_CREATED,
}
"""What others read of; the rest, as roles and groups, is for the audit."""
_TELLING_ROLE = {Kind.SHARED, Kind.UNSHARED, Kind.INVITED, Kind.JOINED, Kind.LINK_CREATED}
_TELLING_PRINCIPAL = {Kind.SHARED, Kind.UNSHARED, Kind.OWNERSHIP_TRANSFERRED}
_KIND_WORDS = {PrincipalKind.USER: "user", PrincipalKind.GROUP: "group", PrincipalKind.ORGANIZATION: "organization"}


def deed_of(event: OwnEvent) -> Deed:
    """Return what an event is."""
    id_ = f"project/{event.id}"
    if event.action in (Action.RESOURCE_MOVED, Action.RESOURCE_DELETED):
        return _about_folder(event, id_)
    kind = None if _is_to_oneself(event) else _KINDS.get(event.action)
    notices = tuple(each for each in _notices(event, id_) if each.addressee != user_addressee(event.actor))
    return Deed(id_, kind, event.time, event.actor, event.resource, event.project, "", _details(event, kind), None, "",
                notices)  # fmt: skip


def _about_folder(event: OwnEvent, id_: str) -> Deed:
    """Of documents the document service tells; a deleted folder is told of where it was."""
    if event.resource.startswith("documents/"):
        return Deed(id_, None, event.time, event.actor, event.resource)
    if event.action is Action.RESOURCE_MOVED:
        details = {"before": event.details.get("from", ""), "after": event.details.get("to", "")}
        return Deed(id_, Kind.FOLDER_MOVED, event.time, event.actor, event.resource, event.project, "", details)
    return Deed(id_, Kind.FOLDER_DELETED, event.time, event.actor, event.project, event.project, erased=event.resource)


def _is_to_oneself(event: OwnEvent) -> bool:
    """Say whether this is what comes with every creation, and with giving ownership away: a grant to who did it."""
    return event.action is Action.GRANTED and event.principal.name == event.actor


def _details(event: OwnEvent, kind: Kind | None) -> dict[str, str]:
    details: dict[str, str] = {}
    if kind in _TELLING_ROLE:
        details["role"] = _role(event)
    if kind in _TELLING_PRINCIPAL:
        details["principal"] = event.principal.name
        details["principal_kind"] = _KIND_WORDS.get(event.principal.kind, "")
    return details


def _role(event: OwnEvent) -> str:
    return event.custom_role or (event.role.name.lower() if event.role is not Role.NONE else "")


def _notices(event: OwnEvent, id_: str) -> list[Notice]:
    role = _role(event)
    about = event.actor, event.resource, event.project
    match event.action:
        case Action.GRANTED if event.principal.kind is PrincipalKind.USER and role:
            return [Notice(NoticeKind.SHARE, user_addressee(event.principal.name), id_, *about, {"role": role})]
        case Action.OWNERSHIP_TRANSFERRED:
            heir = user_addressee(event.principal.name)
            return [Notice(NoticeKind.OWNERSHIP_TRANSFERRED, heir, id_, *about)]
        case Action.INVITED:
            details = {"role": role, "invitation": event.details["invitation"]}
            addressee = email_addressee(event.details["email"])
            return [Notice(NoticeKind.INVITATION, addressee, id_, *about, details)]
        case Action.INVITATION_ACCEPTED if event.details.get("inviter"):
            inviter = user_addressee(event.details["inviter"])
            return [Notice(NoticeKind.SHARE, inviter, id_, *about, {"role": role, "via": "invitation"})]
        case Action.SHARE_LINK_REDEEMED if event.link_creator:
            creator = user_addressee(event.link_creator)
            return [Notice(NoticeKind.SHARE, creator, id_, *about, {"role": role, "via": "link"})]
        case _:
            return []
