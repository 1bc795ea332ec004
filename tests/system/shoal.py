"""`shoal up` as a process of its own, for tests that start, stop and kill it.

Owns the process group it starts; `kill` ends it and its PostgreSQL with SIGKILL, as a power cut would.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil

from tests.system.zygote import run_verb

READY_S = 60.0
ROOT = Path(__file__).resolve().parent.parent.parent
TRACES = Path(os.environ.get("SHOAL_TRACES", ROOT.parent / "shared" / "traces"))


class ShoalProcess:
    """One instance on one data directory; may be started again after it ended."""

    def __init__(self, data: Path, folder: Path) -> None:
        self.data, self._log = data, folder / "shoal.log"
        self._process: subprocess.Popen[bytes] | None = None
        self.url = self.grpc = ""

    def start(self, *arguments: str) -> None:
        """Start it and wait until it is ready."""
        command = ["up", "--data", str(self.data), "--port", "0", "--grpc-port", "0", *arguments]
        with self._log.open("ab") as log:
            size = log.tell()
            self._process = subprocess.Popen(
                [sys.executable, "-m", "cli.main", *command], stdout=log, stderr=log, cwd=ROOT, start_new_session=True
            )
        deadline = time.monotonic() + READY_S
        while b"Shoal is ready" not in self._log.read_bytes()[size:]:
            assert self._process.poll() is None, self._log.read_text()[-3000:]
            assert time.monotonic() < deadline, self._log.read_text()[-3000:]
            time.sleep(0.05)
        address = json.loads((self.data / "instance.json").read_text())
        self.url, self.grpc = address["url"], address["grpc"]

    @property
    def log(self) -> str:
        return self._log.read_text()

    def postgres(self) -> list[psutil.Process]:
        """The server processes on this data."""
        found = []
        for process in psutil.process_iter(["name", "cmdline"]):
            if process.info["name"] == "postgres" and str(self.data) in " ".join(process.info["cmdline"] or []):
                found += [process, *process.children(recursive=True)]
        return found

    def kill(self) -> None:
        """SIGKILL to everything at once, PostgreSQL included."""
        assert self._process is not None
        victims = [psutil.Process(self._process.pid), *self.postgres()]
        for victim in victims:
            with contextlib.suppress(psutil.NoSuchProcess):
                victim.kill()
        psutil.wait_procs(victims, timeout=20)
        self._process.wait(20)

    def kill_python(self) -> None:
        """SIGKILL to our process alone: PostgreSQL is left running."""
        assert self._process is not None
        self._process.kill()
        self._process.wait(20)

    def stop(self) -> int:
        """SIGTERM; returns the exit code."""
        if self._process is None or self._process.poll() is not None:
            return 0
        self._process.send_signal(signal.SIGTERM)
        return self._process.wait(30)

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a verb of `shoal` against this instance."""
        return run_verb([*arguments, "--data", str(self.data)])

    def begin(self, *arguments: str) -> subprocess.Popen[str]:
        """Start a verb of `shoal` against this instance, and go on."""
        return subprocess.Popen(
            [sys.executable, "-m", "cli.main", *arguments, "--data", str(self.data)],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT,
        )  # fmt: skip
