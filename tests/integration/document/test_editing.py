"""The door to collab: what goes with a call, and what its failures mean."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import grpc
import pytest

from mesh.channels import Channels
from mesh.deadline import end_after, remaining_s
from mesh.faults import Fault, LogUnavailable, RevisionAhead, TooLarge
from mesh.grpc_server import Mounted, serve
from mesh.identity import Identity, TokenSigner, TokenVerifier, act_as, current_identity
from mesh.interceptor import DeadlineExceeded
from mesh.names import DocumentId
from mesh.settings import GrpcSettings
from ot.operation import insert_at
from services.document.history.editing import CollabEditing
from shoal.collab.v1 import collab_pb2 as pb
from shoal.collab.v1.collab_pb2_grpc import CollabServiceServicer, add_CollabServiceServicer_to_server
from shoal.type.v1 import operation_pb2

NOTES = DocumentId("notes")
EDIT = insert_at(0, "x")


class Listening(CollabServiceServicer):
    """Remembers who asked for what, and answers as it is told."""

    def __init__(self) -> None:
        self.callers: list[Identity] = []
        self.requests: list[pb.SubmitOperationRequest] = []
        self.time_remaining: list[float] = []
        self.answer: Fault | int | None = 7

    async def SubmitOperation(self, request: pb.SubmitOperationRequest, context: Any) -> pb.SubmitOperationResponse:
        self.callers.append(current_identity())
        self.requests.append(request)
        self.time_remaining.append(context.time_remaining())
        if self.answer is None:
            await asyncio.Event().wait()
        if isinstance(self.answer, Fault):
            raise self.answer
        return pb.SubmitOperationResponse(operation=operation_pb2.CommittedOperation(revision=self.answer))


@asynccontextmanager
async def door(verifier: TokenVerifier, **more: Any) -> AsyncIterator[tuple[CollabEditing, Listening]]:
    listening = Listening()
    mounted = Mounted(
        pb.DESCRIPTOR, "shoal.collab.v1.CollabService", lambda s: add_CollabServiceServicer_to_server(listening, s)
    )
    async with serve(GrpcSettings(port=0, shutdown_grace_s=0), verifier, [mounted]) as server:
        editing = CollabEditing(Channels(), lambda: server.address, more.get("max_operation_bytes", 1000))
        try:
            yield editing, listening
        finally:
            await editing.close()


async def be(verifier: TokenVerifier, signer: TokenSigner, name: str = "ada") -> None:
    act_as(await verifier.verify(signer.sign(f"users/{name}", lifetime_s=60)))


async def test_an_edit_goes_in_the_callers_own_name_and_time(signer: TokenSigner, verifier: TokenVerifier) -> None:
    async with door(verifier) as (editing, collab):
        await be(verifier, signer)
        end_after(5.0)
        assert await editing.submit(NOTES, EDIT, 3, "6b1c0f0e-7a7b-4c55-9d0a-5ea1c0de0001") == 7
        assert [each.subject for each in collab.callers] == ["users/ada"]
        assert 0 < collab.time_remaining[0] <= 5.1, "gRPC rounds a deadline up by a hundredth"
        (request,) = collab.requests
        assert (request.name, request.base_revision, request.require_revision) == ("documents/notes", 3, 0)
        assert request.request_id == "6b1c0f0e-7a7b-4c55-9d0a-5ea1c0de0001"
        await be(verifier, signer, "bob")
        end_after(None)
        await editing.submit(NOTES, EDIT, 3, "")
        assert [each.subject for each in collab.callers] == ["users/ada", "users/bob"]
        assert remaining_s() is None


async def test_a_token_is_shown_nowhere(signer: TokenSigner, verifier: TokenVerifier) -> None:
    token = signer.sign("users/ada", lifetime_s=60)
    identity = await verifier.verify(token)
    assert identity.token == token
    assert token not in repr(identity)
    assert token not in str(identity)
    assert identity == await verifier.verify(signer.sign("users/ada", lifetime_s=60)), "the same caller, another token"


async def test_what_collab_refuses_with_is_handed_on(signer: TokenSigner, verifier: TokenVerifier) -> None:
    async with door(verifier) as (editing, collab):
        await be(verifier, signer)
        collab.answer = RevisionAhead(9, 3)
        with pytest.raises(Fault) as refused:
            await editing.submit(NOTES, EDIT, 9, "")
        assert (refused.value.reason, refused.value.code) == (RevisionAhead.reason, RevisionAhead.code)
        assert refused.value.facts["head_revision"] == "3"


async def test_an_edit_that_is_too_large_is_not_sent(signer: TokenSigner, verifier: TokenVerifier) -> None:
    async with door(verifier) as (editing, collab):
        await be(verifier, signer)
        with pytest.raises(TooLarge):
            await editing.submit(NOTES, insert_at(0, "x" * 1001), 0, "")
        assert not collab.requests


async def test_no_answer_in_time_is_a_deadline(signer: TokenSigner, verifier: TokenVerifier) -> None:
    async with door(verifier) as (editing, collab):
        await be(verifier, signer)
        collab.answer = None
        end_after(0.2)
        with pytest.raises(Fault) as late:
            await editing.submit(NOTES, EDIT, 0, "")
        # Which of the two sees it first is open; they say the same.
        assert (late.value.code, late.value.reason) == (DeadlineExceeded.code, DeadlineExceeded.reason)


async def test_nobody_there_is_unavailable(signer: TokenSigner, verifier: TokenVerifier) -> None:
    await be(verifier, signer)
    editing = CollabEditing(Channels(), lambda: "127.0.0.1:1", 1000)
    try:
        with pytest.raises(LogUnavailable) as refused:
            await editing.submit(NOTES, EDIT, 0, "")
        assert refused.value.code is grpc.StatusCode.UNAVAILABLE
        assert refused.value.retry_after_ms
    finally:
        await editing.close()
