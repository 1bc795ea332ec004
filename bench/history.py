"""W9, any moment of a long history: `python -m bench.history [--operations N]`.

Writes a document of a million operations, recorded sessions played one after another (each in the text's end, over and
over, people and an agent taking turns), straight through the log of a document service, on an embedded PostgreSQL of
its own, fsync on. When the checkpoints are made, reads contents and blames at random revisions, each by a service
object that was just made. Not a test.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import logging
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import structlog
import uvloop
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from cli.trace import read_trace
from mesh.embedded_postgres import embedded_postgres
from mesh.names import DocumentId
from ot.operation import Operation, Retain
from services.document.history.blame import Blame
from services.document.log.contents import Contents
from services.document.settings import DocumentSettings
from shoal.document.v1 import operation_log_pb2
from shoal.type.v1.operation_pb2 import CommittedOperation, Provenance
from tests.conformance.log_host import LogHost, batch_of, committed

TRACES = ("rustcode", "sveltecomponent", "friendsforever_flat")
PEOPLE = ("ada", "bob", "cy", "dee")
AGENT = "agents/scribe"
TURN = (20, 200)
"""Operations before somebody else goes on."""
BATCH = 1000
SAMPLES = 30
SEED = 20240

console = Console(stderr=True)


def operations(folder: Path) -> Iterator[Operation]:
    """The sessions one after another, each behind the text of those before it, without end."""
    sessions = [[trace.operation(n) for n in range(len(trace))] for trace in map(read_trace, _files(folder))]
    length = 0
    for session in itertools.cycle(sessions):
        before = length
        for operation in session:
            yield Operation([Retain(before), *operation.components])
            length += operation.length_change


def _files(folder: Path) -> list[Path]:
    return [folder / f"{name}.json.gz" for name in TRACES]


def writers(random_: random.Random) -> Iterator[tuple[str, str]]:
    """(site, agent) of one operation after another: people, and an agent that writes as the first of them."""
    hands = [(person, "") for person in PEOPLE] + [(f"{PEOPLE[0]}-scribe", AGENT)]
    while True:
        yield from itertools.repeat(random_.choice(hands), random_.randint(*TURN))


def batches(document: str, count: int, folder: Path) -> Iterator[operation_log_pb2.AppendBatch]:
    """The document's first `count` operations, a thousand at a time."""
    sequences: dict[str, int] = {}
    gathered: list[CommittedOperation] = []
    played = zip(range(1, count + 1), operations(folder), writers(random.Random(SEED)), strict=False)
    for revision, operation, (site, agent) in played:
        sequence = sequences[site] = sequences.get(site, 0) + 1
        more = {"provenance": Provenance(agent=agent)} if agent else {}
        author = f"users/{site.removesuffix('-scribe')}"
        gathered.append(committed(revision, site, sequence, operation, author=author, **more))
        if len(gathered) == BATCH or revision == count:
            yield batch_of(document, revision - len(gathered), *gathered)
            gathered = []


async def write(host: LogHost, count: int, folder: Path) -> str:
    """Write the document and wait for its checkpoints."""
    document = await host.create()
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    began = time.perf_counter()
    with Progress(*columns, console=console, disable=not console.is_terminal, transient=True) as progress:
        task = progress.add_task("writing", total=count)
        for batch in batches(document, count, folder):
            answer = await host.log.append(batch)
            assert answer.committed_head_revision, answer
            progress.update(task, completed=answer.committed_head_revision)
        written = time.perf_counter() - began
        task = progress.add_task("checkpoints", total=count)
        caught_up = asyncio.create_task(host.app.checkpointer.caught_up())
        while not (await asyncio.wait([caught_up], timeout=0.5))[0]:
            reached = "SELECT max(checkpoint_revision) FROM document.documents"
            progress.update(task, completed=await host.pool.fetchval(reached))
    console.print(f"{count:,} operations written in {written:.0f} s, checkpoints {_since(began + written):.0f} s later")
    return document


