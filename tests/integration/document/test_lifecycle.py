"""The life of a document: changed under an etag, listed as asked, put into the trash, taken out, purged, erased."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import grpc
import pytest
from google.protobuf.timestamp_pb2 import Timestamp

from mesh.faults import Reason
from mesh.identity import TokenSigner, TokenVerifier
from shoal.document.v1 import document_pb2 as pb
from tests.conformance.log_host import LogHost, batch_of, committed, typed
from tests.integration.document.service import Caller, fault_of, reached, reason_of

PLAIN = pb.DOCUMENT_TYPE_PLAIN_TEXT
PATIENCE_S = 20.0
_TABLES = (
    "documents", "document_operations", "document_sites", "document_checkpoints", "document_versions",
    "document_edit_sessions", "document_search",
)  # fmt: skip


@pytest.fixture
async def ada(host: LogHost, signer: TokenSigner, verifier: TokenVerifier) -> AsyncIterator[Caller]:
    async with reached(host, verifier) as channel:
        yield Caller(channel, signer.sign("users/ada", lifetime_s=60))


async def kinds(host: LogHost) -> list[int]:
    return [row[0] for row in await host.pool.fetch("SELECT kind FROM document.outbox ORDER BY txid, id")]


async def left_of(host: LogHost, key: int) -> dict[str, int]:
    """How many rows each table has of a document; tables with none are left out."""
    counts = {
        table: await host.pool.fetchval(f"SELECT count(*) FROM document.{table} WHERE document_key = $1", key)
        for table in _TABLES
    }
    return {table: count for table, count in counts.items() if count}


async def key_of(host: LogHost, name: str) -> int:
    key = await host.pool.fetchval("SELECT document_key FROM document.documents WHERE 'documents/' || id = $1", name)
    return int(key)


# -- changing metadata -----------------------------------------------------------------------------


async def test_a_change_moves_the_etag_the_time_and_the_place_in_the_list(host: LogHost, ada: Caller) -> None:
    first, second = await ada.create("a"), await ada.create("b")
    changed = await ada.update(first.name, "title", "labels.team", title="new", labels={"team": "fish"})
    assert (changed.title, dict(changed.labels), changed.etag) == ("new", {"team": "fish"}, "m2")
    assert changed.update_time.ToDatetime() > first.update_time.ToDatetime()
    assert await ada.get(first.name) == changed
    assert await ada.listed() == [first.name, second.name]
    assert (await kinds(host))[-1] == 3


async def test_a_change_of_nothing_changes_nothing(host: LogHost, ada: Caller) -> None:
    made = await ada.create("same", labels={"a": "1"})
    told = await kinds(host)
    assert await ada.update(made.name, "title", "labels.a", "labels.b", title="same", labels={"a": "1"}) == made
    assert await ada.update(made.name) == made
    assert await kinds(host) == told


async def test_writing_does_not_move_the_etag(host: LogHost, ada: Caller) -> None:
    made = await ada.create(type=PLAIN)
    await host.log.append(typed(made.name, 0, "bob", 1))
    assert (await ada.update(made.name, "title", title="x", etag=made.etag)).head_revision == 1


async def test_an_etag_that_is_not_the_stored_one_is_refused(ada: Caller) -> None:
    made = await ada.create("a")
    await ada.update(made.name, "title", title="b", etag=made.etag)
    for stale in (made.etag, "m9", "m02", "nonsense", "m" + "9" * 40):
        fault = await fault_of(ada.update(made.name, "title", title="c", etag=stale))
        assert (fault.code, fault.reason) == (grpc.StatusCode.ABORTED, Reason.ERROR_REASON_ETAG_MISMATCH)
    assert (await ada.get(made.name)).title == "b"


@pytest.mark.parametrize("turn", range(5))
async def test_of_two_racing_changes_with_one_etag_one_wins_and_one_is_told(ada: Caller, turn: int) -> None:
    made = await ada.create("a")
    racing = [ada.update(made.name, "title", title=f"{turn} {n}", etag=made.etag) for n in range(2)]
    answers = await asyncio.gather(*racing, return_exceptions=True)
    [won] = [each for each in answers if isinstance(each, pb.Document)]
    [lost] = [each for each in answers if isinstance(each, grpc.aio.AioRpcError)]
    assert lost.code() is grpc.StatusCode.ABORTED
    assert await ada.get(made.name) == won


async def test_racing_changes_without_an_etag_are_all_made(ada: Caller) -> None:
    made = await ada.create()
    await asyncio.gather(*[ada.update(made.name, f"labels.k{n}", labels={f"k{n}": "v"}) for n in range(20)])
    stored = await ada.get(made.name)
    assert set(stored.labels) == {f"k{n}" for n in range(20)}
    assert stored.etag == "m21"


@pytest.mark.parametrize(
    ("mask", "new"),
    [
        (["name"], {}),
        (["type"], {"type": PLAIN}),
        (["head_revision"], {}),
        (["labels.Key"], {}),
        (["title"], {"title": "x" * 201}),
        (["project"], {"project": "x"}),
        (["folder"], {"folder": "projects/x/folders/y"}),
        (["language"], {"language": "??"}),
    ],
    ids=str,
)
async def test_what_may_not_be_changed_is_refused(ada: Caller, mask: list[str], new: dict[str, Any]) -> None:
    made = await ada.create("a")
    assert await reason_of(ada.update(made.name, *mask, **new)) == Reason.ERROR_REASON_INVALID_FIELD
    assert await ada.get(made.name) == made


async def test_what_is_not_there_cannot_be_changed(ada: Caller) -> None:
    for call in (ada.update("documents/none", "title"), ada.delete("documents/none"), ada.purge("documents/none")):
        assert await reason_of(call) == Reason.ERROR_REASON_DOCUMENT_NOT_FOUND
    assert await reason_of(ada.undelete("documents/none")) == Reason.ERROR_REASON_DOCUMENT_NOT_FOUND
    assert await reason_of(ada.update("none", "title")) == Reason.ERROR_REASON_INVALID_FIELD


# -- listing ---------------------------------------------------------------------------------------


async def test_a_filter_finds_what_it_names(host: LogHost, ada: Caller, signer: TokenSigner) -> None:
    bob = Caller(ada.channel, signer.sign("users/bob", lifetime_s=60))
    sea = (await ada.create("The SEA", project="projects/sea", folder="projects/sea/folders/deep", language="en")).name
    reef = (await ada.create("Élan 100%", project="projects/sea", labels={"state": "draft", "big": ""})).name
    land = (await bob.create("land_1", type=PLAIN, language="de-CH", labels={"state": "done"})).name
    await ada.update(reef, "template", template=True)
    before = land_time(await ada.get(land))
    asked = {
        'project = "projects/sea"': [reef, sea],
        'project != "projects/sea"': [land],
        'project = ""': [land],
        'folder = "projects/sea/folders/deep"': [sea],
        "type = PLAIN_TEXT": [land],
        "type != PLAIN_TEXT": [reef, sea],
        'creator = "users/bob"': [land],
        'language = "de-CH"': [land],
        "template = true": [reef],
        "template = false": [land, sea],
        'title : "sea"': [sea],
        'title : "é"': [reef],
        'title : "0%"': [reef],
        'title : "%"': [reef],
        'title : "d_1"': [land],
        'title : ""': [reef, land, sea],
        'labels.state = "draft"': [reef],
        'labels.state != "draft"': [land, sea],
        "labels : state": [reef, land],
        "labels : big": [reef],
        'labels : state AND labels.state != "done"': [reef],
        f'create_time < "{before}"': [reef, sea],
        f'create_time >= "{before}"': [land],
        f'update_time > "{before}"': [reef],
        'update_time > "2999-01-01T00:00:00Z"': [],
        'title : "\' OR true --"': [],
        'project = "projects/sea" AND creator = "users/ada" AND type = RICH_TEXT AND title : "a"': [reef, sea],
    }
    for fitting, expected in asked.items():
        assert await ada.listed(fitting) == expected, fitting


def land_time(document: pb.Document) -> str:
    return document.create_time.ToJsonString()


@pytest.mark.parametrize(
    "order_by", ["", "update_time desc", "update_time", "create_time desc", "create_time", "title"]
)
async def test_every_order_holds_over_pages(ada: Caller, order_by: str) -> None:
    titles = ["b", "a", "c", "a", "", "Ä", "b"]
    names = [(await ada.create(title, type=PLAIN)).name for title in titles]
    await ada.update(names[2], "labels.x", labels={"x": "1"})
    found = await ada.listed(order_by=order_by)
    assert sorted(found) == sorted(names)
    by_update = [*names[:2], *names[3:], names[2]]
    expected = {
        "update_time": by_update,
        "create_time": names,
        "title": [names[place] for place in sorted(range(7), key=lambda place: (titles[place], place))],
    }[(order_by or "update_time desc").removesuffix(" desc")]
    ascending = bool(order_by) and not order_by.endswith("desc")
    assert found == (expected if ascending else expected[::-1])
    if order_by == "title":
        assert await ada.listed(order_by="title desc") == found[::-1]
        assert await ada.listed(order_by="title asc") == found


async def test_a_page_token_is_of_its_filter_order_and_trash_alone(ada: Caller) -> None:
    for _ in range(3):
        await ada.create("x")
    token = (await ada.page(1, filter='title : "x"')).next_page_token
    assert len((await ada.page(5, token, filter='title : "x"')).documents) == 2
    for other in ({}, {"filter": 'title : "y"'}, {"filter": 'title : "x"', "order_by": "title"},
                  {"filter": 'title : "x"', "show_deleted": True}):  # fmt: skip
        assert await reason_of(ada.page(1, token, **other)) == Reason.ERROR_REASON_INVALID_FIELD


@pytest.mark.parametrize(
    "wrong", [{"filter": "title"}, {"filter": "x" * 2001}, {"order_by": "size"}, {"order_by": "title up"}]
)
async def test_a_question_that_cannot_be_read_is_refused(ada: Caller, wrong: dict[str, str]) -> None:
    assert await reason_of(ada.page(**wrong)) == Reason.ERROR_REASON_INVALID_FIELD


@pytest.mark.parametrize(
    ("question", "index"),
    [
        ({}, "documents_listed"),
        ({"order_by": "update_time"}, "documents_listed"),
        ({"order_by": "create_time"}, "documents_created"),
        ({"order_by": "title desc"}, "documents_titled"),
        ({"filter": 'project = "projects/p7"'}, "documents_in_project"),
    ],
    ids=str,
)
async def test_a_listing_reads_an_index_in_its_order(
    host: LogHost, ada: Caller, question: dict[str, str], index: str
) -> None:
    """Each page, the first and the next, of many documents; plans for any value and for the one asked for."""
    await host.pool.execute(
        """INSERT INTO document.documents (id, type, title, creator, project)
        SELECT 'd' || n, 1, 'title ' || n % 1000, 'users/ada', CASE n % 2 WHEN 0 THEN 'projects/p' || n % 50 ELSE '' END
        FROM generate_series(1, 20000) n"""
    )
    await host.pool.execute("UPDATE document.documents SET project = 'projects/p7' WHERE document_key % 100 = 1")
    await host.pool.execute("ANALYZE document.documents")
    page = await ada.page(5, **question)
    assert len((await ada.page(5, page.next_page_token, **question)).documents) == 5
    for mode in ("force_custom_plan", "force_generic_plan"):
        plan = await _plan_of(host, question, mode)
        assert index in plan, plan
        assert "Sort" not in plan
        assert "Seq Scan" not in plan


async def _plan_of(host: LogHost, question: dict[str, str], mode: str) -> str:
    from services.document.documents.documents import listing_of
    from services.document.store.listing import statement_of

    after = listing_of(pb.ListDocumentsRequest(**question))[0]
    query, values = statement_of(after, 51)
    async with host.pool.acquire() as connection, connection.transaction():
        await connection.execute(f"SET LOCAL plan_cache_mode = {mode}")
        return "\n".join(row[0] for row in await connection.fetch(f"EXPLAIN {query}", *values))


# -- the trash -------------------------------------------------------------------------------------


async def test_a_deleted_document_can_be_read_and_nothing_else(host: LogHost, ada: Caller) -> None:
    made = await ada.create("Notes", type=PLAIN)
    await host.log.append(batch_of(made.name, 0, committed(1, "bob", 1)))
    deleted = await ada.delete(made.name)
    kept = deleted.expire_time.ToDatetime() - deleted.delete_time.ToDatetime()
    assert kept == timedelta(days=30)
    assert await ada.get(made.name) == deleted
    assert await ada.text(made.name) == "b"
    assert await ada.listed() == []
    assert await ada.listed(show_deleted=True) == [made.name]
    fault = await fault_of(ada.update(made.name, "project", project="projects/x"))
    assert (fault.code, fault.reason) == (grpc.StatusCode.FAILED_PRECONDITION, Reason.ERROR_REASON_DOCUMENT_DELETED)
    assert fault.facts["delete_time"] == deleted.delete_time.ToJsonString()
    assert (await kinds(host))[-1] == 4


async def test_deleting_twice_changes_nothing(host: LogHost, ada: Caller) -> None:
    made = await ada.create()
    deleted = await ada.delete(made.name, etag=made.etag)
    assert await ada.delete(made.name) == deleted
    assert await ada.delete(made.name, etag=made.etag) == deleted, "a retry of the call that deleted it"
    assert (await kinds(host)).count(4) == 1


async def test_an_undeleted_document_is_as_it_was(host: LogHost, ada: Caller) -> None:
    made = await ada.create("Notes", labels={"a": "1"})
    await ada.delete(made.name)
    back = await ada.undelete(made.name)
    assert not back.HasField("delete_time")
    assert not back.HasField("expire_time")
    assert (back.title, dict(back.labels), back.etag) == ("Notes", {"a": "1"}, "m3")
    assert await ada.listed() == [made.name]
    assert await reason_of(ada.undelete(made.name)) == Reason.ERROR_REASON_DOCUMENT_NOT_DELETED
    assert (await kinds(host))[-2:] == [4, 5]


async def test_the_trash_compares_etags(ada: Caller) -> None:
    made = await ada.create()
    assert await reason_of(ada.delete(made.name, etag="m7")) == Reason.ERROR_REASON_ETAG_MISMATCH
    deleted = await ada.delete(made.name, etag=made.etag)
    for call in (ada.undelete, ada.purge):
        assert await reason_of(call(made.name, etag=made.etag)) == Reason.ERROR_REASON_ETAG_MISMATCH
    await ada.undelete(made.name, etag=deleted.etag)


# -- purging and erasing ---------------------------------------------------------------------------


async def test_a_purged_document_is_gone_at_once_and_nothing_of_it_is_left_soon(host: LogHost, ada: Caller) -> None:
    made, other = await ada.create(type=PLAIN, document_id="secret"), await ada.create(type=PLAIN)
    for document in (made, other):
        await host.log.append(typed(document.name, 0, "bob", 1, 120))
    await host.app.checkpointer.caught_up()
    key, others_key = await key_of(host, made.name), await key_of(host, other.name)
    before = await left_of(host, others_key)
    await ada.delete(made.name)
    await ada.purge(made.name)
    for call in (ada.get, ada.text, ada.undelete, ada.delete, ada.purge):
        assert await reason_of(call(made.name)) == Reason.ERROR_REASON_DOCUMENT_NOT_FOUND
    assert await ada.listed(show_deleted=True) == [other.name]
    await host.app.eraser.caught_up()
    assert await left_of(host, key) == {}
    assert before.items() <= (await left_of(host, others_key)).items()
    assert (await kinds(host))[-2:] == [4, 6]
    assert (await ada.create(document_id="secret")).head_revision == 1, "the id is free again"


async def test_only_what_is_in_the_trash_can_be_purged(ada: Caller) -> None:
    made = await ada.create()
    fault = await fault_of(ada.purge(made.name))
    assert (fault.code, fault.reason) == (grpc.StatusCode.FAILED_PRECONDITION, Reason.ERROR_REASON_DOCUMENT_NOT_DELETED)
    assert await ada.get(made.name) == made


async def test_what_was_purged_before_a_crash_is_erased_after_it(host: LogHost) -> None:
    """As a process leaves it that is killed after the purge, and one that is killed in the midst of erasing."""
    whole, half = await host.create(), await host.create()
    keys = [await key_of(host, each) for each in (whole, half)]
    for document in (whole, half):
        await host.log.append(typed(document, 0, "ada", 1, 200))
    await host.app.checkpointer.caught_up()
    await host.pool.execute("UPDATE document.documents SET state = 2, delete_time = now(), expire_time = now()")
    await host.pool.execute(
        "DELETE FROM document.document_operations WHERE document_key = $1 AND revision BETWEEN 50 AND 100", keys[1]
    )
    await host.restart()
    await host.app.eraser.caught_up()
    assert [await left_of(host, key) for key in keys] == [{}, {}]


async def test_a_long_history_with_all_that_belongs_to_it_is_erased_in_steps(host: LogHost) -> None:
    document = await host.create()
    key = await key_of(host, document)
    await host.pool.execute(
        """WITH sites AS (
            INSERT INTO document.document_sites
            SELECT $1, nextval('document.site_keys'), 1, n, 'call-' || n, 'users/ada' FROM generate_series(1, 6000) n
            RETURNING site_key, last_revision
        ), operations AS (
            INSERT INTO document.document_operations
            SELECT now() - make_interval(days => last_revision::int / 150), $1, last_revision, site_key, 1, 0, '', NULL
            FROM sites
        ), versions AS (
            INSERT INTO document.document_versions
                (document_key, revision, revision_time, kind, id, title, description, creator)
            SELECT $1, n, now(), 1, 'v' || n, '', '', 'users/ada' FROM generate_series(1, 50) n
        ), search AS (
            INSERT INTO document.document_search
                (document_key, revision, generation, sessions_revision, project, language, title, body, terms)
            SELECT $1, 1, 1, 1, '', 'simple', '', '', '' ON CONFLICT DO NOTHING
        )
        INSERT INTO document.document_edit_sessions
        SELECT $1, n, n, now(), now(), '[]' FROM generate_series(1, 50) n ON CONFLICT DO NOTHING""",
        key,
    )
    await host.pool.execute("UPDATE document.documents SET state = 2 WHERE document_key = $1", key)
    assert set(await left_of(host, key)) == set(_TABLES)
    host.app.eraser.wake()
    await host.app.eraser.caught_up()
    assert await left_of(host, key) == {}


async def test_the_trash_is_emptied_of_what_has_expired_and_of_imports_that_were_cut_off(host: LogHost) -> None:
    names = ["expired", "trashed", "cut-off", "importing", "there"]
    documents = {name: await host.create(title=name) for name in names}
    keys = {name: await key_of(host, document) for name, document in documents.items()}
    for name, change in {
        "expired": "delete_time = now(), expire_time = now() - interval '1 second'",
        "trashed": "delete_time = now(), expire_time = now() + interval '1 day'",
        "cut-off": "state = 1, update_time = now() - interval '2 hours'",
        "importing": "state = 1, create_time = now() - interval '2 hours'",
    }.items():
        await host.pool.execute(f"UPDATE document.documents SET {change} WHERE document_key = $1", keys[name])
    host.app.eraser.wake()
    await host.app.eraser.caught_up()
    there = {row[0] for row in await host.pool.fetch("SELECT title FROM document.documents")}
    assert there == {"trashed", "importing", "there"}
    told = await host.pool.fetch("SELECT document_key FROM document.outbox WHERE kind = 6")
    assert [row[0] for row in told] == [keys["expired"]], "nobody knew of an import that never was there"


async def test_one_that_cannot_be_erased_yet_stops_no_other_and_is_erased_later(host: LogHost) -> None:
    """Something is added to a purged document while it is erased, by who has not heard."""
    held, other = await host.create(), await host.create()
    keys = [await key_of(host, each) for each in (held, other)]
    await host.pool.execute(
        """CREATE FUNCTION document.again() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            INSERT INTO document.document_edit_sessions VALUES (OLD.document_key, 1, 1, now(), now(), '[]'); RETURN OLD;
        END $$"""
    )
    await host.pool.execute(
        f"""CREATE TRIGGER again BEFORE DELETE ON document.documents FOR EACH ROW WHEN (OLD.document_key = {keys[0]})
        EXECUTE FUNCTION document.again()"""
    )
    await host.pool.execute("UPDATE document.documents SET state = 2")
    host.app.eraser.wake()
    await host.app.eraser.caught_up()
    assert await left_of(host, keys[1]) == {}
    assert await left_of(host, keys[0]) == {"documents": 1}
    await host.pool.execute("DROP TRIGGER again ON document.documents")
    host.app.eraser.wake()
    await host.app.eraser.caught_up()
    assert await left_of(host, keys[0]) == {}


# -- content at a moment ---------------------------------------------------------------------------


async def test_content_is_read_as_it_was_at_any_time(host: LogHost, ada: Caller) -> None:
    made = await ada.create(type=PLAIN)
    for revision in range(3):
        await host.log.append(typed(made.name, revision, "bob", revision + 1))
    times = [
        row[0] for row in await host.pool.fetch("SELECT applied_at FROM document.document_operations ORDER BY revision")
    ]
    assert [await _text_at(ada, made.name, time) for time in times] == ["b", "cb", "dcb"]
    assert await _text_at(ada, made.name, times[1] - timedelta(microseconds=1)) == "b"
    assert await _text_at(ada, made.name, datetime(2000, 1, 1, tzinfo=UTC)) == ""
    assert await _text_at(ada, made.name, datetime(2999, 1, 1, tzinfo=UTC)) == "dcb"
    [part] = await ada.content(made.name, time=_stamp(times[1]))
    assert part.revision == 2
    for wrong in (Timestamp(seconds=10**15), Timestamp(nanos=-1)):
        assert await reason_of(ada.content(made.name, time=wrong)) == Reason.ERROR_REASON_INVALID_FIELD


def _stamp(time: datetime) -> Timestamp:
    stamp = Timestamp()
    stamp.FromDatetime(time)
    return stamp


async def _text_at(caller: Caller, name: str, time: datetime) -> str:
    return await caller.text(name, time=_stamp(time))


async def test_content_is_written_down_in_every_format_in_parts_when_long(ada: Caller) -> None:
    delta = '[{"insert":"One"},{"attributes":{"header":1},"insert":"\\n"},{"insert":"two\\n"}]'
    made = await ada.create(source=pb.Source(format=pb.CONTENT_FORMAT_DELTA, text=delta))
    assert await ada.text(made.name, format=pb.CONTENT_FORMAT_MARKDOWN) == "# One\n\ntwo\n"
    assert "<h1>One</h1>" in await ada.text(made.name, format=pb.CONTENT_FORMAT_HTML)
    again = await ada.create(
        source=pb.Source(
            format=pb.CONTENT_FORMAT_DELTA_JSON, text=await ada.text(made.name, format=pb.CONTENT_FORMAT_DELTA_JSON)
        )
    )
    [one], [two] = await ada.content(made.name), await ada.content(again.name)
    assert one.hash == two.hash
    text = "\n\n".join(["**word** next"] * 20_000) + "\n"
    long = await ada.create(source=pb.Source(format=pb.CONTENT_FORMAT_MARKDOWN, text=text))
    parts = await ada.content(long.name, format=pb.CONTENT_FORMAT_MARKDOWN)
    assert len(parts) > 3
    assert [bool(part.hash) for part in parts] == [False] * (len(parts) - 1) + [True]
    assert "".join(part.text for part in parts) == text
