"""Reading and writing in a folder: links lead nowhere, and what an editor saves is never written over."""

from __future__ import annotations

import os
import stat
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cli.errors import Failed
from cli.mirroring import folder as folders
from cli.mirroring.folder import Folder, Unsafe, digest_of
from cli.mirroring.renames import exchange, has_writer


@pytest.fixture
def path(tmp_path: Path) -> Path:
    (tmp_path / "folder").mkdir()
    return tmp_path / "folder"


@pytest.fixture
def folder(path: Path) -> Iterator[Folder]:
    with Folder.opened(path) as opened:
        yield opened


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    """A folder that nothing may reach; `in/` of the mirrored one is a link to it."""
    there = tmp_path / "outside"
    there.mkdir()
    (there / "a.md").write_text("outside\n")
    return there


TOUCHING: dict[str, Callable[[Folder], object]] = {
    "read": lambda folder: folder.read("in/a.md"),
    "write": lambda folder: folder.write("in/a.md", b"x"),
    "write new": lambda folder: folder.write("in/deep/new.md", b"x"),
    "prepare": lambda folder: folder.prepare("in/a.md", b"x"),
    "move from": lambda folder: folder.move("in/a.md", "b.md"),
    "move to": lambda folder: folder.move("mine.md", "in/b.md"),
    "exists": lambda folder: folder.exists("in/a.md"),
}


@pytest.mark.parametrize("touch", TOUCHING.values(), ids=TOUCHING.keys())
def test_a_folder_that_is_a_link_is_not_entered(
    folder: Folder, path: Path, outside: Path, touch: Callable[[Folder], object]
) -> None:
    (path / "mine.md").write_text("mine\n")
    (path / "in").symlink_to(outside)
    with pytest.raises(Unsafe, match="in is a symbolic link"):
        touch(folder)
    assert [each.name for each in outside.iterdir()] == ["a.md"]
    assert (outside / "a.md").read_text() == "outside\n"


