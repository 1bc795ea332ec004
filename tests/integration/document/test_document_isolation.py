"""Two organisations cannot read, list, search, watch or guess anything of each other's documents.

Hypothesis chooses the requests. Each that names something of the other organisation is made twice: once as it is, and
once with names of what is not there. Who is refused must hear the same both times, and nothing that comes back may tell
of the other.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from typing import Any

import grpc
import pytest
from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mesh.faults import Reason, from_rpc_error
from mesh.identity import TokenSigner, TokenVerifier
from tests.integration.document.sharing import CONTRACTS, Reader, Shared, eventually, running_shared

HERS, GHOST, MARK = "zqz", "xkx", "heliotrope"
"""Every id of the other organisation has the first; with the second in its place it names nothing. Titles and contents
of the other organisation have the third."""
ENDLESS = {"WatchDocuments"}
FOR_SERVICES = {"Append", "Load", "Read", "Heads", "SiteRevisions", "ReadEvents", "CheckDatabase"}
FILTERS = ("", *(f'project {sign} "projects/{mark}project"' for sign in ("=", "!=") for mark in ("aaa", HERS)),
           'creator = "eve"', 'title : "helio"', 'labels.of = "eve"', 'folder != ""')  # fmt: skip


@pytest.fixture
async def shared(database_url: str, signer: TokenSigner, verifier: TokenVerifier) -> AsyncIterator[Shared]:
    async with running_shared(database_url, signer, verifier) as running:
        yield running


async def _build(shared: Shared, subject: str, mark: str, title: str) -> list[str]:
    """Make an organisation with documents in its places and in none, and return all names."""
    maker, writer = shared.person(subject), shared.reader(subject)
    acme = await maker.organization(f"{mark}org", title)
    plans = await maker.project(acme, f"{mark}project", title)
    drafts = await maker.folder(plans, f"{mark}folder", title)
    said: dict[str, Any] = {"title": title, "labels": {"of": subject}, "template": True}
    documents = [
        await writer.create(f"{mark}note", project=plans, **said),
        await writer.create(f"{mark}draft", project=plans, folder=drafts, **said),
        await writer.create(f"{mark}own", **said),
        await writer.create(f"{mark}trash", **said),
    ]
    version = await writer.CreateVersion(document=documents[0], version={"title": title})
    await writer.DeleteDocument(name=documents[3])
    # The server chose the version's id; it is given the mark, so that it has a ghost.
    await shared.pool.execute("UPDATE document.document_versions SET id = $1 WHERE title = $2", f"{mark}v", title)
    return [plans, drafts, *documents, version.version.name.rpartition("/")[0] + f"/{mark}v"]


async def _call(reader: Reader, rpc: str, request: Message) -> tuple[str, str]:
    """The reason's name (empty for success), and all that was said."""
    call = getattr(reader, rpc)(request)
    try:
        if hasattr(call, "__aiter__"):
            return "", "\n".join([str(part) async for part in call])
        return "", str(await call)
    except grpc.aio.AioRpcError as error:
        fault = from_rpc_error(error)
        return Reason.Name(fault.reason), f"{fault.message} {fault.facts}"


def _fill(message: Message, chance: random.Random, names: list[str]) -> None:
    """Set most fields to something, texts to names; what is a time, a mask, a map or bytes stays as it is."""
    for each in message.DESCRIPTOR.fields:
        if chance.random() < 0.2 or each.is_repeated or each.type == FieldDescriptor.TYPE_BYTES:
            continue
        if each.message_type:
            if not each.message_type.full_name.startswith("google.protobuf"):
                _fill(getattr(message, each.name), chance, names)
        elif each.type == FieldDescriptor.TYPE_STRING:
            setattr(message, each.name, chance.choice([name for name in names if _fits(each.name, name)] or names))
        elif each.type == FieldDescriptor.TYPE_ENUM:
            setattr(message, each.name, chance.choice(each.enum_type.values).number)
        else:
            setattr(message, each.name, chance.randint(0, 2))


def _fits(field: str, name: str) -> bool:
    if field == "project":
        return name.startswith("projects/") and "/folders/" not in name
    if field == "folder":
        return "/folders/" in name
    return name.startswith("documents/") and ("/versions/" in name) == (field == "version")


def _request(rpc: str, names: list[str], seed: int, filter_: str) -> Message:
    (contract,) = [each for each, _ in CONTRACTS if hasattr(each, f"{rpc}Request")]
    request: Message = getattr(contract, f"{rpc}Request")()
    _fill(request, random.Random(seed), names)
    for name, value in (("filter", filter_), ("query", MARK[:6]), ("document_id", ""), ("page_token", "")):
        if name in request.DESCRIPTOR.fields_by_name:
            setattr(request, name, value)
    return request


