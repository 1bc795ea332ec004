"""Deleted documents live: nobody can write in one, everybody who has it open is told, and it can come back."""

from __future__ import annotations

import asyncio
from typing import Any

import grpc
import pytest

from mesh.faults import Reason, from_rpc_error
from mesh.identity import TokenSigner, TokenVerifier
from mesh.wire import operation_to_proto
from ot.operation import insert_at
from services.collab.settings import CollabSettings
from shoal.collab.v1 import collab_pb2 as pb
from shoal.collab.v1.collab_pb2_grpc import CollabServiceStub
from shoal.document.v1 import document_pb2
from shoal.document.v1.document_pb2_grpc import DocumentServiceStub
from tests.integration.collab.mesh import PATIENCE_S, Person, RunningMesh, running_mesh

DELETED, NOT_FOUND = Reason.ERROR_REASON_DOCUMENT_DELETED, Reason.ERROR_REASON_DOCUMENT_NOT_FOUND


async def call(mesh: RunningMesh, method: str, name: str) -> Any:
    """DeleteDocument, UndeleteDocument or PurgeDocument."""
    async with grpc.aio.insecure_channel(mesh.address) as channel:
        request = getattr(document_pb2, f"{method}Request")(name=name)
        return await getattr(DocumentServiceStub(channel), method)(request, metadata=mesh.metadata("ada"))


async def submit(mesh: RunningMesh, name: str, text: str = "x", **more: Any) -> pb.SubmitOperationResponse:
    async with grpc.aio.insecure_channel(mesh.address) as channel:
        request = pb.SubmitOperationRequest(name=name, operation=operation_to_proto(insert_at(0, text)), **more)
        return await CollabServiceStub(channel).SubmitOperation(request, metadata=mesh.metadata("bob"))


async def reason_of_submit(mesh: RunningMesh, name: str, **more: Any) -> int:
    with pytest.raises(grpc.aio.AioRpcError) as raised:
        await submit(mesh, name, **more)
    assert raised.value.code() in (grpc.StatusCode.FAILED_PRECONDITION, grpc.StatusCode.NOT_FOUND)
    return int(from_rpc_error(raised.value).reason)


async def closing_of(person: Person) -> pb.Closed:
    return (await person.frame("closed")).closed


async def refused_open(mesh: RunningMesh, document: str, name: str) -> pb.Closed:
    """What somebody is told who opens a document."""
    person = Person(mesh, name, document, f"site-{name}")
    mesh.people.append(person)
    await person.connect()
    await person.send(open=pb.Open(document=document, site=person.site))
    return await closing_of(person)


async def test_everybody_who_has_it_open_is_told_within_about_a_second(mesh: RunningMesh) -> None:
    document = await mesh.create()
    people = [await mesh.join(document, name) for name in ("ada", "bob")]
    deleted = (await call(mesh, "DeleteDocument", document)).document
    began = asyncio.get_running_loop().time()
    for closed in await asyncio.gather(*map(closing_of, people)):
        assert (closed.fault.reason, closed.fault.code) == (DELETED, grpc.StatusCode.FAILED_PRECONDITION.value[0])
        assert closed.fault.metadata["delete_time"] == deleted.delete_time.ToJsonString()
        assert not closed.fault.retry_after_ms, "nobody is told to try again"
    assert asyncio.get_running_loop().time() - began < 5


async def test_who_types_into_it_is_told_at_once_and_what_was_typed_is_not_there(
    database_url: str, signer: TokenSigner, verifier: TokenVerifier
) -> None:
    """Nobody looks at heads here: the log itself says no."""
    settings = CollabSettings(head_poll_interval_s=600)
    async with running_mesh(database_url, signer, verifier, collab_settings=settings) as mesh:
        document = await mesh.create()
        ada, bob = await mesh.join(document, "ada"), await mesh.join(document, "bob")
        ada.client.edit(insert_at(0, "kept"))
        await ada.synchronised()
        await call(mesh, "DeleteDocument", document)
        ada.client.edit(insert_at(0, "lost "))
        await ada.fly()
        for person in (ada, bob):
            assert (await closing_of(person)).fault.reason == DELETED
        assert ada.client.pending, "the writer still has it"
        assert await mesh.stored_text(document) == "kept"
        assert await reason_of_submit(mesh, document) == DELETED


async def test_nobody_opens_or_writes_in_what_is_deleted_warm_or_cold(mesh: RunningMesh) -> None:
    cold, warm = await mesh.create(), await mesh.create()
    ada = await mesh.join(warm, "ada")
    await ada.disconnect()
    for document in (cold, warm):
        await call(mesh, "DeleteDocument", document)
        assert (await refused_open(mesh, document, "bob")).fault.reason == DELETED
        assert await reason_of_submit(mesh, document) == DELETED
        assert await mesh.stored_text(document) == ""


async def test_an_undeleted_document_is_live_again_and_what_was_typed_meanwhile_comes_in(mesh: RunningMesh) -> None:
    document = await mesh.create()
    ada = await mesh.join(document, "ada")
    ada.client.edit(insert_at(0, "one"))
    await ada.synchronised()
    await call(mesh, "DeleteDocument", document)
    await closing_of(ada)
    ada.client.edit(insert_at(3, " two"))
    await call(mesh, "UndeleteDocument", document)
    await ada.open(pending=True)
    await ada.synchronised()
    assert (await mesh.join(document, "bob")).text == await mesh.stored_text(document) == "one two"


async def test_a_resend_of_what_was_acknowledged_before_is_not_written_twice_after_it_is_back(
    mesh: RunningMesh,
) -> None:
    document, request_id = await mesh.create(), "6f1c0f0e-7a7b-4c55-9d0a-5ea1c0de0042"
    first = await submit(mesh, document, "once", request_id=request_id)
    await call(mesh, "DeleteDocument", document)
    await call(mesh, "UndeleteDocument", document)
    again = await submit(mesh, document, "once", request_id=request_id)
    assert again.operation.revision == first.operation.revision
    assert await mesh.stored_text(document) == "once"


async def test_a_purged_document_is_not_found_by_those_who_had_it_open(mesh: RunningMesh) -> None:
    document = await mesh.create()
    ada = await mesh.join(document, "ada")
    await submit(mesh, document, "x")
    await call(mesh, "DeleteDocument", document)
    await call(mesh, "PurgeDocument", document)
    assert (await closing_of(ada)).fault.reason in (DELETED, NOT_FOUND)
    assert await reason_of_submit(mesh, document) == NOT_FOUND
    assert (await refused_open(mesh, document, "bob")).fault.reason == NOT_FOUND


async def test_many_calls_under_way_are_each_answered_once_when_it_is_deleted(mesh: RunningMesh) -> None:
    document = await mesh.create()
    calls = [asyncio.create_task(submit(mesh, document, "x")) for _ in range(60)]
    await asyncio.wait(calls, return_when=asyncio.FIRST_COMPLETED)
    await call(mesh, "DeleteDocument", document)
    async with asyncio.timeout(PATIENCE_S):
        answers = await asyncio.gather(*calls, return_exceptions=True)
    taken = [each for each in answers if isinstance(each, pb.SubmitOperationResponse)]
    for refused in (each for each in answers if isinstance(each, BaseException)):
        assert isinstance(refused, grpc.aio.AioRpcError)
        assert from_rpc_error(refused).reason == DELETED
    assert await mesh.stored_text(document) == "x" * len(taken)
