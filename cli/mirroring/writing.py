"""Writing: a document's text put into its file, and what a crash in the middle of that left behind.

Owns the order: the text is on disk beside the file, then it is remembered what is about to happen, then it happens in
one step. So it is known afterwards, at whatever moment it ended, of which revision the file is. Decides nothing.
"""

from __future__ import annotations

import codecs
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime

from cli.mirroring.folder import MAX_FILE_BYTES, Folder, TooLarge, Unsafe, digest_of
from cli.mirroring.model import Mirrored, Writing, sketch_of
from cli.mirroring.paths import conflict_path
from cli.mirroring.state import State


class Writer:
    """Writes the files of one mirrored folder."""

    def __init__(self, folder: Folder, state: State, now: Callable[[], datetime]) -> None:
        self._folder, self._state, self._now = folder, state, now

    def write(self, entry: Mirrored, text: bytes, revision: int, *, is_new: bool) -> bool:
        """Put a text in its place, if the file there is still the one that is known; remembered before and after."""
        data = text if is_new else self._in_style(entry.path, text)
        if len(data) > MAX_FILE_BYTES:
            raise TooLarge(entry.path, f"{entry.document} is larger than {MAX_FILE_BYTES // (1024 * 1024)} MiB")
        digest = digest_of(data)
        unfinished = self._folder.prepare(entry.path, data)
        self._state.put(replace(entry, writing=Writing(unfinished, revision, digest)))
        # What fails in the middle of this is settled at the next look, as after a crash.
        if is_new:
            done = self._folder.place(entry.path, unfinished)
        else:
            done = self._folder.swap(entry.path, unfinished, entry.disk)
        if done:
            self._state.put(self._written(entry, text, revision, Writing(unfinished, revision, digest)))
        else:
            # Remembered before it is removed: as long as it is there, it was not put in its place.
            self._after_writing(entry, is_new=is_new)
            self._folder.discard(entry.path, unfinished)
        return done

    def _after_writing(self, entry: Mirrored, *, is_new: bool) -> None:
        """Remember that a file was not written."""
        if is_new and not entry.disk:
            self._state.drop(entry.document)
        else:
            self._state.put(entry)

    def _written(self, entry: Mirrored, text: bytes, revision: int, writing: Writing) -> Mirrored:
        with suppress(FileNotFoundError):
            entry = replace(entry, inode=self._folder.read(entry.path, None).inode)
        return replace(
            entry, revision=revision, disk=writing.disk, rendered=digest_of(text), lags=False, is_trashed=False,
            writing=None, sketch=sketch_of(text.decode()),
        )  # fmt: skip

    def _in_style(self, path: str, text: bytes) -> bytes:
        """Return a text with the ends of line and the byte order mark that the file at `path` has."""
        try:
            there = self._folder.read(path, None).data
        except FileNotFoundError:
            return text
        if b"\r\n" in there.partition(b"\n")[0] + b"\n":
            text = text.replace(b"\n", b"\r\n")
        return codecs.BOM_UTF8 + text if there.startswith(codecs.BOM_UTF8) else text

    def settle(self) -> None:
        """Settle what was being put in its place when a writer ended, here or in the mirror before this one."""
        for entry in list(self._state.entries.values()):
            # What stands below a link now waits there; nothing else is done with it meanwhile.
            with suppress(Unsafe):
                if entry.writing:
                    self._settle(entry, entry.writing)

    def _settle(self, entry: Mirrored, writing: Writing) -> None:
        was, left_over = replace(entry, writing=None), beside(entry.path, writing.unfinished)
        left = self._digest(left_over)
        there = self._digest(entry.path)
        if left == writing.disk != entry.disk or (not left and there == entry.disk):  # it was not put in its place
            self._after_writing(was, is_new=not entry.disk)
            self._folder.discard(entry.path, writing.unfinished)
            return
        if left not in ("", entry.disk) and there == writing.disk:
            # The two changed places, and what came out is an edit that was never sent: it goes back in.
            self._folder.put_back(entry.path, writing.unfinished, writing.disk)
            self._state.put(was)
            self._folder.discard(entry.path, writing.unfinished)
            return
        if left and left != entry.disk:
            self._folder.move(left_over, conflict_path(entry.path, self._now(), self._folder.exists))
        elif left:
            self._folder.discard(entry.path, writing.unfinished)
        self._state.put(replace(was, revision=writing.revision, disk=writing.disk, rendered="", lags=False))

    def _digest(self, path: str) -> str:
        try:
            return self._folder.read(path, None).digest
        except FileNotFoundError:
            return ""


def beside(path: str, name: str) -> str:
    """Return the path of the file `name` in the folder of `path`."""
    above, slash, _ = path.rpartition("/")
    return above + slash + name
