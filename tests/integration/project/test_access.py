"""Grants, roles, ownership, invitations and links over gRPC: who gets what, once, for how long, and from whom."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from google.protobuf.timestamp_pb2 import Timestamp

from mesh.identity import TokenSigner, TokenVerifier
from shoal.options.v1 import options_pb2 as P  # noqa: N812
from shoal.project.v1.access_pb2 import Invitation, Principal, ShareLink
from shoal.project.v1.project_pb2 import Project
from tests.integration.project.world import (
    ADMIN,
    COMMENTER,
    EDITOR,
    OWNER,
    VIEWER,
    Caller,
    World,
    fault_of,
    reason_of,
    running_world,
)


def in_(**by: float) -> Timestamp:
    made = Timestamp()
    made.FromDatetime(datetime.now(UTC) + timedelta(**by))
    return made


async def test_a_grant_holds_below_is_replaced_and_is_revoked(world: World, ada: Caller, bob: Caller) -> None:
    acme = await ada.organization()
    plans = await ada.project(acme)
    note = await world.document("note", await ada.folder(plans))
    made = await ada.grant(acme, "bob", VIEWER)
    assert (made.grantor, made.role, made.principal.user) == ("ada", VIEWER, "bob")
    assert await bob.may(note)
    await ada.grant(acme, "bob", EDITOR)
    assert await bob.may(note, P.PERMISSION_DOCUMENT_WRITE)
    await ada.RevokeGrant(resource=acme, principal=Principal(user="bob"))
    assert not await bob.may(note)
    again = ada.RevokeGrant(resource=acme, principal=Principal(user="bob"))
    assert await reason_of(again) == "GRANT_NOT_FOUND"


async def test_nobody_grants_or_takes_more_than_they_have(ada: Caller, bob: Caller) -> None:
    acme = await ada.organization("acme")
    await ada.grant(acme, "bob", ADMIN)
    await bob.grant(acme, "cid", ADMIN)
    fault = await fault_of(bob.grant(acme, "cid", OWNER))
    assert fault.facts["permission"] == "PERMISSION_OWN"
    assert await reason_of(bob.grant(acme, "ada", VIEWER)) == "PERMISSION_DENIED"
    assert await reason_of(bob.RevokeGrant(resource=acme, principal=Principal(user="ada"))) == "PERMISSION_DENIED"
    await ada.grant(acme, "bob", ADMIN, denied=[P.PERMISSION_DOCUMENT_WRITE])
    assert await reason_of(bob.grant(acme, "dan", EDITOR)) == "PERMISSION_DENIED"
    await bob.grant(acme, "dan", COMMENTER)


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"role": 99},
        {"role": VIEWER, "custom_role": "organizations/acme/roles/x"},
        {"custom_role": "x"},
        {"denied": [P.PERMISSION_INTERNAL]},
        {"denied": [99]},
        {"role": VIEWER, "principal": Principal()},
        {"role": VIEWER, "principal": Principal(user="x" * 256)},
        {"role": VIEWER, "principal": Principal(share_link="shareLinks/x")},
        {"role": VIEWER, "principal": Principal(group="staff")},
        {"role": OWNER, "principal": Principal(organization="organizations/acme")},
    ],
    ids=str,
)
async def test_a_grant_that_cannot_be_is_refused(ada: Caller, wrong: dict[str, Any]) -> None:
    acme = await ada.organization("acme")
    fields = {"principal": Principal(user="bob"), **wrong}
    assert await reason_of(ada.SetGrant(resource=acme, **fields)) == "INVALID_FIELD"


async def test_everybody_of_an_organisation_in_the_token_is_one_principal(world: World, ada: Caller) -> None:
    plans = await ada.project()
    await ada.grant(plans, Principal(organization="organizations/partner"), COMMENTER)  # type: ignore[arg-type]
    for claim, expected in ((["partner"], True), ("organizations/partner", True), (["other"], False)):
        assert await world.caller("eve", organizations=claim).may(plans) is expected


async def test_groups_and_roles_of_another_organisation_are_not_there(ada: Caller, bob: Caller) -> None:
    acme, other = await ada.organization("acme"), await bob.organization("other")
    own, plans = await ada.project(), await ada.project(acme)
    group = (await bob.CreateGroup(organization=other, group={"title": "x"})).group.name
    role = (await bob.CreateRole(organization=other, role={"title": "x", "permissions": [3]})).role.name
    for resource in (acme, own, plans):
        assert await reason_of(ada.grant(resource, Principal(group=group), VIEWER)) == "GROUP_NOT_FOUND"  # type: ignore[arg-type]
        assert await reason_of(ada.grant(resource, "cid", custom_role=role)) == "ROLE_NOT_FOUND"


async def test_the_last_owner_stays(ada: Caller, bob: Caller) -> None:
    acme = await ada.organization()
    revoked = ada.RevokeGrant(resource=acme, principal=Principal(user="ada"))
    assert await reason_of(revoked) == "LAST_OWNER"
    assert await reason_of(ada.grant(acme, "ada", ADMIN)) == "LAST_OWNER"
    await ada.grant(acme, "bob", OWNER)
    await bob.RevokeGrant(resource=acme, principal=Principal(user="ada"))
    assert await reason_of(bob.grant(acme, "bob", ADMIN)) == "LAST_OWNER"


async def test_two_owners_who_take_each_other_away_leave_one(world: World, ada: Caller, bob: Caller) -> None:
    for _ in range(5):
        own = await ada.project()
        await ada.grant(own, "bob", OWNER)
        results = await asyncio.gather(
            ada.RevokeGrant(resource=own, principal=Principal(user="bob")),
            bob.RevokeGrant(resource=own, principal=Principal(user="ada")),
            ada.grant(own, "ada", VIEWER),
            bob.grant(own, "bob", VIEWER),
            return_exceptions=True,
        )
        assert any(isinstance(each, Exception) for each in results)
        owners = await world.pool.fetchval(
            "SELECT count(*) FROM project.grants g JOIN project.resources r USING (resource_key) "
            "WHERE r.name = $1 AND g.role = 5",
            own,
        )
        assert owners == 1


async def test_what_an_organisation_owns_needs_no_other_owner(ada: Caller) -> None:
    plans = await ada.project(await ada.organization())
    await ada.RevokeGrant(resource=plans, principal=Principal(user="ada"))
    assert await ada.may(plans, P.PERMISSION_OWN)


async def test_ownership_is_given_to_another_and_leaves_an_administrator(ada: Caller, bob: Caller) -> None:
    acme = await ada.organization()
    plans = await ada.project(acme)
    both = await ada.TransferOwnership(resource=acme, user="bob")
    assert (both.grant.role, both.former_owner.role) == (OWNER, ADMIN)
    assert await bob.may(acme, P.PERMISSION_OWN)
    assert not await ada.may(acme, P.PERMISSION_OWN)
    assert await ada.may(acme, P.PERMISSION_SHARE)
    assert await reason_of(bob.TransferOwnership(resource=plans, user="cid")) == "GRANT_NOT_FOUND"
    assert await reason_of(bob.TransferOwnership(resource=acme, user="bob")) == "INVALID_FIELD"
    assert await reason_of(ada.TransferOwnership(resource=acme, user="cid")) == "PERMISSION_DENIED"


async def test_a_custom_role_allows_what_it_consists_of(ada: Caller, bob: Caller) -> None:
    acme = await ada.organization("acme")
    plans = await ada.project(acme)
    reads = [P.PERMISSION_DOCUMENT_READ, P.PERMISSION_PROJECT_READ]
    role = (
        await ada.CreateRole(
            organization=acme,
            role_id="auditor",
            role={"title": "Auditor", "permissions": [*reads, P.PERMISSION_AUDIT_READ]},
        )
    ).role
    made = await ada.grant(plans, "bob", custom_role=role.name)
    assert (made.custom_role, made.role) == ("organizations/acme/roles/auditor", 0)
    answer = (await bob.CheckPermission(resource=plans, permission=P.PERMISSION_AUDIT_READ)).answer
    assert (answer.allowed, answer.role, set(answer.permissions)) == (True, 0, {*reads, P.PERMISSION_AUDIT_READ})
    await ada.UpdateRole(role={"name": role.name, "permissions": reads})
    assert not await bob.may(plans, P.PERMISSION_AUDIT_READ)
    assert await reason_of(ada.DeleteRole(name=role.name)) == "NOT_EMPTY"
    listed = await ada.ListRoles(organization=acme)
    assert [each.name for each in listed.custom_roles] == [role.name]
    assert [each.role for each in listed.standard_roles] == [1, 2, 3, 4, 5]
    assert not (await bob.ListRoles(organization=acme)).custom_roles
    await ada.RevokeGrant(resource=plans, principal=Principal(user="bob"))
    await ada.DeleteRole(name=role.name)
    assert await reason_of(ada.UpdateRole(role={"name": role.name, "title": "x"})) == "ROLE_NOT_FOUND"


@pytest.mark.parametrize("permissions", [[], [P.PERMISSION_OWN], [P.PERMISSION_INTERNAL], [0], [99]], ids=str)
async def test_a_custom_role_of_what_no_administrator_has_is_refused(ada: Caller, permissions: list[int]) -> None:
    acme = await ada.organization()
    made = ada.CreateRole(organization=acme, role={"title": "x", "permissions": permissions})
    assert await reason_of(made) == "INVALID_FIELD"


async def test_nobody_makes_a_role_of_more_than_they_have(ada: Caller, bob: Caller) -> None:
    acme = await ada.organization()
    role = {"title": "x", "permissions": [P.PERMISSION_SHARE]}
    made = (await ada.CreateRole(organization=acme, role=role)).role.name
    await ada.grant(acme, "bob", ADMIN, denied=[P.PERMISSION_SHARE])
    assert await reason_of(bob.CreateRole(organization=acme, role=role)) == "PERMISSION_DENIED"
    changed = {"name": made, "permissions": [P.PERMISSION_DOCUMENT_READ]}
    assert await reason_of(bob.UpdateRole(role=changed)) == "PERMISSION_DENIED"


async def test_grants_are_listed_from_the_resource_upward(ada: Caller, bob: Caller) -> None:
    acme = await ada.organization("acme")
    plans = await ada.project(acme, "plans")
    drafts = await ada.folder(plans, "drafts")
    for who in ("cid", "bob"):
        await ada.grant(drafts, who, VIEWER)
    await ada.grant(acme, "dan", EDITOR, denied=[P.PERMISSION_DOCUMENT_DELETE])
    own = [(each.resource, each.principal.user) for each in (await ada.ListGrants(resource=drafts)).grants]
    assert own == [(drafts, "bob"), (drafts, "cid")]
    found, token = [], ""
    while True:
        page = await ada.ListGrants(resource=drafts, inherited=True, page_size=2, page_token=token)
        found += [(each.resource, each.principal.user) for each in page.grants]
        token = page.next_page_token
        if not token:
            break
    assert found == [*own, (plans, "ada"), (acme, "ada"), (acme, "dan")]
    assert list(page.grants[-1].denied) == [P.PERMISSION_DOCUMENT_DELETE]
    assert await reason_of(bob.ListGrants(resource=drafts)) == "PERMISSION_DENIED"


# Invitations.


def mail(world: World, subject: str, email: str, **more: object) -> Caller:
    return world.caller(subject, **{"email": email, "email_verified": True, **more})


async def invited(ada: Caller, resource: str, **more: Any) -> Any:
    wanted = {"resource": resource, "email": "Bob@Example.com", "role": EDITOR, **more}
    return await ada.CreateInvitation(invitation=Invitation(**wanted))


async def test_an_invitation_is_accepted_once_by_whom_it_is_for(world: World, ada: Caller) -> None:
    plans = await ada.project()
    made = await invited(ada, plans)
    name = made.invitation.name
    assert made.invitation.email == "bob@example.com"
    bob = mail(world, "bob", "bob@EXAMPLE.com")
    for stranger in (
        mail(world, "eve", "eve@example.com"),
        mail(world, "eve", "bob@example.com", email_verified=False),
        world.caller("eve"),
    ):
        refused = stranger.AcceptInvitation(name=name, token=made.token)
        assert await reason_of(refused) == "INVITATION_NOT_FOUND"
    assert await reason_of(bob.AcceptInvitation(name=name, token="wrong")) == "INVITATION_NOT_FOUND"
    grant = (await bob.AcceptInvitation(name=name, token=made.token)).grant
    assert (grant.resource, grant.role, grant.grantor, grant.principal.user) == (plans, EDITOR, "ada", "bob")
    assert await bob.may(plans, P.PERMISSION_FOLDER_WRITE)
    again = mail(world, "bobs-other", "bob@example.com").AcceptInvitation(name=name, token=made.token)
    assert await reason_of(again) == "INVITATION_NOT_FOUND"


async def test_of_two_who_accept_one_invitation_at_once_one_gets_it(world: World, ada: Caller) -> None:
    for n in range(5):
        plans = await ada.project()
        made = await invited(ada, plans)
        twins = [mail(world, f"bob-{n}-{twin}", "bob@example.com") for twin in range(4)]
        accepting = [each.AcceptInvitation(name=made.invitation.name, token=made.token) for each in twins]
        results = await asyncio.gather(*accepting, return_exceptions=True)
        assert sum(not isinstance(each, Exception) for each in results) == 1
        assert sum([await each.may(plans) for each in twins]) == 1


async def test_an_invitation_ends_with_its_time(world: World, ada: Caller) -> None:
    plans = await ada.project()
    made = await invited(ada, plans, expire_time=in_(hours=1))
    bob = mail(world, "bob", "bob@example.com")
    assert len((await ada.ListInvitations(resource=plans)).invitations) == 1
    world.clock.turn(hours=2)
    assert not (await ada.ListInvitations(resource=plans)).invitations
    refused = bob.AcceptInvitation(name=made.invitation.name, token=made.token)
    assert await reason_of(refused) == "INVITATION_NOT_FOUND"
    await world.app.sweeper.prune()
    assert await world.pool.fetchval("SELECT count(*) FROM project.invitations") == 0


async def test_a_revoked_invitation_is_not_accepted(world: World, ada: Caller) -> None:
    plans = await ada.project()
    await ada.grant(plans, "cid", EDITOR)
    made = await invited(ada, plans)
    name = made.invitation.name
    assert await reason_of(world.caller("cid").RevokeInvitation(name=name)) == "PERMISSION_DENIED"
    assert await reason_of(world.caller("eve").RevokeInvitation(name=name)) == "INVITATION_NOT_FOUND"
    await ada.RevokeInvitation(name=name)
    assert await reason_of(ada.RevokeInvitation(name=name)) == "INVITATION_NOT_FOUND"
    refused = mail(world, "bob", "bob@example.com").AcceptInvitation(name=name, token=made.token)
    assert await reason_of(refused) == "INVITATION_NOT_FOUND"


async def test_who_has_more_keeps_it_and_what_was_denied_stays_denied(world: World, ada: Caller) -> None:
    plans, others = await ada.project(), await ada.project()
    bob = mail(world, "bob", "bob@example.com")
    await ada.grant(plans, "bob", ADMIN)
    made = await invited(ada, plans)
    assert (await bob.AcceptInvitation(name=made.invitation.name, token=made.token)).grant.role == ADMIN
    await ada.grant(others, "bob", VIEWER, denied=[P.PERMISSION_DOCUMENT_DELETE])
    made = await invited(ada, others)
    grant = (await bob.AcceptInvitation(name=made.invitation.name, token=made.token)).grant
    assert (grant.role, list(grant.denied)) == (EDITOR, [P.PERMISSION_DOCUMENT_DELETE])


async def test_nobody_is_invited_to_more_than_the_inviter_has(ada: Caller, bob: Caller) -> None:
    plans = await ada.project()
    await ada.grant(plans, "bob", ADMIN)
    assert await reason_of(invited(bob, plans, role=OWNER)) == "PERMISSION_DENIED"
    await invited(bob, plans, role=ADMIN)


@pytest.mark.parametrize(
    "wrong",
    [
        {"email": "bob"},
        {"email": "a b@example.com"},
        {"email": "b@" + "x" * 320},
        {"role": 0},
        {"expire_time": in_(hours=-1)},
        {"expire_time": in_(days=31)},
        {"expire_time": Timestamp(seconds=1 << 60)},
    ],
    ids=lambda wrong: next(iter(wrong)),
)
async def test_an_invitation_that_cannot_be_is_refused(ada: Caller, wrong: dict[str, Any]) -> None:
    assert await reason_of(invited(ada, await ada.project(), **wrong)) == "INVALID_FIELD"


async def test_an_issuer_that_verifies_without_saying_so_can_be_trusted(
    database_url: str, signer: TokenSigner, verifier: TokenVerifier
) -> None:
    async with running_world(database_url, signer, verifier, trust_unverified_email=True) as world:
        ada, bob = world.caller("ada"), world.caller("bob", email="bob@example.com")
        made = await invited(ada, await ada.project())
        await bob.AcceptInvitation(name=made.invitation.name, token=made.token)


# Links.


async def linked(ada: Caller, resource: str, password: str = "", **more: Any) -> Any:
    wanted = ShareLink(resource=resource, **{"role": VIEWER, **more})
    return await ada.CreateShareLink(share_link=wanted, password=password)


async def test_a_link_gives_its_role_to_who_has_it_until_it_is_revoked(world: World, ada: Caller, bob: Caller) -> None:
    plans = await ada.project()
    note = await world.document("note", plans)
    made = await linked(ada, note, role=COMMENTER)
    assert not await bob.may(note)
    grant = (await bob.RedeemShareLink(secret=made.secret)).grant
    assert (grant.resource, grant.role, grant.principal.share_link) == (note, COMMENTER, made.share_link.name)
    await bob.RedeemShareLink(secret=made.secret)
    assert await bob.may(note, P.PERMISSION_DOCUMENT_COMMENT)
    assert not await bob.may(plans)
    [listed] = (await ada.ListShareLinks(resource=note)).share_links
    assert (listed.name, listed.redemptions, listed.has_password) == (made.share_link.name, 1, False)
    assert [each.principal.share_link for each in (await ada.ListGrants(resource=note)).grants] == [listed.name]
    assert await reason_of(bob.RevokeShareLink(name=listed.name)) == "PERMISSION_DENIED"
    assert await reason_of(world.caller("eve").RevokeShareLink(name=listed.name)) == "SHARE_LINK_NOT_FOUND"
    await ada.RevokeShareLink(name=listed.name)
    assert not await bob.may(note)
    assert not (await ada.ListShareLinks(resource=note)).share_links
    assert await reason_of(bob.RedeemShareLink(secret=made.secret)) == "SHARE_LINK_NOT_FOUND"
    assert await reason_of(ada.RevokeShareLink(name=listed.name)) == "SHARE_LINK_NOT_FOUND"


async def test_a_link_ends_with_its_time_and_who_keeps_answers_is_told(world: World, ada: Caller, bob: Caller) -> None:
    plans = await ada.project()
    made = await linked(ada, plans, expire_time=in_(hours=1))
    await bob.RedeemShareLink(secret=made.secret)
    assert await bob.may(plans)
    watching = world.service().WatchPermissions()
    first = await watching.read()
    world.clock.turn(hours=2)
    assert not await bob.may(plans), "at once, whoever asks"
    told = await watching.read()
    assert (told.epoch, list(told.subjects)) == (first.epoch + 1, ["bob"])
    watching.cancel()
    assert await reason_of(bob.RedeemShareLink(secret=made.secret)) == "SHARE_LINK_NOT_FOUND"
    assert await world.pool.fetchval("SELECT count(*) FROM project.share_links") == 0


async def test_the_secret_is_nowhere_in_the_database(world: World, ada: Caller) -> None:
    plans = await ada.project()
    link = await linked(ada, plans, "open sesame")
    invitation = await invited(ada, plans)
    for table in ("share_links", "invitations", "grants", "audit_entries", "outbox", "permission_changes"):
        kept = await world.pool.fetchval(f"SELECT string_agg(t::text, '\n') FROM project.{table} t") or ""
        for secret in (link.secret, invitation.token, "open sesame"):
            assert secret not in kept
            assert secret.encode().hex() not in kept


async def test_a_link_with_a_password_needs_it(world: World, ada: Caller, bob: Caller) -> None:
    made = await linked(ada, await ada.project(), "sesame")
    assert made.share_link.has_password
    fault = await fault_of(bob.RedeemShareLink(secret=made.secret))
    assert fault.facts == {"password_required": "True"}
    wrong = await fault_of(bob.RedeemShareLink(secret=made.secret, password="Sesame"))
    unknown = await fault_of(bob.RedeemShareLink(secret="unknown", password="sesame"))
    assert (wrong.message, wrong.facts) == (unknown.message, unknown.facts)
    await bob.RedeemShareLink(secret=made.secret, password="sesame")
    assert await bob.may(made.share_link.resource)


async def test_after_ten_wrong_passwords_in_a_minute_the_right_one_is_wrong_too(world: World, ada: Caller) -> None:
    made = await linked(ada, await ada.project(), "sesame")
    eve, bob = world.caller("eve"), world.caller("bob")
    for _ in range(4):
        guesses = [eve.RedeemShareLink(secret=made.secret, password=f"guess-{n}") for n in range(4)]
        results = await asyncio.gather(*guesses, return_exceptions=True)
        assert all(isinstance(each, Exception) for each in results)
    assert await world.pool.fetchval("SELECT wrong_passwords FROM project.share_links") == 10, "the rest was not tried"
    right = bob.RedeemShareLink(secret=made.secret, password="sesame")
    assert await reason_of(right) == "SHARE_LINK_NOT_FOUND"
    world.clock.turn(minutes=1.1)
    await bob.RedeemShareLink(secret=made.secret, password="sesame")


@pytest.mark.parametrize(
    "wrong",
    [
        {"role": 0},
        {"role": ADMIN},
        {"role": OWNER},
        {"role": 99},
        {"expire_time": in_(hours=-1)},
        {"password": "x" * 1025},
        {"resource": "shareLinks/x"},
    ],
    ids=["no role", "an administrator's", "an owner's", "no such role", "over already", "password", "resource"],
)
async def test_a_link_that_cannot_be_is_refused(ada: Caller, wrong: dict[str, Any]) -> None:
    fields = {"resource": await ada.project(), **wrong}
    expected = "SHARE_LINK_NOT_FOUND" if "resource" in wrong else "INVALID_FIELD"
    assert await reason_of(linked(ada, **fields)) == expected


async def test_nothing_is_taken_in_what_is_archived(world: World, ada: Caller, bob: Caller) -> None:
    plans = await ada.project()
    link, invitation = await linked(ada, plans), await invited(ada, plans)
    await ada.UpdateProject(project=Project(name=plans, archived=True))
    assert await reason_of(bob.RedeemShareLink(secret=link.secret)) == "RESOURCE_ARCHIVED"
    accepted = mail(world, "bob", "bob@example.com").AcceptInvitation(
        name=invitation.invitation.name, token=invitation.token
    )
    assert await reason_of(accepted) == "RESOURCE_ARCHIVED"