def _since(moment: float) -> float:
    return time.perf_counter() - moment


@dataclass(frozen=True)
class Timing:
    """Milliseconds that each of some calls took."""

    took: list[float]

    def row(self) -> tuple[str, str]:
        return f"{statistics.median(self.took):.1f}", f"{max(self.took):.1f}"


async def timed(call: Callable[[int | None], Awaitable[object]], revisions: list[int | None]) -> Timing:
    """Call for each revision."""
    took = []
    for revision in revisions:
        began = time.perf_counter()
        await call(revision)
        took.append(_since(began) * 1e3)
    return Timing(took)


async def measure(host: LogHost, document: DocumentId, count: int) -> Table:
    """Read the history, and check that content and blame of a revision are equally long."""
    random_ = random.Random(SEED)
    anywhere: list[int | None] = [random_.randint(1, count) for _ in range(SAMPLES)]
    head: list[int | None] = [None] * SAMPLES

    async def content(revision: int | None) -> int:
        return (await Contents(host.pool, DocumentSettings()).at(document, revision))[2].length

    async def blame(revision: int | None) -> int:
        return sum(run.length for run in (await Blame(host.pool).at(document, revision))[1])

    table = Table("W9", "p50 ms", "max ms", "target ms", "goal ms")
    for what, call, revisions, target, goal in (
        (f"content at {SAMPLES} random revisions", content, anywhere, 200, 50),
        (f"blame at {SAMPLES} random revisions", blame, anywhere, 500, 150),
        ("content at the head", content, head, 200, 50),
        ("blame at the head", blame, head, 500, 150),
    ):
        timing = await timed(call, revisions)
        table.add_row(what, *timing.row(), str(target), str(goal))
    for revision in [*anywhere[:5], None]:
        assert await content(revision) == await blame(revision), revision
    console.print(
        f"{await content(None):,} units in {len((await Blame(host.pool).at(document))[1]):,} runs at the head"
    )
    return table


async def storage(host: LogHost) -> Table:
    """What the database holds of it."""
    table = Table("in PostgreSQL", "MB")
    sums = await host.pool.fetchrow(
        "SELECT count(*), sum(octet_length(content)), sum(octet_length(attribution)) FROM document.document_checkpoints"
    )
    log = "SELECT sum(pg_total_relation_size(relid)) FROM pg_partition_tree('document.document_operations')"
    checkpoints = "SELECT pg_total_relation_size('document.document_checkpoints')"
    for what, size in (
        ("operations and their index", await host.pool.fetchval(log)),
        (f"{sums[0]:,} checkpoints", await host.pool.fetchval(checkpoints)),
        ("  of them contents", sums[1]),
        ("  of them attributions", sums[2]),
    ):
        table.add_row(what, f"{int(size or 0) / 1e6:,.1f}")
    return table


async def run(count: int, folder: Path) -> None:
    """Write, read, and print."""
    with tempfile.TemporaryDirectory(prefix="shoal-history-") as place:
        Path(place).chmod(0o755)
        async with embedded_postgres(Path(place) / "data") as url:
            host = LogHost(url, DocumentSettings())
            await host.start()
            try:
                document = await write(host, count, folder)
                tables = [
                    await measure(host, DocumentId(document.removeprefix("documents/")), count),
                    await storage(host),
                ]
            finally:
                await host.stop()
    for table in tables:
        Console().print(table)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--operations", type=int, default=1_000_000, help="how long the history is")
    parser.add_argument("--traces", type=Path, default=Path("../shared/traces"), help="folder of the recorded sessions")
    arguments = parser.parse_args()
    missing = [str(path) for path in _files(arguments.traces) if not path.exists()]
    if missing or arguments.operations < 1:
        parser.error(f"not there: {', '.join(missing)}" if missing else "--operations must be at least 1")
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    uvloop.run(run(arguments.operations, arguments.traces))
    return 0


if __name__ == "__main__":
    sys.exit(main())
