"""The verbs of sharing, as people and scripts at a terminal meet them; the service stands on a real PostgreSQL."""

from __future__ import annotations

import asyncio
import json
import os
import pty
import subprocess
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
from tests.system.zygote import run_verb

pytestmark = pytest.mark.slow


class Terminal:
    """Somebody at a terminal, signed with the key of the service's data directory."""

    def __init__(self, data: Path, address: str, name: str) -> None:
        self._name = name
        self._where = ["--data", str(data), "--grpc", address]

    async def run(self, *arguments: str, typed: str = "", me: bool = True) -> subprocess.CompletedProcess[str]:
        acting = ["--as", self._name] if me else []
        return await asyncio.to_thread(run_verb, [*arguments, *self._where, *acting], stdin=typed, timeout=60)

    async def says(self, *arguments: str, typed: str = "") -> str:
        done = await self.run(*arguments, typed=typed)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    async def lines(self, *arguments: str, typed: str = "") -> list[dict[str, Any]]:
        return [json.loads(line) for line in (await self.says(*arguments, typed=typed)).splitlines()]

    async def refused(self, *arguments: str, typed: str = "") -> str:
        """Run what must fail, in one line; returns the reason."""
        done = await self.run(*arguments, typed=typed)
        assert done.returncode == 1, done.stdout
        [line] = done.stderr.splitlines()
        assert line.startswith("shoal: ")
        return line.rpartition("(")[2].rstrip(")")

    async def token(self, *claims: str) -> str:
        verb = ["token", "--as", self._name, *claims, *self._where[:2]]
        return (await asyncio.to_thread(run_verb, verb)).stdout.strip()

    async def may(self, permission: str, resource: str) -> bool:
        return (await self.run("may", permission, resource)).returncode == 0

    async def on_terminal(self, *arguments: str) -> str:
        """Run a verb on a terminal; returns what stood there."""
        command = [sys.executable, "-m", "cli.main", *arguments, *self._where, "--as", self._name]
        return await asyncio.to_thread(_shown, command)


def _shown(command: list[str]) -> str:
    ours, theirs = pty.openpty()
    environment = {**os.environ, "COLUMNS": "200", "TERM": "xterm"}
    process = subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, cwd=ROOT, env=environment)
    os.close(theirs)
    shown = b""
    try:
        while part := os.read(ours, 4096):
            shown += part
    except OSError:  # the other side has closed it
        pass
    os.close(ours)
    process.wait(60)
    return shown.decode()


@pytest.fixture
async def people(database_url: str, tmp_path: Path) -> AsyncIterator[tuple[Terminal, Terminal]]:
    """Ada and Bob, at one service."""
    directory = DataDirectory(tmp_path)
    signer = directory.signer(create=True)
    async with (
        open_pool(database_url, max_size=10) as pool,
        open_project_service(ProjectSettings(), pool) as app,
        serve(GrpcSettings(port=0, shutdown_grace_s=0.2), directory.verifier(signer), app.mounted, app.guard) as server,
    ):
        yield Terminal(tmp_path, server.address, "Ada"), Terminal(tmp_path, server.address, "Bob")


async def test_an_organisation_and_its_groups_are_made_changed_and_listed(people: tuple[Terminal, Terminal]) -> None:
    ada, bob = people
    assert await ada.says("org", "create", "Acme", "--id", "acme") == "organizations/acme"
    [renamed] = await ada.lines("org", "rename", "acme", "Acme & Sons")
    assert renamed["title"] == "Acme & Sons"
    assert [each["name"] for each in await ada.lines("org", "list")] == ["organizations/acme"]
    assert await bob.says("org", "list") == ""
    assert await bob.refused("org", "show", "acme") == "RESOURCE_NOT_FOUND"
    group = await ada.says("org", "groups", "create", "acme", "Writers", "--member", "users/bob", "--id", "writers")
    assert group == "organizations/acme/groups/writers"
    [changed] = await ada.lines(
        "org", "groups", "update", group, "--add", "users/eve", "--remove", "users/bob", "--claim", "writers"
    )
    assert (changed["members"], changed["claim_groups"]) == (["users/eve"], ["writers"])
    [changed] = await ada.lines("org", "groups", "update", group, "--no-claims", "--title", "Authors")
    assert "claim_groups" not in changed
    assert await ada.lines("org", "groups", "list", "acme") == [changed]
    await ada.says("org", "groups", "delete", group)
    assert await ada.says("org", "groups", "list", "acme") == ""
    [archived] = await ada.lines("org", "archive", "acme")
    assert archived["archived"] is True
    assert await ada.refused("org", "rename", "acme", "Never") == "RESOURCE_ARCHIVED"
    [back] = await ada.lines("org", "unarchive", "acme")
    assert "archived" not in back


