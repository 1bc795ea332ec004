"""REST for shoal/document/v1/search.proto. Written by protoc-gen-aiohttp-gateway; do not edit."""

from __future__ import annotations

from typing import Any

from edge.gateway import encoders
from edge.gateway.binding import Binding, Method

from shoal.document.v1 import document_gateway
from shoal.document.v1 import search_pb2


def encode_search_documents_response(m: search_pb2.SearchDocumentsResponse) -> dict[str, Any]:
    return {
        "results": [encode_search_result(each) for each in m.results],
        "nextPageToken": m.next_page_token,
    }


def encode_search_result(m: search_pb2.SearchResult) -> dict[str, Any]:
    return {
        "document": document_gateway.encode_document(m.document) if m.HasField("document") else None,
        "rank": encoders.single(m.rank),
        "title": encode_snippet(m.title) if m.HasField("title") else None,
        "snippets": [encode_snippet(each) for each in m.snippets],
    }


def encode_snippet(m: search_pb2.Snippet) -> dict[str, Any]:
    return {
        "parts": [encode_snippet_part(each) for each in m.parts],
    }


def encode_snippet_part(m: search_pb2.SnippetPart) -> dict[str, Any]:
    return {
        "text": m.text,
        "match": m.match,
    }


_search_documents = Method(
    "/shoal.document.v1.SearchService/SearchDocuments",
    search_pb2.SearchDocumentsRequest,
    search_pb2.SearchDocumentsResponse,
    encode=encode_search_documents_response,
)

SEARCH_SERVICE: tuple[Binding, ...] = (Binding("GET", "/v1/documents:search", _search_documents),)
"""shoal.document.v1.SearchService."""
