"""Side rooms: a project's, which shows who is in which document of it, and a user's own, where their notices come.

Owns what is sent to one session in such a room. No document is touched here: frames for one are refused. Knows the
sessions of this node only, and a document's project as of when its room opened.
"""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import Any

import structlog

from mesh import faults
from mesh.authorization import Touched
from services.collab import convert, errors
from services.collab.notices import Notices
from services.collab.outbox import Outbox
from services.collab.rights import Right, Rights
from shoal.collab.v1 import collab_pb2 as pb
from shoal.options.v1.options_pb2 import PERMISSION_DOCUMENT_READ

_log = structlog.get_logger(__name__)
OWN_ROOM = "users/me"


class SideRoom(ABC):
    """One session in a room that is no document's. Subclasses tell what there is to tell, in `_tell`."""

    def __init__(self, number: int, outbox: Outbox, right: Right, name: str) -> None:
        self._number, self._outbox, self._name, self.right = number, outbox, name, right
        self._task: asyncio.Task[None] | None = None
        self.is_over = False

    def start(self, tasks: asyncio.TaskGroup) -> None:
        """Answer Opened, and tell from now on until `leave`. Raises why the right was lost meanwhile."""
        if self.right.lost is not None:
            raise self.right.lost
        self.right.moved = self._follow_right
        self._send(opened=pb.Opened(document=self._name))
        self._task = tasks.create_task(self._run())

    def take(self, frame: pb.ClientFrame, kind: str) -> None:
        """Refuse a frame that is for a document. Raises NoDocumentHere."""
        raise errors.NoDocumentHere(kind, self._name)

    def leave(self, fault: faults.Fault | None = None, *, tell: bool = True) -> None:
        """End it; with `tell`, answered by Closed."""
        if self.is_over:
            return
        self.is_over = True
        self.right.release()
        if tell:
            self._outbox.send(convert.closed_frame(self._number, fault))
        if self._task is not None:
            self._task.cancel()

    async def settled(self) -> None:  # noqa: B027 -- true of every side room, and no room for another answer
        """Return at once: nothing is ever under way here."""

    def _send(self, **frame: Any) -> None:
        self._outbox.send(convert.encoded(pb.ServerFrame(session=self._number, **frame)))

    def _follow_right(self) -> None:
        if self.right.lost is not None:
            self.leave(self.right.lost)

    async def _run(self) -> None:
        try:
            await self._tell()
        except Exception as error:
            _log.error("side room failed", exc_info=error)
            self.leave(faults.Internal("something went wrong on our side"))

    @abstractmethod
    async def _tell(self) -> None:
        """Send what is new until it is over."""


class UserRoom(SideRoom):
    """A user's own room."""

    def __init__(self, number: int, outbox: Outbox, right: Right, notices: Notices) -> None:
        super().__init__(number, outbox, right, OWN_ROOM)
        self._notices = notices.following(right.identity.subject)

    def start(self, tasks: asyncio.TaskGroup) -> None:
        """As in SideRoom. What is delivered after Opened is not missed."""
        super().start(tasks)
        self._news = self._notices.__enter__()

    def leave(self, fault: faults.Fault | None = None, *, tell: bool = True) -> None:
        """As in SideRoom."""
        if not self.is_over and self._task is not None:
            self._notices.__exit__(None, None, None)
        super().leave(fault, tell=tell)

    async def _tell(self) -> None:
        async for notice in self._news:
            self._send(notified=pb.Notified(notice=notice))


class ProjectRoom(SideRoom):
    """A project's room, as one session sees it: documents that its user may not read are left out."""

    def __init__(self, number: int, outbox: Outbox, right: Right, whereabouts: Whereabouts) -> None:
        super().__init__(number, outbox, right, right.resource)
        self._whereabouts = whereabouts
        self._readable: dict[str, bool] = {}
        self._wake = asyncio.Event()
        self._wake.set()

    @property
    def project(self) -> str:
        """The project's name."""
        return self.right.resource

    def moved(self) -> None:
        """Somebody came or left, or a document did."""
        self._wake.set()

    def forget(self) -> None:
        """What may be read is to be asked anew."""
        self._readable = {}
        self._wake.set()

    def start(self, tasks: asyncio.TaskGroup) -> None:
        """As in SideRoom."""
        super().start(tasks)
        self._whereabouts.onlookers.add(self)

    def leave(self, fault: faults.Fault | None = None, *, tell: bool = True) -> None:
        """As in SideRoom."""
        self._whereabouts.onlookers.discard(self)
        super().leave(fault, tell=tell)

    def _follow_right(self) -> None:
        super()._follow_right()
        self.forget()

    async def _tell(self) -> None:
        told: pb.ProjectPresence | None = None
        while True:
            await self._wake.wait()
            self._wake.clear()
            documents = self._whereabouts.documents(self.project)
            seen = pb.ProjectPresence(documents=[each for each in documents if await self._may_read(each.document)])
            if seen != told and not self.right.in_doubt:
                self._send(project_presence=seen)
                told = seen
            await asyncio.sleep(self._whereabouts.interval_s)

    async def _may_read(self, document: str) -> bool:
        """Whether a document is shown; one whose permissions cannot be asked is not, until they can."""
        readable = self._readable  # What is answered after a `forget` was asked before it, and is not kept.
        known = readable.get(document)
        if known is not None:
            return known
        try:
            may = await self._whereabouts.rights.may(self.right.identity, PERMISSION_DOCUMENT_READ, document)
        except faults.Fault:
            self._wake.set()
            return False
        readable[document] = may
        return may


class Whereabouts:
    """Who is in which document of this node; `find` lists the documents of a project with somebody in them."""

    def __init__(self, rights: Rights, find: Callable[[str], Sequence[pb.DocumentPresence]], interval_s: float) -> None:
        self.rights, self.documents, self.interval_s = rights, find, interval_s
        self.onlookers: set[ProjectRoom] = set()
        rights.listen(self._hear)

    def moved(self, project: str) -> None:
        """Somebody came into a document of a project, or left it."""
        for each in self.onlookers:
            if each.project == project:
                each.moved()

    def _hear(self, _: Touched) -> None:
        for each in self.onlookers:
            each.forget()