async def test_a_project_and_its_folders_are_made_moved_and_archived(people: tuple[Terminal, Terminal]) -> None:
    ada, bob = people
    await ada.says("org", "create", "Acme", "--id", "acme")
    name = await ada.says("project", "create", "Plans", "--org", "acme", "--id", "plans", "--description", "secret")
    assert name == "projects/plans"
    [shown] = await ada.lines("project", "show", "plans")
    assert (shown["organization"], shown["description"], shown["creator"]) == (
        "organizations/acme", "secret", "users/ada",
    )  # fmt: skip
    assert await ada.refused("project", "update", "plans", "--title", "x", "--etag", "no") == "ETAG_MISMATCH"
    [shown] = await ada.lines("project", "update", "plans", "--title", "The plans", "--etag", shown["etag"])
    assert await ada.lines("project", "list", "--org", "acme") == [shown]
    outer = await ada.says("folder", "create", "projects/plans", "Outer", "--id", "outer")
    inner = await ada.says("folder", "create", outer, "Inner", "--id", "inner")
    assert [each["name"] for each in await ada.lines("folder", "list", "plans", "--in", outer)] == [inner]
    [moved] = await ada.lines("folder", "move", inner, "projects/plans")
    assert (moved["name"], moved["parent"]) == (inner, "projects/plans")
    [renamed] = await ada.lines("folder", "rename", inner, "Depth")
    assert renamed["title"] == "Depth"
    await ada.says("folder", "delete", inner)
    assert [each["name"] for each in await ada.lines("folder", "list", "plans")] == [outer]
    await ada.says("project", "archive", "plans")
    assert await ada.says("project", "list") == ""
    assert [each["name"] for each in await ada.lines("project", "list", "--archived")] == ["projects/plans"]
    await ada.says("project", "unarchive", "plans")
    assert await ada.says("project", "transfer", "projects/plans", "users/bob") == "users/bob owns projects/plans"
    assert await bob.may("own", "projects/plans")
    assert await ada.may("own", "organizations/acme")


async def test_sharing_denying_and_taking_back_change_what_somebody_may(people: tuple[Terminal, Terminal]) -> None:
    ada, bob = people
    project = await ada.says("project", "create", "Plans", "--id", "plans")
    folder = await ada.says("folder", "create", project, "Secret", "--id", "secret")
    [grant] = await ada.lines("member", "add", project, "users/bob", "--role", "editor")
    assert (grant["principal"], grant["role"], grant["grantor"]) == ({"user": "users/bob"}, "editor", "users/ada")
    assert await bob.may("document_write", folder)
    [denial] = await ada.lines("member", "add", folder, "users/bob", "--deny", "document_write")
    assert denial["denied"] == ["document_write"]
    assert not await bob.may("document_write", folder)
    assert await bob.may("DOCUMENT_READ", folder)
    shown = await bob.on_terminal("may", "document-write", folder)
    assert "you may not document_write on projects/plans/folders/secret" in shown
    assert "allows it: users/bob, editor on projects/plans, by users/ada" in shown
    assert "denies it: users/bob, but not document_write on projects/plans/folders/secret" in shown
    listed = await ada.lines("member", "list", folder, "--inherited")
    assert [(each["resource"], each.get("role")) for each in listed][:1] == [(folder, None)]
    assert {each["principal"]["user"] for each in listed} == {"users/ada", "users/bob"}
    assert "but not document_write" in await ada.on_terminal("member", "list", folder)
    assert await bob.refused("member", "add", project, "users/eve", "--role", "viewer") == "PERMISSION_DENIED"
    assert await ada.refused("member", "remove", project, "users/ada") == "LAST_OWNER"
    await ada.says("member", "remove", project, "users/bob")
    assert not await bob.may("document_read", project)
    assert await bob.refused("project", "show", "plans") == "RESOURCE_NOT_FOUND"


