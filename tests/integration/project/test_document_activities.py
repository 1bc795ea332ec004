"""The whole way: what is written in documents becomes activities, read from the document service's own outbox."""

from __future__ import annotations

from collections.abc import AsyncIterator

import grpc
import pytest

from mesh.grpc_server import serve
from mesh.identity import SERVICE_AUDIENCE, TokenSigner, TokenVerifier
from mesh.settings import GrpcSettings
from services.project.activities.model import Kind
from services.project.activities.sources import read_events_over
from services.project.notifications.collab import notice_of
from shoal.collab.v1 import collab_pb2
from shoal.project.v1 import notification_pb2
from tests.conformance.log_host import LogHost, typed
from tests.integration.project.feeds import activities, eventually, kinds
from tests.integration.project.world import running_world


@pytest.fixture
async def host(database_url: str) -> AsyncIterator[LogHost]:
    host = LogHost(database_url)
    await host.start()
    try:
        yield host
    finally:
        await host.stop()


async def test_typing_becomes_one_session_an_author_and_goes_on_after_a_restart(
    host: LogHost, database_url: str, signer: TokenSigner, verifier: TokenVerifier
) -> None:
    note = await host.create()
    async with running_world(database_url, signer, verifier, lambda cursor: host.app.events.read(cursor)) as world:
        ada = world.caller("ada")
        await world.document(note.removeprefix("documents/"))
        await host.log.append(typed(note, 0, "a", 1, 3))
        await host.log.append(typed(note, 3, "b", 1, 2))
        edits = {"resource": note, "kinds": [Kind.DOCUMENT_EDITED]}
        found = await eventually(lambda: activities(ada, **edits), lambda found: len(found) == 2)
        assert {each.actor: each.count for each in found} == {"users/a": 3, "users/b": 2}
        await host.log.append(typed(note, 5, "a", 4, 4))
        await eventually(lambda: activities(ada, **edits), lambda found: {each.count for each in found} == {7, 2})
    await host.log.append(typed(note, 9, "a", 8))
    await host.delete(note)
    async with running_world(database_url, signer, verifier, lambda cursor: host.app.events.read(cursor)) as world:
        ada = world.caller("ada")
        await eventually(lambda: kinds(ada, resource=note), lambda found: "DOCUMENT_DELETED" in found)
        assert {each.count for each in await activities(ada, **edits)} == {8, 2}


async def test_documents_are_followed_over_grpc_as_a_service(
    host: LogHost, database_url: str, signer: TokenSigner, verifier: TokenVerifier
) -> None:
    token = signer.sign("services/project", lifetime_s=60, audience=SERVICE_AUDIENCE)

    class Bearing(grpc.aio.UnaryStreamClientInterceptor):  # type: ignore[misc]
        async def intercept_unary_stream(self, continuation, details, request):  # type: ignore[no-untyped-def]
            metadata = grpc.aio.Metadata(*(details.metadata or ()), ("authorization", f"Bearer {token}"))
            return await continuation(details._replace(metadata=metadata), request)

    settings = GrpcSettings(port=0, shutdown_grace_s=0.2)
    async with (
        serve(settings, verifier, [host.app.mounted_events]) as server,
        grpc.aio.insecure_channel(server.address, interceptors=[Bearing()]) as channel,
        running_world(database_url, signer, verifier, read_events_over(channel)) as world,
    ):
        note = await host.create()
        await world.document(note.removeprefix("documents/"))
        found = await eventually(lambda: activities(world.caller("ada"), resource=note), bool)
        assert [Kind(each.kind).name for each in found] == ["DOCUMENT_CREATED"]
        assert found[0].details["title"] == "Notes"


def test_a_room_is_shown_one_line_of_a_notification() -> None:
    told = notification_pb2.Notification(
        id=7,
        kind=notification_pb2.NOTIFICATION_KIND_SHARE,
        actor="ada",
        resource="documents/d",
        details={"via": "link"},
    )
    said = "ada accepted your link to documents/d"
    assert notice_of(told) == collab_pb2.Notice(id="7", kind="share", document="documents/d", text=said)
    kinds_of_all = [each for each in notification_pb2.NotificationKind.values() if each]
    for kind in kinds_of_all:
        assert notice_of(notification_pb2.Notification(kind=kind, actor="ada", resource="projects/p")).text
