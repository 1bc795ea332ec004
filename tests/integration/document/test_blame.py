"""Blame: who wrote each run, by checkpoints and the log, equal to a replay of everything."""

from __future__ import annotations

import random
from itertools import groupby

import pytest

from mesh.database import Pool, open_pool
from mesh.faults import DocumentNotFound, InvalidField, LogUnavailable, RevisionAhead
from mesh.names import DocumentId
from mesh.wire import operation_from_proto, operation_to_proto
from ot.document import Document
from ot.operation import Delete, Embed, Insert, Operation, Retain, delete_at, format_at, insert_at, utf16_length
from services.document import store
from services.document.errors import HistoryArchived
from services.document.history import blame
from services.document.history.blame import Blame, BlameRun, HistoryBroken
from services.document.log.authorship import Authorship
from services.document.store.checkpoints import AuthoredRow
from shoal.type.v1.operation_pb2 import CommittedOperation, Provenance
from tests.conformance.log_host import LogHost, batch_of, committed, read_all, typed

SCRIBE = "agents/scribe"
WRITERS = {"ada": "", "bob": "", "cy": "", "ada-scribe": SCRIBE}
"""Sites, and the agent at each; an agent writes as the person it writes for."""


def id_of(document: str) -> DocumentId:
    return DocumentId(document.removeprefix("documents/"))


def written(revision: int, site: str, sequence: int, operation: Operation) -> CommittedOperation:
    agent = WRITERS.get(site, "")
    more = {"provenance": Provenance(agent=agent)} if agent else {}
    message = committed(revision, site, sequence, author=f"users/{site.removesuffix('-scribe')}", **more)
    message.operation.CopyFrom(operation_to_proto(operation))
    return message


class Session:
    """A document being written by several hands."""

    def __init__(self, host: LogHost, document: str, seed: int = 0) -> None:
        self.host, self.document, self.random = host, document, random.Random(seed)
        self.content = Document()
        self.sequences = dict.fromkeys(WRITERS, 0)
        self.head = 0

    async def write(self, *edits: tuple[str, Operation]) -> None:
        """Append one batch of (site, operation), each made after the one before."""
        operations = []
        for revision, (site, operation) in enumerate(edits, self.head + 1):
            self.sequences[site] += 1
            operations.append(written(revision, site, self.sequences[site], operation))
        answer = await self.host.log.append(batch_of(self.document, self.head, *operations))
        self.head += len(edits)
        assert answer.committed_head_revision == self.head, answer

    async def scribble(self, count: int) -> None:
        """Append `count` random edits in batches of a few."""
        end = self.head + count
        while self.head < end:
            edits = []
            for _ in range(min(self.random.randint(1, 12), end - self.head)):
                operation = self._edit()
                self.content.apply(operation)
                edits.append((self.random.choice(list(WRITERS)), operation))
            await self.write(*edits)

    def _edit(self) -> Operation:
        places = [0]
        for character in self.content.text():
            places.append(places[-1] + utf16_length(character))
        start = self.random.randrange(len(places))
        end = min(len(places) - 1, start + self.random.choice([1, 1, 3, 20]))
        length = places[end] - places[start]
        match self.random.choice("iiiidfre"):
            case "d" if length:
                return delete_at(places[start], length)
            case "f" if length:
                return format_at(places[start], length, {"bold": self.random.choice([True, None])})
            case "r" if length:
                return Operation([Retain(places[start]), Insert("retyped"), Delete(length)])
            case "e":
                return insert_at(places[start], Embed("image", "a.png"))
        return insert_at(places[start], self.random.choice(["x", "word ", "é😀", "👍🏽\n"]))


async def replayed_blame(host: LogHost, document: str, up_to: int) -> list[BlameRun]:
    """By history alone: a list with one writer a unit."""
    units: list[tuple[str, str]] = []
    for each in (await read_all(host.log, document))[:up_to]:
        after, at = [], 0
        for component in operation_from_proto(each.operation).components:
            if isinstance(component, Insert):
                after += [(each.author, each.provenance.agent)] * component.length
                continue
            if isinstance(component, Retain):
                after += units[at : at + component.length]
            at += component.length
        units = after + units[at:]
    return [BlameRun(len(list(group)), *writer) for writer, group in groupby(units)]


async def attributions(host: LogHost, document: str) -> dict[int, bytes | None]:
    rows = await host.pool.fetch(
        """
        SELECT c.revision, c.attribution FROM document.document_checkpoints c
        JOIN document.documents d USING (document_key) WHERE d.id = $1 ORDER BY revision
        """,
        id_of(document),
    )
    return dict(map(tuple, rows))


async def forget(host: LogHost, document: str, condition: str = "true") -> None:
    """Make checkpoints as they were before attributions."""
    await host.pool.execute(
        f"""
        UPDATE document.document_checkpoints SET attribution = NULL
        WHERE document_key = (SELECT document_key FROM document.documents WHERE id = $1) AND {condition}
        """,
        id_of(document),
    )


