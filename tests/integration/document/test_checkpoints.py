"""Checkpoints: as often as promised, equal to replay, and never in the way."""

from __future__ import annotations

import asyncio

import pytest

from ot.document import Document
from ot.operation import delete_at, insert_at
from services.document import convert, store
from services.document.settings import DocumentSettings
from services.document.store.rows import CheckpointRow
from tests.conformance.log_host import LogHost, batch_of, committed, loaded, replayed, typed


async def checkpoints(host: LogHost, document: str) -> list[CheckpointRow]:
    rows = await host.pool.fetch(
        """
        SELECT c.revision, c.content, c.hash FROM document.document_checkpoints c
        JOIN document.documents d USING (document_key) WHERE d.id = $1 ORDER BY revision
        """,
        document.removeprefix("documents/"),
    )
    return [CheckpointRow(*row) for row in rows]


async def test_checkpoints_equal_replay_and_no_revision_is_far_from_one(host: LogHost) -> None:
    document = await host.create()
    for head in range(0, 1001, 77):
        await host.log.append(typed(document, head, "ada", head + 1, 77))
    await host.app.checkpointer.caught_up()
    found = await checkpoints(host, document)
    assert [each.revision for each in found] == list(range(0, 1078 - 49, 50))
    for each in found:
        content = await replayed(host.log, document, each.revision)
        assert convert.document_of(each) == content
        assert each.hash == content.hash()


async def test_large_operations_are_checkpointed_by_their_size(database_url: str) -> None:
    host = LogHost(database_url, DocumentSettings(checkpoint_bytes=100_000))
    await host.start()
    try:
        document = await host.create()
        for n in range(1, 21):
            operation = insert_at(0, "x" * 30_000) if n % 2 else delete_at(0, 30_000)
            await host.log.append(batch_of(document, n - 1, committed(n, "ada", n, operation)))
        await host.app.checkpointer.caught_up()
        assert [each.revision for each in await checkpoints(host, document)] == [0, 7, 15]
    finally:
        await host.stop()


async def test_few_operations_in_each_of_many_lives_add_up_to_a_checkpoint(host: LogHost) -> None:
    document = await host.create()
    for head in range(0, 60, 20):
        await host.log.append(typed(document, head, "ada", head + 1, 20))
        await host.restart()
    await host.log.append(typed(document, 60, "ada", 61, 1))
    await host.app.checkpointer.caught_up()
    assert [each.revision for each in await checkpoints(host, document)] == [0, 50]


async def test_two_processes_on_one_document_make_the_same_checkpoints(host: LogHost, database_url: str) -> None:
    """Each hears of its own batches only, and finds the others' in the log."""
    document, other = await host.create(), LogHost(database_url)
    await other.start()
    try:
        for turn in range(30):
            writer = (host, other)[turn % 2]
            site, first = ("ada", "bob")[turn % 2], turn // 2 * 10 + 1
            answer = await writer.log.append(typed(document, turn * 10, site, first, 10))
            assert answer.committed_head_revision == turn * 10 + 10
        await asyncio.gather(host.app.checkpointer.caught_up(), other.app.checkpointer.caught_up())
    finally:
        await other.stop()
    found = await checkpoints(host, document)
    assert [each.revision for each in found] == list(range(0, 301, 50))
    for each in found:
        assert each.hash == (await replayed(host.log, document, each.revision)).hash()


async def test_more_documents_than_are_remembered_all_get_their_checkpoints(database_url: str) -> None:
    host = LogHost(database_url, DocumentSettings(recent_documents=3, checkpoint_operations=10))
    await host.start()
    try:
        documents = [await host.create() for _ in range(12)]
        for head in range(0, 40, 8):
            await asyncio.gather(*[host.log.append(typed(each, head, "ada", head + 1, 8)) for each in documents])
        await host.app.checkpointer.caught_up()
        for document in documents:
            assert [each.revision for each in await checkpoints(host, document)] == [0, 10, 20, 30, 40]
    finally:
        await host.stop()


