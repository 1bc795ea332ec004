"""`python -m bench`: the workloads against a Shoal of its own, and the table.

The services run as separate processes (W6: `shoal up`) and share the machine's cores with the load, as in the targets.
Each rate runs on fresh documents; a workload's figure is the highest rate held (p99 < 100 ms, everything seen by
everybody), and the p99 there.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import uvloop
from rich.console import Console
from rich.table import Table

from bench import servers, workloads
from bench.workloads import Result, Shape

LADDERS = {
    "W1": (workloads.W1, (500, 1000, 2000, 3000, 5000, 7500, 10000)),
    "W2": (workloads.W2, (500, 1000, 2000, 3000, 4000, 6000, 8000)),
    "W5": (workloads.W5, (20,)),
}
TRACES = ("rustcode", "sveltecomponent", "friendsforever_flat", "friendsforever")

console = Console(stderr=True)


def main() -> int:
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("workloads", nargs="*", default=["W1", "W2", "W5", "W6"], help="which; default all")
    parser.add_argument("--seconds", type=float, default=5.0, help="how long each rate is held")
    parser.add_argument("--rates", type=int, nargs="*", help="instead of the built-in ladder")
    parser.add_argument("--one-process", action="store_true", help="load `shoal up` instead of separate services")
    parser.add_argument("--traces", type=Path, default=Path("../shared/traces"), help="folder of the recorded sessions")
    arguments = parser.parse_args()
    table = Table("workload", "rate op/s", "seen op/s", "p50 ms", "p99 ms", "python µs/op", "PostgreSQL µs/op", "held")
    wanted = [name for name in arguments.workloads if name != "W6"]
    with servers.shoal_up() if arguments.one_process else servers.shoal_mesh() as shoal:
        for name in wanted:
            shape, ladder = LADDERS[name]
            for rate in arguments.rates or ladder:
                result = uvloop.run(workloads.run(shoal, shape, rate, arguments.seconds * (4 if name == "W5" else 1)))
                _row(table, name, shape, result)
                if not result.is_held:
                    break
    if "W6" in arguments.workloads:
        with servers.shoal_up() as shoal:
            _replays(shoal, arguments.traces, table)
    Console().print(table)
    return 0


def _row(table: Table, name: str, shape: Shape, result: Result) -> None:
    held = "yes" if result.is_held else f"no: {result.unseen} unseen {' '.join(result.faults)}"
    console.print(f"{name} {shape} {result}")
    table.add_row(
        name, str(result.rate), f"{result.achieved:.0f}", f"{result.p50_ms:.1f}", f"{result.p99_ms:.1f}",
        f"{result.python_us:.0f}", f"{result.postgres_us:.0f}", held,
    )  # fmt: skip


def _replays(shoal: servers.RunningShoal, folder: Path, table: Table) -> None:
    for trace in TRACES:
        for via in ("edge", "grpc"):
            path = folder / f"{trace}.json.gz"
            if not path.exists():
                console.print(f"W6: {path} is not there; skipped")
                continue
            result = workloads.replay(shoal, path, via)
            rate = float(str(result["operations_per_second"]))
            table.add_row(
                f"W6 {trace} {via}", "max", f"{rate:.0f}", "", "", "", "", "matches" if result["matches"] else "DIFFERS"
            )
            console.print(f"W6 {trace} via {via}: {result}")


if __name__ == "__main__":
    sys.exit(main())
