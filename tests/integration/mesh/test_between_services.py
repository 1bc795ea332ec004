"""Calls between services carry who calls and for whom, and nobody can make either up."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import grpc
import pytest

from mesh.authorization import INSTALLATION, Authorizer
from mesh.channels import Channels
from mesh.deadline import end_after
from mesh.faults import Fault, PermissionDenied, from_rpc_error
from mesh.grpc_server import Mounted, serve
from mesh.identity import (
    ALGORITHMS,
    SERVICE_AUDIENCE,
    Identity,
    Issuer,
    OwnToken,
    Services,
    StaticKeys,
    TokenSigner,
    TokenVerifier,
    acting_as,
    current_identity,
)
from mesh.identity.keys import read_keys
from mesh.identity.opening import open_verifier
from mesh.rpc_table import Permission
from mesh.settings import GrpcSettings, IdentitySettings, IssuerSettings
from shoal.document.v1 import document_pb2, maintenance_pb2, operation_log_pb2
from shoal.document.v1.document_pb2_grpc import DocumentServiceServicer, add_DocumentServiceServicer_to_server
from shoal.document.v1.maintenance_pb2_grpc import MaintenanceServiceServicer, add_MaintenanceServiceServicer_to_server
from shoal.document.v1.operation_log_pb2_grpc import (
    OperationLogServiceServicer,
    add_OperationLogServiceServicer_to_server,
)
from shoal.error.v1 import error_pb2
from tests.unit.mesh.minting import claims, ec, mint

GET = "/shoal.document.v1.DocumentService/GetDocument"
LIST = "/shoal.document.v1.DocumentService/ListDocuments"
WATCH = "/shoal.document.v1.DocumentService/WatchDocuments"
HEADS = "/shoal.document.v1.OperationLogService/Heads"
APPEND = "/shoal.document.v1.OperationLogService/Append"
CHECK = "/shoal.document.v1.MaintenanceService/CheckDatabase"
Reason = error_pb2.ErrorReason
ANY_DOCUMENT = document_pb2.GetDocumentRequest(name="documents/any").SerializeToString()


class Listening(DocumentServiceServicer, OperationLogServiceServicer, MaintenanceServiceServicer):
    """Remembers who called, and how long they had; may pass a call on."""

    def __init__(self) -> None:
        self.callers: list[Identity] = []
        self.time_remaining: list[float | None] = []
        self.onward: grpc.aio.Channel | None = None
        self.never = asyncio.Event()

    def _note(self, context: Any) -> None:
        self.callers.append(current_identity())
        self.time_remaining.append(context.time_remaining())

    async def GetDocument(self, request: Any, context: Any) -> Any:
        self._note(context)
        if request.name == "documents/never":
            await self.never.wait()
        if self.onward is not None:
            try:
                await self.onward.unary_unary(GET)(ANY_DOCUMENT)
            except grpc.aio.AioRpcError as error:
                raise from_rpc_error(error) from error
        return document_pb2.GetDocumentResponse()

    async def ListDocuments(self, request: Any, context: Any) -> Any:
        self._note(context)
        return document_pb2.ListDocumentsResponse()

    async def WatchDocuments(self, request: Any, context: Any) -> AsyncIterator[Any]:
        self._note(context)
        yield document_pb2.WatchDocumentsResponse()

    async def Heads(self, request: Any, context: Any) -> Any:
        self._note(context)
        return operation_log_pb2.HeadsResponse()

    async def Append(self, request_iterator: Any, context: Any) -> AsyncIterator[Any]:
        self._note(context)
        async for _ in request_iterator:
            yield operation_log_pb2.AppendResponse()

    async def CheckDatabase(self, request: Any, context: Any) -> AsyncIterator[Any]:
        self._note(context)
        yield maintenance_pb2.CheckDatabaseResponse()


class Mesh:
    """Two sets of keys, one of users and one of services, and servers that believe them."""

    def __init__(self, folder: Any) -> None:
        self.users = TokenSigner.open(folder / "users.json", issuer="https://id.example", audience="shoal")
        self.services = TokenSigner.open(folder / "services.json", issuer="https://services.example", audience="")
        keys = [StaticKeys(read_keys(each.public_keys().as_dict(), ALGORITHMS)) for each in (self.users, self.services)]
        acting = frozenset({"services/ai"})
        self.verifier = TokenVerifier(
            [Issuer("https://id.example", "shoal", keys[0])], Services("https://services.example", keys[1], acting)
        )

    def user(self, name: str = "ada", **more: Any) -> str:
        return self.users.sign(name, lifetime_s=60, **more)

    def own(self, service: str = "services/edge", *, acts: bool = False) -> OwnToken:
        return OwnToken(self.services, service, acts_for_users=acts)

    @asynccontextmanager
    async def server(self, authorizer: Authorizer | None = None) -> AsyncIterator[tuple[str, Listening]]:
        listening = Listening()
        mounted = [
            Mounted(
                document_pb2.DESCRIPTOR,
                "shoal.document.v1.DocumentService",
                lambda s: add_DocumentServiceServicer_to_server(listening, s),
            ),
            Mounted(
                operation_log_pb2.DESCRIPTOR,
                "shoal.document.v1.OperationLogService",
                lambda s: add_OperationLogServiceServicer_to_server(listening, s),
            ),
            Mounted(
                maintenance_pb2.DESCRIPTOR,
                "shoal.document.v1.MaintenanceService",
                lambda s: add_MaintenanceServiceServicer_to_server(listening, s),
            ),
        ]
        async with serve(GrpcSettings(port=0, shutdown_grace_s=0), self.verifier, mounted, authorizer) as server:
            yield server.address, listening


@pytest.fixture
def mesh(tmp_path: Any) -> Mesh:
    return Mesh(tmp_path)


async def call(address: str, method: str, *metadata: tuple[str, str]) -> None:
    async with grpc.aio.insecure_channel(address) as channel:
        if method in (WATCH, CHECK):
            assert [_ async for _ in channel.unary_stream(method)(b"", metadata=metadata, timeout=10)]
        elif method == APPEND:
            stream = channel.stream_stream(method)(metadata=metadata, timeout=10)
            await stream.write(b"")
            assert await stream.read() == b""
            await stream.done_writing()
            assert await stream.code() is grpc.StatusCode.OK
        else:
            await channel.unary_unary(method)(ANY_DOCUMENT if method == GET else b"", metadata=metadata, timeout=10)


async def refused(address: str, method: str, *metadata: tuple[str, str]) -> str:
    with pytest.raises(grpc.aio.AioRpcError) as failure:
        await call(address, method, *metadata)
    return Reason.Name(from_rpc_error(failure.value).reason).removeprefix("ERROR_REASON_")


def as_user(token: str) -> tuple[str, str]:
    return ("authorization", f"Bearer {token}")


def as_service(token: str) -> tuple[str, str]:
    return ("shoal-service-authorization", f"Bearer {token}")


def on_behalf_of(subject: str) -> tuple[str, str]:
    return ("shoal-on-behalf-of", subject)


@pytest.mark.parametrize("method", [GET, WATCH])
async def test_a_user_through_a_service_is_the_user_with_that_service(mesh: Mesh, method: str) -> None:
    async with mesh.server() as (address, listening):
        await call(address, method, as_user(mesh.user()), as_service(mesh.own()()))
        (ada,) = listening.callers
        assert (ada.subject, ada.is_service, ada.acting_service) == ("ada", False, "services/edge")
        assert ada.calling_service == "services/edge"


async def test_a_user_alone_is_a_user_and_a_service_alone_a_service_wherever_its_token_stands(mesh: Mesh) -> None:
    async with mesh.server() as (address, listening):
        await call(address, GET, as_user(mesh.user()))
        for place in (as_user, as_service):
            await call(address, GET, place(mesh.own()()))
        ada, *edges = listening.callers
        assert (ada.subject, ada.calling_service) == ("ada", "")
        assert [(e.subject, e.is_service, e.acting_service) for e in edges] == [("services/edge", True, "")] * 2


@pytest.mark.parametrize("method", [HEADS, APPEND])
async def test_what_is_internal_is_for_services_by_themselves_or_for_their_users(mesh: Mesh, method: str) -> None:
    async with mesh.server() as (address, listening):
        assert await refused(address, method, as_user(mesh.user())) == "PERMISSION_DENIED"
        assert await refused(address, method) == "TOKEN_MISSING"
        assert not listening.callers
        await call(address, method, as_service(mesh.own()()))
        await call(address, method, as_user(mesh.own()()))
        await call(address, method, as_user(mesh.user()), as_service(mesh.own()()))
        assert [each.calling_service for each in listening.callers] == ["services/edge"] * 3


async def test_a_user_is_no_operator_for_coming_through_a_service(mesh: Mesh) -> None:
    async with mesh.server() as (address, _):
        through = (as_user(mesh.user()), as_service(mesh.own()()))
        assert await refused(address, CHECK, *through) == "PERMISSION_DENIED"
        await call(address, CHECK, as_service(mesh.own()()))


class Operators:
    """Grants the care of the installation to Olga and the services, and nothing else to anybody."""

    async def permissions(self, identity: Identity, resource: str) -> Any:
        may = resource == INSTALLATION and (identity.is_service or identity.subject == "olga")
        return frozenset({Permission.PERMISSION_OPERATE}) if may else frozenset()

    async def refusal(self, identity: Identity, permission: Any, resource: str) -> Fault:
        return PermissionDenied("no")


async def test_who_operates_beside_the_services_the_authorizer_knows(mesh: Mesh) -> None:
    async with mesh.server(Operators()) as (address, listening):
        await call(address, CHECK, as_user(mesh.user("olga")))
        await call(address, CHECK, as_service(mesh.own()()))
        assert await refused(address, CHECK, as_user(mesh.user())) == "PERMISSION_DENIED"
        assert await refused(address, CHECK, as_user(mesh.user()), as_service(mesh.own()())) == "PERMISSION_DENIED"
        assert [each.subject for each in listening.callers] == ["olga", "services/edge"]


async def test_a_users_token_makes_no_service(mesh: Mesh) -> None:
    async with mesh.server() as (address, listening):
        for token in (
            mesh.user(),
            mesh.user("services/edge"),
            mesh.user("services/edge", audience=SERVICE_AUDIENCE),
            mesh.user("services/ai", audience=SERVICE_AUDIENCE, claims={"scope": "act_for_users"}),
        ):
            assert await refused(address, GET, as_service(token)) == "TOKEN_INVALID"
            assert await refused(address, GET, as_user(mesh.user()), as_service(token)) == "TOKEN_INVALID"
        assert await refused(address, HEADS, as_user(mesh.user("services/edge"))) == "PERMISSION_DENIED"
        assert not listening.callers


async def test_a_services_key_makes_no_user(mesh: Mesh) -> None:
    async with mesh.server() as (address, listening):
        of_users = TokenSigner(mesh.services._key, issuer="https://id.example", audience="shoal")
        for signer in (mesh.services, of_users):
            token = signer.sign("ada", lifetime_s=60, audience="shoal")
            assert await refused(address, GET, as_user(token)) == "TOKEN_INVALID"
        assert not listening.callers


async def test_a_service_with_the_right_acts_for_a_user_without_their_token(mesh: Mesh) -> None:
    async with mesh.server() as (address, listening):
        own = mesh.own("services/ai", acts=True)()
        await call(address, GET, as_service(own), on_behalf_of("users/%C3%A5da"))
        await call(address, HEADS, as_service(own), on_behalf_of("bob"))
        ada, bob = listening.callers
        assert (ada.subject, ada.is_service, ada.acting_service) == ("users/åda", False, "services/ai")
        assert (ada.token, ada.groups, ada.may_act_for_users) == ("", (), False)
        assert bob.subject == "bob"


async def test_nobody_else_does(mesh: Mesh) -> None:
    async with mesh.server() as (address, listening):
        ai = mesh.own("services/ai", acts=True)()
        for metadata in (
            (as_user(mesh.user()),),
            (as_service(mesh.own()()),),
            (as_service(mesh.own("services/edge", acts=True)()),),
            (as_service(mesh.own("services/ai")()),),
            (as_user(mesh.own("services/edge", acts=True)()),),
            (as_user(mesh.user()), as_service(ai)),
            (as_user(ai), as_service(mesh.own()())),
        ):
            assert await refused(address, GET, *metadata, on_behalf_of("bob")) == "PERMISSION_DENIED"
        for subject in ("", "%ff", "a" * 256, "services/document"):
            assert await refused(address, GET, as_service(ai), on_behalf_of(subject)) == "PERMISSION_DENIED"
        assert await refused(address, GET, on_behalf_of("bob")) == "TOKEN_MISSING"
        assert not listening.callers


# -- what a channel adds ---------------------------------------------------------------------------------------------


async def test_a_call_within_an_rpc_is_made_for_its_caller_by_this_service_in_the_time_that_is_left(mesh: Mesh) -> None:
    async with mesh.server() as (last, at_last), mesh.server() as (first, at_first):
        async with Channels(mesh.own("services/document")).open(last) as at_first.onward:
            async with Channels(mesh.own("services/edge")).open(first) as channel:
                with acting_as(await mesh.verifier.verify(mesh.user())):
                    await channel.unary_unary(GET)(ANY_DOCUMENT, timeout=1.5)
        (ada,) = at_last.callers
        assert (ada.subject, ada.acting_service) == ("ada", "services/document")
        assert at_first.callers[0].acting_service == "services/edge"
        left_first, left_last = at_first.time_remaining[0], at_last.time_remaining[0]
        assert left_first is not None
        assert left_last is not None
        assert 0 < left_last <= left_first + 0.05 <= 1.6


async def test_a_service_that_calls_through_another_is_itself(mesh: Mesh) -> None:
    async with mesh.server() as (last, at_last), mesh.server() as (first, at_first):
        async with Channels(mesh.own("services/document")).open(last) as at_first.onward:
            await call(first, GET, as_service(mesh.own("services/keeper")()))
        (keeper,) = at_last.callers
        assert (keeper.subject, keeper.is_service) == ("services/keeper", True)
        assert (keeper.acting_service, keeper.calling_service) == ("services/document", "services/document")


async def test_acting_for_a_user_goes_on_only_through_those_who_may(mesh: Mesh) -> None:
    async with mesh.server() as (last, at_last), mesh.server() as (first, at_first):
        ai = mesh.own("services/ai", acts=True)
        async with Channels(mesh.own("services/document")).open(last) as at_first.onward:
            assert await refused(first, GET, as_service(ai()), on_behalf_of("bob")) == "PERMISSION_DENIED"
        async with Channels(ai).open(last) as at_first.onward:
            await call(first, GET, as_service(ai()), on_behalf_of("bob"))
        assert [each.subject for each in at_last.callers] == ["bob"]


async def test_a_channel_that_is_the_services_own_takes_neither_the_caller_nor_the_deadline_along(mesh: Mesh) -> None:
    async with mesh.server() as (address, listening):
        async with Channels(mesh.own("services/collab")).open(address, for_callers=False) as channel:
            with acting_as(await mesh.verifier.verify(mesh.user())):
                end_after(0.0)
                await channel.unary_unary(HEADS)(b"")
                end_after(None)
        (collab,) = listening.callers
        assert (collab.subject, collab.is_service) == ("services/collab", True)
        assert listening.time_remaining == [None]


@pytest.mark.parametrize("kind", ["unary_unary", "unary_stream", "stream_unary", "stream_stream"])
async def test_all_kinds_of_calls_begin_with_who_calls(mesh: Mesh, kind: str) -> None:
    seen: list[Any] = []

    class Echo(grpc.GenericRpcHandler):
        def service(self, details: Any) -> Any:
            seen.append(dict(details.invocation_metadata))
            return None

    server = grpc.aio.server(handlers=[Echo()])
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    try:
        async with Channels(mesh.own()).open(f"127.0.0.1:{port}") as channel:
            rpc = getattr(channel, kind)("/x.Y/Z")
            with acting_as(await mesh.verifier.verify(mesh.user())):
                sent = () if kind.startswith("stream") else (b"",)
                begun = rpc(*sent, metadata=(("more", "1"),))
            assert await begun.code() is grpc.StatusCode.UNIMPLEMENTED
    finally:
        await server.stop(0)
    (metadata,) = seen
    assert metadata["more"] == "1"
    assert metadata["authorization"].startswith("Bearer ")
    assert metadata["shoal-service-authorization"].startswith("Bearer ")


async def test_the_shorter_of_two_times_holds(mesh: Mesh) -> None:
    async with mesh.server() as (address, listening), Channels(mesh.own()).open(address) as channel:
        never = document_pb2.GetDocumentRequest(name="documents/never").SerializeToString()
        for own, left in ((30.0, 0.2), (0.2, 30.0), (None, 0.2)):
            end_after(left)
            with pytest.raises(grpc.aio.AioRpcError) as late:
                await channel.unary_unary(GET)(never, timeout=own)
            assert late.value.code() is grpc.StatusCode.DEADLINE_EXCEEDED
        end_after(None)
        assert all(each is not None and each <= 0.25 for each in listening.time_remaining)


async def test_a_large_token_passes_beside_a_services_own(mesh: Mesh) -> None:
    async with mesh.server() as (address, listening):
        token = mesh.user(claims={"groups": [f"group-{number:04d}-{'x' * 40}" for number in range(100)]})
        assert 7000 < len(token) < 8192
        for _ in range(20):
            await call(address, GET, as_user(token), as_service(mesh.own()()))
        assert len(listening.callers[0].groups) == 100


async def test_a_provider_that_is_away_is_unavailable_to_a_caller(mesh: Mesh) -> None:
    issuer = "http://127.0.0.1:1"
    async with open_verifier(IdentitySettings(issuers=(IssuerSettings(issuer=issuer),)), None) as mesh.verifier:
        async with mesh.server() as (address, _):
            with pytest.raises(grpc.aio.AioRpcError) as away:
                await call(address, GET, as_user(mint(ec(), "ES256", claims(iss=issuer))))
            fault: Fault = from_rpc_error(away.value)
            assert away.value.code() is grpc.StatusCode.UNAVAILABLE
            assert fault.reason == Reason.ERROR_REASON_IDENTITY_PROVIDER_UNAVAILABLE
            assert fault.retry_after_ms == 1000