async def test_groups_organisations_and_roles_of_ones_own_are_shared_with(people: tuple[Terminal, Terminal]) -> None:
    ada, bob = people
    await ada.says("org", "create", "Acme", "--id", "acme")
    project = await ada.says("project", "create", "Plans", "--org", "acme")
    group = await ada.says("org", "groups", "create", "acme", "Writers", "--member", "users/bob")
    role = await ada.says(
        "role", "create", "acme", "Reviewer", "--permission", "document_read", "--permission", "document_comment",
        "--id", "reviewer",
    )  # fmt: skip
    [grant] = await ada.lines("member", "add", project, group, "--custom-role", role)
    assert (grant["principal"], grant["custom_role"]) == ({"group": group}, "organizations/acme/roles/reviewer")
    assert await bob.may("document_comment", project)
    assert await ada.refused("role", "delete", role) == "NOT_EMPTY"
    await ada.says("role", "update", role, "--permission", "document_read")
    assert not await bob.may("document_comment", project)
    *ours, own = await ada.lines("role", "list", "acme")
    assert [each["role"] for each in ours] == ["viewer", "commenter", "editor", "admin", "owner"]
    assert (own["title"], own["permissions"]) == ("Reviewer", ["document_read"])
    [grant] = await ada.lines("member", "add", project, "organizations/partner", "--role", "viewer")
    assert grant["principal"] == {"organization": "organizations/partner"}
    await ada.says("member", "remove", project, group)
    await ada.says("role", "delete", role)
    assert not await bob.may("document_read", project)


async def test_a_link_gives_what_it_says_until_it_is_revoked(people: tuple[Terminal, Terminal]) -> None:
    ada, bob = people
    project = await ada.says("project", "create", "Plans")
    asked = ("share", "link", project, "--role", "commenter", "--expires", "7 days", "--password")
    [link] = await ada.lines(*asked, typed="swordfish\n")
    assert link["link"].endswith(f"/share#{link['secret']}")
    assert (link["role"], link["has_password"]) == ("commenter", True)
    assert await bob.refused("share", "redeem", link["link"]) == "SHARE_LINK_NOT_FOUND"
    assert await bob.refused("share", "redeem", link["secret"], "--password", typed="wrong\n") == "SHARE_LINK_NOT_FOUND"
    [grant] = await bob.lines("share", "redeem", link["link"], "--password", typed="swordfish\n")
    assert (grant["resource"], grant["role"]) == (project, "commenter")
    assert await bob.may("document_comment", project)
    [listed] = await ada.lines("share", "links", project)
    assert (listed["name"], listed["redemptions"]) == (link["name"], 1)
    assert "secret" not in listed
    await ada.says("share", "revoke", link["name"])
    assert not await bob.may("document_read", project)
    assert await ada.says("share", "links", project) == ""


