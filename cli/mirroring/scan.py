"""Scan: one look at a folder: which files are there to be mirrored, and what is refused.

Owns the cache of what was read before: a file that looks the same is not read again. Writes nothing.
"""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Container, Iterator

from cli.mirroring.folder import MAX_FILE_BYTES, Folder, Unsafe, is_unfinished, why_not_regular
from cli.mirroring.model import FileSeen, Refused, Rules, Seen, sketch_of
from cli.mirroring.paths import STATE_FOLDER, is_conflict_copy, why_not

_FRESH_S = 2.0
"""A file changed this recently may change again within one tick of its clock: it is read at every look."""
_LOOKS = 3
_DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC

_Looks = tuple[int, int, int, int]


class Scanner:
    """Looks at one folder, again and again."""

    def __init__(self, folder: Folder, rules: Rules) -> None:
        self._folder, self._rules = folder, rules
        self._cache: dict[str, tuple[_Looks, FileSeen]] = {}
        self._unfinished: list[str] = []

    def unfinished(self) -> list[str]:
        """Return the files in the folder that were being written when their writer ended."""
        self.scan()
        return self._unfinished

    def scan(self, known: Container[str] = ()) -> Seen:
        """Return what is there. Paths in `known` are looked at whatever the patterns say."""
        for _ in range(_LOOKS):
            seen = self._scan(known)
            inodes = [file.inode for file in seen.files.values()]
            if len(set(inodes)) == len(inodes):
                break
            # One file under two names was renamed during the look, or is a hard link, which another look shows too.
        return seen

    def _scan(self, known: Container[str]) -> Seen:
        files: dict[str, FileSeen] = {}
        refused: list[Refused] = []
        cache: dict[str, tuple[_Looks, FileSeen]] = {}
        self._unfinished = []
        for path, status in self._walk(self._folder.descriptor, "", known, refused):
            looks = (status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)
            known_as = self._cache.get(path)
            if known_as is None or known_as[0] != looks or time.time() - status.st_mtime < _FRESH_S:
                try:
                    known_as = looks, self._look(path)
                except FileNotFoundError:
                    continue
                except Unsafe as unsafe:
                    refused.append(Refused(unsafe.path, unsafe.why))
                    continue
            cache[path] = known_as
            files[path] = known_as[1]
        self._cache = cache
        return Seen(files, tuple(refused))

    def _look(self, path: str) -> FileSeen:
        content = self._folder.read(path)
        return FileSeen(content.digest, content.inode, sketch_of(content.text(path)))

    def _walk(
        self, folder: int, above: str, known: Container[str], refused: list[Refused]
    ) -> Iterator[tuple[str, os.stat_result]]:
        """Yield the files to be mirrored in a folder and below, in order; what is refused is added to `refused`."""
        with os.scandir(folder) as entries:
            found = sorted(entries, key=lambda entry: entry.name)
        for entry in found:
            path = above + entry.name
            try:
                status = os.stat(entry.name, dir_fd=folder, follow_symlinks=False)
            except FileNotFoundError:
                continue
            is_directory = stat.S_ISDIR(status.st_mode)
            if path == STATE_FOLDER:
                continue
            if is_unfinished(entry.name):
                self._unfinished.append(path)
            elif entry.name.startswith("."):
                if not _is_of_an_editor(entry.name):
                    refused.append(Refused(path, "hidden files are not mirrored", is_note=True))
            elif is_directory:
                yield from self._walk_below(folder, entry.name, path, known, refused)
            elif stat.S_ISLNK(status.st_mode) or self._concerns(path, known):
                why = why_not_regular(status.st_mode) or why_not(path) or _why_too_large(status)
                if why:
                    refused.append(Refused(path, why))
                else:
                    yield path, status

    def _walk_below(
        self, folder: int, name: str, path: str, known: Container[str], refused: list[Refused]
    ) -> Iterator[tuple[str, os.stat_result]]:
        if why := why_not(path):
            refused.append(Refused(path, why))
            return
        try:
            below = os.open(name, _DIRECTORY, dir_fd=folder)
        except FileNotFoundError:
            return
        except OSError as error:
            refused.append(Refused(path, f"cannot be opened: {error.strerror}"))
            return
        try:
            yield from self._walk(below, f"{path}/", known, refused)
        finally:
            os.close(below)

    def _concerns(self, path: str, known: Container[str]) -> bool:
        return path in known or (self._rules.includes(path) and not is_conflict_copy(path))


def _why_too_large(status: os.stat_result) -> str | None:
    too_large = status.st_size > MAX_FILE_BYTES
    return f"is larger than {MAX_FILE_BYTES // (1024 * 1024)} MiB" if too_large else None


def _is_of_an_editor(name: str) -> bool:
    """Return whether it is a file that an editor keeps while it works: not worth a word."""
    return name.startswith((".#", ".~lock.", ".goutputstream-")) or name.endswith((".swp", ".swo", ".swx", "~"))
