"""`python -m bench.revocation`: how soon open sessions follow a grant that is taken back or made smaller.

Five hundred people, each with a socket of their own at the edge, in the documents of one project, all there by the
grant of one group. Each round that grant is made a viewer's, and then revoked, by whoever owns the project; measured is
the time from the answer of that call, and from its beginning, to the RoleChanged or Closed frame at each socket. The
services are processes of their own and share the machine's cores with the load.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
from dataclasses import dataclass, field
from typing import Any

import grpc
import uvloop
from rich.console import Console
from rich.table import Table

from bench import servers
from bench.websocket import BenchSocket
from shoal.collab.v1 import collab_pb2 as pb
from shoal.document.v1 import document_pb2
from shoal.document.v1.document_pb2_grpc import DocumentServiceStub
from shoal.project.v1 import access_pb2, organization_pb2, project_pb2
from shoal.project.v1.access_pb2_grpc import AccessServiceStub
from shoal.project.v1.organization_pb2_grpc import OrganizationServiceStub
from shoal.project.v1.project_pb2_grpc import ProjectServiceStub

_PATIENCE_S = 60.0
_CONNECTING = 50
"""Sockets that are opened at once: what is measured comes later."""
_AGAIN_S = 0.05
_OWNER = "owner"


@dataclass
class Member:
    """One person: their socket, and when the frame came that is waited for (perf_counter seconds)."""

    name: str
    document: str
    socket: BenchSocket | None = None
    heard_at: float = 0.0
    waits_for: str = ""
    heard: asyncio.Event = field(default_factory=asyncio.Event)

    def expect(self, kind: str) -> None:
        self.waits_for = kind
        self.heard.clear()

    def take(self, payload: bytes) -> None:
        """Look for the frame that is waited for; anything that ends a session otherwise is an error of the bench."""
        for frame in pb.CollaborateResponse.FromString(payload).frames:
            kind = frame.WhichOneof("frame")
            if kind == self.waits_for:
                self.heard_at = time.perf_counter()
                self.heard.set()
            elif kind == "closed" and self.waits_for == "opened":
                # What was granted a moment ago is not known everywhere yet.
                asyncio.get_running_loop().call_later(_AGAIN_S, self.open)
            elif kind in ("closed", "stream_fault"):
                raise RuntimeError(f"{self.name}: {frame}")

    def open(self) -> None:
        opening = pb.Open(document=self.document, site=f"site-{self.name}")
        request = pb.CollaborateRequest(frames=[pb.ClientFrame(session=1, open=opening)])
        assert self.socket is not None
        self.socket.send(request.SerializeToString())


class Project:
    """One project with its documents and the group that is let in, as its owner makes and changes them."""

    def __init__(self, shoal: servers.RunningShoal) -> None:
        self._shoal = shoal
        self.name, self.documents = "", list[str]()
        self._principal = access_pb2.Principal()
        self._metadata = (("authorization", f"Bearer {shoal.token(_OWNER)}"),)
        self._channel = grpc.aio.insecure_channel(shoal.project)
        self._access = AccessServiceStub(self._channel)  # type: ignore[no-untyped-call]  # generated without types

    async def make(self, members: list[str], documents: int) -> None:
        organizations: Any = OrganizationServiceStub(self._channel)  # type: ignore[no-untyped-call]  # as above
        made = organization_pb2.CreateOrganizationRequest(organization=organization_pb2.Organization(title="Reef"))
        organization = (await organizations.CreateOrganization(made, metadata=self._metadata)).organization.name
        group = organization_pb2.Group(title="Members", members=[f"users/{each}" for each in members])
        wanted = organization_pb2.CreateGroupRequest(organization=organization, group=group)
        self._principal.group = (await organizations.CreateGroup(wanted, metadata=self._metadata)).group.name
        projects: Any = ProjectServiceStub(self._channel)  # type: ignore[no-untyped-call]  # as above
        project = project_pb2.Project(title="Bench", organization=organization)
        request = project_pb2.CreateProjectRequest(project=project)
        self.name = (await projects.CreateProject(request, metadata=self._metadata)).project.name
        async with grpc.aio.insecure_channel(self._shoal.documents) as channel:
            stub: Any = DocumentServiceStub(channel)  # type: ignore[no-untyped-call]  # as above
            for index in range(documents):
                document = document_pb2.Document(title=f"Bench {index}", project=self.name)
                asked = document_pb2.CreateDocumentRequest(document=document)
                self.documents.append((await stub.CreateDocument(asked, metadata=self._metadata)).document.name)

    async def grant(self, role: access_pb2.Role) -> None:
        request = access_pb2.SetGrantRequest(resource=self.name, principal=self._principal, role=role)
        await self._access.SetGrant(request, metadata=self._metadata)

    async def revoke(self) -> None:
        request = access_pb2.RevokeGrantRequest(resource=self.name, principal=self._principal)
        await self._access.RevokeGrant(request, metadata=self._metadata)

    async def close(self) -> None:
        await self._channel.close()


@dataclass(frozen=True)
class Measured:
    """Seconds to each socket's frame, from the answer of the call and from its beginning."""

    kind: str
    after_answer: list[float]
    after_begin: list[float]


