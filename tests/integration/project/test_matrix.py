"""Every rpc of the project contracts × every role × every level, compared with the table of roles.

A grant at a level holds at it and below. Requests are such that who may make them changes nothing.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import grpc
import pytest

from mesh.faults import Reason, from_rpc_error
from mesh.identity import TokenSigner, TokenVerifier
from mesh.rpc_table import Permission, rules_of
from services.project.roles import READING, TABLE, Role
from shoal.project.v1 import (
    access_pb2,
    activity_pb2,
    audit_pb2,
    notification_pb2,
    organization_pb2,
    permission_pb2,
    project_pb2,
    resource_pb2,
)
from tests.integration.project.world import ADMIN, EDITOR, VIEWER, Caller, World, running_world

LEVELS = ("organization", "project", "folder", "document")
RULES = {
    path.rpartition("/")[2]: rules
    for path, rules in rules_of(
        each.DESCRIPTOR
        for each in (
            access_pb2,
            activity_pb2,
            audit_pb2,
            notification_pb2,
            organization_pb2,
            permission_pb2,
            project_pb2,
            resource_pb2,
        )
    ).items()
}
REFUSED = {
    "PERMISSION_DENIED", "RESOURCE_NOT_FOUND", "DOCUMENT_NOT_FOUND", "INVITATION_NOT_FOUND", "SHARE_LINK_NOT_FOUND",
}  # fmt: skip
NO_FIELD = {"paths": ["nothing"]}

SIGNED_IN = {
    "CreateOrganization", "ListOrganizations", "ListProjects", "ListFolders", "ListRoles", "AcceptInvitation",
    "RedeemShareLink", "CheckPermission", "BatchCheckPermissions", "ExplainPermission", "ListActivities",
    "ListNotifications", "StreamNotifications", "MarkNotificationsRead", "GetUnreadCount",
    "GetNotificationPreferences", "UpdateNotificationPreferences", "MuteResource",
}  # fmt: skip
INTERNAL = {"ResolveScopes", "WatchPermissions", "PutDocument", "RemoveDocument", "Notify"}


@dataclass
class Place:
    """The tree of the matrix: names by level, and who made it."""

    names: dict[str, str]
    inner: str
    owner: Caller


Fields = dict[str, Any]
Build = Callable[[Place, str], Fields | Awaitable[Fields]]


async def _invitation(place: Place, level: str) -> Fields:
    wanted = {"resource": place.names[level], "email": "x@example.com", "role": VIEWER}
    return {"name": (await place.owner.CreateInvitation(invitation=wanted)).invitation.name}


async def _link(place: Place, level: str) -> Fields:
    wanted = {"resource": place.names[level], "role": VIEWER}
    return {"name": (await place.owner.CreateShareLink(share_link=wanted)).share_link.name}


ON_ANY: dict[str, Build] = {
    "SetGrant": lambda place, level: {"resource": place.names[level]},
    "RevokeGrant": lambda place, level: {"resource": place.names[level]},
    "ListGrants": lambda place, level: {"resource": place.names[level]},
    "TransferOwnership": lambda place, level: {"resource": place.names[level]},
    "CreateInvitation": lambda place, level: {"invitation": {"resource": place.names[level]}},
    "ListInvitations": lambda place, level: {"resource": place.names[level]},
    "RevokeInvitation": _invitation,
    "CreateShareLink": lambda place, level: {"share_link": {"resource": place.names[level]}},
    "ListShareLinks": lambda place, level: {"resource": place.names[level]},
    "RevokeShareLink": _link,
    "ListAuditEntries": lambda place, level: {"resource": place.names[level]},
    "ExportAuditEntries": lambda place, level: {"resource": place.names[level]},
}
ON_ONE: dict[str, tuple[str, Build]] = {
    "GetOrganization": ("organization", lambda place, level: {"name": place.names[level]}),
    "UpdateOrganization": (
        "organization",
        lambda place, level: {"organization": {"name": place.names[level]}, "update_mask": NO_FIELD},
    ),
    "CreateGroup": ("organization", lambda place, level: {"organization": place.names[level]}),
    "ListGroups": ("organization", lambda place, level: {"organization": place.names[level]}),
    "UpdateGroup": ("organization", lambda place, level: {"group": {"name": f"{place.names[level]}/groups/none"}}),
    "DeleteGroup": ("organization", lambda place, level: {"name": f"{place.names[level]}/groups/none"}),
    "CreateRole": ("organization", lambda place, level: {"organization": place.names[level]}),
    "UpdateRole": ("organization", lambda place, level: {"role": {"name": f"{place.names[level]}/roles/none"}}),
    "DeleteRole": ("organization", lambda place, level: {"name": f"{place.names[level]}/roles/none"}),
    "CreateProject": ("organization", lambda place, level: {"project": {"organization": place.names[level]}}),
    "GetProject": ("project", lambda place, level: {"name": place.names[level]}),
    "UpdateProject": (
        "project",
        lambda place, level: {"project": {"name": place.names[level]}, "update_mask": NO_FIELD},
    ),
    "GetActivitySummary": ("project", lambda place, level: {"project": place.names[level]}),
    "GetFolder": ("folder", lambda place, level: {"name": place.names[level]}),
    "UpdateFolder": ("folder", lambda place, level: {"folder": {"name": place.names[level]}, "update_mask": NO_FIELD}),
    "MoveFolder": ("folder", lambda place, level: {"name": place.names[level], "destination": place.inner}),
    "DeleteFolder": ("folder", lambda place, level: {"name": place.names[level]}),
}
CASES: list[tuple[str, str, Build]] = [
    *((rpc, level, build) for rpc, build in ON_ANY.items() for level in LEVELS),
    *((rpc, level, build) for rpc, (level, build) in ON_ONE.items()),
    ("CreateFolder", "project", lambda place, level: {"parent": place.names[level]}),
    ("CreateFolder", "folder", lambda place, level: {"parent": place.names[level]}),
    # Both of its resources are checked: one folder is not enough.
    ("MoveFolder", "project", lambda place, level: {"name": place.names["folder"], "destination": place.names[level]}),
]


def test_every_rpc_is_in_the_matrix_or_needs_no_resource() -> None:
    with_resource = {rpc for rpc, _, _ in CASES}
    assert with_resource | SIGNED_IN | INTERNAL == set(RULES)
    assert not with_resource & (SIGNED_IN | INTERNAL)
    for rpc, rules in RULES.items():
        nowhere = {*SIGNED_IN, *INTERNAL}
        assert bool(rules.resource) == (rpc not in nowhere), rpc
        assert (rules.permission == Permission.PERMISSION_INTERNAL) == (rpc in INTERNAL), rpc


async def outcome(call: Any) -> str:
    """OK, or the end of the reason's name."""
    try:
        await (call.read() if hasattr(call, "read") else call)
    except grpc.aio.AioRpcError as error:
        return Reason.Name(from_rpc_error(error).reason).removeprefix("ERROR_REASON_")
    finally:
        if hasattr(call, "read"):
            call.cancel()
    return "OK"