async def lose_operations(host: LogHost, document: str, condition: str) -> None:
    await host.pool.execute(
        f"""
        DELETE FROM document.document_operations
        WHERE document_key = (SELECT document_key FROM document.documents WHERE id = $1) AND {condition}
        """,
        id_of(document),
    )


async def archive(host: LogHost, document: str, revision: int) -> None:
    await lose_operations(host, document, f"revision <= {revision}")
    await host.pool.execute(
        "UPDATE document.documents SET first_revision = $2 WHERE id = $1", id_of(document), revision
    )


async def assert_checkpoints_are_attributed(host: LogHost, document: str) -> None:
    """Every checkpoint but that of revision 0, which is nothing, says what a replay says."""
    found = await attributions(host, document)
    assert len(found) > 1
    for revision, attribution in found.items():
        if revision:
            assert attribution is not None, revision
            runs = [BlameRun(length, *writer) for length, writer in Authorship.decode(attribution).runs()]
            assert runs == await replayed_blame(host, document, revision)


@pytest.mark.parametrize("seed", [1, 2])
async def test_blame_equals_a_replay_of_everything_at_every_37th_revision(host: LogHost, seed: int) -> None:
    session = Session(host, await host.create(), seed)
    await session.scribble(560)
    await host.app.checkpointer.caught_up()
    await assert_checkpoints_are_attributed(host, session.document)
    answers = Blame(host.pool)
    for revision in range(0, 561, 37):
        expected = await replayed_blame(host, session.document, revision)
        assert await answers.at(id_of(session.document), revision) == (revision, expected)
    head, runs = await answers.at(id_of(session.document))
    assert (head, sum(run.length for run in runs)) == (560, session.content.length)
    assert {(run.author, run.agent) for run in runs} == {
        ("users/ada", ""), ("users/bob", ""), ("users/cy", ""), ("users/ada", SCRIBE),
    }  # fmt: skip


async def test_a_long_document_is_blamed_as_a_short_one_is(host: LogHost) -> None:
    session = Session(host, await host.create())
    for n in range(120):
        await session.write(
            ("ada", insert_at(0, "a" * 500)), ("bob", insert_at(250, "b😀" * 100)), ("cy", delete_at(10 + n, 7))
        )
    await host.app.checkpointer.caught_up()
    await assert_checkpoints_are_attributed(host, session.document)
    assert await Blame(host.pool).at(id_of(session.document)) == (
        360, await replayed_blame(host, session.document, 360),
    )  # fmt: skip


async def test_text_deleted_and_typed_again_belongs_to_who_typed_it_again(host: LogHost) -> None:
    session = Session(host, await host.create())
    await session.write(("ada", insert_at(0, "hello")), ("bob", delete_at(1, 3)), ("bob", insert_at(1, "ell")))
    assert await Blame(host.pool).at(id_of(session.document)) == (
        3,
        [BlameRun(1, "users/ada", ""), BlameRun(3, "users/bob", ""), BlameRun(1, "users/ada", "")],
    )


async def test_formatting_and_an_operation_of_nothing_change_no_author(host: LogHost) -> None:
    session = Session(host, await host.create())
    await session.write(
        ("ada-scribe", insert_at(0, "a😀")), ("bob", format_at(0, 3, {"bold": True})), ("cy", Operation())
    )
    assert await Blame(host.pool).at(id_of(session.document)) == (3, [BlameRun(3, "users/ada", SCRIBE)])


async def test_a_person_and_the_agent_that_writes_as_them_are_told_apart(host: LogHost) -> None:
    session = Session(host, await host.create())
    await session.write(("ada", insert_at(0, "ab")), ("ada-scribe", insert_at(1, "x")))
    assert await Blame(host.pool).at(id_of(session.document)) == (
        2,
        [BlameRun(1, "users/ada", ""), BlameRun(1, "users/ada", SCRIBE), BlameRun(1, "users/ada", "")],
    )


async def test_checkpoints_made_from_the_log_after_restarts_are_attributed(host: LogHost) -> None:
    session = Session(host, await host.create(), seed=3)
    for _ in range(6):
        await session.scribble(35)
        await host.restart()
    await session.scribble(5)
    await host.app.checkpointer.caught_up()
    assert list(await attributions(host, session.document)) == [0, 50, 100, 150, 200]
    await assert_checkpoints_are_attributed(host, session.document)


async def test_checkpoints_of_two_processes_that_write_in_turn_are_attributed(host: LogHost, database_url: str) -> None:
    session, other = Session(host, await host.create(), seed=4), LogHost(database_url)
    await other.start()
    try:
        for turn in range(30):
            session.host = (host, other)[turn % 2]
            await session.scribble(10)
        await host.app.checkpointer.caught_up()
        await other.app.checkpointer.caught_up()
    finally:
        await other.stop()
    assert list(await attributions(host, session.document)) == list(range(0, 301, 50))
    await assert_checkpoints_are_attributed(host, session.document)


