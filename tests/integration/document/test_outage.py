"""The log and the embedded server when PostgreSQL goes away, is killed, or was left behind."""

from __future__ import annotations

import asyncio
import signal
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import asyncpg
import psutil
import pytest

from mesh.embedded_postgres import EmbeddedPostgres, EmbeddedPostgresFailed
from mesh.faults import LogUnavailable, Reason
from services.document.settings import DocumentSettings
from tests.conformance.log_host import LogHost, read_all, typed

ROOT = Path(__file__).resolve().parents[3]
_LEFT_BEHIND = """
import asyncio, signal, sys
from pathlib import Path
from urllib.parse import unquote
from mesh.embedded_postgres import EmbeddedPostgres
server = asyncio.run(EmbeddedPostgres.start(Path(sys.argv[1])))
print("running", flush=True)
signal.pause()
"""


@pytest.fixture
def data() -> Iterator[Path]:
    """A place for a data directory, short enough for a socket."""
    with tempfile.TemporaryDirectory(prefix="shoal-outage-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder) / "data"


def postmaster(data: Path) -> psutil.Process:
    return psutil.Process(int((data / "postmaster.pid").read_text().splitlines()[0]))


async def setting(url: str, name: str) -> str:
    connection = await asyncpg.connect(url)
    try:
        return str(await connection.fetchval(f"SHOW {name}"))
    finally:
        await connection.close()


async def test_the_log_is_unavailable_while_postgresql_is_away_and_goes_on_when_it_is_back(data: Path) -> None:
    server = await EmbeddedPostgres.start(data)
    host = LogHost(server.url, DocumentSettings(settle_s=0.5))
    await host.start()
    try:
        document = await host.create()
        assert (await host.log.append(typed(document, 0, "ada", 1, 2))).committed_head_revision == 2
        await server.stop()
        for _ in range(3):
            answer = await host.log.append(typed(document, 2, "ada", 3, 2))
            assert answer.fault.reason == Reason.ERROR_REASON_LOG_UNAVAILABLE
            assert answer.fault.retry_after_ms > 0
        with pytest.raises(LogUnavailable):
            await read_all(host.log, document)
        with pytest.raises(LogUnavailable):
            await host.log.heads([])
        with pytest.raises(LogUnavailable):
            await host.create()
        server = await EmbeddedPostgres.start(data)
        assert (await host.log.append(typed(document, 2, "ada", 3, 2))).committed_head_revision == 4
        assert [each.site_sequence for each in await read_all(host.log, document)] == [1, 2, 3, 4]
    finally:
        await host.stop()
        await server.stop()


async def test_no_acknowledged_operation_is_lost_when_postgresql_is_killed(data: Path) -> None:
    """kill -9 of the server in the middle of appending, five times, with and without its children."""
    server = await EmbeddedPostgres.start(data)
    host = LogHost(server.url, DocumentSettings(settle_s=0.2))
    await host.start()
    try:
        document, head = await host.create(), 0
        for round_ in range(5):
            enough, reached = asyncio.Event(), head

            async def append_until_killed(head: int, reached: int, enough: asyncio.Event) -> int:
                while True:
                    answer = await host.log.append(typed(document, head, "ada", head + 1, 3))
                    if not answer.committed_head_revision:
                        assert answer.fault.reason == Reason.ERROR_REASON_LOG_UNAVAILABLE
                        return head
                    head = answer.committed_head_revision
                    if head > reached + 60:
                        enough.set()

            appending = asyncio.create_task(append_until_killed(head, reached, enough))
            await enough.wait()
            dead = postmaster(data)
            children = dead.children(recursive=True) if round_ % 2 else []
            for process in (dead, *children):
                process.send_signal(signal.SIGKILL)
            acknowledged = await appending
            await server.stop()
            server = await EmbeddedPostgres.start(data)
            log = await read_all(host.log, document)
            assert acknowledged <= len(log) <= acknowledged + 3, "the last batch may be there, unacknowledged"
            assert [each.revision for each in log] == list(range(1, len(log) + 1))
            assert [each.site_sequence for each in log] == list(range(1, len(log) + 1))
            head = len(log)
    finally:
        await host.stop()
        await server.stop()


async def test_a_server_whose_owner_was_killed_is_taken_over_and_stopped(data: Path) -> None:
    owner = await asyncio.create_subprocess_exec(
        sys.executable, "-c", _LEFT_BEHIND, str(data), cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    assert owner.stdout is not None
    assert await owner.stdout.readline() == b"running\n"
    left_behind = postmaster(data)
    with pytest.raises(EmbeddedPostgresFailed, match="in use by another process"):
        await EmbeddedPostgres.start(data)
    owner.kill()
    await owner.wait()

    server = await EmbeddedPostgres.start(data)
    assert postmaster(data) == left_behind
    assert await setting(server.url, "fsync") == "on"
    await server.stop()
    # Where nobody reaps orphans, a process that has ended stays listed.
    assert not left_behind.is_running() or left_behind.status() == psutil.STATUS_ZOMBIE
    await server.stop()


async def test_a_pid_file_that_names_somebody_elses_process_is_not_believed(data: Path) -> None:
    server = await EmbeddedPostgres.start(data)
    lines = (data / "postmaster.pid").read_text().splitlines()
    await server.stop()
    lines[0] = str(psutil.Process().ppid())
    (data / "postmaster.pid").write_text("\n".join(lines) + "\n")
    server = await EmbeddedPostgres.start(data)
    assert await setting(server.url, "fsync") == "on"
    await server.stop()
    (data / "postmaster.pid").write_text("")
    server = await EmbeddedPostgres.start(data)
    await server.stop()


async def test_a_data_directory_whose_making_was_cut_short_is_made_anew(data: Path) -> None:
    unfinished = data.with_name("data.new")
    unfinished.mkdir()
    (unfinished / "PG_VERSION").write_text("18")
    server = await EmbeddedPostgres.start(data)
    assert await setting(server.url, "fsync") == "on"
    await server.stop()


async def test_the_embedded_server_keeps_what_it_acknowledged_and_listens_on_no_network(postgres_url: str) -> None:
    wanted = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on", "listen_addresses": ""}
    assert {name: await setting(postgres_url, name) for name in wanted} == wanted


async def test_a_long_path_gets_its_socket_elsewhere(data: Path) -> None:
    deep = data.parent / ("deep-" * 20) / "data"
    deep.parent.mkdir()
    server = await EmbeddedPostgres.start(deep)
    assert await setting(server.url, "fsync") == "on"
    elsewhere = Path(unquote(server.url.split("host=")[1]))
    assert elsewhere.stat().st_mode & 0o077 == 0, "whoever reaches the socket is let in"
    await server.stop()
    assert not elsewhere.exists()
