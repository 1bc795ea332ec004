"""The record over gRPC: it has what happened, is read where one may, is exported whole, and only grows."""

from __future__ import annotations

import asyncpg
import orjson
import pytest

from shoal.options.v1 import options_pb2 as P  # noqa: N812
from shoal.project.v1 import audit_pb2 as pb
from shoal.project.v1.access_pb2 import Principal
from shoal.project.v1.project_pb2 import Project
from tests.integration.project.world import ADMIN, EDITOR, VIEWER, Caller, World, reason_of

A = pb.AuditAction


async def told(caller: Caller, resource: str) -> list[tuple[str, str, str, str]]:
    """(action, actor, resource, user) of all entries, the oldest first."""
    entries = (await caller.ListAuditEntries(resource=resource, page_size=1000)).entries
    return [
        (A.Name(each.action).removeprefix("AUDIT_ACTION_"), each.actor, each.resource, each.principal.user)
        for each in reversed(entries)
    ]


async def test_who_did_what_to_whom_is_recorded_where_it_happened(world: World, ada: Caller, bob: Caller) -> None:
    acme = await ada.organization("acme")
    plans = await ada.project(acme, "plans")
    drafts = await ada.folder(plans, "drafts")
    await ada.grant(plans, "bob", ADMIN)
    await bob.grant(drafts, "cid", VIEWER, denied=[P.PERMISSION_DOCUMENT_COMMENT])
    await bob.grant(drafts, "cid", EDITOR)
    await bob.RevokeGrant(resource=drafts, principal=Principal(user="cid"))
    await ada.MoveFolder(name=drafts, destination=plans)
    await ada.UpdateProject(project=Project(name=plans, archived=True))
    assert await told(ada, plans) == [
        ("RESOURCE_CREATED", "ada", plans, ""),
        ("GRANTED", "ada", plans, "ada"),
        ("RESOURCE_CREATED", "ada", drafts, ""),
        ("GRANTED", "ada", plans, "bob"),
        ("GRANTED", "bob", drafts, "cid"),
        ("GRANTED", "bob", drafts, "cid"),
        ("REVOKED", "bob", drafts, "cid"),
        ("RESOURCE_MOVED", "ada", drafts, ""),
        ("RESOURCE_ARCHIVED", "ada", plans, ""),
    ]
    assert (await told(ada, acme))[2:] == await told(ada, plans)
    entries = (await ada.ListAuditEntries(resource=drafts)).entries
    revoked, replaced, granted = entries[1], entries[2], entries[3]
    assert (revoked.role, replaced.role, granted.role) == (EDITOR, EDITOR, VIEWER)
    assert list(granted.denied) == [P.PERMISSION_DOCUMENT_COMMENT]
    assert dict(replaced.details) == {"replaced": "VIEWER"}
    assert entries[0].details == {"from": plans, "to": plans}
    assert granted.create_time.seconds > 1_600_000_000


async def test_the_record_of_members_roles_invitations_and_links_names_them(world: World, ada: Caller) -> None:
    acme = await ada.organization("acme")
    group = (await ada.CreateGroup(organization=acme, group={"title": "x", "members": ["bob"]})).group.name
    await ada.UpdateGroup(group={"name": group}, remove_members=["bob"], add_members=["cid"])
    role = (await ada.CreateRole(organization=acme, role={"title": "x", "permissions": [3]})).role.name
    await ada.DeleteRole(name=role)
    await ada.DeleteGroup(name=group)
    wanted = {"resource": acme, "email": "bob@example.com", "role": VIEWER}
    invitation = await ada.CreateInvitation(invitation=wanted)
    bob = world.caller("bob", email="bob@example.com", email_verified=True)
    await bob.AcceptInvitation(name=invitation.invitation.name, token=invitation.token)
    link = await ada.CreateShareLink(share_link={"resource": acme, "role": VIEWER})
    await world.caller("cid").RedeemShareLink(secret=link.secret)
    await ada.RevokeShareLink(name=link.share_link.name)
    assert [each[:2] for each in (await told(ada, acme))[2:]] == [
        ("GROUP_SET", "ada"),
        ("MEMBER_ADDED", "ada"),
        ("GROUP_SET", "ada"),
        ("MEMBER_ADDED", "ada"),
        ("MEMBER_REMOVED", "ada"),
        ("ROLE_SET", "ada"),
        ("ROLE_DELETED", "ada"),
        ("GROUP_DELETED", "ada"),
        ("INVITED", "ada"),
        ("INVITATION_ACCEPTED", "bob"),
        ("SHARE_LINK_CREATED", "ada"),
        ("SHARE_LINK_REDEEMED", "cid"),
        ("SHARE_LINK_REVOKED", "ada"),
    ]
    accepted = next(
        each for each in (await ada.ListAuditEntries(resource=acme)).entries if each.action == A.Value(
            "AUDIT_ACTION_INVITATION_ACCEPTED"
        )
    )  # fmt: skip
    assert dict(accepted.details) == {
        "invitation": invitation.invitation.name, "email": "bob@example.com", "inviter": "ada",
    }  # fmt: skip


