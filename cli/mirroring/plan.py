"""Plan: what to do so that a folder and a project become the same.

Pure: what was mirrored last, the files now and the documents now go in, actions come out. Performing all of them and
planning again ends at no action. The table in docs/mirror.md says the same in words.
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass, field, replace

from cli.mirroring.matching import renamed
from cli.mirroring.model import EMPTY, FileSeen, Mirrored, Refused, RemoteDocument, Rules, Seen
from cli.mirroring.paths import key, path_for, why_not


@dataclass(frozen=True, slots=True)
class Resend:
    """Send again what may or may not have arrived, under its old request id."""

    document: str


@dataclass(frozen=True, slots=True)
class Forget:
    """The document is gone for good, or from this project: mirror it no more; with `trash`, move its file there."""

    document: str
    trash: bool


@dataclass(frozen=True, slots=True)
class Undelete:
    """The file lives: take its document out of the trash."""

    document: str


@dataclass(frozen=True, slots=True)
class Note:
    """Nothing to be done but to know it."""

    entry: Mirrored


@dataclass(frozen=True, slots=True)
class SetAside:
    """Rename a file that is in the way to a conflict copy."""

    path: str


@dataclass(frozen=True, slots=True)
class Move:
    """The document has another path: rename its file."""

    document: str
    to: str


@dataclass(frozen=True, slots=True)
class Label:
    """The file has another path: tell the document."""

    document: str


@dataclass(frozen=True, slots=True)
class Push:
    """Send the file's text."""

    document: str


@dataclass(frozen=True, slots=True)
class Compare:
    """A document and a file of one path, and nothing known of either: the same, or a conflict."""

    document: str
    path: str


@dataclass(frozen=True, slots=True)
class Adopt:
    """A document without a file: write one at `path`."""

    document: str
    path: str


@dataclass(frozen=True, slots=True)
class Pull:
    """Write the document's text into its file."""

    document: str


@dataclass(frozen=True, slots=True)
class Create:
    """A file without a document: create it. `document` is empty unless its name was chosen before."""

    path: str
    document: str = ""


@dataclass(frozen=True, slots=True)
class TrashFile:
    """The document was deleted: move its file to the mirror's trash."""

    document: str


@dataclass(frozen=True, slots=True)
class Delete:
    """The file was deleted: move its document to the trash."""

    document: str


Action = (
    Resend | Forget | Undelete | Note | SetAside | Move | Label | Push | Compare | Adopt | Pull | Create | TrashFile
    | Delete
)  # fmt: skip
_ORDER: tuple[type[Action], ...] = (
    Note, Resend, Forget, TrashFile, Undelete, SetAside, Move, Label, Push, Compare, Adopt, Pull, Create, Delete,
)  # fmt: skip


@dataclass(slots=True)
class Plan:
    """Actions in the order to perform them, what is refused, and documents whose file vanished or was emptied just now.

    An `unsettled` document waits: an editor may be in the middle of saving.
    """

    actions: list[Action] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    unsettled: set[str] = field(default_factory=set)


class Everything(Container[str]):
    """Contains every document: nothing is waited for."""

    def __contains__(self, _: object) -> bool:
        """Say yes."""
        return True


def plan(
    mirrored: Mapping[str, Mirrored],
    seen: Seen,
    remote: Mapping[str, RemoteDocument],
    rules: Rules,
    settled: Container[str],
) -> Plan:
    """Return what to do. `settled` holds the documents whose file has been missing, or empty, for long enough."""
    return _Planner(mirrored, seen, remote, rules, settled).plan()


