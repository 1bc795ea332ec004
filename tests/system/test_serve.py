"""The services as separate processes, as in a deployment: what one process does, the mesh does."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import grpc
import pytest

from bench.servers import RunningShoal, shoal_mesh
from cli.client import Session as ClientSession
from cli.client import Via, connect
from cli.target import Target
from shoal.collab.v1 import collab_pb2 as pb
from shoal.document.v1 import document_pb2, history_pb2
from shoal.document.v1.document_pb2_grpc import DocumentServiceStub
from shoal.document.v1.history_pb2_grpc import HistoryServiceStub
from shoal.type.v1 import operation_pb2


def _metadata(mesh: RunningShoal, name: str) -> tuple[tuple[str, str], ...]:
    return (("authorization", f"Bearer {mesh.token(name)}"),)


@pytest.fixture
def mesh() -> Iterator[RunningShoal]:
    with shoal_mesh() as running:
        yield running


async def test_an_edit_through_the_edge_goes_through_three_services_and_is_read_back(mesh: RunningShoal) -> None:
    async with grpc.aio.insecure_channel(mesh.documents) as channel:
        documents = DocumentServiceStub(channel)
        request = document_pb2.CreateDocumentRequest(
            document=document_pb2.Document(title="mesh", type=document_pb2.DOCUMENT_TYPE_PLAIN_TEXT)
        )
        created = await documents.CreateDocument(request, metadata=_metadata(mesh, "ada"))
        name = created.document.name
        targets = {person: Target(f"http://{mesh.edge}", mesh.collab, mesh.token(person)) for person in ("ada", "bob")}
        async with connect(targets["ada"], Via.EDGE) as one, connect(targets["bob"], Via.GRPC) as two:
            ada = await ClientSession.open(one, name, "ada")
            bob = await ClientSession.open(two, name, "bob")
            submit = pb.Submit(base_revision=0, first_site_sequence=1)
            submit.operations.add().components.add(insert="through all of it")
            await ada.send(submit)
            for session in (ada, bob):
                frame = await session.receive()
                while not frame.HasField("committed"):
                    frame = await session.receive()
                assert frame.committed.operations[0].author == "users/ada"
        content = documents.GetContent(
            document_pb2.GetContentRequest(name=name, format=document_pb2.CONTENT_FORMAT_TEXT),
            metadata=_metadata(mesh, "bob"),
        )
        assert "".join([part.text async for part in content]) == "through all of it"


async def test_a_restore_goes_from_the_document_service_through_collab_and_is_seen_by_who_is_there(
    mesh: RunningShoal,
) -> None:
    async with grpc.aio.insecure_channel(mesh.documents) as channel:
        documents, history = DocumentServiceStub(channel), HistoryServiceStub(channel)
        request = document_pb2.CreateDocumentRequest(
            document=document_pb2.Document(title="mesh", type=document_pb2.DOCUMENT_TYPE_PLAIN_TEXT)
        )
        name = (await documents.CreateDocument(request, metadata=_metadata(mesh, "ada"))).document.name
        target = Target(f"http://{mesh.edge}", mesh.collab, mesh.token("ada"))
        async with connect(target, Via.EDGE) as connection:
            ada = await ClientSession.open(connection, name, "ada")
            submit = pb.Submit(base_revision=0, first_site_sequence=1)
            submit.operations.add().components.add(insert="to be gone")
            await ada.send(submit)
            assert (await _committed(ada)).author == "users/ada"
            restored = await history.RestoreDocument(
                history_pb2.RestoreDocumentRequest(document=name, revision=0), metadata=_metadata(mesh, "bob")
            )
            assert (restored.revision, restored.changed) == (2, True)
            seen = await _committed(ada)
            assert (seen.revision, seen.author) == (2, "users/bob")
            assert [each.delete for each in seen.operation.components] == [len("to be gone")]


async def _committed(session: ClientSession) -> operation_pb2.CommittedOperation:
    """The next operation that a session is shown."""
    async with asyncio.timeout(20):
        frame = await session.receive()
        while not frame.HasField("committed"):
            frame = await session.receive()
        return frame.committed.operations[0]
