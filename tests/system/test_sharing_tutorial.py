"""docs/sharing.md does what it says: each of its commands is run, in order, and answers as is written there."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.system.shoal import ROOT, ShoalProcess

PAGE = ROOT / "docs" / "sharing.md"
ANYTHING = "…"
WRITTEN_URL = "http://localhost:8080"
pytestmark = pytest.mark.slow


def steps(page: str) -> Iterator[tuple[str, list[str]]]:
    """Each command in the page's blocks, and the lines that are its answer."""
    for block in re.findall(r"^```\n(.*?)^```$", page, re.DOTALL | re.MULTILINE):
        for step in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, *answer = step.splitlines()
            yield command, answer


def on_terminal(command: str, data: Path) -> str:
    """Run a command line as a person at a wide terminal does; returns what stood there."""
    shoal = f'shoal() {{ "{sys.executable}" -m cli.main "$@" --data "{data}"; }}\n'
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        ["bash", "-c", shoal + command],
        stdin=theirs, stdout=theirs, stderr=theirs, cwd=ROOT, env={**os.environ, "COLUMNS": "240", "TERM": "dumb"},
    )  # fmt: skip
    os.close(theirs)
    shown = b""
    try:
        while part := os.read(ours, 4096):
            shown += part
    except OSError:  # the other side has closed it
        pass
    os.close(ours)
    process.wait(60)
    return shown.decode()


def pattern(written: str) -> str:
    return ".+".join(re.escape(part) for part in written.split(ANYTHING))


def filled(command: str, told: str) -> str:
    """A command with what it leaves out as it was told last."""
    for word in re.findall(rf"[^\s']*{ANYTHING}[^\s']*", command):
        found = re.findall(pattern(word).replace(".+", r"[\w.~-]+"), told)
        assert found, f"nothing like {word} was told"
        command = command.replace(word, found[-1])
    return command


def plain(shown: str) -> list[str]:
    """What stands on a terminal, line by line, without the spaces of its columns."""
    return [" ".join(line.split()) for line in shown.splitlines() if line.strip()]


def fits(shown: list[str], written: list[str]) -> bool:
    return (
        re.fullmatch(pattern("\n".join(" ".join(line.split()) for line in written)), "\n".join(shown), re.DOTALL)
        is not None
    )


def test_each_command_of_the_page_answers_as_is_written_there(own_shoal: ShoalProcess) -> None:
    told, done = "", 0
    for command, answer in steps(PAGE.read_text().replace(WRITTEN_URL, own_shoal.url)):
        shown = on_terminal(filled(command, told), own_shoal.data)
        assert fits(plain(shown), answer), f"$ {filled(command, told)}\n{shown}\ninstead of\n" + "\n".join(answer)
        told += shown
        done += 1
    assert done >= 20
