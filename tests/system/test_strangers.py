"""A stranger at the edge, over REST and WebSocket, learns nothing of another organisation: not that it is there.

Each request that names something of the other organisation is made twice: as it is, and with names of what is not
there. Both must be answered in the same words, but for the name asked about.
"""

from __future__ import annotations

import asyncio
import json
import random
import re
from typing import Any

import aiohttp
import pytest
from google.protobuf.descriptor import FieldDescriptor

from cli.client import FaultReceived, Session, Via, connect
from edge.gateway.binding import Binding
from edge.rest import BINDINGS
from shoal.error.v1 import error_pb2
from tests.system.people import target_of
from tests.system.shoal import ShoalProcess

HERS, GHOST, MARK = "zqz", "xkx", "heliotrope"
"""Ids of the other organisation have the first; with the second in its place they name nothing. What she wrote, and
its titles, have the third."""
NAMES = ["documents/zqznote", "documents/zqzdraft", "projects/zqzplans", "projects/zqzplans/folders/zqzdrafts",
         "organizations/zqzorg", "documents/zqznote/versions/zqzv", "projects/zqzplans/folders/zqznothing"]  # fmt: skip
MUTE = "/v1/notificationPreferences:mute"
"""Answers with all that the caller has muted, which any name may be."""
SEED = 20_260
REQUESTS = 150


@pytest.fixture(scope="session")
def hers(shoal: ShoalProcess) -> ShoalProcess:
    for arguments in (
        ("org", "create", MARK, "--id", "zqzorg"),
        ("project", "create", MARK, "--id", "zqzplans", "--org", "zqzorg"),
        ("folder", "create", "projects/zqzplans", MARK, "--id", "zqzdrafts"),
        ("create", "--title", MARK, "--id", "zqznote", "--project", "projects/zqzplans"),
        ("create", "--title", MARK, "--id", "zqzdraft", "--project", "projects/zqzplans",
         "--folder", "projects/zqzplans/folders/zqzdrafts"),
        ("share", "link", "documents/zqznote", "--role", "viewer"),
    ):  # fmt: skip
        done = shoal.command(*arguments, "--as", "Eve")
        assert done.returncode == 0, (arguments, done.stderr)
    return shoal


def requests(chance: random.Random) -> list[tuple[str, str, Any]]:
    """Methods, paths and bodies that name what is hers, in every way the edge can be asked."""
    found: list[tuple[str, str, Any]] = []
    for _ in range(REQUESTS):
        name = chance.choice(NAMES)
        if chance.random() < 0.3:
            name = name + chance.choice(["/", "x", "%2F..", "?x=1", " ", "%00", "/folders/zqzdrafts"])
        role = chance.choice(["ROLE_VIEWER", "ROLE_OWNER", 7])
        found.append(
            chance.choice(
                [
                    ("GET", f"/v1/{name}", None),
                    ("GET", f'/v1/documents?filter=project = "{name}"', None),
                    ("GET", f"/v1/grants?resource={name}&inherited=true", None),
                    ("GET", f"/v1/shareLinks?resource={name}", None),
                    ("GET", f"/v1/projects?organization={name}", None),
                    ("POST", "/v1/documents", {"document": {"title": "x", "project": name}}),
                    ("POST", "/v1/documents", {"copy": {"document": name}}),
                    ("POST", "/v1/documents", {"fromTemplate": {"document": name}}),
                    ("POST", "/v1/projects", {"project": {"title": "x", "organization": name}}),
                    ("POST", "/v1/grants:set", {"resource": name, "principal": {"user": "users/ada"}, "role": role}),
                    ("POST", "/v1/grants:revoke", {"resource": name, "principal": {"user": "users/eve"}}),
                    ("POST", "/v1/shareLinks", {"shareLink": {"resource": name, "role": role}}),
                    ("POST", "/v1/permissions:check", {"resource": name, "permission": 3}),
                ]
            )
        )
    return found


def bound(binding: Binding, name: str) -> list[tuple[str, str, Any]]:
    """The requests of one binding that name something: in its path if that takes the name, else in any field.

    A stream that names nothing in its path may be asked for by anybody, and has no end.
    """
    verb, body = binding.verb, {} if binding.body else None
    for variable in re.findall(r"{[a-z_.]+=([^}]+)}", binding.template):
        if not re.fullmatch(variable.replace("*", "[^/]+"), name):
            return []
        return [(verb, re.sub(r"{[^}]+}", name, binding.template), body)]
    if binding.method.server_streaming or binding.method.client_streaming:
        return []
    fields = [
        field.json_name
        for field in binding.method.request.DESCRIPTOR.fields
        if field.type == FieldDescriptor.TYPE_STRING and not field.is_repeated
    ]
    if binding.body == "*":
        return [(verb, binding.template, {field: name}) for field in fields]
    return [(verb, f"{binding.template}?{field}={name}", body) for field in fields]


def plain(status: int, body: str) -> tuple[int, str]:
    """An answer without what differs between any two: the name asked about, ids and epochs."""
    return status, re.sub(rf"{HERS}|{GHOST}", "…", re.sub(r'"(epoch|requestId)": ?"[^"]+"', "", body))


async def test_a_stranger_hears_the_same_of_what_is_hidden_and_of_what_is_not_there_over_rest(
    hers: ShoalProcess,
) -> None:
    print(f"seed {SEED}")
    token = target_of(hers, "ada").token
    async with aiohttp.ClientSession(hers.url, headers={"Authorization": f"Bearer {token}"}) as http:

        async def answer(method: str, path: str, body: Any) -> tuple[int, str]:
            async with http.request(method, path, json=body) as response:
                return plain(response.status, await response.text())

        every = [each for name in NAMES for binding in BINDINGS for each in bound(binding, name) if each[1] != MUTE]
        assert {path.partition("?")[0] for _, path, _ in every} >= {"/v1/documents/zqznote:blame", "/v1/auditEntries"}
        for method, path, body in [*requests(random.Random(SEED)), *every]:
            ghost = json.loads(json.dumps([path, body]).replace(HERS, GHOST))
            hidden, missing = await asyncio.gather(answer(method, path, body), answer(method, *ghost))
            assert hidden == missing, (method, path, body)
            assert hidden[0] < 500, (method, path, body, hidden)
            assert MARK not in hidden[1]
        for path in ("/v1/documents?pageSize=1000", "/v1/projects?pageSize=1000"):
            async with http.get(path) as listed:
                text = await listed.text()
                assert HERS not in text
                assert MARK not in text


@pytest.mark.parametrize("via", list(Via))
async def test_a_stranger_opens_nothing_and_hears_the_same_of_what_is_hidden(hers: ShoalProcess, via: Via) -> None:
    async with connect(target_of(hers, "ada"), via) as connection:
        for number, name in enumerate(NAMES, 1):
            said = []
            for asked in (name, name.replace(HERS, GHOST)):
                session = number * 2 + (asked == name)
                with pytest.raises(FaultReceived) as refused:
                    await Session.open(connection, asked, "stranger", number=session)
                fault = refused.value.fault
                said.append((fault.code, fault.reason, plain(0, f"{fault.message} {dict(fault.metadata)}")))
            assert said[0] == said[1], name
            if name.startswith("documents/") and name.count("/") == 1:
                assert said[0][1] == error_pb2.ErrorReason.ERROR_REASON_DOCUMENT_NOT_FOUND
