"""The services as separate processes that take nobody without a certificate, and do what the plain ones do."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

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
from tests.integration.mesh.certificates import Authority


@pytest.fixture
def credentials(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> grpc.ChannelCredentials:
    """Those of a partner with a certificate of its own; the services are told to ask for one."""
    authority = Authority(tmp_path)
    service, partner = authority.issue("service"), authority.issue("partner")
    monkeypatch.setenv("SHOAL_TLS_CERT", str(service.cert))
    monkeypatch.setenv("SHOAL_TLS_KEY", str(service.key))
    monkeypatch.setenv("SHOAL_TLS_CA", str(authority.ca))
    monkeypatch.setenv("SHOAL_TLS_REQUIRE_CLIENT", "true")
    return grpc.ssl_channel_credentials(authority.ca.read_bytes(), partner.key.read_bytes(), partner.cert.read_bytes())


@pytest.fixture
def mesh(credentials: grpc.ChannelCredentials) -> Iterator[RunningShoal]:
    with shoal_mesh() as running:
        yield running


async def test_an_edit_and_a_restore_pass_between_services_that_know_each_other_by_certificate(
    mesh: RunningShoal, credentials: grpc.ChannelCredentials
) -> None:
    metadata = (("authorization", f"Bearer {mesh.token('ada')}"),)
    request = document_pb2.CreateDocumentRequest(
        document=document_pb2.Document(title="mesh", type=document_pb2.DOCUMENT_TYPE_PLAIN_TEXT)
    )
    async with grpc.aio.secure_channel(mesh.documents, credentials) as channel:
        name = (await DocumentServiceStub(channel).CreateDocument(request, metadata=metadata)).document.name
        async with connect(Target(f"http://{mesh.edge}", mesh.collab, mesh.token("ada")), Via.EDGE) as connection:
            ada = await ClientSession.open(connection, name, "ada")
            submit = pb.Submit(base_revision=0, first_site_sequence=1)
            submit.operations.add().components.add(insert="sealed")
            await ada.send(submit)
            assert (await _committed(ada)).revision == 1
            restore = history_pb2.RestoreDocumentRequest(document=name, revision=0)
            restored = await HistoryServiceStub(channel).RestoreDocument(restore, metadata=metadata)
            assert (restored.revision, restored.changed) == (2, True)
            seen = await _committed(ada)
            assert (seen.revision, seen.author) == (2, "users/ada")


async def test_nobody_comes_in_without_a_certificate_whatever_their_token(mesh: RunningShoal) -> None:
    for address in (mesh.documents, mesh.collab):
        async with grpc.aio.insecure_channel(address) as channel:
            with pytest.raises(grpc.aio.AioRpcError) as refused:
                await DocumentServiceStub(channel).GetDocument(
                    document_pb2.GetDocumentRequest(name="documents/x"),
                    metadata=(("authorization", f"Bearer {mesh.token('ada')}"),),
                    timeout=10,
                )
            assert refused.value.code() is grpc.StatusCode.UNAVAILABLE


async def _committed(session: ClientSession) -> Any:
    async with asyncio.timeout(20):
        frame = await session.receive()
        while not frame.HasField("committed"):
            frame = await session.receive()
        return frame.committed.operations[0]
