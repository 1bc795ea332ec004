"""Two organisations cannot see, guess or list anything of each other's: tried with a fuzzer over all names and rpcs.

Each request that names something of the other organisation is made twice: once as it is, and once with names of what
is not there. Who is refused must hear the same both times, and nothing that comes back may tell of the other.
"""

from __future__ import annotations

import os
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import grpc
import pytest
from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message

from mesh.faults import Reason, from_rpc_error
from shoal.project.v1 import (
    access_pb2,
    activity_pb2,
    audit_pb2,
    notification_pb2,
    organization_pb2,
    permission_pb2,
    project_pb2,
)
from tests.integration.project.world import ADMIN, VIEWER, Caller, World

HERS, GHOST, MARK = "zqz", "xkx", "TOP-SECRET"
"""Every id of the other organisation has the first; with the second in its place it names nothing. All that the other
organisation says has the third."""
CONTRACTS = (
    access_pb2, activity_pb2, audit_pb2, notification_pb2, organization_pb2, permission_pb2, project_pb2
)  # fmt: skip
INTERNAL = {"ResolveScopes", "WatchPermissions", "Notify"}
ENDLESS = {"StreamNotifications"}
NEW_IDS = {"organization_id", "project_id", "folder_id", "group_id", "role_id"}
"""Ids of what is to be made. Names of organisations and projects are given once in an installation: that one is taken
can be learned by trying to take it, as everywhere where names are chosen."""


@dataclass
class Side:
    """All names of one organisation."""

    names: list[str] = field(default_factory=list)


async def _build(world: World, caller: Caller, mark: str, title: str) -> Side:
    acme = await caller.organization(f"{mark}org", title)
    plans = await caller.project(acme, f"{mark}project", title)
    drafts = await caller.folder(plans, f"{mark}folder", title)
    inner = await caller.folder(drafts, f"{mark}inner", title)
    note = await world.document(f"{mark}note", inner)
    own = await world.document(f"{mark}own", actor=caller.subject)
    group = await caller.CreateGroup(
        organization=acme, group_id=f"{mark}group", group={"title": title, "members": [f"{mark}member"]}
    )
    role = await caller.CreateRole(
        organization=acme, role_id=f"{mark}role", role={"title": title, "permissions": [3, 9]}
    )
    await caller.grant(plans, {"group": group.group.name}, VIEWER)  # type: ignore[arg-type]
    await caller.grant(plans, f"{mark}member", custom_role=role.role.name)
    await caller.grant(acme, f"{mark}admin", ADMIN)
    invitation = await caller.CreateInvitation(
        invitation={"resource": plans, "email": f"{mark}@example.com", "role": VIEWER}
    )
    link = await caller.CreateShareLink(share_link={"resource": plans, "role": VIEWER})
    # Ids that the server chose are given the mark, so that they have a ghost.
    renamed = []
    for table, name in (("invitations", invitation.invitation.name), ("share_links", link.share_link.name)):
        collection = name.split("/")[0]
        await world.pool.execute(f"UPDATE project.{table} SET name = $2 WHERE name = $1", name, f"{collection}/{mark}x")
        await world.pool.execute(
            "UPDATE project.grants SET principal = $2 WHERE principal = $1", name, f"{collection}/{mark}x"
        )
        renamed.append(f"{collection}/{mark}x")
    things = [acme, plans, drafts, inner, note, own, group.group.name, role.role.name, *renamed]
    return Side([*things, f"{note}/versions/v1"])


def _rpcs() -> Iterator[tuple[str, bool]]:
    for contract in CONTRACTS:
        for service in contract.DESCRIPTOR.services_by_name.values():
            for method in service.methods:
                if method.name not in INTERNAL | ENDLESS:
                    yield method.name, method.server_streaming


class Fuzzer:
    """Makes requests of any kind, full of names."""

    def __init__(self, seed: int, names: list[str]) -> None:
        self._random, self._names = random.Random(seed), names

    def fill(self, message: Message, depth: int = 0) -> None:
        for each in message.DESCRIPTOR.fields:
            if each.message_type and each.message_type.full_name.startswith("google.protobuf"):
                continue
            if self._random.random() < 0.15 or depth > 3:
                continue
            if each.is_repeated:
                for _ in range(self._random.randint(0, 2)):
                    self._add(message, each, depth)
            elif each.message_type:
                self.fill(getattr(message, each.name), depth + 1)
            else:
                setattr(message, each.name, self._value(each))

    def _add(self, message: Message, each: FieldDescriptor, depth: int) -> None:
        if each.message_type:
            self.fill(getattr(message, each.name).add(), depth + 1)
        else:
            getattr(message, each.name).append(self._value(each))

    def _value(self, each: FieldDescriptor) -> Any:
        if each.type == FieldDescriptor.TYPE_STRING:
            if each.name in NEW_IDS:
                return ""
            fitting = [name for name in self._names if self._fits(each.name, name)]
            return self._random.choice(fitting if fitting and self._random.random() < 0.8 else self._names)
        if each.type == FieldDescriptor.TYPE_ENUM:
            return self._random.choice(each.enum_type.values).number
        if each.type == FieldDescriptor.TYPE_BOOL:
            return each.name != "archived" and self._random.random() < 0.5
        return self._random.randint(0, 3)

    def _fits(self, name: str, value: str) -> bool:
        kinds = {
            "organization": "organizations/", "project": "projects/", "group": "organizations/", "parent": "projects/",
            "destination": "projects/", "custom_role": "organizations/", "share_link": "shareLinks/",
        }  # fmt: skip
        return value.startswith(kinds.get(name, ""))


