"""Stream: one Collaborate stream and the sessions on it.

Owns the session numbers of its stream: parses frames, checks who opens, hands edits to rooms. A bad frame is answered
and harms nothing else. Knows nothing of gRPC beyond bytes in and bytes out.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterable
from dataclasses import dataclass, field, replace

import structlog
from google.protobuf.message import DecodeError

from mesh import faults, names, wire
from mesh.identity import Identity, TokenVerifier
from services.collab import convert, errors
from services.collab.outbox import Outbox
from services.collab.room import Room
from services.collab.rooms import Rooms
from services.collab.sequencer import Flight
from services.collab.session import Session, Submission
from services.collab.settings import CollabSettings
from shoal.collab.v1 import collab_pb2 as pb

_log = structlog.get_logger(__name__)
_MAX_BACKLOG = 64
"""Frames a session may send before its Opened; a client waits for it, so this is generous."""
_HALF_CLOSE_GRACE_S = 5.0
"""How long flights under way may take to be answered after the client has said its last."""


@dataclass(eq=False, slots=True)
class _Slot:
    """One session number: opening (no session yet, frames wait) or open."""

    room: Room | None = None
    session: Session | None = None
    backlog: list[pb.ClientFrame] = field(default_factory=list)


class Stream:
    """The sessions of one stream; `outbox` has what is to be written to it."""

    def __init__(self, rooms: Rooms, verifier: TokenVerifier, settings: CollabSettings, caller: Identity) -> None:
        self._rooms, self._verifier, self._settings, self._caller = rooms, verifier, settings, caller
        self._slots: dict[int, _Slot] = {}
        self.outbox = Outbox(settings.max_outbox_bytes, asyncio.get_running_loop().time())

    async def read(self, requests: AsyncIterable[bytes]) -> None:
        """Take requests until the client has said its last, and let what is under way be answered."""
        async with asyncio.TaskGroup() as opening:
            async for request in requests:
                self.outbox.heard_at = asyncio.get_running_loop().time()
                self._take(request, opening)
        try:
            async with asyncio.timeout(_HALF_CLOSE_GRACE_S):
                for slot in list(self._slots.values()):
                    if slot.session is not None:
                        await slot.session.settled.wait()
        except TimeoutError:
            pass
        self.outbox.finish()

    def close(self) -> None:
        """Leave all rooms: the stream is gone."""
        for slot in self._slots.values():
            if slot.room is not None and slot.session is not None:
                slot.room.leave(slot.session, tell=False)
        self._slots.clear()

    def drain(self, retry_after_ms: int) -> None:
        """Tell the client that this node is about to go."""
        self.outbox.send(convert.encoded(pb.ServerFrame(draining=pb.Draining(retry_after_ms=retry_after_ms))))

    def _take(self, request: bytes, opening: asyncio.TaskGroup) -> None:
        try:
            frames = pb.CollaborateRequest.FromString(request).frames
        except DecodeError:
            self._complain(faults.MalformedMessage("not a CollaborateRequest"))
            return
        for frame in frames:
            try:
                self._dispatch(frame, opening)
            except faults.Fault as fault:
                self._complain(fault, frame.session)

    def _complain(self, fault: faults.Fault, session: int = 0) -> None:
        self.outbox.send(convert.stream_fault_frame(fault, session))

    def _dispatch(self, frame: pb.ClientFrame, opening: asyncio.TaskGroup) -> None:
        kind = frame.WhichOneof("frame")
        if kind is None:
            raise faults.EmptyFrame
        if kind == "ping":
            self.outbox.send(convert.encoded(pb.ServerFrame(pong=pb.Pong(nonce=frame.ping.nonce))))
            return
        slot = self._slots.get(frame.session)
        if slot is not None and slot.session is not None and slot.session.is_closed:
            del self._slots[frame.session]
            slot = None
        if kind == "open":
            self._start_open(frame, slot, opening)
        elif slot is None:
            raise faults.SessionNotFound(frame.session)
        elif slot.session is None or slot.room is None:
            if len(slot.backlog) >= _MAX_BACKLOG:
                raise faults.TooLarge("frames before Opened", _MAX_BACKLOG, len(slot.backlog) + 1)
            slot.backlog.append(frame)
        else:
            self._to_room(frame, kind, slot.room, slot.session)

    def _to_room(self, frame: pb.ClientFrame, kind: str, room: Room, session: Session) -> None:
        match kind:
            case "submit":
                self._submit(frame.submit, room, session)
            case "update_presence":
                room.tell_presence(session, frame.update_presence)
            case "resync":
                room.resync(session, after_revision=frame.resync.after_revision, pending=frame.resync.pending)
            case "close":
                del self._slots[frame.session]
                room.leave(session)

    def _start_open(self, frame: pb.ClientFrame, slot: _Slot | None, opening: asyncio.TaskGroup) -> None:
        if slot is not None:
            raise faults.SessionAlreadyOpen(frame.session)
        if not frame.session:
            raise faults.InvalidField("session", "must be 1 or more")
        slot = self._slots[frame.session] = _Slot()
        opening.create_task(self._open(frame.session, frame.open, slot))

    async def _open(self, number: int, request: pb.Open, slot: _Slot) -> None:
        try:
            session, room = await self._session(number, request)
            site_head = await self._rooms.site_head(request.document, request.site)
        except faults.Fault as fault:
            self._fail_open(number, slot, fault)
            return
        except Exception as error:
            _log.error("open failed", exc_info=error)
            self._fail_open(number, slot, faults.Internal("something went wrong on our side"))
            return
        if self._slots.get(number) is not slot:
            return
        try:
            room.join(session, after_revision=request.after_revision, pending=request.pending, site_head=site_head)
        except faults.Draining as fault:
            self._fail_open(number, slot, fault)
            return
        slot.room, slot.session = room, session
        for frame in slot.backlog:
            self._to_room(frame, str(frame.WhichOneof("frame")), room, session)

    def _fail_open(self, number: int, slot: _Slot, fault: faults.Fault) -> None:
        if self._slots.get(number) is slot:
            del self._slots[number]
            self.outbox.send(convert.closed_frame(number, fault))

    async def _session(self, number: int, request: pb.Open) -> tuple[Session, Room]:
        identity = await self._identity(request.token)
        names.parse_document(request.document, "document")
        if request.after_revision < 0:
            raise faults.InvalidField("after_revision", "must not be negative")
        if len(request.display_name) > 100:
            raise faults.InvalidField("display_name", "must be at most 100 characters")
        session = Session(
            number=number,
            outbox=self.outbox,
            identity=identity,
            site=names.parse_site(request.site),
            display_name=request.display_name or identity.name,
            hidden=request.hidden,
        )
        return session, await self._rooms.room(request.document)

    async def _identity(self, token: str) -> Identity:
        """Return who opens. A service must bring its user's token: an edge cannot invent users."""
        if not token and not self._caller.is_service:
            return self._caller
        identity = await self._verifier.verify(token)
        if identity.is_service:
            raise faults.PermissionDenied("a service does not edit as itself; bring the user's token")
        return replace(identity, acting_service=self._caller.calling_service)

    def _submit(self, submit: pb.Submit, room: Room, session: Session) -> None:
        try:
            flight = self._flight(submit, session)
            if not session.settled.is_set():
                raise errors.FlightOutstanding
            room.submit(Submission(flight, submit.ByteSize(), session))
            session.settled.clear()
        except faults.Fault as fault:
            self.outbox.send(convert.refused_frame(session.number, submit.first_site_sequence, fault))

    def _flight(self, submit: pb.Submit, session: Session) -> Flight:
        limits, size = self._settings, submit.ByteSize()
        if size > limits.max_flight_bytes:
            raise faults.TooLarge("bytes of a flight", limits.max_flight_bytes, size)
        if len(submit.operations) > limits.max_flight_operations:
            raise faults.TooLarge("operations of a flight", limits.max_flight_operations, len(submit.operations))
        if not submit.operations:
            raise faults.InvalidField("operations", "must not be empty")
        if submit.base_revision < 0 or submit.first_site_sequence < 1:
            raise faults.InvalidField("first_site_sequence", "must be 1 or more, and base_revision 0 or more")
        return Flight(
            site=session.site,
            author=session.identity.subject,
            base_revision=submit.base_revision,
            first_site_sequence=submit.first_site_sequence,
            operations=tuple(wire.operation_from_proto(each) for each in submit.operations),
        )
