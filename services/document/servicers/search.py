"""SearchService over gRPC."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import grpc

from services.document.convert.search import result_to_proto
from services.document.search.search import Search
from shoal.document.v1 import search_pb2 as pb
from shoal.document.v1 import search_pb2_grpc

if TYPE_CHECKING:
    Context = grpc.aio.ServicerContext[Any, Any]


class SearchServicer(search_pb2_grpc.SearchServiceServicer):
    """SearchService."""

    def __init__(self, search: Search) -> None:
        self._search = search

    async def SearchDocuments(self, request: pb.SearchDocumentsRequest, _: Context) -> pb.SearchDocumentsResponse:
        """Find documents."""
        results, token = await self._search.page(request.query, request.filter, request.page_size, request.page_token)
        return pb.SearchDocumentsResponse(results=map(result_to_proto, results), next_page_token=token)
