"""Activities: what people did, once, in order, in sessions, and only for those who may see it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import asyncpg
import pytest

from mesh.database import open_pool
from mesh.identity import TokenSigner, TokenVerifier
from services.project import store
from services.project.activities.following import LEADER_LOCK
from services.project.activities.model import Kind, Page
from services.project.activities.recorder import Overtaken, Recorder
from services.project.activities.sources import DocumentEvents, OwnOutbox
from services.project.notifications.delivery import Delivery
from shoal.event.v1 import event_pb2 as pb
from tests.integration.project.feeds import (
    NOON,
    ToldEvents,
    activities,
    edited,
    event,
    eventually,
    kinds,
    running_feeds,
    settled,
)
from tests.integration.project.world import EDITOR, VIEWER, Caller, World, reason_of


@pytest.fixture
def told() -> ToldEvents:
    return ToldEvents()


@pytest.fixture
async def world(
    database_url: str, signer: TokenSigner, verifier: TokenVerifier, told: ToldEvents
) -> AsyncIterator[World]:
    async with running_feeds(database_url, signer, verifier, told) as (running, _):
        yield running


async def test_what_is_done_with_a_project_is_told_to_its_members_and_to_nobody_else(world: World) -> None:
    ada, bob, eve = world.caller("ada"), world.caller("bob"), world.caller("eve")
    acme = await ada.organization("acme")
    plans = await ada.project(acme, "plans")
    drafts = await ada.folder(plans, "drafts")
    await ada.grant(plans, "bob", VIEWER)
    await settled(world)
    assert await kinds(bob, resource=plans) == ["SHARED", "RESOURCE_CREATED", "RESOURCE_CREATED"]
    assert await kinds(ada) == ["SHARED", "RESOURCE_CREATED", "RESOURCE_CREATED", "RESOURCE_CREATED"]
    shared, folder, project = await activities(bob)
    assert (folder.resource, folder.project, project.resource) == (drafts, plans, plans)
    assert dict(shared.details) == {"role": "viewer", "principal": "bob", "principal_kind": "user"}
    await ada.grant(plans, "cleo", EDITOR)
    await settled(world)
    assert [dict(each.details).get("principal") for each in await activities(ada, kinds=[Kind.SHARED])] == [
        "cleo", "bob",
    ]  # fmt: skip
    assert [dict(each.details).get("principal") for each in await activities(bob, kinds=[Kind.SHARED])] == [None, "bob"]
    assert await activities(eve) == await activities(eve, resource=plans) == await activities(eve, user="ada") == []
    assert await activities(bob, resource=acme) == [], "who is in a project only sees nothing of what it is in"


async def test_edits_of_one_author_are_one_activity_until_a_pause(world: World, told: ToldEvents) -> None:
    ada = world.caller("ada")
    plans = await ada.project("", "plans")
    note = await world.document("note", plans)
    told.tell(*[edited(n + 1, note, "ada", plans, after=n * 500, inserted=3) for n in range(4)])
    told.tell(edited(5, note, "ada", plans, after=2000, agent="agents/tidy"))
    told.tell(edited(6, note, "ada", plans, after=1500 + 601))
    await settled(world, told)
    alone, tidied, long = await activities(ada, resource=note)
    assert (long.count, long.details["inserted"]) == (4, "12")
    assert (long.occur_time.ToDatetime(), long.last_occur_time.ToDatetime()) == (
        NOON.replace(tzinfo=None), (NOON + timedelta(seconds=1500)).replace(tzinfo=None)
    )  # fmt: skip
    assert (tidied.count, tidied.agent) == (1, "agents/tidy")
    assert alone.count == 1


async def test_a_crash_between_recording_and_the_cursor_neither_loses_nor_doubles(world: World) -> None:
    """The commit fails in every place it can: a page is recorded whole with its cursor, or not at all."""
    ada = world.caller("ada")
    plans = await ada.project("", "plans")
    note = await world.document("note", plans)
    await settled(world)
    delivery = Delivery(world.app.guard, None)
    recorder = Recorder(world.pool, world.clock, timedelta(minutes=10), delivery)
    events = [edited(n + 1, note, "ada", plans, after=n) for n in range(5)]
    source = DocumentEvents(ToldEvents(events, page=2).read)
    await world.pool.execute("DELETE FROM project.event_cursors WHERE source = 'document'")
    await world.pool.execute(
        """
        CREATE FUNCTION project.crash() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN RAISE EXCEPTION 'crash' USING ERRCODE = 'admin_shutdown'; END $$;
        """
    )
    for place in ("event_cursors", "collaboration_activities"):
        await world.pool.execute(
            f"""
            CREATE CONSTRAINT TRIGGER crash AFTER INSERT OR UPDATE ON project.{place} DEFERRABLE INITIALLY DEFERRED
            FOR EACH ROW EXECUTE FUNCTION project.crash()
            """
        )
        began = await recorder.cursor("document")
        page = await anext(source.read(began))
        with pytest.raises(asyncpg.PostgresError):
            await recorder.record("document", began, page)
        await world.pool.execute(f"DROP TRIGGER crash ON project.{place}")
        assert await recorder.cursor("document") == began
        await recorder.record("document", began, page)
        with pytest.raises(Overtaken):
            await recorder.record("document", began, page)
    began = await recorder.cursor("document")
    await recorder.record("document", began, await anext(source.read(began)))
    [session] = await activities(ada, resource=note, kinds=[Kind.DOCUMENT_EDITED])
    assert (session.count, session.details["last_revision"]) == (5, "5")


async def test_events_that_are_told_again_from_an_older_cursor_are_passed_over(world: World, told: ToldEvents) -> None:
    ada = world.caller("ada")
    plans = await ada.project("", "plans")
    note = await world.document("note", plans)
    created = event("1", note, "ada", plans, document_created=pb.DocumentCreated(title="Note"))
    told.tell(created, *[edited(n + 1, note, "ada", plans, after=n) for n in range(3)])
    await settled(world, told)
    before = await activities(ada)
    deeds = [deed async for deed in _deeds(told)]
    recorder = Recorder(world.pool, world.clock, timedelta(minutes=10), Delivery(world.app.guard, None))
    await recorder.record("document", await recorder.cursor("document"), Page(deeds, "again"))
    assert await activities(ada) == before


async def _deeds(told: ToldEvents) -> AsyncIterator[object]:
    for deed in (await anext(DocumentEvents(told.read).read(""))).deeds:
        yield deed


_LEADERS = """
    FROM pg_locks WHERE locktype = 'advisory' AND classid = $1 AND objid = $2 AND granted
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""


