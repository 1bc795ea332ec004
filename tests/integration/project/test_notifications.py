"""Notifications: what somebody should hear of, once, live and listed, and nothing that is not theirs to know."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from mesh.database import open_pool
from mesh.identity import TokenSigner, TokenVerifier
from services.project import store
from services.project.notifications.model import NoticeKind
from services.project.store.notifications import Reader
from shoal.project.v1 import notification_pb2 as pb
from tests.integration.project.feeds import WITHIN_S, ToldEvents, notifications, running_feeds, settled
from tests.integration.project.world import EDITOR, VIEWER, Caller, World, reason_of


class Doorbell:
    """What was delivered live."""

    def __init__(self) -> None:
        self.told: asyncio.Queue[tuple[str, pb.Notification]] = asyncio.Queue()
        self.fails = False

    async def deliver(self, subject: str, notification: pb.Notification) -> None:
        if self.fails:
            raise ConnectionError("nobody there")
        self.told.put_nowait((subject, notification))


@pytest.fixture
def doorbell() -> Doorbell:
    return Doorbell()


@pytest.fixture
async def world(
    database_url: str, signer: TokenSigner, verifier: TokenVerifier, doorbell: Doorbell
) -> AsyncIterator[World]:
    async with running_feeds(database_url, signer, verifier, ToldEvents(), deliver=doorbell.deliver) as (running, _):
        yield running


async def kinds(caller: Caller, **asked: object) -> list[str]:
    return [NoticeKind(each.kind).name for each in await notifications(caller, **asked)]


async def mention(world: World, document: str, event_id: str, *users: str, actor: str = "ada") -> int:
    service = world.service("services/ai")
    told = await service.Notify(
        kind=pb.NOTIFICATION_KIND_MENTION, event_id=event_id, document=document, actor=actor, users=users
    )
    return int(told.notified)


async def test_who_is_granted_something_is_told_and_who_grants_is_not(world: World, doorbell: Doorbell) -> None:
    ada, bob = world.caller("ada"), world.caller("bob")
    plans = await ada.project("", "plans")
    await ada.grant(plans, "bob", EDITOR)
    await settled(world)
    [told] = await notifications(bob)
    assert (told.kind, told.actor, told.resource, told.project) == (pb.NOTIFICATION_KIND_SHARE, "ada", plans, plans)
    assert dict(told.details) == {"role": "editor"}
    assert await notifications(ada) == []
    async with asyncio.timeout(WITHIN_S):
        assert await doorbell.told.get() == ("bob", told)


async def test_an_heir_and_the_makers_of_links_and_invitations_are_told(world: World) -> None:
    ada, bob = world.caller("ada"), world.caller("bob")
    cleo = world.caller("cleo", email="Cleo@example.com", email_verified=True)
    plans = await ada.project("", "plans")
    link = await ada.CreateShareLink(share_link={"resource": plans, "role": VIEWER})
    await bob.RedeemShareLink(secret=link.secret)
    invited = await ada.CreateInvitation(invitation={"resource": plans, "email": "cleo@example.com", "role": VIEWER})
    await settled(world)
    [told] = await notifications(cleo)
    assert (told.kind, told.details["invitation"]) == (pb.NOTIFICATION_KIND_INVITATION, invited.invitation.name)
    assert await notifications(world.caller("eve", email="cleo@example.com")) == [], "an address nobody verified"
    await cleo.AcceptInvitation(name=invited.invitation.name, token=invited.token)
    await ada.TransferOwnership(resource=plans, user="bob")
    await settled(world)
    assert await notifications(cleo) == [], "an invitation that is accepted is gone"
    assert [each.details["via"] for each in await notifications(ada)] == ["invitation", "link"]
    assert await kinds(bob) == ["OWNERSHIP_TRANSFERRED"]


async def test_an_invitation_that_is_revoked_or_over_is_told_no_more(world: World) -> None:
    ada, cleo = world.caller("ada"), world.caller("cleo", email="cleo@example.com", email_verified=True)
    plans = await ada.project("", "plans")
    wanted = {"resource": plans, "email": "cleo@example.com", "role": VIEWER}
    first = await ada.CreateInvitation(invitation=wanted)
    await ada.CreateInvitation(invitation=wanted)
    await settled(world)
    assert len(await notifications(cleo)) == (await cleo.GetUnreadCount()).unread == 2
    await ada.RevokeInvitation(name=first.invitation.name)
    assert len(await notifications(cleo)) == 1
    await cleo.UpdateNotificationPreferences(preferences=[{"kind": pb.NOTIFICATION_KIND_INVITATION}])
    assert await notifications(cleo) == []
    await cleo.UpdateNotificationPreferences(preferences=[{"kind": pb.NOTIFICATION_KIND_INVITATION, "enabled": True}])
    assert len(await notifications(cleo)) == 1
    world.clock.turn(minutes=30)
    assert len(await notifications(cleo)) == 1
    world.clock.turn(days=8)
    [reader] = [Reader(store.sight.Sight(), ["email:cleo@example.com"], "cleo", world.clock())]
    assert await store.notifications.page(world.pool, reader, None, 10, unread=False) == []


async def test_nobody_is_shown_what_they_may_not_read(world: World, doorbell: Doorbell) -> None:
    ada, bob = world.caller("ada"), world.caller("bob")
    plans = await ada.project("", "plans")
    note = await world.document("note", plans)
    await mention(world, note, "m1", "bob", "eve", "ada")
    assert await notifications(bob) == []
    assert (await bob.GetUnreadCount()).unread == 0
    assert doorbell.told.empty()
    await ada.grant(note, "bob", VIEWER)
    await settled(world)
    assert await kinds(bob) == ["SHARE", "MENTION"]
    await ada.RevokeGrant(resource=note, principal={"user": "bob"})
    assert await notifications(bob) == await notifications(world.caller("eve")) == []
    assert (await bob.GetUnreadCount()).unread == 0
    subjects = {(await doorbell.told.get())[0] for _ in range(doorbell.told.qsize())}
    assert subjects <= {"bob"}


async def test_two_organisations_do_not_hear_of_each_other(world: World) -> None:
    ada, eve = world.caller("ada"), world.caller("eve")
    hers = await world.document("hers", await ada.project(await ada.organization("acme"), "acme-plans"))
    eves = await world.document("eves", await eve.project(await eve.organization("evil"), "evil-plans"), actor="eve")
    await mention(world, hers, "m1", "eve", "bob")
    await mention(world, eves, "m2", "ada", "bob", actor="eve")
    await settled(world)
    for caller in (ada, eve, world.caller("bob")):
        assert await notifications(caller) == []
        assert (await caller.GetUnreadCount()).unread == 0
    assert await reason_of(eve.Notify(document=eves, users=["ada"])) == "PERMISSION_DENIED"


async def test_one_event_is_told_once_and_never_to_who_did_it(world: World) -> None:
    ada, bob = world.caller("ada"), world.caller("bob")
    plans = await ada.project("", "plans")
    await ada.grant(plans, "bob", VIEWER)
    note = await world.document("note", plans)
    assert await mention(world, note, "m1", "bob", "bob", "ada") == 1
    assert await mention(world, note, "m1", "bob") == 0
    assert await mention(world, note, "m2", "bob") == 1
    await settled(world)
    assert sorted(await kinds(bob, unread=True)) == ["MENTION", "MENTION", "SHARE"]
    assert await notifications(ada) == []


async def test_kinds_that_are_off_and_what_is_muted_are_not_told(world: World) -> None:
    ada, bob = world.caller("ada"), world.caller("bob")
    plans, other = await ada.project("", "plans"), await ada.project("", "other")
    one, two, three = [
        await world.document(name, place) for name, place in (("one", plans), ("two", plans), ("three", other))
    ]
    for place in (plans, other):
        await ada.grant(place, "bob", VIEWER)
    await settled(world)
    await bob.MarkNotificationsRead(up_to_id=2**62)
    assert list((await bob.MuteResource(resource=one)).muted) == [one]
    assert [await mention(world, each, f"a-{each}", "bob") for each in (one, two, three)] == [0, 1, 1]
    assert list((await bob.MuteResource(resource=plans)).muted) == [one, plans]
    assert [await mention(world, each, f"b-{each}", "bob") for each in (one, two, three)] == [0, 0, 1]
    await bob.MuteResource(resource=plans, unmute=True)
    told = await bob.UpdateNotificationPreferences(preferences=[{"kind": pb.NOTIFICATION_KIND_MENTION}])
    assert [each.kind for each in told.preferences if not each.enabled] == [pb.NOTIFICATION_KIND_MENTION]
    assert [await mention(world, each, f"c-{each}", "bob") for each in (one, two, three)] == [0, 0, 0]
    await bob.UpdateNotificationPreferences(preferences=[{"kind": pb.NOTIFICATION_KIND_MENTION, "enabled": True}])
    assert await mention(world, two, "d", "bob") == 1
    wanted = await bob.GetNotificationPreferences()
    assert (all(each.enabled for each in wanted.preferences), list(wanted.muted)) == (True, [one])
    assert await reason_of(bob.MuteResource(resource="organizations/acme")) == "INVALID_FIELD"
    twice = [{"kind": 1, "enabled": True}, {"kind": 1}]
    assert await reason_of(bob.UpdateNotificationPreferences(preferences=twice)) == "INVALID_FIELD"


async def test_notifications_are_read_one_by_one_and_all_up_to_one(world: World) -> None:
    ada, bob = world.caller("ada"), world.caller("bob")
    note = await world.document("note", await ada.project("", "plans"))
    await ada.grant(note, "bob", VIEWER)
    await settled(world)
    for n in range(6):
        await mention(world, note, f"m{n}", "bob")
    found = await notifications(bob)
    assert [each.id for each in found] == sorted((each.id for each in found), reverse=True)
    eves = await world.caller("eve").MarkNotificationsRead(ids=[each.id for each in found])
    assert (eves.unread, (await bob.GetUnreadCount()).unread) == (0, 7), "nobody reads for somebody else"
    assert (await bob.MarkNotificationsRead(ids=[found[0].id, found[2].id, 12345])).unread == 5
    assert (await bob.MarkNotificationsRead(up_to_id=found[3].id)).unread == 1
    assert [each.id for each in await notifications(bob, unread=True)] == [found[1].id]
    pages, token = [], ""
    while True:
        page = await bob.ListNotifications(page_size=3, page_token=token)
        pages += [each.id for each in page.notifications]
        token = page.next_page_token
        if not token:
            break
    assert pages == [each.id for each in found]
    assert await reason_of(bob.MarkNotificationsRead(up_to_id=-1)) == "INVALID_FIELD"
    assert await reason_of(bob.MarkNotificationsRead(ids=range(1001))) == "TOO_LARGE"


async def test_a_stream_tells_what_is_new_at_once_and_resumes_where_it_was(world: World) -> None:
    ada, bob = world.caller("ada"), world.caller("bob")
    note = await world.document("note", await ada.project("", "plans"))
    await ada.grant(note, "bob", VIEWER)
    await settled(world)
    await mention(world, note, "before", "bob")
    call = bob.StreamNotifications(after_id=-1)
    first = await call.read()
    assert not first.notifications
    await mention(world, note, "m1", "bob")
    async with asyncio.timeout(1):
        heard = await call.read()
    [told] = heard.notifications
    assert (told, heard.last_id) == ((await notifications(bob))[0], told.id)
    call.cancel()
    await mention(world, note, "m2", "bob")
    await mention(world, note, "m3", "eve")
    again = await bob.StreamNotifications(after_id=heard.last_id).read()
    assert [each.id for each in again.notifications] == [(await notifications(bob))[0].id]
    whole = await bob.StreamNotifications(after_id=0).read()
    assert list(whole.notifications) == (await notifications(bob))[::-1]


async def test_a_stream_ends_with_the_token_of_who_listens(world: World) -> None:
    call = world.caller("bob").StreamNotifications(after_id=-1)
    await call.read()
    world.clock.turn(hours=2)

    async def next_message() -> None:
        async with asyncio.timeout(WITHIN_S):
            while True:
                await call.read()

    assert await reason_of(next_message()) == "TOKEN_EXPIRED"


async def test_a_quiet_stream_is_heard_of_now_and_then(
    database_url: str, signer: TokenSigner, verifier: TokenVerifier
) -> None:
    async with running_feeds(database_url, signer, verifier, notification_heartbeat_s=0.2, notification_poll_s=0.1) as (
        world, _,
    ):  # fmt: skip
        call = world.caller("bob").StreamNotifications(after_id=-1)
        async with asyncio.timeout(WITHIN_S):
            for _ in range(3):
                assert not (await call.read()).notifications


async def test_who_follows_from_an_id_misses_nothing_however_many_write_at_once(world: World) -> None:
    ada, bob = world.caller("ada"), world.caller("bob")
    note = await world.document("note", await ada.project("", "plans"))
    await ada.grant(note, "bob", VIEWER)
    await settled(world)
    call = bob.StreamNotifications(after_id=-1)
    await call.read()
    writing = asyncio.gather(*[mention(world, note, f"m{n}", "bob", "cleo") for n in range(60)])
    heard: list[int] = []
    async with asyncio.timeout(WITHIN_S):
        while len(heard) < 60:
            heard += [each.id for each in (await call.read()).notifications]
    await writing
    assert heard == sorted(set(heard))


async def test_a_stream_goes_on_after_the_listener_lost_its_connection(world: World) -> None:
    ada, bob = world.caller("ada"), world.caller("bob")
    note = await world.document("note", await ada.project("", "plans"))
    await ada.grant(note, "bob", VIEWER)
    await settled(world)
    call = bob.StreamNotifications(after_id=-1)
    await call.read()
    await world.pool.execute(
        """
        SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid()
        """
    )
    service = world.service("services/ai")
    async with asyncio.timeout(WITHIN_S):
        while await reason_of_or_ok(service, note) != "OK":
            pass
        while not (await call.read()).notifications:
            pass


async def reason_of_or_ok(service: Caller, note: str) -> str:
    try:
        await service.Notify(kind=pb.NOTIFICATION_KIND_COMMENT, event_id="c", document=note, actor="ada", users=["bob"])
    except Exception as error:
        return type(error).__name__
    return "OK"


async def test_a_delivery_that_fails_loses_nothing_but_being_live(world: World, doorbell: Doorbell) -> None:
    ada, bob = world.caller("ada"), world.caller("bob")
    plans = await ada.project("", "plans")
    doorbell.fails = True
    await ada.grant(plans, "bob", VIEWER)
    await settled(world)
    doorbell.fails = False
    await mention(world, await world.document("note", plans), "m1", "bob")
    async with asyncio.timeout(WITHIN_S):
        subject, told = await doorbell.told.get()
    assert subject == "bob"
    assert told.kind in (pb.NOTIFICATION_KIND_MENTION, pb.NOTIFICATION_KIND_SHARE)
    assert sorted(await kinds(bob)) == ["MENTION", "SHARE"]


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ({"kind": pb.NOTIFICATION_KIND_SHARE}, "INVALID_FIELD"),
        ({"event_id": ""}, "INVALID_FIELD"),
        ({"users": []}, "INVALID_FIELD"),
        ({"users": [f"u{n}" for n in range(257)]}, "TOO_LARGE"),
        ({"emails": ["nonsense"]}, "INVALID_FIELD"),
        ({"document": "projects/plans"}, "INVALID_FIELD"),
        ({"document": "documents/none"}, "DOCUMENT_NOT_FOUND"),
        ({"details": {"k": "v" * 256}}, "INVALID_FIELD"),
        ({"details": {f"k{n}": "" for n in range(17)}}, "TOO_LARGE"),
    ],
)
async def test_what_cannot_be_told_is_refused(world: World, said: dict[str, object], reason: str) -> None:
    await world.document("note", actor="ada")
    asked = {
        "kind": pb.NOTIFICATION_KIND_MENTION, "event_id": "m", "document": "documents/note", "actor": "ada",
        "users": ["bob"], **said,
    }  # fmt: skip
    assert await reason_of(world.service().Notify(**asked)) == reason


async def test_lists_and_counts_go_along_their_indexes(world: World) -> None:
    await world.pool.execute(
        """
        INSERT INTO project.notifications
            (create_time, kind, addressee, event_id, resource, project, actor, details)
        SELECT now(), 1, 'user:u' || n % 200, 'x' || n, 'documents/d' || n % 500, '', 'ada', '{}'
        FROM generate_series(1, 20000) n;
        ANALYZE project.notifications
        """
    )
    queries: list[tuple[str, tuple[object, ...]]] = []
    async with open_pool(world.database_url, max_size=1) as pool, pool.acquire() as connection:
        connection.add_query_logger(lambda each: queries.append((each.query, each.args)))
        reader = Reader(store.sight.Sight(), ["user:u1", "email:u1@example.com"], "u1", world.clock())
        for unread in (False, True):
            await store.notifications.page(connection, reader, None, 51, unread=unread)
        await store.notifications.unread(connection, reader, 1000)
        await store.notifications.after(connection, reader, 100, 51)
        await store.notifications.mark_read(connection, reader.addressees, [1, 2], 10, world.clock())
        await connection.execute("SELECT 1")  # The logger hears of a statement a moment later.
        asked = [each for each in queries if "project.notifications" in each[0]]
        assert len(asked) == 5
        for query, values in asked:
            plan = "\n".join(row[0] for row in await connection.fetch(f"EXPLAIN {query}", *values))
            assert "Seq Scan on notifications" not in plan, plan
