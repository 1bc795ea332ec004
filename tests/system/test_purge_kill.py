"""kill -9 of everything as soon as a purge was confirmed: the document stays gone, and is erased after the restart."""

from __future__ import annotations

import asyncio
import getpass
import time
from typing import Any

import asyncpg
import grpc
import pytest

from cli.instance import DataDirectory
from shoal.document.v1 import document_pb2 as pb
from shoal.document.v1.document_pb2_grpc import DocumentServiceStub
from tests.system.shoal import ShoalProcess

DOCUMENTS, PATIENCE_S = 40, 60.0


async def _purge_many(grpc_address: str, token: str) -> None:
    """Documents of some length, each purged: more than can be erased before the last answer is there."""
    metadata = (("authorization", f"Bearer {token}"),)
    source = pb.Source(format=pb.CONTENT_FORMAT_TEXT, text="word " * 100_000)
    async with grpc.aio.insecure_channel(grpc_address) as channel:
        stub: Any = DocumentServiceStub(channel)
        for number in range(DOCUMENTS):
            request = pb.CreateDocumentRequest(document_id=f"gone-{number}", source=source)
            name = (await stub.CreateDocument(request, metadata=metadata)).document.name
            await stub.DeleteDocument(pb.DeleteDocumentRequest(name=name), metadata=metadata)
        purges = [
            stub.PurgeDocument(pb.PurgeDocumentRequest(name=f"documents/gone-{number}"), metadata=metadata)
            for number in range(DOCUMENTS)
        ]
        await asyncio.gather(*purges)


async def _counts(url: str) -> tuple[int, int]:
    connection = await asyncpg.connect(url)
    try:
        documents = await connection.fetchval("SELECT count(*) FROM document.documents")
        return documents, await connection.fetchval("SELECT count(*) FROM document.document_operations")
    finally:
        await connection.close()


def _database_of(shoal: ShoalProcess) -> str:
    """The URL of the embedded server, as it says it itself beside its data."""
    lines = (shoal.data / "postgres" / "postmaster.pid").read_text().splitlines()
    return f"postgresql://postgres@/shoal?host={lines[4]}&port={lines[3]}"


@pytest.mark.slow
def test_what_was_purged_before_kill_9_is_erased_after_the_restart(own_shoal: ShoalProcess) -> None:
    token = DataDirectory(own_shoal.data).signer().sign(getpass.getuser(), lifetime_s=600)
    asyncio.run(_purge_many(own_shoal.grpc, token))
    own_shoal.kill()
    before = own_shoal.log
    own_shoal.start()
    assert "(DOCUMENT_NOT_FOUND)" in own_shoal.command("show", "gone-0").stderr
    deadline = time.monotonic() + PATIENCE_S
    while (left := asyncio.run(_counts(_database_of(own_shoal)))) != (0, 0):
        assert time.monotonic() < deadline, f"still there: {left}"
    assert "document erased" in own_shoal.log[len(before) :], "the kill came too late to leave anything"
    assert own_shoal.command("create", "--id", "gone-0").returncode == 0