@pytest.fixture
async def world(database_url: str, signer: TokenSigner, verifier: TokenVerifier) -> AsyncIterator[World]:
    async with running_world(database_url, signer, verifier) as running:
        yield running


@pytest.fixture
async def place(world: World) -> Place:
    maker = world.caller("maker")
    acme = await maker.organization("acme")
    plans = await maker.project(acme, "plans")
    drafts = await maker.folder(plans, "drafts")
    inner = await maker.folder(drafts, "inner")
    note = await world.document("note", drafts)
    names = dict(zip(LEVELS, (acme, plans, drafts, note), strict=True))
    for level, name in names.items():
        for role in list(Role)[1:]:
            await maker.grant(name, f"{role.name}-{level}", int(role))
    return Place(names, inner, maker)


async def test_every_rpc_obeys_the_table_at_every_level(world: World, place: Place) -> None:
    wrong = []
    for granted in LEVELS:
        for role in Role:
            caller = world.caller(f"{role.name}-{granted}")
            for rpc, target, build in CASES:
                holds = LEVELS.index(granted) <= LEVELS.index(target)
                held = TABLE[role] if holds else frozenset()
                fields = build(place, target)
                reason = await outcome(getattr(caller, rpc)(**(fields if isinstance(fields, dict) else await fields)))
                if RULES[rpc].permission in held:
                    right = reason not in REFUSED
                elif held and not (rpc == "MoveFolder" and target == "project"):
                    right = reason == "PERMISSION_DENIED"
                else:
                    right = reason in REFUSED
                    right = right and (reason != "PERMISSION_DENIED" or rpc == "MoveFolder")
                if not right:
                    wrong.append(f"{rpc} on {target} by {role.name} of {granted}: {reason}")
    assert not wrong, "\n".join(wrong)


