"""`shoal mirror` against a running Shoal: files and documents become the same, whatever happens to either side."""

from __future__ import annotations

import asyncio
import itertools
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from cli.instance import DataDirectory
from tests.system.cable import Cable
from tests.system.mirrors import Mirror, Project, eventually
from tests.system.shoal import ShoalProcess

_numbers = itertools.count(1)
SOON_S = 5.0
"""Two seconds are promised; the rest is for a machine that does much else."""


@pytest.fixture
def project(shoal: ShoalProcess) -> Project:
    return Project(shoal, f"mirrored-{os.getpid()}-{next(_numbers)}")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "folder"
    path.mkdir()
    return path


def save(path: Path, text: str) -> None:
    """Save as editors do: a new file, renamed over the old one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    written = path.with_name(f".{path.name}.swp")
    written.write_text(text)
    written.rename(path)


def trash(folder: Path) -> list[str]:
    return [each.read_text() for each in (folder / ".shoal-mirror" / "trash").rglob("*") if each.is_file()]


def test_what_is_typed_on_either_side_is_soon_on_the_other(shoal: ShoalProcess, project: Project, folder: Path) -> None:
    save(folder / "notes" / "plan.md", "# The plan\n\n* one\n* two\n")
    with Mirror(shoal, folder, project.name) as mirror:
        mirror.says("created")
        plan = project.documents()["notes/plan.md"]
        assert plan.title == "The plan"
        began = time.monotonic()
        save(folder / "notes" / "plan.md", "# The plan\n\n* one\n* two and more\n")
        eventually(lambda: "two and more" in project.text(plan.name))
        there = time.monotonic()
        with (folder / "notes" / "plan.md").open("a") as file:
            file.write("* three\n")
        eventually(lambda: "three" in project.text(plan.name))
        assert (folder / "notes" / "plan.md").read_text() == "# The plan\n\n* one\n* two and more\n* three\n"
        back = time.monotonic()
        project.write(plan.name, project.text(plan.name) + "\nthe end\n")
        eventually(lambda: "the end" in (folder / "notes" / "plan.md").read_text())
        assert there - began < SOON_S
        assert time.monotonic() - back < SOON_S
        assert mirror.interrupt() == 0


def test_edits_of_both_sides_while_nothing_ran_are_merged(shoal: ShoalProcess, project: Project, folder: Path) -> None:
    name = project.create("a.md", "one\n\ntwo\n")
    assert shoal.command("mirror", str(folder), "--project", project.name, "--once").returncode == 0
    project.write(name, "one\n\ntwo\n\nthree, by Ada\n")
    save(folder / "a.md", "zero, by Bob\n\none\n\ntwo\n")
    done = shoal.command("mirror", str(folder), "--project", project.name, "--once")
    assert done.returncode == 0, done.stderr
    assert (folder / "a.md").read_text() == "zero, by Bob\n\none\n\ntwo\n\nthree, by Ada\n"
    assert project.text(name) == (folder / "a.md").read_text()


def test_renames_reach_the_other_side_without_a_deletion(shoal: ShoalProcess, project: Project, folder: Path) -> None:
    save(folder / "a.md", "# One\n\ntext\n")
    with Mirror(shoal, folder, project.name) as mirror:
        mirror.says("created")
        name = project.documents()["a.md"].name
        (folder / "in").mkdir()
        (folder / "a.md").rename(folder / "in" / "b.md")
        mirror.says("in/b.md: is the path of")
        assert [(path, each.name) for path, each in project.documents(deleted=True).items()] == [("in/b.md", name)]
        project.set_path(name, "c.md")
        eventually(lambda: (folder / "c.md").read_text() == "# One\n\ntext\n")
        assert not (folder / "in").exists()
        assert not any("deleted" in line for line in mirror.lines)


def test_deletions_go_to_a_trash_on_both_sides_and_come_back(
    shoal: ShoalProcess, project: Project, folder: Path
) -> None:
    here, there = project.create("here.md", "here\n"), project.create("there.md", "there\n")
    with Mirror(shoal, folder, project.name) as mirror:
        eventually(lambda: (folder / "here.md").exists() and (folder / "there.md").exists())
        (folder / "here.md").unlink()
        project.delete(there)
        eventually(lambda: project.get(here).HasField("delete_time"))
        eventually(lambda: not (folder / "there.md").exists())
        assert trash(folder) == ["there\n"]
        assert "is in the trash" in mirror.says("here.md: deleted")
        project.undelete(here)
        save(folder / "there.md", "there, again\n")
        eventually(lambda: (folder / "here.md").read_text() == "here\n")
        eventually(lambda: project.text(there) == "there, again\n")
        assert not project.get(there).HasField("delete_time")
        assert len(project.documents(deleted=True)) == 2


@contextmanager
def one_way_cable(shoal: ShoalProcess) -> Iterator[tuple[str, threading.Event]]:
    """A connection to Shoal whose answers can be held back: yields its address, and the event that lets them pass."""
    answers_pass, plugged, done = threading.Event(), threading.Event(), threading.Event()
    answers_pass.set()
    ports: list[int] = []

    class Held(Cable):
        async def _copy(  # type: ignore[override]
            self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, open_: asyncio.Event
        ) -> None:
            comes_from_server = reader._transport.get_extra_info("peername")[1] == self._port  # type: ignore[attr-defined]
            try:
                while data := await reader.read(65536):
                    while comes_from_server and not answers_pass.is_set():
                        await asyncio.sleep(0.01)
                    writer.write(data)
                    await writer.drain()
            except OSError:
                pass
            finally:
                writer.transport.abort()

    async def run() -> None:
        async with Held(f"http://{shoal.grpc}") as cable:
            ports.append(cable.port)
            plugged.set()
            await asyncio.to_thread(done.wait)
            answers_pass.set()

    thread = threading.Thread(target=lambda: asyncio.run(run()))
    thread.start()
    assert plugged.wait(10)
    try:
        yield f"127.0.0.1:{ports[0]}", answers_pass
    finally:
        done.set()
        thread.join()


@pytest.mark.parametrize("edited_again", [False, True])
def test_a_mirror_that_is_killed_while_it_sends_sends_once(
    shoal: ShoalProcess, project: Project, folder: Path, edited_again: bool
) -> None:
    name = project.create("a.txt", "one\n", plain=True)
    with one_way_cable(shoal) as (address, answers_pass):
        with Mirror(shoal, folder, project.name, "--grpc", address) as mirror:
            eventually(lambda: (folder / "a.txt").exists())
            mirror.ready()
            answers_pass.clear()
            save(folder / "a.txt", "one\ntwo\n")
            save(folder / "new.txt", "new\n")
            eventually(lambda: project.text(name) == "one\ntwo\n")
            mirror.kill()
        assert not any("sent as revision" in line for line in mirror.lines)
        answers_pass.set()
        if edited_again:
            save(folder / "a.txt", "one\ntwo\nthree\n")
        with Mirror(shoal, folder, project.name, "--grpc", address) as mirror:
            mirror.says("new.txt: created")
            expected = "one\ntwo\nthree\n" if edited_again else "one\ntwo\n"
            eventually(lambda: project.text(name) == expected)
            assert mirror.interrupt() == 0
    assert project.get(name).head_revision == (3 if edited_again else 2)
    assert (folder / "a.txt").read_text() == expected
    assert sorted(project.documents()) == ["a.txt", "new.txt"]


def test_a_mirror_that_is_killed_while_it_creates_creates_once(
    shoal: ShoalProcess, project: Project, folder: Path
) -> None:
    with one_way_cable(shoal) as (address, answers_pass):
        with Mirror(shoal, folder, project.name, "--grpc", address) as mirror:
            mirror.ready()
            answers_pass.clear()
            save(folder / "a.md", "one\n")
            eventually(lambda: project.documents())
            mirror.kill()
        answers_pass.set()
        save(folder / "a.md", "one\n\ntwo\n")
        with Mirror(shoal, folder, project.name, "--grpc", address) as mirror:
            mirror.says("a.md: created")
            (document,) = project.documents().values()
            eventually(lambda: project.text(document.name) == "one\n\ntwo\n")
    assert len(project.documents(deleted=True)) == 1


@pytest.mark.slow
@pytest.mark.parametrize("end", ["kill", "stop"])
def test_a_server_that_ends_and_comes_back_gets_everything(own_shoal: ShoalProcess, folder: Path, end: str) -> None:
    project = Project(own_shoal, "p")
    name = project.create("a.md", "one\n")
    with Mirror(own_shoal, folder, project.name) as mirror:
        eventually(lambda: (folder / "a.md").exists())
        getattr(own_shoal, end)()
        mirror.says("away: ")
        save(folder / "a.md", "one\n\ntwo\n")
        save(folder / "b.md", "new\n")
        own_shoal.start()
        eventually(lambda: project.text(name) == "one\n\ntwo\n")
        eventually(lambda: "b.md" in project.documents())
        mirror.says("back: ")
        project.write(name, "one\n\ntwo\n\nthree\n")
        eventually(lambda: "three" in (folder / "a.md").read_text())
        assert project.get(name).head_revision == 3
        assert mirror.interrupt() == 0


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("../evil.md", "it may lead out of the folder"),
        ("in/../../evil.md", "it may lead out of the folder"),
        ("/tmp/evil.md", "the path is absolute"),
        ("a\\b.md", "the path has a backslash"),
        (".shoal-mirror/state.json", "is the mirror's own folder"),
        (".bashrc.md", "hidden files are not mirrored"),
        ("nul.md", "is a reserved name"),
        ("script.sh", "no --include pattern fits the path"),
        ("out/evil.md", "something that is not mirrored stands there"),
    ],
)
def test_documents_whose_paths_lead_elsewhere_are_refused(
    shoal: ShoalProcess, project: Project, folder: Path, path: str, why: str
) -> None:
    outside = folder.parent / "outside"
    outside.mkdir()
    (folder / "out").symlink_to(outside)
    project.create(path, "evil\n")
    project.create("good.md", "good\n")
    done = shoal.command("mirror", str(folder), "--project", project.name, "--once")
    assert done.returncode == 1
    assert why in done.stderr
    assert list(outside.iterdir()) == []
    assert sorted(each.name for each in folder.iterdir()) == [".shoal-mirror", "good.md", "out"]
    assert sorted(each.name for each in folder.parent.iterdir()) == ["folder", "outside"]


def test_files_that_are_not_what_they_seem_are_refused(shoal: ShoalProcess, project: Project, folder: Path) -> None:
    secret = folder.parent / "secret.md"
    secret.write_text("secret\n")
    (folder / "link.md").symlink_to(secret)
    (folder / "out").symlink_to(folder.parent)
    os.mkfifo(folder / "fifo.md")
    (folder / "latin.md").write_bytes(b"caf\xe9\n")
    (folder / "large.md").write_bytes(b"x" * (2 * 1024 * 1024 + 1))
    save(folder / "a.md", "one\n")
    save(folder / "A.md", "other\n")
    (folder / ".git").mkdir()
    save(folder / ".git" / "x.md", "hidden\n")
    done = shoal.command("mirror", str(folder), "--project", project.name, "--once")
    assert done.returncode == 1
    assert sorted(line for line in done.stderr.splitlines() if "refused" in line) == [
        "a.md: refused: a document or file has this path already, or one that differs only in case",
        "fifo.md: refused: is a FIFO: not followed, not read, not written",
        "large.md: refused: is larger than 2 MiB",
        "latin.md: refused: is not UTF-8 (byte 3)",
        "link.md: refused: is a symbolic link: not followed, not read, not written",
        "out: refused: is a symbolic link: not followed, not read, not written",
    ]
    assert ".git: hidden files are not mirrored" in done.stderr
    assert list(project.documents()) == ["A.md"]


def test_a_directory_that_becomes_a_link_is_not_followed(shoal: ShoalProcess, project: Project, folder: Path) -> None:
    name = project.create("in/a.md", "one\n")
    outside = folder.parent / "outside"
    with Mirror(shoal, folder, project.name) as mirror:
        eventually(lambda: (folder / "in" / "a.md").exists())
        (folder / "in").rename(outside)
        (folder / "in").symlink_to(outside)
        mirror.says("in: refused: is a symbolic link")
        project.write(name, "one\n\nby Ada\n")
        other = project.create("b.md", "b\n")
        eventually(lambda: (folder / "b.md").exists())
        assert (outside / "a.md").read_text() == "one\n"
        assert not project.get(name).HasField("delete_time")
        (folder / "in").unlink()
        outside.rename(folder / "in")
        eventually(lambda: "by Ada" in (folder / "in" / "a.md").read_text())
        assert not project.get(other).HasField("delete_time")


def test_what_is_unknown_and_differs_is_set_aside(shoal: ShoalProcess, project: Project, folder: Path) -> None:
    project.create("a.md", "theirs\n")
    project.create("b.md", "same\n")
    save(folder / "a.md", "mine\n")
    save(folder / "b.md", "same\n")
    done = shoal.command("mirror", str(folder), "--project", project.name, "--once")
    assert done.returncode == 1
    assert "a.md: conflict: what was here is a.conflict-" in done.stderr
    (conflict,) = folder.glob("a.conflict-*.md")
    assert (conflict.read_text(), (folder / "a.md").read_text()) == ("mine\n", "theirs\n")
    again = shoal.command("mirror", str(folder), "--project", project.name, "--once")
    assert (again.returncode, again.stdout) == (0, "")
    assert sorted(project.documents()) == ["a.md", "b.md"]


def test_a_dry_run_shows_and_does_nothing(shoal: ShoalProcess, project: Project, folder: Path) -> None:
    project.create("a.md", "one\n")
    save(folder / "b.md", "two\n")
    done = shoal.command("mirror", str(folder), "--project", project.name, "--dry-run")
    assert done.returncode == 0
    assert done.stdout.splitlines()[1:] == ["b.md: to create", "1 to write, 1 to create"]
    assert done.stdout.startswith("a.md: to write (documents/")
    assert [each.name for each in folder.iterdir()] == ["b.md"]
    assert list(project.documents()) == ["a.md"]


def test_a_folder_has_one_mirror_and_one_project(shoal: ShoalProcess, project: Project, folder: Path) -> None:
    save(folder / "a.md", "one\n")
    with Mirror(shoal, folder, project.name) as mirror:
        mirror.says("created")
        second = shoal.command("mirror", str(folder), "--project", project.name)
        assert (second.returncode, second.stderr) == (1, "shoal: another `shoal mirror` runs on this folder\n")
        assert mirror.interrupt() == 0
    another = Project(shoal, f"{project.name.removeprefix('projects/')}-other")
    other = another.name
    refused = shoal.command("mirror", str(folder), "--project", other, "--once")
    assert refused.returncode == 1
    assert "is mirrored with another project" in refused.stderr
    assert "--adopt begins anew" in refused.stderr
    assert shoal.command("mirror", str(folder), "--project", other, "--once", "--adopt").returncode == 0
    assert list(another.documents()) == ["a.md"]


@pytest.mark.parametrize("project_name", ["Not/One", "", "a b"])
def test_a_bad_project_is_one_line(shoal: ShoalProcess, folder: Path, project_name: str) -> None:
    done = shoal.command("mirror", str(folder), "--project", project_name, "--once")
    assert done.returncode == 1
    assert "is not the name of a project" in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_server_that_is_not_there_ends_one_sync(shoal: ShoalProcess, folder: Path) -> None:
    done = shoal.command("mirror", str(folder), "--project", "p", "--once", "--grpc", "127.0.0.1:1")
    assert (done.returncode, done.stderr) == (1, "shoal: no Shoal answers at 127.0.0.1:1; is `shoal up` running?\n")


@pytest.mark.slow
def test_a_token_whose_time_is_over_ends_the_mirror_with_one_line(
    shoal: ShoalProcess, project: Project, folder: Path
) -> None:
    # Servers believe a token for half a minute longer, since clocks differ.
    token = DataDirectory(shoal.data).signer().sign("users/ada", lifetime_s=-20)
    with Mirror(shoal, folder, project.name, "--token", token) as mirror:
        mirror.ready()
        numbers = itertools.count()

        def type_on() -> bool:
            save(folder / f"{next(numbers) % 10}.md", f"{next(numbers)}\n")
            return any("the token's time is over" in line for line in mirror.lines)

        eventually(type_on)
        assert mirror.lines[-1] == "shoal: the token's time is over; start again with a new one"
        assert mirror.wait() == 1
