"""What an rpc demands is asked about the resources that its request names, and nothing passes that names none."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest
from google.protobuf.field_mask_pb2 import FieldMask

from mesh import faults
from mesh.authorization import INSTALLATION, admit
from mesh.identity import Identity, TokenSigner, TokenVerifier
from mesh.resource_names import Kind, parse
from mesh.rpc_table import Permission, ResourceFieldUnknown, RpcRules, _check_field, names_at, rules_of
from shoal.document.v1 import (
    document_pb2,
    history_pb2,
    maintenance_pb2,
    operation_log_pb2,
    search_pb2,
    version_pb2,
)
from shoal.project.v1 import permission_pb2, project_pb2

ADA = Identity("ada", "Ada", 1e12)
P = Permission


@dataclass
class Granted:
    """Grants by resource; remembers what it was asked."""

    held: dict[str, frozenset[Any]]
    asked: list[str] = field(default_factory=list)

    async def permissions(self, identity: Identity, resource: str) -> frozenset[Any]:
        self.asked.append(resource)
        return self.held.get(resource, frozenset())

    async def refusal(self, identity: Identity, permission: Any, resource: str) -> faults.Fault:
        return faults.PermissionDenied(resource)


def rules(permission: Any, resource: str = "", also: str = "", *, optional: bool = False) -> RpcRules:
    return RpcRules(permission, 1.0, False, resource, also, optional)


MOVE = rules(P.PERMISSION_FOLDER_WRITE, "name", "destination")
WRITES = frozenset({P.PERMISSION_FOLDER_WRITE})
ALL = frozenset(P.values())


async def test_both_resources_of_a_move_are_checked() -> None:
    request = project_pb2.MoveFolderRequest(name="projects/p/folders/a", destination="projects/p/folders/b")
    both = Granted({"projects/p/folders/a": WRITES, "projects/p/folders/b": WRITES})
    await admit(both, ADA, MOVE, request)
    assert both.asked == ["projects/p/folders/a", "projects/p/folders/b"]
    with pytest.raises(faults.PermissionDenied, match="folders/b"):
        await admit(Granted({"projects/p/folders/a": WRITES}), ADA, MOVE, request)


@pytest.mark.parametrize(("name", "destination"), [("", "projects/p"), ("projects/p/folders/a", ""), ("x", "y")])
async def test_a_request_that_names_no_resource_is_refused(name: str, destination: str) -> None:
    everything = Granted({name: WRITES, destination: WRITES})
    with pytest.raises(faults.InvalidField):
        await admit(everything, ADA, MOVE, project_pb2.MoveFolderRequest(name=name, destination=destination))


async def test_a_contract_that_names_no_resource_is_refused_to_everybody() -> None:
    with pytest.raises(faults.PermissionDenied):
        await admit(Granted({}), ADA, rules(P.PERMISSION_DOCUMENT_READ), project_pb2.GetProjectRequest())


async def test_what_is_nowhere_needs_no_grant_where_the_contract_says_so() -> None:
    create = rules(P.PERMISSION_PROJECT_CREATE, "project.organization", optional=True)
    await admit(Granted({}), ADA, create, project_pb2.CreateProjectRequest())
    inside = project_pb2.CreateProjectRequest(project=project_pb2.Project(organization="organizations/o"))
    with pytest.raises(faults.PermissionDenied):
        await admit(Granted({}), ADA, create, inside)


async def test_operating_is_asked_of_the_installation() -> None:
    operate = rules(P.PERMISSION_OPERATE)
    with pytest.raises(faults.PermissionDenied):
        await admit(Granted({}), ADA, operate, None)
    await admit(Granted({INSTALLATION: frozenset({P.PERMISSION_OPERATE})}), ADA, operate, None)


def test_names_are_found_in_nested_and_repeated_fields() -> None:
    request = permission_pb2.BatchCheckPermissionsRequest(
        checks=[permission_pb2.BatchCheckPermissionsRequest.Check(resource=f"projects/{each}") for each in "ab"]
    )
    assert names_at(request, "checks.resource") == ["projects/a", "projects/b"]
    assert names_at(permission_pb2.BatchCheckPermissionsRequest(), "checks.resource") == []
    assert names_at(request, "user.groups") == []


@pytest.mark.parametrize("path", ["nothing", "project.nothing", "project", "project.archived", "project_id.deeper"])
def test_a_contract_whose_resource_is_no_text_of_its_request_is_refused(path: str) -> None:
    with pytest.raises(ResourceFieldUnknown):
        _check_field(project_pb2.CreateProjectRequest.DESCRIPTOR, path, "CreateProject")


@pytest.mark.parametrize(
    ("name", "kind", "owner"),
    [
        ("organizations/o", Kind.ORGANIZATION, "organizations/o"),
        ("organizations/o/groups/g", Kind.GROUP, "organizations/o"),
        ("organizations/o/roles/r", Kind.ROLE, "organizations/o"),
        ("projects/p", Kind.PROJECT, "projects/p"),
        ("projects/p/folders/f", Kind.FOLDER, "projects/p/folders/f"),
        ("documents/d/versions/v", Kind.VERSION, "documents/d"),
        ("shareLinks/s", Kind.SHARE_LINK, "shareLinks/s"),
    ],
)
def test_what_belongs_to_a_resource_is_checked_there(name: str, kind: Kind, owner: str) -> None:
    parsed = parse(name, "name")
    assert (parsed.kind, parsed.owner) == (kind, owner)


@pytest.mark.parametrize(
    "name", ["", "projects/", "projects/P", "projects/p/", "projects/-p", "a/projects/p", "projects/p\n", "documents/é"]
)
def test_what_is_no_name_is_refused(name: str) -> None:
    with pytest.raises(faults.InvalidField):
        parse(name, "name")


async def test_a_token_says_who_somebody_is_besides(signer: TokenSigner, verifier: TokenVerifier) -> None:
    claims = {
        "email": "ada@example.com", "email_verified": True,
        "groups": ["staff", 7, "", "x" * 300], "organizations": "acme",
    }  # fmt: skip
    ada = await verifier.verify(signer.sign("ada", lifetime_s=60, claims=claims))
    assert (ada.email, ada.email_verified, ada.groups, ada.organizations) == (
        "ada@example.com", True, ("staff",), ("acme",),
    )  # fmt: skip
    plain = await verifier.verify(signer.sign("bob", lifetime_s=60, claims={"email": 3, "email_verified": "yes"}))
    assert (plain.email, plain.email_verified, plain.groups, plain.organizations) == ("", False, (), ())


async def test_claims_besides_cannot_make_another_subject(signer: TokenSigner, verifier: TokenVerifier) -> None:
    assert (await verifier.verify(signer.sign("bob", lifetime_s=60, claims={"sub": "ada"}))).subject == "bob"


UPDATE = rules_of([document_pb2.DESCRIPTOR])["/shoal.document.v1.DocumentService/UpdateDocument"]
CREATE = rules_of([document_pb2.DESCRIPTOR])["/shoal.document.v1.DocumentService/CreateDocument"]


def moving(*mask: str, **document: str) -> document_pb2.UpdateDocumentRequest:
    wanted = document_pb2.Document(name="documents/d", **document)
    return document_pb2.UpdateDocumentRequest(document=wanted, update_mask=FieldMask(paths=mask))


@pytest.mark.parametrize(
    ("request_", "asked"),
    [
        (moving(title="T"), ["documents/d"]),
        (moving("title", title="T", project="projects/p"), ["documents/d"]),
        (moving(project="projects/p"), ["documents/d", "documents/d", "projects/p"]),
        (
            moving("project", "folder", project="projects/p", folder="projects/p/folders/f"),
            ["documents/d", "documents/d", "projects/p/folders/f"],
        ),
        (
            moving("project", project="projects/p", folder="projects/mine/folders/f"),
            ["documents/d"] * 2 + ["projects/p"],
        ),
        (moving("folder", folder=""), ["documents/d"] * 3),
    ],
)
async def test_who_moves_is_checked_where_it_is_and_where_it_really_goes(request_: Any, asked: list[str]) -> None:
    everywhere = Granted(dict.fromkeys(asked, ALL))
    await admit(everywhere, ADA, UPDATE, request_)
    assert everywhere.asked == asked


async def test_a_copy_needs_its_origin_to_be_readable_and_its_place_to_be_open() -> None:
    copy = document_pb2.CreateDocumentRequest(copy=document_pb2.Copy(document="documents/d"))
    writable = Granted({"documents/d": ALL})
    await admit(writable, ADA, CREATE, copy)
    copy.document.project = "projects/p"
    with pytest.raises(faults.PermissionDenied, match="documents/d"):
        await admit(Granted({"projects/p": ALL}), ADA, CREATE, copy)
    with pytest.raises(faults.PermissionDenied, match="projects/p"):
        await admit(Granted({"documents/d": ALL}), ADA, CREATE, copy)
    await admit(Granted({}), ADA, CREATE, document_pb2.CreateDocumentRequest())


def test_each_rpc_about_a_document_says_which() -> None:
    table = rules_of(
        each.DESCRIPTOR
        for each in (document_pb2, history_pb2, version_pb2, search_pb2, maintenance_pb2, operation_log_pb2)
    )
    nowhere = {P.PERMISSION_SIGNED_IN, P.PERMISSION_INTERNAL, P.PERMISSION_OPERATE}
    assert [path for path, each in table.items() if not each.resource and each.permission not in nowhere] == []
