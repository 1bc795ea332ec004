"""Answers about permissions over gRPC: whether, why, where, and that a change of them is told within a second."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any

import asyncpg
import pytest

from mesh.identity import TokenSigner, TokenVerifier
from shoal.options.v1 import options_pb2 as P  # noqa: N812
from shoal.project.v1 import permission_pb2 as pb
from shoal.project.v1.access_pb2 import Principal
from shoal.project.v1.project_pb2 import Project
from tests.integration.project.world import (
    ADMIN,
    EDITOR,
    OWNER,
    VIEWER,
    Caller,
    World,
    fault_of,
    reason_of,
    running_world,
)

READ, WRITE = P.PERMISSION_DOCUMENT_READ, P.PERMISSION_DOCUMENT_WRITE
Effect = pb.ExplainPermissionResponse


async def test_users_ask_about_themselves_and_services_about_anybody(world: World, ada: Caller, bob: Caller) -> None:
    acme = await ada.organization("acme")
    group = (await ada.CreateGroup(organization=acme, group={"title": "x", "claim_groups": ["eng"]})).group.name
    plans = await ada.project(acme, "plans")
    note = await world.document("note", plans)
    await ada.grant(plans, Principal(group=group), EDITOR)  # type: ignore[arg-type]
    eve = pb.User(subject="eve", groups=["eng"])
    assert await reason_of(bob.CheckPermission(resource=note, permission=READ, user=eve)) == "PERMISSION_DENIED"
    claimed = pb.User(subject="bob", groups=["eng"])
    assert not (await bob.CheckPermission(resource=note, permission=READ, user=claimed)).answer.allowed
    told = await world.service().CheckPermission(resource=note, permission=WRITE, user=eve)
    assert told.answer.allowed
    assert list(told.answer.path) == [note, plans, acme]
    assert told.answer.role == EDITOR
    own = await ada.CheckPermission(resource=note, permission=WRITE)
    assert (own.answer.role, list(own.answer.path), own.epoch) == (OWNER, [], told.epoch)


async def test_many_questions_are_answered_in_their_order(world: World, ada: Caller, bob: Caller) -> None:
    plans, own = await ada.project(), await bob.project()
    Check = pb.BatchCheckPermissionsRequest.Check  # noqa: N806
    names = [plans, own, "projects/none", "documents/none/versions/v", own, "shareLinks/none"]
    checks = [Check(resource=name, permission=READ) for name in names]
    answers = (await bob.BatchCheckPermissions(checks=checks)).answers
    assert [each.allowed for each in answers] == [False, True, False, False, True, False]
    assert answers[0] == answers[2], "what one may not see is as if it were not there"
    too_many = [Check(resource=own, permission=READ)] * 1001
    assert await reason_of(bob.BatchCheckPermissions(checks=too_many)) == "TOO_LARGE"


@pytest.mark.parametrize(
    ("resource", "asked"),
    [("plans", READ), ("", READ), ("projects/p", 0), ("projects/p", P.PERMISSION_INTERNAL), ("projects/p", 99)],
)
async def test_a_question_that_cannot_be_is_refused(ada: Caller, resource: str, asked: Any) -> None:
    assert await reason_of(ada.CheckPermission(resource=resource, permission=asked)) == "INVALID_FIELD"
    assert await reason_of(ada.ExplainPermission(resource=resource, permission=asked)) == "INVALID_FIELD"


async def test_an_explanation_names_the_grants_and_their_paths(world: World, ada: Caller, bob: Caller) -> None:
    acme = await ada.organization("acme")
    plans = await ada.project(acme, "plans")
    note = await world.document("note", plans)
    await ada.grant(acme, "bob", EDITOR)
    await ada.grant(plans, "bob", denied=[WRITE])
    told = await bob.ExplainPermission(resource=note, permission=WRITE)
    assert not told.allowed
    assert [(each.effect, list(each.path)) for each in told.reasons] == [
        (Effect.EFFECT_ALLOWS, [note, plans, acme]),
        (Effect.EFFECT_DENIES, [note, plans]),
    ]
    assert told.reasons[0].grant.role == EDITOR
    assert plans in told.missing
    await ada.grant(note, "bob", EDITOR)
    told = await bob.ExplainPermission(resource=note, permission=WRITE)
    assert (told.allowed, told.missing, len(told.reasons)) == (True, "", 3)
    await ada.grant(plans, "ada", OWNER, denied=[WRITE])
    told = await ada.ExplainPermission(resource=note, permission=WRITE)
    assert told.allowed
    assert told.reasons[-1].effect == Effect.EFFECT_DENIES_IN_VAIN


async def test_an_explanation_says_what_is_missing(world: World, ada: Caller, bob: Caller) -> None:
    plans = await ada.project(project_id="plans")
    await ada.grant(plans, "bob", VIEWER)
    told = await bob.ExplainPermission(resource=plans, permission=WRITE)
    assert "editor" in told.missing
    await ada.grant(plans, "bob", EDITOR)
    await ada.UpdateProject(project=Project(name=plans, archived=True))
    told = await bob.ExplainPermission(resource=plans, permission=WRITE)
    assert (told.allowed, told.archived) == (False, plans)
    eve = world.caller("eve")
    hidden = await eve.ExplainPermission(resource=plans, permission=WRITE)
    absent = await eve.ExplainPermission(resource="projects/plant", permission=WRITE)
    assert str(hidden).replace("plans", "plant") == str(absent)


async def scopes_of(world: World, subject: str, asked: int = READ) -> dict[str, set[str]]:
    merged = pb.ResolveScopesResponse()
    async for part in world.service().ResolveScopes(permission=asked, user=pb.User(subject=subject)):
        merged.MergeFrom(part)
    return {field.name: set(value) for field, value in merged.ListFields() if field.name != "epoch"}


async def test_scopes_say_where_somebody_may_read(world: World, ada: Caller) -> None:
    acme = await ada.organization("acme")
    one, two = await ada.project(acme, "one"), await ada.project(acme, "two")
    open_, closed = await ada.folder(one, "open"), await ada.folder(one, "closed")
    inner = await ada.folder(closed, "inner")
    shared = await ada.folder(two, "shared")
    deeper = await ada.folder(shared, "deeper")
    hidden, shown = await world.document("hidden", open_), await world.document("shown", inner)
    own = await world.document("own", actor="bob")
    await world.document("plain", one)
    await ada.grant(one, "bob", VIEWER)
    await ada.grant(closed, "bob", denied=[READ])
    await ada.grant(hidden, "bob", denied=[READ])
    await ada.grant(shown, "bob", VIEWER)
    await ada.grant(shared, "bob", VIEWER)
    assert await scopes_of(world, "bob") == {
        "projects": {one},
        "folders": {shared, deeper},
        "documents": {shown, own},
        "excluded_folders": {closed, inner},
        "excluded_documents": {hidden},
    }
    assert await scopes_of(world, "bob", WRITE) == {"documents": {own}}
    assert await scopes_of(world, "ada") == {"organizations": {acme}, "projects": {one, two}}
    assert await scopes_of(world, "eve") == {}
    assert await reason_of(ada.ResolveScopes(permission=READ).read()) == "PERMISSION_DENIED"


async def test_scopes_of_many_come_in_parts(world: World, ada: Caller) -> None:
    await world.pool.execute(
        """
        WITH made AS (
            INSERT INTO project.resources (kind, name, creator, create_time)
            SELECT 4, 'documents/d' || n, 'bob', now() FROM generate_series(1, 25000) n RETURNING resource_key
        )
        INSERT INTO project.grants (resource_key, create_time, principal_kind, role, principal, grantor)
        SELECT resource_key, now(), 1, 5, 'bob', 'bob' FROM made
        """
    )
    parts = [part async for part in world.service().ResolveScopes(permission=READ, user=pb.User(subject="bob"))]
    assert [len(part.documents) for part in parts] == [10_000, 10_000, 5_000]
    assert len({part.epoch for part in parts}) == 1
    assert len({name for part in parts for name in part.documents}) == 25_000


async def test_a_change_is_told_within_a_second_with_what_it_touched(world: World, ada: Caller) -> None:
    acme = await ada.organization("acme")
    plans = await ada.project(acme, "plans")
    group = (await ada.CreateGroup(organization=acme, group={"title": "x"})).group.name
    drafts = await ada.folder(plans)
    watching = world.service().WatchPermissions()
    first = await watching.read()
    assert (first.everything, list(first.subjects), list(first.resources)) == (False, [], [])
    changes: list[tuple[Callable[[], Any], list[str], list[str]]] = [
        (lambda: ada.grant(plans, "bob", VIEWER), ["bob"], []),
        (lambda: ada.grant(plans, Principal(group=group), VIEWER), [], [plans]),  # type: ignore[arg-type]
        (lambda: ada.UpdateGroup(group={"name": group}, add_members=["cid", "dan"]), ["cid", "dan"], []),
        (lambda: ada.MoveFolder(name=drafts, destination=plans), [], [drafts]),
        (lambda: ada.UpdateProject(project=Project(name=plans, archived=True)), [], [plans]),
    ]
    for n, (change, subjects, resources) in enumerate(changes, 1):
        await change()
        began = time.monotonic()
        told = await watching.read()
        assert time.monotonic() - began < 1.0
        assert (told.epoch, list(told.subjects), list(told.resources)) == (first.epoch + n, subjects, resources)
    watching.cancel()
    assert await reason_of(ada.WatchPermissions().read()) == "PERMISSION_DENIED"


async def test_what_alters_nobodys_permissions_is_no_new_epoch(world: World, ada: Caller) -> None:
    plans = await ada.project()
    before = (await ada.CheckPermission(resource=plans, permission=READ)).epoch
    await ada.folder(plans)
    await world.document("note", plans)
    await ada.UpdateProject(project=Project(name=plans, title="Other"))
    assert await reason_of(ada.grant(plans, "ada", VIEWER)) == "LAST_OWNER"
    assert (await ada.CheckPermission(resource=plans, permission=READ)).epoch == before


async def test_a_watcher_whose_wake_up_was_lost_is_told_all_the_same(world: World, ada: Caller) -> None:
    plans = await ada.project()
    watching = world.service().WatchPermissions()
    first = await watching.read()
    await world.pool.execute(
        """
        WITH begun AS (UPDATE project.epoch SET value = value + 1 RETURNING value)
        INSERT INTO project.permission_changes (epoch, subjects, resources) SELECT value, '{}', ARRAY[$1] FROM begun
        """,
        plans,
    )
    began = time.monotonic()
    told = await watching.read()
    assert time.monotonic() - began < 1.0
    assert (told.epoch, list(told.resources)) == (first.epoch + 1, [plans])
    watching.cancel()


async def test_a_watcher_who_is_far_behind_drops_everything(
    database_url: str, signer: TokenSigner, verifier: TokenVerifier
) -> None:
    async with running_world(database_url, signer, verifier, kept_changes=2) as world:
        watching = world.service().WatchPermissions()
        first = await watching.read()
        await world.pool.execute(
            """
            WITH begun AS (UPDATE project.epoch SET value = value + 5 RETURNING value)
            INSERT INTO project.permission_changes (epoch, subjects, resources)
            SELECT value - n, ARRAY['bob'], '{}' FROM begun, generate_series(0, 4) n
            """
        )
        told = await watching.read()
        assert (told.epoch, told.everything) == (first.epoch + 5, True)
        watching.cancel()


async def test_the_epoch_is_followed_again_after_the_database_was_away(world: World, ada: Caller) -> None:
    plans = await ada.project()
    watching = world.service().WatchPermissions()
    first = await watching.read()
    connection = await asyncpg.connect(world.database_url)
    await connection.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    await connection.close()
    await _granted(ada, plans)
    told = await watching.read()
    assert (told.epoch, list(told.subjects)) == (first.epoch + 1, ["bob"])
    watching.cancel()


async def test_a_stream_without_changes_is_heard_of_and_a_blind_one_ends(
    database_url: str, signer: TokenSigner, verifier: TokenVerifier
) -> None:
    async with running_world(database_url, signer, verifier, epoch_heartbeat_s=0.6) as world:
        watching = world.service().WatchPermissions()
        first = await watching.read()
        assert await watching.read() == first
        connection = await asyncpg.connect(world.database_url)
        # As when nobody answers: whoever reads the epoch waits.
        await connection.execute("BEGIN; LOCK TABLE project.epoch IN ACCESS EXCLUSIVE MODE")
        fault = await fault_of(_until_it_ends(watching))
        await connection.close()
        assert (fault.code.name, fault.retry_after_ms) == ("UNAVAILABLE", 1000)


async def test_nothing_is_allowed_while_the_database_is_away(world: World, ada: Caller) -> None:
    plans = await ada.project()
    world.pool.terminate()
    assert await reason_of(ada.GetProject(name=plans)) == "PERMISSIONS_UNAVAILABLE"


async def test_administrators_change_grants_at_once_and_every_epoch_is_told(world: World, ada: Caller) -> None:
    plans = await ada.project()
    await ada.grant(plans, "bob", ADMIN)
    watching = world.service().WatchPermissions()
    first = await watching.read()
    bob = world.caller("bob")
    await asyncio.gather(*(each.grant(plans, f"u{n}-{each.subject}", VIEWER) for each in (ada, bob) for n in range(20)))
    touched: set[str] = set()
    epoch = first.epoch
    while epoch < first.epoch + 40:
        told = await watching.read()
        assert told.epoch > epoch
        epoch = told.epoch
        touched |= set(told.subjects)
    assert touched == {f"u{n}-{who}" for n in range(20) for who in ("ada", "bob")}
    watching.cancel()


async def _until_it_ends(stream: Any) -> None:
    while await stream.read():
        pass


async def _granted(ada: Caller, plans: str) -> None:
    """Grant once the pool has found its connections dead."""
    for _ in range(30):
        try:
            await ada.grant(plans, "bob", VIEWER)
            return
        except Exception as error:
            assert "cannot be reached" in str(error)
    raise AssertionError("never reached again")
