"""Every rpc of the document contracts × every role × every level, compared with the table of roles.

Over gRPC between the services, as in a deployment. Requests are such that who may make them changes nothing.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any

import pytest

from mesh.identity import TokenSigner, TokenVerifier
from mesh.rpc_table import Permission, rules_of
from services.project.roles import READING, TABLE, Role
from shoal.document.v1 import document_pb2
from tests.integration.document.sharing import CONTRACTS, Shared, eventually, outcome, running_shared
from tests.integration.project.world import Caller

LEVELS = ("organization", "project", "folder", "document")
RULES = {path.rpartition("/")[2]: rules for path, rules in rules_of(each.DESCRIPTOR for each, _ in CONTRACTS).items()}
HIDDEN, LACKING = {"RESOURCE_NOT_FOUND", "DOCUMENT_NOT_FOUND"}, {"PERMISSION_DENIED"}
INTERNAL = {"Append", "Load", "Read", "Heads", "SiteRevisions", "ReadEvents"}
OPERATE = {"CheckDatabase"}
LISTING = {"ListDocuments", "SearchDocuments", "WatchDocuments"}


@dataclass
class Place:
    """The tree of the matrix: names by level, and who made it."""

    names: dict[str, str]
    version: str
    owner: Caller


Fields = dict[str, Any]
ON_DOCUMENT: dict[str, Callable[[str], Fields]] = {
    **{
        rpc: lambda name: {"name": name, "etag": "m999"}
        for rpc in ("DeleteDocument", "UndeleteDocument", "PurgeDocument")
    },
    **{rpc: lambda name: {"name": name} for rpc in ("GetDocument", "GetContent", "ReplaceContent")},
    **{
        rpc: lambda name: {"document": name}
        for rpc in (
            "ListOperations", "ListEditSessions", "CompareOperations", "DiffRevisions", "GetBlame", "RestoreDocument",
            "ExportHistory", "ListVersions",
        )
    },
    "CreateVersion": lambda name: {"document": name, "version": {"title": "x" * 5000}},
    **{rpc: lambda name: {"name": f"{name}/versions/none"} for rpc in ("GetVersion", "DeleteVersion")},
    "UpdateVersion": lambda name: {"version": {"name": f"{name}/versions/none"}},
    "UpdateDocument": lambda name: {"document": {"name": name}, "update_mask": {"paths": ["nothing"]}},
}  # fmt: skip
CASES: list[tuple[str, str, Callable[[str], Fields]]] = [
    *((rpc, "document", build) for rpc, build in ON_DOCUMENT.items()),
    ("CreateDocument", "project", lambda name: {"document": {"project": name}, "document_id": "NO"}),
    (
        "CreateDocument",
        "folder",
        lambda name: {"document": {"project": name.partition("/folders/")[0], "folder": name}, "document_id": "NO"},
    ),
    ("CreateDocument", "document", lambda name: {"copy": {"document": name}, "document_id": "NO"}),
    ("CreateDocument", "document", lambda name: {"from_template": {"document": name}, "document_id": "NO"}),
    ("ImportHistory", "project", lambda name: {"project": name, "chunk": b"nothing\n"}),
]


def test_every_rpc_is_in_the_matrix_or_needs_no_resource() -> None:
    with_resource = {rpc for rpc, _, _ in CASES}
    assert with_resource | INTERNAL | OPERATE | LISTING == set(RULES)
    for rpc, rules in RULES.items():
        assert bool(rules.resource) == (rpc in with_resource), rpc
        assert (rules.permission == Permission.PERMISSION_INTERNAL) == (rpc in INTERNAL), rpc
        assert (rules.permission == Permission.PERMISSION_OPERATE) == (rpc in OPERATE), rpc
        assert (rules.permission == Permission.PERMISSION_SIGNED_IN) == (rpc in LISTING), rpc


@pytest.fixture
async def shared(database_url: str, signer: TokenSigner, verifier: TokenVerifier) -> AsyncIterator[Shared]:
    async with running_shared(database_url, signer, verifier) as running:
        yield running


@pytest.fixture
async def place(shared: Shared) -> Place:
    maker, writer = shared.person("maker"), shared.reader("maker")
    acme = await maker.organization("acme")
    plans = await maker.project(acme, "plans")
    drafts = await maker.folder(plans, "drafts")
    note = await writer.create("note", project=plans, folder=drafts, title="heliotrope")
    version = (await writer.CreateVersion(document=note, version={"title": "one"})).version.name
    names = dict(zip(LEVELS, (acme, plans, drafts, note), strict=True))
    for level, name in names.items():
        for role in list(Role)[1:]:
            await maker.grant(name, f"{role.name}-{level}", int(role))
    return Place(names, version, maker)


def _right(permission: Permission, held: frozenset[Permission], target: str, reason: str) -> bool:
    """Whether this is how somebody is answered who holds this."""
    seen = Permission.PERMISSION_DOCUMENT_READ if target == "document" else Permission.PERMISSION_PROJECT_READ
    if permission in held:
        return reason not in HIDDEN | LACKING
    return reason in (LACKING if seen in held else HIDDEN)


async def test_every_rpc_obeys_the_table_at_every_level(shared: Shared, place: Place) -> None:
    wrong = []
    for granted in LEVELS:
        for role in Role:
            reader = shared.reader(f"{role.name}-{granted}")
            for rpc, target, build in CASES:
                holds = LEVELS.index(granted) <= LEVELS.index(target)
                held = TABLE[role] if holds else frozenset()
                reason = await outcome(getattr(reader, rpc)(**build(place.names[target])))
                if not _right(RULES[rpc].permission, held, target, reason):
                    wrong.append(f"{rpc} on {target} by {role.name} of {granted}: {reason}")
    assert not wrong, "\n".join(wrong)


async def test_listings_show_what_the_table_lets_somebody_read_and_nothing_else(shared: Shared, place: Place) -> None:
    note = place.names["document"]
    owner = shared.reader("maker")
    await eventually(lambda: _is(owner.found("heliotrope"), {note}))
    for granted in LEVELS:
        for role in Role:
            reader = shared.reader(f"{role.name}-{granted}")
            expected = {note} if Permission.PERMISSION_DOCUMENT_READ in TABLE[role] else set()
            assert await reader.listed() == expected, (granted, role)
            assert await reader.found("heliotrope") == expected, (granted, role)
            assert await reader.watched() == expected, (granted, role)


async def _is(call: Any, expected: set[str]) -> bool:
    return bool(await call == expected)


async def test_who_moves_must_be_allowed_to_take_from_one_place_and_put_into_the_other(
    shared: Shared, place: Place
) -> None:
    other = await place.owner.project("", "other")
    note, plans = place.names["document"], place.names["project"]
    for subject, here, there in (("both", 3, 3), ("here", 3, 0), ("there", 1, 3), ("reads", 3, 1)):
        await place.owner.grant(plans, subject, here)
        if there:
            await place.owner.grant(other, subject, there)
    move: dict[str, Any] = {
        "document": {"name": note, "project": other},
        "update_mask": {"paths": ["project", "folder"]},
    }
    assert await outcome(shared.reader("here").UpdateDocument(**move)) == "RESOURCE_NOT_FOUND"
    assert await outcome(shared.reader("there").UpdateDocument(**move)) == "PERMISSION_DENIED"
    assert await outcome(shared.reader("reads").UpdateDocument(**move)) == "PERMISSION_DENIED"
    assert await outcome(shared.reader("both").UpdateDocument(**move)) == "OK"
    assert await outcome(shared.reader("there").GetDocument(name=note)) == "OK"
    assert await outcome(shared.reader("here").GetDocument(name=note)) == "DOCUMENT_NOT_FOUND"
    assert await outcome(shared.reader("VIEWER-folder").GetDocument(name=note)) == "DOCUMENT_NOT_FOUND"
    assert await outcome(shared.reader("VIEWER-document").GetDocument(name=note)) == "OK"


async def test_in_an_archived_project_the_table_leaves_reading(shared: Shared, place: Place) -> None:
    await place.owner.UpdateProject(project={"name": place.names["project"], "archived": True})
    await eventually(
        lambda: _is(outcome(shared.reader("EDITOR-project").DeleteDocument(name="documents/note", etag="m999")),
                    "RESOURCE_ARCHIVED")  # type: ignore[arg-type]
    )  # fmt: skip
    wrong = []
    for role in list(Role)[1:]:
        for rpc, target, build in CASES:
            permission = RULES[rpc].permission
            reason = await outcome(
                getattr(shared.reader(f"{role.name}-organization"), rpc)(**build(place.names[target]))
            )
            if permission not in TABLE[role]:
                right = reason == "PERMISSION_DENIED"
            elif permission in READING:
                right = reason not in HIDDEN | LACKING | {"RESOURCE_ARCHIVED"}
            else:
                right = reason == "RESOURCE_ARCHIVED"
            if not right:
                wrong.append(f"{rpc} on {target} by {role.name}: {reason}")
    assert not wrong, "\n".join(wrong)


async def test_rpcs_for_services_and_operators_are_refused_to_every_user(shared: Shared, place: Place) -> None:
    for role in Role:
        for rpc in INTERNAL - {"Append"} | OPERATE:
            assert await outcome(getattr(shared.reader(f"{role.name}-organization"), rpc)()) == "PERMISSION_DENIED", rpc


@pytest.mark.parametrize("role", ["none", "viewer", "editor"])
async def test_what_everybody_may_do_in_no_project_is_a_setting(
    database_url: str, signer: TokenSigner, verifier: TokenVerifier, role: str
) -> None:
    async with running_shared(database_url, signer, verifier, unfiled_role=role) as shared:
        ada, bob = shared.reader("ada"), shared.reader("bob")
        name = await ada.create(title="unfiled")
        held = TABLE[Role[role.upper()]]
        project = await shared.person("ada").project("", "hidden")
        hidden = await ada.create(project=project)
        reads = Permission.PERMISSION_DOCUMENT_READ in held
        assert await bob.listed() == await bob.watched() == ({name} if reads else set())
        assert await ada.listed() == {name, hidden}
        for rpc, target, build in CASES:
            if target == "document":
                reason = await outcome(getattr(bob, rpc)(**build(name)))
                assert _right(RULES[rpc].permission, held, target, reason), (rpc, reason)
                assert await outcome(getattr(bob, rpc)(**build(hidden))) in HIDDEN, rpc
        await shared.person("ada").grant(name, "bob", denied=[Permission.PERMISSION_DOCUMENT_READ])
        await eventually(lambda: _is(bob.listed(), set()))
        assert await outcome(bob.GetDocument(name=name)) == "DOCUMENT_NOT_FOUND"


async def test_a_copy_of_what_may_only_be_read_goes_where_its_maker_may_create(shared: Shared, place: Place) -> None:
    mine = await shared.person("VIEWER-document").project("", "mine")
    reader = shared.reader("VIEWER-document")
    copy = document_pb2.CreateDocumentRequest(
        copy={"document": place.names["document"]}, document={"project": mine}  # type: ignore[arg-type]
    )  # fmt: skip
    made = (await reader.CreateDocument(copy)).document
    assert (made.project, made.folder, made.title) == (mine, "", "Copy of heliotrope")
