"""The one interceptor of every server: identity, rules of fields, permission, deadline, and faults into statuses.

Owns what happens around a handler, for all four kinds of rpc, by the table read from the contracts; handlers hold no
checks. Who calls is asked first, then whether they may, then whether the request is well formed: who may not learns
nothing else. Only a name that is none, of which nobody could say who may, is told before, with all that is wrong
besides. Health and reflection pass through. Never logs a request.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import grpc
import structlog
from grpc_status import rpc_status

from mesh import faults, request_id
from mesh.authorization import Authorizer, admit
from mesh.call_limit import CallLimit
from mesh.deadline import end_after
from mesh.field_rules import refuse
from mesh.identity import Identity, TokenVerifier, act_as
from mesh.identity.metadata import identify
from mesh.rpc_table import Permission, RpcRules

_log = structlog.get_logger(__name__)
_OPEN_TO_ALL = ("/grpc.health.v1.", "/grpc.reflection.")
_MOST_OF_A_PATH = 200

if TYPE_CHECKING:
    from shoal.options.v1 import options_pb2

    Context = grpc.aio.ServicerContext[Any, Any]
    Handler = grpc.RpcMethodHandler[Any, Any]


class DeadlineExceeded(faults.Fault):
    """The call took longer than it was given."""

    code, reason = grpc.StatusCode.DEADLINE_EXCEEDED, faults.Reason.ERROR_REASON_DEADLINE_EXCEEDED


class RpcNotFound(faults.Fault):
    """No such rpc on this server."""

    code, reason = grpc.StatusCode.UNIMPLEMENTED, faults.Reason.ERROR_REASON_RPC_NOT_FOUND

    def __init__(self, path: str) -> None:
        super().__init__("there is no such rpc here", rpc=path[:_MOST_OF_A_PATH])


class RpcInterceptor(grpc.aio.ServerInterceptor):
    """Enforces `rules` around every handler; rpcs that are not in the table are refused, also those that are not there.

    With an `authorizer`, permissions are checked on the resource that the request names, of a stream of requests on
    that of the first. Where the contract of a stream names none, the servicer asks, for each that it opens. Without an
    authorizer, whoever is signed in may do all. At most `most_calls` are under way at once. Answers of fewer than
    `compressed_from_bytes` are not compressed, nor are live streams: gRPC compresses on the event loop, 64 KiB in some
    milliseconds, and those who type together would wait for each other.
    """

    def __init__(
        self,
        rules: Mapping[str, RpcRules],
        verifier: TokenVerifier,
        authorizer: Authorizer | None = None,
        *,
        most_calls: int = 10_000,
        compressed_from_bytes: int = 0,
    ) -> None:
        self._rules, self._verifier, self._authorizer = rules, verifier, authorizer
        self._limit, self._compressed_from_bytes = CallLimit(most_calls), compressed_from_bytes

    async def intercept_service(
        self,
        continuation: Callable[[grpc.HandlerCallDetails], Awaitable[Handler | None]],
        handler_call_details: grpc.HandlerCallDetails,
    ) -> Handler | None:
        """Wrap the handler of one call."""
        handler = await continuation(handler_call_details)
        path = handler_call_details.method
        if handler is not None and path.startswith(_OPEN_TO_ALL):
            return handler
        metadata = dict(handler_call_details.invocation_metadata)
        call = _GuardedCall(path, self._rules.get(path), self._verifier, metadata, self._authorizer, self._limit)
        if handler is None:
            return call.unknown()
        return call.wrap(handler, self._compressed_from_bytes)


class _GuardedCall:
    def __init__(
        self,
        path: str,
        rules: RpcRules | None,
        verifier: TokenVerifier,
        metadata: Mapping[str, str | bytes],
        authorizer: Authorizer | None,
        limit: CallLimit,
    ) -> None:
        self._path, self._rules, self._verifier, self._metadata = path, rules, verifier, metadata
        self._authorizer, self._limit, self._request_streaming = authorizer, limit, False

    def unknown(self) -> Handler:
        """Return what answers a call of an rpc that is not there; as a stream both ways, which takes any kind."""

        async def refused(_: Any, context: Context) -> AsyncIterator[bytes]:
            with request_id.request(self._metadata):
                await self._abort(context, RpcNotFound(self._path))
            yield b""

        return grpc.stream_stream_rpc_method_handler(refused)

    def wrap(self, handler: Handler, compressed_from_bytes: int) -> Handler:
        """Return the handler with its guard around it."""
        kinds: dict[tuple[bool, bool], tuple[str, Callable[..., Any], Callable[[Any], Any]]] = {
            (False, False): ("unary_unary", grpc.unary_unary_rpc_method_handler, self._single),
            (False, True): ("unary_stream", grpc.unary_stream_rpc_method_handler, self._streamed),
            (True, False): ("stream_unary", grpc.stream_unary_rpc_method_handler, self._single),
            (True, True): ("stream_stream", grpc.stream_stream_rpc_method_handler, self._streamed),
        }
        self._request_streaming = handler.request_streaming
        name, build, guard = kinds[(handler.request_streaming, handler.response_streaming)]
        serializer = handler.response_serializer
        if handler.request_streaming and handler.response_streaming:
            serializer = self._sparing(serializer, sys.maxsize)
        elif self._rules and self._rules.permission != Permission.PERMISSION_INTERNAL:
            serializer = self._sparing(serializer, compressed_from_bytes)
        guarded: Handler = build(guard(getattr(handler, name)), handler.request_deserializer, serializer)
        return guarded

    def _sparing(self, serializer: Any, compressed_from_bytes: int) -> Callable[[Any], bytes]:
        """Return a serializer after which gRPC leaves alone what is too small to be worth compressing."""

        def serialized(response: Any) -> bytes:
            raw: bytes = serializer(response) if serializer else response
            if len(raw) < compressed_from_bytes:
                self._context.disable_next_message_compression()
            return raw

        return serialized

    async def _admit(self) -> Identity:
        if self._rules is None:
            raise faults.PermissionDenied(f"{self._path} is not in the table of rpcs")
        identity = await identify(self._verifier, self._metadata)
        if not self._is_of_the_mesh(identity, self._rules.permission):
            permission = Permission.Name(self._rules.permission)
            raise faults.PermissionDenied("this rpc is for the services of the mesh", permission=permission)
        return identity

    def _is_of_the_mesh(self, identity: Identity, permission: options_pb2.Permission) -> bool:
        """Whether the caller is a service, where one is asked for.

        A service that calls for a user may do what is internal, but does not make its user an operator: who is one
        beside the services, the authorizer knows.
        """
        if permission == Permission.PERMISSION_INTERNAL:
            return bool(identity.calling_service)
        return permission != Permission.PERMISSION_OPERATE or identity.is_service or self._authorizer is not None

    async def _admitted(self, request: Any) -> Any:
        """Return what the handler gets: the request, or a stream of them that ends with the first that is refused."""
        identity = await self._admit()
        act_as(identity)
        assert self._rules is not None  # else nobody was admitted
        if self._request_streaming:
            is_looked_at = self._rules.violations is not None or (self._authorizer is not None and self._rules.resource)
            return _each_let_in(self._authorizer, identity, self._rules, request) if is_looked_at else request
        await _let_in(self._authorizer, identity, self._rules, request)
        return request

    def _single(self, behaviour: Callable[[Any, Context], Awaitable[Any]]) -> Callable[[Any, Context], Awaitable[Any]]:
        async def guarded(request: Any, context: Context) -> Any:
            with self._begun(context):
                try:
                    with self._limit.call():
                        return await self._in_time(behaviour, request, context)
                except Exception as error:
                    await self._abort(context, error)

        return guarded

    async def _in_time(
        self, behaviour: Callable[[Any, Context], Awaitable[Any]], request: Any, context: Context
    ) -> Any:
        """Return the answer. Raises DeadlineExceeded when the caller's time, or that of the contract, is over."""
        deadline_s = self._rules.deadline_s if self._rules else None
        allowed_s = min(filter(None, (deadline_s, context.time_remaining())), default=None)
        end_after(allowed_s)
        try:
            async with asyncio.timeout(allowed_s) as time:
                return await behaviour(await self._admitted(request), context)
        except TimeoutError:
            if not time.expired():
                raise
            raise DeadlineExceeded("the call took longer than it was given") from None

    def _streamed(
        self, behaviour: Callable[[Any, Context], AsyncIterator[Any]]
    ) -> Callable[[Any, Context], AsyncIterator[Any]]:
        async def guarded(request: Any, context: Context) -> AsyncIterator[Any]:
            with self._begun(context):
                try:
                    with self._limit.call():
                        async for response in behaviour(await self._admitted(request), context):
                            yield response
                except Exception as error:
                    await self._abort(context, error)

        return guarded

    @contextmanager
    def _begun(self, context: Context) -> Iterator[None]:
        self._context = context
        with request_id.request(self._metadata) as known:
            context.set_trailing_metadata(((request_id.KEY, known),))
            yield

    async def _abort(self, context: Context, error: Exception) -> None:
        if isinstance(error, grpc.aio.AbortError):
            raise error
        if not isinstance(error, faults.Fault):
            _log.error("rpc failed", rpc=self._path, exc_info=error)
            error = faults.Internal("something went wrong on our side")
        known = request_id.current()
        status = rpc_status.to_status(faults.to_status(error, known))
        await context.abort(status.code, status.details, (*status.trailing_metadata, (request_id.KEY, known)))


async def _let_in(authorizer: Authorizer | None, identity: Identity, rules: RpcRules, request: Any) -> None:
    """Do nothing for a request that is well formed and that the caller may make. Raises as `admit`, or InvalidField."""
    if authorizer is not None:
        try:
            await admit(authorizer, identity, rules, request)
        except faults.InvalidField:
            _check_fields(rules, request)
            raise
    _check_fields(rules, request)


def _check_fields(rules: RpcRules, request: Any) -> None:
    if rules.violations is not None:
        refuse(rules.violations(request))


async def _each_let_in(
    authorizer: Authorizer | None, identity: Identity, rules: RpcRules, requests: AsyncIterator[Any]
) -> AsyncIterator[Any]:
    """Yield the requests of a stream; the first decides whether the caller may, where the contract names by what."""
    asked = authorizer if rules.resource else None
    async for request in requests:
        await _let_in(asked, identity, rules, request)
        asked = None
        yield request
