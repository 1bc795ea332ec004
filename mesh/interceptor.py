"""The one interceptor of every server: identity, permission, deadline, and faults into statuses.

Owns what happens around a handler, for all four kinds of rpc, by the table read from the contracts; handlers hold no
checks. Health and reflection pass through. Never logs a request.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any

import grpc
import structlog
from grpc_status import rpc_status

from mesh import faults
from mesh.authorization import Authorizer, admit
from mesh.deadline import end_after
from mesh.identity import Identity, TokenVerifier, act_as
from mesh.identity.metadata import identify
from mesh.rpc_table import Permission, RpcRules

_log = structlog.get_logger(__name__)
_OPEN_TO_ALL = ("/grpc.health.v1.", "/grpc.reflection.")

if TYPE_CHECKING:
    from shoal.options.v1 import options_pb2

    Context = grpc.aio.ServicerContext[Any, Any]
    Handler = grpc.RpcMethodHandler[Any, Any]


class DeadlineExceeded(faults.Fault):
    """The call took longer than it was given."""

    code, reason = grpc.StatusCode.DEADLINE_EXCEEDED, faults.Reason.ERROR_REASON_DEADLINE_EXCEEDED


class RpcInterceptor(grpc.aio.ServerInterceptor):
    """Enforces `rules` around every handler; rpcs that are not in the table are refused.

    With an `authorizer`, permissions are checked on the resource that the request names, of a stream of requests on
    that of the first. Where the contract of a stream names none, the servicer asks, for each that it opens. Without an
    authorizer, whoever is signed in may do all.
    """

    def __init__(
        self, rules: Mapping[str, RpcRules], verifier: TokenVerifier, authorizer: Authorizer | None = None
    ) -> None:
        self._rules, self._verifier, self._authorizer = rules, verifier, authorizer

    async def intercept_service(
        self,
        continuation: Callable[[grpc.HandlerCallDetails], Awaitable[Handler | None]],
        handler_call_details: grpc.HandlerCallDetails,
    ) -> Handler | None:
        """Wrap the handler of one call."""
        handler = await continuation(handler_call_details)
        path = handler_call_details.method
        if handler is None or path.startswith(_OPEN_TO_ALL):
            return handler
        metadata = dict(handler_call_details.invocation_metadata)
        call = _GuardedCall(
            path,
            self._rules.get(path),
            self._verifier,
            metadata,
            self._authorizer,
        )
        return call.wrap(handler)


class _GuardedCall:
    def __init__(
        self,
        path: str,
        rules: RpcRules | None,
        verifier: TokenVerifier,
        metadata: Mapping[str, str | bytes],
        authorizer: Authorizer | None,
    ) -> None:
        self._path, self._rules, self._verifier, self._metadata = path, rules, verifier, metadata
        self._authorizer, self._request_streaming = authorizer, False

    def wrap(self, handler: Handler) -> Handler:
        kinds: dict[tuple[bool, bool], tuple[str, Callable[..., Any], Callable[[Any], Any]]] = {
            (False, False): ("unary_unary", grpc.unary_unary_rpc_method_handler, self._single),
            (False, True): ("unary_stream", grpc.unary_stream_rpc_method_handler, self._streamed),
            (True, False): ("stream_unary", grpc.stream_unary_rpc_method_handler, self._single),
            (True, True): ("stream_stream", grpc.stream_stream_rpc_method_handler, self._streamed),
        }
        self._request_streaming = handler.request_streaming
        name, build, guard = kinds[(handler.request_streaming, handler.response_streaming)]
        behaviour = getattr(handler, name)
        guarded: Handler = build(guard(behaviour), handler.request_deserializer, handler.response_serializer)
        return guarded

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

    async def _authorized(self, identity: Identity, request: Any) -> Any:
        """Return what the handler gets: the request, or a stream of them that ends with a refusal of the first."""
        if self._authorizer is None or self._rules is None:
            return request
        if self._request_streaming:
            return _begun(self._authorizer, identity, self._rules, request) if self._rules.resource else request
        await admit(self._authorizer, identity, self._rules, request)
        return request

    def _single(self, behaviour: Callable[[Any, Context], Awaitable[Any]]) -> Callable[[Any, Context], Awaitable[Any]]:
        async def guarded(request: Any, context: Context) -> Any:
            try:
                deadline_s = self._rules.deadline_s if self._rules else None
                remaining = context.time_remaining()
                allowed_s = min(filter(None, (deadline_s, remaining)), default=None)
                end_after(allowed_s)
                async with asyncio.timeout(allowed_s):
                    identity = await self._admit()
                    act_as(identity)
                    return await behaviour(await self._authorized(identity, request), context)
            except TimeoutError:
                await self._abort(context, DeadlineExceeded("the call took longer than it was given"))
            except Exception as error:
                await self._abort(context, error)

        return guarded

    def _streamed(
        self, behaviour: Callable[[Any, Context], AsyncIterator[Any]]
    ) -> Callable[[Any, Context], AsyncIterator[Any]]:
        async def guarded(request: Any, context: Context) -> AsyncIterator[Any]:
            try:
                identity = await self._admit()
                act_as(identity)
                async for response in behaviour(await self._authorized(identity, request), context):
                    yield response
            except Exception as error:
                await self._abort(context, error)

        return guarded

    async def _abort(self, context: Context, error: Exception) -> None:
        if isinstance(error, grpc.aio.AbortError):
            raise error
        if not isinstance(error, faults.Fault):
            _log.error("rpc failed", rpc=self._path, exc_info=error)
            error = faults.Internal("something went wrong on our side")
        await context.abort_with_status(rpc_status.to_status(faults.to_status(error)))


async def _begun(
    authorizer: Authorizer, identity: Identity, rules: RpcRules, requests: AsyncIterator[Any]
) -> AsyncIterator[Any]:
    is_first = True
    async for request in requests:
        if is_first:
            await admit(authorizer, identity, rules, request)
            is_first = False
        yield request
