"""REST for projects and sharing: what the page needs of the project service.

Written by hand until the gateway is generated from the contracts; paths and bodies are those of the google.api.http
annotations in proto/shoal/project/v1.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import grpc
from aiohttp import web
from google.protobuf import json_format
from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message

from edge.handshake import Doorkeeper
from edge.status import read_body
from mesh import faults
from mesh.identity import acting_as
from shoal.project.v1 import access_pb2, permission_pb2, project_pb2
from shoal.project.v1.access_pb2_grpc import AccessServiceStub
from shoal.project.v1.permission_pb2_grpc import PermissionServiceStub
from shoal.project.v1.project_pb2_grpc import ProjectServiceStub

_TIMEOUT_S = 5.0
_MAX_BODY_BYTES = 64 * 1024
_FLAGS = {"true": True, "false": False}


@dataclass(frozen=True, slots=True)
class _Route:
    """One binding of an rpc. `name` is what the path says of the request's `name`, empty when it says nothing."""

    method: str
    path: str
    stub: Callable[..., Any]
    rpc: str
    request: type[Message]
    name: str = ""


_ROUTES = (
    _Route("GET", "/v1/projects", ProjectServiceStub, "ListProjects", project_pb2.ListProjectsRequest),
    _Route("POST", "/v1/projects", ProjectServiceStub, "CreateProject", project_pb2.CreateProjectRequest),
    _Route("GET", "/v1/grants", AccessServiceStub, "ListGrants", access_pb2.ListGrantsRequest),
    _Route("POST", "/v1/grants:set", AccessServiceStub, "SetGrant", access_pb2.SetGrantRequest),
    _Route("POST", "/v1/grants:revoke", AccessServiceStub, "RevokeGrant", access_pb2.RevokeGrantRequest),
    _Route("GET", "/v1/shareLinks", AccessServiceStub, "ListShareLinks", access_pb2.ListShareLinksRequest),
    _Route("POST", "/v1/shareLinks", AccessServiceStub, "CreateShareLink", access_pb2.CreateShareLinkRequest),
    _Route("POST", "/v1/shareLinks:redeem", AccessServiceStub, "RedeemShareLink", access_pb2.RedeemShareLinkRequest),
    _Route(
        "POST", "/v1/shareLinks/{id}:revoke", AccessServiceStub, "RevokeShareLink",
        access_pb2.RevokeShareLinkRequest, "shareLinks/{id}",
    ),
    _Route(
        "POST", "/v1/permissions:check", PermissionServiceStub, "CheckPermission",
        permission_pb2.CheckPermissionRequest,
    ),
)  # fmt: skip


class ProjectRoutes:
    """Handlers that call the project service for the caller, over a channel of `mesh.channels`."""

    def __init__(self, channel: grpc.aio.Channel, doorkeeper: Doorkeeper) -> None:
        self._stubs = {stub: stub(channel) for stub in {route.stub for route in _ROUTES}}
        self._doorkeeper = doorkeeper

    def routes(self) -> list[web.RouteDef]:
        """Return what to add to an application's router."""
        return [web.route(route.method, route.path, self._handler(route)) for route in _ROUTES]

    def _handler(self, route: _Route) -> Callable[[web.Request], Any]:
        rpc = getattr(self._stubs[route.stub], route.rpc)

        async def handle(request: web.Request) -> web.Response:
            admitted = await self._doorkeeper.admit(request)
            call = route.request()
            said = await _body(request) if route.method == "POST" else _query(request, call)
            if route.name:
                said["name"] = route.name.format_map(request.match_info)
            try:
                json_format.ParseDict(said, call, ignore_unknown_fields=True)
            except json_format.ParseError as error:
                raise faults.MalformedMessage(f"this is not a {call.DESCRIPTOR.name}: {error}") from None
            with acting_as(admitted.identity):
                response = await rpc(call, timeout=_TIMEOUT_S)
            return web.json_response(json_format.MessageToDict(response, always_print_fields_with_no_presence=True))

        return handle


def _query(request: web.Request, call: Message) -> dict[str, Any]:
    """Return what a query says; JSON has true and false where a query has words for them."""
    said: dict[str, Any] = dict(request.query)
    for field in call.DESCRIPTOR.fields:
        for name in (field.name, field.json_name):
            if name in said and field.type == FieldDescriptor.TYPE_BOOL:
                said[name] = _FLAGS.get(said[name], said[name])
    return said


async def _body(request: web.Request) -> dict[str, Any]:
    if request.content_type != "application/json":
        raise faults.InvalidField("body", "must be application/json")
    body = await read_body(request, _MAX_BODY_BYTES)
    try:
        said = json.loads(body or b"{}")
    except (ValueError, RecursionError):
        raise faults.MalformedMessage("the body is not JSON") from None
    if not isinstance(said, dict):
        raise faults.MalformedMessage("the body is not a JSON object")
    return said
