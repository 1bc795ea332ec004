"""Relay: the one gRPC stream between this edge and collab, for all sockets.

Owns the stream, the numbers that sessions have on it, and which sockets are in which room. What goes to a room is
encoded once and written to every socket as the same bytes. Never looks into an operation; never stops reading for one
slow socket. Contract: proto/shoal/collab/v1.
"""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass
from typing import Any, Protocol

import grpc
import structlog
from google.protobuf.message import DecodeError

from edge import frames
from edge.settings import EdgeSettings
from shoal.collab.v1 import collab_pb2 as pb

_log = structlog.get_logger(__name__)
_METHOD = "/shoal.collab.v1.CollabService/Collaborate"
_PING = pb.CollaborateRequest(frames=[pb.ClientFrame(ping=pb.Ping())]).SerializeToString()
_MESSAGE_BYTES = 512 * 1024
_LAG_CHECK_S = 0.05
_RETRY_S = (0.1, 0.2, 0.5, 1.0, 2.0)


class RoomListener(Protocol):
    """A socket, as the relay sees it."""

    is_json: bool

    @property
    def is_lagging(self) -> bool:
        """Whether it has more unread than it may, and is to be left out until it has caught up."""
        ...

    @property
    def has_drained(self) -> bool:
        """Whether it has read most of what it had."""
        ...

    def too_slow(self) -> None:
        """It has read nothing for too long: end it; its client resumes."""
        ...

    def write(self, message: bytes) -> None:
        """Write one whole WebSocket frame; never waits."""
        ...

    def deliver(self, frame: pb.ServerFrame) -> None:
        """Take a frame for one of its sessions, already under the number it knows."""
        ...

    def stream_lost(self) -> None:
        """The stream to collab ended; the sessions are gone and the client must come back."""
        ...


@dataclass(eq=False, slots=True)
class Link:
    """One session of one socket: `number` on the stream, `local` on the socket, `room` once opened.

    `revision` is the newest the socket was sent while it kept up; `behind` while frames are being left out.
    """

    socket: RoomListener
    local: int
    number: int
    room: int = 0
    revision: int = 0
    behind: bool = False


