"""A replay that loses Shoal in the middle: it comes back by itself, sends what the log lacks, and ends as recorded."""

from __future__ import annotations

import json
import socket
from pathlib import Path

import pytest

from tests.system.shoal import ShoalProcess
from tests.system.test_replay import a_trace


def free_ports(count: int) -> list[str]:
    probes = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [str(probe.getsockname()[1]) for probe in probes]
    for probe in probes:
        probe.close()
    return ports


@pytest.mark.slow
def test_replays_survive_a_kill_and_a_stop_of_the_server(own_shoal: ShoalProcess, tmp_path: Path) -> None:
    port, grpc_port = free_ports(2)
    own_shoal.stop()
    own_shoal.start("--port", port, "--grpc-port", grpc_port)
    running = []
    for agents, via in [(1, "edge"), (1, "grpc"), (2, "edge"), (2, "grpc")]:
        folder = tmp_path / f"{agents}-{via}"
        folder.mkdir()
        trace = a_trace(folder, letters=4000, agents=agents)
        document = own_shoal.command("create", "--title", f"{agents} by {via}").stdout.strip()
        arguments = ("--document", document, "--rate", "300", "--via", via)
        running.append((document, own_shoal.begin("replay", str(trace), *arguments)))
    for end in (own_shoal.kill, own_shoal.stop):
        for document, _ in running:
            wait_for_more(own_shoal, document)
        end()
        own_shoal.start("--port", port, "--grpc-port", grpc_port)
    for _, replay in running:
        said, complaints = replay.communicate(timeout=120)
        assert replay.returncode == 0, complaints
        report = json.loads(said)
        assert (report["matches"], report["revisions"], report["operations"]) == (True, 4001, 4000)


def wait_for_more(shoal: ShoalProcess, document: str) -> None:
    """Return when 50 operations more have been committed."""
    tail = shoal.begin("tail", document)
    try:
        assert tail.stdout is not None
        for _ in range(50):
            assert tail.stdout.readline()
    finally:
        tail.kill()
        tail.communicate()
