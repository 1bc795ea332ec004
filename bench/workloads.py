"""The workloads of the targets: W1 one busy document, W2 many documents, W5 one writer and one reader, W6 a replay.

Open loop: a schedule of keystrokes at a fixed rate, evenly over the writers. A rate is held when p99 stays under 100 ms
and every operation was seen by everybody within the time given.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import grpc

from bench.room import LoadedRoom
from bench.servers import RunningShoal
from shoal.collab.v1 import collab_pb2, collab_pb2_grpc
from shoal.document.v1 import document_pb2, document_pb2_grpc

WARM_UP_S = 1.0


@dataclass(frozen=True)
class Shape:
    """How many documents, people in each, and writers among them."""

    documents: int
    people: int
    writers: int


W1 = Shape(documents=1, people=50, writers=10)
W2 = Shape(documents=200, people=3, writers=3)
W5 = Shape(documents=1, people=2, writers=1)


@dataclass(frozen=True)
class Result:
    """What one rate gave: latencies in milliseconds, CPU in microseconds an operation."""

    rate: int
    achieved: float
    p50_ms: float
    p99_ms: float
    unseen: int
    python_us: float
    postgres_us: float
    driver_us: float
    faults: tuple[str, ...]
    catch_ups: int

    @property
    def is_held(self) -> bool:
        return self.p99_ms < 100 and not self.unseen and not self.faults


async def run(shoal: RunningShoal, shape: Shape, rate: int, seconds: float, text_length: int = 2000) -> Result:
    """Load fresh documents at `rate` operations a second in all for `seconds`."""
    rooms = [
        LoadedRoom(await _create(shoal, text_length), shape.people, text_length, seed)
        for seed in range(shape.documents)
    ]
    try:
        for room in rooms:
            await room.join(shoal.host, shoal.port, shoal.token)
        async with asyncio.timeout(30):
            while not all(person.opened for room in rooms for person in room.people):
                await asyncio.sleep(0.05)
        return await _load(shoal, rooms, shape, rate, seconds)
    finally:
        for room in rooms:
            room.leave()


async def _load(shoal: RunningShoal, rooms: list[LoadedRoom], shape: Shape, rate: int, seconds: float) -> Result:
    writers = [(room, person) for index in range(shape.writers) for room in rooms for person in (room.people[index],)]
    start, sent, total = time.perf_counter(), 0, int(rate * (seconds + WARM_UP_S))
    cpu_before: dict[str, float] = {}
    own_before, typed_before, warm = 0.0, 0, False
    while sent < total:
        now = time.perf_counter()
        if not warm and now - start >= WARM_UP_S:
            warm, typed_before = True, sent
            cpu_before, own_before = shoal.cpu_seconds(), time.process_time()
            for room in rooms:
                room.latencies.clear()
        due = min(total, int((now - start) * rate) + 1)
        for index in range(sent, due):
            room, person = writers[index % len(writers)]
            room.type(person, start + index / rate)
        sent = due
        await asyncio.sleep(max(0.0005, start + sent / rate - time.perf_counter()))
    cpu_after, own_after = shoal.cpu_seconds(), time.process_time()
    deadline = time.perf_counter() + 5
    typed = sum(len(person.intended) for room in rooms for person in room.people)
    while time.perf_counter() < deadline and _acknowledged(rooms) < typed:
        await asyncio.sleep(0.05)
    latencies = sorted(each for room in rooms for each in room.latencies)
    operations = max(1, sent - typed_before)
    elapsed = time.perf_counter() - start - WARM_UP_S
    return Result(
        rate=rate,
        achieved=len(latencies) / elapsed,
        p50_ms=1000 * latencies[len(latencies) // 2] if latencies else float("inf"),
        p99_ms=1000 * latencies[int(len(latencies) * 0.99)] if latencies else float("inf"),
        unseen=typed - _acknowledged(rooms),
        python_us=1e6 * (cpu_after["python"] - cpu_before.get("python", 0)) / operations,
        postgres_us=1e6 * (cpu_after["postgres"] - cpu_before.get("postgres", 0)) / operations,
        driver_us=1e6 * (own_after - own_before) / operations,
        faults=tuple(fault for room in rooms for fault in room.faults)[:3],
        catch_ups=sum(room.catch_ups for room in rooms),
    )


def _acknowledged(rooms: list[LoadedRoom]) -> int:
    return sum(person.acknowledged for room in rooms for person in room.people)


async def _create(shoal: RunningShoal, text_length: int) -> str:
    """Create a plain text document that holds `text_length` characters."""
    metadata = (("authorization", f"Bearer {shoal.token('bench')}"),)
    async with (
        grpc.aio.insecure_channel(shoal.documents) as to_documents,
        grpc.aio.insecure_channel(shoal.collab) as to_collab,
    ):
        documents = document_pb2_grpc.DocumentServiceStub(to_documents)
        request = document_pb2.CreateDocumentRequest(
            document=document_pb2.Document(title="bench", type=document_pb2.DOCUMENT_TYPE_PLAIN_TEXT)
        )
        name = (await documents.CreateDocument(request, metadata=metadata)).document.name
        edit = collab_pb2.SubmitOperationRequest(name=str(name))
        edit.operation.components.add(insert=("lorem ipsum dolor sit amet " * (text_length // 27 + 1))[:text_length])
        await collab_pb2_grpc.CollabServiceStub(to_collab).SubmitOperation(edit, metadata=metadata)
    return str(name)


def replay(shoal: RunningShoal, trace: Path, via: str) -> dict[str, object]:
    """Run `shoal replay` on a trace; return its line of JSON."""
    command = [
        sys.executable, "-m", "cli.main", "replay", str(trace), "--via", via, "--data", str(shoal.data),
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, timeout=600)
    if not done.stdout.strip():
        raise RuntimeError(f"replay failed: {done.stderr[-2000:]}")
    result: dict[str, object] = json.loads(done.stdout)
    return result
