"""The project service is told of every document, whatever happens in between, and of none that is not there."""

from __future__ import annotations

import asyncio
from typing import Any

import grpc
import pytest

from mesh.identity import TokenSigner, TokenVerifier
from mesh.refusals import PermissionsUnavailable
from services.document.documents.places import Register
from tests.conformance.log_host import LogHost
from tests.integration.document.sharing import Shared, eventually, outcome, running_shared


class Lost:
    """A register that can be away, and remembers who asked."""

    def __init__(self, real: Register) -> None:
        self.real, self.away = real, False
        self.put_for: list[str] = []

    async def put(self, document: str, parent: str, actor: str, generation: int) -> None:
        if self.away:
            raise PermissionsUnavailable
        self.put_for.append(document)
        await self.real.put(document, parent, actor, generation)

    async def remove(self, document: str, actor: str) -> None:
        if self.away:
            raise PermissionsUnavailable
        await self.real.remove(document, actor)


async def _registered(shared: Shared, name: str) -> bool:
    found = await shared.pool.fetchval("SELECT count(*) FROM project.resources WHERE name = $1", name)
    return bool(found)


async def _reads(shared: Shared, subject: str, name: str) -> bool:
    return await outcome(shared.reader(subject).GetDocument(name=name)) == "OK"


async def _is_away(call: Any) -> bool:
    return await outcome(call) == "PERMISSIONS_UNAVAILABLE"


async def _all_told(shared: Shared) -> bool:
    return await shared.untold() == 0


async def test_a_document_can_be_read_and_listed_as_soon_as_its_creation_is_answered(
    database_url: str, signer: TokenSigner, verifier: TokenVerifier
) -> None:
    async with running_shared(database_url, signer, verifier) as shared:
        ada, project = shared.reader("ada"), await shared.person("ada").project("", "plans")
        for number in range(20):
            unfiled, filed = await ada.create(f"u{number}"), await ada.create(f"f{number}", project=project)
            assert await outcome(ada.GetDocument(name=unfiled)) == "OK"
            assert await outcome(ada.GetDocument(name=filed)) == "OK"
            assert {unfiled, filed} <= await ada.listed()
        assert await shared.untold() == 0


async def test_a_document_nobody_was_told_of_is_readable_for_nobody_until_it_is(
    database_url: str, signer: TokenSigner, verifier: TokenVerifier
) -> None:
    made: list[Lost] = []

    def losing(real: Register) -> Register:
        made.append(Lost(real))
        return made[0]

    async with running_shared(database_url, signer, verifier, register=losing) as shared:
        lost, ada = made[0], shared.reader("ada")
        lost.away = True
        assert await outcome(ada.CreateDocument(document_id="kept")) == "PERMISSIONS_UNAVAILABLE"
        assert await shared.untold() == 1
        assert not await _reads(shared, "ada", "documents/kept")
        assert await ada.listed() == set()
        assert await outcome(shared.reader("eve").CreateDocument(document_id="kept")) == "DOCUMENT_ALREADY_EXISTS"
        lost.away = False
        await eventually(lambda: _reads(shared, "ada", "documents/kept"))
        await eventually(lambda: _all_told(shared))
        assert not await _reads(shared, "eve", "documents/kept")
        assert await ada.listed() == {"documents/kept"}


async def test_documents_from_before_are_told_at_the_start_and_are_their_creators_own(
    database_url: str, signer: TokenSigner, verifier: TokenVerifier
) -> None:
    host = LogHost(database_url)
    await host.start()
    await host.create(title="from before")
    await host.pool.execute("UPDATE document.documents SET place_told = false, project = 'projects/never', folder = ''")
    await host.stop()
    async with running_shared(database_url, signer, verifier) as shared:
        await eventually(lambda: _all_told(shared))
        [name] = await shared.reader("users/creator").listed()
        [row] = (await shared.reader("users/creator").ListDocuments()).documents
        assert row.project == "", "a project that is not there, and that somebody could make, holds nothing"
        await shared.person("eve").project("", "never")
        assert await shared.reader("eve").listed() == set()
        assert await _reads(shared, "users/creator", name)


