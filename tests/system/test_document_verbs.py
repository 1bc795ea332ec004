"""The verbs of a document's life, as a person or a script at a terminal meets them."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.system.people import make_project
from tests.system.shoal import ROOT, ShoalProcess


def lines(shoal: ShoalProcess, *arguments: str) -> list[dict[str, Any]]:
    done = shoal.command(*arguments)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def created(shoal: ShoalProcess, *arguments: str) -> str:
    done = shoal.command("create", *arguments)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def on_terminal(shoal: ShoalProcess, *arguments: str, typed: bytes = b"") -> tuple[int, str]:
    """Run a verb on a terminal; returns its exit code and what stood there."""
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "cli.main", *arguments, "--data", str(shoal.data)]
    environment = {**os.environ, "COLUMNS": "160", "TERM": "xterm"}
    process = subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, cwd=ROOT, env=environment)
    os.close(theirs)
    os.write(ours, typed)
    shown = b""
    try:
        while part := os.read(ours, 4096):
            shown += part
    except OSError:  # the other side has closed it
        pass
    os.close(ours)
    return process.wait(60), shown.decode()


def test_a_file_becomes_a_document_and_comes_out_in_any_format(shoal: ShoalProcess, tmp_path: Path) -> None:
    file = tmp_path / "notes.md"
    file.write_text("# Fish 🐟\n\nand **chips**\n")
    name = created(shoal, "--from", str(file), "--title", "Notes", "--language", "en")
    assert shoal.command("cat", name, "--format", "markdown").stdout == file.read_text()
    assert "<strong>chips</strong>" in shoal.command("cat", name, "--format", "html").stdout
    assert shoal.command("cat", name).stdout == "Fish 🐟\nand chips\n"
    delta = shoal.command("cat", name, "--format", "delta").stdout
    (tmp_path / "copy.json").write_text(delta)
    assert (
        shoal.command("cat", created(shoal, "--from", str(tmp_path / "copy.json")), "--format", "delta").stdout == delta
    )
    plain = created(shoal, "--from", str(file), "--type", "plain_text", "--format", "text")
    assert shoal.command("cat", plain).stdout == file.read_text()


def test_copies_and_filled_templates_are_made_by_name(shoal: ShoalProcess, tmp_path: Path) -> None:
    file = tmp_path / "letter.txt"
    file.write_text("Dear {{name}}\n")
    template = created(shoal, "--from", str(file), "--title", "Letter")
    assert "(NOT_A_TEMPLATE)" in shoal.command("create", "--template", template).stderr
    [marked] = lines(shoal, "update", template, "--template")
    assert marked["template"] is True
    filled = created(shoal, "--template", template, "--set", "name=Ada = Bob")
    assert shoal.command("cat", filled).stdout == "Dear Ada = Bob\n"
    copied = created(shoal, "--copy", f"{template}@0")
    assert shoal.command("cat", copied).stdout == "\n"
    [shown] = lines(shoal, "show", copied)
    assert (shown["title"], shown["head_revision"]) == ("Copy of Letter", 1)


def test_content_is_read_at_a_time(shoal: ShoalProcess) -> None:
    name = created(shoal, "--title", "Then")
    assert shoal.command("cat", name, "--at", "2 hours ago").stdout == ""
    assert shoal.command("cat", name, "--at", "now").stdout == "\n"
    assert shoal.command("cat", name, "--at", "2020-01-01").stdout == ""


def test_documents_are_listed_as_asked_one_json_a_line(shoal: ShoalProcess) -> None:
    make_project(shoal, "verbs", "f")
    place = ("--project", "projects/verbs", "--folder", "projects/verbs/folders/f")
    names = [created(shoal, "--title", f"listed {n}", "--label", f"n={n}", *place) for n in range(3)]
    asked = ("list", "--filter", 'project = "projects/verbs" AND title : "LISTED"', "--order", "title")
    listed = lines(shoal, *asked)
    assert [each["name"] for each in listed] == names
    assert (listed[1]["labels"], listed[1]["folder"]) == ({"n": "1"}, "projects/verbs/folders/f")
    shoal.command("delete", names[1])
    assert [each["name"] for each in lines(shoal, *asked)] == [names[0], names[2]]
    trashed = lines(shoal, *asked, "--deleted", "--all")
    assert [each["name"] for each in trashed] == names
    assert trashed[1]["expire_time"] > trashed[1]["delete_time"]
    code, shown = on_terminal(shoal, *asked)
    assert code == 0
    assert all(each in shown for each in (names[0], "listed 2", "projects/verbs", "n=0"))
    assert "(INVALID_FIELD)" in shoal.command("list", "--filter", "nonsense").stderr


def test_metadata_is_changed_by_what_is_given_alone(shoal: ShoalProcess) -> None:
    name = created(shoal, "--title", "old", "--label", "a=1", "--label", "b=2", "--language", "de")
    [changed] = lines(
        shoal, "update", name, "--title", "new", "--label", "c=3", "--remove-label", "a", "--language", ""
    )
    assert (changed["title"], changed["labels"]) == ("new", {"b": "2", "c": "3"})
    assert "language" not in changed
    assert "(ETAG_MISMATCH)" in shoal.command("update", name, "--title", "x", "--etag", "m1").stderr
    [changed] = lines(shoal, "update", name, "--title", "newer", "--etag", changed["etag"])
    assert lines(shoal, "show", name) == [changed]
    code, shown = on_terminal(shoal, "show", name)
    assert code == 0
    assert "newer" in shown
    assert "b=2, c=3" in shown


def test_a_document_goes_to_the_trash_comes_back_and_is_erased_when_that_is_confirmed(shoal: ShoalProcess) -> None:
    name = created(shoal, "--title", "ends")
    assert "(DOCUMENT_NOT_DELETED)" in shoal.command("purge", name, "--yes").stderr
    assert "can be undeleted until" in shoal.command("delete", name).stdout
    assert "(DOCUMENT_DELETED)" in shoal.command("update", name, "--title", "x").stderr
    assert shoal.command("cat", name).stdout == "\n"
    assert shoal.command("undelete", name).stdout == f"{name} is back\n"
    shoal.command("delete", name)
    assert shoal.command("purge", name).stderr == "shoal: purging cannot be undone; say --yes\n"
    code, shown = on_terminal(shoal, "purge", name, typed=b"n\n")
    assert code == 1
    assert "for good?" in shown
    assert shoal.command("show", name).returncode == 0
    code, shown = on_terminal(shoal, "purge", name, typed=b"y\n")
    assert code == 0, shown
    assert "(DOCUMENT_NOT_FOUND)" in shoal.command("show", name).stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ["create", "--copy", "x", "--template", "y"],
        ["create", "--set", "a=b"],
        ["create", "--template", "x", "--set", "a"],
        ["create", "--format", "html"],
        ["create", "--from", "file.unknown"],
        ["create", "--copy", "x@y"],
        ["create", "--label", "=x"],
        ["cat", "x", "--at", "soon"],
        ["cat", "x", "--at", "now", "--revision", "1"],
        ["update", "x"],
        ["update", "x", "--label", "a=1", "--remove-label", "a"],
    ],
    ids=" ".join,
)
def test_wrong_usage_is_exit_code_2_and_needs_no_server(arguments: list[str]) -> None:
    command = [sys.executable, "-m", "cli.main", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"\xff\xfe", "is not UTF-8: byte 0 is wrong"), (b"x" * (2 * 1024 * 1024 + 1), "is larger than 2 MiB")],
)
def test_a_file_that_cannot_be_a_source_is_refused_here(
    shoal: ShoalProcess, tmp_path: Path, content: bytes, said: str
) -> None:
    file = tmp_path / "wrong.txt"
    file.write_bytes(content)
    done = shoal.command("create", "--from", str(file))
    assert (done.returncode, said in done.stderr) == (1, True), done.stderr
    missing = shoal.command("create", "--from", str(tmp_path / "none.txt"))
    assert missing.stderr == f"shoal: cannot read {tmp_path / 'none.txt'}: No such file or directory\n"
