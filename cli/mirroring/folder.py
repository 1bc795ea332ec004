"""Folder: reading and writing files below one folder, and nowhere else.

Every path is walked from the folder's own descriptor, name by name, and no symbolic link is followed: a directory that
is swapped for a link between two steps leads to a refusal, never out of the folder. Files are replaced whole and
atomically, and only while they are what they were. Never decides what is to be written.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from cli.errors import Failed
from cli.mirroring.paths import shown
from cli.mirroring.renames import exchange, has_writer, rename_no_replace

MAX_FILE_BYTES = 2 * 1024 * 1024
"""What a document's source may have (Source.text)."""
_UNFINISHED = re.compile(r"\.shoal-mirror\.[0-9a-f]{16}\.tmp")
_DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
# Without O_NONBLOCK, opening a FIFO would wait for its other end.
_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_CREATE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


class Unsafe(Exception):
    """What is at `path` is not read or written; `why` is for the person whose folder it is."""

    def __init__(self, path: str, why: str) -> None:
        super().__init__(f"{shown(path)}: {why}")
        self.path, self.why = path, why


class TooLarge(Unsafe):
    """A text that is larger than a file may be."""


@dataclass(frozen=True, slots=True)
class FileContent:
    """A file's bytes, their SHA-256 as hex, and the file's inode number."""

    data: bytes
    digest: str
    inode: int

    def text(self, path: str) -> str:
        """Return what the bytes say, without a byte order mark. Raises Unsafe when they are not UTF-8."""
        try:
            return self.data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise Unsafe(path, f"is not UTF-8 (byte {error.start})") from None


def digest_of(data: bytes) -> str:
    """Return the SHA-256 of `data` as hex."""
    return hashlib.sha256(data).hexdigest()


def is_unfinished(name: str) -> bool:
    """Return whether a file of this name is one that was being written when its writer ended."""
    return _UNFINISHED.fullmatch(name) is not None


class Folder:
    """One folder, held by `descriptor`. Paths are relative, with `/`. All methods raise Unsafe and OSError."""

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor

    @classmethod
    @contextmanager
    def opened(cls, path: Path, *, make: bool = False) -> Iterator[Folder]:
        """Hold the folder at `path`, itself perhaps a link. Raises Failed when there is none and none is to be made."""
        try:
            if make:
                path.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        except OSError as error:
            raise Failed(f"cannot use the folder {path}: {error.strerror}") from error
        try:
            yield cls(descriptor)
        finally:
            os.close(descriptor)

    @contextmanager
    def below(self, name: str) -> Iterator[Folder]:
        """Hold a folder in this one, made when missing, for its owner alone."""
        with suppress(FileExistsError):
            os.mkdir(name, 0o700, dir_fd=self.descriptor)
        descriptor = self._enter(self.descriptor, name, name)
        try:
            yield Folder(descriptor)
        finally:
            os.close(descriptor)

    def read(self, path: str, limit: int | None = MAX_FILE_BYTES) -> FileContent:
        """Return what a regular file holds. Raises FileNotFoundError."""
        with self._parent(path) as (folder, name):
            return _read(folder, name, path, limit)

    def exists(self, path: str) -> bool:
        """Return whether there is anything at `path`, be it a link."""
        try:
            with self._parent(path) as (folder, name):
                os.stat(name, dir_fd=folder, follow_symlinks=False)
        except FileNotFoundError:
            return False
        return True

    def prepare(self, path: str, data: bytes) -> str:
        """Write `data` beside `path`, to disk, and return the name of that file; missing folders are made."""
        with self._parent(path, make=True) as (folder, _):
            unfinished = f".shoal-mirror.{secrets.token_hex(8)}.tmp"
            descriptor = os.open(unfinished, _CREATE, 0o666, dir_fd=folder)
            try:
                with os.fdopen(descriptor, "wb") as file:
                    file.write(data)
                    file.flush()
                    os.fsync(file.fileno())
                os.fsync(folder)
            except OSError:
                os.unlink(unfinished, dir_fd=folder)
                raise
            return unfinished

    def discard(self, path: str, unfinished: str) -> None:
        """Remove what was prepared beside `path`."""
        with suppress(FileNotFoundError), self._parent(path) as (folder, _):
            os.unlink(unfinished, dir_fd=folder)

    def place(self, path: str, unfinished: str) -> bool:
        """Make what was prepared the file at `path`, if nothing is there. Else returns False; it is left as it is."""
        with self._parent(path) as (folder, name):
            try:
                rename_no_replace(unfinished, folder, name, folder)
            except FileExistsError:
                return False
            os.fsync(folder)
            return True

    def swap(self, path: str, unfinished: str, expected: str) -> bool:
        """Make what was prepared the file at `path`, if that holds what has the digest `expected` and nobody writes it.

        Returns False if not; what was prepared is left as it is. A file written between the look and the exchange is
        put back: whatever an editor saves is there afterwards.
        """
        with self._parent(path) as (folder, name):
            if not _is_settled(folder, name, path, expected):
                return False
            ours = _read(folder, unfinished, path, None).digest
            _copy_mode(folder, name, unfinished)
            if not exchange(unfinished, name, folder):
                os.rename(unfinished, name, src_dir_fd=folder, dst_dir_fd=folder)
            elif not _is_settled(folder, unfinished, path, expected):
                self._put_back(folder, name, unfinished, ours)
                return False
            else:
                os.unlink(unfinished, dir_fd=folder)
            os.fsync(folder)
            return True

    def put_back(self, path: str, unfinished: str, ours: str) -> None:
        """Undo an exchange whose end was not reached: what stands at `path` has the digest `ours` or was edited."""
        with self._parent(path) as (folder, name):
            self._put_back(folder, name, unfinished, ours)

    def move(self, path: str, to: str) -> None:
        """Rename a file; missing folders are made, emptied ones removed. Raises FileExistsError, FileNotFoundError."""
        with self._parent(path) as (folder, name), self._parent(to, make=True) as (to_folder, to_name):
            if folder_and_file(folder, name) == folder_and_file(to_folder, to_name):
                # Upper and lower case of one name, where the system takes them for the same.
                os.rename(name, to_name, src_dir_fd=folder, dst_dir_fd=to_folder)
            else:
                rename_no_replace(name, folder, to_name, to_folder)
            os.fsync(to_folder)
            os.fsync(folder)
        self._remove_emptied(path)

    def move_into(self, path: str, folder: Folder, to: str) -> None:
        """Rename a file to `to` in another folder; missing folders are made there. Raises FileExistsError."""
        with self._parent(path) as (from_folder, name), folder._parent(to, make=True) as (to_folder, to_name):
            rename_no_replace(name, from_folder, to_name, to_folder)
            os.fsync(to_folder)
            os.fsync(from_folder)
        self._remove_emptied(path)

    def write(self, path: str, data: bytes) -> None:
        """Make `data` the file at `path`, whatever was there. Raises IsADirectoryError."""
        unfinished = self.prepare(path, data)
        with self._parent(path) as (folder, name):
            try:
                os.rename(unfinished, name, src_dir_fd=folder, dst_dir_fd=folder)
            except OSError:
                os.unlink(unfinished, dir_fd=folder)
                raise
            os.fsync(folder)

    @contextmanager
    def _parent(self, path: str, *, make: bool = False) -> Iterator[tuple[int, str]]:
        """Yield a descriptor of the folder that `path` is in, and the last name."""
        *folders, name = path.split("/")
        if "\0" in path or any(each in ("", ".", "..") for each in (*folders, name)):
            raise Unsafe(path, "is not a path below the folder")
        descriptor = os.dup(self.descriptor)
        try:
            for each in folders:
                if make:
                    with suppress(FileExistsError):
                        os.mkdir(each, dir_fd=descriptor)
                entered = self._enter(descriptor, each, path)
                os.close(descriptor)
                descriptor = entered
            yield descriptor, name
        finally:
            os.close(descriptor)

    @staticmethod
    def _enter(descriptor: int, name: str, path: str) -> int:
        try:
            return os.open(name, _DIRECTORY, dir_fd=descriptor)
        except NotADirectoryError:
            raise Unsafe(path, f"{shown(name)} is a symbolic link or no directory") from None

    def _put_back(self, folder: int, name: str, unfinished: str, ours: str) -> None:
        exchange(unfinished, name, folder)
        if _read(folder, unfinished, name, None).digest != ours:
            # Saved twice meanwhile: the later one stays in its place, the earlier one stands beside it.
            exchange(unfinished, name, folder)
            rename_no_replace(unfinished, folder, f"{name}.conflict-{secrets.token_hex(4)}", folder)

    def _remove_emptied(self, path: str) -> None:
        while "/" in path:
            path = path.rpartition("/")[0]
            try:
                with self._parent(path) as (folder, name):
                    os.rmdir(name, dir_fd=folder)
            except (OSError, Unsafe):
                return


