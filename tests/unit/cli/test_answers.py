"""What the verbs of sharing print, and what they take for a person, a role or a right."""

from __future__ import annotations

import json

import pytest
import typer

from cli.answers import Role, as_json, name_of, permission_names, resource_name, role_number, role_word
from cli.errors import Failed
from cli.member import principal
from cli.permission import explained
from mesh.resource_names import Kind
from shoal.options.v1 import options_pb2
from shoal.project.v1 import access_pb2, audit_pb2, permission_pb2


def test_json_has_words_for_enums_numbers_for_numbers_and_nothing_for_what_is_empty() -> None:
    entry = audit_pb2.AuditEntry(
        id=7,
        action=audit_pb2.AUDIT_ACTION_SHARE_LINK_CREATED,
        principal=access_pb2.Principal(user="users/bob"),
        role=access_pb2.ROLE_COMMENTER,
        denied=[options_pb2.PERMISSION_DOCUMENT_WRITE, options_pb2.PERMISSION_SHARE],
        details={"b": "2", "a": "1"},
    )
    entry.create_time.FromJsonString("2026-03-01T12:00:00Z")
    assert json.loads(as_json(entry)) == {
        "id": 7,
        "create_time": "2026-03-01T12:00:00Z",
        "action": "share_link_created",
        "principal": {"user": "users/bob"},
        "role": "commenter",
        "denied": ["document_write", "share"],
        "details": {"a": "1", "b": "2"},
    }


@pytest.mark.parametrize("role", Role)
def test_each_role_is_one_of_the_contract(role: Role) -> None:
    assert role_word(access_pb2.Grant(role=role_number(role))) == role.value


def test_permissions_are_named_in_any_case_and_only_those_there_are() -> None:
    assert permission_names(["document-write", "SHARE"], "--x") == ["PERMISSION_DOCUMENT_WRITE", "PERMISSION_SHARE"]
    for wrong in ("", "unspecified", "fly", "permission_share"):
        with pytest.raises(typer.BadParameter, match="is no permission"):
            permission_names([wrong], "--x")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("users/bob", access_pb2.Principal(user="users/bob")),
        ("auth0|5f", access_pb2.Principal(user="auth0|5f")),
        ("organizations/a/groups/g", access_pb2.Principal(group="organizations/a/groups/g")),
        ("organizations/a", access_pb2.Principal(organization="organizations/a")),
        ("organizations/a/roles/r", access_pb2.Principal(user="organizations/a/roles/r")),
    ],
)
def test_who_is_meant_follows_from_how_it_is_written(written: str, meant: access_pb2.Principal) -> None:
    assert principal(written) == meant


def test_names_are_completed_only_where_one_kind_is_meant() -> None:
    assert name_of(Kind.PROJECT, "x") == name_of(Kind.PROJECT, "projects/x") == "projects/x"
    assert name_of(Kind.ORGANIZATION, "acme") == "organizations/acme"
    assert resource_name("projects/x/folders/y") == "projects/x/folders/y"
    for kind, wrong in ((Kind.PROJECT, "organizations/x"), (Kind.PROJECT, "X y"), (Kind.ORGANIZATION, "")):
        with pytest.raises(Failed, match="is not the name of one"):
            name_of(kind, wrong)
    for wrong in ("x", "shareLinks/x", "organizations/a/groups/g"):
        with pytest.raises(Failed, match="is not the name of one"):
            resource_name(wrong)


def test_a_refusal_is_explained_by_the_grants_that_decide() -> None:
    request = permission_pb2.ExplainPermissionRequest(
        resource="documents/x", permission=options_pb2.PERMISSION_DOCUMENT_WRITE
    )
    bob = access_pb2.Principal(user="users/bob")
    answer = permission_pb2.ExplainPermissionResponse(missing="it is denied on documents/x")
    editor = access_pb2.Grant(resource="projects/p", principal=bob, role=access_pb2.ROLE_EDITOR, grantor="users/ada")
    denial = access_pb2.Grant(
        resource="documents/x", principal=bob, denied=[options_pb2.PERMISSION_DOCUMENT_WRITE], grantor="users/ada"
    )
    answer.reasons.add(grant=editor, effect=permission_pb2.ExplainPermissionResponse.EFFECT_ALLOWS)
    answer.reasons.add(grant=denial, effect=permission_pb2.ExplainPermissionResponse.EFFECT_DENIES)
    assert list(explained("users/bob", request, answer)) == [
        "users/bob may not document_write on documents/x",
        "  allows it: users/bob, editor on projects/p, by users/ada",
        "  denies it: users/bob, but not document_write on documents/x, by users/ada",
        "  it is denied on documents/x",
    ]
