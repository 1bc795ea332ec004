"""`shoal replay`: a recorded editing session, through the running system, every transaction its own durable operation.

Owns the verb: its options, the progress bar, coming back after a lost connection, and the check of the final text.
"""

from __future__ import annotations

import asyncio
import json
import time
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from cli.client import ConnectionLost, FaultReceived, Via, connect, explain
from cli.documents import Kind, create_document, read_text
from cli.errors import Failed
from cli.instance import DEFAULT_DATA
from cli.pace import Pace
from cli.replay_concurrent import replay_concurrent
from cli.replay_run import Progress as Reached
from cli.replay_run import Replay
from cli.replay_sequential import replay_sequential
from cli.run import run
from cli.target import DataOption, GrpcOption, Target, TokenOption, UrlOption, find_target, full_name
from cli.trace import Trace, read_trace

_GIVE_UP_S = 30.0
_RETRY_S = 0.25


def replay(
    path: Annotated[Path, typer.Argument(metavar="TRACE.json.gz", help="A trace of the editing-traces data set.")],
    document: Annotated[
        str | None,
        typer.Option("--document", help="Into this document; what is there of the same file is not sent again."),
    ] = None,
    rate: Annotated[str, typer.Option("--rate", help="Transactions a second, or max.")] = "max",
    via: Annotated[Via, typer.Option("--via", help="Through which door.")] = Via.EDGE,
    url: UrlOption = None,
    grpc_address: GrpcOption = None,
    token: TokenOption = None,
    data: DataOption = DEFAULT_DATA,
) -> None:
    """Replay a recorded editing session, and tell in one line of JSON how it went.

    Cut off, it goes on where it was when started again with the same file and --document. Exit code 1 when the final
    text is not the recorded one.
    """
    trace = read_trace(path)
    target = find_target(url=url, grpc_address=grpc_address, token=token, data=data)
    result = run(_replay(trace, target, document, _rate(rate), via))
    print(json.dumps(result))
    if not result["matches"]:
        raise typer.Exit(1)


async def _replay(
    trace: Trace, target: Target, document: str | None, rate: float | None, via: Via
) -> dict[str, str | int | float | bool]:
    name = full_name(document) if document else await create_document(target, trace.title, Kind.PLAIN_TEXT)
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task(f"{trace.title} → {name}", total=len(trace))
        reached = Reached(lambda done: bar.update(task, completed=done))
        started_at = time.perf_counter()
        await _until_done(Replay(trace, name, lambda: connect(target, via), Pace(rate), reached))
        seconds = time.perf_counter() - started_at
    text = await read_text(target, name)
    return {
        "document": name,
        "transactions": len(trace),
        "operations": reached.added,
        "revisions": reached.done,
        "seconds": round(seconds, 3),
        "operations_per_second": round(reached.added / seconds, 1) if seconds else 0.0,
        "matches": text == trace.end_content,
    }


async def _until_done(replay: Replay) -> None:
    """Replay, coming back after each lost connection; gives up when nothing has moved for _GIVE_UP_S."""
    moved_at, moved_to = time.monotonic(), -1
    while True:
        try:
            await (replay_concurrent if replay.trace.is_concurrent else replay_sequential)(replay)
            return
        except FaultReceived as error:
            raise explain(error) from error
        except ConnectionLost as error:
            if replay.progress.done != moved_to:
                moved_at, moved_to = time.monotonic(), replay.progress.done
            if time.monotonic() - moved_at > _GIVE_UP_S:
                again = f"run the same command with --document {replay.document} to go on from there"
                raise Failed(f"{error}; {replay.progress.done} transactions are saved; {again}") from error
            await asyncio.sleep(_RETRY_S)


def _rate(rate: str) -> float | None:
    if rate == "max":
        return None
    try:
        number = float(rate)
    except ValueError:
        number = 0.0
    if not 0 < number < 1e9:
        raise typer.BadParameter("must be a number above 0, or max", param_hint="--rate")
    return number