async def run(shoal: servers.RunningShoal, sockets: int, documents: int, rounds: int) -> list[Measured]:
    """Return what each kind of change gave, over all rounds."""
    project = Project(shoal)
    names = [f"member-{index}" for index in range(sockets)]
    await project.make(names, documents)
    members = [Member(name, project.documents[index % documents]) for index, name in enumerate(names)]
    limit = asyncio.Semaphore(_CONNECTING)

    async def connect(member: Member) -> None:
        async with limit:
            token = shoal.token(member.name)
            member.socket = await BenchSocket.connect(shoal.host, shoal.port, token, member.take)

    await asyncio.gather(*(connect(each) for each in members))
    smaller, gone = Measured("made viewers", [], []), Measured("revoked", [], [])
    for _ in range(rounds):
        await project.grant(access_pb2.ROLE_EDITOR)
        await _heard(members, "opened", lambda: _open_all(members))
        await _measure(smaller, members, "role_changed", project.grant(access_pb2.ROLE_VIEWER))
        await _measure(gone, members, "closed", project.revoke())
    for member in members:
        if member.socket is not None:
            member.socket.close()
    await project.close()
    return [smaller, gone]


def _open_all(members: list[Member]) -> None:
    for each in members:
        each.open()


async def _heard(members: list[Member], kind: str, begin: Any) -> None:
    for each in members:
        each.expect(kind)
    begin()
    async with asyncio.timeout(_PATIENCE_S):
        await asyncio.gather(*(each.heard.wait() for each in members))


async def _measure(measured: Measured, members: list[Member], kind: str, change: Any) -> None:
    for each in members:
        each.expect(kind)
    begun = time.perf_counter()
    await change
    answered = time.perf_counter()
    async with asyncio.timeout(_PATIENCE_S):
        await asyncio.gather(*(each.heard.wait() for each in members))
    measured.after_answer.extend(each.heard_at - answered for each in members)
    measured.after_begin.extend(each.heard_at - begun for each in members)


def main() -> int:
    parser = argparse.ArgumentParser(prog="bench.revocation", description=__doc__)
    parser.add_argument("--sockets", type=int, default=500)
    parser.add_argument("--documents", type=int, default=25)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--one-process", action="store_true", help="load `shoal up` instead of separate services")
    arguments = parser.parse_args()
    with servers.shoal_up() if arguments.one_process else servers.shoal_mesh() as shoal:
        found = uvloop.run(run(shoal, arguments.sockets, arguments.documents, arguments.rounds))
    table = Table("grant", "frames", "p50 ms", "p99 ms", "max ms", "from the request: p99 ms", "held")
    for each in found:
        p50, p99, most = (_at(each.after_answer, share) for share in (0.5, 0.99, 1.0))
        held = "yes" if p99 < 1000 else "no"
        row = (f"{p50:.0f}", f"{p99:.0f}", f"{most:.0f}", f"{_at(each.after_begin, 0.99):.0f}", held)
        table.add_row(each.kind, str(len(each.after_answer)), *row)
    Console().print(table)
    return 0


def _at(seconds: list[float], share: float) -> float:
    """Return the value below which a share of them lies, in milliseconds."""
    ordered = sorted(seconds)
    return 1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))]


if __name__ == "__main__":
    sys.exit(main())