async def test_a_document_from_before_attributions_is_blamed_and_its_checkpoints_completed(
    host: LogHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blame, "_COMPLETE_OPERATIONS", 100)
    session = Session(host, await host.create(), seed=5)
    await session.scribble(430)
    await host.app.checkpointer.caught_up()
    await forget(host, session.document)
    answers = Blame(host.pool)
    expected = await replayed_blame(host, session.document, 380)
    assert await answers.at(id_of(session.document), 380) == (380, expected)
    known = [revision for revision, each in (await attributions(host, session.document)).items() if each]
    assert known == [100, 200, 300, 350]
    await archive(host, session.document, 350)
    assert await answers.at(id_of(session.document), 380) == (380, expected)
    with pytest.raises(HistoryArchived):
        await answers.at(id_of(session.document), 90)


async def test_a_new_checkpoint_after_ones_from_before_attributions_is_attributed(host: LogHost) -> None:
    session = Session(host, await host.create(), seed=6)
    await session.scribble(160)
    await host.app.checkpointer.caught_up()
    await forget(host, session.document, "revision <> 50")
    await host.restart()
    await session.scribble(60)
    await host.app.checkpointer.caught_up()
    found = await attributions(host, session.document)
    assert [revision for revision, each in found.items() if each] == [50, 150, 200]
    await forget(host, session.document, "revision < 150")
    expected = await replayed_blame(host, session.document, 220)
    await archive(host, session.document, 200)
    assert await Blame(host.pool).at(id_of(session.document), 220) == (220, expected)


async def test_no_revision_is_blamed_across_a_gap_in_the_log(host: LogHost) -> None:
    session = Session(host, await host.create(), seed=7)
    await session.scribble(45)
    answers = Blame(host.pool)
    await lose_operations(host, session.document, "revision = 20")
    assert (await answers.at(id_of(session.document), 19))[0] == 19
    for revision in (20, 21, 45):
        with pytest.raises(HistoryBroken) as broken:
            await answers.at(id_of(session.document), revision)
        assert broken.value.facts["revision"] == "20"
    await archive(host, session.document, 20)
    with pytest.raises(HistoryArchived):
        await answers.at(id_of(session.document), 45)


async def test_a_document_purged_while_it_is_blamed_is_not_found(
    host: LogHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = Session(host, await host.create(), seed=9)
    await session.scribble(20)
    read = store.checkpoints.authored

    async def purge_and_read(pool: Pool, *place: int) -> list[AuthoredRow]:
        await pool.execute("UPDATE document.documents SET state = 2")
        await pool.execute("DELETE FROM document.document_operations")
        return await read(pool, *place)

    monkeypatch.setattr(store.checkpoints, "authored", purge_and_read)
    with pytest.raises(DocumentNotFound):
        await Blame(host.pool).at(id_of(session.document))


async def test_an_operation_that_cannot_be_is_an_error_and_no_answer(host: LogHost) -> None:
    session = Session(host, await host.create())
    await session.write(("ada", insert_at(0, "abc")), ("ada", delete_at(2, 5)))
    with pytest.raises(HistoryBroken) as broken:
        await Blame(host.pool).at(id_of(session.document), 2)
    assert broken.value.facts["revision"] == "2"


@pytest.mark.parametrize("nonsense", [b"", b"\x02abc", b"\x01abc", Authorship().encode()])
async def test_an_attribution_that_is_none_stops_no_checkpoint(host: LogHost, nonsense: bytes) -> None:
    """Unreadable, or of another length than the content: the content's checkpoints go on without one."""
    session = Session(host, await host.create(), seed=8)
    await session.scribble(60)
    await host.app.checkpointer.caught_up()
    await host.pool.execute("UPDATE document.document_checkpoints SET attribution = $1 WHERE revision = 50", nonsense)
    if nonsense != Authorship().encode():
        with pytest.raises(HistoryBroken):
            await Blame(host.pool).at(id_of(session.document))
    await host.restart()
    await session.scribble(50)
    await host.app.checkpointer.caught_up()
    assert await attributions(host, session.document) == {0: None, 50: nonsense, 100: None}


async def test_what_cannot_be_blamed_says_why(host: LogHost) -> None:
    document = await host.create()
    await host.log.append(typed(document, 0, "ada", 1, 3))
    answers = Blame(host.pool)
    assert await answers.at(id_of(document), 0) == (0, [])
    with pytest.raises(DocumentNotFound):
        await answers.at(DocumentId("nowhere"))
    with pytest.raises(RevisionAhead) as ahead:
        await answers.at(id_of(document), 4)
    assert ahead.value.facts == {"received": "4", "head_revision": "3"}
    with pytest.raises(InvalidField):
        await answers.at(id_of(document), -1)
    async with open_pool(host.database_url) as pool:
        pass
    with pytest.raises(LogUnavailable):
        await Blame(pool).at(id_of(document))