class Relay:
    """Sessions of all sockets on one stream."""

    def __init__(self, channel: grpc.aio.Channel, settings: EdgeSettings) -> None:
        self._channel = channel
        self._max_backlog = settings.max_relay_backlog_bytes
        self._lagging_timeout_s = settings.lagging_timeout_s
        self._links: dict[int, Link] = {}
        self._rooms: dict[int, set[Link]] = {}
        self._newest: dict[int, frames.RawFrame] = {}
        self._behind: dict[Link, float] = {}
        self._someone_behind = asyncio.Event()
        self._unsent: deque[bytes] = deque()
        self._unsent_bytes = 0
        self._wake, self._room_to_send = asyncio.Event(), asyncio.Event()
        self._room_to_send.set()
        self._last_number = 0
        self.is_up = False

    @property
    def session_count(self) -> int:
        """How many sessions are open or opening."""
        return len(self._links)

    @property
    def backlog_bytes(self) -> int:
        """What waits to be sent to collab."""
        return self._unsent_bytes

    # -- from sockets -----------------------------------------------------------------------------------------------

    def link(self, socket: RoomListener, local: int) -> Link:
        """Return a new session of a socket, with a number of its own on the stream."""
        self._last_number += 1
        link = self._links[self._last_number] = Link(socket, local, self._last_number)
        return link

    def send(self, link: Link, frame: pb.ClientFrame) -> None:
        """Queue a frame of a session; it is sent with whatever else has gathered."""
        frame.session = link.number
        self._queue(pb.CollaborateRequest(frames=[frame]).SerializeToString())

    def unlink(self, link: Link) -> None:
        """Forget a session without a word: its socket is gone, or collab closed it."""
        self._links.pop(link.number, None)
        self._behind.pop(link, None)
        members = self._rooms.get(link.room)
        if members is not None:
            members.discard(link)
            if not members:
                del self._rooms[link.room]
                self._newest.pop(link.room, None)

    def close(self, link: Link) -> None:
        """Leave on behalf of a socket that is gone."""
        if link.number in self._links:
            self.unlink(link)
            self.send(link, pb.ClientFrame(close=pb.Close()))

    async def can_send(self) -> None:
        """Wait while too much is unsent: the sockets' readers do, so that senders feel it."""
        await self._room_to_send.wait()

    def ping(self) -> None:
        """Keep the sessions' participants listed."""
        if self._links:
            self._queue(_PING)

    def _queue(self, encoded: bytes) -> None:
        self._unsent.append(encoded)
        self._unsent_bytes += len(encoded)
        if self._unsent_bytes > self._max_backlog:
            self._room_to_send.clear()
        self._wake.set()

    async def watch_laggards(self) -> None:
        """Bring sockets that have read what they had up to date, until cancelled.

        Everything a socket was left out of comes in one answer to a Resync; room frames flow again after it.
        """
        while True:
            await self._someone_behind.wait()
            now = asyncio.get_running_loop().time()
            for link, since in list(self._behind.items()):
                if link.socket.has_drained:
                    del self._behind[link]
                    resync = pb.Resync(after_revision=link.revision, pending=True)
                    self.send(link, pb.ClientFrame(resync=resync))
                elif now - since > self._lagging_timeout_s:
                    link.socket.too_slow()
            if not self._behind:
                self._someone_behind.clear()
            await asyncio.sleep(_LAG_CHECK_S)

    # -- the stream -------------------------------------------------------------------------------------------------

    async def run(self) -> None:
        """Keep the stream up until cancelled."""
        attempt = 0
        while True:
            try:
                await self._stream()
                attempt = 0
            except grpc.aio.AioRpcError as error:
                _log.warning("stream to collab lost", code=error.code().name, detail=error.details())
            except (DecodeError, IndexError):
                _log.error("collab sent what is no response")
            except asyncio.CancelledError:
                # A call that was cancelled says so in the same words as our own end does.
                task = asyncio.current_task()
                if task is None or task.cancelling():
                    raise
                _log.warning("stream to collab lost", code="CANCELLED")
            was_up, self.is_up = self.is_up, False
            attempt = 0 if was_up else min(attempt + 1, len(_RETRY_S) - 1)
            self._forget()
            await asyncio.sleep(_RETRY_S[attempt])

    async def _stream(self) -> None:
        """Open the stream and pass frames both ways until it ends."""
        method: Any = self._channel.stream_stream(_METHOD)
        call = method(wait_for_ready=True)
        self._queue(_PING)
        writer = asyncio.create_task(self._write(call))
        # Without its writer a stream is deaf: end it, so that it is made anew.
        writer.add_done_callback(lambda _: call.cancel())
        try:
            async for response in call:
                self.is_up = True
                self._receive(response)
        finally:
            writer.cancel()
            for failure in await asyncio.gather(writer, return_exceptions=True):
                if isinstance(failure, Exception):
                    _log.warning("writing to collab failed", error=repr(failure))
            call.cancel()

    async def _write(self, call: grpc.aio.StreamStreamCall[bytes, bytes]) -> None:
        """Send what gathered while the last message was being written, as one message."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._unsent:
                batch: list[bytes] = []
                size = 0
                while self._unsent and (not batch or size + len(self._unsent[0]) <= _MESSAGE_BYTES):
                    batch.append(self._unsent.popleft())
                    size += len(batch[-1])
                self._unsent_bytes -= size
                await call.write(batch[0] if len(batch) == 1 else b"".join(batch))
                if self._unsent_bytes <= self._max_backlog:
                    self._room_to_send.set()

    def _forget(self) -> None:
        """The stream is gone and all sessions with it: their clients must open again."""
        sockets = {id(link.socket): link.socket for link in self._links.values()}
        for state in (self._links, self._rooms, self._newest, self._behind, self._unsent):
            state.clear()
        self._unsent_bytes = 0
        self._room_to_send.set()
        for socket in sockets.values():
            socket.stream_lost()

    # -- to sockets -------------------------------------------------------------------------------------------------

    def _receive(self, response: bytes) -> None:
        """Pass frames on in their order, neighbours for one room together."""
        room, waiting = 0, list[frames.RawFrame]()
        for frame in frames.split(response):
            if waiting and frame.room != room:
                self._to_room(room, waiting)
                waiting = []
            if frame.room:
                room = frame.room
                waiting.append(frame)
            else:
                self._to_session(frame.parse())
        if waiting:
            self._to_room(room, waiting)

    def _to_room(self, room: int, waiting: list[frames.RawFrame]) -> None:
        members = self._rooms.get(room)
        if not members:
            return
        encoded = waiting[0].encoded if len(waiting) == 1 else b"".join(frame.encoded for frame in waiting)
        binary: bytes | None = None
        text: bytes | None = None
        written: set[RoomListener] = set()
        for link in members:
            if link.behind or link.socket in written:
                continue
            written.add(link.socket)
            if link.socket.is_lagging:
                for each in [other for other in members if other.socket is link.socket]:
                    self._leave_out(each)
            elif link.socket.is_json:
                text = text or frames.text_message(encoded)
                link.socket.write(text)
            else:
                binary = binary or frames.binary_message(encoded)
                link.socket.write(binary)
        self._newest[room] = waiting[-1]

    def _leave_out(self, link: Link) -> None:
        """From here on a socket gets no room frames until it has caught up; it has everything before."""
        link.behind = True
        newest = self._newest.get(link.room)
        link.revision = max(link.revision, 0 if newest is None else _revision_of(newest.parse()))
        self._behind[link] = asyncio.get_running_loop().time()
        self._someone_behind.set()

    def _to_session(self, frame: pb.ServerFrame) -> None:
        if not frame.session and frame.HasField("draining"):
            for socket in {id(link.socket): link.socket for link in self._links.values()}.values():
                socket.deliver(frame)
            return
        link = self._links.get(frame.session)
        if link is None:
            return
        match frame.WhichOneof("frame"):
            case "opened":
                self._enter(link, frame.opened)
            case "closed":
                self.unlink(link)
        frame.session = link.local
        link.socket.deliver(frame)

    def _enter(self, link: Link, opened: pb.Opened) -> None:
        link.room, link.behind, link.revision = opened.room, False, opened.revision
        if opened.room:  # A project's room and a user's own have none: their frames name the session.
            self._rooms.setdefault(opened.room, set()).add(link)


def _revision_of(frame: pb.ServerFrame) -> int:
    """Return the head that a room frame speaks of: every kind does."""
    match frame.WhichOneof("frame"):
        case "committed":
            return frame.committed.operations[-1].revision
        case "checkpoint":
            return frame.checkpoint.revision
        case "presence_changed":
            return frame.presence_changed.revision
    return 0
