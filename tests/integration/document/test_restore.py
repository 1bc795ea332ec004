"""Bringing an earlier content back: one edit through collab, in the caller's name, once."""

from __future__ import annotations

import asyncio
import random
import uuid
from collections.abc import AsyncIterator
from datetime import UTC, timedelta

import grpc
import pytest

from mesh.faults import from_rpc_error
from mesh.grpc_server import serve
from mesh.identity import SERVICE_AUDIENCE, TokenSigner, TokenVerifier
from mesh.settings import GrpcSettings
from ot.operation import insert_at
from services.document.settings import DocumentSettings
from shoal.document.v1 import version_pb2
from shoal.error.v1 import error_pb2
from tests.conformance.log_host import LogHost, batch_of, committed, typed
from tests.integration.collab.mesh import RunningMesh, running_mesh
from tests.integration.document.histories import Reader, calling, write_history
from tests.integration.document.service import fault_of, reached, reason_of

Reason = error_pb2.ErrorReason


@pytest.fixture
async def eve(mesh: RunningMesh) -> AsyncIterator[Reader]:
    async with calling(mesh, "eve") as caller:
        yield caller


def a_request() -> str:
    return str(uuid.uuid4())


async def outbox_kinds(mesh: RunningMesh) -> list[int]:
    rows = await mesh.pool.fetch("SELECT kind FROM document.outbox WHERE kind IN (7, 8) ORDER BY kind")
    return [row[0] for row in rows]


@pytest.mark.parametrize("seed", range(4))
async def test_a_restore_brings_back_just_the_content_of_any_revision(
    mesh: RunningMesh, eve: Reader, seed: int
) -> None:
    rng = random.Random(seed)
    name = await mesh.create(plain=False)
    contents = await write_history(mesh.app.log, name, rng, 40)
    head = len(contents) - 1
    for _ in range(8):
        revision = rng.randint(0, head)
        restored = await eve.restore(name, revision=revision)
        assert restored.restored_revision == revision, seed
        content = await eve.content(name)
        assert content == (contents[revision] if revision < len(contents) else content), (seed, revision)
        if restored.changed:
            (operation,) = (await eve.operations(name, descending=True, page_size=1)).operations
            assert (operation.revision, operation.author) == (restored.revision, "users/eve")
        head = restored.revision


async def test_a_moment_may_be_a_time_or_a_version(mesh: RunningMesh, eve: Reader) -> None:
    name = await mesh.create()
    await mesh.app.log.append(typed(name, 0, "site", 1))
    version = await eve.mark(name, "First letter")
    await mesh.app.log.append(typed(name, 1, "site", 2))
    await mesh.app.log.append(typed(name, 2, "site", 3))
    second = (await eve.operations(name)).operations[1].commit_time
    assert (await eve.restore(name, time=second)).restored_revision == 2
    assert (await eve.content(name)).text() == "cb"
    assert (await eve.restore(name, version=version.name)).restored_revision == 1
    assert (await eve.content(name)).text() == "b"
    long_ago = second.ToDatetime(UTC) - timedelta(days=1)
    assert (await eve.restore(name, time=long_ago)).restored_revision == 0
    assert (await eve.content(name)).text() == ""


async def test_what_is_the_same_already_is_not_written_again(mesh: RunningMesh, eve: Reader) -> None:
    name = await mesh.create()
    await mesh.app.log.append(typed(name, 0, "site", 1, 3))
    restored = await eve.restore(name, revision=3, request_id=a_request())
    assert (restored.restored_revision, restored.revision, restored.changed) == (3, 3, False)
    assert (await eve.document(name)).head_revision == 3
    assert not (await eve.versions(name)).versions


async def test_the_revision_before_is_marked_once_however_often_it_is_asked(mesh: RunningMesh, eve: Reader) -> None:
    name = await mesh.create()
    await mesh.app.log.append(typed(name, 0, "site", 1, 3))
    request_id = a_request()
    first = await eve.restore(name, revision=1, request_id=request_id)
    assert (first.revision, first.changed) == (4, True)
    (version,) = (await eve.versions(name)).versions
    assert (version.kind, version.revision) == (version_pb2.VERSION_KIND_BEFORE_RESTORE, 3)
    assert (version.creator, version.title) == ("users/eve", "")
    assert version.revision_time == (await eve.operations(name)).operations[2].commit_time
    assert await eve.restore(name, revision=1, request_id=request_id) == first
    assert (await eve.versions(name)).versions == [version]
    assert await outbox_kinds(mesh) == [7, 8]
    again = await eve.restore(name, version=version.name)
    assert (again.restored_revision, again.revision) == (3, 5)


