"""The doctor: finds exactly what is damaged, repairs what is derived, never touches the log, and lets people write."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import grpc
import pytest

from mesh.faults import DocumentNotFound, LogUnavailable
from mesh.grpc_server import serve
from mesh.identity import SERVICE_AUDIENCE, TokenSigner, TokenVerifier
from mesh.names import DocumentId
from mesh.settings import GrpcSettings
from services.document import store
from services.document.doctor import document as doctor_document
from services.document.doctor.derived import Followers
from services.document.doctor.doctor import Doctor
from services.document.doctor.findings import Check, Event, Finding, Progress, Severity, Summary
from services.document.log.authorship import Authorship
from services.document.log.partitions import partitions_from
from shoal.document.v1 import maintenance_pb2 as pb
from shoal.document.v1.maintenance_pb2_grpc import MaintenanceServiceStub
from tests.conformance.log_host import LogHost, loaded, typed
from tests.integration.document.searching import becomes
from tests.integration.document.test_blame import Session
from tests.integration.document.test_partitions import age, archive_round, months_ago

NOT_INDEXED = """
SELECT count(*) FROM document.documents d LEFT JOIN document.document_search s USING (document_key)
WHERE s.revision IS DISTINCT FROM d.head_revision OR s.sessions_revision IS DISTINCT FROM d.head_revision
"""
NOTE, WARNING, ERROR = Severity.NOTE, Severity.WARNING, Severity.ERROR


@dataclass(frozen=True)
class Patient:
    """A document of 130 operations by several hands in 7 sessions, with checkpoints at 0, 50 and 100."""

    host: LogHost
    name: str
    key: int

    async def damage(self, sql: str, *values: object) -> None:
        await self.host.pool.execute(sql, self.key, *values)

    async def age(self, up_to: int, months: int, after: int = 0) -> None:
        """Make some operations older; its sessions are then of that time."""
        await age(self.host, self.name, up_to, months, after)
        await self.regroup()

    async def regroup(self) -> None:
        followers = await Followers.of(self.host.pool, self.host.settings, self.host.app.contents)
        await followers.make_sessions(self.key, 1, 0)

    async def log(self) -> list[Any]:
        """Every row of the log, byte by byte."""
        return await self.host.pool.fetch("SELECT o::text FROM document.document_operations o ORDER BY 1")

    async def derived(self) -> list[Any]:
        """What repair may write, and the heads, which it may not."""
        tables = (
            "SELECT document_key, head_revision, checkpoint_revision FROM document.documents ORDER BY 1",
            "SELECT document_key, revision, hash, content FROM document.document_checkpoints ORDER BY 1, 2",
            "SELECT * FROM document.document_sites ORDER BY site_key",
            "SELECT document_key, revision, title, body, terms::text, project FROM document.document_search ORDER BY 1",
            "SELECT * FROM document.document_edit_sessions ORDER BY document_key, first_revision",
        )
        return [[tuple(row) for row in await self.host.pool.fetch(table)] for table in tables]


@pytest.fixture
async def patient(host: LogHost) -> Patient:
    bystander = await host.create(plain=False)
    await host.log.append(typed(bystander, 1, "eve", 1, 60))
    session = Session(host, await host.create(), seed=4)
    await session.scribble(130)
    await host.app.checkpointer.caught_up()
    key = await host.pool.fetchval(
        "SELECT document_key FROM document.documents WHERE id = $1", session.document.removeprefix("documents/")
    )
    patient = Patient(host, session.document, key)
    await patient.damage(
        "UPDATE document.document_operations SET applied_at = applied_at + revision / 20 * interval '1 hour'"
        " WHERE document_key = $1"
    )
    await becomes(lambda: host.pool.fetchval(NOT_INDEXED), 0)
    await patient.regroup()
    assert (await examine(host))[0] == []
    return patient


def doctor_of(host: LogHost) -> Doctor:
    async def make_partitions() -> None:
        for partition in partitions_from(datetime.now(UTC), 1):
            await store.partitions.add(host.pool, partition.name, partition.start, partition.end)

    return Doctor(host.pool, host.settings, host.app.contents, make_partitions)


async def events_of(host: LogHost, *, repair: bool = False, documents: Sequence[str] = ()) -> list[Event]:
    ids = [DocumentId(each.removeprefix("documents/")) for each in documents]
    return [event async for event in doctor_of(host).check(ids, repair=repair)]


async def examine(
    host: LogHost, *, repair: bool = False, documents: Sequence[str] = ()
) -> tuple[list[Finding], Summary]:
    events = await events_of(host, repair=repair, documents=documents)
    summary = events[-1]
    assert isinstance(summary, Summary)
    return [event for event in events if isinstance(event, Finding)], summary


def kinds(findings: Sequence[Finding]) -> list[tuple[Check, Severity, int]]:
    return [(each.check, each.severity, each.revision) for each in findings]


# -- what is derived is repaired -----------------------------------------------------------------------------------

CHECKPOINT = "document.document_checkpoints"
REPAIRABLE = {
    "a hash": (
        f"UPDATE {CHECKPOINT} SET hash = sha256('x') WHERE document_key = $1 AND revision = 50",
        (Check.HASHES, WARNING, 50),
    ),
    "content of another revision": (
        f"""UPDATE {CHECKPOINT} c SET content = o.content FROM {CHECKPOINT} o
        WHERE c.document_key = $1 AND c.revision = 100 AND o.document_key = $1 AND o.revision = 50""",
        (Check.CHECKPOINTS, WARNING, 100),
    ),
    "content of another revision, with its hash": (
        f"""UPDATE {CHECKPOINT} c SET content = o.content, hash = o.hash FROM {CHECKPOINT} o
        WHERE c.document_key = $1 AND c.revision = 100 AND o.document_key = $1 AND o.revision = 50""",
        (Check.CHECKPOINTS, WARNING, 100),
    ),
    "content that is no content": (
        f"UPDATE {CHECKPOINT} SET content = 'nonsense' WHERE document_key = $1 AND revision = 50",
        (Check.CHECKPOINTS, WARNING, 50),
    ),
    "content cut short": (
        f"""UPDATE {CHECKPOINT} SET content = substr(content, 1, octet_length(content) / 2)
        WHERE document_key = $1 AND revision = 50""",
        (Check.CHECKPOINTS, WARNING, 50),
    ),
    "the beginning": (
        f"DELETE FROM {CHECKPOINT} WHERE document_key = $1 AND revision = 0",
        (Check.CHECKPOINTS, WARNING, 0),
    ),
    "a checkpoint above the head": (
        f"""INSERT INTO {CHECKPOINT} (document_key, revision, hash, content)
        SELECT document_key, 1000, hash, content FROM {CHECKPOINT} WHERE document_key = $1 AND revision = 50""",
        (Check.CHECKPOINTS, WARNING, 1000),
    ),
    "an attribution of another revision": (
        f"""UPDATE {CHECKPOINT} c SET attribution = o.attribution FROM {CHECKPOINT} o
        WHERE c.document_key = $1 AND c.revision = 100 AND o.document_key = $1 AND o.revision = 50""",
        (Check.ATTRIBUTION, WARNING, 100),
    ),
    "an attribution that is none": (
        f"UPDATE {CHECKPOINT} SET attribution = 'nonsense' WHERE document_key = $1 AND revision = 50",
        (Check.ATTRIBUTION, WARNING, 50),
    ),
    "attributions from before there were any": (
        f"UPDATE {CHECKPOINT} SET attribution = NULL WHERE document_key = $1",
        (Check.ATTRIBUTION, NOTE, 0),
    ),
    "a site's sequence": (
        "UPDATE document.document_sites SET last_sequence = last_sequence + 1 WHERE site_key = ("
        "SELECT site_key FROM document.document_operations WHERE document_key = $1 AND revision = 130)",
        (Check.SITES, WARNING, 130),
    ),
    "a site's sequence, too low": (
        "UPDATE document.document_sites SET last_sequence = 1 WHERE site_key = ("
        "SELECT site_key FROM document.document_operations WHERE document_key = $1 AND revision = 130)",
        (Check.SITES, WARNING, 130),
    ),
    "a site's revision": (
        "UPDATE document.document_sites SET last_revision = 1 WHERE site_key = ("
        "SELECT site_key FROM document.document_operations WHERE document_key = $1 AND revision = 130)",
        (Check.SITES, WARNING, 130),
    ),
    "a site that never wrote": (
        "INSERT INTO document.document_sites (document_key, site_key, last_sequence, last_revision, site, author)"
        " VALUES ($1, nextval('document.site_keys'), 3, 7, 'ghost', 'users/ghost')",
        (Check.SITES, WARNING, 0),
    ),
    "the newest checkpoint's revision": (
        "UPDATE document.documents SET checkpoint_revision = 50 WHERE document_key = $1",
        (Check.CHECKPOINTS, WARNING, 100),
    ),
    "the newest checkpoint's revision, above the head": (
        "UPDATE document.documents SET checkpoint_revision = 5000 WHERE document_key = $1",
        (Check.CHECKPOINTS, WARNING, 100),
    ),
    "the searched text": (
        "UPDATE document.document_search SET body = body || ' or not' WHERE document_key = $1",
        (Check.SEARCH, WARNING, 130),
    ),
    "the searched title": (
        "UPDATE document.document_search SET title = 'Other' WHERE document_key = $1",
        (Check.SEARCH, WARNING, 130),
    ),
    "the searched words": (
        "UPDATE document.document_search SET terms = to_tsvector('other') WHERE document_key = $1",
        (Check.SEARCH, WARNING, 130),
    ),
    "the project of the searched text": (
        "UPDATE document.document_search SET project = 'projects/other' WHERE document_key = $1",
        (Check.SEARCH, WARNING, 130),
    ),
    "the searched text of another revision": (
        "UPDATE document.document_search SET revision = 60 WHERE document_key = $1",
        (Check.SEARCH, WARNING, 60),
    ),
    "who worked in a session": (
        "UPDATE document.document_edit_sessions SET contributions = '[]'"
        " WHERE document_key = $1 AND first_revision = 40",
        (Check.EDIT_SESSIONS, WARNING, 40),
    ),
    "when a session ended": (
        "UPDATE document.document_edit_sessions SET end_time = end_time + interval '1 s'"
        " WHERE document_key = $1 AND first_revision = 1",
        (Check.EDIT_SESSIONS, WARNING, 1),
    ),
    "a session": (
        "DELETE FROM document.document_edit_sessions WHERE document_key = $1 AND first_revision = 120",
        (Check.EDIT_SESSIONS, WARNING, 120),
    ),
    "a session that was not": (
        "INSERT INTO document.document_edit_sessions SELECT $1, 130, 130, now(), now(), '[]'",
        (Check.EDIT_SESSIONS, WARNING, 130),
    ),
    "the bytes since the newest checkpoint": (
        "UPDATE document.documents SET uncheckpointed_bytes = 0 WHERE document_key = $1",
        (Check.CHECKPOINTS, NOTE, 100),
    ),
}


@pytest.mark.parametrize(("sql", "expected"), REPAIRABLE.values(), ids=REPAIRABLE)
async def test_damage_of_what_is_derived_is_found_and_repaired(
    patient: Patient, sql: str, expected: tuple[Check, Severity, int]
) -> None:
    healthy, log = await patient.derived(), await patient.log()
    await patient.damage(sql)
    findings, summary = await examine(patient.host)
    assert kinds(findings) == [expected]
    assert [(each.document, each.repaired) for each in findings] == [(patient.name.removeprefix("documents/"), False)]
    assert (summary.unrepaired, summary.repaired) == (int(expected[1] > NOTE), 0)

    findings, summary = await examine(patient.host, repair=True)
    assert kinds(findings) == [expected]
    assert all(each.repaired for each in findings)
    assert (summary.unrepaired, summary.repaired) == (0, 1)
    assert (await examine(patient.host))[0] == []
    assert await patient.derived() == healthy
    assert await patient.log() == log


async def test_repaired_attributions_say_who_wrote_what(patient: Patient) -> None:
    stored = "SELECT revision, attribution FROM document.document_checkpoints WHERE document_key = $1 AND revision > 0"
    before = {row[0]: row[1] for row in await patient.host.pool.fetch(stored, patient.key)}
    await patient.damage("UPDATE document.document_checkpoints SET attribution = NULL WHERE document_key = $1")
    await examine(patient.host, repair=True)
    after = {row[0]: row[1] for row in await patient.host.pool.fetch(stored, patient.key)}
    assert before.keys() == after.keys() == {50, 100}
    for revision, encoded in after.items():
        assert Authorship.decode(encoded).runs() == Authorship.decode(before[revision]).runs()


# -- the log, and heads, are reported ------------------------------------------------------------------------------

LOG = "document.document_operations"
REPORTED = {
    "a missing operation": (
        f"DELETE FROM {LOG} WHERE document_key = $1 AND revision = 70",
        [(Check.LOG, ERROR, 70)],
    ),
    "missing operations": (
        f"DELETE FROM {LOG} WHERE document_key = $1 AND revision BETWEEN 40 AND 60",
        [(Check.LOG, ERROR, 40)],
    ),
    "a missing beginning": (
        f"DELETE FROM {LOG} WHERE document_key = $1 AND revision = 1",
        [(Check.LOG, ERROR, 1)],
    ),
    "a revision that is there twice": (
        f"INSERT INTO {LOG} SELECT * FROM {LOG} WHERE document_key = $1 AND revision = 70",
        [(Check.LOG, ERROR, 70)],
    ),
    "a revision below the first": (
        f"UPDATE {LOG} SET revision = -3 WHERE document_key = $1 AND revision = 1",
        [(Check.LOG, ERROR, -3), (Check.LOG, ERROR, 1)],
    ),
    "a base that did not exist": (
        f"UPDATE {LOG} SET base_revision = 70 WHERE document_key = $1 AND revision = 70",
        [(Check.LOG, ERROR, 70)],
    ),
    "an operation that does not fit": (
        # Deletes 1,000,000 units.
        rf"UPDATE {LOG} SET operation = '\x0a0418c0843d' WHERE document_key = $1 AND revision = 70",
        [(Check.REPLAY, ERROR, 70)],
    ),
    "an operation that is none": (
        f"UPDATE {LOG} SET operation = 'nonsense' WHERE document_key = $1 AND revision = 70",
        [(Check.REPLAY, ERROR, 70)],
    ),
    "a head above the log": (
        "UPDATE document.documents SET head_revision = 131 WHERE document_key = $1",
        [(Check.HEAD, ERROR, 131)],
    ),
    "a head far above the log": (
        "UPDATE document.documents SET head_revision = 1000000000000000 WHERE document_key = $1",
        [(Check.HEAD, ERROR, 1000000000000000)],
    ),
    "a head below the log": (
        "UPDATE document.documents SET head_revision = 129 WHERE document_key = $1",
        [(Check.HEAD, ERROR, 129)],
    ),
    "no operation at all": (
        f"DELETE FROM {LOG} WHERE document_key = $1",
        [(Check.HEAD, ERROR, 130)],
    ),
    "an operation of an unknown site": (
        f"UPDATE {LOG} SET site_key = -1 WHERE document_key = $1 AND revision = 130",
        [(Check.SITES, ERROR, 130)],
    ),
    "a site of another document": (
        f"UPDATE {LOG} SET site_key = (SELECT min(site_key) FROM document.document_sites WHERE document_key <> $1)"
        " WHERE document_key = $1 AND revision = 130",
        [(Check.SITES, ERROR, 130)],
    ),
    "a site's operation left out": (
        f"UPDATE {LOG} SET site_sequence = site_sequence + 1 WHERE document_key = $1 AND revision = 130",
        [(Check.SITES, ERROR, 130)],
    ),
}


@pytest.mark.parametrize(("sql", "expected"), REPORTED.values(), ids=REPORTED)
async def test_damage_of_the_log_is_reported_and_left_alone(
    patient: Patient, sql: str, expected: list[tuple[Check, Severity, int]]
) -> None:
    await patient.damage(sql)
    log, derived = await patient.log(), await patient.derived()
    for repair in (False, True, False):
        findings, summary = await examine(patient.host, repair=repair)
        assert kinds(findings) == expected
        assert not any(each.repaired for each in findings)
        assert (summary.unrepaired, summary.repaired) == (len(expected), 0)
        assert await patient.log() == log
        assert await patient.derived() == derived


async def test_high_water_rows_stay_as_they_are_while_the_log_is_damaged(patient: Patient) -> None:
    """They may be the last to know what is missing."""
    sites = (await patient.derived())[2]
    await patient.damage("DELETE FROM document.document_operations WHERE document_key = $1 AND revision > 120")
    await examine(patient.host, repair=True)
    assert (await patient.derived())[2] == sites


async def test_checkpoints_before_a_gap_are_repaired_and_those_after_it_held_against_each_other(
    patient: Patient,
) -> None:
    await patient.damage("DELETE FROM document.document_operations WHERE document_key = $1 AND revision = 20")
    await patient.damage(
        "UPDATE document.document_checkpoints SET hash = 'x' WHERE document_key = $1 AND revision = 100"
    )
    findings, _ = await examine(patient.host, repair=True)
    assert kinds(findings) == [(Check.LOG, ERROR, 20), (Check.HASHES, WARNING, 100)]
    assert not findings[1].repaired, "nothing tells that what it would be made from is right"


async def test_a_thousand_findings_of_a_kind_are_told_as_a_few(patient: Patient) -> None:
    await patient.damage("UPDATE document.document_operations SET base_revision = 1000 WHERE document_key = $1")
    findings, summary = await examine(patient.host)
    assert len(findings) == 21
    assert findings[-1].message == "110 more findings of this kind"
    assert summary.unrepaired == 130


async def test_pages_end_at_any_place_without_findings(patient: Patient, monkeypatch: pytest.MonkeyPatch) -> None:
    for size in (1, 2, 7, 50):
        monkeypatch.setattr(doctor_document, "_PAGE_OPERATIONS", size)
        assert (await examine(patient.host))[0] == []
    await patient.damage(
        f"INSERT INTO {LOG} SELECT o.* FROM {LOG} o, generate_series(1, 9) WHERE document_key = $1 AND revision = 70"
    )
    for size in (2, 7, 50):
        monkeypatch.setattr(doctor_document, "_PAGE_OPERATIONS", size)
        found = {(check, revision) for check, _, revision in kinds((await examine(patient.host))[0])}
        assert found == {(Check.LOG, 70)}


# -- the database as a whole ---------------------------------------------------------------------------------------


async def test_missing_partitions_are_made_and_operations_moved_into_them(patient: Patient) -> None:
    this_month, next_month = partitions_from(datetime.now(UTC), 1)
    log = await patient.log()
    await patient.host.pool.execute(
        f"""
        CREATE TEMP TABLE kept AS SELECT * FROM document.{this_month.name};
        DROP TABLE document.{this_month.name}, document.{next_month.name};
        INSERT INTO document.document_operations SELECT * FROM kept;
        DROP TABLE kept
        """
    )
    findings, _ = await examine(patient.host)
    assert kinds(findings) == [(Check.PARTITIONS, WARNING, 0)] * 3
    findings, summary = await examine(patient.host, repair=True)
    assert summary.unrepaired == 0
    assert (await examine(patient.host))[0] == []
    assert await patient.log() == log


async def test_operations_of_a_month_between_partitions_are_moved_out_of_the_default_one(patient: Patient) -> None:
    await patient.age(5, 4)
    await patient.age(9, 2, after=5)
    await patient.host.pool.execute(f"DROP TABLE IF EXISTS document.{months_ago(3).name}")
    await patient.damage(
        f"UPDATE {LOG} SET applied_at = $2 WHERE document_key = $1 AND revision BETWEEN 6 AND 7", months_ago(3).start
    )
    await patient.regroup()
    findings, _ = await examine(patient.host, repair=True)
    assert kinds(findings) == [(Check.PARTITIONS, WARNING, 0)]
    assert findings[0].repaired
    assert months_ago(3).name in await store.partitions.attached(patient.host.pool)
    assert (await examine(patient.host))[0] == []


async def test_operations_of_imported_histories_are_a_note(patient: Patient) -> None:
    await patient.damage(f"UPDATE {LOG} SET applied_at = '2001-02-03Z' WHERE document_key = $1 AND revision < 7")
    await patient.regroup()
    findings, summary = await examine(patient.host, repair=True)
    assert kinds(findings) == [(Check.PARTITIONS, NOTE, 0)]
    assert (summary.unrepaired, summary.repaired) == (0, 0)


async def test_a_reader_that_does_not_read_the_outbox_is_found(patient: Patient) -> None:
    pool = patient.host.pool
    await pool.execute("DELETE FROM document.outbox_readers")
    await pool.execute(
        "INSERT INTO document.outbox_readers (name, read_up_to) VALUES ('stuck', '0'), ('quick', pg_current_xact_id())"
    )
    assert (await examine(patient.host))[0] == [], "a moment behind is no finding"
    await pool.execute("UPDATE document.outbox SET created_at = created_at - interval '1 hour'")
    findings, summary = await examine(patient.host, repair=True)
    assert kinds(findings) == [(Check.OUTBOX, WARNING, 0)]
    assert findings[0].message.startswith("stuck ")
    assert summary.unrepaired == 1


async def test_operations_of_no_document_are_found_and_left_alone(patient: Patient) -> None:
    await patient.damage(
        f"""INSERT INTO {LOG} SELECT applied_at, 1000 + n, revision, site_key, site_sequence, base_revision, operation
        FROM {LOG}, generate_series(1, 3) n WHERE document_key = $1 AND revision < 5"""
    )
    log = await patient.log()
    findings, _ = await examine(patient.host, repair=True)
    assert kinds(findings) == [(Check.LOG, ERROR, 0)] * 3
    assert await patient.log() == log


async def test_imports_and_erasures_left_behind_are_noted_and_their_documents_not_looked_at(patient: Patient) -> None:
    pool = patient.host.pool
    await pool.execute("UPDATE document.documents SET state = 1, head_revision = 0, update_time = now()")
    assert (await examine(patient.host))[0] == []
    await pool.execute("UPDATE document.documents SET update_time = now() - interval '2 days'")
    findings, summary = await examine(patient.host)
    assert kinds(findings) == [(Check.LOG, NOTE, 0)]
    assert summary.documents == 0


async def test_only_the_documents_asked_for_are_looked_at(patient: Patient) -> None:
    healthy = await patient.host.create(title="healthy")
    await patient.damage("UPDATE document.documents SET head_revision = 131 WHERE document_key = $1")
    assert await examine(patient.host, documents=[healthy, healthy]) == ([], Summary(1, 0, 0, 0))
    findings, summary = await examine(patient.host, documents=[patient.name, healthy])
    assert (len(findings), summary.documents, summary.operations) == (1, 2, 130)
    with pytest.raises(DocumentNotFound):
        await examine(patient.host, documents=["documents/nobody"])


# -- what follows by itself ----------------------------------------------------------------------------------------


async def test_an_index_that_stays_behind_is_found_when_its_document_has_been_left_alone(patient: Patient) -> None:
    host, healthy = patient.host, await patient.derived()
    await patient.damage("DELETE FROM document.document_search WHERE document_key = $1")
    assert (await examine(host))[0] == [], "a moment behind is no finding"
    await patient.damage(
        "UPDATE document.documents SET update_time = now() - interval '5 minutes' WHERE document_key = $1"
    )
    findings, _ = await examine(host)
    assert kinds(findings) == [(Check.EDIT_SESSIONS, WARNING, 1), (Check.SEARCH, WARNING, 130)]
    assert (await examine(host, repair=True))[1] == Summary(2, 191, 0, 2)
    assert (await examine(host))[0] == []
    assert await patient.derived() == healthy


async def test_a_text_too_long_to_be_searched_whole_is_no_finding(patient: Patient) -> None:
    settings = patient.host.settings.model_copy(update={"search_body_characters": 12})
    doctor = Doctor(patient.host.pool, settings, patient.host.app.contents, asyncio.Event().wait)  # type: ignore[arg-type]

    async def found(*, repair: bool) -> list[Finding]:
        return [each async for each in doctor.check([], repair=repair) if isinstance(each, Finding)]

    assert kinds(await found(repair=True)) == [(Check.SEARCH, WARNING, 61), (Check.SEARCH, WARNING, 130)]
    assert await found(repair=False) == []
    bodies = await patient.host.pool.fetch("SELECT length(body) FROM document.document_search")
    assert [row[0] for row in bodies] == [12, 12]


async def test_what_is_known_of_a_document_in_the_trash_is_left_alone(patient: Patient) -> None:
    host, document = patient.host, DocumentId(patient.name.removeprefix("documents/"))
    await store.documents.delete(host.pool, document, None, 30)
    await patient.damage("UPDATE document.document_search SET body = 'old' WHERE document_key = $1")
    assert (await examine(host))[0] == []
    gone = "SELECT body = '' AND generation = -1 FROM document.document_search WHERE document_key = $1"
    await becomes(lambda: host.pool.fetchval(gone, patient.key), True)
    await patient.damage(
        "UPDATE document.documents SET update_time = now() - interval '5 minutes' WHERE document_key = $1"
    )
    assert (await examine(host))[0] == []


# -- archived history ----------------------------------------------------------------------------------------------


async def test_an_archived_document_is_healthy_and_repaired_from_where_its_log_begins(patient: Patient) -> None:
    host = patient.host
    await patient.age(70, 3)
    await archive_round(host)
    assert (await examine(host))[0] == []
    await patient.damage(
        "UPDATE document.document_checkpoints SET content = 'x' WHERE document_key = $1 AND revision = 100"
    )
    findings, _ = await examine(host, repair=True)
    assert [(*kinds([each])[0], each.repaired) for each in findings] == [(Check.CHECKPOINTS, WARNING, 100, True)]
    assert (await examine(host))[0] == []
    await patient.damage("DELETE FROM document.document_operations WHERE document_key = $1 AND revision = 71")
    assert kinds((await examine(host))[0]) == [(Check.LOG, ERROR, 71)]


async def test_sessions_of_archived_history_are_kept_and_later_ones_made_anew(patient: Patient) -> None:
    """The one that was under way at the end of the archive is kept as it is, and the others begin after it."""
    host = patient.host
    await patient.age(70, 3)
    await archive_round(host)
    healthy = await patient.derived()
    await patient.damage(
        "UPDATE document.document_edit_sessions SET contributions = '[]'"
        " WHERE document_key = $1 AND first_revision > 70"
    )
    findings, _ = await examine(host, repair=True)
    assert kinds(findings)[0][:2] == (Check.EDIT_SESSIONS, WARNING)
    assert len(findings) == 1
    assert await patient.derived() == healthy


async def test_a_damaged_checkpoint_at_the_end_of_the_archive_cannot_be_repaired(patient: Patient) -> None:
    host = patient.host
    await patient.age(70, 3)
    await archive_round(host)
    await patient.damage(
        "UPDATE document.document_checkpoints SET content = 'x' WHERE document_key = $1 AND revision = 70"
    )
    for repair in (True, False):
        assert kinds((await examine(host, repair=repair))[0]) == [(Check.CHECKPOINTS, ERROR, 70)]
    await patient.damage("DELETE FROM document.document_checkpoints WHERE document_key = $1 AND revision = 70")
    assert kinds((await examine(host))[0]) == [(Check.CHECKPOINTS, ERROR, 70)]


async def test_a_month_that_is_attached_again_is_taken_back_by_repair(patient: Patient) -> None:
    host = patient.host
    month, earlier = months_ago(3), months_ago(5)
    await patient.age(30, 5)
    await patient.age(70, 3, after=30)
    log = await patient.log()
    await archive_round(host)
    for each, first in ((month, 30), (earlier, 0)):
        await host.pool.execute(
            f"ALTER TABLE document.{each.name} ADD CHECK (applied_at >= '{each.start}' AND applied_at < '{each.end}');"
            f"ALTER TABLE document.document_operations ATTACH PARTITION document.{each.name} "
            f"FOR VALUES FROM ('{each.start}') TO ('{each.end}')"
        )
        assert kinds((await examine(host))[0]) == [(Check.LOG, NOTE, first + 1)]
        assert (await examine(host, repair=True))[1].repaired == 1
        assert (await examine(host))[0] == []
        row = await host.app.contents.find(DocumentId(patient.name.removeprefix("documents/")))
        assert row.first_revision == first
        assert row.first_revision_time == (month.start + timedelta(seconds=31) if first else None)
    assert await patient.log() == log
    assert (await loaded(host.log, patient.name, 20))[0] == 20


# -- while it runs -------------------------------------------------------------------------------------------------


async def test_documents_that_are_being_written_have_no_findings(patient: Patient) -> None:
    """Checks and repairs go on while people write; nothing of it is taken for damage."""
    host, done = patient.host, asyncio.Event()
    names = [await host.create(title=str(n)) for n in range(3)]

    async def write(name: str) -> int:
        revision = 0
        while not done.is_set():
            answer = await host.log.append(typed(name, revision, "ada", revision + 1, 5))
            assert answer.committed_head_revision == revision + 5
            revision += 5
        return revision

    writing = [asyncio.create_task(write(name)) for name in names]
    for turn in range(6):  # each looks at all that was written before
        findings, summary = await examine(host, repair=turn % 2 == 1)
        assert [each for each in findings if each.severity > NOTE] == []
        assert summary.unrepaired == 0
    done.set()
    assert min(await asyncio.gather(*writing)) > 100
    await host.app.checkpointer.caught_up()
    assert (await examine(host))[0] == []


async def test_high_water_rows_are_repaired_under_a_writer_and_no_operation_is_taken_twice(patient: Patient) -> None:
    host, name = patient.host, await patient.host.create(title="busy")
    key = await host.pool.fetchval("SELECT max(document_key) FROM document.documents")
    await host.log.append(typed(name, 0, "ada", 1, 40))
    snapshot = await store.doctor.snapshot(host.pool, key)
    assert snapshot is not None
    (site_key,) = snapshot.sites
    await host.log.append(typed(name, 40, "ada", 41, 5))  # After the check looked.
    await store.doctor.settle_site(host.pool, key, site_key, snapshot.head_revision, (40, 40))
    assert (await host.log.append(typed(name, 45, "ada", 41, 5))).HasField("site_conflict")
    assert (await host.log.append(typed(name, 45, "ada", 46, 1))).committed_head_revision == 46


async def test_a_document_that_is_archived_while_it_is_looked_at_is_begun_anew(
    patient: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    host = patient.host
    await patient.age(70, 3)
    read, archived = store.doctor.operations, False

    async def archive_and_read(*place: Any) -> Any:
        nonlocal archived
        if place[1] == patient.key and not archived:
            archived = True
            await archive_round(host)
        return await read(*place)

    monkeypatch.setattr(store.doctor, "operations", archive_and_read)
    findings, summary = await examine(host)
    assert (findings, summary.unrepaired) == ([], 0)
    assert archived


async def test_a_document_purged_while_it_is_looked_at_is_no_finding(
    patient: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    host, read = patient.host, store.doctor.operations

    async def purge_and_read(*place: Any) -> Any:
        await host.pool.execute("UPDATE document.documents SET state = 2 WHERE document_key = $1", patient.key)
        await host.pool.execute("DELETE FROM document.document_operations WHERE document_key = $1", patient.key)
        return await read(*place)

    monkeypatch.setattr(store.doctor, "operations", purge_and_read)
    assert (await examine(host))[0] == []


async def test_progress_is_told_from_the_start_to_the_end_and_while_nothing_is_found(
    patient: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = [event for event in await events_of(patient.host) if isinstance(event, Progress)]
    operations = await patient.host.pool.fetchval("SELECT sum(head_revision) FROM document.documents")
    assert told[-1] == Progress(2, 2, operations, operations)

    stuck = asyncio.Event()

    async def wait(*_: Any) -> None:
        await stuck.wait()

    monkeypatch.setattr(store.doctor, "snapshot", wait)
    heard = 0
    check = doctor_of(patient.host).check([], repair=False)
    async with asyncio.timeout(5):
        async for event in check:
            heard += isinstance(event, Progress)
            if heard == 4:
                break
    await check.aclose()


async def test_a_check_ends_with_its_caller(patient: Patient) -> None:
    check = doctor_of(patient.host).check([], repair=False)
    assert isinstance(await anext(check), Progress)
    before = asyncio.all_tasks()
    await check.aclose()
    assert len(asyncio.all_tasks()) < len(before)


async def test_a_database_that_goes_away_ends_the_check_with_that_fault(
    patient: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def lost(*_: Any) -> None:
        raise ConnectionResetError("away")

    monkeypatch.setattr(store.doctor, "operations", lost)
    with pytest.raises(LogUnavailable):
        await examine(patient.host)


# -- over gRPC -----------------------------------------------------------------------------------------------------


@pytest.fixture
async def stub(host: LogHost, verifier: TokenVerifier) -> AsyncIterator[Any]:
    async with serve(GrpcSettings(port=0, shutdown_grace_s=0.2), verifier, host.app.mounted) as server:
        async with grpc.aio.insecure_channel(server.address) as channel:
            yield MaintenanceServiceStub(channel)


def metadata(signer: TokenSigner, *, operator: bool) -> tuple[tuple[str, str], ...]:
    audience = SERVICE_AUDIENCE if operator else None
    return (("authorization", f"Bearer {signer.sign('services/operator', lifetime_s=60, audience=audience)}"),)


async def test_an_operator_hears_findings_progress_and_the_end(
    stub: Any, patient: Patient, signer: TokenSigner
) -> None:
    await patient.damage(
        "UPDATE document.document_checkpoints SET hash = 'x' WHERE document_key = $1 AND revision = 50"
    )
    request = pb.CheckDatabaseRequest(repair=True, documents=[patient.name])
    events = [event async for event in stub.CheckDatabase(request, metadata=metadata(signer, operator=True))]
    findings = [event.finding for event in events if event.HasField("finding")]
    expected = pb.CheckDatabaseResponse.Finding(
        check=pb.CHECK_HASHES,
        severity=pb.SEVERITY_WARNING,
        document=patient.name,
        revision=50,
        message="the hash of a checkpoint is not that of its content",
        repaired=True,
    )
    assert findings == [expected]
    assert events[0].WhichOneof("event") == "progress"
    assert events[-1].done == pb.CheckDatabaseResponse.Summary(documents=1, operations=130, unrepaired=0, repaired=1)


async def test_nobody_else_may_check_a_database(stub: Any, signer: TokenSigner) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        async for _ in stub.CheckDatabase(pb.CheckDatabaseRequest(), metadata=metadata(signer, operator=False)):
            pass
    assert refused.value.code() is grpc.StatusCode.PERMISSION_DENIED
    with pytest.raises(grpc.aio.AioRpcError) as unknown:
        async for _ in stub.CheckDatabase(
            pb.CheckDatabaseRequest(documents=["notes"]), metadata=metadata(signer, operator=True)
        ):
            pass
    assert unknown.value.code() is grpc.StatusCode.INVALID_ARGUMENT


def test_checks_and_severities_are_those_of_the_contract() -> None:
    assert {f"CHECK_{each.name}": int(each) for each in Check} == dict(list(pb.Check.items())[1:])
    assert {f"SEVERITY_{each.name}": int(each) for each in Severity} == dict(list(pb.Severity.items())[1:])
