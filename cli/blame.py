"""`shoal blame`: who wrote each line of a document."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import Annotated, NamedTuple

import typer
from rich.console import Console
from rich.text import Text

from cli.documents import read_text
from cli.history import AtOption, RevisionOption, print_json, set_moment, streamed, writer
from cli.instance import DEFAULT_DATA
from cli.run import run
from cli.target import DataOption, GrpcOption, NameArgument, Target, TokenOption, UrlOption, find_target, full_name
from shoal.document.v1 import history_pb2 as pb

_COLOURS = ("cyan", "yellow", "magenta", "green", "blue", "bright_red", "bright_cyan", "bright_magenta")


class Piece(NamedTuple):
    """A part of a line, by one writer."""

    writer: str
    text: str


def blame(
    name: NameArgument,
    revision: RevisionOption = None,
    at: AtOption = None,
    json: Annotated[bool, typer.Option("--json", help="The runs, as one JSON object.")] = False,
    url: UrlOption = None,
    grpc_address: GrpcOption = None,
    token: TokenOption = None,
    data: DataOption = DEFAULT_DATA,
) -> None:
    """Print a document's lines, each behind who wrote most of it; in colour on a terminal, else with a tab between."""
    request = pb.GetBlameRequest(document=full_name(name))
    set_moment(request, revision, at)
    target = find_target(url=url, grpc_address=grpc_address, token=token, data=data)
    blamed, runs = run(_blame(target, request))
    if json:
        print_json({"revision": blamed, "runs": [_run(each) for each in runs]})
        return
    text, _ = run(read_text(target, request.document, blamed))
    _print(blamed_lines(text, [(each.length, writer(each.author, each.agent)) for each in runs]))


async def _blame(target: Target, request: pb.GetBlameRequest) -> tuple[int, list[pb.BlameRun]]:
    runs: list[pb.BlameRun] = []
    revision = 0
    async with streamed(target, "GetBlame", request) as parts:
        async for part in parts:
            revision = part.revision
            runs += part.runs
    return revision, runs


def blamed_lines(text: str, runs: Iterable[tuple[int, str]]) -> Iterator[list[Piece]]:
    """Yield the lines of a text, with their line feeds, as pieces by who wrote them; lengths are UTF-16 units."""
    units, at = text.encode("utf-16-le"), 0
    line: list[Piece] = []
    for length, who in runs:
        run_text = units[at : at + 2 * length].decode("utf-16-le")
        at += 2 * length
        for part in _lines(run_text):
            line.append(Piece(who, part))
            if part.endswith("\n"):
                yield line
                line = []
    if line:
        yield line


def _lines(text: str) -> Iterator[str]:
    """Cut at line feeds alone: other characters that end a line elsewhere do not end one here."""
    start = 0
    while start < len(text):
        end = text.find("\n", start) + 1 or len(text)
        yield text[start:end]
        start = end


def main_writer(line: Sequence[Piece]) -> str:
    """Return who wrote most of a line; of equals the first."""
    written: dict[str, int] = {}
    for who, text in line:
        written[who] = written.get(who, 0) + len(text)
    return max(written, key=lambda who: written[who])


def _print(lines: Iterator[list[Piece]]) -> None:
    if not sys.stdout.isatty():
        for line in lines:
            sys.stdout.write(f"{main_writer(line)}\t{''.join(piece.text for piece in line).rstrip(chr(10))}\n")
        return
    console = Console(soft_wrap=True, highlight=False)
    told = list(lines)
    width = max((len(main_writer(line)) for line in told), default=0)
    colours: dict[str, str] = {}
    for line in told:
        for who, _ in line:
            colours.setdefault(who, _COLOURS[len(colours) % len(_COLOURS)])
        shown = Text(f"{main_writer(line):<{width}} ", style=colours[main_writer(line)]).append("│ ", style="dim")
        for who, text in line:
            shown.append(text.rstrip("\n"), style=colours[who])
        console.print(shown)


def _run(each: pb.BlameRun) -> dict[str, str | int]:
    return {"length": each.length, "author": each.author, **({"agent": each.agent} if each.agent else {})}
