"""Laws of permissions: what is granted above holds below, denials take away, owners are denied nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from services.project.decide import Effect, decide, explain
from services.project.model import Grant, Level, Place, Principal, PrincipalKind
from services.project.roles import ALL, CUSTOMISABLE, NOTHING, READING, TABLE, Role, strongest_within, weakest_with
from services.project.scopes import Node, scopes
from services.project.settings import ProjectSettings
from shoal.options.v1 import options_pb2 as P  # noqa: N812

_permissions = st.sampled_from(sorted(ALL))
_sets = st.frozensets(_permissions, max_size=4)
_grants = st.builds(
    Grant,
    principal=st.builds(Principal, st.sampled_from(list(PrincipalKind)[1:]), st.sampled_from(["a", "b"])),
    role=st.sampled_from(Role),
    custom=st.frozensets(st.sampled_from(sorted(CUSTOMISABLE)), max_size=3),
    denied=_sets,
)
_allowing = st.builds(replace, _grants, denied=st.just(NOTHING))


@st.composite
def _paths(draw: st.DrawFn, grants: st.SearchStrategy[Grant] = _grants, *, archived: bool = True) -> list[Level]:
    places = draw(
        st.sampled_from(
            [
                [Place.ORGANIZATION],
                [Place.PROJECT, Place.ORGANIZATION],
                [Place.FOLDER, Place.FOLDER, Place.PROJECT],
                [Place.DOCUMENT, Place.FOLDER, Place.PROJECT, Place.ORGANIZATION],
                [Place.DOCUMENT],
            ]
        )
    )
    may_be_archived = (Place.ORGANIZATION, Place.PROJECT) if archived else ()
    return [
        Level(
            key,
            f"{place.name}-{key}",
            place,
            draw(st.booleans()) if place in may_be_archived else False,
            tuple(draw(st.lists(grants, max_size=3))),
        )
        for key, place in enumerate(places)
    ]


def _with(path: list[Level], depth: int, *grants: Grant) -> list[Level]:
    changed = replace(path[depth], grants=(*path[depth].grants, *grants))
    return [*path[:depth], changed, *path[depth + 1 :]]


@given(_paths(), st.data())
def test_a_grant_without_denials_takes_nothing_away(path: list[Level], data: st.DataObject) -> None:
    depth = data.draw(st.integers(0, len(path) - 1))
    more = _with(path, depth, data.draw(_allowing))
    assert decide(path).allowed <= decide(more).allowed


@given(_paths(), st.data())
def test_a_denial_gives_nothing(path: list[Level], data: st.DataObject) -> None:
    depth = data.draw(st.integers(0, len(path) - 1))
    denial = Grant(Principal(PrincipalKind.USER, "x"), denied=data.draw(_sets))
    assert decide(_with(path, depth, denial)).allowed <= decide(path).allowed


@given(_paths(_allowing, archived=False))
def test_without_denials_all_that_is_granted_on_the_way_holds_and_nothing_else(path: list[Level]) -> None:
    granted = frozenset().union(*(grant.allows for level in path for grant in level.grants))
    assert decide(path).allowed == granted


@given(_paths(_allowing), _allowing)
def test_what_is_granted_above_holds_below(path: list[Level], grant: Grant) -> None:
    above = decide(_with(path, len(path) - 1, grant))
    assert grant.allows <= above.allowed | above.withheld


@given(_paths(archived=False), _sets, st.data())
def test_a_denial_beats_what_is_granted_there_and_above_unless_somebody_owns(
    path: list[Level], denied: frozenset[P.Permission], data: st.DataObject
) -> None:
    depth = data.draw(st.integers(0, len(path) - 1))
    below = [replace(level, grants=()) for level in path[:depth]]
    path = _with([*below, *path[depth:]], depth, Grant(Principal(PrincipalKind.USER, "x"), denied=denied))
    owns = any(grant.role is Role.OWNER for level in path[depth:] for grant in level.grants)
    assert (decide(path).allowed == ALL) if owns else not (decide(path).allowed & denied)


@given(_paths(archived=False), _allowing)
def test_a_grant_further_down_allows_again(path: list[Level], grant: Grant) -> None:
    path = [replace(path[0], grants=(grant,)), *path[1:]]
    assert grant.allows <= decide(path).allowed


@given(_paths(archived=False), st.data())
def test_an_owner_can_be_denied_nothing_there_and_below(path: list[Level], data: st.DataObject) -> None:
    depth = data.draw(st.integers(0, len(path) - 1))
    assert decide(_with(path, depth, Grant(Principal(PrincipalKind.USER, "x"), Role.OWNER))).allowed == ALL


@given(_paths(), st.data())
def test_the_order_of_grants_at_one_place_does_not_matter(path: list[Level], data: st.DataObject) -> None:
    shuffled = [replace(level, grants=tuple(data.draw(st.permutations(level.grants)))) for level in path]
    assert decide(shuffled) == decide(path)


@given(_paths())
def test_archiving_leaves_reading_and_withholds_the_rest(path: list[Level]) -> None:
    open_ = decide([replace(level, archived=False) for level in path]).allowed
    standing = decide(path)
    assert standing.allowed | standing.withheld == open_
    assert not standing.allowed & standing.withheld
    assert standing.allowed & READING == open_ & READING
    if not any(level.archived for level in path):
        assert (standing.archived, standing.withheld) == ("", NOTHING)
    else:
        unarchiving = {P.PERMISSION_PROJECT_ADMINISTER, P.PERMISSION_ORGANIZATION_ADMINISTER}
        assert standing.allowed - READING <= unarchiving
        assert standing.archived == [level.name for level in path if level.archived][-1]


def test_what_is_archived_can_be_unarchived_and_what_is_in_it_cannot() -> None:
    owner = Grant(Principal(PrincipalKind.USER, "ada"), Role.OWNER)
    top = Level(1, "organizations/o", Place.ORGANIZATION, True, (owner,))
    project = Level(2, "projects/p", Place.PROJECT)
    assert P.PERMISSION_ORGANIZATION_ADMINISTER in decide([top]).allowed
    assert decide([project, top]).allowed == READING
    assert decide([replace(project, archived=True), top]).allowed == READING


@given(_paths(), _permissions)
def test_the_explanation_agrees_with_the_decision(path: list[Level], permission: P.Permission) -> None:
    standing, reasons = decide(path), explain(path, permission)
    held = standing.allowed | standing.withheld
    heeded = [each for each in reasons if each.effect is not Effect.DENIES_IN_VAIN]
    assert (permission in held) == bool(heeded and heeded[-1].effect is Effect.ALLOWS)
    for each in reasons:
        assert each.grant in next(level for level in path if level.name == each.path[-1]).grants
        assert each.path[0] == path[0].name


def test_each_role_has_all_that_the_one_before_has() -> None:
    for lesser, greater in zip(list(Role), list(Role)[1:], strict=False):
        assert TABLE[lesser] < TABLE[greater]
        assert strongest_within(TABLE[greater]) is greater
    assert {weakest_with(each) for each in ALL} == set(Role) - {Role.NONE}
    unheld = {P.PERMISSION_UNSPECIFIED, P.PERMISSION_SIGNED_IN, P.PERMISSION_INTERNAL, P.PERMISSION_OPERATE}
    assert set(P.Permission.values()) == ALL | unheld


@st.composite
def _trees(draw: st.DrawFn) -> list[Node]:
    nodes: list[Node] = []
    for key in range(draw(st.integers(1, 14))):
        parents = [None, *(node for node in nodes if node.level.place is not Place.DOCUMENT)]
        parent = draw(st.sampled_from(parents))
        match parent.level.place if parent else None:
            case None:
                place = draw(st.sampled_from([Place.ORGANIZATION, Place.PROJECT, Place.DOCUMENT]))
            case Place.ORGANIZATION:
                place = Place.PROJECT
            case _:
                place = draw(st.sampled_from([Place.FOLDER, Place.DOCUMENT]))
        archived = place in (Place.ORGANIZATION, Place.PROJECT) and draw(st.integers(0, 4)) == 0
        grants = tuple(draw(st.lists(_grants, max_size=2)))
        level = Level(key, f"{place.name}-{key}", place, archived, grants)
        nodes.append(Node(level, parent.level.key if parent else None))
    return nodes


_unfiled_roles = st.sampled_from([role for role in Role if role <= Role.EDITOR])


@given(
    _trees(),
    st.sampled_from(sorted({P.PERMISSION_DOCUMENT_READ, P.PERMISSION_DOCUMENT_WRITE, P.PERMISSION_SHARE})),
    _unfiled_roles,
)
def test_a_document_is_in_the_scopes_if_and_only_if_it_is_allowed(
    nodes: list[Node], permission: P.Permission, unfiled: Role
) -> None:
    by_key = {node.level.key: node for node in nodes}

    def path_of(node: Node) -> list[Node]:
        return [node, *(path_of(by_key[node.parent]) if node.parent is not None else [])]

    # As the store gives them: documents without grants of their own are not among them.
    given_ = [node for node in nodes if node.level.place is not Place.DOCUMENT or node.level.grants]
    found = scopes(given_, permission, TABLE[unfiled])
    names = {field: {level.name for level in getattr(found, field)} for field in found.__slots__ if field != "unfiled"}
    for node in nodes:
        path = path_of(node)
        allowed = permission in decide([each.level for each in path], TABLE[unfiled]).allowed
        if node.level.place is Place.ORGANIZATION:
            assert (node.level.name in names["organizations"]) == allowed
        if node.level.place is Place.PROJECT:
            assert (node.level.name in names["projects"]) == allowed
        if node.level.place is not Place.DOCUMENT:
            continue
        folder = path[1].level.name if len(path) > 1 and path[1].level.place is Place.FOLDER else ""
        project = next((each.level.name for each in path if each.level.place is Place.PROJECT), "")
        listed = node.level.name in names["documents"] or (
            node.level.name not in names["excluded_documents"]
            and (
                folder in names["folders"]
                or (project in names["projects"] and folder not in names["excluded_folders"])
                or (len(path) == 1 and found.unfiled)
            )
        )
        assert listed == allowed


@given(_paths(), _unfiled_roles)
def test_what_everybody_may_on_unfiled_documents_holds_nowhere_else(path: list[Level], unfiled: Role) -> None:
    if path[-1].place is not Place.DOCUMENT:
        assert decide(path, TABLE[unfiled]) == decide(path)
        return
    document = path[0]
    denied = frozenset(each for grant in document.grants for each in grant.denied)
    owned = any(grant.role is Role.OWNER for grant in document.grants)
    expected = decide(path).allowed | (NOTHING if owned else TABLE[unfiled] - denied)
    assert decide(path, TABLE[unfiled]).allowed == expected


@pytest.mark.parametrize(("said", "role"), [("none", Role.NONE), ("Viewer", Role.VIEWER), ("editor", Role.EDITOR)])
def test_the_role_on_unfiled_documents_is_said_by_name(monkeypatch: pytest.MonkeyPatch, said: str, role: Role) -> None:
    monkeypatch.setenv("SHOAL_PROJECT_UNFILED_ROLE", said)
    assert ProjectSettings().unfiled_role is role


@pytest.mark.parametrize("said", ["admin", "owner", "5", "everything"])
def test_nobody_gets_more_than_an_editor_on_unfiled_documents(monkeypatch: pytest.MonkeyPatch, said: str) -> None:
    monkeypatch.setenv("SHOAL_PROJECT_UNFILED_ROLE", said)
    with pytest.raises(ValidationError, match="must be one of none, viewer, commenter, editor"):
        ProjectSettings()