class _Planner:
    def __init__(
        self,
        mirrored: Mapping[str, Mirrored],
        seen: Seen,
        remote: Mapping[str, RemoteDocument],
        rules: Rules,
        settled: Container[str],
    ) -> None:
        self._seen, self._remote, self._rules, self._settled = seen, remote, rules, settled
        self._out = Plan(refused=list(seen.refused))
        self._strangers = {
            document.label: name
            for name, document in sorted(remote.items(), reverse=True)
            if name not in mirrored and not document.is_deleted and document.label
        }
        """Paths of documents that are not mirrored yet."""
        self._entries = self._located(mirrored)
        claimed = {entry.path for entry in self._entries.values() if entry.path in seen.files and self._holds(entry)}
        self._fresh = {path: file for path, file in seen.files.items() if path not in claimed}
        """Files that belong to no document yet."""
        self._taken = {key(path) for path in seen.files} | {key(each.path) for each in self._living()}
        self._labels = {key(each.label) for each in remote.values() if each.label and not each.is_deleted}

    def plan(self) -> Plan:
        moving: dict[str, str] = {}
        for entry in self._entries.values():
            if not self._seen.hides(entry.path):
                self._plan_entry(entry, moving)
        self._plan_moves(moving)
        self._plan_strangers()
        self._plan_fresh()
        self._out.actions.sort(key=lambda action: _ORDER.index(type(action)))
        return self._out

    def _located(self, mirrored: Mapping[str, Mirrored]) -> dict[str, Mirrored]:
        """Return the entries with the paths their files have now."""
        files = self._seen.files
        lost = [
            entry
            for entry in mirrored.values()
            if not entry.is_trashed and entry.is_created and entry.path not in files
            and not self._seen.hides(entry.path)
        ]  # fmt: skip
        known = {entry.path for entry in mirrored.values() if not entry.is_trashed or entry.path in files}
        found = {path: file for path, file in files.items() if path not in known and path not in self._strangers}
        entries = dict(mirrored)
        for document, path in renamed(lost, found).items():
            entries[document] = replace(entries[document], path=path)
            self._out.actions.append(Note(entries[document]))
        # A path may have had a document that is in the trash and have another now: it is the living one's.
        paths = {entry.path for entry in entries.values() if not entry.is_trashed}
        revived: dict[str, str] = {}
        for entry in entries.values():
            if not entry.is_trashed or entry.path in paths or entry.document not in self._remote:
                continue
            if (file := files.get(entry.path)) and (entry.path not in revived or entry.disk == file.digest):
                revived[entry.path] = entry.document
        self._revived = set(revived.values())
        return entries

    def _holds(self, entry: Mirrored) -> bool:
        """Return whether the file at the entry's path is the entry's."""
        return not entry.is_trashed or entry.document in self._revived

    def _living(self) -> list[Mirrored]:
        return [entry for entry in self._entries.values() if self._holds(entry)]

    def _do(self, *actions: Action) -> None:
        self._out.actions.extend(actions)

    def _refuse(self, path: str, why: str) -> None:
        self._out.refused.append(Refused(path, why))

    def _plan_entry(self, entry: Mirrored, moving: dict[str, str]) -> None:
        file = self._seen.files.get(entry.path) if self._holds(entry) else None
        document = self._remote.get(entry.document)
        if entry.writing:
            return  # its file waits to be settled
        if not entry.is_created:
            self._do(Create(entry.path, entry.document) if file else Forget(entry.document, trash=False))
        elif document is None:
            # With edits that were not sent, the file stays and is new.
            self._do(Forget(entry.document, trash=file is not None and entry.is_clean(file)))
        elif entry.sending:
            self._do(Undelete(entry.document) if document.is_deleted else Resend(entry.document))
        elif file is None:
            self._plan_missing(entry, document)
        elif document.is_deleted:
            keeps = entry.is_trashed or not entry.is_clean(file)
            self._do(Undelete(entry.document) if keeps else TrashFile(entry.document))
        else:
            self._plan_path(entry, document, moving)
            self._plan_content(entry, file, document)

    def _plan_missing(self, entry: Mirrored, document: RemoteDocument) -> None:
        if document.is_deleted:
            if not entry.is_trashed:
                self._do(Note(replace(entry, is_trashed=True)))
        elif entry.is_trashed:
            # Somebody undeleted it: it gets its file again, as if it were new.
            self._do(Forget(entry.document, trash=False))
        elif entry.lags or document.head > entry.revision:
            self._do(Pull(entry.document))
        elif entry.document in self._settled:
            self._do(Delete(entry.document))
        else:
            self._out.unsettled.add(entry.document)

    def _plan_content(self, entry: Mirrored, file: FileSeen, document: RemoteDocument) -> None:
        if entry.is_trashed:
            self._do(Note(replace(entry, is_trashed=False)))
        elif file.digest == entry.disk:
            if entry.lags or document.head > entry.revision:
                self._do(Pull(entry.document))
        elif file.digest == entry.rendered:
            self._do(Note(replace(entry, disk=file.digest, inode=file.inode, sketch=file.sketch)))
        elif file.digest == EMPTY and entry.document not in self._settled:
            self._out.unsettled.add(entry.document)
        else:
            self._do(Push(entry.document))

    def _plan_path(self, entry: Mirrored, document: RemoteDocument, moving: dict[str, str]) -> None:
        if entry.path == document.label:
            if entry.label != document.label:
                self._do(Note(replace(entry, label=document.label)))
        elif not document.label or document.label == entry.label:
            if not self._is_anothers(entry):
                self._do(Label(entry.document))
            elif document.label:
                self._refuse(entry.path, f"another document has this path; {entry.document} is still at {entry.label}")
            else:
                moving[entry.document] = self._path_for(document)
        elif why := self._why_not_at(document.label):
            self._refuse(document.label, f"{why}; {entry.document} stays at {entry.path}")
        else:
            moving[entry.document] = document.label

    def _is_anothers(self, entry: Mirrored) -> bool:
        """Return whether a living document has the entry's path already."""
        return key(entry.path) in self._labels - {key(self._remote[entry.document].label)}

    def _plan_moves(self, moving: dict[str, str]) -> None:
        """Move to free places; what waits for another's place goes when that has moved, and a ring is broken up."""
        places = {key(entry.path): entry.document for entry in self._living()}
        possible, waiting = {}, []
        for document, to in moving.items():
            holder = places.get(key(to), document)
            if holder == document:
                possible[document] = to
            elif holder in moving:
                waiting.append(document)
            else:
                self._refuse(to, f"the path of {document} is {holder}'s already")
        if waiting and not possible:
            entry = self._entries[waiting[0]]
            stem, dot, extension = entry.path.rpartition(".")
            possible[entry.document] = path_for(stem or entry.path, dot + extension, self._taken | self._labels)
        for document, to in possible.items():
            in_the_way = [path for path in self._fresh if key(path) == key(to)]
            self._do(*map(SetAside, in_the_way), Move(document, to))
            for path in in_the_way:
                del self._fresh[path]

    def _plan_strangers(self) -> None:
        """Documents that are not mirrored yet."""
        places = {key(entry.path) for entry in self._living()}
        for name, document in sorted(self._remote.items()):
            if name in self._entries or document.is_deleted:
                continue
            path = document.label or self._path_for(document)
            holder = next((each for each in self._fresh if key(each) == key(path)), None)
            if why := self._why_not_at(path):
                self._refuse(path, f"{name} is not mirrored: {why}")
            elif key(path) in places:
                self._refuse(path, f"{name} is not mirrored: another document has this path")
            elif holder is None:
                places.add(key(path))
                self._do(Adopt(name, path))
            elif holder == path:
                places.add(key(path))
                del self._fresh[path]
                self._do(Compare(name, path))
            else:
                self._refuse(path, f"{name} is not mirrored: {holder} differs only in upper and lower case")

    def _path_for(self, document: RemoteDocument) -> str:
        path = path_for(document.title, self._rules.extension(document.kind), self._taken | self._labels)
        self._taken.add(key(path))
        return path

    def _plan_fresh(self) -> None:
        """Files that have no document yet."""
        places = {key(entry.path) for entry in self._living()} | self._labels
        for path in sorted(self._fresh):
            if key(path) in places:
                self._refuse(path, "a document or file has this path already, or one that differs only in case")
            else:
                places.add(key(path))
                self._do(Create(path))

    def _why_not_at(self, path: str) -> str | None:
        if why := why_not(path):
            return why
        if not self._rules.includes(path):
            return "no --include pattern fits the path"
        return "something that is not mirrored stands there" if self._seen.hides(path) else None
