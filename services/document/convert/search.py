"""What was found, as messages."""

from __future__ import annotations

from collections.abc import Sequence

from services.document.convert.documents import document_to_proto
from services.document.search.search import Result
from services.document.search.snippets import Part
from shoal.document.v1 import search_pb2 as pb


def result_to_proto(result: Result) -> pb.SearchResult:
    """Return the message of a document that was found."""
    return pb.SearchResult(
        document=document_to_proto(result.document),
        rank=result.rank,
        title=_snippet(result.title),
        snippets=map(_snippet, result.snippets),
    )


def _snippet(parts: Sequence[Part]) -> pb.Snippet:
    return pb.Snippet(parts=[pb.SnippetPart(text=part.text, match=part.is_match) for part in parts])
