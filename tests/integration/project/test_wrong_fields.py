"""Requests with several wrong fields: all of them are told at once, and only to who may make the request."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Any

import grpc
import pytest
from google.rpc import error_details_pb2, status_pb2

from shoal.project.v1.access_pb2 import Principal
from shoal.project.v1.organization_pb2 import Group
from shoal.project.v1.project_pb2 import Folder, Project
from tests.integration.project.world import Caller


async def wrong(call: Awaitable[Any]) -> list[str]:
    """The fields that an error names."""
    with pytest.raises(grpc.aio.AioRpcError) as raised:
        await call
    status = status_pb2.Status.FromString(dict(raised.value.trailing_metadata())["grpc-status-details-bin"])
    for packed in status.details:
        found = error_details_pb2.BadRequest()
        if packed.Unpack(found):
            assert raised.value.code() is grpc.StatusCode.INVALID_ARGUMENT
            assert all(each.description for each in found.field_violations)
            return [each.field for each in found.field_violations]
    return [raised.value.code().name]


async def test_a_grant_with_everything_wrong_says_all_of_it(ada: Caller, bob: Caller) -> None:
    plans = await ada.project("", "plans")
    bad: dict[str, Any] = {
        "principal": Principal(group="x"),
        "role": 99,
        "custom_role": "roles/x",
        "denied": [1, 0, 999],
    }
    fields = ["principal.group", "role", "custom_role", "denied[1]", "denied[2]"]
    assert await wrong(ada.SetGrant(resource=plans, **bad)) == fields
    assert await wrong(ada.SetGrant(resource="plans", **bad)) == ["resource", *fields]
    assert await wrong(bob.SetGrant(resource=plans, **bad)) == ["NOT_FOUND"]
    assert await wrong(ada.SetGrant(resource=plans)) == ["principal"]
    assert await wrong(ada.SetGrant(resource=plans, principal=Principal())) == ["principal.who"]
    assert await wrong(ada.SetGrant(resource=plans, principal=Principal(user=""), role=1)) == ["principal.user"]


async def test_of_a_change_only_what_is_to_change_is_checked(ada: Caller) -> None:
    acme = await ada.organization("acme")
    plans = await ada.project(acme, "plans")
    drafts = await ada.folder(plans, "drafts")
    nothing = Project(name=plans, title="a\nb", description="new")
    changed = await ada.UpdateProject(project=nothing, update_mask={"paths": ["description"]})
    assert (changed.project.title, changed.project.description) == ("Plans", "new")
    assert await wrong(ada.UpdateProject(project=nothing)) == ["project.title"]
    assert await wrong(ada.UpdateProject(project=Project(name=plans), update_mask={"paths": ["title"]})) == [
        "project.title"
    ]
    assert (await ada.UpdateFolder(folder=Folder(name=drafts))).folder.title == "Drafts"
    group = Group(title="core", members=["ada", ""], claim_groups=["a", "b\0"])
    assert await wrong(ada.CreateGroup(organization=acme, group=group, group_id="NO")) == [
        "group.members[1]", "group.claim_groups[1]", "group_id",
    ]  # fmt: skip
