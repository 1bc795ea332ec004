"""docs/partners.md does what it says: its commands are run in order, in one shell, and answer as is written there."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import need
from tests.system.shoal import ROOT, ShoalProcess

PAGE = ROOT / "docs" / "partners.md"
ANYTHING = "…"
PATIENCE_S = 60
MARK = "-- answered --"
pytestmark = pytest.mark.slow


def steps(page: str) -> Iterator[tuple[str, str]]:
    """Each command of the page's console blocks, which may go on in lines that are set in, and its answer."""
    for block in re.findall(r"^```console\n(.*?)^```$", page, re.DOTALL | re.MULTILINE):
        for step in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, *lines = step.splitlines()
            while command.endswith("\\") or command.count("'") % 2:
                command += "\n" + lines.pop(0)
            yield command, "\n".join(lines)


def files(page: str) -> Iterator[tuple[str, str]]:
    """Each program of the page, and the name that stands before it."""
    yield from re.findall(r"`([\w.]+)`:\n\n```python\n(.*?)^```$", page, re.DOTALL | re.MULTILINE)


def fits(shown: str, written: str) -> bool:
    """Whether an answer is as written, but for spaces, and for what the page leaves out."""
    words = [re.escape(" ".join(part.split())) for part in written.split(ANYTHING)]
    return re.fullmatch(r"\s*.*\s*".join(words), " ".join(shown.split()), re.DOTALL) is not None


class Shell:
    """One bash in one folder, as somebody who follows the page has it open."""

    def __init__(self, folder: Path, **variables: str) -> None:
        self._process = subprocess.Popen(
            ["bash"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=folder,
            env={**os.environ, "COLUMNS": "120", **variables}, start_new_session=True,
        )  # fmt: skip

    def answer(self, command: str) -> str:
        """Run a command; return what it printed."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(f"{command}\necho; echo '{MARK}'\n")
        self._process.stdin.flush()
        shown = ""
        patience = threading.Timer(PATIENCE_S, self._kill)
        patience.start()
        try:
            for line in self._process.stdout:
                if line.strip() == MARK:
                    return shown
                shown += line
        finally:
            patience.cancel()
        raise AssertionError(f"$ {command}\nhad not ended after {PATIENCE_S} seconds, and had printed\n{shown}")

    def close(self) -> None:
        """End it, and what it left in the background."""
        self._kill()
        self._process.communicate(timeout=PATIENCE_S)

    def _kill(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)


@pytest.fixture
def shell(own_shoal: ShoalProcess, own_folder: Path) -> Iterator[Shell]:
    """A shell beside a running instance, where one works in the repository's folder."""
    tools = Path(sys.executable).parent
    need(shutil.which("curl") is not None, "curl")
    need((tools / "grpcurl").exists() or shutil.which("grpcurl") is not None, "grpcurl (tests/install-tools.sh)")
    (own_folder / ".shoal").symlink_to(own_shoal.data)
    # Else Python would prefer the installed package of the name to the stubs that the page generates.
    (own_folder / "stubs" / "shoal").mkdir(parents=True)
    (own_folder / "stubs" / "shoal" / "__init__.py").touch()
    opened = Shell(own_folder, PATH=f"{tools}:{os.environ['PATH']}")
    yield opened
    opened.close()


@pytest.mark.timeout(600)
def test_each_command_of_the_page_answers_as_is_written_there(
    own_shoal: ShoalProcess, own_folder: Path, shell: Shell
) -> None:
    written = PAGE.read_text()
    page = written.replace("http://localhost:8080", own_shoal.url).replace("127.0.0.1:50051", own_shoal.grpc)
    for name, program in files(page):
        (own_folder / name).write_text(program)
    done = 0
    for command, answer in steps(page):
        shown = shell.answer(command)
        assert fits(shown, answer), f"$ {command}\n{shown}\ninstead of\n{answer}"
        done += 1
    assert done == len(re.findall(r"^\$ ", written, re.MULTILINE)) >= 35
    assert (own_folder / "partner.py").exists()


@pytest.mark.parametrize(
    ("shown", "written", "fitting"),
    [
        ('{"a": 1,\n "b": 2}', '{"a": 1,…}', True),
        ('{"a": 1}', '{"a": 2}', False),
        ("", "", True),
        ("more", "", False),
        ("one\ntwo\nthree", "one\n…\nthree", True),
        ("one\ntwo", "one\n…\nthree", False),
    ],
)
def test_an_answer_fits_what_is_written_only_where_something_is_left_out(
    shown: str, written: str, fitting: bool
) -> None:
    assert fits(shown, written) is fitting
