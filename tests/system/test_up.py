"""`shoal up`, from its first start to its last: what it says, what it keeps, what it refuses, how it ends."""

from __future__ import annotations

import asyncio
import json
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import asyncpg
import psutil
import pytest

from cli.instance import DataDirectory
from tests.system.people import insert, joined, new_document
from tests.system.shoal import ROOT, ShoalProcess

UP = [sys.executable, "-m", "cli.main", "up"]
READY = re.compile(
    rb"Shoal is ready at http://localhost:(\d+) \(gRPC 127\.0\.0\.1:(\d+); development sign-in, this machine only\)\n"
)


def is_alive(process: psutil.Process) -> bool:
    """Whether it runs; one that has ended may wait a while for its new parent to notice."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_one_line_on_stdout_says_where_it_is_and_a_signal_ends_it_with_nothing_left(
    own_folder: Path, number: signal.Signals
) -> None:
    command = [*UP, "--data", str(own_folder / "data"), "--port", "0", "--grpc-port", "0"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=ROOT)
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        ready = READY.fullmatch(line)
        assert ready, line
        listening = {
            (connection.laddr.ip.removeprefix("::ffff:"), connection.laddr.port)  # gRPC's is a mapped one
            for connection in psutil.Process(process.pid).net_connections("inet")
            if connection.status == psutil.CONN_LISTEN
        }
        assert listening == {("127.0.0.1", int(port)) for port in ready.groups()}
        postgres = ShoalProcess(own_folder / "data", own_folder).postgres()
        assert postgres
        process.send_signal(number)
        rest, _ = process.communicate(timeout=30)
        assert (process.returncode, rest) == (0, b"")
        assert not [each for each in postgres if is_alive(each)]
        assert not (own_folder / "data" / "instance.json").exists()
    finally:
        process.kill()
        process.communicate()


def test_a_restart_keeps_documents_and_tokens(own_shoal: ShoalProcess) -> None:
    token = own_shoal.command("token", "--subject", "users/ada").stdout.strip()
    document = asyncio.run(new_document(own_shoal, "kept"))

    async def type_a_word(word: str) -> list[int]:
        async with joined(own_shoal, document, "ada") as ada:
            return await ada.type(insert(0, word))

    assert asyncio.run(type_a_word("fish")) == [1]
    assert own_shoal.stop() == 0
    own_shoal.start()
    assert own_shoal.command("cat", document, "--token", token).stdout == "fish"
    assert asyncio.run(type_a_word("star")) == [2]
    own_shoal.kill_python()
    own_shoal.start()
    assert own_shoal.command("cat", document).stdout == "starfish"


def test_a_second_instance_on_the_same_data_is_refused_and_told_why(shoal: ShoalProcess) -> None:
    command = [*UP, "--data", str(shoal.data), "--port", "0", "--grpc-port", "0"]
    second = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=60, check=False)
    assert (second.returncode, second.stdout) == (1, "")
    assert re.fullmatch(r"shoal: another Shoal is running on .*\(process \d+, http://localhost:\d+\)\n", second.stderr)
    assert shoal.command("create", "--title", "still there").returncode == 0


@pytest.mark.parametrize("option", ["--port", "--grpc-port"])
def test_a_port_in_use_is_one_clear_line(own_folder: Path, option: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        ports = {"--port": "0", "--grpc-port": "0", option: port}
        command = [*UP, "--data", str(own_folder / "data"), *(part for pair in ports.items() for part in pair)]
        done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=60, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"shoal: port {port} is in use; choose another with {option}\n"


def test_a_database_of_ones_own_is_used_where_given(own_folder: Path, database_url: str) -> None:
    shoal = ShoalProcess(own_folder / "data", own_folder)
    shoal.start("--database-url", database_url)
    try:
        document = shoal.command("create", "--title", "elsewhere").stdout.strip()
        assert not (shoal.data / "postgres").exists()
    finally:
        assert shoal.stop() == 0

    async def ids() -> list[str]:
        connection = await asyncpg.connect(database_url)
        try:
            return [row["id"] for row in await connection.fetch("SELECT id FROM document.documents")]
        finally:
            await connection.close()

    assert asyncio.run(ids()) == [document.removeprefix("documents/")]


def test_a_database_that_is_not_there_is_one_clear_line(own_folder: Path) -> None:
    url = "postgresql://nobody@127.0.0.1:1/none"
    command = [*UP, "--data", str(own_folder / "data"), "--port", "0", "--grpc-port", "0", "--database-url", url]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=60, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("shoal: ")
    assert done.stderr.count("\n") == 1


def test_the_key_is_for_its_owner_alone_and_health_tells_the_truth(shoal: ShoalProcess) -> None:
    assert DataDirectory(shoal.data).key_path.stat().st_mode & 0o077 == 0
    with urllib.request.urlopen(f"{shoal.url}/health/ready", timeout=10) as answer:
        assert json.load(answer)["status"] == "ok"
