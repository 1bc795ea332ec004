"""Another gRPC library, from the same contracts: grpclib opens a document, submits, and sees it committed."""

from __future__ import annotations

import asyncio

import grpclib
import pytest
from grpclib.client import Channel

from shoal.collab.v1 import collab_pb2 as pb
from shoal.collab.v1.collab_grpc import CollabServiceStub
from shoal.document.v1 import document_pb2
from shoal.document.v1.document_grpc import DocumentServiceStub
from tests.system.people import PATIENCE_S, insert, target_of
from tests.system.shoal import ShoalProcess


async def test_grpclib_opens_submits_and_sees_it_committed(shoal: ShoalProcess) -> None:
    metadata = dict(target_of(shoal, "ada").metadata)
    host, _, port = shoal.grpc.rpartition(":")
    async with Channel(host, int(port)) as channel, asyncio.timeout(PATIENCE_S):
        documents, collab = DocumentServiceStub(channel), CollabServiceStub(channel)
        wanted = document_pb2.Document(title="grpclib", type=document_pb2.DOCUMENT_TYPE_PLAIN_TEXT)
        created = await documents.CreateDocument(document_pb2.CreateDocumentRequest(document=wanted), metadata=metadata)
        name = created.document.name
        async with collab.Collaborate.open(metadata=metadata) as stream:
            opening = pb.Open(document=name, site="grpclib")
            await stream.send_message(pb.CollaborateRequest(frames=[pb.ClientFrame(session=1, open=opening)]))
            opened = await next_frame(stream, "opened")
            assert (opened.opened.document, opened.opened.revision) == (name, 0)
            flight = pb.Submit(first_site_sequence=1, operations=[insert(0, "from "), insert(5, "grpclib")])
            await stream.send_message(pb.CollaborateRequest(frames=[pb.ClientFrame(session=1, submit=flight)]))
            seen: list[int] = []
            while len(seen) < 2:
                committed = (await next_frame(stream, "committed")).committed
                seen += [each.revision for each in committed.operations]
            assert seen == [1, 2]
            close = pb.CollaborateRequest(frames=[pb.ClientFrame(session=1, close=pb.Close())])
            await stream.send_message(close, end=True)
            assert (await next_frame(stream, "closed")).closed.fault.message == ""
        parts = await documents.GetContent(
            document_pb2.GetContentRequest(name=name, format=document_pb2.CONTENT_FORMAT_TEXT), metadata=metadata
        )
        assert "".join(part.text for part in parts) == "from grpclib"


async def test_grpclib_is_told_what_is_wrong(shoal: ShoalProcess) -> None:
    host, _, port = shoal.grpc.rpartition(":")
    async with Channel(host, int(port)) as channel:
        with pytest.raises(grpclib.GRPCError) as failure:
            await DocumentServiceStub(channel).GetDocument(document_pb2.GetDocumentRequest(name="documents/x"))
    assert failure.value.status is grpclib.Status.UNAUTHENTICATED


async def next_frame(
    stream: grpclib.client.Stream[pb.CollaborateRequest, pb.CollaborateResponse], kind: str
) -> pb.ServerFrame:
    while True:
        response = await stream.recv_message()
        assert response is not None, "the stream ended"
        for frame in response.frames:
            if frame.WhichOneof("frame") == kind:
                return frame
