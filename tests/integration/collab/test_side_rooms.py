"""Rooms beyond documents: a project's, which shows who is where to those who may know, and a user's own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import grpc
import pytest

from mesh import faults
from mesh.identity import SERVICE_AUDIENCE, TokenSigner, TokenVerifier
from services.collab.settings import CollabSettings
from shoal.collab.v1 import collab_pb2 as pb
from shoal.collab.v1.collab_pb2_grpc import CollabServiceStub
from shoal.error.v1.error_pb2 import (
    ERROR_REASON_INVALID_FIELD,
    ERROR_REASON_PERMISSION_DENIED,
    ERROR_REASON_RESOURCE_NOT_FOUND,
)
from tests.integration.collab.grants import EDITOR, NOTHING, GrantTable
from tests.integration.collab.mesh import PATIENCE_S, Person, RunningMesh, running_mesh

_PROJECT = "projects/reef"


@pytest.fixture
def grants() -> GrantTable:
    return GrantTable()


@pytest.fixture
async def mesh(
    database_url: str, signer: TokenSigner, verifier: TokenVerifier, grants: GrantTable
) -> AsyncIterator[RunningMesh]:
    settings = CollabSettings(permission_retry_s=0.01, project_presence_interval_s=0.05)
    running = running_mesh(database_url, signer, verifier, collab_settings=settings, permissions=grants)
    async with running as made:
        yield made


async def _look(mesh: RunningMesh, name: str, room: str = _PROJECT) -> Person:
    """Open a side room as somebody."""
    person = Person(mesh, name, room, "")
    person.is_raw = True
    mesh.people.append(person)
    await person.connect()
    opened = await person.open()
    assert (opened.document, opened.room) == (room, 0)
    return person


async def _sees(person: Person, expected: dict[str, set[str]]) -> None:
    """Return when a project's room shows exactly this: subjects by document."""
    async with asyncio.timeout(PATIENCE_S):
        while True:
            shown = (await person.frame("project_presence")).project_presence.documents
            if {each.document: {one.subject for one in each.participants} for each in shown} == expected:
                return


async def test_a_projects_room_shows_who_comes_and_goes_in_its_documents(mesh: RunningMesh) -> None:
    notes, plans = await mesh.create(project=_PROJECT), await mesh.create(project=_PROJECT)
    elsewhere, unfiled = await mesh.create(project="projects/other"), await mesh.create()
    ada = await mesh.join(notes, "ada")
    eye = await _look(mesh, "eye")
    await _sees(eye, {notes: {"users/ada"}})
    for document in (elsewhere, unfiled):
        await mesh.join(document, "carol")
    await mesh.join(notes, "hidden", hidden=True)
    await mesh.join(plans, "bob")
    await _sees(eye, {notes: {"users/ada"}, plans: {"users/bob"}})
    await ada.disconnect()
    await _sees(eye, {plans: {"users/bob"}})


async def test_documents_that_somebody_may_not_read_are_not_there(mesh: RunningMesh, grants: GrantTable) -> None:
    notes, secret = await mesh.create(project=_PROJECT), await mesh.create(project=_PROJECT)
    grants.let("eye", NOTHING, secret)
    eye = await _look(mesh, "eye")
    for document in (secret, notes):
        await mesh.join(document, "ada")
    await _sees(eye, {notes: {"users/ada"}})
    grants.let("eye", EDITOR, secret)
    await _sees(eye, {notes: {"users/ada"}, secret: {"users/ada"}})
    grants.let("eye", NOTHING, secret)
    await _sees(eye, {notes: {"users/ada"}})


async def test_many_changes_come_as_few_frames(mesh: RunningMesh) -> None:
    notes = await mesh.create(project=_PROJECT)
    eye = await _look(mesh, "eye")
    await _sees(eye, {})
    ada = await mesh.join(notes, "ada", raw=True)
    for number in range(2, 42):
        await ada.send(session=number, open=pb.Open(document=notes, site=f"site-{number}"))
    for _ in range(40):
        await ada.frame("opened")
    frames, seen = 0, 0
    while seen < 41:
        frames += 1
        seen = len((await eye.frame("project_presence")).project_presence.documents[0].participants)
    assert frames <= 15


