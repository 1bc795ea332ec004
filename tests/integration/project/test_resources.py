"""Organisations, projects and folders over gRPC: made, listed, changed, moved, archived, refused with reasons."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from shoal.options.v1 import options_pb2 as P  # noqa: N812
from shoal.project.v1.organization_pb2 import Organization
from shoal.project.v1.project_pb2 import Folder, Project
from tests.integration.project.world import ADMIN, EDITOR, OWNER, VIEWER, Caller, World, fault_of, reason_of


async def test_who_makes_an_organisation_or_project_owns_it(ada: Caller) -> None:
    acme = await ada.organization("acme", "Acme")
    plans = await ada.project(acme, "plans")
    own = await ada.project()
    assert (acme, plans) == ("organizations/acme", "projects/plans")
    for name in (acme, plans, own):
        answer = (await ada.CheckPermission(resource=name, permission=P.PERMISSION_OWN)).answer
        assert (answer.allowed, answer.role) == (True, OWNER)
    found = (await ada.GetProject(name=plans)).project
    assert (found.organization, found.title, found.creator, found.archived) == (acme, "Plans", "ada", False)
    assert found.create_time.seconds > 1_600_000_000
    assert (await ada.GetProject(name=own)).project.organization == ""


async def test_a_chosen_name_is_taken_once(ada: Caller, bob: Caller) -> None:
    acme = await ada.organization("acme")
    plans = await ada.project(acme, "plans")
    await ada.folder(plans, "drafts")
    assert await reason_of(bob.organization("acme")) == "ALREADY_EXISTS"
    assert await reason_of(bob.project("", "plans")) == "ALREADY_EXISTS"
    assert await reason_of(ada.folder(plans, "drafts")) == "ALREADY_EXISTS"


@pytest.mark.parametrize(
    "wrong",
    [
        {"organization_id": "No Spaces"},
        {"organization_id": "-x"},
        {"organization_id": "x" * 64},
        {"title": ""},
        {"title": "x" * 201},
        {"title": "a\nb"},
    ],
    ids=str,
)
async def test_what_cannot_be_is_refused(ada: Caller, wrong: dict[str, Any]) -> None:
    assert await reason_of(ada.organization(**wrong)) == "INVALID_FIELD"


async def test_lists_have_what_the_caller_may_see_and_nothing_else(world: World, ada: Caller, bob: Caller) -> None:
    acme, other = await ada.organization("acme", "Zebra"), await ada.organization("other", "Apple")
    names = [await ada.project(acme, f"p{n}", f"Title {n}") for n in range(5)]
    await ada.project(other, "secret")
    await bob.project("", "bobs", "A")
    assert [each.title for each in (await ada.ListOrganizations()).organizations] == ["Apple", "Zebra"]
    assert not (await bob.ListOrganizations()).organizations
    assert [each.name for each in (await bob.ListProjects()).projects] == ["projects/bobs"]
    await ada.grant(names[3], "bob", VIEWER)
    assert [each.name for each in (await bob.ListProjects()).projects] == ["projects/bobs", names[3]]
    assert not (await bob.ListOrganizations()).organizations
    await ada.grant(acme, "bob", VIEWER)
    assert [each.name for each in (await bob.ListProjects(organization=acme)).projects] == names
    await ada.grant(names[0], "bob", denied=[P.PERMISSION_PROJECT_READ])
    assert [each.name for each in (await bob.ListProjects(organization=acme)).projects] == names[1:]


async def test_pages_hold_everything_once_and_tokens_belong_to_one_question(ada: Caller) -> None:
    acme = await ada.organization()
    names = [await ada.project(acme, f"p{n}", "Same") for n in range(7)]
    found, token, sizes = [], "", []
    while True:
        page = await ada.ListProjects(organization=acme, page_size=3, page_token=token)
        found += [each.name for each in page.projects]
        sizes.append(len(page.projects))
        token = page.next_page_token or ""
        if not token:
            break
        assert await reason_of(ada.ListProjects(page_token=token)) == "INVALID_FIELD"
    assert (found, sizes) == (names, [3, 3, 1])
    assert await reason_of(ada.ListProjects(page_size=-1)) == "INVALID_FIELD"
    assert await reason_of(ada.ListOrganizations(page_token="nonsense")) == "INVALID_FIELD"


async def test_titles_change_for_who_saw_the_last_one(ada: Caller) -> None:
    plans = await ada.project()
    seen = (await ada.GetProject(name=plans)).project
    wanted = Project(name=plans, title="Goals", description="x", etag=seen.etag)
    changed = (await ada.UpdateProject(project=wanted)).project
    assert (changed.title, changed.description, changed.etag != seen.etag) == ("Goals", "x", True)
    assert await reason_of(ada.UpdateProject(project=wanted)) == "ETAG_MISMATCH"
    cleared = await ada.UpdateProject(project=Project(name=plans), update_mask={"paths": ["description"]})
    assert (cleared.project.title, cleared.project.description) == ("Goals", "")
    wrong = ada.UpdateProject(project=Project(name=plans), update_mask={"paths": ["creator"]})
    assert await reason_of(wrong) == "INVALID_FIELD"


async def test_in_an_archived_project_only_that_it_is_may_be_changed(world: World, ada: Caller, bob: Caller) -> None:
    plans = await ada.project()
    drafts = await ada.folder(plans)
    note = await world.document("note", drafts)
    await ada.grant(plans, "bob", EDITOR)
    await ada.UpdateProject(project=Project(name=plans, archived=True))
    assert await bob.may(note)
    assert not await bob.may(note, P.PERMISSION_DOCUMENT_WRITE)
    fault = await fault_of(bob.folder(plans))
    assert fault.facts["archived"] == plans
    for refused in (
        ada.folder(plans),
        ada.grant(plans, "bob", VIEWER),
        ada.grant(drafts, "bob", VIEWER),
        ada.UpdateProject(project=Project(name=plans, title="Other")),
        ada.UpdateFolder(folder=Folder(name=drafts, title="Other")),
    ):
        assert await reason_of(refused) == "RESOURCE_ARCHIVED"
    assert [each.name for each in (await bob.ListProjects(show_archived=True)).projects] == [plans]
    assert not (await bob.ListProjects()).projects
    unarchive = Project(name=plans, title="Other")
    await ada.UpdateProject(project=unarchive, update_mask={"paths": ["archived", "title"]})
    assert await bob.may(note, P.PERMISSION_DOCUMENT_WRITE)


async def test_in_an_archived_organisation_not_even_a_project_is_unarchived(ada: Caller) -> None:
    acme = await ada.organization()
    plans = await ada.project(acme)
    await ada.UpdateOrganization(organization=Organization(name=acme, archived=True))
    wanted = Project(name=plans)
    refused = ada.UpdateProject(project=wanted, update_mask={"paths": ["archived"]})
    assert await reason_of(refused) == "RESOURCE_ARCHIVED"
    assert await reason_of(ada.project(acme)) == "RESOURCE_ARCHIVED"
    assert await reason_of(ada.CreateGroup(organization=acme, group={"title": "x"})) == "RESOURCE_ARCHIVED"
    await ada.UpdateOrganization(organization=Organization(name=acme), update_mask={"paths": ["archived"]})
    await ada.project(acme)


async def test_a_moved_folder_keeps_its_name_and_what_is_in_it_comes_along(world: World, ada: Caller) -> None:
    plans = await ada.project()
    one, two = await ada.folder(plans, "one"), await ada.folder(plans, "two")
    inner = await ada.folder(one, "inner")
    note = await world.document("note", inner)
    cid = world.caller("cid")
    await ada.grant(two, "cid", VIEWER)
    assert not await cid.may(note)
    moved = (await ada.MoveFolder(name=one, destination=two)).folder
    assert (moved.name, moved.parent) == (one, two)
    assert await cid.may(note)
    assert (await ada.GetFolder(name=inner)).folder.parent == one
    await ada.MoveFolder(name=one, destination=plans)
    assert not await cid.may(note)


async def test_a_folder_is_not_moved_into_itself_or_elsewhere(ada: Caller) -> None:
    plans, others = await ada.project(), await ada.project()
    one = await ada.folder(plans)
    inner = await ada.folder(await ada.folder(one))
    for destination in (one, inner, others):
        assert await reason_of(ada.MoveFolder(name=one, destination=destination)) == "INVALID_FIELD"
    assert await reason_of(ada.MoveFolder(name=one)) == "INVALID_FIELD"


async def test_moves_that_race_never_make_a_circle(world: World, ada: Caller) -> None:
    plans = await ada.project()
    folders = [await ada.folder(plans, f"f{n}") for n in range(6)]
    pairs = [(one, other) for one in folders for other in folders if one != other]
    results = await asyncio.gather(
        *(ada.MoveFolder(name=one, destination=other) for one, other in pairs), return_exceptions=True
    )
    assert any(not isinstance(each, Exception) for each in results)
    assert any(isinstance(each, Exception) for each in results)
    reachable = await world.pool.fetchval(
        """
        WITH RECURSIVE below AS (
            SELECT resource_key FROM project.resources WHERE name = $1
            UNION SELECT r.resource_key FROM below b JOIN project.resources r ON r.parent_key = b.resource_key
        ) SELECT count(*) FROM below
        """,
        plans,
    )
    assert reachable == 7


async def test_one_kind_of_resource_is_not_taken_for_another(world: World, ada: Caller) -> None:
    acme = await ada.organization("acme")
    plans = await ada.project(acme)
    drafts = await ada.folder(plans)
    note = await world.document("note", drafts)
    group = (await ada.CreateGroup(organization=acme, group={"title": "x"})).group.name
    names = {acme, plans, drafts, note, group}
    calls: list[tuple[Callable[[str], Any], str]] = [
        (lambda name: ada.GetOrganization(name=name), acme),
        (lambda name: ada.UpdateOrganization(organization={"name": name, "title": "x"}), acme),
        (lambda name: ada.GetProject(name=name), plans),
        (lambda name: ada.UpdateProject(project={"name": name, "title": "x"}), plans),
        (lambda name: ada.GetFolder(name=name), drafts),
        (lambda name: ada.UpdateFolder(folder={"name": name, "title": "x"}), drafts),
        (lambda name: ada.MoveFolder(name=name, destination=plans), drafts),
        (lambda name: ada.DeleteFolder(name=name), drafts),
        (lambda name: ada.CreateGroup(organization=name, group={"title": "x"}), acme),
        (lambda name: ada.UpdateGroup(group={"name": name, "title": "x"}), group),
        (lambda name: ada.CreateRole(organization=name, role={"title": "x", "permissions": [3]}), acme),
        (lambda name: ada.CreateProject(project={"organization": name, "title": "x"}), acme),
    ]
    for call, right in calls:
        for name in names - {right}:
            assert await reason_of(call(name)) == "INVALID_FIELD"
    for place in (acme, note, group):
        assert await reason_of(ada.folder(place)) == "INVALID_FIELD"
    for thing in (group, f"{note}/versions/v"):
        assert await reason_of(ada.grant(thing, "bob", VIEWER)) == "INVALID_FIELD"


async def test_folders_nest_32_deep_and_no_deeper(ada: Caller) -> None:
    plans = await ada.project()
    place = plans
    for _ in range(32):
        place = await ada.folder(place)
    assert await reason_of(ada.folder(place)) == "INVALID_FIELD"
    pair = await ada.folder(plans)
    await ada.folder(pair)
    parent = (await ada.GetFolder(name=place)).folder.parent
    assert await reason_of(ada.MoveFolder(name=pair, destination=parent)) == "INVALID_FIELD"


async def test_only_an_empty_folder_is_deleted(world: World, ada: Caller) -> None:
    plans = await ada.project()
    one = await ada.folder(plans, "one")
    note = await world.document("note", one)
    assert await reason_of(ada.DeleteFolder(name=one)) == "NOT_EMPTY"
    await world.service().RemoveDocument(document=note, actor="ada")
    await ada.DeleteFolder(name=one)
    assert await reason_of(ada.GetFolder(name=one)) == "RESOURCE_NOT_FOUND"


async def test_folders_are_listed_for_who_may_see_them(ada: Caller, bob: Caller) -> None:
    plans, others = await ada.project(), await ada.project()
    a, b = await ada.folder(plans, title="A"), await ada.folder(plans, title="B")
    inner = await ada.folder(a, title="Inner")
    await ada.folder(others, title="Elsewhere")
    assert not (await bob.ListFolders(project=plans)).folders
    await ada.grant(inner, "bob", VIEWER)
    await ada.grant(others, "bob", VIEWER)
    assert [each.name for each in (await bob.ListFolders(project=plans)).folders] == [inner]
    await ada.grant(plans, "bob", VIEWER)
    assert [each.name for each in (await bob.ListFolders(project=plans)).folders] == [a, b, inner]
    assert [each.name for each in (await bob.ListFolders(project=plans, parent=plans)).folders] == [a, b]
    await ada.grant(a, "bob", denied=[P.PERMISSION_PROJECT_READ])
    assert [each.name for each in (await bob.ListFolders(project=plans)).folders] == [b, inner]
    assert not (await bob.ListFolders(project="projects/none")).folders


async def test_a_document_says_where_it_is_and_what_comes_late_is_ignored(world: World, ada: Caller) -> None:
    plans, others = await ada.project(), await ada.project()
    cid = world.caller("cid")
    await ada.grant(others, "cid", VIEWER)
    note = await world.document("note", plans, generation=1)
    await world.document("note", others, generation=3)
    await world.document("note", plans, generation=2)
    assert await cid.may(note)
    missing = world.service().PutDocument(document="documents/x", parent="projects/none", actor="ada")
    assert await reason_of(missing) == "RESOURCE_NOT_FOUND"
    assert await reason_of(ada.PutDocument(document=note, actor="ada")) == "PERMISSION_DENIED"


async def test_a_document_in_no_project_is_owned_by_who_put_it_there(world: World, ada: Caller, bob: Caller) -> None:
    note = await world.document("note", actor="ada")
    assert await ada.may(note, P.PERMISSION_OWN)
    assert not await bob.may(note)
    plans = await bob.project()
    placed = await world.document("placed", plans, actor="ada")
    assert not await ada.may(placed)
    await world.document("placed", "", actor="bob", generation=2)
    assert await bob.may(placed, P.PERMISSION_OWN)


async def test_documents_put_at_once_are_there_once(world: World, ada: Caller) -> None:
    plans = await ada.project()
    await asyncio.gather(*(world.document("note", plans if n % 2 else "", generation=n) for n in range(12)))
    row = await world.pool.fetchrow(
        """
        SELECT count(*), max(r.generation), max(p.name) FROM project.resources r
        LEFT JOIN project.resources p ON p.resource_key = r.parent_key WHERE r.name = 'documents/note'
        """
    )
    assert tuple(row) == (1, 11, plans)


async def test_groups_have_members_by_name_and_by_token(world: World, ada: Caller) -> None:
    acme = await ada.organization("acme")
    plans = await ada.project(acme)
    group = (
        await ada.CreateGroup(
            organization=acme, group_id="staff", group={"title": "Staff", "members": ["bob"], "claim_groups": ["eng"]}
        )
    ).group
    assert (group.name, list(group.members)) == ("organizations/acme/groups/staff", ["bob"])
    await ada.grant(plans, {"group": group.name}, VIEWER)  # type: ignore[arg-type]
    bob, eng, cid = world.caller("bob"), world.caller("eve", groups=["eng"]), world.caller("cid", groups=["sales"])
    assert [await each.may(plans) for each in (bob, eng, cid)] == [True, True, False]
    await ada.UpdateGroup(group={"name": group.name}, add_members=["cid"], remove_members=["bob"])
    assert [await each.may(plans) for each in (bob, eng, cid)] == [False, True, True]
    await ada.UpdateGroup(group={"name": group.name}, update_mask={"paths": ["claim_groups"]})
    assert [await each.may(plans) for each in (bob, eng, cid)] == [False, False, True]
    assert [each.name for each in (await ada.ListGroups(organization=acme)).groups] == [group.name]
    await ada.DeleteGroup(name=group.name)
    assert not await cid.may(plans)
    assert await reason_of(ada.DeleteGroup(name=group.name)) == "GROUP_NOT_FOUND"


async def test_an_administrator_does_not_rise_by_a_group(ada: Caller, bob: Caller) -> None:
    acme = await ada.organization("acme")
    role = (
        await ada.CreateRole(
            organization=acme,
            role={
                "title": "Clerk", "permissions": [P.PERMISSION_ORGANIZATION_ADMINISTER, P.PERMISSION_ORGANIZATION_READ]
            },
        )
    ).role  # fmt: skip
    await ada.grant(acme, "bob", custom_role=role.name)
    group = (await ada.CreateGroup(organization=acme, group={"title": "Chiefs"})).group
    await bob.UpdateGroup(group={"name": group.name}, add_members=["cid"])
    await ada.grant(acme, {"group": group.name}, ADMIN)  # type: ignore[arg-type]
    assert await reason_of(bob.UpdateGroup(group={"name": group.name}, add_members=["bob"])) == "PERMISSION_DENIED"
    joined = bob.UpdateGroup(group={"name": group.name, "claim_groups": ["x"]})
    assert await reason_of(joined) == "PERMISSION_DENIED"
    await bob.UpdateGroup(group={"name": group.name}, remove_members=["cid"])
