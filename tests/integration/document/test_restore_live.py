"""A long text comes back, and goes again, while others type: over the edge and over gRPC, with the log near and far."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import aiohttp
import grpc
import pytest

from edge.app import open_edge
from edge.settings import EdgeSettings
from mesh.channels import Channels
from mesh.identity import OwnToken, TokenSigner, TokenVerifier
from mesh.wire import operation_from_proto, operation_to_proto
from ot.operation import Operation, insert_at
from ot.undo import UndoHistory
from shoal.collab.v1 import collab_pb2 as pb
from shoal.collab.v1.collab_pb2_grpc import CollabServiceStub
from tests.conformance.log_host import batch_of, committed
from tests.integration.collab.mesh import Person, RunningMesh, running_mesh
from tests.integration.document.histories import Reader, calling

LONG = "".join(f"{n:6} a line of a long text, as books have them ß\n" for n in range(21_000))
assert len(LONG.encode()) > 1024 * 1024
SHORT = "short\n"
LETTERS = 40


class BrowserPerson(Person):
    """The same client over a WebSocket of the edge."""

    def __init__(self, mesh: RunningMesh, name: str, document: str, site: str, edge: str) -> None:
        super().__init__(mesh, name, document, site)
        self._edge = edge
        self._socket: aiohttp.ClientWebSocketResponse

    async def connect(self) -> None:
        http = await self.stack.enter_async_context(aiohttp.ClientSession())
        headers = {key.title(): value for key, value in self.mesh.metadata(self.name)}
        self._socket = await self.stack.enter_async_context(
            http.ws_connect(
                f"http://{self._edge}/v1/ws", protocols=("shoal.v1.proto",), headers=headers, max_msg_size=0
            )
        )
        self._call = self
        self._reader = asyncio.create_task(self._read())

    def cancel(self) -> None:
        """Nothing more than closing the socket, which the stack does."""

    async def send(self, session: int = 1, **frame: Any) -> None:
        request = pb.CollaborateRequest(frames=[pb.ClientFrame(session=session, **frame)])
        await self._socket.send_bytes(request.SerializeToString())

    async def read(self) -> pb.CollaborateResponse | None:
        message = await self._socket.receive()
        if message.type is not aiohttp.WSMsgType.BINARY:
            return None
        return pb.CollaborateResponse.FromString(message.data)


@asynccontextmanager
async def edge_of(mesh: RunningMesh, signer: TokenSigner, verifier: TokenVerifier) -> AsyncIterator[str]:
    settings = EdgeSettings(port=0, collab_target=mesh.address, document_target=mesh.address)
    async with open_edge(
        settings,
        verifier,
        channels=Channels(OwnToken(signer, "services/edge")),
    ) as edge:
        yield edge.address


@pytest.fixture(params=["log near", "log over gRPC"])
async def mesh(
    request: pytest.FixtureRequest, database_url: str, signer: TokenSigner, verifier: TokenVerifier
) -> AsyncIterator[RunningMesh]:
    async with running_mesh(database_url, signer, verifier, over_grpc=request.param == "log over gRPC") as running:
        yield running


async def type_letters(person: Person, letter: str) -> None:
    """Type at the start, one letter after the other, each acknowledged before the next."""
    for _ in range(LETTERS):
        person.client.edit(insert_at(0, letter))
        await person.synchronised()


async def meanwhile(people: list[Person], letters: str, act: Any) -> Any:
    """Do something while everybody types; return what came of it, when all have everything."""
    done, *_ = await asyncio.gather(act, *map(type_letters, people, letters))
    head = max(person.client.revision for person in people)
    for person in people:
        await person.reach(head)
    return done


async def typed_after_base(eve: Reader, name: str, revision: int, letters: str) -> dict[str, int]:
    """How many letters were typed that whoever made an operation did not know."""
    (own,) = (await eve.operations(name, after_revision=revision - 1, up_to_revision=revision)).operations
    later = await eve.all_operations(name, after_revision=own.base_revision)
    typed = "".join(part.insert for each in later if each.revision != revision for part in each.operation.components)
    return {letter: typed.count(letter) for letter in letters}


async def revisions_after(eve: Reader, name: str, revision: int) -> list[Operation]:
    committed_after = await eve.all_operations(name, after_revision=revision)
    return [operation_from_proto(each.operation) for each in committed_after]


async def undone(eve: Reader, mesh: RunningMesh, name: str, revision: int) -> None:
    """Take the operation of a revision back, as the client's state machine does for one's own, and commit that."""
    (own,) = (await eve.operations(name, after_revision=revision - 1, up_to_revision=revision)).operations
    history = UndoHistory()
    history.record(operation_from_proto(own.operation), await eve.content(name, revision - 1))
    head = (await eve.document(name)).head_revision
    for operation in (await revisions_after(eve, name, revision))[: head - revision]:
        history.receive(operation)
    inverse = history.undo(await eve.content(name, head))
    assert inverse is not None
    request = pb.SubmitOperationRequest(name=name, operation=operation_to_proto(inverse), base_revision=head)
    async with grpc.aio.insecure_channel(mesh.address) as channel:
        await CollabServiceStub(channel).SubmitOperation(request, metadata=eve.metadata)


async def test_a_megabyte_comes_back_and_goes_again_while_two_type(
    mesh: RunningMesh, signer: TokenSigner, verifier: TokenVerifier
) -> None:
    name = await mesh.create()
    emptied = Operation.from_delta([{"insert": SHORT}, {"delete": len(LONG)}])
    await mesh.app.log.append(batch_of(name, 0, committed(1, "site", 1, insert_at(0, LONG))))
    await mesh.app.log.append(batch_of(name, 1, committed(2, "site", 2, emptied)))
    async with AsyncExitStack() as stack:
        edge = await stack.enter_async_context(edge_of(mesh, signer, verifier))
        eve = await stack.enter_async_context(calling(mesh, "eve"))
        ada = BrowserPerson(mesh, "ada", name, "site-ada", edge)
        stack.push_async_callback(ada.disconnect)
        await ada.connect()
        await ada.open()
        bob = await mesh.join(name, "bob")
        people: list[Person] = [ada, bob]

        async def all_see(text: str, typed: dict[str, int]) -> None:
            assert ada.text == bob.text == (await eve.content(name)).text()
            assert {letter: ada.text.count(letter) for letter in typed} == typed, "nobody's typing is lost"
            assert ada.text.translate(str.maketrans("", "", "".join(typed))) == text

        restored = await meanwhile(people, "AB", eve.restore(name, revision=1))
        assert restored.changed
        # What was there when the restore was asked for went with the rest; what came meanwhile stayed.
        await all_see(LONG, await typed_after_base(eve, name, restored.revision, "AB"))

        await meanwhile(people, "CD", undone(eve, mesh, name, restored.revision))
        await all_see(SHORT, dict.fromkeys("ABCD", LETTERS))

        # What a restore takes away is as long, and comes back by undoing it.
        await eve.restore(name, revision=1)
        emptied_again = await meanwhile(people, "EF", eve.restore(name, revision=2))
        assert emptied_again.changed
        await all_see(SHORT, await typed_after_base(eve, name, emptied_again.revision, "EF"))
        await meanwhile(people, "GH", undone(eve, mesh, name, emptied_again.revision))
        await all_see(LONG, dict.fromkeys("EFGH", LETTERS))
