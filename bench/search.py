"""How soon what was written can be found: `python -m bench.search [--documents 200] [--rate 100] [--seconds 15]`.

Writes words of their own into documents in turn, at a steady rate, through the document service's log on an embedded
PostgreSQL, fsync on, and looks from each commit on until the search index holds the word. Promised: two seconds.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import tempfile
import time
from pathlib import Path

import structlog

from mesh.embedded_postgres import embedded_postgres
from ot.operation import insert_at
from services.document.settings import DocumentSettings
from tests.conformance.log_host import LogHost, batch_of, committed

_LOOK_S = 0.02
_PATIENCE_S = 60.0
_HOLDS = "SELECT EXISTS (SELECT FROM document.document_search WHERE terms @@ plainto_tsquery('simple', $1))"


async def indexed_after(host: LogHost, word: str) -> float:
    """Return the seconds from now until the index holds a word."""
    began = time.perf_counter()
    while not await host.pool.fetchval(_HOLDS, word):
        assert time.perf_counter() - began < _PATIENCE_S, f"{word} is not found"
        await asyncio.sleep(_LOOK_S)
    return time.perf_counter() - began


async def write(host: LogHost, name: str, revision: int, word: str) -> None:
    operation = committed(revision, "ada", revision, insert_at(0, f"{word} "))
    answer = await host.log.append(batch_of(name, revision - 1, operation))
    assert answer.committed_head_revision == revision, answer


async def main(documents: int, rate: float, seconds: float) -> None:
    with tempfile.TemporaryDirectory(prefix="shoal-bench-") as folder:
        Path(folder).chmod(0o755)
        async with embedded_postgres(Path(folder) / "postgres") as url:
            host = LogHost(url, DocumentSettings())
            await host.start()
            names = [await host.create() for _ in range(documents)]
            looks: list[asyncio.Task[float]] = []
            began = time.perf_counter()
            for n in range(int(rate * seconds)):
                await asyncio.sleep(max(0.0, began + n / rate - time.perf_counter()))
                word = f"word{n}x"
                await write(host, names[n % documents], n // documents + 1, word)
                if n % max(1, int(rate / 10)) == 0:  # Ten looks a second: more would be the load themselves.
                    looks.append(asyncio.create_task(indexed_after(host, word)))
            times = sorted(await asyncio.gather(*looks))
            await host.stop()
    quantiles = statistics.quantiles(times, n=100)
    print(
        f"{documents} documents, {rate:.0f} op/s, {len(times)} words looked for: "
        f"found after p50 {quantiles[49]:.2f} s, p99 {quantiles[98]:.2f} s, at most {times[-1]:.2f} s"
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=200)
    parser.add_argument("--rate", type=float, default=100.0, help="operations a second over all documents")
    parser.add_argument("--seconds", type=float, default=15.0)
    options = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))
    asyncio.run(main(options.documents, options.rate, options.seconds))
