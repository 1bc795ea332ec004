"""A whole Shoal in one process: what is granted and taken back at the project service is felt at each WebSocket."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import grpc
import pytest

from cli.composition import Wanted, open_instance
from cli.instance import DataDirectory
from mesh.identity import TokenSigner
from shoal.collab.v1 import collab_pb2 as pb
from shoal.document.v1 import document_pb2
from shoal.document.v1.document_pb2_grpc import DocumentServiceStub
from shoal.error.v1.error_pb2 import ERROR_REASON_DOCUMENT_NOT_FOUND, ERROR_REASON_PERMISSION_DENIED
from shoal.project.v1 import access_pb2 as access
from shoal.project.v1 import organization_pb2 as organization
from tests.integration.edge.world import BINARY, PATIENCE_S, Person, open_frame, submit_frame
from tests.integration.project.world import Caller


class Instance:
    """A running Shoal: its address, who signs, and a project with a document that Ada owns and a group is let into."""

    def __init__(self, url: str, channel: grpc.aio.Channel, signer: TokenSigner, http: aiohttp.ClientSession) -> None:
        self.url, self.channel, self.signer, self.http = url, channel, signer, http
        self.ada = Caller(channel, "users/ada", self.token("ada"))
        self.members = access.Principal()
        self.project = self.document = ""

    def token(self, name: str) -> str:
        return self.signer.sign(f"users/{name}", name=name.title(), lifetime_s=600)

    async def make(self, *members: str) -> None:
        reef = await self.ada.organization("reef")
        group = organization.Group(title="Members", members=[f"users/{each}" for each in members])
        self.members.group = (await self.ada.CreateGroup(organization=reef, group=group)).group.name
        self.project = await self.ada.project(of=reef)
        document = document_pb2.Document(
            title="Plans", project=self.project, type=document_pb2.DOCUMENT_TYPE_PLAIN_TEXT
        )
        created = await DocumentServiceStub(self.channel).CreateDocument(
            document_pb2.CreateDocumentRequest(document=document),
            metadata=(("authorization", f"Bearer {self.token('ada')}"),),
        )
        self.document = created.document.name

    async def connect(self, name: str) -> Person:
        headers = {"Authorization": f"Bearer {self.token(name)}"}
        return Person(await self.http.ws_connect(f"{self.url}/v1/ws", protocols=(BINARY,), headers=headers))

    async def join(self, name: str, document: str = "") -> tuple[Person, pb.Opened]:
        """Open as somebody who was let in a moment ago: it may take that long until it is known here."""
        person = await self.connect(name)
        async with asyncio.timeout(PATIENCE_S):
            while True:
                await person.send(open_frame(1, document=document or self.document, site=f"site-{name}"))
                answer = await _next(person, "opened", "closed")
                if answer.HasField("opened"):
                    return person, answer.opened


async def _next(person: Person, *kinds: str) -> pb.ServerFrame:
    """Return the next frame of one of these kinds; others are passed over."""
    async with asyncio.timeout(PATIENCE_S):
        while True:
            for frame in pb.CollaborateResponse.FromString(await person.message()).frames:
                if frame.WhichOneof("frame") in kinds:
                    return frame


@pytest.fixture
async def instance(database_url: str, tmp_path: Path) -> AsyncIterator[Instance]:
    wanted = Wanted(data=tmp_path / "data", port=0, grpc_port=0, database_url=database_url)
    async with (
        open_instance(wanted) as address,
        grpc.aio.insecure_channel(address.grpc) as channel,
        aiohttp.ClientSession() as http,
    ):
        url = address.url.replace("localhost", "127.0.0.1")
        made = Instance(url, channel, DataDirectory(wanted.data).signer(), http)
        await made.make("bob", "carol")
        yield made


async def test_a_groups_grant_that_is_made_less_and_taken_back_is_felt_within_a_second(instance: Instance) -> None:
    await instance.ada.grant(instance.project, instance.members, access.ROLE_EDITOR)
    bob, opened = await instance.join("bob")
    assert opened.role == pb.ROLE_EDITOR
    await bob.send(submit_frame(1, 1, "mine"))
    await _next(bob, "committed")
    for role, felt in ((access.ROLE_COMMENTER, pb.ROLE_COMMENTER), (access.ROLE_VIEWER, pb.ROLE_VIEWER)):
        await instance.ada.grant(instance.project, instance.members, role)
        answered = time.monotonic()
        assert (await _next(bob, "role_changed")).role_changed.role == felt
        assert time.monotonic() - answered < 1.0
    await bob.send(submit_frame(1, 2, "more"))
    assert (await _next(bob, "refused")).refused.fault.reason == ERROR_REASON_PERMISSION_DENIED
    await instance.ada.RevokeGrant(resource=instance.project, principal=instance.members)
    answered = time.monotonic()
    assert (await _next(bob, "closed")).closed.fault.reason == ERROR_REASON_PERMISSION_DENIED
    assert time.monotonic() - answered < 1.0
    await bob.send(open_frame(1, document=instance.document, site="site-bob"))
    assert (await _next(bob, "closed")).closed.fault.reason == ERROR_REASON_DOCUMENT_NOT_FOUND


async def test_who_leaves_a_group_leaves_its_documents_and_the_others_stay(instance: Instance) -> None:
    await instance.ada.grant(instance.project, instance.members, access.ROLE_EDITOR)
    (bob, _), (carol, _) = await instance.join("bob"), await instance.join("carol")
    await instance.ada.UpdateGroup(
        group=organization.Group(name=instance.members.group, members=["users/carol"]),
        update_mask={"paths": ["members"]},
    )
    assert (await _next(bob, "closed")).closed.fault.reason == ERROR_REASON_PERMISSION_DENIED
    await carol.send(submit_frame(1, 1, "still here"))
    await _next(carol, "committed")


async def test_a_projects_room_is_for_its_people_and_shows_them(instance: Instance) -> None:
    await instance.ada.grant(instance.project, instance.members, access.ROLE_VIEWER)
    bob, _ = await instance.join("bob")
    eye, opened = await instance.join("carol", instance.project)
    assert opened.document == instance.project
    seen = (await _next(eye, "project_presence")).project_presence.documents
    while not seen:
        seen = (await _next(eye, "project_presence")).project_presence.documents
    assert [(each.document, each.participants[0].subject) for each in seen] == [(instance.document, "users/bob")]
    eve = await instance.connect("eve")
    await eve.send(open_frame(1, document=instance.project))
    assert (await _next(eve, "closed")).closed.HasField("fault")
    await instance.ada.RevokeGrant(resource=instance.project, principal=instance.members)
    for person in (bob, eye):
        assert (await _next(person, "closed")).closed.fault.reason == ERROR_REASON_PERMISSION_DENIED
