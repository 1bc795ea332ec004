"""Request ids at the edge: each HTTP request has one, which its rpcs, its log lines and its answer carry.

Owns the header, both ways; what an id is, and how it goes on to the services, is mesh.request_id's.
"""

from __future__ import annotations

from aiohttp import web

from edge.status import Handler
from mesh import request_id

HEADER = "X-Request-Id"


@web.middleware
async def with_request_id(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Give the request the id that it came with, or a new one, and its answer too."""
    with request_id.request({request_id.KEY: request.headers.get(HEADER, "")}) as known:
        try:
            response = await handler(request)
        except web.HTTPException as answer:
            answer.headers[HEADER] = known
            raise
    if not response.prepared:
        response.headers[HEADER] = known
    return response


async def say_request_id(_: web.Request, response: web.StreamResponse) -> None:
    """Put the id into the headers of an answer that begins while its handler is at work: a stream's."""
    if known := request_id.current():
        response.headers[HEADER] = known