async def test_in_an_archived_place_the_table_leaves_reading(world: World, place: Place) -> None:
    names = place.names
    await place.owner.UpdateProject(project={"name": names["project"], "archived": True})
    wrong = []
    for role in list(Role)[1:]:
        caller = world.caller(f"{role.name}-organization")
        for rpc, target, build in CASES:
            if target == "organization" or rpc in ("RevokeInvitation", "RevokeShareLink"):
                continue
            permission, fields = RULES[rpc].permission, build(place, target)
            assert isinstance(fields, dict)
            reason = await outcome(getattr(caller, rpc)(**fields))
            if permission not in TABLE[role]:
                right = reason == "PERMISSION_DENIED"
            elif permission in READING or rpc == "UpdateProject":
                right = reason not in REFUSED | {"RESOURCE_ARCHIVED"}
            else:
                right = reason == "RESOURCE_ARCHIVED"
            if not right:
                wrong.append(f"{rpc} on {target} by {role.name}: {reason}")
    assert not wrong, "\n".join(wrong)


async def test_rpcs_for_services_are_refused_to_every_user(world: World, place: Place) -> None:
    for who in (f"{role.name}-organization" for role in Role):
        for rpc in INTERNAL:
            assert await outcome(getattr(world.caller(who), rpc)()) == "PERMISSION_DENIED"
    assert await outcome(world.service().WatchPermissions()) == "OK"


async def test_rpcs_for_anybody_are_for_anybody_who_is_signed_in(world: World, place: Place) -> None:
    nobody = world.caller("nobody")
    for rpc in SIGNED_IN - {"AcceptInvitation", "RedeemShareLink"}:
        assert await outcome(getattr(nobody, rpc)()) not in REFUSED
    for rpc in RULES:
        unsigned = getattr(world.unsigned(), rpc)()
        assert await outcome(unsigned) == "TOKEN_MISSING", rpc


async def test_a_role_by_a_group_a_link_or_an_organisation_is_the_same_role(world: World, place: Place) -> None:
    acme, note = place.names["organization"], place.names["document"]
    group = await place.owner.CreateGroup(organization=acme, group={"title": "x", "members": ["by-group"]})
    await place.owner.grant(acme, {"group": group.group.name}, ADMIN)  # type: ignore[arg-type]
    await place.owner.grant(acme, {"organization": "organizations/partner"}, EDITOR)  # type: ignore[arg-type]
    link = await place.owner.CreateShareLink(share_link={"resource": note, "role": EDITOR})
    by_link = world.caller("by-link")
    await by_link.RedeemShareLink(secret=link.secret)
    for caller, role in (
        (world.caller("by-group"), Role.ADMIN),
        (world.caller("by-claim", organizations=["partner"]), Role.EDITOR),
        (by_link, Role.EDITOR),
    ):
        answer = (await caller.CheckPermission(resource=note, permission=3)).answer
        assert frozenset(answer.permissions) == TABLE[role]
