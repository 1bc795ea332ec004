"""grpcurl, and the command lines that call a running Shoal with it."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from typing import Any

from tests.conftest import need
from tests.system.shoal import ROOT, ShoalProcess

Grpcurl = Callable[..., list[str]]
"""Flags, then a method or verb, to a command line; `data` is the request, `streamed` reads requests from stdin."""


def find_grpcurl(shoal: ShoalProcess, subject: str = "users/grpcurl") -> Grpcurl:
    """Return what makes command lines for `subject`; nobody when it is empty."""
    built = ROOT / ".venv" / "bin" / "grpcurl"
    program = str(built) if built.exists() else shutil.which("grpcurl")
    need(program is not None, "grpcurl (tests/install-tools.sh builds it)")
    token = shoal.command("token", "--subject", subject).stdout.strip() if subject else ""
    headers = ["-H", f"authorization: Bearer {token}"] if token else []

    def command(*arguments: str, data: dict[str, Any] | None = None, streamed: bool = False) -> list[str]:
        flags = [each for each in arguments if each.startswith("-")]
        said = ["-d", "@"] if streamed else ["-d", json.dumps(data)] if data is not None else []
        what = arguments[len(flags) :]
        return [str(program), "-plaintext", *headers, *flags, *said, shoal.grpc, *what]

    return command


def run(command: list[str], requests: str = "") -> str:
    """What a call that succeeds prints."""
    done = subprocess.run(command, input=requests, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout
