"""A server in memory for tests of the mirror, with people who write into it, and the moments at which it fails.

Behaves as the contract of shoal.document.v1 says: edits are transformed, request ids answered again, ids taken once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from cli.mirroring.folder import Folder
from cli.mirroring.model import Kind, RemoteDocument, Rules
from cli.mirroring.plan import Everything
from cli.mirroring.port import Away, Reason, Refusal
from cli.mirroring.report import Report
from cli.mirroring.state import Origin, State
from cli.mirroring.sync import Outcome, Sync
from ot.diff import diff
from ot.document import Document, apply
from ot.operation import Operation
from ot.transform import transform


class Crash(BaseException):
    """The mirror's process ends here."""


def canonical(kind: Kind, text: str) -> str:
    """Return a text as the server writes it: rich text has one style of emphasis and ends with a newline."""
    if kind is Kind.PLAIN:
        return text
    return text.replace("__", "**").rstrip("\n") + "\n"


@dataclass
class Stored:
    """A document and its history."""

    told: RemoteDocument
    operations: list[Operation] = field(default_factory=list)
    answers: dict[str, tuple[int, bool]] = field(default_factory=dict)

    def at(self, revision: int | None = None) -> Document:
        document = Document()
        for operation in self.operations[:revision]:
            document = apply(document, operation)
        return document

    @property
    def text(self) -> str:
        return self.at().text()

    def write(self, text: str, base: int | None = None) -> tuple[int, bool]:
        operation = diff(self.at(base), Document.from_text(canonical(self.told.kind, text)))
        for other in self.operations[len(self.operations) if base is None else base :]:
            operation = transform(operation, other, first=False)
        if not operation:
            return len(self.operations), False
        self.operations.append(operation)
        self.told = replace(self.told, head=len(self.operations))
        return len(self.operations), True


class Server:
    """All documents. Each call has a moment before and one after its effect, at which the next of `fail` happens."""

    def __init__(self) -> None:
        self.stored: dict[str, Stored] = {}
        self.fail: list[BaseException | Callable[[], None] | None] = []
        self.calls: list[str] = []

    def moment(self, rpc: str = "") -> None:
        if rpc:
            self.calls.append(rpc)
        if self.fail and (event := self.fail.pop(0)):
            if isinstance(event, BaseException):
                raise event
            event()

    def _document(self, name: str) -> Stored:
        if name not in self.stored:
            raise Refusal(Reason.ERROR_REASON_DOCUMENT_NOT_FOUND, f"{name} does not exist")
        return self.stored[name]

    def _living(self, name: str) -> Stored:
        stored = self._document(name)
        if stored.told.is_deleted:
            raise Refusal(Reason.ERROR_REASON_DOCUMENT_DELETED, f"{name} is deleted")
        return stored

    # What people do

    def add(self, name: str, text: str, *, label: str = "", title: str = "", kind: Kind = Kind.RICH) -> Stored:
        stored = Stored(RemoteDocument(f"documents/{name}", kind, 0, title, label))
        stored.write(text)
        self.stored[stored.told.name] = stored
        return stored

    def by_path(self, path: str) -> Stored | None:
        living = (each for each in self.stored.values() if not each.told.is_deleted)
        return next((each for each in living if each.told.label == path), None)

    # What the mirror asks

    def documents(self) -> Mapping[str, RemoteDocument]:
        return {name: stored.told for name, stored in self.stored.items()}

    async def look_up(self, name: str) -> None:
        self.moment("look_up")

    async def content(self, name: str, kind: Kind, revision: int | None = None) -> tuple[bytes, int]:
        self.moment("content")
        stored = self._document(name)
        self.moment()
        revision = len(stored.operations) if revision is None else revision
        return stored.at(revision).text().encode(), revision

    async def replace(self, name: str, kind: Kind, text: str, base_revision: int, request_id: str) -> tuple[int, bool]:
        self.moment("replace")
        stored = self._living(name)
        if request_id not in stored.answers:
            stored.answers[request_id] = stored.write(text, base_revision)
        self.moment()
        return stored.answers[request_id]

    async def create(self, document_id: str, kind: Kind, title: str, path: str, text: str) -> int:
        self.moment("create")
        name = f"documents/{document_id}"
        if name in self.stored:
            raise Refusal(Reason.ERROR_REASON_DOCUMENT_ALREADY_EXISTS, f"{name} exists")
        created = self.add(document_id, text, label=path, title=title, kind=kind).told.head
        self.moment()
        return created

    async def created_revision(self, name: str) -> int:
        self.moment("created_revision")
        return 1 if self._document(name).operations else 0

    async def set_path(self, name: str, path: str, title: str | None) -> None:
        self.moment("set_path")
        stored = self._living(name)
        stored.told = replace(stored.told, label=path, title=stored.told.title if title is None else title)
        self.moment()

    async def delete(self, name: str) -> None:
        self.moment("delete")
        stored = self._document(name)
        stored.told = replace(stored.told, is_deleted=True)
        self.moment()

    async def undelete(self, name: str) -> None:
        self.moment("undelete")
        stored = self._document(name)
        stored.told = replace(stored.told, is_deleted=False)
        self.moment()


