"""A replay that loses Shoal in the middle: it comes back by itself, sends what the log lacks, and ends as recorded."""

from __future__ import annotations

import json
import socket
import subprocess
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
@pytest.mark.parametrize(("end", "doors"), [("kill", ("edge", "grpc")), ("stop", ("grpc", "edge"))])
def test_replays_survive_the_end_of_the_server(
    own_shoal: ShoalProcess, tmp_path: Path, end: str, doors: tuple[str, str]
) -> None:
    port, grpc_port = free_ports(2)
    own_shoal.stop()
    own_shoal.start("--port", port, "--grpc-port", grpc_port)
    running: list[tuple[str, subprocess.Popen[str]]] = []
    for agents, via in enumerate(doors, start=1):
        (tmp_path / via).mkdir()
        trace = a_trace(tmp_path / via, letters=2500, agents=agents)
        document = own_shoal.command("create", "--title", f"{agents} by {via}").stdout.strip()
        arguments = ("--document", document, "--rate", "200", "--via", via)
        running.append((document, own_shoal.begin("replay", str(trace), *arguments)))
    try:
        for document, _ in running:
            wait_for_more(own_shoal, document)
        getattr(own_shoal, end)()
        assert all(replay.poll() is None for _, replay in running), "too late: it was all there"
        own_shoal.start("--port", port, "--grpc-port", grpc_port)
        for _, replay in running:
            said, complaints = replay.communicate(timeout=120)
            assert replay.returncode == 0, complaints
            report = json.loads(said)
            assert (report["matches"], report["revisions"], report["operations"]) == (True, 2501, 2500)
    finally:
        for _, replay in running:
            replay.kill()
            replay.communicate()


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