async def test_a_failing_checkpoint_harms_no_append_and_no_other_document(
    host: LogHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken, fine = await host.create(), await host.create()
    nonsense = batch_of(broken, 0, committed(1, "ada", 1, delete_at(500, 3)))  # Longer than the document.
    assert (await host.log.append(nonsense)).committed_head_revision == 1
    for document in (broken, fine):
        head = 1 if document == broken else 0
        answer = await host.log.append(typed(document, head, "bob", 1, 120))
        assert answer.committed_head_revision == head + 120
    await host.app.checkpointer.caught_up()
    assert [each.revision for each in await checkpoints(host, fine)] == [0, 50, 100]
    assert [each.revision for each in await checkpoints(host, broken)] == [0]
    assert (await host.log.append(typed(broken, 121, "bob", 121, 5))).committed_head_revision == 126


async def test_a_checkpoint_that_cannot_be_stored_is_made_later(host: LogHost, monkeypatch: pytest.MonkeyPatch) -> None:
    document = await host.create()

    async def fail(*_: object) -> None:
        raise ConnectionResetError("away")

    with monkeypatch.context() as patched:
        patched.setattr(store.checkpoints, "add", fail)
        await host.log.append(typed(document, 0, "ada", 1, 120))
        await host.app.checkpointer.caught_up()
    assert [each.revision for each in await checkpoints(host, document)] == [0]
    await host.restart()
    await host.log.append(typed(document, 120, "ada", 121, 1))
    await host.app.checkpointer.caught_up()
    assert [each.revision for each in await checkpoints(host, document)] == [0, 50, 100]
    assert await loaded(host.log, document) == (121, await replayed(host.log, document))


async def test_appending_does_not_wait_for_checkpoints(host: LogHost, monkeypatch: pytest.MonkeyPatch) -> None:
    document, may_store, add = await host.create(), asyncio.Event(), store.checkpoints.add

    async def wait(*arguments: object) -> None:
        await may_store.wait()
        await add(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(store.checkpoints, "add", wait)
    for head in range(0, 300, 60):
        answer = await host.log.append(typed(document, head, "ada", head + 1, 60))
        assert answer.committed_head_revision == head + 60
    assert len(await checkpoints(host, document)) == 1
    may_store.set()
    await host.app.checkpointer.caught_up()
    assert [each.revision for each in await checkpoints(host, document)] == [0, 50, 100, 150, 200, 250, 300]


async def test_a_long_document_is_checkpointed_whole(host: LogHost) -> None:
    document = await host.create()
    text = "".join(chr(0x1F600 + n % 40) if n % 5 == 0 else chr(97 + n % 26) for n in range(200_000))
    await host.log.append(batch_of(document, 0, committed(1, "ada", 1, insert_at(0, text))))
    await host.log.append(typed(document, 1, "ada", 2, 50))
    await host.app.checkpointer.caught_up()
    newest = (await checkpoints(host, document))[-1]
    assert newest.revision == 51
    content = convert.document_of(newest)
    assert isinstance(content, Document)
    assert content.text().endswith(text)
    assert newest.hash == content.hash()


async def test_no_checkpoint_is_made_across_a_gap_in_the_log(host: LogHost) -> None:
    document = await host.create()
    await host.log.append(typed(document, 0, "ada", 1, 40))
    await host.restart()
    await host.pool.execute("DELETE FROM document.document_operations WHERE revision = 20")
    assert (await host.log.append(typed(document, 40, "ada", 41, 20))).committed_head_revision == 60
    await host.app.checkpointer.caught_up()
    assert [each.revision for each in await checkpoints(host, document)] == [0]


async def test_more_writers_than_can_be_told_apart_cost_the_attribution_and_not_the_content(
    host: LogHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ot.attribution.MAX_WRITERS", 2)
    document = await host.create()
    for turn, site in enumerate(["ada", "bob", "cy"]):
        await host.log.append(typed(document, turn * 50, site, 1, 50))
    await host.app.checkpointer.caught_up()
    found = await checkpoints(host, document)
    assert [each.revision for each in found] == [0, 50, 100, 150]
    assert found[-1].hash == (await replayed(host.log, document)).hash()
    attributed = "SELECT revision FROM document.document_checkpoints WHERE attribution IS NOT NULL ORDER BY revision"
    assert [row[0] for row in await host.pool.fetch(attributed)] == [50, 100]
