"""State: what was mirrored last, kept in the folder's `.shoal-mirror` so that a crash forgets nothing.

Owns the files there: `state.json` (rewritten whole, atomically), `journal` (what changed since, a line each, on disk
before the call returns), `texts/` (what is being sent, by digest), `trash/` and the lock. Decides nothing.
"""

from __future__ import annotations

import fcntl
import json
import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict, dataclass
from typing import Any

from cli.errors import Failed
from cli.mirroring.folder import Folder, Unsafe
from cli.mirroring.model import Kind, Mirrored, Sending, Writing
from cli.mirroring.paths import STATE_FOLDER

_SCHEMA = 1
_STATE, _JOURNAL, _TEXTS, _LOCK = "state.json", "journal", "texts", "lock"
TRASH = "trash"
_MAX_JOURNAL = 2000
"""Lines after which the state is written whole."""


@dataclass(frozen=True, slots=True)
class Origin:
    """What a folder is mirrored with; another is refused."""

    server: str
    project: str
    form: str


class State:
    """What is mirrored: `entries` by document. Every change is on disk when the method returns."""

    def __init__(self, folder: Folder, origin: Origin, entries: dict[str, Mirrored]) -> None:
        self.folder, self._origin, self._entries = folder, origin, entries
        self._journal = -1
        self._lines = 0

    @property
    def entries(self) -> Mapping[str, Mirrored]:
        """Return what is mirrored, by document."""
        return self._entries

    @classmethod
    @contextmanager
    def opened(cls, root: Folder, origin: Origin, *, adopt: bool = False) -> Iterator[State]:
        """Hold the state of the mirrored folder `root`, alone.

        Raises Failed when another mirror runs there, or the folder is of another origin. `adopt` begins anew and keeps
        the old state in a file.
        """
        with ExitStack() as stack:
            folder = stack.enter_context(_state_folder(root))
            stack.enter_context(_locked(folder))
            if adopt and folder.exists(_STATE):
                folder.move(_STATE, f"state-{secrets.token_hex(4)}.json")
            state = cls(folder, origin, _read(folder, origin))
            state._compact()
            try:
                yield state
            finally:
                state._compact()
                os.close(state._journal)

    def put(self, entry: Mirrored) -> None:
        """Remember an entry, in the place of the one of its document."""
        self._entries[entry.document] = entry
        self._append({"put": asdict(entry)})

    def drop(self, document: str) -> None:
        """Remember a document no more."""
        self._entries.pop(document, None)
        self._append({"drop": document})

    def keep_text(self, digest: str, data: bytes) -> None:
        """Keep a text until no entry speaks of it."""
        path = f"{_TEXTS}/{digest}"
        if not self.folder.exists(path):
            self.folder.write(path, data)

    def text(self, digest: str) -> bytes:
        """Return a kept text. Raises FileNotFoundError."""
        return self.folder.read(f"{_TEXTS}/{digest}", None).data

    def is_in_place(self, root: Folder) -> bool:
        """Return whether this state is still that of the folder: false when the folder was emptied or taken away."""
        try:
            there = os.stat(STATE_FOLDER, dir_fd=root.descriptor, follow_symlinks=False)
        except OSError:
            return False
        return os.path.samestat(there, os.fstat(self.folder.descriptor))

    def drop_texts(self) -> None:
        """Remove texts that no entry speaks of."""
        with suppress(FileNotFoundError), self.folder.below(_TEXTS) as texts:
            needed = {digest for entry in self._entries.values() for digest in _texts_of(entry)}
            for name in os.listdir(texts.descriptor):
                if name not in needed:
                    os.unlink(name, dir_fd=texts.descriptor)

    def _append(self, change: dict[str, Any]) -> None:
        try:
            os.write(self._journal, json.dumps(change).encode() + b"\n")
            os.fsync(self._journal)
        except OSError as error:
            raise Failed(f"cannot write {STATE_FOLDER}/{_JOURNAL}: {error.strerror}") from error
        self._lines += 1
        if self._lines >= _MAX_JOURNAL:
            self._compact()

    def _compact(self) -> None:
        """Write the state whole and begin a new journal. A crash between the two repeats lines: they set, never add."""
        entries = {name: asdict(entry) for name, entry in sorted(self._entries.items())}
        whole = {"schema": _SCHEMA, **asdict(self._origin), "documents": entries}
        self.folder.write(_STATE, json.dumps(whole, indent=1).encode() + b"\n")
        if self._journal >= 0:
            os.close(self._journal)
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC
        self._journal = os.open(_JOURNAL, flags, 0o600, dir_fd=self.folder.descriptor)
        self._lines = 0
        self.drop_texts()


def read_entries(root: Folder, origin: Origin) -> dict[str, Mirrored]:
    """Return what was mirrored last, without touching anything: empty where nothing was. Raises Failed."""
    if not root.exists(STATE_FOLDER):
        return {}
    with _state_folder(root) as folder:
        return _read(folder, origin)


@contextmanager
def _state_folder(root: Folder) -> Iterator[Folder]:
    with ExitStack() as stack:
        try:
            folder = stack.enter_context(root.below(STATE_FOLDER))
        except Unsafe as unsafe:
            raise Failed(f"cannot keep the mirror's state: {unsafe}") from unsafe
        yield folder


def _read(folder: Folder, origin: Origin) -> dict[str, Mirrored]:
    """Return the entries, none where no state is. Raises Failed when they are another origin's."""
    try:
        whole = json.loads(folder.read(_STATE, None).data)
    except FileNotFoundError:
        return {}
    except ValueError:
        raise Failed(f"{STATE_FOLDER}/{_STATE} cannot be read; remove it, and files are compared anew") from None
    if whole.get("schema") != _SCHEMA:
        raise Failed(f"{STATE_FOLDER}/{_STATE} is of another version of shoal ({whole.get('schema')})")
    was = Origin(whole["server"], whole["project"], whole["form"])
    for what, mine, theirs in (
        ("server", origin.server, was.server),
        ("project", origin.project, was.project),
        ("--format", origin.form, was.form),
    ):
        if mine != theirs:
            raise Failed(f"this folder is mirrored with another {what}, {theirs}, not {mine}; --adopt begins anew")
    entries = {name: _entry(each) for name, each in whole["documents"].items()}
    for change in _journal_lines(folder):
        if "put" in change:
            entry = _entry(change["put"])
            entries[entry.document] = entry
        else:
            entries.pop(change["drop"], None)
    return entries


def _journal_lines(folder: Folder) -> Iterator[dict[str, Any]]:
    try:
        lines = folder.read(_JOURNAL, None).data.split(b"\n")
    except FileNotFoundError:
        return
    for line in lines[:-1]:  # what has no end of line was being written at a crash, and was not relied upon
        yield json.loads(line)


def _entry(values: dict[str, Any]) -> Mirrored:
    sending, writing = values.pop("sending"), values.pop("writing")
    return Mirrored(
        **{**values, "kind": Kind(values["kind"]), "sketch": tuple(values["sketch"])},
        sending=Sending(**sending) if sending else None,
        writing=Writing(**writing) if writing else None,
    )


def _texts_of(entry: Mirrored) -> Iterator[str]:
    if entry.lags:
        yield entry.disk
    if entry.sending:
        yield entry.sending.source
        yield entry.sending.disk


@contextmanager
def _locked(folder: Folder) -> Iterator[None]:
    flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
    descriptor = os.open(_LOCK, flags, 0o600, dir_fd=folder.descriptor)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Failed("another `shoal mirror` runs on this folder") from None
        yield
    finally:
        os.close(descriptor)