async def test_when_the_leader_ends_another_one_goes_on(
    database_url: str, signer: TokenSigner, verifier: TokenVerifier
) -> None:
    told = ToldEvents()
    async with (
        running_feeds(database_url, signer, verifier, told) as (first, _),
        running_feeds(database_url, signer, verifier, told) as (second, _),
    ):
        ada = second.caller("ada")
        plans = await ada.project("", "plans")
        note = await second.document("note", plans)
        for n in range(2):
            told.tell(edited(n + 1, note, "ada", plans, after=n))
            await settled(second, told)
            await eventually(lambda: first.pool.fetchval(f"SELECT count(*) {_LEADERS}", *LEADER_LOCK), bool)
            await first.pool.execute(f"SELECT pg_terminate_backend(pid) {_LEADERS}", *LEADER_LOCK)
            told.tell(event(f"d{n}", note, "ada", plans, after=n, document_deleted=pb.DocumentDeleted()))
        await settled(second, told)
        found = await kinds(ada, resource=note)
        assert found.count("DOCUMENT_DELETED") == 2
        [session] = await activities(ada, resource=note, kinds=[Kind.DOCUMENT_EDITED])
        assert session.count == 2


async def test_of_a_purged_document_nothing_is_left_for_whoever_has_its_name_next(
    world: World, told: ToldEvents
) -> None:
    ada, eve = world.caller("ada"), world.caller("eve")
    plans = await ada.project("", "plans")
    note = await world.document("note", plans)
    renamed = pb.DocumentRenamed(before="", after="TOP SECRET")
    told.tell(
        edited(1, note, "ada", plans),
        event("r", note, "ada", plans, after=1, document_renamed=renamed),
        event("p", note, "ada", plans, after=2, document_purged=pb.DocumentPurged()),
    )
    await settled(world, told)
    await world.service().RemoveDocument(document=note, actor="ada")
    hers = await eve.project("", "hers")
    await world.document("note", hers, actor="eve")
    told.tell(edited(1, note, "eve", hers, after=3))
    await settled(world, told)
    assert await kinds(eve, resource=note) == ["DOCUMENT_EDITED"]
    [purged] = [each for each in await activities(ada) if each.kind == Kind.DOCUMENT_PURGED]
    assert (purged.resource, note in str(purged)) == (plans, False)


