"""`shoal export` and `shoal import`: whole trees, out and in, whatever single files do."""

from __future__ import annotations

import itertools
import json
import os
from pathlib import Path

import pytest

from tests.system.mirrors import Project
from tests.system.shoal import ShoalProcess

_numbers = itertools.count(1)


@pytest.fixture
def project(shoal: ShoalProcess) -> Project:
    return Project(shoal, f"tree-{os.getpid()}-{next(_numbers)}")


def files(folder: Path) -> dict[str, str]:
    return {str(each.relative_to(folder)): each.read_text() for each in folder.rglob("*") if each.is_file()}


def test_a_tree_that_is_imported_is_exported_as_it_was(shoal: ShoalProcess, project: Project, tmp_path: Path) -> None:
    tree, out = tmp_path / "tree", tmp_path / "out"
    (tree / "notes").mkdir(parents=True)
    (tree / "notes" / "plan.md").write_text("# The plan\n\n- one\n- **two**\n")
    (tree / "list.txt").write_text("eggs, *not* Markdown")
    (tree / "page.html").write_text("<h1>Page</h1><p>of <b>HTML</b></p>")
    (tree / "delta.json").write_text(json.dumps([{"insert": "a delta\n"}]))
    done = shoal.command("import", str(tree), "--project", project.name)
    assert done.returncode == 0, done.stderr
    assert done.stderr == "4 created, 0 replaced\n"
    documents = project.documents()
    assert sorted(documents) == ["delta.md", "list.txt", "notes/plan.md", "page.md"]
    assert {line.split("\t")[0] for line in done.stdout.splitlines()} == {each.name for each in documents.values()}
    assert documents["notes/plan.md"].title == "The plan"
    done = shoal.command("export", str(out), "--project", project.name)
    assert (done.returncode, done.stderr) == (0, "4 written, 0 were there already\n")
    assert files(out) == {
        "notes/plan.md": "# The plan\n\n- one\n- **two**\n",
        "list.txt": "eggs, *not* Markdown",
        "page.md": "# Page\n\nof **HTML**\n",
        "delta.md": "a delta\n",
    }


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ("html", {"a.html": "<p>one <strong>two</strong></p>\n"}),
        ("text", {"a.txt": "one two\n"}),
        ("delta", {"a.json": '[{"insert":"one "},{"attributes":{"bold":true},"insert":"two"},{"insert":"\\n"}]'}),
        ("markdown", {"a.md": "one **two**\n"}),
    ],
)
def test_documents_are_exported_in_any_form(
    shoal: ShoalProcess, project: Project, tmp_path: Path, form: str, expected: dict[str, str]
) -> None:
    project.create("a.md", "one **two**\n")
    done = shoal.command("export", str(tmp_path / "out"), "--project", project.name, "--format", form)
    assert done.returncode == 0, done.stderr
    assert files(tmp_path / "out") == expected


def test_an_export_overwrites_nothing_unless_told(shoal: ShoalProcess, project: Project, tmp_path: Path) -> None:
    project.create("a.md", "one\n")
    project.create("b.md", "two\n")
    (tmp_path / "a.md").write_text("mine\n")
    arguments = ("export", str(tmp_path), "--project", project.name)
    done = shoal.command(*arguments)
    assert done.returncode == 1
    assert done.stderr == (
        "a.md: is there already, and differs; --force overwrites it\n1 written, 0 were there already, 1 failed\n"
    )
    assert files(tmp_path) == {"a.md": "mine\n", "b.md": "two\n"}
    done = shoal.command(*arguments, "--force")
    assert (done.returncode, done.stderr) == (0, "1 written, 1 were there already\n")
    assert files(tmp_path) == {"a.md": "one\n", "b.md": "two\n"}


def test_an_export_stays_in_its_folder(shoal: ShoalProcess, project: Project, tmp_path: Path) -> None:
    out, outside = tmp_path / "out", tmp_path / "outside"
    out.mkdir()
    outside.mkdir()
    (out / "link").symlink_to(outside)
    (out / "target.md").symlink_to(outside / "target.md")
    for path in ("../evil.md", "/evil.md", "link/evil.md", "target.md"):
        project.create(path, "evil\n")
    project.create("", "good\n", title="Good: one")
    project.create("", "good\n", title="Good: one")
    done = shoal.command("export", str(out), "--project", project.name, "--force")
    assert done.returncode == 1
    assert "2 written, 0 were there already, 4 failed" in done.stderr
    assert list(outside.iterdir()) == []
    assert sorted(each.name for each in out.iterdir()) == ["good-one-2.md", "good-one.md", "link", "target.md"]
    assert (out / "target.md").is_symlink()


def test_an_import_goes_on_past_failures_and_tells_them(shoal: ShoalProcess, project: Project, tmp_path: Path) -> None:
    tree = tmp_path / "tree"
    (tree / ".git").mkdir(parents=True)
    (tree / ".git" / "hidden.md").write_text("hidden\n")
    (tree / "a.md").write_text("one\n")
    (tree / "bad.json").write_text("{}")
    (tree / "latin.txt").write_bytes(b"caf\xe9")
    (tree / "link.md").symlink_to("/etc/hostname")
    done = shoal.command("import", str(tree), "--project", project.name)
    assert done.returncode == 1
    assert list(project.documents()) == ["a.md"]
    assert [line.split(": ")[0] for line in done.stderr.splitlines()] == [
        f"{tree}/latin.txt",
        f"{tree}/link.md",
        "bad.json",
        "1 created, 0 replaced, 3 failed",
    ]


def test_an_import_replaces_nothing_unless_told(shoal: ShoalProcess, project: Project, tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("one\n")
    arguments = ("import", str(tmp_path / "a.md"), "--project", project.name)
    assert shoal.command(*arguments).returncode == 0
    (tmp_path / "a.md").write_text("two\n")
    done = shoal.command(*arguments)
    assert done.returncode == 1
    assert "has this path already; --force replaces its content" in done.stderr
    assert shoal.command(*arguments, "--force").returncode == 0
    (document,) = project.documents().values()
    assert project.text(document.name) == "two\n"


def test_what_is_imported_can_be_mirrored(shoal: ShoalProcess, project: Project, tmp_path: Path) -> None:
    tree = tmp_path / "tree"
    tree.mkdir()
    (tree / "a.md").write_text("# One\n\ntext\n")
    assert shoal.command("import", str(tree), "--project", project.name).returncode == 0
    done = shoal.command("mirror", str(tree), "--project", project.name, "--once")
    assert done.returncode == 0, done.stderr
    assert "a.md: is documents/" in done.stdout
