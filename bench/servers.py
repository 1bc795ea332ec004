"""A Shoal to load: the mesh as separate processes, or `shoal up` in one, on a fresh data directory.

Owns the processes it starts, by their ids, and measures their CPU time.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil

from mesh.embedded_postgres import EmbeddedPostgres
from mesh.identity import TokenSigner

ISSUER = "https://shoal.localhost"
READY_S = 60.0


@dataclass
class RunningShoal:
    """Where the edge, collab and the other services listen, how to sign for them, and their processes."""

    edge: str
    collab: str
    documents: str
    project: str
    data: Path
    signer: TokenSigner
    roots: list[subprocess.Popen[bytes]]

    @property
    def host(self) -> str:
        return self.edge.rpartition(":")[0]

    @property
    def port(self) -> int:
        return int(self.edge.rpartition(":")[2])

    def token(self, subject: str) -> str:
        return self.signer.sign(f"users/{subject}", name=subject, lifetime_s=3600)

    def processes(self) -> list[psutil.Process]:
        """All processes of it, PostgreSQL's included, wherever they were forked."""
        found = {root.pid: psutil.Process(root.pid) for root in self.roots}
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


@contextlib.contextmanager
def shoal_up() -> Iterator[RunningShoal]:
    """Run `shoal up`; stop it, and forget the data, at the end."""
    with _scratch() as folder:
        data = folder / "data"
        arguments = ("up", "--data", str(data), "--port", "0", "--grpc-port", "0")
        with _process(folder / "up.log", arguments, {}, "Shoal is ready") as (root, _):
            instance = json.loads((data / "instance.json").read_text())
            edge = instance["url"].removeprefix("http://").replace("localhost", "127.0.0.1")
            signer = TokenSigner.open(data / "keys" / "token-key.json", issuer=ISSUER, audience="shoal")
            grpc = instance["grpc"]
            yield RunningShoal(edge, grpc, grpc, grpc, data, signer, [root])


@contextlib.contextmanager
def shoal_mesh() -> Iterator[RunningShoal]:
    """Run `shoal serve` project, document, collab and edge as processes of their own on an embedded PostgreSQL."""
    with _scratch() as folder, contextlib.ExitStack() as stack:
        key, jwks = folder / "service-key.json", folder / "jwks.json"
        signer = TokenSigner.open(key, issuer=ISSUER, audience="shoal")
        jwks.write_text(json.dumps(signer.public_keys().as_dict(private=False)))
        postgres = asyncio.run(EmbeddedPostgres.start(folder / "postgres"))
        stack.callback(lambda: asyncio.run(postgres.stop()))
        common = {"SHOAL_TOKEN_JWKS": str(jwks), "SHOAL_SERVICE_KEY": str(key), "SHOAL_GRPC_PORT": "0"}
        roots: list[subprocess.Popen[bytes]] = []

        def serve(service: str, **settings: str) -> str:
            process = _process(folder / f"{service}.log", ("serve", service), common | settings, "listens on ")
            root, line = stack.enter_context(process)
            roots.append(root)
            return line

        # Each calls another that is begun later: their addresses must be known before they are.
        collab, documents = f"127.0.0.1:{_free_port()}", f"127.0.0.1:{_free_port()}"
        project = serve(
            "project",
            SHOAL_PROJECT_DATABASE_URL=postgres.url,
            SHOAL_PROJECT_DOCUMENT_TARGET=documents,
            # As `shoal up` does: people meet in documents that nobody shared.
            SHOAL_PROJECT_UNFILED_ROLE="editor",
        )
        serve(
            "document",
            SHOAL_DOCUMENT_DATABASE_URL=postgres.url,
            SHOAL_DOCUMENT_COLLAB_TARGET=collab,
            SHOAL_DOCUMENT_PROJECT_TARGET=project,
            SHOAL_GRPC_PORT=documents.rpartition(":")[2],
        )
        serve(
            "collab",
            SHOAL_COLLAB_LOG_TARGET=documents,
            SHOAL_COLLAB_PROJECT_TARGET=project,
            SHOAL_GRPC_PORT=collab.rpartition(":")[2],
        )
        edge = serve(
            "edge",
            SHOAL_EDGE_PORT="0",
            SHOAL_EDGE_COLLAB_TARGET=collab,
            SHOAL_EDGE_DOCUMENT_TARGET=documents,
            SHOAL_EDGE_PROJECT_TARGET=project,
        )
        yield RunningShoal(edge, collab, documents, project, folder / "postgres", signer, roots)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextlib.contextmanager
def _scratch() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="shoal-bench-") as folder:
        os.chmod(folder, 0o755)
        yield Path(folder)


@contextlib.contextmanager
def _process(
    log: Path, arguments: tuple[str, ...], settings: dict[str, str], ready: str
) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """Run a verb of `shoal` until the block ends; yields it, and what follows `ready` on its line."""
    with log.open("wb") as output:
        root = subprocess.Popen(
            [sys.executable, "-m", "cli.main", *arguments],
            stdout=output, stderr=subprocess.STDOUT, env=os.environ | settings,
        )  # fmt: skip
    try:
        deadline = time.monotonic() + READY_S
        while (found := re.search(f"{re.escape(ready)}(.*)", log.read_text())) is None:
            if root.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"shoal {' '.join(arguments)} did not start: {log.read_text()[-2000:]}")
            time.sleep(0.05)
        yield root, found.group(1).strip()
    finally:
        root.send_signal(signal.SIGTERM)
        try:
            root.wait(30)
        except subprocess.TimeoutExpired:
            root.kill()