async def test_a_document_that_is_denied_is_left_out_by_query_and_back_when_it_is_not(
    world: World, told: ToldEvents
) -> None:
    ada, bob = world.caller("ada"), world.caller("bob")
    plans = await ada.project("", "plans")
    drafts = await ada.folder(plans, "drafts")
    open_, hidden = await world.document("open", plans), await world.document("hidden", drafts)
    await ada.grant(plans, "bob", EDITOR)
    await ada.grant(hidden, "bob", denied=[3])
    told.tell(edited(1, open_, "ada", plans), edited(1, hidden, "ada", plans, after=1))
    await settled(world, told)
    edits = {"kinds": [Kind.DOCUMENT_EDITED]}
    for asked in ({}, {"resource": plans}, {"user": "ada"}, {"resource": plans, "user": "ada"}):
        assert [each.resource for each in await activities(bob, **edits, **asked)] == [open_], asked
    assert await activities(bob, resource=hidden, **edits) == []
    await ada.RevokeGrant(resource=hidden, principal={"user": "bob"})
    assert [each.resource for each in await activities(bob, **edits)] == [hidden, open_]


async def test_where_a_document_came_from_is_told_to_those_who_see_that_place(world: World, told: ToldEvents) -> None:
    ada, bob = world.caller("ada"), world.caller("bob")
    secret, plans = await ada.project("", "secret-merger"), await ada.project("", "plans")
    await ada.grant(plans, "bob", VIEWER)
    note = await world.document("note", plans)
    told.tell(event("m", note, "ada", plans, document_moved=pb.DocumentMoved(before=secret, after=plans)))
    await settled(world, told)
    [hers], [his] = await activities(ada, resource=note), await activities(bob, resource=note)
    assert dict(hers.details) == {"before": secret, "after": plans}
    assert dict(his.details) == {"before": "", "after": plans}


async def test_one_document_shared_alone_shows_its_activities_and_no_others(world: World, told: ToldEvents) -> None:
    ada, bob = world.caller("ada"), world.caller("bob")
    plans = await ada.project("", "plans")
    one, other = await world.document("one", plans), await world.document("other", plans)
    unfiled = await world.document("unfiled", actor="bob")
    await ada.grant(one, "bob", VIEWER)
    told.tell(edited(1, one, "ada", plans), edited(1, other, "ada", plans, after=1), edited(1, unfiled, "bob", after=2))
    await settled(world, told)
    edits = {"kinds": [Kind.DOCUMENT_EDITED]}
    assert [each.resource for each in await activities(bob, **edits)] == [unfiled, one]
    assert [each.resource for each in await activities(bob, resource=plans, **edits)] == [one]


