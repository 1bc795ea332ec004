"""A Shoal to load: `shoal up` in one process, or the mesh as separate processes, on a fresh data directory.

Owns the processes it starts, by their ids, and measures their CPU time.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil

from mesh.identity import TokenSigner


@dataclass
class RunningShoal:
    """Where it listens, how to sign for it, and its processes."""

    host: str
    port: int
    grpc: str
    data: Path
    root: subprocess.Popen[bytes]

    def token(self, subject: str) -> str:
        signer = TokenSigner.open(self.data / "keys" / "token-key.json", issuer=ISSUER, audience="shoal")
        return signer.sign(f"users/{subject}", name=subject, lifetime_s=3600)

    def processes(self) -> list[psutil.Process]:
        """All processes of it, PostgreSQL's included, wherever they were forked."""
        root = psutil.Process(self.root.pid)
        found = {process.pid: process for process in (root, *root.children(recursive=True))}
        for process in psutil.process_iter(["name", "cmdline"]):
            if process.info["name"] == "postgres" and str(self.data) in " ".join(process.info["cmdline"] or []):
                found.update({each.pid: each for each in (process, *process.children(recursive=True))})
        return list(found.values())

    def cpu_seconds(self) -> dict[str, float]:
        """CPU seconds so far: `python` and `postgres`."""
        spent = {"python": 0.0, "postgres": 0.0}
        for process in self.processes():
            with contextlib.suppress(psutil.NoSuchProcess):
                times = process.cpu_times()
                spent["postgres" if process.name() == "postgres" else "python"] += times.user + times.system
        return spent


ISSUER = "https://shoal.localhost"


@contextlib.contextmanager
def shoal_up() -> Iterator[RunningShoal]:
    """Run `shoal up` on a data directory of its own; stop it, and forget the data, at the end."""
    with tempfile.TemporaryDirectory(prefix="shoal-bench-") as scratch:
        os.chmod(scratch, 0o755)
        data = Path(scratch) / "data"
        command = [sys.executable, "-m", "cli.main", "up", "--data", str(data), "--port", "0", "--grpc-port", "0"]
        log = (Path(scratch) / "log").open("wb")
        root = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT)
        try:
            yield _ready(root, data, Path(scratch) / "log")
        finally:
            root.send_signal(signal.SIGTERM)
            try:
                root.wait(30)
            except subprocess.TimeoutExpired:
                root.kill()


def _ready(root: subprocess.Popen[bytes], data: Path, log: Path) -> RunningShoal:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if root.poll() is not None:
            raise RuntimeError(f"shoal up ended: {log.read_text()[-2000:]}")
        if "Shoal is ready" in log.read_text():
            instance = json.loads((data / "instance.json").read_text())
            host, port = instance["url"].removeprefix("http://").split(":")
            return RunningShoal("127.0.0.1" if host == "localhost" else host, int(port), instance["grpc"], data, root)
        time.sleep(0.05)
    raise RuntimeError(f"shoal up is not ready after 60 s: {log.read_text()[-2000:]}")
