"""A process that has the `shoal` command loaded, and forks for each verb that a test runs.

A verb is a process of its own, with its own arguments, folder, files and exit code, as at a terminal; only loading the
command, half a second of it, is done once. Whoever tests the loading itself starts Python.
"""

from __future__ import annotations

import atexit
import io
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


class Zygote:
    """Runs verbs, several at once if it must. Ends with the process that made it."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="shoal-zygote-")
        self._address = str(Path(self._folder.name) / "socket")
        self._process = subprocess.Popen(
            [sys.executable, "-m", __name__, self._address], cwd=ROOT, stdout=subprocess.PIPE
        )
        assert self._process.stdout is not None
        assert self._process.stdout.readline() == b"ready\n"
        atexit.register(self._end)

    def run(
        self, arguments: Sequence[str], *, stdin: str | None = None, env: Mapping[str, str] | None = None,
        cwd: Path = ROOT, timeout: float = 300,
    ) -> subprocess.CompletedProcess[str]:  # fmt: skip
        """Run `shoal ARGUMENTS` to its end. Raises TimeoutExpired."""
        with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            given.write((stdin or "").encode())
            given.seek(0)
            said = {"arguments": list(arguments), "env": dict(os.environ if env is None else env), "cwd": str(cwd)}
            with socket.socket(socket.AF_UNIX) as line:
                line.connect(self._address)
                line.settimeout(timeout)
                files = [each.fileno() for each in (given, out, err)]
                socket.send_fds(line, [len(message := json.dumps(said).encode()).to_bytes(4, "big")], files)
                line.sendall(message)
                pid = int(line.recv(20, socket.MSG_WAITALL))
                try:
                    code = line.recv(20)
                except TimeoutError:
                    os.kill(pid, signal.SIGKILL)
                    raise subprocess.TimeoutExpired(said["arguments"], timeout) from None
            texts = []
            for each in (out, err):
                each.seek(0)
                texts.append(each.read().decode())
            return subprocess.CompletedProcess(["shoal", *arguments], int(code or b"-9"), *texts)

    def _end(self) -> None:
        self._process.kill()
        self._process.wait()
        self._folder.cleanup()


_one: list[Zygote] = []
_making = threading.Lock()


def run_verb(arguments: Sequence[str], **how: object) -> subprocess.CompletedProcess[str]:
    """Run a verb by this worker's zygote, which is made for the first."""
    with _making:
        if not _one:
            _one.append(Zygote())
    return _one[0].run(arguments, **how)  # type: ignore[arg-type]


def _serve(address: str) -> None:
    from cli.main import _VERBS, command_line

    command_line(_VERBS)  # loads all that any verb needs
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    with socket.socket(socket.AF_UNIX) as door:
        door.bind(address)
        door.listen(16)
        print("ready", flush=True)
        while True:
            line, _ = door.accept()
            if os.fork() == 0:
                door.close()
                _be_verb(line)
            line.close()


def _be_verb(line: socket.socket) -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    length, files, _, _ = socket.recv_fds(line, 4, 3)
    message = b""
    while len(message) < int.from_bytes(length, "big"):
        message += line.recv(65536)
    said = json.loads(message)
    line.sendall(str(os.getpid()).encode().ljust(20))
    for number, file in enumerate(files):
        os.dup2(file, number)
    sys.stdin, sys.stdout, sys.stderr = map(_opened, range(3), "rww")
    os.environ.clear()
    os.environ.update(said["env"])
    os.chdir(said["cwd"])
    sys.argv = ["shoal", *said["arguments"]]
    code = _run()
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    line.sendall(str(code).encode())
    os._exit(0)


def _opened(number: int, mode: str) -> io.TextIOWrapper:
    return io.TextIOWrapper(io.FileIO(number, mode, closefd=False), encoding="utf-8", write_through=True)


def _run() -> int:
    from cli.main import main

    try:
        return main() or 0
    except SystemExit as end:
        if isinstance(end.code, str):
            print(end.code, file=sys.stderr)
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        sys.excepthook(*sys.exc_info())
        return 1


if __name__ == "__main__":
    _serve(sys.argv[1])
