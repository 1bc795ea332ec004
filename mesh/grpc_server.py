"""A gRPC server as every service runs it: health, reflection, keepalive, limits, and an orderly end.

Owns the server's life: not serving -> stop with grace -> closed. Knows no service: they come as `Mounted` values.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import grpc
from google.protobuf.descriptor import FileDescriptor
from grpc_health.v1 import health, health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection, reflection_pb2

from mesh.authorization import Authorizer
from mesh.identity import TokenVerifier
from mesh.interceptor import RpcInterceptor
from mesh.rpc_table import rules_of
from mesh.settings import GrpcSettings, TlsSettings
from mesh.tls import server_credentials

_REFLECTION_V1 = "grpc.reflection.v1.ServerReflection"
_COMPRESS_NOTHING, _COMPRESS_LOW = 0, 1
"""Levels of grpc_compression_level; unlike an algorithm set for a call they heed what the client accepts."""
SERVING = health_pb2.HealthCheckResponse.SERVING


@dataclass(frozen=True, slots=True)
class Mounted:
    """A service to serve: its contract, its full name, and what registers its servicer with a server."""

    contract: FileDescriptor
    name: str
    register: Callable[[grpc.aio.Server], None]


class ListHealthServicer(health.aio.HealthServicer):  # type: ignore[misc]  # the library has no types
    """grpc.health.v1.Health with List, which the library leaves out."""

    async def List(
        self, request: health_pb2.HealthListRequest, context: grpc.aio.ServicerContext[Any, Any]
    ) -> health_pb2.HealthListResponse:
        """Return the status of every service."""
        statuses = {name: health_pb2.HealthCheckResponse(status=status) for name, status in self._server_status.items()}
        return health_pb2.HealthListResponse(statuses=statuses)


@dataclass(frozen=True, slots=True)
class RunningServer:
    """A server that listens; `address` is host:port."""

    address: str
    health: ListHealthServicer

    async def drain(self) -> None:
        """Say NOT_SERVING from now on, so that balancers and clients look elsewhere."""
        await self.health.enter_graceful_shutdown()


def channel_options(settings: GrpcSettings) -> list[tuple[str, Any]]:
    """Return the options both ends share: keepalive that the other side allows, and message limits."""
    return [
        ("grpc.max_receive_message_length", settings.max_message_bytes),
        # The soft limit, above which gRPC refuses at random, and the hard one.
        ("grpc.max_metadata_size", settings.max_metadata_bytes),
        ("grpc.absolute_max_metadata_size", 2 * settings.max_metadata_bytes),
        ("grpc.keepalive_time_ms", int(settings.keepalive_s * 1000)),
        ("grpc.keepalive_timeout_ms", 10_000),
        ("grpc.keepalive_permit_without_calls", 1),
        ("grpc.http2.max_pings_without_data", 0),
        ("grpc.http2.min_ping_interval_without_data_ms", 10_000),
        ("grpc.so_reuseport", 0),
    ]


def _server_options(settings: GrpcSettings) -> list[tuple[str, Any]]:
    """Return the options of a server. Answers are compressed for whoever says they can read it: gzip, by the level."""
    level = _COMPRESS_LOW if settings.compress_from_bytes else _COMPRESS_NOTHING
    return [*channel_options(settings), ("grpc.default_compression_level", level)]


@asynccontextmanager
async def serve(
    settings: GrpcSettings,
    verifier: TokenVerifier,
    mounted: Sequence[Mounted],
    authorizer: Authorizer | None = None,
    tls: TlsSettings | None = None,
) -> AsyncIterator[RunningServer]:
    """Serve until the block ends; `authorizer` as in RpcInterceptor, `tls` None = plain.

    Raises OSError when the address is taken or a certificate is not there.
    """
    credentials = server_credentials(tls) if tls else None
    rules = rules_of([each.contract for each in mounted])
    interceptor = RpcInterceptor(
        rules,
        verifier,
        authorizer,
        most_calls=settings.max_concurrent_calls,
        compressed_from_bytes=settings.compress_from_bytes,
    )
    server = grpc.aio.server(interceptors=[interceptor], options=_server_options(settings))
    for each in mounted:
        each.register(server)
    servicer = ListHealthServicer()
    health_pb2_grpc.add_HealthServicer_to_server(servicer, server)
    for name in ("", *(each.name for each in mounted)):
        await servicer.set(name, SERVING)
    _add_reflection([each.name for each in mounted], server)
    try:
        address = f"{settings.host}:{settings.port}"
        port = server.add_secure_port(address, credentials) if credentials else server.add_insecure_port(address)
    except RuntimeError as error:
        raise OSError(f"cannot listen on {settings.host}:{settings.port} for gRPC; is it in use?") from error
    await server.start()
    try:
        yield RunningServer(f"{settings.host}:{port}", servicer)
    finally:
        await servicer.enter_graceful_shutdown()
        await server.stop(settings.shutdown_grace_s)


def _add_reflection(names: Sequence[str], server: grpc.aio.Server) -> None:
    """Serve reflection as v1alpha and as v1: the messages are the same, and the library knows only the older name."""
    listed = (*names, health.SERVICE_NAME, reflection.SERVICE_NAME)
    reflection.enable_server_reflection(listed, server)
    servicer = reflection.aio.ReflectionServicer(service_names=listed)
    handler = grpc.stream_stream_rpc_method_handler(
        servicer.ServerReflectionInfo,
        request_deserializer=reflection_pb2.ServerReflectionRequest.FromString,
        response_serializer=reflection_pb2.ServerReflectionResponse.SerializeToString,
    )
    generic = grpc.method_handlers_generic_handler(_REFLECTION_V1, {"ServerReflectionInfo": handler})
    server.add_generic_rpc_handlers((generic,))
