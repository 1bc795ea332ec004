"""Operations far larger than a flight, without a stream: each passes whole, however many come at once."""

from __future__ import annotations

import asyncio
from typing import Any

import grpc
import pytest

from mesh.faults import from_rpc_error
from mesh.identity import TokenSigner, TokenVerifier
from mesh.wire import operation_to_proto
from ot.operation import insert_at
from services.collab.settings import CollabSettings
from shoal.collab.v1 import collab_pb2 as pb
from shoal.collab.v1.collab_pb2_grpc import CollabServiceStub
from shoal.error.v1 import error_pb2
from tests.conformance.log_host import batch_of, committed
from tests.integration.collab.mesh import RunningMesh, running_mesh

LARGE = 2_900_000
"""Two of these are more than a gRPC message may hold."""


async def submit(mesh: RunningMesh, name: str, text: str) -> pb.SubmitOperationResponse:
    operation = operation_to_proto(insert_at(0, text))
    request = pb.SubmitOperationRequest(name=name, operation=operation, base_revision=0)
    async with grpc.aio.insecure_channel(mesh.address) as channel:
        stub: Any = CollabServiceStub(channel)
        return await stub.SubmitOperation(request, metadata=mesh.metadata("eve"))


async def test_large_operations_of_one_moment_all_come_through(mesh: RunningMesh) -> None:
    name, other = await mesh.create(), await mesh.create()
    ada = await mesh.join(name, "ada")
    answers = await asyncio.gather(
        *(submit(mesh, name, letter * LARGE) for letter in "abc"), submit(mesh, other, "d" * LARGE)
    )
    assert sorted(each.operation.revision for each in answers) == [1, 1, 2, 3]
    await ada.reach(3)
    assert {letter: ada.text.count(letter) for letter in "abc"} == dict.fromkeys("abc", LARGE)
    assert ada.text == await mesh.stored_text(name)


async def test_who_missed_large_operations_gets_them(mesh: RunningMesh) -> None:
    name = await mesh.create()
    ada = await mesh.join(name, "ada")
    await ada.disconnect()
    for letter in "abc":
        await submit(mesh, name, letter * LARGE)
    await ada.connect()
    await ada.open(pending=True)
    await ada.reach(3)
    assert ada.text == await mesh.stored_text(name)


async def test_who_watches_from_the_beginning_gets_them_in_messages_that_fit(mesh: RunningMesh) -> None:
    name = await mesh.create()
    for letter in "abc":
        await submit(mesh, name, letter * LARGE)
    async with grpc.aio.insecure_channel(mesh.address) as channel:
        call = CollabServiceStub(channel).WatchDocument(
            pb.WatchDocumentRequest(name=name, after_revision=0), metadata=mesh.metadata("ada")
        )
        revisions: list[int] = []
        async for response in call:
            revisions += [each.revision for each in response.operations]
            if len(revisions) == 3:
                break
        call.cancel()
    assert revisions == [1, 2, 3]


async def test_what_another_node_wrote_is_shown_in_messages_that_fit(mesh: RunningMesh) -> None:
    name = await mesh.create()
    ada = await mesh.join(name, "ada")
    for n in range(3):
        large = committed(n + 1, "elsewhere", n + 1, insert_at(0, "xyz"[n] * LARGE))
        await mesh.app.log.append(batch_of(name, n, large))
    await ada.reach(3)
    assert ada.text == await mesh.stored_text(name)


async def test_an_operation_past_the_limit_is_too_large(
    database_url: str, signer: TokenSigner, verifier: TokenVerifier
) -> None:
    settings = CollabSettings(max_submit_bytes=1000)
    async with running_mesh(database_url, signer, verifier, collab_settings=settings) as mesh:
        name = await mesh.create()
        assert (await submit(mesh, name, "x" * 900)).operation.revision == 1
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await submit(mesh, name, "x" * 1000)
        fault = from_rpc_error(refused.value)
        assert fault.reason == error_pb2.ErrorReason.ERROR_REASON_TOO_LARGE
        assert fault.facts["limit"] == "1000"
        assert await mesh.stored_text(name) == "x" * 900
