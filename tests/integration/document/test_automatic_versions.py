"""Automatic versions: made while people work, thinned as they age, and never in the way of those that people made."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from mesh.names import parse_document
from services.document import store
from services.document.history.thinning import Thinning
from services.document.settings import DocumentSettings
from services.document.store.versions import NewVersion, VersionRow
from shoal.document.v1.version_pb2 import VersionKind
from tests.conformance.log_host import LogHost, typed
from tests.integration.document.searching import nobody_indexing

AUTOMATIC, NAMED = VersionKind.VERSION_KIND_AUTOMATIC, VersionKind.VERSION_KIND_NAMED


@pytest.fixture
async def host(database_url: str) -> Any:
    """A log whose documents are followed when asked, not by themselves, so that it is known when versions are made."""
    async with nobody_indexing(database_url):
        host = LogHost(database_url, DocumentSettings(version_operations=100, version_minutes=30))
        await host.start()
        try:
            yield host
        finally:
            await host.stop()


async def versions(host: LogHost, name: str) -> list[VersionRow]:
    key = (await host.log.find(parse_document(name))).key  # type: ignore[attr-defined]
    return (await store.versions.page(host.pool, key, None, None, 100))[::-1]


async def write(host: LogHost, name: str, head: int, count: int) -> None:
    await host.log.append(typed(name, head, "ada", head + 1, count))
    await host.app.edit_sessions.page(parse_document(name), 1, "")


async def test_one_is_made_every_so_many_operations_at_the_head_that_was_seen(host: LogHost) -> None:
    name = await host.create()
    for head in range(0, 260, 26):
        await write(host, name, head, 26)
    made = await versions(host, name)
    assert [(each.revision, each.kind, each.creator, each.title) for each in made] == [
        (104, AUTOMATIC, "", ""),
        (208, AUTOMATIC, "", ""),
    ]
    at = "SELECT applied_at FROM document.document_operations WHERE revision = 104"
    assert made[0].revision_time == await host.pool.fetchval(at)
    told = "SELECT array_agg(last_revision ORDER BY id) FROM document.outbox WHERE kind = 7"
    assert await host.pool.fetchval(told) == [104, 208]


async def test_one_is_made_after_so_much_work_and_pauses_are_no_work(host: LogHost) -> None:
    name = await host.create()
    await host.log.append(typed(name, 0, "ada", 1, 12))
    # Three stretches of fifteen minutes with an hour between them.
    await host.pool.execute(
        """
        UPDATE document.document_operations SET applied_at =
            date_trunc('month', applied_at)
            + make_interval(mins => ((revision - 1) / 4 * 75 + (revision - 1) % 4 * 5)::int)
        """
    )
    follow = host.app.edit_sessions.page
    await host.pool.execute("UPDATE document.documents SET head_revision = 8")
    await host.pool.execute("UPDATE document.document_operations SET document_key = -document_key WHERE revision > 8")
    await follow(parse_document(name), 1, "")
    assert [each.revision for each in await versions(host, name)] == [8]
    await host.pool.execute("UPDATE document.document_operations SET document_key = abs(document_key)")
    await host.pool.execute("UPDATE document.documents SET head_revision = 12")
    await follow(parse_document(name), 1, "")
    assert [each.revision for each in await versions(host, name)] == [8]


async def test_a_version_that_somebody_made_counts_as_the_last_one(host: LogHost) -> None:
    name = await host.create()
    await write(host, name, 0, 60)
    named = NewVersion("mine", 0, NAMED, "Mine", "", "users/ada")  # type: ignore[arg-type]
    assert await store.versions.create(host.pool, parse_document(name), named)
    await write(host, name, 60, 60)
    assert [each.revision for each in await versions(host, name)] == [60]
    await write(host, name, 120, 40)
    assert [each.revision for each in await versions(host, name)] == [60, 160]


async def test_two_who_follow_at_once_make_one(host: LogHost, database_url: str) -> None:
    name, other = await host.create(), LogHost(database_url, host.settings)
    await other.start()
    try:
        await host.log.append(typed(name, 0, "ada", 1, 150))
        asked = [each.app.edit_sessions.page(parse_document(name), 1, "") for each in (host, other) for _ in range(4)]
        await asyncio.gather(*asked)
        assert [each.revision for each in await versions(host, name)] == [150]
    finally:
        await other.stop()


async def test_the_trash_gets_no_versions(host: LogHost) -> None:
    name = await host.create()
    await host.log.append(typed(name, 0, "ada", 1, 150))
    await host.pool.execute("UPDATE document.documents SET delete_time = now(), expire_time = now() + interval '1 day'")
    await host.app.edit_sessions.page(parse_document(name), 1, "")
    assert await versions(host, name) == []


async def test_age_thins_them_and_never_those_that_people_made(host: LogHost) -> None:
    name = await host.create()
    await write(host, name, 0, 1)
    now = datetime(2026, 5, 6, 12, 0, tzinfo=UTC)
    await host.pool.execute(
        """
        INSERT INTO document.document_versions
            (document_key, revision, revision_time, kind, id, title, description, creator)
        SELECT d.document_key, n, $1::timestamptz - make_interval(mins => 20 * (2000 - n)),
            CASE WHEN n % 100 = 0 THEN 1 ELSE 2 END, 'v' || n, 'x', '', ''
        FROM document.documents d, generate_series(1, 2000) n
        """,
        now,
    )
    thinning = Thinning(host.pool, host.settings)
    removed = await thinning.round(now)
    key = await host.pool.fetchval("SELECT document_key FROM document.documents")
    kept = await store.versions.page(host.pool, key, None, None, 3000)
    ages = [now - each.revision_time for each in kept if each.kind == AUTOMATIC]
    assert len(kept) + removed == 2000
    assert sum(each.kind == NAMED for each in kept) == 20
    assert sum(age <= timedelta(days=1) for age in ages) == 72
    assert sum(timedelta(days=1) < age <= timedelta(days=7) for age in ages) in range(143, 147)
    assert sum(age > timedelta(days=7) for age in ages) in range(20, 23)
    assert await thinning.round(now) == 0


async def test_one_given_a_title_meanwhile_stays(host: LogHost) -> None:
    name = await host.create()
    await write(host, name, 0, 150)
    [made] = await versions(host, name)
    key = await host.pool.fetchval("SELECT document_key FROM document.documents")
    assert await store.versions.update(host.pool, key, made.id, "Kept", None, "users/ada")
    await store.automatic_versions.remove(host.pool, [made.key])
    assert [each.title for each in await versions(host, name)] == ["Kept"]