def _ghostly(request: Message) -> Message:
    made = type(request)()
    made.ParseFromString(request.SerializeToString().replace(HERS.encode(), GHOST.encode()))
    return made


RPCS = [
    method.name
    for contract, _ in CONTRACTS
    for service in contract.DESCRIPTOR.services_by_name.values()
    for method in service.methods
    if method.name not in ENDLESS | FOR_SERVICES
]


async def test_nothing_of_another_organisation_can_be_read_guessed_or_listed(shared: Shared) -> None:
    mine = await _build(shared, "ada", "aaa", "mine")
    hers = await _build(shared, "eve", HERS, MARK)
    ada, eve, loop = shared.reader("ada"), shared.reader("eve"), asyncio.get_running_loop()
    visible = {
        name for name in hers if name.startswith("documents/") and "/versions/" not in name and "trash" not in name
    }
    await eventually(lambda: _equals(eve.found(MARK), visible))
    before = await _state_of_hers(shared)
    counts = {"compared": 0, "hidden": 0}

    async def tried(rpc: str, seed: int, filter_: str) -> None:
        request = _request(rpc, [*mine, *hers * 2], seed, filter_)
        ghost = _ghostly(request)
        first, second = await _call(ada, rpc, request), await _call(ada, rpc, ghost)
        for reason, said in (first, second):
            assert MARK not in said, (rpc, request)
            assert reason not in ("ERROR_REASON_INTERNAL", "ERROR_REASON_UNSPECIFIED"), (rpc, request, said)
        if request == ghost or not first[0]:
            return  # What she did to her own, with words of the other's.
        counts["compared"] += 1
        counts["hidden"] += first[0].endswith("NOT_FOUND")
        assert (first[0], first[1].replace(HERS, GHOST)) == second, (rpc, request)

    @settings(max_examples=600, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(st.sampled_from(RPCS), st.integers(0, 1 << 32), st.sampled_from(FILTERS))
    def law(rpc: str, seed: int, filter_: str) -> None:
        asyncio.run_coroutine_threadsafe(tried(rpc, seed, filter_), loop).result(60)

    await asyncio.to_thread(law)
    assert await _state_of_hers(shared) == before, "nothing of hers was changed"
    assert counts["compared"] > 100
    assert counts["hidden"] > 40


async def test_listings_searches_and_watches_of_one_organisation_know_nothing_of_the_other(shared: Shared) -> None:
    await _build(shared, "ada", "aaa", "mine")
    await _build(shared, "eve", HERS, MARK)
    ada = shared.reader("ada")
    own = {"documents/aaanote", "documents/aaadraft", "documents/aaaown"}
    await eventually(lambda: _equals(ada.found("mine"), own))
    for filter_ in FILTERS:
        assert await ada.listed(filter_, show_deleted=True) <= own | {"documents/aaatrash"}
    assert await ada.listed() == await ada.watched() == own
    assert await ada.found(MARK) == set()
    watching = ada.WatchDocuments()
    while not (await watching.read()).caught_up:
        pass
    eve = shared.reader("eve")
    await eve.UpdateDocument(document={"name": f"documents/{HERS}note", "title": f"{MARK} anew"})
    made = await ada.create("aaanew")
    message = await watching.read()
    assert [each.name for each in message.documents] == [made], "only what she may read is told"
    watching.cancel()


async def test_a_page_token_of_one_does_not_open_the_list_of_another(shared: Shared) -> None:
    for number in range(4):
        await shared.reader("eve").create(f"{HERS}{number}", title=MARK)
        await shared.reader("ada").create(f"aaa{number}", title="mine")
    page = await shared.reader("eve").ListDocuments(page_size=2)
    after = await shared.reader("ada").ListDocuments(page_size=50, page_token=page.next_page_token)
    assert all(HERS not in each.name for each in after.documents)


async def _equals(call: Any, expected: set[str]) -> bool:
    return bool(await call == expected)


async def _state_of_hers(shared: Shared) -> list[str]:
    rows = await shared.pool.fetch(
        """
        SELECT d.id, d.title, d.project, d.folder, d.generation, d.head_revision, d.labels::text,
            (SELECT count(*) FROM document.document_versions v WHERE v.document_key = d.document_key)
        FROM document.documents d WHERE d.id LIKE $1 ORDER BY 1
        """,
        f"{HERS}%",
    )
    grants = await shared.pool.fetch(
        "SELECT r.name, g.principal FROM project.grants g JOIN project.resources r USING (resource_key) "
        "WHERE r.name LIKE $1 ORDER BY 1, 2",
        f"%{HERS}%",
    )
    return [str(tuple(row)) for row in (*rows, *grants)]
