"""The verbs of a document's history, as a person or a script at a terminal meets them."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.system.people import insert, joined, make_project, new_document
from tests.system.shoal import ROOT, ShoalProcess
from tests.system.test_document_verbs import on_terminal


def said(shoal: ShoalProcess, *arguments: str) -> str:
    done = shoal.command(*arguments)
    assert done.returncode == 0, done.stderr
    return done.stdout


def lines(shoal: ShoalProcess, *arguments: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in said(shoal, *arguments).splitlines()]


async def write(shoal: ShoalProcess) -> str:
    """A document in which Ada wrote two lines, and then Bob, who knew it, a word."""
    name = await new_document(shoal, "History")
    async with joined(shoal, name, "ada") as ada:
        await ada.type(insert(0, "one fish\n"), insert(9, "two ß😀 fish\n"))
        async with joined(shoal, name, "bob") as bob:
            await bob.type(insert(4, "big "))
    return name


@pytest.fixture
def name(shoal: ShoalProcess) -> str:
    return asyncio.run(write(shoal))


def test_the_log_tells_sessions_and_operations(shoal: ShoalProcess, name: str) -> None:
    [session] = lines(shoal, "log", name)
    assert (session["first_revision"], session["last_revision"]) == (1, 3)
    assert [each["author"] for each in session["contributions"]] == ["users/ada", "users/bob"]
    newest, *older = lines(shoal, "log", name, "--operations")
    assert (newest["revision"], newest["author"]) == (3, "users/bob")
    assert newest["delta"] == [{"retain": 4}, {"insert": "big "}]
    assert newest["commit_time"].endswith("Z")
    assert [each["revision"] for each in older] == [2, 1]
    upwards = lines(shoal, "log", name, "--operations", "--oldest-first", "--after", "1", "-n", "1")
    assert [each["revision"] for each in upwards] == [2]
    code, shown = on_terminal(shoal, "log", name)
    assert code == 0
    assert "1-3" in shown
    assert "users/ada" in shown
    code, shown = on_terminal(shoal, "log", name, "--operations")
    assert "+'big '" in shown


def test_blame_puts_who_wrote_it_before_each_line(shoal: ShoalProcess, name: str) -> None:
    assert said(shoal, "blame", name) == "users/ada\tone big fish\nusers/ada\ttwo ß😀 fish\n"
    [blamed] = lines(shoal, "blame", name, "--json")
    assert blamed == {
        "revision": 3,
        "runs": [
            {"length": 4, "author": "users/ada"},
            {"length": 4, "author": "users/bob"},
            {"length": 18, "author": "users/ada"},
        ],
    }
    assert said(shoal, "blame", name, "--revision", "1") == "users/ada\tone fish\n"
    assert said(shoal, "blame", name, "--at", "now").count("\n") == 2
    assert said(shoal, "blame", name, "--at", "2 days ago") == ""
    code, shown = on_terminal(shoal, "blame", name)
    assert code == 0
    assert "\x1b[" in shown
    assert "users/ada" in shown
    assert shoal.command("blame", name, "--revision", "1", "--at", "now").returncode == 2


def test_a_difference_is_words_html_or_json(shoal: ShoalProcess, name: str) -> None:
    assert said(shoal, "diff", name, "2", "3") == "one {+big +}fish\ntwo ß😀 fish\n"
    assert said(shoal, "diff", name, "3", "2").startswith("one [-big -]fish")
    [change] = lines(shoal, "diff", name, "2", "--json")
    assert change == {
        "from_revision": 2, "to_revision": 3, "inserted": 4, "deleted": 0,
        "delta": [{"retain": 4}, {"insert": "big "}],
    }  # fmt: skip
    assert "<ins" in said(shoal, "diff", name, "2", "3", "--html")
    assert said(shoal, "diff", name, "3", "3") == ""
    code, shown = on_terminal(shoal, "diff", name, "2")
    assert code == 0
    assert "{+" not in shown
    assert "\x1b[32mbig" in shown
    assert "(REVISION_AHEAD)" in shoal.command("diff", name, "9").stderr


def test_two_operations_are_compared(shoal: ShoalProcess, name: str) -> None:
    assert said(shoal, "compare", name, "1", "3").startswith("before: ")
    assert said(shoal, "compare", name, "3", "3").startswith("equal: ")
    [compared] = lines(shoal, "compare", name, "3", "2", "--json", "--clocks")
    assert compared == {"causality": "after", "clock": {"ada": 2, "bob": 1}, "other_clock": {"ada": 2}}


def test_versions_are_made_listed_renamed_and_removed(shoal: ShoalProcess, name: str) -> None:
    [made] = lines(shoal, "versions", name, "--name", "Two lines", "--revision", "2", "--description", "of fish")
    assert (made["title"], made["revision"], made["kind"]) == ("Two lines", 2, "named")
    assert lines(shoal, "versions", name) == [made]
    version = made["name"].rpartition("/")[2]
    [renamed] = lines(shoal, "versions", name, "--rename", version, "Both lines")
    assert renamed == {**made, "title": "Both lines"}
    code, shown = on_terminal(shoal, "versions", name)
    assert code == 0
    assert "Both lines: of fish" in shown
    restored = said(shoal, "restore", name, "--version", version)
    assert restored == f"{name} says what it said at revision 2; that is revision 4\n"
    assert [each["kind"] for each in lines(shoal, "versions", name)] == ["before_restore", "named"]
    said(shoal, "versions", name, "--delete", made["name"])
    assert [each["kind"] for each in lines(shoal, "versions", name)] == ["before_restore"]
    assert "(VERSION_NOT_FOUND)" in shoal.command("versions", name, "--delete", version).stderr
    assert "not a version of" in shoal.command("versions", name, "--delete", "documents/x/versions/y").stderr
    assert shoal.command("versions", name, "--name", "x", "--delete", version).returncode == 2
    assert shoal.command("versions", name, "--revision", "1").returncode == 2


def test_a_moment_is_restored(shoal: ShoalProcess, name: str) -> None:
    [restored] = lines(shoal, "restore", name, "--revision", "1", "--json")
    assert restored == {"restored_revision": 1, "revision": 4, "changed": True}
    assert said(shoal, "cat", name) == "one fish\n"
    assert said(shoal, "restore", name, "--revision", "1") == f"{name} said that already\n"
    said(shoal, "restore", name, "--at", "yesterday")
    assert said(shoal, "cat", name) == ""
    assert shoal.command("restore", name).returncode == 2
    assert "(REVISION_AHEAD)" in shoal.command("restore", name, "--revision", "99").stderr


def test_a_file_replaces_what_it_was_made_from(shoal: ShoalProcess, name: str, tmp_path: Path) -> None:
    file = tmp_path / "new.txt"
    file.write_text("one fish\ntwo ß😀 fish and more\n")
    assert said(shoal, "replace", name, str(file), "--base-revision", "2") == f"{name} says it as of revision 4\n"
    assert said(shoal, "cat", name) == "one big fish\ntwo ß😀 fish and more\n"
    [replaced] = lines(shoal, "replace", name, str(file), "--json")
    assert replaced == {"revision": 5, "changed": True}
    assert said(shoal, "cat", name) == file.read_text()
    assert said(shoal, "replace", name, str(file)) == f"{name} said that already\n"
    (tmp_path / "latin").write_bytes(b"\xe4")
    assert "is not UTF-8: byte 0" in shoal.command("replace", name, str(tmp_path / "latin")).stderr
    assert "cannot read" in shoal.command("replace", name, str(tmp_path / "none")).stderr


def test_markdown_replaces_as_its_name_says(shoal: ShoalProcess, tmp_path: Path) -> None:
    rich = said(shoal, "create", "--title", "Rich").strip()
    file = tmp_path / "rich.md"
    file.write_text("# Fish\n\n**loud**\n")
    said(shoal, "replace", rich, str(file))
    assert said(shoal, "cat", rich, "--format", "markdown") == file.read_text()
    piped = subprocess.run(
        [sys.executable, "-m", "cli.main", "replace", rich, "-", "--data", str(shoal.data)],
        input="plain\n", capture_output=True, text=True, cwd=ROOT, check=True,
    )  # fmt: skip
    assert "says it as of" in piped.stdout
    assert said(shoal, "cat", rich) == "plain\n"


def test_a_history_goes_out_into_a_file_and_comes_in_again(shoal: ShoalProcess, name: str, tmp_path: Path) -> None:
    file = tmp_path / "history.jsonl"
    done = shoal.command("export-history", name, "-o", str(file))
    assert (done.returncode, done.stdout) == (0, "")
    assert "3 operations" in done.stderr
    assert [each.name for each in tmp_path.iterdir()] == ["history.jsonl"]
    assert said(shoal, "export-history", name) == file.read_text()
    assert "(RESOURCE_NOT_FOUND)" in shoal.command("import-history", str(file), "--project", "projects/archive").stderr
    make_project(shoal, "archive")
    copy = said(shoal, "import-history", str(file), "--project", "projects/archive").strip()
    assert copy != name
    assert said(shoal, "blame", copy) == said(shoal, "blame", name)
    [shown] = lines(shoal, "show", copy)
    assert (shown["project"], shown["title"]) == ("projects/archive", "History")
    [made] = lines(shoal, "import-history", str(file), "--id", "by-its-own-id", "--json")
    assert made == {"name": "documents/by-its-own-id", "operations": 3}
    assert "(DOCUMENT_ALREADY_EXISTS)" in shoal.command("import-history", str(file), "--id", "by-its-own-id").stderr


def test_what_is_no_whole_history_is_said_with_its_line(shoal: ShoalProcess, name: str, tmp_path: Path) -> None:
    file = tmp_path / "history.jsonl"
    whole = said(shoal, "export-history", name)
    file.write_text(whole.replace("big ", "bad "))
    done = shoal.command("import-history", str(file))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "shoal: line 5: the checksum does not agree: the file was changed (INVALID_HISTORY)\n"
    assert "cannot read" in shoal.command("import-history", str(tmp_path / "none")).stderr
    assert "(DOCUMENT_NOT_FOUND)" in shoal.command("export-history", "none", "-o", str(tmp_path / "out")).stderr
    assert not (tmp_path / "out").exists()
    assert [each.name for each in tmp_path.iterdir()] == ["history.jsonl"]


def test_an_export_to_a_terminal_asks_for_a_file(shoal: ShoalProcess, name: str, tmp_path: Path) -> None:
    code, shown = on_terminal(shoal, "export-history", name)
    assert code == 2
    assert "--output" in shown
    code, shown = on_terminal(shoal, "export-history", name, "-o", str(tmp_path / "history.jsonl"))
    assert code == 0
    assert "3 operations" in shown
