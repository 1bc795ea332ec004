"""`shoal diff` and `shoal compare`: what changed between two revisions, and who knew of whom."""

from __future__ import annotations

import sys
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.text import Text

from cli.documents import FORMATS, Format, read_content
from cli.history import ask, history, print_json, streamed
from cli.instance import DEFAULT_DATA
from cli.run import run
from cli.target import DataOption, GrpcOption, NameArgument, Target, TokenOption, UrlOption, find_target, full_name
from shoal.document.v1 import document_pb2
from shoal.document.v1 import history_pb2 as pb
from shoal.type.v1 import operation_pb2

_MARKS = {"INSERT": ("{+", "+}"), "DELETE": ("[-", "-]"), "FORMAT": ("{~", "~}")}
"""How changes are marked where there is no colour, as `git diff --word-diff` does."""
_STYLES = {"INSERT": "green", "DELETE": "red strike", "FORMAT": "yellow", "SKIP": "dim"}


def diff(
    name: NameArgument,
    from_revision: Annotated[
        int, typer.Argument(metavar="FROM", min=0, help="The revision to start from; 0 = nothing.")
    ],
    to_revision: Annotated[
        int | None, typer.Argument(metavar="[TO]", min=0, help="The revision to arrive at. Left out: the newest.")
    ] = None,
    html: Annotated[bool, typer.Option("--html", help="As HTML, with ins and del.")] = False,
    json: Annotated[bool, typer.Option("--json", help="As one JSON object, the change as Delta.")] = False,
    url: UrlOption = None,
    grpc_address: GrpcOption = None,
    token: TokenOption = None,
    data: DataOption = DEFAULT_DATA,
) -> None:
    """Print what changed from one revision to another, word by word: in colour, or marked {+inserted+}, [-deleted-]."""
    if html and json:
        raise typer.BadParameter("choose one of --html and --json")
    form = pb.DIFF_FORMAT_HTML if html else pb.DIFF_FORMAT_DELTA
    request = pb.DiffRevisionsRequest(document=full_name(name), from_revision=from_revision, format=form)
    if to_revision is not None:
        request.to_revision = to_revision
    target = find_target(url=url, grpc_address=grpc_address, token=token, data=data)
    parts = run(_parts(target, request))
    if html:
        sys.stdout.write("".join(part.html for part in parts) + "\n")
    elif json:
        print_json(_as_json(parts))
    else:
        _print_words(target, request, parts)


async def _parts(target: Target, request: pb.DiffRevisionsRequest) -> list[pb.DiffRevisionsResponse]:
    async with streamed(target, "DiffRevisions", request) as parts:
        return [part async for part in parts]


def _operation(parts: list[pb.DiffRevisionsResponse]) -> operation_pb2.Operation:
    return operation_pb2.Operation(components=[component for part in parts for component in part.components])


def _as_json(parts: list[pb.DiffRevisionsResponse]) -> dict[str, Any]:
    from mesh.wire import operation_from_proto

    first = parts[0]
    return {
        "from_revision": first.from_revision,
        "to_revision": first.to_revision,
        "inserted": first.inserted,
        "deleted": first.deleted,
        "delta": operation_from_proto(_operation(parts)).to_delta(),
    }


def _print_words(target: Target, request: pb.DiffRevisionsRequest, parts: list[pb.DiffRevisionsResponse]) -> None:
    import orjson

    from mesh.wire import operation_from_proto
    from ot.document import Document
    from services.document.formats import diff_text

    content = document_pb2.GetContentRequest(
        name=request.document, revision=request.from_revision, format=FORMATS[Format.DELTA]
    )
    before, _ = run(read_content(target, content))
    document = Document.from_delta(orjson.loads(before))
    console = Console(soft_wrap=True, highlight=False) if sys.stdout.isatty() else None
    marked = "\n"
    for change, text in diff_text(document, operation_from_proto(_operation(parts))):
        opening, closing = _MARKS.get(change.name, ("", "")) if console is None else ("", "")
        marked = f"... {text.strip()} ...\n" if change.name == "SKIP" else f"{opening}{text}{closing}"
        if console:
            console.print(Text(marked, style=_STYLES.get(change.name, "")), end="")
        else:
            sys.stdout.write(marked)
    if not marked.endswith("\n"):
        sys.stdout.write("\n")


def compare(
    name: NameArgument,
    revision: Annotated[int, typer.Argument(metavar="A", min=1, help="The revision of one operation.")],
    other_revision: Annotated[int, typer.Argument(metavar="B", min=1, help="The revision of another.")],
    clocks: Annotated[bool, typer.Option("--clocks", help="Also how much of each site the authors knew.")] = False,
    json: Annotated[bool, typer.Option("--json", help="As one JSON object.")] = False,
    url: UrlOption = None,
    grpc_address: GrpcOption = None,
    token: TokenOption = None,
    data: DataOption = DEFAULT_DATA,
) -> None:
    """Print whether the author of one operation knew the other: before, after, equal or concurrent."""
    request = pb.CompareOperationsRequest(
        document=full_name(name), revision=revision, other_revision=other_revision, include_clocks=clocks
    )
    target = find_target(url=url, grpc_address=grpc_address, token=token, data=data)
    answer = run(ask(target, history, "CompareOperations", request))
    word = pb.Causality.Name(answer.causality).removeprefix("CAUSALITY_").lower()
    if json:
        print_json(
            {
                "causality": word,
                **({"clock": _clock(answer.clock), "other_clock": _clock(answer.other_clock)} if clocks else {}),
            }
        )
        return
    print(f"{word}: {_SENTENCES[word].format(revision, other_revision)}")
    for of, clock in ((revision, answer.clock), (other_revision, answer.other_clock)) if clocks else ():
        print(f"{of}: " + ", ".join(f"{each.site} {each.site_sequence}" for each in clock))


_SENTENCES = {
    "before": "whoever wrote {1} knew {0}",
    "after": "whoever wrote {0} knew {1}",
    "equal": "{0} and {1} are one operation",
    "concurrent": "whoever wrote {0} did not know {1}, nor the other way round",
}


def _clock(entries: Any) -> dict[str, int]:
    return {each.site: each.site_sequence for each in entries}
