"""`shoal replay`: a recorded editing session, played through the running system.

Owns the command, its coming back after lost connections, and its report. Each transaction of the trace becomes one
operation in the log; what the log has already is never sent again, so a replay that was cut off goes on.
"""

from __future__ import annotations

import asyncio
import math
import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar

from cli.client import ConnectionLost, FaultReceived, Via, connect, explain
from cli.documents import Type, create_document, is_plain_text, read_text
from cli.errors import Failed
from cli.instance import DEFAULT_DATA
from cli.pace import Pace
from cli.replay_concurrent import replay_concurrent
from cli.replay_run import Progress, Replay
from cli.replay_sequential import replay_sequential
from cli.run import run
from cli.target import DataOption, GrpcOption, Target, TokenOption, UrlOption, find_target, full_name
from cli.trace import Trace, read_trace

_GIVE_UP_S = 30.0
_BACKOFF_S = (0.1, 2.0)
"""First and longest wait before connecting again; doubled each time, with jitter."""


def replay(
    trace: Annotated[Path, typer.Argument(metavar="TRACE", help="A trace file: JSON, or gzipped JSON.")],
    document: Annotated[
        str | None,
        typer.Option(
            "--document", metavar="NAME", help="Replay into this document, or go on there. Left out: into a new one."
        ),
    ] = None,
    rate: Annotated[str, typer.Option("--rate", metavar="N|max", help="Operations a second.")] = "max",
    via: Annotated[Via, typer.Option("--via", help="Through which door.")] = Via.EDGE,
    url: UrlOption = None,
    grpc_address: GrpcOption = None,
    token: TokenOption = None,
    data: DataOption = DEFAULT_DATA,
) -> None:
    """Replay a recorded editing session: each transaction becomes one operation of the document's history.

    Prints one line of JSON. Exit code 1 when the text at the end is not the recorded one. When it was cut off, give
    the same file and --document again: it goes on where the log ends.
    """
    pace = Pace(_rate(rate))
    recorded = read_trace(trace)
    target = find_target(url=url, grpc_address=grpc_address, token=token, data=data)
    report = run(_replay(recorded, target, via, pace, full_name(document) if document else None, trace))
    print(orjson.dumps(report).decode())
    if not report["matches"]:
        raise typer.Exit(1)


def _rate(rate: str) -> float | None:
    if rate == "max":
        return None
    try:
        if 0 < (value := float(rate)) < math.inf:
            return value
    except ValueError:
        pass
    raise typer.BadParameter("must be a number above 0, or max", param_hint="--rate")


async def _replay(
    trace: Trace, target: Target, via: Via, pace: Pace, document: str | None, path: Path
) -> dict[str, Any]:
    name = document or await create_document(target, trace.title[:200], Type.PLAIN_TEXT)
    # Rich text begins, and ends, with a newline of its own, which carries the format of its last line.
    newline = "" if await is_plain_text(target, name) else "\n"
    with _bar(trace, name) as progress:
        started_at = time.monotonic()
        await _run(Replay(trace, name, len(newline), partial(connect, target, via), pace, progress), path)
        seconds = time.monotonic() - started_at
    text, revision = await read_text(target, name)
    return {
        "document": name,
        "transactions": len(trace),
        "operations": progress.added,
        "revisions": revision,
        "seconds": round(seconds, 3),
        "operations_per_second": round(progress.added / seconds) if progress.added else 0,
        "matches": text == trace.end_content + newline,
    }


async def _run(replay: Replay, path: Path) -> None:
    """Replay to the end, beginning again from the log whenever the connection is lost. Raises Failed."""
    play = replay_concurrent if replay.trace.is_concurrent else replay_sequential
    wait_s, shortest_s, longest_s = _BACKOFF_S[0], *_BACKOFF_S
    lost_at, done = None, -1
    while True:
        try:
            return await play(replay)
        except FaultReceived as fault:
            raise explain(fault) from fault
        except ConnectionLost as lost:
            now = time.monotonic()
            if lost_at is None or replay.progress.done > done:
                lost_at, done, wait_s = now, replay.progress.done, shortest_s
            if now - lost_at > _GIVE_UP_S:
                again = f"shoal replay {path} --document {replay.document}"
                raise Failed(f"{lost}; gave up after {_GIVE_UP_S:.0f} s. To go on: {again}") from lost
        # The jitter keeps many replays from coming back at one moment.
        await asyncio.sleep(wait_s * random.uniform(0.5, 1.0))  # noqa: S311 -- spreads load, guards nothing
        wait_s = min(2 * wait_s, longest_s)


@contextmanager
def _bar(trace: Trace, name: str) -> Iterator[Progress]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Bar(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task(f"{trace.title} → {name}", total=len(trace))
        yield Progress(lambda done: bar.update(task, completed=done))
