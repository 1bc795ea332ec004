"""What documents begin with: nothing, a source in any format, another document's content, a filled template."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import grpc
import pytest

from mesh.faults import Reason
from mesh.identity import TokenSigner, TokenVerifier
from mesh.wire import document_from_parts
from ot.document import Document
from ot.operation import Embed, Insert, Operation
from shoal.document.v1 import document_pb2 as pb
from shoal.document.v1 import operation_log_pb2 as log_pb
from tests.conformance.log_host import LogHost, batch_of, committed, loaded, read_all, replayed, typed
from tests.integration.document.service import Caller, fault_of, reached, reason_of

PLAIN, RICH = pb.DOCUMENT_TYPE_PLAIN_TEXT, pb.DOCUMENT_TYPE_RICH_TEXT


@pytest.fixture
async def ada(host: LogHost, signer: TokenSigner, verifier: TokenVerifier) -> AsyncIterator[Caller]:
    async with reached(host, verifier) as channel:
        yield Caller(channel, signer.sign("users/ada", lifetime_s=60))


def source(form: pb.ContentFormat, text: str) -> pb.Source:
    return pb.Source(format=form, text=text)


async def delta_of(caller: Caller, name: str, **more: Any) -> list[dict[str, Any]]:
    parts = await caller.content(name, **more)
    return document_from_parts([part.content for part in parts]).to_delta()


async def test_the_first_content_is_the_first_operation_of_its_creator(host: LogHost, ada: Caller) -> None:
    made = await ada.create("Notes", source=source(pb.CONTENT_FORMAT_TEXT, "fish 🐟"))
    assert made.head_revision == 1
    [first] = await read_all(host.log, made.name)
    assert (first.site, first.site_sequence, first.author, first.base_revision) == ("creation", 1, "users/ada", 0)
    assert await ada.text(made.name) == "fish 🐟\n"
    assert await ada.text(made.name, revision=0) == ""


@pytest.mark.parametrize(
    ("form", "text"),
    [
        (pb.CONTENT_FORMAT_MARKDOWN, "# One\n\nTwo **three**\n"),
        (pb.CONTENT_FORMAT_HTML, "<h1>One</h1><p>Two <strong>three</strong></p>"),
        (
            pb.CONTENT_FORMAT_DELTA_JSON,
            '[{"insert":"One"},{"insert":"\\n","attributes":{"header":1}},{"insert":"Two "},'
            '{"insert":"three","attributes":{"bold":true}}]',
        ),
        (
            pb.CONTENT_FORMAT_DELTA,
            '{"ops":[{"insert":"One"},{"insert":"\\n","attributes":{"header":1}},{"insert":"Two "},'
            '{"insert":"three","attributes":{"bold":true}},{"insert":"\\n"}]}',
        ),
    ],
    ids=["Markdown", "HTML", "Delta JSON", "a Delta object"],
)
async def test_rich_text_begins_with_the_same_in_any_format(ada: Caller, form: pb.ContentFormat, text: str) -> None:
    made = await ada.create(source=source(form, text))
    assert await delta_of(ada, made.name) == [
        {"insert": "One"},
        {"insert": "\n", "attributes": {"header": 1}},
        {"insert": "Two "},
        {"insert": "three", "attributes": {"bold": True}},
        {"insert": "\n"},
    ]


async def test_plain_text_begins_with_exactly_what_was_given(ada: Caller) -> None:
    made = await ada.create(type=PLAIN, source=source(pb.CONTENT_FORMAT_TEXT, "no newline 👋"))
    assert await ada.text(made.name) == "no newline 👋"
    empty = await ada.create(type=PLAIN, source=source(pb.CONTENT_FORMAT_TEXT, ""))
    assert (empty.head_revision, await ada.text(empty.name)) == (0, "")


async def test_long_content_is_several_operations_and_reads_as_one(host: LogHost, ada: Caller) -> None:
    text = "wörd 👋 **" * 60_000
    made = await ada.create(source=source(pb.CONTENT_FORMAT_TEXT, text))
    assert made.head_revision > 5
    operations = await read_all(host.log, made.name)
    assert [each.site_sequence for each in operations] == list(range(1, made.head_revision + 1))
    assert max(each.ByteSize() for each in operations) < 256 * 1024, "each is no more than a flight may be"
    expected = Document.from_text(text + "\n")
    assert await replayed(host.log, made.name) == expected
    await host.app.checkpointer.caught_up()
    assert await loaded(host.log, made.name) == (made.head_revision, expected)
    checkpoints = await host.pool.fetchval("SELECT max(revision) FROM document.document_checkpoints")
    assert checkpoints > 0, "long content has a checkpoint soon, though nobody has written since"


async def test_writing_goes_on_where_creation_ended(host: LogHost, ada: Caller) -> None:
    made = await ada.create(type=PLAIN, source=source(pb.CONTENT_FORMAT_TEXT, "x" * 200_000))
    head = made.head_revision
    answer = await host.log.append(typed(made.name, head, "bob", 1))
    assert answer.committed_head_revision == head + 1
    assert await host.log.site_revisions(made.name, "creation", 1, head) == [(n, n) for n in range(1, head + 1)]


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"source": source(99, "x")}, Reason.ERROR_REASON_INVALID_FIELD),
        ({"source": source(0, "x")}, Reason.ERROR_REASON_INVALID_FIELD),
        ({"source": source(pb.CONTENT_FORMAT_TEXT, "x" * (2 * 1024 * 1024 + 1))}, Reason.ERROR_REASON_TOO_LARGE),
        ({"source": source(pb.CONTENT_FORMAT_TEXT, "ü" * (1024 * 1024 + 1))}, Reason.ERROR_REASON_TOO_LARGE),
        ({"source": source(pb.CONTENT_FORMAT_DELTA, "{not json")}, Reason.ERROR_REASON_INVALID_CONTENT),
        ({"source": source(pb.CONTENT_FORMAT_DELTA, '[{"retain":3}]')}, Reason.ERROR_REASON_INVALID_CONTENT),
        ({"copy": pb.Copy(document="documents/none")}, Reason.ERROR_REASON_DOCUMENT_NOT_FOUND),
        ({"copy": pb.Copy(document="none")}, Reason.ERROR_REASON_INVALID_FIELD),
        ({"from_template": pb.FromTemplate(document="documents/none")}, Reason.ERROR_REASON_DOCUMENT_NOT_FOUND),
        ({"labels": {"Key": "v"}}, Reason.ERROR_REASON_INVALID_FIELD),
        ({"folder": "projects/x/folders/y"}, Reason.ERROR_REASON_INVALID_FIELD),
        ({"project": "nowhere"}, Reason.ERROR_REASON_INVALID_FIELD),
        ({"language": "english please"}, Reason.ERROR_REASON_INVALID_FIELD),
    ],
    ids=str,
)
async def test_what_cannot_be_begun_with_leaves_no_document(
    host: LogHost, ada: Caller, wrong: dict[str, Any], reason: int
) -> None:
    assert await reason_of(ada.create(document_id="wanted", **wrong)) == reason
    assert await reason_of(ada.get("documents/wanted")) == Reason.ERROR_REASON_DOCUMENT_NOT_FOUND
    assert await host.pool.fetchval("SELECT count(*) FROM document.documents") == 0


async def test_a_source_of_exactly_2_mib_is_taken(ada: Caller) -> None:
    made = await ada.create(type=PLAIN, source=source(pb.CONTENT_FORMAT_TEXT, "x" * (2 * 1024 * 1024)))
    assert len(await ada.text(made.name)) == 2 * 1024 * 1024


async def test_metadata_is_stored_as_given(ada: Caller) -> None:
    wanted = {
        "project": "projects/sea",
        "folder": "projects/sea/folders/reef",
        "labels": {"team": "fish", "state_of-it": "draft ü"},
        "language": "de-CH",
    }
    made = await ada.create("Riff", **wanted)
    assert await ada.get(made.name) == made
    assert {key: getattr(made, key) if key != "labels" else dict(made.labels) for key in wanted} == wanted
    assert (made.template, made.etag) == (False, "m1")
    assert not made.HasField("delete_time")


async def test_a_copy_has_the_content_of_a_revision_and_none_of_the_history(host: LogHost, ada: Caller) -> None:
    bold = Operation([Insert("loud", {"bold": True}), Insert(Embed("image", "x.png"))])
    original = await ada.create("Song", project="projects/sea", labels={"a": "1"}, language="en")
    await host.log.append(batch_of(original.name, 1, committed(2, "bob", 1, bold), committed(3, "bob", 2)))
    copied = await ada.create(copy=pb.Copy(document=original.name, revision=2))
    assert await delta_of(ada, copied.name) == await delta_of(ada, original.name, revision=2)
    assert (copied.title, copied.project, dict(copied.labels), copied.language) == (
        "Copy of Song", "projects/sea", {"a": "1"}, "en",
    )  # fmt: skip
    assert {each.author for each in await read_all(host.log, copied.name)} == {"users/ada"}
    now = await ada.create("Own title", copy=pb.Copy(document=original.name))
    assert (now.title, await delta_of(ada, now.name)) == ("Own title", await delta_of(ada, original.name))


async def test_a_copy_of_nothing_is_blank_and_of_what_is_deleted_is_whole(ada: Caller) -> None:
    original = await ada.create(source=source(pb.CONTENT_FORMAT_TEXT, "kept"))
    blank = await ada.create(copy=pb.Copy(document=original.name, revision=0))
    assert (blank.title, await ada.text(blank.name)) == ("", "\n")
    await ada.delete(original.name)
    rescued = await ada.create(copy=pb.Copy(document=original.name))
    assert await ada.text(rescued.name) == "kept\n"
    assert not rescued.HasField("delete_time")


async def test_a_copy_keeps_its_type_and_a_folder_goes_with_its_project_only(ada: Caller) -> None:
    plain = await ada.create(
        "x" * 200, type=PLAIN, project="projects/a", folder="projects/a/folders/f",
        source=source(pb.CONTENT_FORMAT_TEXT, "plain"),
    )  # fmt: skip
    copied = await ada.create(copy=pb.Copy(document=plain.name))
    assert (copied.type, copied.folder) == (PLAIN, "projects/a/folders/f")
    assert copied.title == "Copy of " + "x" * 192
    moved = await ada.create(copy=pb.Copy(document=plain.name), project="projects/b", type=PLAIN)
    assert (moved.project, moved.folder) == ("projects/b", "")
    assert (
        await reason_of(ada.create(copy=pb.Copy(document=plain.name), type=RICH)) == Reason.ERROR_REASON_INVALID_FIELD
    )


async def test_a_copy_of_a_revision_that_is_not_there_is_refused(ada: Caller) -> None:
    original = await ada.create()
    for revision, reason in ((9, Reason.ERROR_REASON_REVISION_AHEAD), (-1, Reason.ERROR_REASON_INVALID_FIELD)):
        assert await reason_of(ada.create(copy=pb.Copy(document=original.name, revision=revision))) == reason


async def test_a_template_is_filled_and_its_places_keep_their_formatting(ada: Caller) -> None:
    letter = '[{"insert":"Dear "},{"insert":"{{name}}","attributes":{"bold":true}},{"insert":", {{rest}}\\n"}]'
    template = await ada.create(
        "Letter", language="en", labels={"kind": "letter"}, source=source(pb.CONTENT_FORMAT_DELTA, letter)
    )
    wanted = pb.FromTemplate(document=template.name, values={"name": "Bob 🐟"})
    fault = await fault_of(ada.create(from_template=wanted))
    assert (fault.code, fault.reason) == (grpc.StatusCode.FAILED_PRECONDITION, Reason.ERROR_REASON_NOT_A_TEMPLATE)
    await ada.update(template.name, "template", template=True)
    made = await ada.create(from_template=wanted)
    assert await delta_of(ada, made.name) == [
        {"insert": "Dear "},
        {"insert": "Bob 🐟", "attributes": {"bold": True}},
        {"insert": ", {{rest}}\n"},
    ]
    assert (made.title, made.language, dict(made.labels), made.template) == ("Letter", "en", {"kind": "letter"}, False)
    too_long = pb.FromTemplate(document=template.name, values={"name": "x" * 1001})
    assert await reason_of(ada.create(from_template=too_long)) == Reason.ERROR_REASON_INVALID_FIELD


async def test_of_many_who_want_one_id_one_gets_it_whole(host: LogHost, ada: Caller) -> None:
    wanted = [source(pb.CONTENT_FORMAT_TEXT, f"{n}" * 100_000) for n in range(8)]
    made = await asyncio.gather(
        *[ada.create(document_id="one", type=PLAIN, source=each) for each in wanted], return_exceptions=True
    )
    [won] = [each for each in made if isinstance(each, pb.Document)]
    assert await ada.text(won.name) in {each.text for each in wanted}
    assert await host.pool.fetchval("SELECT count(*) FROM document.document_sites") == 1
    [head] = (await host.log.heads([log_pb.HeadRequest(document=won.name, sites=["creation"])])).heads
    assert head.revision == head.sites[0].last_sequence == won.head_revision


async def test_what_was_created_or_changed_is_on_disk_even_where_the_server_would_not_wait(
    database_url: str, signer: TokenSigner, verifier: TokenVerifier
) -> None:
    connection = await asyncpg.connect(database_url)
    await connection.execute(f"ALTER DATABASE {database_url.split('/')[3].split('?')[0]} SET synchronous_commit = off")
    await connection.close()
    host = LogHost(database_url)
    await host.start()
    try:
        await host.pool.execute(
            """
            CREATE TABLE seen (setting text);
            CREATE FUNCTION see() RETURNS trigger LANGUAGE plpgsql AS
                $$ BEGIN INSERT INTO public.seen VALUES (current_setting('synchronous_commit')); RETURN NULL; END $$;
            CREATE CONSTRAINT TRIGGER see AFTER INSERT ON document.outbox DEFERRABLE INITIALLY DEFERRED
                FOR EACH ROW EXECUTE FUNCTION see();
            """
        )
        async with reached(host, verifier) as channel:
            ada = Caller(channel, signer.sign("users/ada", lifetime_s=60))
            made = await ada.create(type=PLAIN, source=source(pb.CONTENT_FORMAT_TEXT, "kept"))
            await ada.update(made.name, "title", title="x")
        assert [row[0] for row in await host.pool.fetch("SELECT setting FROM seen")] == ["on"] * 3
        assert await host.pool.fetchval("SHOW synchronous_commit") == "off", "for those statements alone"
    finally:
        await host.stop()


async def test_creating_is_told_in_the_outbox_with_the_operations(host: LogHost, ada: Caller) -> None:
    await ada.create(type=PLAIN, source=source(pb.CONTENT_FORMAT_TEXT, "x" * 100_000))
    await ada.create(type=PLAIN)
    rows = await host.pool.fetch(
        "SELECT kind, first_revision, last_revision FROM document.outbox ORDER BY document_key, kind"
    )
    assert [tuple(row) for row in rows] == [(1, 1, 2), (2, 2, 2), (2, 0, 0)]