def folder_and_file(folder: int, name: str) -> tuple[int, int] | None:
    """Return what tells a file from all others, None when there is none."""
    try:
        status = os.stat(name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return None
    return status.st_dev, status.st_ino


def why_not_regular(mode: int) -> str | None:
    """Return what a file of this mode is, when it is not one that may be read; None when it is."""
    if stat.S_ISREG(mode):
        return None
    kinds = {
        stat.S_IFLNK: "a symbolic link",
        stat.S_IFIFO: "a FIFO",
        stat.S_IFSOCK: "a socket",
        stat.S_IFDIR: "a directory",
    }
    return f"is {kinds.get(stat.S_IFMT(mode), 'a device')}: not followed, not read, not written"


def _read(folder: int, name: str, path: str, limit: int | None) -> FileContent:
    status = os.stat(name, dir_fd=folder, follow_symlinks=False)
    if why := why_not_regular(status.st_mode):
        raise Unsafe(path, why)
    with os.fdopen(_open_for_reading(folder, name, path), "rb") as file:
        status = os.fstat(file.fileno())
        if why := why_not_regular(status.st_mode):
            raise Unsafe(path, why)
        data = file.read() if limit is None else file.read(limit + 1)
        if limit is not None and len(data) > limit:
            raise Unsafe(path, f"is larger than {limit // (1024 * 1024)} MiB")
        return FileContent(data, digest_of(data), status.st_ino)


def _open_for_reading(folder: int, name: str, path: str) -> int:
    try:
        return os.open(name, _READ, dir_fd=folder)
    except PermissionError:
        raise Unsafe(path, "cannot be read: permission denied") from None
    except OSError as error:
        if isinstance(error, FileNotFoundError):
            raise
        raise Unsafe(path, f"cannot be read: {error.strerror}") from error


def _is_settled(folder: int, name: str, path: str, expected: str) -> bool:
    """Return whether a file holds what has the digest `expected`, and nobody has it open for writing."""
    try:
        descriptor = _open_for_reading(folder, name, path)
    except FileNotFoundError:
        return False
    try:
        # First the writers, then the text: whoever wrote before is seen in the text, nobody writes after.
        if has_writer(descriptor):
            return False
    finally:
        os.close(descriptor)
    return _read(folder, name, path, None).digest == expected


def _copy_mode(folder: int, name: str, to: str) -> None:
    mode = stat.S_IMODE(os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode)
    with suppress(OSError):
        os.chmod(to, mode & 0o777, dir_fd=folder)
