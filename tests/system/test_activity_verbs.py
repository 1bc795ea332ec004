"""`shoal activity` and `shoal notifications`, as people and scripts at a terminal meet them."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from cli.instance import DataDirectory
from mesh.database import open_pool
from mesh.grpc_server import serve
from mesh.settings import GrpcSettings
from services.project.app import open_project_service
from services.project.settings import ProjectSettings
from tests.system.shoal import ROOT
from tests.system.test_project_verbs import Terminal

pytestmark = pytest.mark.slow
ADA, BOB = "users/ada", "users/bob"


@pytest.fixture
async def people(database_url: str, tmp_path: Path) -> AsyncIterator[tuple[Terminal, Terminal]]:
    """Ada and Bob, at one service; Bob is let into Ada's project."""
    directory = DataDirectory(tmp_path)
    signer = directory.signer(create=True)
    async with (
        open_pool(database_url, max_size=10) as pool,
        open_project_service(ProjectSettings(), pool) as app,
        serve(GrpcSettings(port=0, shutdown_grace_s=0.2), directory.verifier(signer), app.mounted, app.guard) as server,
    ):
        ada, bob = Terminal(tmp_path, server.address, "Ada"), Terminal(tmp_path, server.address, "Bob")
        await ada.says("project", "create", "Plans", "--id", "plans")
        await ada.says("member", "add", "projects/plans", BOB, "--role", "viewer")
        yield ada, bob


async def until(terminal: Terminal, *arguments: str, count: int) -> list[dict[str, Any]]:
    """What a verb prints, once it has so many lines."""
    async with asyncio.timeout(30):
        while len(lines := await terminal.lines(*arguments)) < count:
            pass
    return lines


async def test_what_was_done_is_listed_for_those_who_may_see_it(people: tuple[Terminal, Terminal]) -> None:
    ada, bob = people
    shared, created = await until(ada, "activity", "--project", "plans", count=2)
    assert (created["kind"], created["actor"], created["resource"]) == ("resource_created", ADA, "projects/plans")
    assert (shared["kind"], shared["details"]["principal"]) == ("shared", BOB)
    assert await bob.lines("activity", "--kind", "shared", "--user", ADA, "--since", "1 hour ago") == [shared]
    assert await ada.says("activity", "--document", "none") == ""
    table = await bob.on_terminal("activity", "--project", "projects/plans")
    assert "resource created" in table
    assert "{" not in table
    assert await ada.says("activity", "--project", "plans", "--summary") == "", "the beat has not come yet"
    for misused in (["--project", "a", "--document", "b"], ["--kind", "nonsense"], ["--summary"]):
        assert (await ada.run("activity", *misused)).returncode == 2


async def test_notifications_are_listed_read_and_muted(people: tuple[Terminal, Terminal]) -> None:
    ada, bob = people
    [told] = await until(bob, "notifications", "--unread", count=1)
    assert (told["kind"], told["actor"], told["details"]) == ("share", ADA, {"role": "viewer"})
    table = await bob.on_terminal("notifications")
    assert "new" in table
    assert "role=viewer" in table
    assert (await bob.run("notifications", "--read", told["id"] if isinstance(told["id"], str) else str(told["id"]))
            ).stderr.strip() == "0 unread"  # fmt: skip
    assert await bob.says("notifications", "--unread") == ""
    assert "read_time" in (await bob.lines("notifications"))[0]
    assert (await bob.run("notifications", "--read-all")).stderr.strip() == "0 unread"
    assert await bob.says("notifications", "--mute", "projects/plans") == "projects/plans"
    assert await bob.says("notifications", "--unmute", "projects/plans") == ""
    off = await bob.lines("notifications", "--off", "mention", "--off", "share")
    assert [each["kind"] for each in off if not each.get("enabled")] == ["mention", "share"]
    assert all(each["enabled"] for each in await bob.lines("notifications", "--on", "mention", "--on", "share"))
    assert await ada.says("notifications") == ""
    assert await ada.refused("notifications", "--mute", "organizations/acme") == "INVALID_FIELD"
    for misused in (["--follow", "--read-all"], ["--mute", "a", "--unmute", "b"], ["--off", "nonsense"]):
        assert (await bob.run("notifications", *misused)).returncode == 2


async def test_notifications_are_followed_as_they_come(people: tuple[Terminal, Terminal]) -> None:
    ada, bob = people
    [before] = await until(bob, "notifications", count=1)
    command = [sys.executable, "-m", "cli.main", "notifications", "--follow", *bob._where, "--as", "Bob"]
    following = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE, cwd=ROOT)
    assert following.stdout is not None
    try:
        async with asyncio.timeout(60):
            line = asyncio.ensure_future(following.stdout.readline())
            while not line.done():  # Who follows says nothing when it begins to.
                await ada.says("member", "add", "projects/plans", BOB, "--role", "editor")
            heard = json.loads(await line)
    finally:
        following.terminate()
        await following.wait()
    assert heard["id"] > before["id"]
    assert heard["details"] == {"role": "editor"}
