"""Live delivery: a notification reaches the room that its recipient has open in collab, over gRPC."""

from __future__ import annotations

import asyncio

import grpc

from mesh.identity import SERVICE_AUDIENCE, TokenSigner, TokenVerifier
from services.project.notifications.collab import deliver_over
from shoal.project.v1 import notification_pb2 as pb
from tests.integration.collab.mesh import PATIENCE_S, Person, running_mesh
from tests.integration.project.feeds import notifications, settled
from tests.integration.project.world import EDITOR, running_world


async def test_a_notification_stands_in_the_list_and_in_the_open_room(
    database_url: str, signer: TokenSigner, verifier: TokenVerifier
) -> None:
    token = signer.sign("services/project", lifetime_s=60, audience=SERVICE_AUDIENCE)

    class Bearing(grpc.aio.UnaryUnaryClientInterceptor):  # type: ignore[misc]
        async def intercept_unary_unary(self, continuation, details, request):  # type: ignore[no-untyped-def]
            metadata = grpc.aio.Metadata(*(details.metadata or ()), ("authorization", f"Bearer {token}"))
            return await continuation(details._replace(metadata=metadata), request)

    async with running_mesh(database_url, signer, verifier) as mesh:
        bob = Person(mesh, "bob", "users/me", "")
        bob.is_raw = True
        mesh.people.append(bob)
        await bob.connect()
        await bob.open()
        async with (
            grpc.aio.insecure_channel(mesh.address, interceptors=[Bearing()]) as channel,
            running_world(database_url, signer, verifier, deliver=deliver_over([channel]), outbox_poll_s=0.05) as world,
        ):
            ada = world.caller("users/ada")
            plans = await ada.project("", "plans")
            await ada.grant(plans, "users/bob", EDITOR)
            async with asyncio.timeout(PATIENCE_S):
                notice = (await bob.frame("notified")).notified.notice
            await settled(world)
            [listed] = await notifications(world.caller("users/bob"))
            assert (notice.id, notice.kind) == (str(listed.id), "share")
            assert listed.kind == pb.NOTIFICATION_KIND_SHARE
            assert notice.text == f"users/ada shared with you {plans}"
