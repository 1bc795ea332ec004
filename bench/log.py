"""What the log costs: `python -m bench.log [--profile]`.

Prints operations a second for several shapes of load, through the port in one process, and the bytes an operation takes
beyond its payload. On an embedded PostgreSQL of its own, fsync on. Not a test.
"""

from __future__ import annotations

import argparse
import asyncio
import cProfile
import pstats
import statistics
import tempfile
import time
from pathlib import Path

import structlog

from mesh.embedded_postgres import embedded_postgres
from services.document.settings import DocumentSettings
from tests.conformance.log_host import LogHost, typed

SHAPES = ((1, 1, 2000), (1, 10, 1000), (1, 100, 300), (1, 500, 100), (20, 100, 40), (200, 1, 60), (200, 5, 30))
"""(documents, operations a batch, batches a document)"""


async def measure(host: LogHost, documents: int, size: int, count: int) -> None:
    names = [await host.create() for _ in range(documents)]
    batches = {name: [typed(name, n * size, "ada", n * size + 1, size) for n in range(count)] for name in names}
    latencies: list[float] = []

    async def write(name: str) -> None:
        for batch in batches[name]:
            began = time.perf_counter()
            answer = await host.log.append(batch)
            latencies.append(time.perf_counter() - began)
            assert answer.committed_head_revision, answer

    began, cpu = time.perf_counter(), time.process_time()
    await asyncio.gather(*map(write, names))
    seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
    operations = documents * size * count
    quantiles = statistics.quantiles(latencies, n=100)
    print(
        f"{documents:4} documents, batches of {size:3}: {operations / seconds:9,.0f} op/s"
        f"   p50 {quantiles[49] * 1e3:6.2f} ms   p99 {quantiles[98] * 1e3:6.2f} ms"
        f"   {cpu / operations * 1e6:6.1f} us of our CPU an operation",
        flush=True,
    )
    await host.app.checkpointer.caught_up()


async def storage(host: LogHost, size: int) -> None:
    """Measure 100,000 operations in 50 documents, in batches of `size`."""
    names = [await host.create() for _ in range(50)]
    tables = "document_sites", "outbox", "document_checkpoints", "documents"
    query = "SELECT sum(pg_total_relation_size(relid)) FROM pg_partition_tree('document.document_operations')"
    parts = {"operations and their index": query} | {
        each: f"SELECT pg_total_relation_size('document.{each}')" for each in tables
    }
    before = {name: int(await host.pool.fetchval(sql)) for name, sql in parts.items()}
    payload = 0
    for start in range(0, 2000, size):
        batches = [typed(name, start, "ada-0123456789abcdef", start + 1, size) for name in names]
        payload += sum(each.operation.ByteSize() for batch in batches for each in batch.operations)
        await asyncio.gather(*map(host.log.append, batches))
    await host.app.checkpointer.caught_up()
    grown = {name: (int(await host.pool.fetchval(sql)) - before[name]) / 100_000 for name, sql in parts.items()}
    print(f"bytes an operation, batches of {size}: payload {payload / 100_000:.1f} (in the first line)")
    for name, each in grown.items():
        print(f"  {name:30} {each:7.1f}")
    print(f"  {'beyond the payload, all':30} {sum(grown.values()) - payload / 100_000:7.1f}", flush=True)


async def reading(host: LogHost) -> None:
    name = await host.create()
    for start in range(0, 20_000, 500):
        await host.log.append(typed(name, start, "ada", start + 1, 500))
    await host.log.append(typed(name, 20_000, "ada", 20_001, 400))
    await host.app.checkpointer.caught_up()
    for what, at in (("load the head", None), ("load revision 10,250", 10_250)):
        began = time.perf_counter()
        _ = [each async for each in host.log.load(name, at)]
        print(f"{what} of 20,400 operations: {(time.perf_counter() - began) * 1e3:.1f} ms", flush=True)
    began = time.perf_counter()
    count = sum([len(each.operations) async for each in host.log.read(name, 0)])
    print(f"read all {count:,} operations: {(time.perf_counter() - began) * 1e3:.1f} ms", flush=True)


async def main(profile: bool) -> None:
    with tempfile.TemporaryDirectory(prefix="shoal-measure-") as folder:
        Path(folder).chmod(0o755)
        async with embedded_postgres(Path(folder) / "data") as url:
            host = LogHost(url, DocumentSettings())
            await host.start()
            if profile:
                with cProfile.Profile() as profiler:
                    await measure(host, 20, 100, 100)
                pstats.Stats(profiler).sort_stats("tottime").print_stats(22)
            else:
                for shape in SHAPES:
                    await measure(host, *shape)
                await reading(host)
                await storage(host, 100)
                await storage(host, 1)
            await host.stop()


if __name__ == "__main__":
    import logging

    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--profile", action="store_true")
    asyncio.run(main(parser.parse_args().profile))
