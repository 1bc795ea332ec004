"""Stream: one Collaborate stream and the sessions on it.

Owns the session numbers of its stream: parses frames, checks who opens, hands frames to where each session is. A bad
frame is answered and harms nothing else. Knows nothing of gRPC beyond bytes in and bytes out.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterable
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import structlog
from google.protobuf.message import DecodeError

from mesh import faults
from mesh.identity import Identity, TokenVerifier
from services.collab import convert
from services.collab.outbox import Outbox
from services.collab.places import Opener, Place
from services.collab.settings import CollabSettings
from shoal.collab.v1 import collab_pb2 as pb

_log = structlog.get_logger(__name__)
_MAX_BACKLOG = 64
"""Frames a session may send before its Opened; a client waits for it, so this is generous."""
_HALF_CLOSE_GRACE_S = 5.0
"""How long flights under way may take to be answered after the client has said its last."""


@dataclass(eq=False, slots=True)
class _Slot:
    """One session number: opening (in no place yet, frames wait) or open; `by_call` when it brought no token."""

    by_call: bool
    place: Place | None = None
    backlog: list[pb.ClientFrame] = field(default_factory=list)


class _Tasks(NamedTuple):
    """Where the work of frames is done, which ends, and that of places, which goes on until they are left."""

    opening: asyncio.TaskGroup
    places: asyncio.TaskGroup


class Stream:
    """The sessions of one stream; `outbox` has what is to be written to it."""

    def __init__(self, opener: Opener, verifier: TokenVerifier, settings: CollabSettings, caller: Identity) -> None:
        self._opener, self._verifier, self._caller = opener, verifier, caller
        self._slots: dict[int, _Slot] = {}
        self.outbox = Outbox(settings.max_outbox_bytes, asyncio.get_running_loop().time())

    async def read(self, requests: AsyncIterable[bytes]) -> None:
        """Take requests until the client has said its last, and let what is under way be answered."""
        async with asyncio.TaskGroup() as places:
            async with asyncio.TaskGroup() as opening:
                async for request in requests:
                    self.outbox.heard_at = asyncio.get_running_loop().time()
                    self._take(request, _Tasks(opening, places))
            await self._end()

    def close(self) -> None:
        """Leave everywhere: the stream is gone."""
        for slot in self._slots.values():
            if slot.place is not None:
                slot.place.leave(tell=False)
        self._slots.clear()

    def drain(self, retry_after_ms: int) -> None:
        """Tell the client that this node is about to go."""
        self.outbox.send(convert.encoded(pb.ServerFrame(draining=pb.Draining(retry_after_ms=retry_after_ms))))

    def _take(self, request: bytes, tasks: _Tasks) -> None:
        try:
            frames = pb.CollaborateRequest.FromString(request).frames
        except DecodeError:
            self._complain(faults.MalformedMessage("not a CollaborateRequest"))
            return
        for frame in frames:
            try:
                self._dispatch(frame, tasks)
            except faults.Fault as fault:
                self._complain(fault, frame.session)

    def _complain(self, fault: faults.Fault, session: int = 0) -> None:
        self.outbox.send(convert.stream_fault_frame(fault, session))

    def _dispatch(self, frame: pb.ClientFrame, tasks: _Tasks) -> None:
        kind = frame.WhichOneof("frame")
        if kind is None:
            raise faults.EmptyFrame
        if kind == "ping":
            self.outbox.send(convert.encoded(pb.ServerFrame(pong=pb.Pong(nonce=frame.ping.nonce))))
            return
        if kind == "refresh_token" and not frame.session:
            tasks.opening.create_task(self._refresh_call(frame.refresh_token.token))
            return
        slot = self._slots.get(frame.session)
        if slot is not None and slot.place is not None and slot.place.is_over:
            del self._slots[frame.session]
            slot = None
        if kind == "open":
            self._start_open(frame, slot, tasks)
        elif slot is None:
            raise faults.SessionNotFound(frame.session)
        elif slot.place is None:
            if len(slot.backlog) >= _MAX_BACKLOG:
                raise faults.TooLarge("frames before Opened", _MAX_BACKLOG, len(slot.backlog) + 1)
            slot.backlog.append(frame)
        else:
            self._to_place(frame, kind, slot, slot.place, tasks)

    def _to_place(self, frame: pb.ClientFrame, kind: str, slot: _Slot, place: Place, tasks: _Tasks) -> None:
        match kind:
            case "refresh_token":
                tasks.opening.create_task(self._refresh(frame.session, frame.refresh_token.token, slot, place))
            case "close":
                del self._slots[frame.session]
                place.leave()
            case _:
                place.take(frame, kind)

    # -- opening ----------------------------------------------------------------------------------------------------

    def _start_open(self, frame: pb.ClientFrame, slot: _Slot | None, tasks: _Tasks) -> None:
        if slot is not None:
            raise faults.SessionAlreadyOpen(frame.session)
        if not frame.session:
            raise faults.InvalidField("session", "must be 1 or more")
        slot = self._slots[frame.session] = _Slot(by_call=not frame.open.token)
        tasks.opening.create_task(self._open(frame.session, frame.open, slot, tasks))

    async def _open(self, number: int, request: pb.Open, slot: _Slot, tasks: _Tasks) -> None:
        try:
            identity = await self._identity(request.token)
            place = await self._opener.open(number, self.outbox, identity, request)
        except faults.Fault as fault:
            self._fail_open(number, slot, fault)
            return
        except Exception as error:
            _log.error("open failed", exc_info=error)
            self._fail_open(number, slot, faults.Internal("something went wrong on our side"))
            return
        if self._slots.get(number) is not slot:
            place.right.release()
            return
        try:
            if slot.by_call and place.right.identity is not self._caller:
                self._opener.rights.renew(place.right, self._caller)
            place.start(tasks.places)
        except faults.Fault as fault:
            place.right.release()
            self._fail_open(number, slot, fault)
            return
        slot.place = place
        for frame in slot.backlog:
            try:
                self._to_place(frame, str(frame.WhichOneof("frame")), slot, place, tasks)
            except faults.Fault as fault:
                self._complain(fault, number)

    def _fail_open(self, number: int, slot: _Slot, fault: faults.Fault) -> None:
        if self._slots.get(number) is slot:
            del self._slots[number]
            self.outbox.send(convert.closed_frame(number, fault))

    async def _identity(self, token: str) -> Identity:
        """Return who opens. A service must bring its user's token: an edge cannot invent users."""
        if not token and not self._caller.is_service:
            return self._caller
        identity = await self._verifier.verify(token)
        if identity.is_service:
            raise faults.PermissionDenied("a service does not edit as itself; bring the user's token")
        return replace(identity, acting_service=self._caller.calling_service)

    # -- newer tokens -----------------------------------------------------------------------------------------------

    async def _refresh(self, number: int, token: str, slot: _Slot, place: Place) -> None:
        """Renew the token of one session, which is its own from then on."""
        try:
            if not token:
                raise faults.TokenMissing("refresh_token needs a token")
            identity = await self._identity(token)
            if self._slots.get(number) is not slot or place.is_over:
                raise faults.SessionNotFound(number)
            seconds = self._opener.rights.renew(place.right, identity)
            slot.by_call = False
        except faults.Fault as fault:
            self._complain(fault, number)
            return
        self._refreshed(number, seconds)

    async def _refresh_call(self, token: str) -> None:
        """Renew the token of the call, and of all sessions that rest on it."""
        try:
            if self._caller.is_service:
                raise faults.InvalidField("session", "must name one: the token of this stream is a service's")
            if not token:
                raise faults.TokenMissing("refresh_token needs a token")
            identity = await self._identity(token)
            if identity.subject != self._caller.subject:
                raise faults.TokenInvalid("this token is of somebody else than the one it would replace")
        except faults.Fault as fault:
            self._complain(fault)
            return
        self._caller = identity
        for slot in list(self._slots.values()):
            if slot.by_call and slot.place is not None:
                self._opener.rights.renew(slot.place.right, identity)
        self._refreshed(0, self._opener.rights.seconds_left(identity))

    def _refreshed(self, number: int, seconds: int) -> None:
        refreshed = pb.TokenRefreshed(seconds=seconds)
        self.outbox.send(convert.encoded(pb.ServerFrame(session=number, token_refreshed=refreshed)))

    # -- the end ----------------------------------------------------------------------------------------------------

    async def _end(self) -> None:
        try:
            async with asyncio.timeout(_HALF_CLOSE_GRACE_S):
                for slot in list(self._slots.values()):
                    if slot.place is not None:
                        await slot.place.settled()
        except TimeoutError:
            pass
        self.outbox.finish()
