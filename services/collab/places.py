"""Places: where a session can be, and the way into each: a document, a project's room, the user's own.

Owns what is checked before somebody is let in, and what a document's session may send. Knows no frames' bytes.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Protocol

from mesh import faults, names, wire
from mesh.identity import Identity
from mesh.resource_names import Kind, parse
from services.collab import convert, errors
from services.collab.notices import Notices
from services.collab.outbox import Outbox
from services.collab.rights import Right, Rights
from services.collab.room import Room
from services.collab.rooms import Rooms
from services.collab.sequencer import Flight, SiteHead
from services.collab.session import Session, Submission
from services.collab.settings import CollabSettings
from services.collab.side_rooms import OWN_ROOM, ProjectRoom, UserRoom, Whereabouts
from shoal.collab.v1 import collab_pb2 as pb
from shoal.options.v1.options_pb2 import (
    PERMISSION_DOCUMENT_READ,
    PERMISSION_PROJECT_READ,
    PERMISSION_SIGNED_IN,
)


class Place(Protocol):
    """One session where it is; made before it is let in."""

    right: Right

    @property
    def is_over(self) -> bool:
        """Whether the session was ended from here."""
        ...

    def start(self, tasks: asyncio.TaskGroup) -> None:
        """Let the session in; answered by Opened. Raises why not."""
        ...

    def take(self, frame: pb.ClientFrame, kind: str) -> None:
        """Take a frame of the session. Raises a fault that is told to the stream."""
        ...

    def leave(self, *, tell: bool = True) -> None:
        """The client goes; with `tell`, answered by Closed."""
        ...

    async def settled(self) -> None:
        """Wait until nothing is under way."""
        ...


@dataclass(frozen=True, slots=True)
class Opener:
    """What is needed to let sessions in."""

    rooms: Rooms
    rights: Rights
    whereabouts: Whereabouts
    notices: Notices
    settings: CollabSettings

    async def open(self, number: int, outbox: Outbox, identity: Identity, request: pb.Open) -> Place:
        """Return the place a session asks for, its right held; to be started. Raises the refusal."""
        if request.document == OWN_ROOM:
            right = await self._right(outbox, number, Right(identity, "", PERMISSION_SIGNED_IN))
            return UserRoom(number, outbox, right, self.notices)
        if request.document.startswith("projects/"):
            parse(request.document, "document", Kind.PROJECT)
            right = await self._right(outbox, number, Right(identity, request.document, PERMISSION_PROJECT_READ))
            return ProjectRoom(number, outbox, right, self.whereabouts)
        return await self._open_document(number, outbox, identity, request)

    async def _open_document(self, number: int, outbox: Outbox, identity: Identity, request: pb.Open) -> Place:
        names.parse_document(request.document, "document")
        if request.after_revision < 0:
            raise faults.InvalidField("after_revision", "must not be negative")
        if len(request.display_name) > 100:
            raise faults.InvalidField("display_name", "must be at most 100 characters")
        site = names.parse_site(request.site)
        right = await self._right(outbox, number, Right(identity, request.document, PERMISSION_DOCUMENT_READ))
        try:
            site_head = await self.rooms.site_head(request.document, site)
            # Last, so that a room that was found empty is not let go before somebody is in it.
            room = await self.rooms.room(request.document)
        except BaseException:
            right.release()
            raise
        name = request.display_name or identity.name
        session = Session(number, outbox, right, site, name, hidden=request.hidden)
        return DocumentPlace(room, session, self.settings, request, site_head)

    async def _right(self, outbox: Outbox, number: int, right: Right) -> Right:
        def expiring(seconds: int) -> None:
            warning = pb.TokenExpiring(seconds=seconds)
            outbox.send(convert.encoded(pb.ServerFrame(session=number, token_expiring=warning)))

        await self.rights.take(right)
        right.expiring = expiring
        return right


class DocumentPlace:
    """A session in a live document."""

    def __init__(
        self, room: Room, session: Session, settings: CollabSettings, request: pb.Open, site_head: SiteHead | None
    ) -> None:
        self._room, self._session, self._settings = room, session, settings
        self._request, self._site_head = request, site_head
        self.right = session.right

    @property
    def is_over(self) -> bool:
        """Whether the room has closed the session."""
        return self._session.is_closed

    def start(self, _: asyncio.TaskGroup) -> None:
        """As in Place."""
        after, pending = self._request.after_revision, self._request.pending
        self._room.join(self._session, after_revision=after, pending=pending, site_head=self._site_head)

    def take(self, frame: pb.ClientFrame, kind: str) -> None:
        """As in Place; a flight is refused to the session itself."""
        match kind:
            case "submit":
                self._submit(frame.submit)
            case "update_presence":
                self._room.tell_presence(self._session, frame.update_presence)
            case "resync":
                asked = frame.resync
                self._room.resync(self._session, after_revision=asked.after_revision, pending=asked.pending)

    def leave(self, *, tell: bool = True) -> None:
        """As in Place."""
        self._room.leave(self._session, tell=tell)

    async def settled(self) -> None:
        """As in Place."""
        await self._session.settled.wait()

    def _submit(self, submit: pb.Submit) -> None:
        session = self._session
        try:
            flight = self._flight(submit)
            if not session.settled.is_set():
                raise errors.FlightOutstanding
            self._room.submit(Submission(flight, submit.ByteSize(), session.right, session))
            session.settled.clear()
        except faults.Fault as fault:
            session.outbox.send(convert.refused_frame(session.number, submit.first_site_sequence, fault))

    def _flight(self, submit: pb.Submit) -> Flight:
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
            site=self._session.site,
            author=self._session.identity.subject,
            base_revision=submit.base_revision,
            first_site_sequence=submit.first_site_sequence,
            operations=tuple(wire.operation_from_proto(each) for each in submit.operations),
        )