AWAY = Away("no Shoal answers")


class UnreliableFolder(Folder):
    """A folder with such moments before and after each change."""

    def __init__(self, descriptor: int, moment: Callable[[], None]) -> None:
        super().__init__(descriptor)
        self._moment = moment

    def prepare(self, path: str, data: bytes) -> str:
        self._moment()
        unfinished = super().prepare(path, data)
        self._moment()
        return unfinished

    def place(self, path: str, unfinished: str) -> bool:
        self._moment()
        done = super().place(path, unfinished)
        self._moment()
        return done

    def swap(self, path: str, unfinished: str, expected: str) -> bool:
        self._moment()
        done = super().swap(path, unfinished, expected)
        self._moment()
        return done

    def move(self, path: str, to: str) -> None:
        self._moment()
        super().move(path, to)
        self._moment()

    def move_into(self, path: str, folder: Folder, to: str) -> None:
        self._moment()
        super().move_into(path, folder, to)
        self._moment()


ORIGIN = Origin("server", "projects/p", "markdown")
NOW = datetime(2026, 1, 31, 12, 0, 0, tzinfo=UTC)


class World:
    """A folder, a server, and a mirror that is started anew for each sync."""

    def __init__(self, path: Path) -> None:
        self.path, self.server = path, Server()
        self.report = Report()

    @contextmanager
    def mirror(self) -> Iterator[Sync]:
        with Folder.opened(self.path) as folder, State.opened(folder, ORIGIN) as state:
            try:
                folder = UnreliableFolder(folder.descriptor, self.server.moment)
                sync = Sync(folder, state, self.server, Rules(), self.report, lambda: NOW)
                sync.recover()
                yield sync
            except Crash:
                state._compact = lambda: None  # a process that is killed writes nothing at its end
                raise

    async def sync(self) -> Outcome:
        with self.mirror() as sync:
            return await sync.settle(Everything())

    def write(self, path: str, text: str) -> None:
        """Save as editors do: a new file renamed over the old one."""
        (self.path / path).parent.mkdir(parents=True, exist_ok=True)
        saved = self.path / path.replace("/", "-")
        saved = saved.with_name(f".{saved.name}.saving")
        saved.write_text(text)
        saved.rename(self.path / path)

    def read(self, path: str) -> str:
        return (self.path / path).read_text()

    def files(self) -> dict[str, str]:
        """All files that a person sees, and what is in them."""
        return {
            str(each.relative_to(self.path)): each.read_text()
            for each in sorted(self.path.rglob("*"))
            if each.is_file() and ".shoal-mirror" not in each.parts
        }

    def trash(self) -> list[str]:
        return [each.read_text() for each in (self.path / ".shoal-mirror" / "trash").rglob("*") if each.is_file()]