async def test_an_invitation_is_accepted_by_who_has_the_address(people: tuple[Terminal, Terminal]) -> None:
    ada, bob = people
    project = await ada.says("project", "create", "Plans")
    [first] = await ada.lines("share", "invite", project, "bob@example.com", "--role", "editor")
    [second] = await ada.lines("share", "invite", project, "bob@example.com", "--role", "viewer")
    assert {each["name"] for each in await ada.lines("share", "invitations", project)} == {
        first["name"], second["name"],
    }  # fmt: skip
    await ada.says("share", "revoke", second["name"])
    assert await bob.refused("share", "accept", first["name"], first["token"]) == "INVITATION_NOT_FOUND"
    token = await bob.token("--email", "Bob@example.com")
    accepted = await bob.run("share", "accept", first["name"], first["token"], "--token", token, me=False)
    assert json.loads(accepted.stdout)["role"] == "editor", accepted.stderr
    assert await bob.may("document_write", project)
    assert await ada.says("share", "invitations", project) == ""


async def test_the_record_is_listed_and_exported(people: tuple[Terminal, Terminal]) -> None:
    ada, bob = people
    project = await ada.says("project", "create", "Plans")
    await ada.says("member", "add", project, "users/bob", "--role", "editor")
    await ada.says("member", "remove", project, "users/bob")
    entries = await ada.lines("audit", "list", project)
    assert [each["action"] for each in entries][:2] == ["revoked", "granted"]
    exported = await ada.lines("audit", "export", project)
    assert [int(each["id"]) for each in exported] == [each["id"] for each in reversed(entries)]
    rest = await ada.lines("audit", "export", project, "--after", exported[-2]["id"])
    assert rest == exported[-1:]
    assert "users/ada" in await ada.on_terminal("audit", "list", project)
    assert await bob.refused("audit", "list", project) == "RESOURCE_NOT_FOUND"


async def test_a_local_instance_tells_what_somebody_else_may(people: tuple[Terminal, Terminal]) -> None:
    ada, _ = people
    await ada.says("org", "create", "Acme", "--id", "acme")
    project = await ada.says("project", "create", "Plans", "--org", "acme")
    group = await ada.says("org", "groups", "create", "acme", "Writers", "--claim", "writers")
    await ada.says("member", "add", project, group, "--role", "editor")
    asked = ("may", "document_write", project, "--user", "eve", "--json")
    assert (await ada.run(*asked, me=False)).returncode == 1
    told = await ada.run(*asked, "--group", "writers", me=False)
    assert told.returncode == 0, told.stderr
    assert json.loads(told.stdout)["reasons"][0]["grant"]["principal"] == {"group": group}
    assert await ada.refused(*asked) == "PERMISSION_DENIED"


@pytest.mark.parametrize(
    "arguments",
    [
        ["member", "add", "projects/x", "users/bob"],
        ["member", "add", "projects/x", "users/bob", "--role", "king"],
        ["member", "add", "projects/x", "users/bob", "--role", "editor", "--custom-role", "organizations/x/roles/y"],
        ["member", "add", "projects/x", "users/bob", "--deny", "everything"],
        ["project", "update", "x"],
        ["org", "groups", "update", "organizations/x/groups/y"],
        ["org", "groups", "update", "organizations/x/groups/y", "--claim", "a", "--no-claims"],
        ["share", "link", "projects/x", "--expires", "soon"],
        ["share", "invite", "projects/x", "bob@example.com"],
        ["role", "create", "x", "Title"],
        ["may", "fly", "projects/x"],
        ["may", "document_read", "projects/x", "--group", "x"],
        ["token", "--as", "ada", "--subject", "ada"],
        ["token", "--as", "ada", "--email", "nobody"],
        ["cat", "x", "--as", "ada", "--token", "t"],
        ["cat", "x", "--as", ""],
        ["project"],
        ["project", "fly"],
    ],
    ids=" ".join,
)
def test_wrong_usage_is_exit_code_2_and_needs_no_server(arguments: list[str], tmp_path: Path) -> None:
    DataDirectory(tmp_path).signer(create=True)
    local = ["--data", str(tmp_path)] if len(arguments) > 1 else []
    remote = ["--grpc", "127.0.0.1:1"] if local and arguments[0] != "token" else []
    command = [sys.executable, "-m", "cli.main", *arguments, *local, *remote]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr
