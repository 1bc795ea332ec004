"""Rooms: the live documents of this node.

Owns opening (once, however many ask), idle eviction, the look for what other nodes wrote, and the drain. Never edits.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import structlog

from mesh import faults
from services.collab.history import LogHistory, gone
from services.collab.log_port import OperationLog
from services.collab.room import Room
from services.collab.sequencer import Sequencer, SiteHead
from services.collab.settings import CollabSettings
from shoal.collab.v1 import collab_pb2 as pb
from shoal.document.v1 import document_pb2, operation_log_pb2

_log = structlog.get_logger(__name__)


class Rooms:
    """Rooms by document name (`documents/{document}`); all tasks live in `tasks`.

    `people_moved` is called with a project when somebody came into a document of it, or left.
    """

    def __init__(self, log: OperationLog, settings: CollabSettings, tasks: asyncio.TaskGroup) -> None:
        self._log, self._settings, self._tasks = log, settings, tasks
        self._rooms: dict[str, asyncio.Task[Room | Exception]] = {}
        self._running: dict[Room, asyncio.Task[None]] = {}
        self.people_moved: Callable[[str], None] = lambda _: None
        self._last_id = 0
        self._draining = False

    async def room(self, document: str) -> Room:
        """Return the live document, loading it if need be.

        Raises DocumentNotFound, DocumentDeleted, LogUnavailable, Draining.
        """
        if self._draining:
            raise faults.Draining("this node is shutting down")
        opening = self._rooms.get(document)
        if opening is None:
            opening = self._rooms[document] = self._tasks.create_task(self._open(document))
        opened = await asyncio.shield(opening)
        if isinstance(opened, Room):
            return opened
        if self._rooms.get(document) is opening:
            del self._rooms[document]
        raise opened

    async def site_head(self, document: str, site: str) -> SiteHead | None:
        """Return how far a site got, by the log. Raises DocumentNotFound, DocumentDeleted."""
        return (await self._history(document).site_heads([site])).get(site)

    def in_project(self, project: str) -> list[pb.DocumentPresence]:
        """Return the documents of a project that have somebody in them, by name."""
        found = (
            pb.DocumentPresence(document=document, participants=room.people())
            for document, room in sorted(self._open_rooms(), key=lambda each: each[0])
            if room.project == project
        )
        return [each for each in found if each.participants]

    async def sweep(self) -> None:
        """Let idle rooms go, and look for what other nodes wrote and for documents that are gone, until cancelled."""
        while True:
            await asyncio.sleep(self._settings.head_poll_interval_s)
            now = asyncio.get_running_loop().time()
            for document, room in self._open_rooms():
                if room.is_idle(now):
                    self._forget(document, room)
                    room.close()
            await self._poll_heads()

    async def drain(self) -> None:
        """Open no more rooms, and wait until all that was queued is saved and the rooms have ended.

        While the log is away that would be for ever: past `drain_timeout_s` what waits is let go, unacknowledged; its
        clients have it still.
        """
        self._draining = True
        running = list(self._running.items())
        for room, _ in running:
            room.close()
        if not running:
            return
        _, late = await asyncio.wait([task for _, task in running], timeout=self._settings.drain_timeout_s)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)

    def _history(self, document: str) -> LogHistory:
        return LogHistory(self._log, document, self._settings.log_retry_s)

    def _open_rooms(self) -> list[tuple[str, Room]]:
        opened = ((document, opening.result()) for document, opening in self._rooms.items() if opening.done())
        return [(document, room) for document, room in opened if isinstance(room, Room)]

    async def _open(self, document: str) -> Room | Exception:
        """Load a room, or return why not: an exception of one task would end all tasks of this node."""
        try:
            return await self._load(document)
        except Exception as error:
            return error

    async def _load(self, document: str) -> Room:
        history = self._history(document)
        loaded = await history.load()
        sequencer = Sequencer(
            head_revision=loaded.checkpoint_revision,
            document=loaded.checkpoint,
            recent_limit=self._settings.recent_operations,
            plain_text=loaded.metadata.type == document_pb2.DOCUMENT_TYPE_PLAIN_TEXT,
        )
        sequencer.learn(loaded.tail)
        self._last_id += 1
        room = Room(self._last_id, history, sequencer, self._settings, self._spawn, loaded.metadata, self._people_moved)
        self._running[room] = self._tasks.create_task(self._run(document, room))
        return room

    async def _run(self, document: str, room: Room) -> None:
        """Run one room; its failure ends that room alone, and the next who asks gets a fresh one."""
        try:
            await room.run()
        except Exception as error:
            _log.error("room failed", room=room.id, exc_info=error)
        finally:
            self._forget(document, room)
            del self._running[room]

    def _people_moved(self, room: Room) -> None:
        if room.project:
            self.people_moved(room.project)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        return self._tasks.create_task(_guarded(work))

    async def _poll_heads(self) -> None:
        open_rooms = dict(self._open_rooms())
        if not open_rooms:
            return
        try:
            heads = await self._log.heads([operation_log_pb2.HeadRequest(document=each) for each in open_rooms])
        except faults.Fault as fault:
            _log.warning("could not ask for heads", reason=fault.reason)
            return
        found = {head.document: head for head in heads.heads}
        for document, room in open_rooms.items():
            head = found.get(document)
            if head is None or head.HasField("delete_time"):
                self._forget(document, room)
                room.end(gone(document, head))
            elif room.session_count:
                room.head_seen(head.revision)

    def _forget(self, document: str, room: Room) -> None:
        """Let whoever opens the document from now on load it anew."""
        if (document, room) in self._open_rooms():
            del self._rooms[document]


async def _guarded(work: Coroutine[Any, Any, None]) -> None:
    """Do one room's side work; what goes wrong in it is logged, and ends nothing else."""
    try:
        await work
    except Exception as error:
        _log.error("side work of a room failed", exc_info=error)