async def _call(caller: Caller, rpc: str, streams: bool, request: Message) -> tuple[str, str]:
    """The end of the reason's name (empty for success), and all that was said."""
    call = getattr(caller, rpc)(request)
    try:
        if streams:
            return "", "\n".join([str(part) async for part in call])
        return "", str(await call)
    except grpc.aio.AioRpcError as error:
        fault = from_rpc_error(error)
        return Reason.Name(fault.reason), f"{fault.message} {fault.facts}"


def _ghostly(request: Message) -> Message:
    made = type(request)()
    made.ParseFromString(request.SerializeToString().replace(HERS.encode(), GHOST.encode()))
    return made


@pytest.mark.parametrize("round_", range(3))
async def test_nothing_of_another_organisation_can_be_seen_guessed_or_listed(world: World, round_: int) -> None:
    seed = int(os.environ.get("SHOAL_FUZZ_SEED", "0")) or random.SystemRandom().randrange(1, 1 << 32)
    print(f"SHOAL_FUZZ_SEED={seed}")
    ada, eve = world.caller("ada"), world.caller("eve", groups=["staff"], organizations=["aaaorg"])
    mine, hers = await _build(world, ada, "aaa", "Mine"), await _build(world, eve, HERS, MARK)
    before = await _state_of_hers(world)
    fuzzer = Fuzzer(seed, [*mine.names, *hers.names * 2])
    compared = refused = 0
    said_by_ada: set[str] = set()
    for rpc, streams in [*_rpcs()] * 12:
        request = _request_of(rpc)
        fuzzer.fill(request)
        first, second = request, _ghostly(request)
        touches_hers = first != second
        answers = [await _call(ada, rpc, streams, each) for each in (first, second)]
        for reason, said in answers:
            assert MARK not in said, (rpc, request)
            known = f"{said_by_ada}{request}"
            assert all(name in known for name in _hers_in(said)), (rpc, request)
            assert reason not in ("ERROR_REASON_INTERNAL", "ERROR_REASON_UNSPECIFIED"), (rpc, request, said)
        if not answers[0][0]:
            # What she calls a group or a guest may well come back to her.
            said_by_ada |= _hers_in(str(request))
        if touches_hers and answers[0][0]:
            compared += 1
            refused += answers[0][0].endswith("NOT_FOUND")
            expected = (answers[0][0], answers[0][1].replace(HERS, GHOST))
            assert answers[1] == expected, (rpc, request)
    assert await _state_of_hers(world) == before, "nothing of hers was changed"
    assert compared > 150
    assert refused > 40


def _hers_in(said: str) -> set[str]:
    return set(re.findall(rf"[\w/.@-]*{HERS}[\w/.@-]*", said))


async def _state_of_hers(world: World) -> list[str]:
    """All rows that tell of the other organisation, but for the records of both."""
    found = []
    for table, column in (
        ("resources", "name"), ("groups", "name"), ("custom_roles", "name"), ("share_links", "name"),
        ("invitations", "name"),
    ):  # fmt: skip
        rows = await world.pool.fetch(
            f"SELECT t::text FROM project.{table} t WHERE {column} LIKE '%{HERS}%' ORDER BY 1"
        )
        found += [row[0] for row in rows]
    rows = await world.pool.fetch(
        "SELECT g::text FROM project.grants g JOIN project.resources r USING (resource_key) "
        f"WHERE r.name LIKE '%{HERS}%' ORDER BY 1"
    )
    return [*found, *(row[0] for row in rows)]


def _request_of(rpc: str) -> Message:
    for contract in CONTRACTS:
        if hasattr(contract, f"{rpc}Request"):
            made = getattr(contract, f"{rpc}Request")()
            assert isinstance(made, Message)
            return made
    raise AssertionError(rpc)


async def test_lists_of_one_organisation_have_nothing_of_the_other(world: World) -> None:
    ada, eve = world.caller("ada"), world.caller("eve")
    mine = await _build(world, ada, "aaa", "Mine")
    await _build(world, eve, HERS, MARK)
    for rpc in ("ListOrganizations", "ListProjects", "ListRoles"):
        said = str(await getattr(ada, rpc)())
        assert HERS not in said
        assert MARK not in said
    for resource in mine.names[:6]:
        for rpc in ("ListGrants", "ListInvitations", "ListShareLinks", "ListAuditEntries"):
            assert HERS not in str(await getattr(ada, rpc)(resource=resource))
    for project in ("projects/aaaproject", f"projects/{HERS}project"):
        assert HERS not in str((await ada.ListFolders(project=project)).folders)
    assert not (await ada.ListProjects(organization=f"organizations/{HERS}org")).projects
    assert not (await ada.ListRoles(organization=f"organizations/{HERS}org")).custom_roles
