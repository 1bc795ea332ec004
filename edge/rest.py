"""REST: every public rpc of the contracts under /v1, by the generated gateway, as whoever calls.

Owns which service stands behind which path, what of a request a service may hear, and how refusals of the edge itself
are told: like a service's, with a reason of the catalogue. The way of a request is edge/gateway's; paths are those of
the google.api.http annotations in proto/shoal.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager

import grpc
from aiohttp import web

from edge.gateway import errors
from edge.gateway.binding import Binding, Method
from edge.gateway.metadata import default_incoming, default_outgoing
from edge.gateway.server import Gateway, GatewayOptions
from edge.handshake import Doorkeeper
from edge.status import response_of
from mesh import faults, request_id
from mesh.identity import acting_as
from mesh.identity.metadata import ON_BEHALF_OF, SERVICE, USER
from shoal.collab.v1 import collab_gateway
from shoal.document.v1 import (
    document_gateway,
    history_gateway,
    maintenance_gateway,
    search_gateway,
    version_gateway,
)
from shoal.project.v1 import (
    access_gateway,
    activity_gateway,
    audit_gateway,
    notification_gateway,
    organization_gateway,
    permission_gateway,
    project_gateway,
)

BINDINGS: tuple[Binding, ...] = (
    *document_gateway.DOCUMENT_SERVICE,
    *history_gateway.HISTORY_SERVICE,
    *maintenance_gateway.MAINTENANCE_SERVICE,
    *search_gateway.SEARCH_SERVICE,
    *version_gateway.VERSION_SERVICE,
    *access_gateway.ACCESS_SERVICE,
    *activity_gateway.ACTIVITY_SERVICE,
    *audit_gateway.AUDIT_SERVICE,
    *notification_gateway.NOTIFICATION_SERVICE,
    *organization_gateway.ORGANIZATION_SERVICE,
    *permission_gateway.PERMISSION_SERVICE,
    *project_gateway.PROJECT_SERVICE,
    # Of the bindings that fit a path the last one counts: `documents/x:watch` would be a name to GetDocument too.
    *collab_gateway.COLLAB_SERVICE,
)
_MAX_BODY_BYTES = 3 * 1024 * 1024
"""A source of 2 MiB with its escapes; the contract's own limits are checked behind."""


class RpcNotFound(faults.Fault):
    """No rpc has this path, or none this method on it."""

    code, reason = grpc.StatusCode.NOT_FOUND, faults.Reason.ERROR_REASON_RPC_NOT_FOUND


class MethodNotAllowed(RpcNotFound):
    """An rpc has this path, for other HTTP methods."""

    code = grpc.StatusCode.UNIMPLEMENTED


def rest_routes(channels: Mapping[str, grpc.aio.Channel], doorkeeper: Doorkeeper) -> list[web.RouteDef]:
    """Return what to add to an application's router, after all other routes of /v1.

    `channels` are those of `mesh.channels`, by package: `shoal.document.v1`.
    """

    @asynccontextmanager
    async def as_caller(request: web.Request, _: Method) -> AsyncIterator[Sequence[tuple[str, str]]]:
        admitted = await doorkeeper.admit(request)
        with acting_as(admitted.identity):
            yield ()

    options = GatewayOptions(
        method_not_allowed_status=405,
        max_body_bytes=_MAX_BODY_BYTES,
        incoming_header=_incoming,
        outgoing_metadata=_outgoing,
        # Who calls is what the channel says, by the token that was verified here.
        denied_metadata=frozenset((USER, SERVICE, ON_BEHALF_OF)),
        # The doorkeeper decides, as for every other socket.
        allow_origin=lambda _request, _origin: True,
        around_call=as_caller,
        answer_error=_answer,
    )
    gateway = Gateway(lambda service: channels[service.rpartition(".")[0]], options)
    gateway.add(BINDINGS)
    return [web.route("*", "/v1/{rest:(?s:.*)}", gateway.handle)]


def _incoming(header: str) -> str | None:
    """Let no cookie and nothing else of a browser's go on: services hear what is said to them, `Grpc-Metadata-`."""
    return default_incoming(header) if header.startswith("grpc-metadata-") else None


def _outgoing(key: str) -> str | None:
    """Return the header; the request's id is every answer's already (`request_ids`)."""
    return None if key == request_id.KEY else default_outgoing(key)


def _answer(_: web.Request, error: Exception) -> web.Response | None:
    if isinstance(error, faults.Fault):
        return response_of(error)
    if not isinstance(error, errors.GatewayError):
        return None
    response = response_of(_fault_of(error))
    if isinstance(error, errors.MethodNotAllowed):
        response.set_status(405)
        response.headers["Allow"] = ", ".join(error.allowed)
    elif isinstance(error, errors.BodyTooLarge):
        response.set_status(413)
    return response


def _fault_of(error: errors.GatewayError) -> faults.Fault:
    match error:
        case errors.RouteNotFound():
            return RpcNotFound("no rpc has this path; /api shows those there are")
        case errors.MethodNotAllowed(allowed=allowed):
            return MethodNotAllowed(f"this path is for {' and '.join(allowed)}")
        case errors.InvalidParameter(field=field, message=message):
            return faults.InvalidField(field, message)
        case errors.MalformedBody(field=field, wrong=wrong) if field:
            return faults.InvalidField(field, wrong)
        case errors.BodyTooLarge(limit=limit):
            return faults.TooLarge("bytes of the body", limit, limit + 1)
        case errors.Unencodable():
            return faults.Internal(error.message)
        case _:
            return faults.MalformedMessage(error.message)
