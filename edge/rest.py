"""REST for documents: create, get, list.

Written by hand until the gateway is generated from the contracts; paths and bodies are those of the google.api.http
annotations in proto/shoal/document/v1.
"""

from __future__ import annotations

from typing import Any

import grpc
from aiohttp import web
from google.protobuf import json_format
from google.protobuf.message import Message

from edge.handshake import Doorkeeper
from edge.status import read_body
from mesh import faults
from mesh.identity import acting_as
from shoal.document.v1 import document_pb2 as pb
from shoal.document.v1.document_pb2_grpc import DocumentServiceStub

_TIMEOUT_S = 5.0
_MAX_BODY_BYTES = 3 * 1024 * 1024
"""A source of 2 MiB with its escapes; the contract's own limit is checked behind."""


class DocumentRoutes:
    """Handlers that call DocumentService for the caller, over a channel of `mesh.channels`."""

    def __init__(self, channel: grpc.aio.Channel, doorkeeper: Doorkeeper) -> None:
        self._stub: Any = DocumentServiceStub(channel)  # type: ignore[no-untyped-call]  # generated without types
        self._doorkeeper = doorkeeper

    def routes(self) -> list[web.RouteDef]:
        """Return what to add to an application's router."""
        return [
            web.get("/v1/documents", self.list),
            web.post("/v1/documents", self.create),
            web.get("/v1/documents/{document}", self.get),
        ]

    async def list(self, request: web.Request) -> web.Response:
        """`GET /v1/documents?pageSize=&pageToken=&filter=`."""
        query = request.query
        try:
            page_size = int(query.get("pageSize", query.get("page_size", "0")))
            if abs(page_size) >= 2**31:
                raise ValueError(page_size)
        except ValueError:
            raise faults.InvalidField("page_size", "must be a number") from None
        page_token = query.get("pageToken", query.get("page_token", ""))
        call = pb.ListDocumentsRequest(page_size=page_size, page_token=page_token, filter=query.get("filter", ""))
        return await self._answer(request, self._stub.ListDocuments, call)

    async def create(self, request: web.Request) -> web.Response:
        """`POST /v1/documents` with a CreateDocumentRequest."""
        if request.content_type != "application/json":
            raise faults.InvalidField("body", "must be application/json")
        body = await read_body(request, _MAX_BODY_BYTES)
        try:
            call = json_format.Parse(body or b"{}", pb.CreateDocumentRequest(), ignore_unknown_fields=True)
        except (json_format.ParseError, UnicodeDecodeError) as error:
            raise faults.MalformedMessage(f"the body is not a CreateDocumentRequest: {error}") from None
        return await self._answer(request, self._stub.CreateDocument, call)

    async def get(self, request: web.Request) -> web.Response:
        """`GET /v1/documents/{document}`."""
        call = pb.GetDocumentRequest(name=f"documents/{request.match_info['document']}")
        return await self._answer(request, self._stub.GetDocument, call)

    async def _answer(self, request: web.Request, rpc: Any, call: Message) -> web.Response:
        admitted = await self._doorkeeper.admit(request)
        with acting_as(admitted.identity):
            response = await rpc(call, timeout=_TIMEOUT_S)
        return web.json_response(json_format.MessageToDict(response, always_print_fields_with_no_presence=True))