async def test_a_project_that_may_not_be_seen_is_not_there_and_one_that_is_lost_is_closed(
    mesh: RunningMesh, grants: GrantTable
) -> None:
    grants.let("eve", NOTHING, _PROJECT)
    eve = Person(mesh, "eve", _PROJECT, "")
    mesh.people.append(eve)
    await eve.connect()
    await eve.send(open=pb.Open(document=_PROJECT))
    assert (await eve.frame("closed")).closed.fault.reason == ERROR_REASON_RESOURCE_NOT_FOUND
    bob = await _look(mesh, "bob")
    grants.let("bob", NOTHING, _PROJECT)
    assert (await bob.frame("closed")).closed.fault.reason == ERROR_REASON_PERMISSION_DENIED


async def test_notices_reach_every_open_room_of_their_user_and_nobody_elses(mesh: RunningMesh) -> None:
    first, second = await _look(mesh, "ada", "users/me"), await _look(mesh, "ada", "users/me")
    bob = await _look(mesh, "bob", "users/me")
    notice = pb.Notice(id="n1", kind="mention", document="documents/d", text="Bob mentioned you")
    assert await _notify(mesh, "ada", notice) == 2
    for room in (first, second):
        assert (await room.frame("notified")).notified.notice == notice
    await second.send(close=pb.Close())
    assert not (await second.frame("closed")).closed.HasField("fault")
    assert await _notify(mesh, "ada", pb.Notice(id="n2", kind="share")) == 1
    assert (await first.frame("notified")).notified.notice.id == "n2"
    assert await _notify(mesh, "carol", notice) == 0
    assert not [each for each in bob.frames if each.HasField("notified")]


@pytest.mark.parametrize("room", [_PROJECT, "users/me"])
async def test_frames_for_documents_are_refused_in_other_rooms(mesh: RunningMesh, room: str) -> None:
    ada = await _look(mesh, "ada", room)
    for frame in ({"submit": pb.Submit()}, {"update_presence": pb.UpdatePresence()}, {"resync": pb.Resync()}):
        await ada.send(**frame)
        refused = await ada.frame("stream_fault")
        assert (refused.session, refused.stream_fault.fault.reason) == (1, ERROR_REASON_INVALID_FIELD)
    await ada.send(close=pb.Close())
    await ada.frame("closed")
    await ada.open()


@pytest.mark.parametrize("room", ["users/ada", "users/", "projects/", "projects/reef/folders/f", "organizations/o", ""])
async def test_there_are_no_other_rooms(mesh: RunningMesh, room: str) -> None:
    ada = Person(mesh, "ada", room, "site")
    mesh.people.append(ada)
    await ada.connect()
    await ada.send(open=pb.Open(document=room, site="site"))
    assert (await ada.frame("closed")).closed.fault.reason == ERROR_REASON_INVALID_FIELD


async def test_notices_are_handed_in_by_services_alone_and_whole(mesh: RunningMesh) -> None:
    with pytest.raises(faults.Fault) as caught:
        await _notify(mesh, "ada", pb.Notice(id="n", kind="share"), mesh.signer.sign("users/eve", lifetime_s=60))
    assert caught.value.reason == ERROR_REASON_PERMISSION_DENIED
    for subject, notice in (("", pb.Notice(id="n", kind="k")), ("a", pb.Notice(id="n")), ("a", pb.Notice(kind="k"))):
        with pytest.raises(faults.Fault) as caught:
            await _notify(mesh, subject, notice)
        assert caught.value.reason == ERROR_REASON_INVALID_FIELD


async def _notify(mesh: RunningMesh, name: str, notice: pb.Notice, token: str = "") -> int:
    token = token or mesh.signer.sign("services/project", lifetime_s=60, audience=SERVICE_AUDIENCE)
    request = pb.NotifyRequest(subject=f"users/{name}" if name else "", notice=notice)
    async with grpc.aio.insecure_channel(mesh.address) as channel:
        stub: Any = CollabServiceStub(channel)
        try:
            response = await stub.Notify(request, metadata=(("authorization", f"Bearer {token}"),))
        except grpc.aio.AioRpcError as error:
            raise faults.from_rpc_error(error) from error
    return int(response.delivered)
