"""Sync: performs what cli/mirroring/plan.py decides, one action after the other.

Owns the order of writing and remembering: what is about to happen is remembered first, so that after a crash between
any two steps nothing is lost and nothing is applied twice. Raises Away when the server is; everything waits then.
"""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Callable, Container
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from cli.errors import Failed
from cli.mirroring import plan as planned
from cli.mirroring.folder import Folder, TooLarge, Unsafe, digest_of
from cli.mirroring.merge import merge
from cli.mirroring.model import Kind, Mirrored, Refused, Rules, Seen, Sending, sketch_of
from cli.mirroring.paths import conflict_path, stem_of, title_of
from cli.mirroring.port import Documents, Reason, Refusal
from cli.mirroring.report import Report, summary
from cli.mirroring.scan import Scanner
from cli.mirroring.state import TRASH, State
from cli.mirroring.writing import Writer, beside

_DOCUMENTS = "documents/"
_MAX_PASSES = 20


@dataclass(slots=True)
class Outcome:
    """What is left after everything that could be done was: `unsettled` documents, and files that were just written."""

    unsettled: set[str] = field(default_factory=set)
    is_busy: bool = False


class Sync:
    """One folder and one project's documents."""

    def __init__(
        self, folder: Folder, state: State, remote: Documents, rules: Rules, report: Report,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:  # fmt: skip
        self._folder, self._state, self._remote, self._rules = folder, state, remote, rules
        self._report, self._now = report, now
        self._scanner, self._writer = Scanner(folder, rules), Writer(folder, state, now)
        self._refused_before: dict[object, Refused] = {}

    def recover(self) -> None:
        """Settle the files that were being put in their places when the mirror before this one ended."""
        self._writer.settle()
        pending = {
            beside(entry.path, entry.writing.unfinished) for entry in self._state.entries.values() if entry.writing
        }
        for path in self._scanner.unfinished():
            if path not in pending:
                self._folder.discard(path, path.rpartition("/")[2])

    async def begin(self, settled: Container[str]) -> Outcome:
        """Settle for the first time: tell what there is to do, and how far it is. Raises Failed."""
        plan, _ = await self._look(settled)
        mirrored = [entry for entry in self._state.entries.values() if entry.is_created and not entry.is_trashed]
        if len(mirrored) > 1 and not any(entry.document in self._remote.documents() for entry in mirrored):
            raise Failed(
                f"none of the {len(mirrored)} documents that were mirrored here exists there: is this the same server? "
                "--adopt begins anew"
            )
        self._report.status(f"{len(mirrored)} documents are mirrored; {summary(plan.actions)}")
        with self._report.bar(len(plan.actions)) as advance:
            return await self.settle(settled, advance)

    async def settle(self, settled: Container[str] = (), advance: Callable[[], None] = lambda: None) -> Outcome:
        """Do everything there is to do. `advance` is called after each action."""
        # What the disk refused may succeed now; the rest is tried again when something of it changed.
        self._refused_before = {key: each for key, each in self._refused_before.items() if each.is_final}
        for _ in range(_MAX_PASSES):
            plan, seen = await self._look(settled)
            actions = [action for action in plan.actions if self._key(action, seen) not in self._refused_before]
            if not actions:
                refused = [*plan.refused, *self._still_refused(plan, seen)]
                self._report.refused(refused)
                return Outcome(plan.unsettled)
            if not await self._perform_all(actions, seen, advance):
                return Outcome(plan.unsettled, is_busy=True)
        return Outcome(is_busy=True)

    async def _look(self, settled: Container[str]) -> tuple[planned.Plan, Seen]:
        if not self._state.is_in_place(self._folder):
            raise Failed(
                "the mirrored folder was emptied or taken away, with the mirror's own state; nothing was deleted"
            )
        self._writer.settle()
        entries = self._state.entries
        for name, entry in list(entries.items()):
            if entry.is_created and name not in self._remote.documents():
                await self._remote.look_up(name)
        seen = self._scanner.scan({entry.path for entry in entries.values()})
        return planned.plan(entries, seen, self._remote.documents(), self._rules, settled), seen

    def _key(self, action: planned.Action, seen: Seen) -> object:
        """Return what must change before an action that was refused is worth trying again."""
        document: str = getattr(action, "document", "")
        entry = self._state.entries.get(document)
        path: str = getattr(action, "path", entry.path if entry else "")
        file = seen.files.get(path)
        return action, entry, file and file.digest, self._remote.documents().get(document)

    def _still_refused(self, plan: planned.Plan, seen: Seen) -> list[Refused]:
        keys = [self._key(action, seen) for action in plan.actions]
        self._refused_before = {key: self._refused_before[key] for key in keys}
        return list(self._refused_before.values())

    async def _perform_all(self, actions: list[planned.Action], seen: Seen, advance: Callable[[], None]) -> bool:
        """Perform actions; return whether any of them changed anything, or is not to be tried again."""
        has_changed = False
        for action in actions:
            key = self._key(action, seen)
            try:
                has_changed |= await self._perform(action)
            except (Refusal, Unsafe, OSError) as error:
                self._refused_before[key] = self._refused(action, error)
                has_changed = True
            advance()
        self._state.drop_texts()
        return has_changed

    def _refused(self, action: planned.Action, error: Exception) -> Refused:
        entry = self._state.entries.get(getattr(action, "document", ""))
        path: str = getattr(action, "path", entry.path if entry else "")
        match error:
            case Unsafe():
                return Refused(error.path, error.why, is_final=isinstance(error, TooLarge))
            case OSError():
                return Refused(path, error.strerror or str(error))
            case _:
                return Refused(path, str(error), is_final=True)

    async def _perform(self, action: planned.Action) -> bool:
        match action:
            case planned.Note(entry):
                self._state.put(entry)
            case planned.Forget(document, trash):
                return self._forget(document, trash=trash)
            case planned.SetAside(path):
                self._set_aside(path)
            case planned.Compare(document, path):
                await self._compare(document, path)
            case planned.Adopt(document, path):
                return await self._adopt(document, path)
            case planned.Create(path, document):
                return await self._create(path, document)
            case planned.Resend() | planned.Undelete() | planned.Move() | planned.Label() | planned.Push():
                return await self._perform_on(action, self._state.entries[action.document])
            case planned.Pull() | planned.TrashFile() | planned.Delete():
                return await self._perform_on(action, self._state.entries[action.document])
        return True

    async def _perform_on(self, action: planned.Action, entry: Mirrored) -> bool:
        match action:
            case planned.Resend():
                await self._send(entry)
            case planned.Undelete():
                await self._remote.undelete(entry.document)
                self._state.put(replace(self._state.entries[entry.document], is_trashed=False))
                self._report.done(entry.path, f"{entry.document} was taken out of the trash: its file was edited")
            case planned.Move(_, to):
                self._move(entry, to)
            case planned.Label():
                await self._label(entry)
            case planned.Push():
                return await self._push(entry)
            case planned.Pull():
                return await self._pull(entry)
            case planned.TrashFile():
                self._trash(entry)
                self._state.put(replace(entry, is_trashed=True))
            case planned.Delete():
                return await self._delete(entry)
        return True

    # What the disk tells the server

    async def _push(self, entry: Mirrored) -> bool:
        """Send a file's text: remembered first, under a fresh request id."""
        try:
            file = self._folder.read(entry.path)
        except FileNotFoundError:
            return False
        text, has_others = file.text(entry.path), False
        if entry.lags:
            # What the file had when last sent is in the document, among others' edits: this edit goes on top of them.
            base = self._state.text(entry.disk).decode("utf-8-sig")
            theirs, _ = await self._remote.content(entry.document, entry.kind, entry.revision)
            merged = merge(base, text, theirs.decode())
            text, has_others = merged, merged != text
        source = text.encode()
        sending = Sending(str(uuid.uuid4()), digest_of(source), file.digest, has_others)
        self._state.keep_text(sending.source, source)
        self._state.keep_text(sending.disk, file.data)
        entry = replace(entry, sending=sending, inode=file.inode, sketch=sketch_of(text))
        self._state.put(entry)
        await self._send(entry)
        return True

    async def _send(self, entry: Mirrored) -> None:
        """Send what is remembered, perhaps again."""
        assert entry.sending is not None
        sending, base = entry.sending, entry.revision
        text = self._state.text(sending.source).decode()
        try:
            revision, has_changed = await self._remote.replace(
                entry.document, entry.kind, text, base, sending.request_id
            )
        except Refusal as refusal:
            if refusal.reason in (Reason.ERROR_REASON_DOCUMENT_DELETED, Reason.ERROR_REASON_DOCUMENT_NOT_FOUND):
                # It may have arrived before: it is sent again under the same id when the document is back.
                await self._remote.look_up(entry.document)
                return
            self._state.put(replace(entry, sending=None))
            raise
        # Nothing but this edit since its base: the file says what the document does.
        lags = sending.has_others or (has_changed and revision != base + 1)
        entry = replace(
            entry, revision=revision if has_changed else base, disk=sending.disk, rendered="", lags=lags, sending=None
        )
        self._state.put(entry)
        if has_changed:
            self._report.done(entry.path, f"sent as revision {revision} of {entry.document}")

    async def _create(self, path: str, document: str) -> bool:
        """Create a document: its id is remembered first, so that a second try finds the first."""
        try:
            file = self._folder.read(path)
        except FileNotFoundError:
            return False
        text, kind = file.text(path), self._rules.kind_of(path)
        name = document or _DOCUMENTS + f"f{secrets.token_hex(8)}"
        entry = Mirrored(name, kind, path, path, inode=file.inode, sketch=sketch_of(text))
        self._state.put(entry)
        try:
            revision = await self._remote.create(name.removeprefix(_DOCUMENTS), kind, title_of(text, path), path, text)
        except Refusal as refusal:
            if refusal.reason == Reason.ERROR_REASON_DOCUMENT_ALREADY_EXISTS and document:
                await self._find_created(entry)
                return True
            self._state.drop(name)
            raise
        self._state.put(replace(entry, revision=revision, disk=file.digest))
        self._report.done(path, f"created {name}")
        return True

    async def _find_created(self, entry: Mirrored) -> None:
        """Take up a document that was created and not remembered: the file may have been edited since."""
        await self._remote.look_up(entry.document)
        created = self._remote.documents().get(entry.document)
        if created is None:
            self._state.drop(entry.document)
        else:
            revision = await self._remote.created_revision(entry.document)
            self._state.put(replace(entry, revision=revision))
            self._report.done(entry.path, f"created {entry.document}")

    async def _label(self, entry: Mirrored) -> None:
        document = self._remote.documents()[entry.document]
        was_named_after_file = bool(entry.label) and document.title == stem_of(entry.label)
        title = stem_of(entry.path) if was_named_after_file else None
        await self._remote.set_path(entry.document, entry.path, title)
        self._state.put(replace(entry, label=entry.path))
        self._report.done(entry.path, f"is the path of {entry.document} now")

    async def _delete(self, entry: Mirrored) -> bool:
        if self._folder.exists(entry.path):
            return False
        await self._remote.delete(entry.document)
        self._state.put(replace(entry, is_trashed=True))
        self._report.done(
            entry.path,
            f"deleted: {entry.document} is in the trash; `shoal undelete` brings it back, and so does the file",
        )
        return True

    # What the server tells the disk

    async def _pull(self, entry: Mirrored) -> bool:
        """Write a document's text into its file, unless what it says is the same."""
        data, revision = await self._remote.content(entry.document, entry.kind)
        digest = digest_of(data)
        is_missing = not self._folder.exists(entry.path)
        if not is_missing and digest in (entry.disk, await self._rendered(entry)):
            self._state.put(replace(entry, revision=revision, rendered=digest, lags=False))
            return True
        done = self._writer.write(entry, data, revision, is_new=is_missing)
        if done:
            self._report.done(entry.path, f"written: revision {revision} of {entry.document}")
        return done

    async def _rendered(self, entry: Mirrored) -> str:
        """Return the digest of the server's own text of what was mirrored last; empty when the file lags behind it."""
        if entry.lags or entry.rendered:
            return entry.rendered
        return digest_of((await self._remote.content(entry.document, entry.kind, entry.revision))[0])

    async def _adopt(self, document: str, path: str) -> bool:
        told = self._remote.documents()[document]
        data, revision = await self._remote.content(document, told.kind)
        entry = Mirrored(document, told.kind, path, told.label, revision)
        done = self._writer.write(entry, data, revision, is_new=True)
        if done:
            self._report.done(path, f"written: revision {revision} of {document}")
        return done

    async def _compare(self, document: str, path: str) -> None:
        """Take a file and a document for one when they are equal; else the document's text takes the file's place."""
        told = self._remote.documents()[document]
        data, revision = await self._remote.content(document, told.kind)
        file = self._folder.read(path)
        # The last newline of rich text is its own, whether the file has one or not.
        mine, theirs = file.text(path).replace("\r\n", "\n"), data.decode()
        if mine != theirs and not (told.kind is Kind.RICH and mine.rstrip("\n") == theirs.rstrip("\n")):
            self._set_aside(path)
            return
        self._state.put(
            Mirrored(
                document, told.kind, path, told.label, revision, file.digest, digest_of(data),
                inode=file.inode, sketch=sketch_of(file.text(path)),
            )
        )  # fmt: skip
        self._report.done(path, f"is {document}, revision {revision}")

    def _set_aside(self, path: str) -> None:
        to = conflict_path(path, self._now(), self._folder.exists)
        self._folder.move(path, to)
        self._report.failed(path, f"conflict: what was here is {to} now, and not mirrored")

    def _move(self, entry: Mirrored, to: str) -> None:
        self._folder.move(entry.path, to)
        self._state.put(replace(entry, path=to))
        self._report.done(to, f"moved from {entry.path}, as {entry.document} was")

    def _forget(self, document: str, *, trash: bool) -> bool:
        if trash:
            self._trash(self._state.entries[document])
        self._state.drop(document)
        return True

    def _trash(self, entry: Mirrored) -> None:
        """Move a file to the mirror's trash."""
        name = f"{self._now():%Y%m%dT%H%M%SZ}-{secrets.token_hex(2)}/{entry.path}"
        self._folder.move_into(entry.path, self._state.folder, f"{TRASH}/{name}")
        self._report.done(entry.path, f"{entry.document} was deleted: the file is in .shoal-mirror/{TRASH}/{name}")
