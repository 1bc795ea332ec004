"""Room: the single writer of one live document.

Owns the inbox, the sessions and, in its sequencer, the recent operations; asks the log to append, and shows nothing
before the log has it. Never opens sockets, never stores text. One task a room, so no locks. Contract:
proto/shoal/collab/v1.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, cast

import structlog

from mesh import faults
from mesh.identity import Identity
from services.collab import convert, errors, opening
from services.collab.history import MAX_RETRY_S, LogHistory
from services.collab.outbox import Outbox
from services.collab.presence import Presence, Present
from services.collab.sequencer import (
    Accepted,
    Committed,
    Duplicate,
    Flight,
    Rebase,
    Refused,
    Sequencer,
    SiteHead,
    Stale,
)
from services.collab.settings import CollabSettings
from shoal.collab.v1 import collab_pb2 as pb
from shoal.document.v1 import operation_log_pb2 as log_pb
from shoal.type.v1 import operation_pb2

_log = structlog.get_logger(__name__)
_PRESENCE_STRIDE = 500
"""Selections are moved at least every so many revisions, while the room still remembers the operations."""


@dataclass(eq=False, slots=True)
class Session:
    """One participant's place in a room: `number` is its name on its stream; `settled` while no flight is under way."""

    number: int
    outbox: Outbox
    identity: Identity
    site: str
    display_name: str
    hidden: bool
    is_closed: bool = False
    settled: asyncio.Event = field(default_factory=asyncio.Event)
    feed: asyncio.Task[None] | None = None
    joined_at: float = field(default_factory=time.time)

    def __post_init__(self) -> None:
        self.settled.set()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a single operation: as committed, and the revisions it was transformed against."""

    committed: Committed
    transformed_against: range


@dataclass(eq=False, slots=True)
class Submission:
    """A flight on its way, and who waits for the answer: a session, or a call through `answer`."""

    flight: Flight
    size_bytes: int
    session: Session | None = None
    answer: asyncio.Future[Outcome] | None = None


class Room:
    """One live document. Public methods only queue; `run` does the work."""

    def __init__(
        self,
        room_id: int,
        history: LogHistory,
        sequencer: Sequencer,
        settings: CollabSettings,
        spawn: Callable[[Coroutine[Any, Any, None]], asyncio.Task[None]],
        title: str = "",
    ) -> None:
        self.id, self.title = room_id, title
        self._history, self._sequencer, self._settings, self._spawn = history, sequencer, settings, spawn
        self._sessions: dict[str, Session] = {}
        self._streams: dict[Outbox, int] = {}
        self._presence = Presence()
        self._queue: list[Callable[[], None]] = []
        self._submissions: list[Submission] = []
        self._waiting_bytes = 0
        self._wake = asyncio.Event()
        self._busy = self._closed = False
        self._must_catch_up = False
        self._encoded: list[operation_pb2.CommittedOperation] = []
        now = asyncio.get_running_loop().time()
        self._idle_since, self._presence_due = now, now
        self._checkpoint_at, self._checkpoint_revision, self._presence_revision = now, -1, sequencer.head_revision

    # -- what others may ask, at once -------------------------------------------------------------------------------

    @property
    def head_revision(self) -> int:
        """The newest revision that is on disk, as far as this room knows."""
        return self._sequencer.head_revision

    @property
    def is_quiet(self) -> bool:
        """Whether nothing waits or is under way."""
        return not (self._busy or self._queue or self._submissions)

    @property
    def session_count(self) -> int:
        """How many sessions are in the room."""
        return len(self._sessions)

    def is_idle(self, now: float) -> bool:
        """Whether the room has been empty for long enough to be let go."""
        return not self._sessions and self.is_quiet and now - self._idle_since >= self._settings.idle_room_s

    def participants(self) -> list[pb.Participant]:
        """Return who is here, with selections at the head."""
        self._move_selections()
        return [convert.participant_to_proto(each) for each in self._presence.everyone()]

    def join(self, session: Session, *, after_revision: int, pending: bool, site_head: SiteHead | None) -> None:
        """Queue a session's coming; answered by Opened or Closed."""
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
        """Queue a flight; answered by Committed to the room, Acknowledged or Refused. Raises RoomBusy when full."""
        self._waiting_bytes += submission.size_bytes
        limits = self._settings
        if len(self._submissions) >= limits.max_inbox_flights or self._waiting_bytes > limits.max_inbox_bytes:
            self._waiting_bytes -= submission.size_bytes
            raise errors.RoomBusy
        self._submissions.append(submission)
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

    def _enqueue(self, step: Callable[[], None]) -> None:
        self._queue.append(step)
        self._wake.set()

    # -- the one task -----------------------------------------------------------------------------------------------

    async def run(self) -> None:
        """Do what is queued until closed. A defect closes the sessions, which resume in a fresh room."""
        try:
            while not (self._closed and self.is_quiet):
                await self._wait()
                self._busy = True
                queue, self._queue = self._queue, []
                for step in queue:
                    step()
                if self._must_catch_up:
                    self._must_catch_up = False
                    await self._catch_up()
                if self._submissions:
                    submissions, self._submissions = self._submissions, []
                    self._waiting_bytes = 0
                    await self._commit(submissions)
                self._tick(asyncio.get_running_loop().time())
                self._busy = False
        except Exception as error:
            _log.error("room failed", room=self.id, exc_info=error)
            raise
        finally:
            for session in list(self._sessions.values()):
                self._leave(session, faults.Draining("the room was closed; open again"), tell=True)

    async def _wait(self) -> None:
        """Wait for something to do, or for the next thing that is due by itself."""
        if self._queue or self._submissions or self._must_catch_up:
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

    def _broadcast(self, encoded: bytes) -> None:
        for outbox in self._streams:
            outbox.send(encoded)

    # -- coming and going -------------------------------------------------------------------------------------------

    def _join(self, session: Session, after_revision: int, pending: bool, site_head: SiteHead | None) -> None:
        if site_head is not None:
            self._sequencer.learn_site(session.site, site_head)
        known, older = self._sequencer.site(session.site), self._sessions.get(session.site)
        subject = session.identity.subject
        if (known is not None and known.author != subject) or (older and older.identity.subject != subject):
            self._leave(session, errors.SiteOfAnotherAuthor(), tell=True)
            return
        if older is not None:
            self._leave(older, errors.SessionReplaced(), tell=True)
        if len(self._sessions) >= self._settings.max_sessions_per_document:
            self._leave(session, errors.TooManySessions(self._settings.max_sessions_per_document), tell=True)
            return
        self._sessions[session.site] = session
        self._streams[session.outbox] = self._streams.get(session.outbox, 0) + 1
        if not session.hidden:
            self._presence.join(Present(session.site, subject, session.display_name, session.joined_at))
        self._answer_open(session, after_revision, pending)

    def _answer_open(self, session: Session, after_revision: int, pending: bool) -> None:
        """Send Opened from the head on: what comes later follows as room frames, what came before is fed."""
        if self._sessions.get(session.site) is not session:
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
            role=pb.ROLE_EDITOR,
            title=self.title,
            plain_text=self._sequencer.plain_text,
        )
        asked = opening.Asked(session, after_revision, pending, fail=partial(self.leave, session))
        session.feed = opening.answer(asked, opened, self._sequencer, self._history, self._spawn)

    def _leave(self, session: Session, fault: faults.Fault | None, tell: bool) -> None:
        if session.is_closed:
            return
        session.is_closed = True
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

    # -- edits ------------------------------------------------------------------------------------------------------

    async def _commit(self, submissions: Sequence[Submission]) -> None:
        """Take flights to the log and answer them; while the log is away they wait, and nothing is acknowledged."""
        retry_s = self._settings.log_retry_s
        while submissions:
            decided = [(each, await self._decide(each.flight)) for each in submissions]
            outcome = await self._append()
            match outcome.WhichOneof("outcome"):
                case "committed_head_revision":
                    self._publish()
                    for submission, decision in decided:
                        await self._answer(submission, decision)
                    return
                case "stale_head_revision" | "site_conflict":
                    self._sequencer.rollback()
                    await self._catch_up()
                    await self._learn_sites({each.flight.site for each in submissions})
                case _ if outcome.fault.retry_after_ms:
                    self._sequencer.rollback()
                    await asyncio.sleep(retry_s)
                    retry_s = min(retry_s * 2, MAX_RETRY_S)
                case _ if len(submissions) == 1:
                    self._sequencer.rollback()
                    await self._answer(submissions[0], Refused(faults.Received(outcome.fault)))
                    return
                case _:
                    self._sequencer.rollback()
                    for each in submissions:
                        await self._commit([each])
                    return

    async def _decide(self, flight: Flight) -> Accepted | Duplicate | Refused:
        begun = self._sequencer.begin(flight)
        if isinstance(begun, Stale):
            history = await self._history.read(begun.after_revision, self.head_revision)
            begun = self._sequencer.begin(flight, history)
        if isinstance(begun, Rebase):
            return await opening.rebased(begun, self._sequencer)
        return cast(Duplicate | Refused, begun)

    async def _append(self) -> log_pb.AppendOutcome:
        accepted = self._sequencer.accepted
        if not accepted:
            return log_pb.AppendOutcome(committed_head_revision=self.head_revision)
        self._encoded = [convert.committed_to_proto(each) for each in accepted]
        return await self._history.append(self.head_revision, self._encoded)

    def _publish(self) -> None:
        if self._sequencer.commit():
            self._broadcast(convert.room_frame(self.id, committed=self._encoded))

    async def _answer(self, submission: Submission, decision: Accepted | Duplicate | Refused) -> None:
        flight, session = submission.flight, submission.session
        if session is not None:
            session.settled.set()
        if submission.answer is not None:
            await self._answer_call(submission.answer, flight, decision)
        if session is None:
            return
        first, count = flight.first_site_sequence, len(flight.operations)
        duplicates = decision.duplicates if isinstance(decision, Accepted) else 0
        if isinstance(decision, Duplicate):
            duplicates = count
        if duplicates:
            known = await self._history.site_revisions(flight.site, first, first + duplicates - 1)
            acknowledged = pb.Acknowledged(first_site_sequence=first, revisions=[revision for _, revision in known])
            session.outbox.send(convert.encoded(pb.ServerFrame(session=session.number, acknowledged=acknowledged)))
        if isinstance(decision, Refused):
            session.outbox.send(convert.refused_frame(session.number, first, decision.fault))
        elif isinstance(decision, Accepted) and decision.refused is not None:
            taken = first + decision.duplicates + len(decision.operations)
            session.outbox.send(convert.refused_frame(session.number, taken, decision.refused))

    async def _answer_call(
        self, answer: asyncio.Future[Outcome], flight: Flight, decision: Accepted | Duplicate | Refused
    ) -> None:
        if answer.done():
            return
        match decision:
            case Refused(fault):
                answer.set_exception(fault)
            case Accepted(operations=(committed, *_)):
                answer.set_result(Outcome(committed, range(committed.base_revision + 1, committed.revision)))
            case _:
                known = await self._history.site_revisions(
                    flight.site, flight.first_site_sequence, flight.first_site_sequence
                )
                (committed,) = await self._history.read(known[0][1] - 1, known[0][1])
                answer.set_result(Outcome(committed, range(committed.base_revision + 1, committed.revision)))

    async def _catch_up(self) -> None:
        """Take what another node wrote; show it as our own."""
        missed = await self._history.read(self.head_revision, 0)
        if missed:
            self._sequencer.learn(missed)
            encoded = [convert.committed_to_proto(each) for each in missed]
            self._broadcast(convert.room_frame(self.id, committed=encoded))

    async def _learn_sites(self, sites: set[str]) -> None:
        for site, head in (await self._history.site_heads(sites)).items():
            self._sequencer.learn_site(site, head)