async def test_a_retry_is_answered_as_the_first_time_though_the_content_moved_on(
    mesh: RunningMesh, eve: Reader
) -> None:
    name = await mesh.create()
    await mesh.app.log.append(typed(name, 0, "site", 1, 3))
    request_id = a_request()
    first = await eve.restore(name, revision=1, request_id=request_id)
    ada = await mesh.join(name, "ada")
    ada.client.edit(insert_at(0, "much was typed since: "))
    await ada.synchronised()
    assert await eve.restore(name, revision=1, request_id=request_id) == first
    assert (await eve.content(name)).text() == "much was typed since: b"
    assert (await eve.document(name)).head_revision == first.revision + 1
    other = await eve.restore(name, revision=1, request_id=a_request())
    assert other.changed
    assert (await eve.content(name)).text() == "b"


async def test_the_same_request_by_somebody_else_is_another_one(mesh: RunningMesh, eve: Reader) -> None:
    name = await mesh.create()
    await mesh.app.log.append(typed(name, 0, "site", 1, 3))
    request_id = a_request()
    assert (await eve.restore(name, revision=1, request_id=request_id)).changed
    async with calling(mesh, "bob") as bob:
        assert (await bob.restore(name, revision=2, request_id=request_id)).revision == 5
    assert (await eve.operations(name)).operations[4].author == "users/bob"


async def test_two_at_once_with_one_request_are_one_restore(mesh: RunningMesh, eve: Reader) -> None:
    name = await mesh.create()
    await mesh.app.log.append(typed(name, 0, "site", 1, 30))
    request_id = a_request()
    answers = await asyncio.gather(*(eve.restore(name, revision=1, request_id=request_id) for _ in range(8)))
    assert {(each.revision, each.changed) for each in answers} == {(31, True)}
    assert (await eve.document(name)).head_revision == 31
    assert len((await eve.versions(name)).versions) == 1


async def test_a_retry_after_everything_was_started_anew_is_known(
    database_url: str, signer: TokenSigner, verifier: TokenVerifier
) -> None:
    request_id = a_request()
    async with running_mesh(database_url, signer, verifier) as mesh, calling(mesh, "eve") as eve:
        name = await mesh.create()
        await mesh.app.log.append(typed(name, 0, "site", 1, 3))
        first = await eve.restore(name, revision=1, request_id=request_id)
        (version,) = (await eve.versions(name)).versions
        # As if the process had ended before the mark was made.
        await eve.unmark(version.name)
    async with running_mesh(database_url, signer, verifier) as mesh, calling(mesh, "eve") as eve:
        assert await eve.restore(name, revision=1, request_id=request_id) == first
        assert (await eve.content(name)).text() == "b"
        assert [each.revision for each in (await eve.versions(name)).versions] == [3]


async def test_what_another_node_wrote_a_moment_ago_is_known(mesh: RunningMesh, eve: Reader) -> None:
    name = await mesh.create()
    ada = await mesh.join(name, "ada")
    # The room here is open, and has not looked at the log since.
    await mesh.app.log.append(typed(name, 0, "elsewhere", 1, 3))
    assert (await eve.restore(name, revision=1)).revision == 4
    await ada.reach(4)
    assert ada.text == (await eve.content(name)).text() == "b"


async def test_a_service_restores_in_its_own_name(mesh: RunningMesh, signer: TokenSigner) -> None:
    name = await mesh.create()
    await mesh.app.log.append(typed(name, 0, "site", 1, 3))
    token = signer.sign("services/keeper", lifetime_s=60, audience=SERVICE_AUDIENCE)
    async with grpc.aio.insecure_channel(mesh.address) as channel:
        keeper = Reader(channel, (("authorization", f"Bearer {token}"),))
        assert (await keeper.restore(name, revision=1)).changed
        assert (await keeper.operations(name)).operations[3].author == "services/keeper"


