"""`shoal search`: documents by what they say, from a terminal."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Iterable
from typing import Annotated, Any

import orjson
import typer
from rich.console import Console
from rich.text import Text

from cli.documents import fields
from cli.instance import DEFAULT_DATA
from cli.listing import JsonOption
from cli.run import run
from cli.target import DataOption, GrpcOption, Target, TokenOption, UrlOption, find_target
from shoal.document.v1 import search_pb2 as pb
from shoal.document.v1.search_pb2_grpc import SearchServiceStub

_DEADLINE_S = 30.0
_PAGE = 100
_MATCH = "bold red"
_UNTITLED = "(untitled)"


def search(
    query: Annotated[
        str,
        typer.Argument(
            metavar="QUERY",
            help='Words that are all there; "in quotes" one after the other; `or` between two takes either; after a '
            "minus, what must not be there: fish -chips. The last word is a beginning, unless a space follows it.",
        ),
    ],
    project: Annotated[str, typer.Option("--project", help="Only in this project: projects/x, or x.")] = "",
    fitting: Annotated[
        str, typer.Option("--filter", help='Only in these documents, as in a listing: labels.kind = "recipe".')
    ] = "",
    limit: Annotated[int, typer.Option("--limit", min=1, max=1000, help="At most so many, the best first.")] = 20,
    json: JsonOption = False,
    url: UrlOption = None,
    grpc_address: GrpcOption = None,
    token: TokenOption = None,
    data: DataOption = DEFAULT_DATA,
) -> None:
    """Find documents by what they say: marked on a terminal, else one JSON a line. docs/search.md tells of queries."""
    target = find_target(url=url, grpc_address=grpc_address, token=token, data=data)
    request = pb.SearchDocumentsRequest(query=query, filter=_filter(project, fitting))
    run(_print_all(target, request, limit, coloured=sys.stdout.isatty() and not json))


async def _print_all(target: Target, request: pb.SearchDocumentsRequest, limit: int, *, coloured: bool) -> None:
    console = Console(highlight=False, soft_wrap=True)
    async for result in results(target, request, limit):
        if coloured:
            console.print(result_text(result))
        else:
            print(as_json(result))


async def results(target: Target, request: pb.SearchDocumentsRequest, limit: int) -> AsyncIterator[pb.SearchResult]:
    """Yield at most `limit` results of a query, the best first. Raises Failed."""
    async with target.channel() as channel:
        stub: Any = SearchServiceStub(channel)  # type: ignore[no-untyped-call]  # generated without types
        left = limit
        while left:
            request.page_size = min(left, _PAGE)
            page = await stub.SearchDocuments(request, metadata=target.metadata, timeout=_DEADLINE_S)
            for result in page.results:
                yield result
            left -= len(page.results)
            request.page_token = page.next_page_token
            if not page.next_page_token:
                return


def as_json(result: pb.SearchResult) -> str:
    """Return a result as one line of JSON: texts in parts, what was found marked with `match`."""
    said = {
        "document": fields(result.document),
        "rank": result.rank,
        "title": _parts(result.title),
        "snippets": [_parts(snippet) for snippet in result.snippets],
    }
    return orjson.dumps(said).decode()


def _parts(snippet: pb.Snippet) -> list[dict[str, str | bool]]:
    return [{"text": part.text, "match": True} if part.match else {"text": part.text} for part in snippet.parts]


def result_text(result: pb.SearchResult) -> Text:
    """Return what is shown of a document: its name and title, then what was found in it, a line each."""
    lines = [Text.assemble((result.document.name, "cyan"), "  ", _marked(result.title.parts) or _UNTITLED)]
    lines += [Text("    ") + _marked(snippet.parts) for snippet in result.snippets]
    return Text("\n").join(lines)


def _marked(parts: Iterable[pb.SnippetPart]) -> Text:
    text = Text()
    for part in parts:
        shown = "".join(each if each.isprintable() else " " for each in part.text)
        text.append(shown, _MATCH if part.match else None)
    return text


def _filter(project: str, fitting: str) -> str:
    if not project:
        return fitting
    name = project if "/" in project else f"projects/{project}"
    quoted = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'project = "{quoted}"' + (f" AND {fitting}" if fitting else "")
