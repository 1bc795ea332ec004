"""Months of operations that leave the log by policy: what stays readable, and what is said of the rest."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from functools import partial

import asyncpg
import pytest

from mesh.identity import TokenSigner, TokenVerifier
from mesh.names import DocumentId
from ot.operation import insert_at
from services.document import store
from services.document.errors import HistoryArchived
from services.document.history.blame import Blame
from services.document.log.archive import Archive
from services.document.log.partitions import Partition, expired, partition_named, partitions_from
from services.document.settings import DocumentSettings
from shoal.error.v1.error_pb2 import ErrorReason
from tests.conformance.log_host import LogHost, batch_of, committed, loaded, read_all, replayed, typed
from tests.integration.collab.mesh import RunningMesh, running_mesh

POLICY = DocumentSettings(checkpoint_operations=50, history_months=2)


def months_ago(months: int) -> Partition:
    """The month so many months before this one."""
    time = datetime.now(UTC).replace(day=1, hour=12)
    for _ in range(months):
        time = (time - timedelta(days=20)).replace(day=1)
    return partitions_from(time, 0)[0]


async def age(host: LogHost, document: str, up_to: int, months: int, after: int = 0) -> datetime:
    """Make some operations of a document so old; returns when the last was committed."""
    month = months_ago(months)
    await store.partitions.add(host.pool, month.name, month.start, month.end)
    await host.pool.execute(
        """
        UPDATE document.document_operations SET applied_at = $4::timestamptz + revision * interval '1 second'
        WHERE document_key = (SELECT document_key FROM document.documents WHERE id = $1)
            AND revision > $2 AND revision <= $3
        """,
        document.removeprefix("documents/"),
        after,
        up_to,
        month.start,
    )
    return month.start + timedelta(seconds=up_to)


async def archive_round(host: LogHost) -> None:
    await Archive(host.pool, POLICY, host.app.contents).round()


def id_of(document: str) -> DocumentId:
    return DocumentId(document.removeprefix("documents/"))


async def tables(host: LogHost) -> set[str]:
    return set(await store.partitions.attached(host.pool))


async def test_only_whole_months_before_those_kept_expire() -> None:
    now = datetime(2026, 3, 31, 23, tzinfo=UTC)
    names = [
        f"document_operations_{month}" for month in ("2026_03", "2025_12", "2026_01", "2026_02", "default", "2025")
    ]
    assert [each.name[-7:] for each in expired(names, now, 1)] == ["2025_12", "2026_01"]
    assert [each.name[-7:] for each in expired(names, now, 2)] == ["2025_12"]
    assert expired(names, now, 3) == []
    assert partition_named("document_operations_2025_13") is None
    assert partition_named("document_operations_2025_12").end == datetime(2026, 1, 1, tzinfo=UTC)  # type: ignore[union-attr]


async def test_without_a_policy_everything_stays_for_ever(host: LogHost) -> None:
    document = await host.create()
    await host.log.append(typed(document, 0, "ada", 1, 10))
    await age(host, document, 10, 40)
    await Archive(host.pool, host.settings, host.app.contents).round()
    assert months_ago(40).name in await tables(host)
    assert len(await read_all(host.log, document)) == 10


async def test_content_and_later_history_outlive_the_months_that_leave(host: LogHost) -> None:
    document, quiet = await host.create(), await host.create()
    for head in range(0, 300, 60):
        await host.log.append(typed(document, head, "ada", head + 1, 60))
    await host.log.append(typed(quiet, 0, "bob", 1, 7))
    await host.app.checkpointer.caught_up()
    await age(host, document, 70, 4)
    last_time = await age(host, document, 130, 3, after=70)
    await age(host, quiet, 7, 4)
    expected = {revision: await replayed(host.log, document, revision) for revision in (130, 131, 220, 300)}
    blamed = await Blame(host.pool).at(id_of(document), 131)
    kept = (await read_all(host.log, document))[130:]

    await archive_round(host)
    assert {months_ago(4).name, months_ago(3).name}.isdisjoint(await tables(host))
    assert await host.pool.fetchval(f"SELECT count(*) FROM document.{months_ago(3).name}") == 60
    await host.restart()  # Nothing remembered.
    for revision, content in expected.items():
        assert await loaded(host.log, document, revision) == (revision, content)
        assert (await host.app.contents.at(id_of(document), revision))[2] == content
    assert await Blame(host.pool).at(id_of(document), 131) == blamed
    assert await read_all(host.log, document, 130) == kept
    assert (await loaded(host.log, quiet))[1].length == 7

    reads = [
        partial(read_all, host.log, document, 129),
        partial(read_all, host.log, document),
        partial(loaded, host.log, document, 129),
        partial(host.app.contents.at, id_of(document), 20),
        partial(Blame(host.pool).at, id_of(document), 20),
        partial(host.log.site_revisions, document, "ada", 130, 131),
    ]
    for read in reads:
        with pytest.raises(HistoryArchived) as archived:
            await read()
        assert archived.value.facts == {"document": document, "first_revision": "130"}
    assert await host.log.site_revisions(document, "ada", 131, 132) == [(131, 131), (132, 132)]

    row = await host.app.contents.find(id_of(document))
    assert row.first_revision_time == last_time
    with pytest.raises(HistoryArchived):
        await host.app.contents.revision_at(row, last_time - timedelta(seconds=1))
    assert await host.app.contents.revision_at(row, last_time + timedelta(days=2)) == 130
    assert await host.app.contents.revision_at(row, datetime.now(UTC)) == 300


async def test_an_archived_document_is_written_on_and_checkpointed_as_before(host: LogHost) -> None:
    document = await host.create()
    await host.log.append(typed(document, 0, "ada", 1, 40))
    await age(host, document, 40, 5)
    await archive_round(host)
    answer = await host.log.append(typed(document, 40, "ada", 41, 120))
    assert answer.committed_head_revision == 160
    duplicate = await host.log.append(typed(document, 160, "ada", 40, 1))
    assert duplicate.HasField("site_conflict")
    await host.app.checkpointer.caught_up()
    found = await host.pool.fetch("SELECT revision, attribution FROM document.document_checkpoints ORDER BY revision")
    assert [row[0] for row in found] == [0, 40, 90, 140]
    assert all(row[1] for row in found[1:])
    assert (await loaded(host.log, document))[0] == 160


async def test_versions_stay_readable(host: LogHost) -> None:
    document = await host.create()
    await host.log.append(typed(document, 0, "ada", 1, 45))
    await host.pool.execute(
        """
        INSERT INTO document.document_versions
            (document_key, revision, revision_time, kind, id, title, description, creator)
        SELECT document_key, 13, now(), 1, 'thirteen', 'Thirteen', '', 'users/ada' FROM document.documents
        """
    )
    content = await replayed(host.log, document, 13)
    await age(host, document, 40, 3)
    await archive_round(host)
    await host.restart()
    assert (await host.app.contents.at(id_of(document), 13))[2] == content
    assert (await Blame(host.pool).at(id_of(document), 13))[1] == [(13, "users/ada", "")]
    with pytest.raises(HistoryArchived):
        await host.app.contents.at(id_of(document), 14)


async def test_people_write_while_months_leave(host: LogHost) -> None:
    document, old = await host.create(), await host.create()
    for head in range(0, 2000, 500):
        await host.log.append(typed(old, head, "ada", head + 1, 500))
    await age(host, old, 2000, 3)
    done = asyncio.Event()

    async def write() -> int:
        revision = 0
        while not done.is_set():
            answer = await host.log.append(typed(document, revision, "bob", revision + 1))
            assert answer.committed_head_revision == revision + 1
            revision += 1
        return revision

    writing = asyncio.create_task(write())
    await archive_round(host)
    done.set()
    assert await writing > 0
    assert months_ago(3).name not in await tables(host)


@pytest.fixture
async def old(host: LogHost) -> str:
    document = await host.create()
    await host.log.append(typed(document, 0, "ada", 1, 30))
    await age(host, document, 20, 3)
    return document


async def test_a_month_that_somebody_reads_for_long_leaves_with_a_later_round(host: LogHost, old: str) -> None:
    blocker = await asyncpg.connect(host.database_url)
    await blocker.execute("BEGIN; SELECT count(*) FROM document.document_operations")
    try:
        await archive_round(host)
        assert months_ago(3).name in await tables(host)
        assert (await host.log.append(typed(old, 30, "ada", 31))).committed_head_revision == 31
    finally:
        await blocker.close()
    await archive_round(host)
    assert months_ago(3).name not in await tables(host)


async def test_a_month_stays_while_a_history_is_being_imported_into_it(host: LogHost, old: str) -> None:
    await host.pool.execute("UPDATE document.documents SET state = 1")
    await archive_round(host)
    assert months_ago(3).name in await tables(host)
    await host.pool.execute("UPDATE document.documents SET state = 0")
    month = months_ago(3)
    assert not await store.partitions.detach(host.pool, month.name), "what is not archived does not leave"
    await archive_round(host)
    assert months_ago(3).name not in await tables(host)


async def test_a_purged_document_holds_no_month_back(host: LogHost, old: str) -> None:
    await host.pool.execute("UPDATE document.documents SET state = 2")
    await archive_round(host)
    assert months_ago(3).name not in await tables(host)


async def test_a_month_whose_documents_cannot_be_read_stays_and_so_do_later_ones(host: LogHost, old: str) -> None:
    sound = await host.create()
    await host.log.append(typed(sound, 0, "ada", 1, 5))
    await age(host, sound, 5, 2 + 1)
    await age(host, old, 20, 4)
    await host.pool.execute(f"DELETE FROM document.{months_ago(4).name} WHERE revision = 9")
    await archive_round(host)
    assert {months_ago(4).name, months_ago(3).name} <= await tables(host)


# -- rooms ---------------------------------------------------------------------------------------------------------


@pytest.fixture(params=[False, True], ids=["direct", "over gRPC"])
async def mesh(
    database_url: str, signer: TokenSigner, verifier: TokenVerifier, request: pytest.FixtureRequest
) -> AsyncIterator[RunningMesh]:
    async with running_mesh(database_url, signer, verifier, over_grpc=request.param) as running:
        yield running


async def archived_room(mesh: RunningMesh, database_url: str) -> str:
    """A document of 60 letters by ada, 40 of them archived, that no room holds yet."""
    document = await mesh.create()
    host = LogHost(database_url)
    await host.start()
    try:
        for revision in range(1, 61):
            letter = committed(revision, "site-ada", revision, insert_at(0, "x"), author="users/ada")
            await host.log.append(batch_of(document, revision - 1, letter))
        await age(host, document, 40, 3)
        await archive_round(host)
    finally:
        await host.stop()
    return document


def reason(fault: object) -> str:
    return ErrorReason.Name(fault.reason)  # type: ignore[attr-defined]


async def test_a_flight_from_before_the_archive_is_refused_and_its_room_goes_on(
    mesh: RunningMesh, database_url: str
) -> None:
    document = await archived_room(mesh, database_url)
    bob = await mesh.join(document, "bob", raw=True)
    await bob.submit(10, 1, insert_at(0, "late"))
    refused = (await bob.frame("refused")).refused
    assert reason(refused.fault) == "ERROR_REASON_HISTORY_ARCHIVED"
    assert refused.fault.metadata["first_revision"] == "40"
    await bob.submit(50, 1, insert_at(0, "in time"))
    assert (await bob.frame("committed")).committed.operations[0].revision == 61


async def test_a_resend_from_before_the_archive_is_refused_and_not_applied_again(
    mesh: RunningMesh, database_url: str
) -> None:
    document = await archived_room(mesh, database_url)
    ada = await mesh.join(document, "ada", raw=True)
    await ada.submit(10, 11, insert_at(0, "x"))
    assert reason((await ada.frame("refused")).refused.fault) == "ERROR_REASON_HISTORY_ARCHIVED"
    await ada.submit(44, 45, insert_at(0, "x"))
    assert list((await ada.frame("acknowledged")).acknowledged.revisions) == [45]
    assert len(await mesh.stored_text(document)) == 60


async def test_whoever_holds_an_archived_revision_and_typed_on_it_is_told_so(
    mesh: RunningMesh, database_url: str
) -> None:
    document = await archived_room(mesh, database_url)
    person = await mesh.join(document, "bob", raw=True)
    await person.send(session=2, open={"document": document, "site": "other", "after_revision": 10, "pending": True})
    closed = (await person.frame("closed")).closed
    assert reason(closed.fault) == "ERROR_REASON_HISTORY_ARCHIVED"


async def test_whoever_holds_an_archived_revision_and_typed_nothing_gets_the_content_anew(
    mesh: RunningMesh, database_url: str
) -> None:
    document = await archived_room(mesh, database_url)
    person = await mesh.join(document, "bob", raw=True)
    await person.send(session=2, open={"document": document, "site": "other", "after_revision": 10})
    while not (opened := (await person.frame("opened")).opened).is_snapshot:
        assert opened.more
    assert opened.revision == 60
    assert opened.content.components[0].insert == "x" * 60