async def test_pages_hold_every_activity_once_and_filters_hold(world: World, told: ToldEvents) -> None:
    ada = world.caller("ada")
    plans = await ada.project("", "plans")
    note = await world.document("note", plans)
    told.tell(
        *[
            event(str(n), note, "ada" if n % 2 else "bob", plans, after=n // 2, document_deleted=pb.DocumentDeleted())
            for n in range(23)
        ]
    )
    await settled(world, told)
    found, token = [], ""
    while True:
        page = await ada.ListActivities(resource=note, page_size=4, page_token=token)
        found += list(page.activities)
        token = page.next_page_token
        if not token:
            break
    assert len(found) == len({each.id for each in found}) == 23
    assert found == sorted(found, key=lambda each: (each.last_occur_time.ToMicroseconds(), each.id), reverse=True)
    between = {"start_time": NOON + timedelta(seconds=2), "end_time": NOON + timedelta(seconds=4)}
    assert len(await activities(ada, resource=note, **between)) == 4
    assert len(await activities(ada, resource=note, user="bob")) == 12
    assert await reason_of(ada.ListActivities(resource=plans, page_token=_token_of(await _first(ada, note)))) == (
        "INVALID_FIELD"
    )
    assert await reason_of(ada.ListActivities(kinds=[99])) == "INVALID_FIELD"
    assert await reason_of(ada.ListActivities(resource="nonsense")) == "INVALID_FIELD"


async def _first(caller: Caller, note: str) -> object:
    return await caller.ListActivities(resource=note, page_size=4)


def _token_of(page: object) -> str:
    return str(page.next_page_token)  # type: ignore[attr-defined]


async def test_the_summary_is_refreshed_while_it_is_read(world: World, told: ToldEvents) -> None:
    ada, bob, eve = world.caller("ada"), world.caller("bob"), world.caller("eve")
    plans = await ada.project("", "plans")
    await ada.grant(plans, "bob", VIEWER)
    note = await world.document("note", plans)
    told.tell(edited(1, note, "ada", plans), edited(2, note, "bob", plans, after=1))
    await settled(world, told)
    async with world.pool.acquire() as reading, reading.transaction(isolation="repeatable_read"):
        before = await store.activities.summary(reading, plans)
        async with asyncio.timeout(5):
            await world.app.following.refresh()
        assert await store.activities.summary(reading, plans) == before, "who reads is not held up, nor disturbed"
    hours = list((await bob.GetActivitySummary(project=plans)).hours)
    assert sum(each.activities for each in hours) == 4
    assert {user for each in hours for user in each.active_users} == {"ada", "bob"}
    assert await reason_of(eve.GetActivitySummary(project=plans)) == "RESOURCE_NOT_FOUND"


async def test_what_is_older_than_it_is_kept_is_pruned(world: World, told: ToldEvents) -> None:
    ada = world.caller("ada")
    plans = await ada.project("", "plans")
    note = await world.document("note", plans)
    old = -401 * 86_400
    told.tell(event("old", note, "ada", plans, after=old, document_deleted=pb.DocumentDeleted()))
    told.tell(event("new", note, "ada", plans, document_deleted=pb.DocumentDeleted()))
    await settled(world, told)
    assert len(await activities(ada, resource=note)) == 2
    await world.app.following.prune()
    assert len(await activities(ada, resource=note)) == 1


async def test_the_own_outbox_is_read_whole_however_it_is_cut(world: World) -> None:
    ada = world.caller("ada")
    plans = await ada.project("", "plans")
    for n in range(12):
        await ada.grant(plans, f"user-{n}", VIEWER)
    await settled(world)
    source = OwnOutbox(world.pool, 0.05)
    whole = [deed.event_id for deed in (await source.page("")).deeds]
    assert len(whole) == len(set(whole)) == 15, "two of the project, twelve of grants, and the mark"
    position, cut = store.own_events.Position(0), []
    while True:
        page = await store.own_events.page(world.pool, position, 5)
        cut += [f"project/{each.id}" for each in page.events]
        position = page.next
        if not page.is_full:
            break
    assert cut == whole


async def test_where_nothing_happens_nothing_is_written(world: World) -> None:
    await world.caller("ada").project("", "plans")
    await settled(world)

    async def state() -> tuple[object, ...]:
        return tuple(await world.pool.fetchrow("SELECT source, cursor, xmin::text FROM project.event_cursors"))

    before = await state()
    source = OwnOutbox(world.pool, 0.05)
    for _ in range(5):  # As many beats as one reader of our own takes, beside the leader's.
        await source.page(str(before[1]))
        await world.pool.execute("SELECT pg_current_xact_id()")
        await asyncio.sleep(0.05)
    assert await state() == before


async def test_listings_go_along_their_indexes(world: World, told: ToldEvents) -> None:
    ada = world.caller("ada")
    plans = await ada.project("", "plans")
    note = await world.document("note", plans)
    await world.pool.execute(
        """
        INSERT INTO project.collaboration_activities
            (occurred_at, last_occurred_at, count, kind, event_id, resource, project, actor, agent, details)
        SELECT now() - n * interval '1 minute', now() - n * interval '1 minute', 1, 5, 'x' || n,
            'documents/d' || n % 500, 'projects/p' || n % 50, 'user' || n % 100, '', '{}'
        FROM generate_series(1, 20000) n;
        ANALYZE project.collaboration_activities
        """
    )
    queries: list[tuple[str, tuple[object, ...]]] = []
    async with open_pool(world.database_url, max_size=1) as pool:
        async with pool.acquire() as connection:
            connection.add_query_logger(lambda each: queries.append((each.query, each.args)))
            seen = store.sight.Sight([], [1], [1], [], [], False)
            for listing in (
                store.activities.Listing(projects=[plans], resources=[note]),
                store.activities.Listing(users=["user1"]),
                store.activities.Listing(resources=[note], user="user1", kinds=[5]),
            ):
                await store.activities.page(connection, seen, listing, 51)
            await store.activities.last_sessions(connection, [(note, "ada", "")])
            for query, values in [each for each in queries if "collaboration_activities" in each[0]]:
                plan = "\n".join(row[0] for row in await connection.fetch(f"EXPLAIN {query}", *values))
                assert "Seq Scan on collaboration_activities" not in plan, plan
                assert "Index" in plan
