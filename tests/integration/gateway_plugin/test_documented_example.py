"""The example in docs/gateway.md works as it stands: its contract, its commands, its program and what curl prints."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path

import aiohttp
import pytest

PAGE = (Path(__file__).parents[3] / "docs" / "gateway.md").read_text()
SCRIPTS = sysconfig.get_path("scripts")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)


def free_port() -> int:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return int(held.getsockname()[1])


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The contract, and what the commands of the page make of it."""
    folder = tmp_path_factory.mktemp("greeter")
    (folder / "greeter.proto").write_text(blocks("proto")[0])
    environment = {**os.environ, "PATH": f"{SCRIPTS}{os.pathsep}{os.environ['PATH']}"}
    subprocess.run(["sh", "-e", "-c", blocks("sh")[0]], cwd=folder, env=environment, check=True)
    return folder


@pytest.fixture
def served(generated: Path) -> Iterator[int]:
    """The page's program, running; gives its port, another one than the page says."""
    port, rpc_port = free_port(), free_port()
    program = blocks("python")[0].replace("50051", str(rpc_port)).replace("8080", str(port))
    (generated / "serve.py").write_text(program)
    with subprocess.Popen([sys.executable, "-u", "serve.py"], cwd=generated, stdout=subprocess.PIPE) as running:
        assert running.stdout is not None
        assert b"Running on" in running.stdout.readline()
        yield port
        running.terminate()


def test_the_module_is_what_the_page_shows(generated: Path) -> None:
    written = (generated / "greeter_gateway.py").read_text()
    assert blocks("python")[1] in written


async def test_requests_are_answered_as_the_page_says(served: int) -> None:
    shown = re.findall(r"^\$ curl (?:-d '(.*)' )?http://127\.0\.0\.1:8080(\S+)\n((?:\{.*\n)+)", PAGE, re.MULTILINE)
    assert len(shown) == 3
    async with aiohttp.ClientSession(f"http://127.0.0.1:{served}") as client:
        for body, path, printed in shown:
            form = {"Content-Type": "application/x-www-form-urlencoded"} if body else {}
            verb = "POST" if body else "GET"
            async with client.request(verb, path, data=body or None, headers=form) as answer:
                assert (await answer.text()).splitlines() == printed.splitlines()


def test_an_error_of_the_generator_looks_as_the_page_says(generated: Path, tmp_path: Path) -> None:
    (told,) = re.findall(r"^--aiohttp-gateway_out: .*$", PAGE, re.MULTILINE)
    wrong = (generated / "greeter.proto").read_text().replace("{name=people/*}:greet", "{who}:greet")
    (tmp_path / "greeter.proto").write_text(wrong)
    environment = {**os.environ, "PATH": f"{SCRIPTS}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run(["sh", "-c", blocks("sh")[0]], cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert done.returncode != 0
    assert told in done.stderr
    assert not (tmp_path / "greeter_gateway.py").exists()