async def test_what_cannot_be_restored_is_refused(mesh: RunningMesh, eve: Reader) -> None:
    name, other = await mesh.create(), await mesh.create()
    await mesh.app.log.append(typed(name, 0, "site", 1, 3))
    version = await eve.mark(name, "Mine")
    for call, reason in (
        (eve.restore(name, revision=4), Reason.ERROR_REASON_REVISION_AHEAD),
        (eve.restore(name, revision=-1), Reason.ERROR_REASON_INVALID_FIELD),
        (eve.restore(name), Reason.ERROR_REASON_INVALID_FIELD),
        (eve.restore(name, revision=1, request_id="again"), Reason.ERROR_REASON_INVALID_FIELD),
        (eve.restore(other, version=version.name), Reason.ERROR_REASON_INVALID_FIELD),
        (eve.restore(name, version="First"), Reason.ERROR_REASON_INVALID_FIELD),
        (eve.restore(name, version=f"{name}/versions/none"), Reason.ERROR_REASON_VERSION_NOT_FOUND),
        (eve.restore("documents/none", revision=0), Reason.ERROR_REASON_DOCUMENT_NOT_FOUND),
    ):
        assert await reason_of(call) == reason
    assert (await eve.document(name)).head_revision == 3


async def test_a_deleted_document_is_not_restored_but_a_retry_is_answered(mesh: RunningMesh, eve: Reader) -> None:
    name, request_id = await mesh.create(), a_request()
    await mesh.app.log.append(typed(name, 0, "site", 1, 3))
    first = await eve.restore(name, revision=1, request_id=request_id)
    await eve.delete(name)
    assert await reason_of(eve.restore(name, revision=2)) == Reason.ERROR_REASON_DOCUMENT_DELETED
    assert await eve.restore(name, revision=1, request_id=request_id) == first


async def test_collab_that_is_away_is_unavailable_and_found_again(
    database_url: str, signer: TokenSigner, verifier: TokenVerifier
) -> None:
    nowhere = await _a_free_address()
    settings = DocumentSettings(collab_target=nowhere)
    host = LogHost(database_url, settings)
    await host.start()
    try:
        name = await host.create()
        await host.log.append(typed(name, 0, "site", 1, 3))
        async with reached(host, verifier) as channel:
            eve = Reader(channel, (("authorization", f"Bearer {signer.sign('users/eve', lifetime_s=60)}"),))
            fault = await fault_of(eve.restore(name, revision=1))
            assert fault.code is grpc.StatusCode.UNAVAILABLE
            assert fault.reason == Reason.ERROR_REASON_LOG_UNAVAILABLE
            assert fault.retry_after_ms > 0
            assert (await eve.document(name)).head_revision == 3
            async with running_mesh(database_url, signer, verifier) as mesh:
                port = int(nowhere.rpartition(":")[2])
                async with serve(GrpcSettings(port=port), verifier, [mesh.collab.mounted]):
                    async with asyncio.timeout(10):
                        while not await _restored(eve, name):
                            await asyncio.sleep(0.1)  # gRPC looks again by itself; nothing says when.
                    assert (await eve.content(name)).text() == "b"
    finally:
        await host.stop()


async def _restored(eve: Reader, name: str) -> bool:
    try:
        return bool((await eve.restore(name, revision=1)).changed)
    except grpc.aio.AioRpcError as error:
        assert from_rpc_error(error).code is grpc.StatusCode.UNAVAILABLE
        return False


async def _a_free_address() -> str:
    server = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()
    server.close()
    await server.wait_closed()
    return f"{host}:{port}"


async def test_more_than_one_operation_may_hold_is_too_large(
    database_url: str, signer: TokenSigner, verifier: TokenVerifier
) -> None:
    settings = DocumentSettings(max_operation_bytes=100_000)
    async with running_mesh(database_url, signer, verifier, document_settings=settings) as mesh:
        async with calling(mesh, "eve") as eve:
            name = await mesh.create()
            await mesh.app.log.append(batch_of(name, 0, committed(1, "site", 1, insert_at(0, "x" * 150_000))))
            assert (await eve.restore(name, revision=0)).changed
            fault = await fault_of(eve.restore(name, revision=1))
            assert fault.code is grpc.StatusCode.RESOURCE_EXHAUSTED
            assert fault.reason == Reason.ERROR_REASON_TOO_LARGE
            assert fault.facts["limit"] == "100000"
            assert (await eve.content(name)).text() == ""
