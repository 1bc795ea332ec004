"""People who use a running Shoal through the client library of `shoal`: they open a document, type, and wait."""

from __future__ import annotations

import asyncio
import getpass
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import grpc

from cli.client import Connection, Session, Via, connect
from cli.documents import Type, create_document
from cli.instance import DataDirectory
from cli.target import Target
from shoal.collab.v1 import collab_pb2 as pb
from shoal.error.v1 import error_pb2
from shoal.project.v1 import access_pb2, project_pb2
from shoal.project.v1.access_pb2_grpc import AccessServiceStub
from shoal.project.v1.project_pb2_grpc import ProjectServiceStub
from shoal.type.v1 import operation_pb2
from tests.system.shoal import ShoalProcess

PATIENCE_S = 20.0
Reason = error_pb2.ErrorReason


def target_of(shoal: ShoalProcess, subject: str) -> Target:
    """Where `shoal` is, for this person."""
    token = DataDirectory(shoal.data).signer().sign(f"users/{subject}", name=subject, lifetime_s=3600)
    return Target(shoal.url, shoal.grpc, token)


def make_project(shoal: ShoalProcess, project_id: str, folder_id: str = "") -> None:
    """Make a project of who is at the terminal, with a folder if one is named; Ada may edit in it."""
    owner = DataDirectory(shoal.data).signer().sign(getpass.getuser(), lifetime_s=3600)
    name, metadata = f"projects/{project_id}", (("authorization", f"Bearer {owner}"),)
    with grpc.insecure_channel(shoal.grpc) as channel:
        projects, access = ProjectServiceStub(channel), AccessServiceStub(channel)
        wanted = project_pb2.CreateProjectRequest(project=project_pb2.Project(title=project_id), project_id=project_id)
        projects.CreateProject(wanted, metadata=metadata, timeout=PATIENCE_S)
        if folder_id:
            inside = project_pb2.CreateFolderRequest(
                parent=name, folder=project_pb2.Folder(title=folder_id), folder_id=folder_id
            )
            projects.CreateFolder(inside, metadata=metadata, timeout=PATIENCE_S)
        ada = access_pb2.Principal(user="users/ada")
        grant = access_pb2.SetGrantRequest(resource=name, principal=ada, role=access_pb2.ROLE_EDITOR)
        access.SetGrant(grant, metadata=metadata, timeout=PATIENCE_S)


async def new_document(shoal: ShoalProcess, title: str, type_: Type = Type.PLAIN_TEXT) -> str:
    return await create_document(target_of(shoal, "ada"), title, type_)


def insert(position: int, text: str) -> operation_pb2.Operation:
    operation = operation_pb2.Operation()
    if position:
        operation.components.add(retain=position)
    operation.components.add(insert=text)
    return operation


def delete(position: int, length: int) -> operation_pb2.Operation:
    operation = operation_pb2.Operation()
    if position:
        operation.components.add(retain=position)
    operation.components.add(delete=length)
    return operation


class Person:
    """Somebody in a document; `revision` is the newest they have seen, `sequence` their last operation's."""

    def __init__(self, session: Session, connection: Connection, site: str) -> None:
        self.session, self.connection, self.site = session, connection, site
        self.revision = session.opened.frame.revision
        self.sequence = session.opened.frame.last_site_sequence

    async def submit(self, *operations: operation_pb2.Operation, base: int | None = None, first: int = 0) -> None:
        await self.session.submit(self.revision if base is None else base, first or self.sequence + 1, operations)

    async def next(self, *kinds: str) -> pb.ServerFrame:
        """The next frame of these kinds; what the room says in between is noted."""
        async with asyncio.timeout(PATIENCE_S):
            while True:
                frame = await self.session.receive()
                for operation in frame.committed.operations:
                    self.revision = operation.revision
                    if operation.site == self.site:
                        self.sequence = operation.site_sequence
                if frame.WhichOneof("frame") in kinds:
                    return frame

    async def type(self, *operations: operation_pb2.Operation) -> list[int]:
        """Submit a flight and return the revisions it got."""
        last, revisions = self.sequence + len(operations), list[int]()
        await self.submit(*operations)
        while self.sequence < last:
            frame = await self.next("committed", "refused")
            assert not frame.HasField("refused"), frame.refused.fault
            revisions += [each.revision for each in frame.committed.operations if each.site == self.site]
        return revisions


@asynccontextmanager
async def joined(
    shoal: ShoalProcess,
    document: str,
    name: str,
    via: Via = Via.GRPC,
    *,
    site: str = "",
    after_revision: int = 0,
    pending: bool = False,
    number: int = 1,
) -> AsyncIterator[Person]:
    """`name`, in the document, on a connection of their own."""
    async with connect(target_of(shoal, name), via) as connection:
        session = await Session.open(
            connection, document, site or name, after_revision=after_revision, pending=pending, number=number
        )
        yield Person(session, connection, site or name)