@pytest.mark.parametrize("moment", ["before", "during"])
def test_a_folder_swapped_for_a_link_between_look_and_write_leads_nowhere(
    folder: Folder, path: Path, outside: Path, moment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (path / "in").mkdir()
    (path / "in" / "a.md").write_text("mine\n")
    unfinished = folder.prepare("in/a.md", b"new\n")

    def swap_folder() -> None:
        (path / "in").rename(path / "was")
        (path / "in").symlink_to(outside)

    if moment == "before":
        swap_folder()
        with pytest.raises(Unsafe):
            folder.swap("in/a.md", unfinished, digest_of(b"mine\n"))
        assert (path / "was" / "a.md").read_text() == "mine\n"
    else:

        def exchange_later(name: str, other: str, descriptor: int) -> bool:
            swap_folder()
            return exchange(name, other, descriptor)

        monkeypatch.setattr(folders, "exchange", exchange_later)
        assert folder.swap("in/a.md", unfinished, digest_of(b"mine\n"))
        assert (path / "was" / "a.md").read_text() == "new\n"
    assert [each.name for each in outside.iterdir()] == ["a.md"]
    assert (outside / "a.md").read_text() == "outside\n"


def test_a_file_that_is_a_link_is_replaced_and_not_written_through(folder: Folder, path: Path, outside: Path) -> None:
    (path / "a.md").symlink_to(outside / "a.md")
    with pytest.raises(Unsafe, match="is a symbolic link"):
        folder.read("a.md")
    unfinished = folder.prepare("a.md", b"x")
    assert not folder.place("a.md", unfinished)
    unfinished = folder.prepare("a.md", b"x")
    with pytest.raises(Unsafe):
        folder.swap("a.md", unfinished, digest_of(b"outside\n"))
    folder.write("a.md", b"x")
    assert (path / "a.md").read_text() == "x"
    assert not (path / "a.md").is_symlink()
    assert (outside / "a.md").read_text() == "outside\n"


@pytest.mark.parametrize("bad", ["../a.md", "/a.md", "in/../../a.md", "./a.md", "in//a.md", "", "a\0b", ".."])
def test_a_path_that_leads_out_is_refused(folder: Folder, bad: str) -> None:
    with pytest.raises(Unsafe, match="is not a path below the folder"):
        folder.write(bad, b"x")


def test_what_is_no_regular_file_is_refused_without_waiting(folder: Folder, path: Path) -> None:
    os.mkfifo(path / "fifo.md")
    (path / "directory.md").mkdir()
    (path / "large.md").write_bytes(b"x" * 11)
    for name, why in (("fifo.md", "a FIFO"), ("directory.md", "a directory"), ("large.md", "is larger")):
        with pytest.raises(Unsafe, match=why):
            folder.read(name, 10)


def test_a_file_keeps_its_mode_and_a_new_one_never_overwrites(folder: Folder, path: Path) -> None:
    (path / "a.md").write_text("one\n")
    (path / "a.md").chmod(0o640)
    assert put(folder, "a.md", b"two\n", digest_of(b"one\n"))
    assert stat.S_IMODE((path / "a.md").stat().st_mode) == 0o640
    assert not put(folder, "a.md", b"three\n")
    assert not put(folder, "a.md", b"three\n", digest_of(b"one\n"))
    assert {each.name: each.read_text() for each in path.iterdir()} == {"a.md": "two\n"}


@pytest.mark.parametrize("can_exchange", [True, False])
def test_a_move_overwrites_nothing_and_leaves_no_empty_folder(
    folder: Folder, path: Path, monkeypatch: pytest.MonkeyPatch, can_exchange: bool
) -> None:
    if not can_exchange:
        monkeypatch.setattr("cli.mirroring.renames._renameat2", None)
    (path / "in" / "deep").mkdir(parents=True)
    (path / "in" / "deep" / "a.md").write_text("a\n")
    (path / "b.md").write_text("b\n")
    with pytest.raises(FileExistsError):
        folder.move("in/deep/a.md", "b.md")
    folder.move("in/deep/a.md", "other/c.md")
    assert {str(each.relative_to(path)) for each in path.rglob("*")} == {"b.md", "other", "other/c.md"}
    assert put(folder, "b.md", b"new\n", digest_of(b"b\n"))
    assert (path / "b.md").read_text() == "new\n"


def test_a_file_that_somebody_has_open_for_writing_is_left(folder: Folder, path: Path) -> None:
    (path / "a.md").write_text("one\n")
    with (path / "a.md").open("a") as editor:
        descriptor = os.open(path / "a.md", os.O_RDONLY)
        knows = has_writer(descriptor)
        os.close(descriptor)
        if not knows:
            pytest.skip("this file system grants no leases")
        assert not put(folder, "a.md", b"two\n", digest_of(b"one\n"))
        editor.write("typed\n")
    assert (path / "a.md").read_text() == "one\ntyped\n"


def put(folder: Folder, path: str, text: bytes, expected: str | None = None) -> bool:
    """Write a file as a mirror does: a new one, or in the place of what has the digest `expected`."""
    unfinished = folder.prepare(path, text)
    done = folder.place(path, unfinished) if expected is None else folder.swap(path, unfinished, expected)
    folder.discard(path, unfinished)
    return done


def save(path: Path, text: str) -> None:
    written = path.with_name(".saving")
    written.write_text(text)
    written.rename(path)


@pytest.mark.parametrize("in_place", [True, False])
@pytest.mark.parametrize("saves", [1, 2])
def test_what_is_saved_in_the_very_moment_of_writing_stays(
    folder: Folder, path: Path, monkeypatch: pytest.MonkeyPatch, in_place: bool, saves: int
) -> None:
    (path / "a.md").write_text("one\n")
    typed = iter(["typed first\n", "typed second\n"][:saves])

    def exchange_too_late(name: str, other: str, descriptor: int) -> bool:
        if text := next(typed, ""):
            (path / "a.md").write_text(text) if in_place else save(path / "a.md", text)
        return exchange(name, other, descriptor)

    monkeypatch.setattr(folders, "exchange", exchange_too_late)
    assert not put(folder, "a.md", b"ours\n", digest_of(b"one\n"))
    assert (path / "a.md").read_text() == ("typed first\n" if saves == 1 else "typed second\n")
    kept = {each.read_text() for each in path.iterdir()}
    assert kept == ({"typed first\n"} if saves == 1 else {"typed first\n", "typed second\n"})


def test_an_editor_that_saves_all_the_time_loses_nothing(folder: Folder, path: Path) -> None:
    file, last = path / "a.md", 300
    save(file, "0\n")

    def edit() -> None:
        for number in range(1, last + 1):
            save(file, f"{number}\n")

    editor = threading.Thread(target=edit)
    editor.start()
    written = 0
    while editor.is_alive():
        there = folder.read("a.md")
        written += put(folder, "a.md", there.data + b"ours\n", there.digest)
    editor.join()
    assert file.read_text().splitlines()[0] == str(last)
    assert [each.name for each in path.iterdir() if ".tmp" in each.name] == []


def test_a_folder_that_cannot_be_had_is_one_line(path: Path) -> None:
    (path / "file").write_text("")
    with pytest.raises(Failed, match="cannot use the folder"), Folder.opened(path / "file" / "x", make=True):
        pass
    with pytest.raises(Failed, match="No such file"), Folder.opened(path / "none"):
        pass
