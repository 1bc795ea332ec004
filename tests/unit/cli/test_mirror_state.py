"""What a mirror remembers is on disk after every change, whole or not at all."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from cli.errors import Failed
from cli.mirroring.folder import Folder, digest_of
from cli.mirroring.model import Kind, Mirrored, Sending, Writing
from cli.mirroring.state import Origin, State, read_entries

ORIGIN = Origin("server", "projects/p", "markdown")
ENTRY = Mirrored(
    "documents/d", Kind.PLAIN, "in/a.txt", "a.txt", 3, "disk", "rendered", True, False, 7, (1, 2),
    Sending("id", "source", "disk", True), Writing(".shoal-mirror.tmp", 4, "new"),
)  # fmt: skip


def state_file(path: Path, name: str) -> Path:
    return path / ".shoal-mirror" / name


def test_what_was_put_is_there_after_a_kill_and_after_an_end(tmp_path: Path) -> None:
    other = Mirrored("documents/e", Kind.RICH, "b.md")
    with Folder.opened(tmp_path) as folder:
        with State.opened(folder, ORIGIN) as state:
            state.put(other)
            state.put(ENTRY)
            state.drop(other.document)
            # As another process would find it if this one were killed now.
            assert read_entries(folder, ORIGIN) == {ENTRY.document: ENTRY}
            assert json.loads(state_file(tmp_path, "state.json").read_text())["documents"] == {}
        assert state_file(tmp_path, "journal").read_bytes() == b""
        assert read_entries(folder, ORIGIN) == {ENTRY.document: ENTRY}


def test_a_line_that_was_being_written_at_a_power_cut_is_left_out(tmp_path: Path) -> None:
    with Folder.opened(tmp_path) as folder:
        with State.opened(folder, ORIGIN) as state:
            state.put(ENTRY)
            state._compact = lambda: None  # type: ignore[method-assign]
        with state_file(tmp_path, "journal").open("ab") as journal:
            journal.write(b'{"drop": "docu')
        with State.opened(folder, ORIGIN) as state:
            assert dict(state.entries) == {ENTRY.document: ENTRY}


def test_a_long_journal_becomes_the_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cli.mirroring.state._MAX_JOURNAL", 3)
    with Folder.opened(tmp_path) as folder, State.opened(folder, ORIGIN) as state:
        for number in range(7):
            state.put(Mirrored(f"documents/{number}", Kind.RICH, f"{number}.md"))
        assert state_file(tmp_path, "journal").read_bytes().count(b"\n") == 1
        assert len(read_entries(folder, ORIGIN)) == 7


def test_texts_are_kept_for_as_long_as_an_entry_speaks_of_them(tmp_path: Path) -> None:
    source, disk = digest_of(b"source"), digest_of(b"disk")
    entry = Mirrored("documents/d", Kind.RICH, "a.md", sending=Sending("id", source, disk, True))
    with Folder.opened(tmp_path) as folder, State.opened(folder, ORIGIN) as state:
        state.keep_text(source, b"source")
        state.keep_text(disk, b"disk")
        state.put(entry)
        state.drop_texts()
        assert (state.text(source), state.text(disk)) == (b"source", b"disk")
        state.drop(entry.document)
        state.drop_texts()
        with pytest.raises(FileNotFoundError):
            state.text(source)


@pytest.mark.parametrize(
    ("origin", "said"),
    [
        (Origin("elsewhere", "projects/p", "markdown"), "another server, server, not elsewhere"),
        (Origin("server", "projects/q", "markdown"), "another project"),
        (Origin("server", "projects/p", "text"), "another --format"),
    ],
)
def test_another_origin_is_refused_until_adopted(tmp_path: Path, origin: Origin, said: str) -> None:
    with Folder.opened(tmp_path) as folder:
        with State.opened(folder, ORIGIN) as state:
            state.put(ENTRY)
        with pytest.raises(Failed, match=said), State.opened(folder, origin):
            pass
        with State.opened(folder, origin, adopt=True) as state:
            assert dict(state.entries) == {}
    (kept,) = (tmp_path / ".shoal-mirror").glob("state-*.json")
    assert ENTRY.document in kept.read_text()


def test_a_second_mirror_is_refused(tmp_path: Path) -> None:
    with Folder.opened(tmp_path) as folder, State.opened(folder, ORIGIN):
        with pytest.raises(Failed, match="another `shoal mirror` runs"), State.opened(folder, ORIGIN):
            pass


@pytest.mark.parametrize(
    ("content", "said"), [("{", "cannot be read"), ('{"schema": 99}', "of another version of shoal")]
)
def test_a_state_that_cannot_be_understood_is_refused(tmp_path: Path, content: str, said: str) -> None:
    state_file(tmp_path, "").mkdir()
    state_file(tmp_path, "state.json").write_text(content)
    with Folder.opened(tmp_path) as folder, pytest.raises(Failed, match=said), State.opened(folder, ORIGIN):
        pass


def test_a_state_folder_that_is_a_link_is_refused(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "outside").mkdir()
    (tmp_path / "folder" / ".shoal-mirror").symlink_to(tmp_path / "outside")
    with Folder.opened(tmp_path / "folder") as folder, pytest.raises(Failed, match="symbolic link"):
        with State.opened(folder, ORIGIN):
            pass
    assert os.listdir(tmp_path / "outside") == []
