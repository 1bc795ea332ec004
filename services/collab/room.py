"""Room: the single writer of one live document.

Owns the inbox, the sessions and, in its sequencer, the recent operations; commits.py takes edits to the log; nothing
is shown before the log has it. Never opens sockets, never stores text. One task a room, so no locks. Contract:
proto/shoal/collab/v1.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from mesh import faults
from services.collab import convert, errors, opening
from services.collab.commits import Commits, taken_of
from services.collab.history import LogHistory
from services.collab.inbox import Inbox
from services.collab.outbox import Outbox
from services.collab.presence import Presence, Present
from services.collab.rights import Right
from services.collab.sequencer import Sequencer, SiteHead
from services.collab.session import Session, Submission
from services.collab.settings import CollabSettings
from shoal.collab.v1 import collab_pb2 as pb
from shoal.document.v1 import document_pb2
from shoal.type.v1 import operation_pb2

_GOLDEN_RATIO = 0.6180339887
"""Multiples of it, less their whole part, spread evenly however many there are."""
_PRESENCE_STRIDE = 500
"""Selections are moved at least every so many revisions, while the room still remembers the operations."""


class Room:
    """One live document. Public methods only queue; `run` does the work. Rights alone are followed at once.

    `people_moved` is called when somebody came, moved or left.
    """

    def __init__(
        self,
        room_id: int,
        history: LogHistory,
        sequencer: Sequencer,
        settings: CollabSettings,
        spawn: Callable[[Coroutine[Any, Any, None]], asyncio.Task[None]],
        metadata: document_pb2.Document,
        people_moved: Callable[[Room], None],
    ) -> None:
        self.id, self.title, self.project = room_id, metadata.title, metadata.project
        self._people_moved = people_moved
        self._history, self._sequencer, self._settings, self._spawn = history, sequencer, settings, spawn
        self._sessions: dict[str, Session] = {}
        self._streams: dict[Outbox, int] = {}
        self._presence = Presence()
        self._queue: list[Callable[[], None]] = []
        self._inbox = Inbox(settings)
        self._wake = asyncio.Event()
        self._committing: list[Submission] = []
        self._busy = self._closed = False
        self._why_closed: faults.Fault = faults.Draining("the room was closed; open again")
        self._must_catch_up = False
        self._commits = Commits(history, sequencer, settings.log_retry_s, self._publish, self._inbox.hold)
        now = asyncio.get_running_loop().time()
        self._idle_since, self._presence_due = now, now
        # Rooms that opened together take turns: two hundred checkpoints at one moment would stop everybody.
        phase = room_id * _GOLDEN_RATIO % 1.0
        self._checkpoint_at = now - phase * settings.checkpoint_interval_s
        self._checkpoint_revision, self._presence_revision = -1, sequencer.head_revision

    # -- what others may ask, at once -------------------------------------------------------------------------------

    @property
    def head_revision(self) -> int:
        """The newest revision that is on disk, as far as this room knows."""
        return self._sequencer.head_revision

    @property
    def is_quiet(self) -> bool:
        """Whether nothing waits or is under way."""
        return not (self._busy or self._queue or self._inbox.has_waiting)

    @property
    def session_count(self) -> int:
        """How many sessions are in the room."""
        return len(self._sessions)

    def is_idle(self, now: float) -> bool:
        """Whether the room has been empty for long enough to be let go."""
        return (
            not self._sessions
            and not self._inbox.has_held
            and self.is_quiet
            and now - self._idle_since >= self._settings.idle_room_s
        )

    def participants(self) -> list[pb.Participant]:
        """Return who is here, with selections at the head."""
        self._move_selections()
        return [convert.participant_to_proto(each) for each in self._presence.everyone()]

    def people(self) -> list[pb.Participant]:
        """Return who is here, without where they are."""
        return [convert.participant_to_proto(replace(each, selection=None)) for each in self._presence.everyone()]

    def join(self, session: Session, *, after_revision: int, pending: bool, site_head: SiteHead | None) -> None:
        """Queue a session's coming; answered by Opened or Closed.

        Raises Draining or what `end` was given when the room has been closed, and why the session's right was lost.
        """
        self._require_open()
        if session.right.lost is not None:
            raise session.right.lost
        session.right.moved = partial(self._follow_right, session.right, session)
        self._enqueue(lambda: self._join(session, after_revision, pending, site_head))

    def resync(self, session: Session, *, after_revision: int, pending: bool) -> None:
        """Queue a request for what was missed; answered by Opened."""
        self._enqueue(lambda: self._answer_open(session, after_revision, pending))

    def leave(self, session: Session, fault: faults.Fault | None = None, *, tell: bool = True) -> None:
        """Queue a session's going, for a reason or because its client asked; with `tell`, answered by Closed."""
        self._enqueue(lambda: self._leave(session, fault, tell))

    def tell_presence(self, session: Session, update: pb.UpdatePresence) -> None:
        """Queue where somebody is."""
        self._enqueue(lambda: self._update_presence(session, update))

    def submit(self, submission: Submission) -> None:
        """Queue a flight; answered by Committed to the room, Acknowledged or Refused.

        Raises RoomBusy when full, Draining or what `end` was given when the room has been closed.
        """
        self._require_open()
        self._inbox.put(submission)
        if submission.session is None:
            submission.right.moved = partial(self._follow_right, submission.right)
        self._wake.set()

    def head_seen(self, revision: int) -> None:
        """The log is at `revision`: another node wrote; catch up if that is news."""
        if revision > self.head_revision and self.is_quiet:
            self._must_catch_up = True
            self._wake.set()

    def close(self) -> None:
        """Let `run` end when everything queued is done."""
        self._closed = True
        self._wake.set()

    def end(self, fault: faults.Fault) -> None:
        """The document is gone: close, and tell everybody why. What waits is refused by the log."""
        self._why_closed = fault
        self.close()

    def _require_open(self) -> None:
        """Whoever found this room before it was closed must look again: nobody would answer here."""
        if self._closed:
            raise self._why_closed

    def _enqueue(self, step: Callable[[], None]) -> None:
        self._queue.append(step)
        self._wake.set()

    # -- the one task -----------------------------------------------------------------------------------------------

    async def run(self) -> None:
        """Do what is queued until closed, or the document is gone.

        A defect closes the sessions, which resume in a fresh room.
        """
        try:
            while not (self._closed and self.is_quiet):
                await self._wait()
                self._busy = True
                queue, self._queue = self._queue, []
                for step in queue:
                    step()
                if self._must_catch_up:
                    self._must_catch_up = False
                    await self._commits.catch_up()
                if self._inbox.has_waiting:
                    self._committing = self._inbox.take()
                    await self._commits.commit(self._committing)
                    self._committing = []
                self._tick(asyncio.get_running_loop().time())
                self._busy = False
        except faults.Fault as fault:
            if fault.reason not in errors.GONE:
                raise
            self._why_closed = fault
        finally:
            self._closed = True
            for submission in (*self._committing, *self._inbox.everything()):
                if submission.answer is not None and not submission.answer.done():
                    submission.answer.set_exception(self._why_closed)
            for session in list(self._sessions.values()):
                self._leave(session, self._why_closed, tell=True)
            self._people_moved(self)

    # -- rights -----------------------------------------------------------------------------------------------------

    def _follow_right(self, right: Right, session: Session | None = None) -> None:
        """Do as a right says now. Not queued: the one task may be waiting for a log that is away.

        All of it is between two awaits of that task, none of which is in the midst of a walk over the sessions.
        """
        if right.lost is not None:
            self._turn_out(right, right.lost)
            if session is not None:
                self._leave(session, right.lost, tell=True)
        elif session is not None and session.role != right.role:
            session.role = right.role
            if self._sessions.get(session.site) is session:
                changed = pb.RoleChanged(role=right.role)
                session.outbox.send(convert.encoded(pb.ServerFrame(session=session.number, role_changed=changed)))
        self._inbox.release()
        self._wake.set()

    def _turn_out(self, right: Right, fault: faults.Fault) -> None:
        """Refuse what waits by a right that is lost; of what the log may have nothing is said."""
        for each in self._inbox.take_out(right):
            if each.answer is not None and not each.answer.done():
                each.answer.set_exception(fault)
            taken = taken_of(each.flight, self._sequencer)
            if each.session is not None and not each.was_sent and taken < len(each.flight.operations):
                first = each.flight.first_site_sequence + taken
                each.session.outbox.send(convert.refused_frame(each.session.number, first, fault))

    # -- what the one task does -------------------------------------------------------------------------------------

    async def _wait(self) -> None:
        """Wait for something to do, or for the next thing that is due by itself."""
        if self._queue or self._inbox.has_waiting or self._must_catch_up:
            return
        self._wake.clear()
        if self._closed:
            return
        now = asyncio.get_running_loop().time()
        due = self._presence_due if self._presence.has_news else self._next_checkpoint()
        try:
            async with asyncio.timeout(max(0.0, min(due, self._next_checkpoint()) - now)):
                await self._wake.wait()
        except TimeoutError:
            return

    def _next_checkpoint(self) -> float:
        changed = self._checkpoint_revision != self.head_revision
        interval = self._settings.checkpoint_interval_s if changed else self._settings.idle_checkpoint_interval_s
        return self._checkpoint_at + interval

    def _tick(self, now: float) -> None:
        if self.head_revision - self._presence_revision >= _PRESENCE_STRIDE:
            self._move_selections()
        if self._presence.has_news and now >= self._presence_due:
            self._presence_due = now + self._settings.presence_interval_s
            self._tell_presence()
        if now >= self._next_checkpoint():
            self._checkpoint_at, self._checkpoint_revision = now, self.head_revision
            expiry = self._settings.presence_expiry_s
            self._presence.expire(lambda each: now - self._sessions[each.site].outbox.heard_at > expiry)
            if self._streams:
                content_hash = self._sequencer.document().hash()
                checkpoint = pb.Checkpoint(revision=self.head_revision, hash=content_hash)
                self._broadcast(convert.room_frame(self.id, checkpoint=checkpoint))

    def _publish(self, operations: Sequence[operation_pb2.CommittedOperation]) -> None:
        if len(operations) <= 1:
            parts: Iterable[Sequence[operation_pb2.CommittedOperation]] = [operations] if operations else []
        else:
            parts = convert.operation_parts(operations)
        for part in parts:
            self._broadcast(convert.room_frame(self.id, committed=part))

    def _broadcast(self, encoded: bytes) -> None:
        for outbox in self._streams:
            outbox.send(encoded)

    # -- coming and going -------------------------------------------------------------------------------------------

    def _join(self, session: Session, after_revision: int, pending: bool, site_head: SiteHead | None) -> None:
        if session.is_closed:
            return
        if site_head is not None:
            self._sequencer.learn_site(session.site, site_head)
        known, older = self._sequencer.site(session.site), self._sessions.get(session.site)
        subject = session.identity.subject
        if (known is not None and known.author != subject) or (older and older.identity.subject != subject):
            self._leave(session, faults.SiteOfAnotherAuthor(session.site), tell=True)
            return
        if older is not None:
            self._leave(older, errors.SessionReplaced(), tell=True)
        if len(self._sessions) >= self._settings.max_sessions_per_document:
            self._leave(
                session, faults.TooMany("sessions in one document", self._settings.max_sessions_per_document), tell=True
            )
            return
        self._sessions[session.site] = session
        self._streams[session.outbox] = self._streams.get(session.outbox, 0) + 1
        if not session.hidden:
            self._presence.join(Present(session.site, subject, session.display_name, session.joined_at))
        self._answer_open(session, after_revision, pending)

    def _answer_open(self, session: Session, after_revision: int, pending: bool, *, caught_up: bool = False) -> None:
        """Send Opened from the head on: what comes later follows as room frames, what came before is fed.

        Who was on another node may know more than this room does: then the log is asked first.
        """
        if self._sessions.get(session.site) is not session:
            return
        if after_revision > self.head_revision and not caught_up:
            self._must_catch_up = True
            self._enqueue(lambda: self._answer_open(session, after_revision, pending, caught_up=True))
            return
        if after_revision > self.head_revision:
            self._leave(session, faults.RevisionAhead(after_revision, self.head_revision), tell=True)
            return
        if session.feed is not None:
            session.feed.cancel()
        known = self._sequencer.site(session.site)
        opened = pb.Opened(
            room=self.id,
            document=self._history.document,
            revision=self.head_revision,
            last_site_sequence=known.last_sequence if known else 0,
            participants=self.participants(),
            limits=pb.Limits(
                max_flight_bytes=self._settings.max_flight_bytes,
                max_flight_operations=self._settings.max_flight_operations,
                presence_expiry_ms=int(self._settings.presence_expiry_s * 1000),
            ),
            role=session.right.role,
            title=self.title,
            plain_text=self._sequencer.plain_text,
        )
        session.role = opened.role
        again = partial(self.resync, session, after_revision=0, pending=False)
        asked = opening.Asked(session, after_revision, pending, partial(self.leave, session), again)
        session.feed = opening.answer(asked, opened, self._sequencer, self._history, self._spawn)

    def _leave(self, session: Session, fault: faults.Fault | None, tell: bool) -> None:
        if session.is_closed:
            return
        session.is_closed = True
        if session.settled.is_set():
            session.right.release()  # Else when its flight is settled: until then it may still be lost.
        session.settled.set()
        if session.feed is not None:
            session.feed.cancel()
        if tell:
            session.outbox.send(convert.closed_frame(session.number, fault))
        if self._sessions.get(session.site) is not session:
            return
        del self._sessions[session.site]
        self._streams[session.outbox] -= 1
        if not self._streams[session.outbox]:
            del self._streams[session.outbox]
        self._presence.leave(session.site)
        self._idle_since = asyncio.get_running_loop().time()

    # -- presence ---------------------------------------------------------------------------------------------------

    def _update_presence(self, session: Session, update: pb.UpdatePresence) -> None:
        if self._sessions.get(session.site) is not session or session.hidden:
            return
        selection = (update.selection.anchor, update.selection.head) if update.HasField("selection") else None
        state = update.state or pb.PRESENCE_STATE_ACTIVE
        revision = min(update.revision, self.head_revision)
        if not self._presence.update(session.site, selection, revision, state):
            self._presence.join(
                Present(
                    session.site, session.identity.subject, session.display_name, session.joined_at,
                    selection, revision, state,
                )
            )  # fmt: skip

    def _move_selections(self) -> None:
        def over(revision: int) -> list[Any] | None:
            recent = self._sequencer.recent_after(revision)
            return None if recent is None else [each.operation for each in recent]

        self._presence.move(over, self.head_revision)
        self._presence_revision = self.head_revision

    def _tell_presence(self) -> None:
        self._move_selections()
        changed, left = self._presence.take_news()
        news = pb.PresenceChanged(
            revision=self.head_revision,
            participants=[convert.participant_to_proto(each) for each in changed],
            left=left,
        )
        self._broadcast(convert.room_frame(self.id, presence=news))
        self._people_moved(self)
