"""Making the content read as a text does: one minimal edit, which leaves alone what it need not touch."""

from __future__ import annotations

import asyncio
import random
import uuid
from collections.abc import AsyncIterator

import pytest

from ot.document import Document
from ot.operation import Insert, Operation, insert_at
from shoal.document.v1 import document_pb2 as pb
from shoal.error.v1 import error_pb2
from tests.conformance.log_host import batch_of, committed
from tests.integration.collab.mesh import RunningMesh
from tests.integration.document.histories import Reader, calling
from tests.integration.document.service import reason_of

Reason = error_pb2.ErrorReason
TEXT, MARKDOWN, DELTA = pb.CONTENT_FORMAT_TEXT, pb.CONTENT_FORMAT_MARKDOWN, pb.CONTENT_FORMAT_DELTA


@pytest.fixture
async def eve(mesh: RunningMesh) -> AsyncIterator[Reader]:
    async with calling(mesh, "eve") as caller:
        yield caller


async def written(mesh: RunningMesh, text: str, *, plain: bool = True) -> str:
    name = await mesh.create(plain=plain)
    head = 0 if plain else 1
    await mesh.app.log.append(batch_of(name, head, committed(head + 1, "site", 1, insert_at(0, text))))
    return name


async def test_a_replacement_is_one_small_edit_of_whoever_asked(mesh: RunningMesh, eve: Reader) -> None:
    name = await written(mesh, "The quick brown fox\n")
    replaced = await eve.replace(name, "The quick red fox\n", TEXT)
    assert (replaced.revision, replaced.changed) == (2, True)
    (operation,) = (await eve.operations(name, after_revision=1)).operations
    assert operation.author == "users/eve"
    assert sum(len(each.insert) for each in operation.operation.components) <= len("red")
    assert (await eve.content(name)).text() == "The quick red fox\n"
    again = await eve.replace(name, "The quick red fox\n", TEXT)
    assert (again.revision, again.changed) == (2, False)


@pytest.mark.parametrize("seed", range(3))
async def test_what_others_type_meanwhile_stays(mesh: RunningMesh, eve: Reader, seed: int) -> None:
    rng = random.Random(seed)
    lines = [f"line {n}\n" for n in range(40)]
    name = await written(mesh, "".join(lines))
    ada = await mesh.join(name, "ada")

    async def typing() -> None:
        for _ in range(30):
            place = rng.randint(0, len(ada.text))
            ada.client.edit(insert_at(place, "#"))
            await ada.synchronised()

    async def replacing() -> None:
        for n in rng.sample(range(40), 10):
            lines[n] = f"changed {n}\n"
            base = (await eve.document(name)).head_revision
            seen = (await eve.content(name, base)).text()
            wanted = seen.replace(f"line {n}\n", lines[n])
            await eve.replace(name, wanted, TEXT, base_revision=base)

    await asyncio.gather(typing(), replacing())
    head = (await eve.document(name)).head_revision
    await ada.reach(head)
    assert ada.text == (await eve.content(name)).text()
    assert ada.text.count("#") == 30, seed


async def test_a_replacement_made_long_ago_leaves_what_was_written_since(mesh: RunningMesh, eve: Reader) -> None:
    name = await written(mesh, "one two three")
    ada = await mesh.join(name, "ada")
    ada.client.edit(insert_at(0, "zero "))
    await ada.synchronised()
    await eve.replace(name, "one 2 three", TEXT, base_revision=1)
    assert (await eve.content(name)).text() == "zero one 2 three"
    await eve.replace(name, "only this", TEXT)
    assert (await eve.content(name)).text() == "only this"


async def test_what_markdown_cannot_hold_stays(mesh: RunningMesh, eve: Reader) -> None:
    name = await mesh.create(plain=False)
    coloured = Operation([Insert("warm", {"color": "red"}), Insert(" and "), Insert("bold", {"bold": True})])
    await mesh.app.log.append(batch_of(name, 1, committed(2, "site", 1, coloured)))
    await eve.replace(name, "warm and **bold** and new\n", MARKDOWN)
    content = await eve.content(name)
    assert content.text() == "warm and bold and new\n"
    assert content.to_delta()[0] == {"insert": "warm", "attributes": {"color": "red"}}


async def test_a_retry_is_answered_as_the_first_time(mesh: RunningMesh, eve: Reader) -> None:
    name, request_id = await written(mesh, "one\n"), str(uuid.uuid4())
    first = await eve.replace(name, "two\n", TEXT, request_id=request_id)
    ada = await mesh.join(name, "ada")
    ada.client.edit(insert_at(0, "since "))
    await ada.synchronised()
    assert await eve.replace(name, "two\n", TEXT, request_id=request_id) == first
    assert await eve.replace(name, "something else", TEXT, request_id=request_id) == first
    assert (await eve.content(name)).text() == "since two\n"


async def test_delta_is_taken_as_it_stands(mesh: RunningMesh, eve: Reader) -> None:
    name = await mesh.create(plain=False)
    delta = '[{"insert":"a","attributes":{"bold":true}},{"insert":{"image":"x.png"}},{"insert":"\\n"}]'
    assert (await eve.replace(name, delta, DELTA)).changed
    content = await eve.content(name)
    assert content == Document.from_delta(
        [{"insert": "a", "attributes": {"bold": True}}, {"insert": {"image": "x.png"}}, {"insert": "\n"}]
    )


async def test_what_cannot_be_the_content_is_refused(mesh: RunningMesh, eve: Reader) -> None:
    name = await written(mesh, "one\n")
    for call, reason in (
        (eve.replace(name, "x" * (2 * 1024 * 1024 + 1), TEXT), Reason.ERROR_REASON_TOO_LARGE),
        (eve.replace(name, "{", DELTA), Reason.ERROR_REASON_INVALID_CONTENT),
        (eve.replace(name, "x", 9), Reason.ERROR_REASON_INVALID_FIELD),
        (eve.replace(name, "x", TEXT, base_revision=2), Reason.ERROR_REASON_REVISION_AHEAD),
        (eve.replace(name, "x", TEXT, base_revision=-1), Reason.ERROR_REASON_INVALID_FIELD),
        (eve.replace(name, "x", TEXT, request_id="x"), Reason.ERROR_REASON_INVALID_FIELD),
        (eve.replace("documents/none", "x", TEXT), Reason.ERROR_REASON_DOCUMENT_NOT_FOUND),
        (eve.replace("none", "x", TEXT), Reason.ERROR_REASON_INVALID_FIELD),
    ):
        assert await reason_of(call) == reason
    assert (await eve.content(name)).text() == "one\n"
    await eve.delete(name)
    assert await reason_of(eve.replace(name, "x", TEXT)) == Reason.ERROR_REASON_DOCUMENT_DELETED


async def test_a_text_as_long_as_may_be_is_replaced_whole(mesh: RunningMesh, eve: Reader) -> None:
    name = await written(mesh, "one\n")
    text = "".join(f"{n:7}\n" for n in range(262_144))
    assert len(text) == 2 * 1024 * 1024
    assert (await eve.replace(name, text, TEXT)).changed
    assert (await eve.content(name)).text() == text
    assert (await eve.document(name)).head_revision == 2
