"""DocumentService over gRPC: created, found, listed in order, read at any revision, and refused with reasons."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator
from typing import Any

import grpc
import pytest

from mesh.faults import Reason
from mesh.identity import TokenSigner, TokenVerifier
from mesh.wire import document_from_parts
from ot.document import Document
from ot.operation import Embed, Insert, Operation, insert_at
from shoal.document.v1 import document_pb2 as pb
from shoal.document.v1.operation_log_pb2 import HeadsRequest
from shoal.document.v1.operation_log_pb2_grpc import OperationLogServiceStub
from tests.conformance.log_host import LogHost, batch_of, committed, typed
from tests.integration.document.service import Caller, reached, reason_of


@pytest.fixture
async def channel(host: LogHost, verifier: TokenVerifier) -> AsyncIterator[grpc.aio.Channel]:
    async with reached(host, verifier) as channel:
        yield channel


@pytest.fixture
def ada(channel: grpc.aio.Channel, signer: TokenSigner) -> Caller:
    return Caller(channel, signer.sign("users/ada", lifetime_s=60))


async def test_a_created_document_is_its_creators_and_is_found(ada: Caller) -> None:
    made = await ada.create("Minutes", type=pb.DOCUMENT_TYPE_PLAIN_TEXT)
    assert made.name.startswith("documents/")
    assert (made.title, made.creator, made.type) == ("Minutes", "users/ada", pb.DOCUMENT_TYPE_PLAIN_TEXT)
    assert made.head_revision == 0
    assert made.create_time.seconds > 1_600_000_000
    assert await ada.get(made.name) == made


async def test_a_document_is_rich_text_unless_said_otherwise_and_ends_with_a_newline(ada: Caller) -> None:
    made = await ada.create()
    assert made.type == pb.DOCUMENT_TYPE_RICH_TEXT
    [content] = await ada.content(made.name, format=pb.CONTENT_FORMAT_TEXT)
    assert content.text == "\n"
    assert content.hash == Document.from_text("\n").hash()


async def test_a_chosen_name_is_taken_once(ada: Caller) -> None:
    made = await ada.create(document_id="minutes-2026")
    assert made.name == "documents/minutes-2026"
    assert await reason_of(ada.create(document_id="minutes-2026")) == Reason.ERROR_REASON_DOCUMENT_ALREADY_EXISTS


@pytest.mark.parametrize(
    "wrong",
    [
        {"document_id": "No Spaces"},
        {"document_id": "-x"},
        {"document_id": "x" * 64},
        {"title": "x" * 201},
        {"title": "a\0b"},
        {"type": 99},
    ],
    ids=str,
)
async def test_a_document_that_cannot_be_is_refused(ada: Caller, wrong: dict[str, Any]) -> None:
    assert await reason_of(ada.create(**wrong)) == Reason.ERROR_REASON_INVALID_FIELD


async def test_a_title_may_have_200_characters_of_any_script(ada: Caller) -> None:
    title = "日本語👋" * 50
    assert (await ada.get((await ada.create(title)).name)).title == title


async def test_documents_are_listed_the_one_changed_last_first(host: LogHost, ada: Caller) -> None:
    names = [(await ada.create(f"{n}", type=pb.DOCUMENT_TYPE_PLAIN_TEXT)).name for n in range(4)]
    assert [each.name for each in (await ada.page()).documents] == names[::-1]
    await host.log.append(typed(names[1], 0, "ada", 1, 2))
    listed = (await ada.page()).documents
    assert [each.name for each in listed] == [names[1], names[3], names[2], names[0]]
    assert listed[0].head_revision == 2
    assert listed[0].update_time.ToDatetime() > listed[0].create_time.ToDatetime()


async def test_a_change_that_a_killed_process_made_is_in_its_place_after_a_restart(host: LogHost) -> None:
    one, two = await host.create(), await host.create()
    await host.log.append(typed(one, 0, "ada", 1))
    # As a process leaves it that dies between the commit and the next round of housekeeping.
    await host.pool.execute("UPDATE document.documents SET listed_time = create_time")
    await host.restart()
    rows = await host.pool.fetch("SELECT id FROM document.documents ORDER BY listed_time DESC")
    assert [f"documents/{row[0]}" for row in rows] == [one, two]


async def test_pages_hold_every_document_once(ada: Caller) -> None:
    names = [(await ada.create(type=pb.DOCUMENT_TYPE_PLAIN_TEXT)).name for _ in range(7)]
    found, token, sizes = [], "", []
    while True:
        page = await ada.page(3, token)
        found += [each.name for each in page.documents]
        sizes.append(len(page.documents))
        token = page.next_page_token
        if not token:
            break
    assert found == names[::-1]
    assert sizes == [3, 3, 1]
    assert not (await ada.page(7)).next_page_token


@pytest.mark.parametrize(
    "place", ["nonsense", "1:x:1", "2:1:1", "1:1", f"1:{10**30}:1", f"1:1:{10**30}", "1:1:-5", "ü"]
)
async def test_a_page_token_of_somebody_elses_making_is_refused(ada: Caller, place: str) -> None:
    token = base64.urlsafe_b64encode(place.encode()).decode().rstrip("=")
    assert await reason_of(ada.page(3, token)) == Reason.ERROR_REASON_INVALID_FIELD
    assert await reason_of(ada.page(3, place)) == Reason.ERROR_REASON_INVALID_FIELD


async def test_a_negative_page_is_refused_and_an_enormous_one_is_bounded(ada: Caller) -> None:
    assert await reason_of(ada.page(-1)) == Reason.ERROR_REASON_INVALID_FIELD
    assert len((await ada.page(2_000_000_000)).documents) == 0


async def test_content_is_read_as_delta_and_as_text_at_any_revision(host: LogHost, ada: Caller) -> None:
    name = await host.create()
    bold = Operation([Insert("héllo", {"bold": True}), Insert(Embed("image", "x.png"))])
    await host.log.append(batch_of(name, 0, committed(1, "ada", 1, bold), committed(2, "ada", 2, insert_at(0, "👋"))))
    expected = Document.from_operation(bold)
    [delta] = await ada.content(name, revision=1)
    assert document_from_parts([delta.content]) == expected
    assert (delta.revision, delta.hash) == (1, expected.hash())
    [text] = await ada.content(name, format=pb.CONTENT_FORMAT_TEXT)
    assert (text.text, text.revision) == ("👋héllo\ufffc", 2)
    [beginning] = await ada.content(name, revision=0)
    assert (beginning.revision, len(beginning.content.components)) == (0, 0)


async def test_long_content_comes_in_parts_and_the_hash_with_the_last(host: LogHost, ada: Caller) -> None:
    name, text = await host.create(), "wörd 👋 " * 40_000
    await host.log.append(batch_of(name, 0, committed(1, "ada", 1, insert_at(0, text))))
    for form in (pb.CONTENT_FORMAT_TEXT, pb.CONTENT_FORMAT_DELTA):
        parts = await ada.content(name, format=form)
        assert len(parts) > 3
        assert [bool(each.hash) for each in parts] == [False] * (len(parts) - 1) + [True]
        assert {each.revision for each in parts} == {1}
        joined = document_from_parts([each.content for each in parts])
        assert "".join(each.text for each in parts) + joined.text() == text
        assert parts[-1].hash == Document.from_text(text).hash()


async def test_content_that_is_not_there_is_refused(host: LogHost, ada: Caller) -> None:
    name = await host.create()
    assert await reason_of(ada.content("documents/none")) == Reason.ERROR_REASON_DOCUMENT_NOT_FOUND
    assert await reason_of(ada.get("documents/none")) == Reason.ERROR_REASON_DOCUMENT_NOT_FOUND
    assert await reason_of(ada.get("notes")) == Reason.ERROR_REASON_INVALID_FIELD
    assert await reason_of(ada.content(name, revision=1)) == Reason.ERROR_REASON_REVISION_AHEAD
    assert await reason_of(ada.content(name, revision=-1)) == Reason.ERROR_REASON_INVALID_FIELD
    assert await reason_of(ada.content(name, format=99)) == Reason.ERROR_REASON_INVALID_FIELD


async def test_the_log_is_for_services_only(channel: grpc.aio.Channel, signer: TokenSigner) -> None:
    stub: Any = OperationLogServiceStub(channel)
    metadata = (("authorization", f"Bearer {signer.sign('users/ada', lifetime_s=60)}"),)
    assert await reason_of(stub.Heads(HeadsRequest(), metadata=metadata)) == Reason.ERROR_REASON_PERMISSION_DENIED