async def test_an_export_is_whole_in_order_and_goes_on_where_it_ended(ada: Caller, bob: Caller) -> None:
    plans = await ada.project()
    for n in range(600):
        await ada.grant(plans, f"user-{n}", VIEWER)
    lines = [part.json_lines async for part in ada.ExportAuditEntries(resource=plans)]
    assert len(lines) > 1
    assert all(part.endswith("\n") for part in lines)
    entries = [orjson.loads(line) for line in "".join(lines).splitlines()]
    ids = [int(each["id"]) for each in entries]
    assert ids == sorted(set(ids))
    granted = [each["principal"]["user"] for each in entries if each["action"] == "AUDIT_ACTION_GRANTED"]
    assert granted == ["ada", *(f"user-{n}" for n in range(600))]
    assert entries[-1]["role"] == "ROLE_VIEWER"
    await ada.grant(plans, "last", VIEWER)
    [rest] = [part.json_lines async for part in ada.ExportAuditEntries(resource=plans, after_id=ids[-1])]
    assert orjson.loads(rest)["principal"]["user"] == "last"
    assert await reason_of(bob.ExportAuditEntries(resource=plans).read()) == "RESOURCE_NOT_FOUND"


async def test_pages_of_the_record_hold_every_entry_once(ada: Caller) -> None:
    plans = await ada.project()
    for n in range(9):
        await ada.grant(plans, f"user-{n}", VIEWER)
    found, token = [], ""
    while True:
        page = await ada.ListAuditEntries(resource=plans, page_size=4, page_token=token)
        found += [each.id for each in page.entries]
        token = page.next_page_token
        if not token:
            break
    assert found == sorted(set(found), reverse=True)
    assert len(found) == 11


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE project.audit_entries SET actor = 'nobody'",
        "DELETE FROM project.audit_entries",
        "DELETE FROM project.audit_entries WHERE false",
        "TRUNCATE project.audit_entries",
    ],
)
async def test_no_statement_changes_or_removes_an_entry(world: World, ada: Caller, statement: str) -> None:
    await ada.organization()
    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="only grows"):
        await world.pool.execute(statement)
    assert await world.pool.fetchval("SELECT count(*) FROM project.audit_entries") == 2


async def test_what_was_not_done_is_not_recorded(world: World, ada: Caller) -> None:
    acme = await ada.organization()
    before = await world.pool.fetchrow(
        "SELECT (SELECT count(*) FROM project.audit_entries), (SELECT count(*) FROM project.outbox)"
    )
    assert await reason_of(ada.grant(acme, "ada", VIEWER)) == "LAST_OWNER"
    drafts = await ada.folder(await ada.project())
    await ada.folder(drafts)
    count = await world.pool.fetchval("SELECT count(*) FROM project.audit_entries")
    assert await reason_of(ada.DeleteFolder(name=drafts)) == "NOT_EMPTY"
    assert await world.pool.fetchval("SELECT count(*) FROM project.audit_entries") == count
    assert tuple(before) == (2, 2)
    assert await world.pool.fetchval("SELECT count(*) FROM project.outbox") == count