async def test_a_move_is_told_and_a_late_word_of_an_earlier_place_changes_nothing(
    database_url: str, signer: TokenSigner, verifier: TokenVerifier
) -> None:
    async with running_shared(database_url, signer, verifier) as shared:
        person, ada = shared.person("ada"), shared.reader("ada")
        first, second = await person.project("", "first"), await person.project("", "second")
        await person.grant(first, "of-first", 1)
        await person.grant(second, "of-second", 1)
        name = await ada.create("d", project=first)
        assert await _reads(shared, "of-first", name)
        before = (await ada.GetDocument(name=name)).document
        await ada.UpdateDocument(document={"name": name, "project": second})
        assert await _reads(shared, "of-second", name)
        assert not await _reads(shared, "of-first", name)
        await shared.app.places._register.put(name, first, "ada", int(before.etag.removeprefix("m")))
        assert not await _reads(shared, "of-first", name)
        await ada.UpdateDocument(document={"name": name}, update_mask={"paths": ["project"]})
        assert await _reads(shared, "ada", name)
        assert not await _reads(shared, "of-second", name)


async def test_a_purged_document_is_taken_out_before_its_name_is_free(
    database_url: str, signer: TokenSigner, verifier: TokenVerifier
) -> None:
    made: list[Lost] = []

    def losing(real: Register) -> Register:
        made.append(Lost(real))
        return made[0]

    async with running_shared(database_url, signer, verifier, register=losing) as shared:
        lost, ada = made[0], shared.reader("ada")
        name = await ada.create("gone")
        await ada.DeleteDocument(name=name)
        lost.away = True
        await ada.PurgeDocument(name=name)
        await shared.app.eraser.caught_up()
        assert await outcome(shared.reader("eve").CreateDocument(document_id="gone")) == "DOCUMENT_ALREADY_EXISTS"
        lost.away = False
        shared.app.eraser.wake()
        await shared.app.eraser.caught_up()
        assert not await _registered(shared, name)
        assert await shared.reader("eve").create("gone") == name
        assert not await _reads(shared, "ada", name), "who had the name before has nothing of what has it now"


async def test_an_imported_history_is_told_where_it_went(
    database_url: str, signer: TokenSigner, verifier: TokenVerifier
) -> None:
    async with running_shared(database_url, signer, verifier) as shared:
        ada, project = shared.reader("ada"), await shared.person("ada").project("", "plans")
        name = await ada.create("original", title="Original")
        parts = [part.chunk async for part in ada.ExportHistory(document=name)]
        made = await ada.ImportHistory(document_id="copy", project=project, chunk=b"".join(parts))
        assert (made.document.name, made.document.project) == ("documents/copy", project)
        assert await _reads(shared, "ada", "documents/copy")
        eve = await outcome(shared.reader("eve").ImportHistory(project=project, chunk=b"".join(parts)))
        assert eve == "RESOURCE_NOT_FOUND"


@pytest.mark.parametrize("documents", [40])
async def test_many_made_at_once_are_all_told(
    database_url: str, signer: TokenSigner, verifier: TokenVerifier, documents: int
) -> None:
    async with running_shared(database_url, signer, verifier) as shared:
        ada = shared.reader("ada")
        names = await asyncio.gather(*(ada.create(f"d{number}") for number in range(documents)))
        assert await ada.listed() == set(names)
        assert await shared.untold() == 0


async def test_without_the_project_service_nothing_is_allowed_and_it_says_so(
    database_url: str, signer: TokenSigner, verifier: TokenVerifier
) -> None:
    async with running_shared(database_url, signer, verifier) as shared:
        ada = shared.reader("ada")
        name = await ada.create("d")
        assert await _reads(shared, "ada", name)
        source: Any = shared.permissions._source
        async with grpc.aio.insecure_channel("127.0.0.1:1") as nowhere:
            source._stub = type(source._stub)(nowhere)
            shared.permissions._heard_at = None
            for call in (ada.GetDocument(name=name), ada.ListDocuments(), ada.WatchDocuments()):
                assert await _is_away(call)
