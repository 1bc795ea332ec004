"""Commits: from flights to the log, and from the log to everybody.

Owns the order in which nothing is lost: decide, append, and only then publish and answer. A race that was lost
is read up and decided again; while the log is away all waits. Whether an author may write is looked at again right
before each append. Never runs twice at once: its room is one task.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import cast

from mesh import faults, wire
from ot.errors import OperationError
from services.collab import convert, errors
from services.collab.history import MAX_RETRY_S, LogHistory
from services.collab.sequencer import Accepted, Duplicate, Flight, Rebase, Refused, Sequencer, Stale
from services.collab.session import Outcome, Submission
from shoal.collab.v1 import collab_pb2 as pb
from shoal.document.v1 import operation_log_pb2 as log_pb
from shoal.type.v1 import operation_pb2

Publish = Callable[[Sequence[operation_pb2.CommittedOperation]], None]
Hold = Callable[[Submission], None]


class Commits:
    """The way to the log of one room's flights; `publish` shows operations that are on disk to everybody.

    `hold` keeps a flight whose author's right is in doubt, until it is known.
    """

    def __init__(self, history: LogHistory, sequencer: Sequencer, retry_s: float, publish: Publish, hold: Hold) -> None:
        self._history, self._sequencer, self._retry_s, self._publish = history, sequencer, retry_s, publish
        self._hold = hold

    async def commit(self, submissions: Sequence[Submission]) -> None:
        """Take flights to the log and answer them; while the log is away they wait, and nothing is acknowledged.

        Raises what a document is told of that has gone (errors.GONE); the flights are then unanswered.
        """
        retry_s = self._retry_s
        while submissions := await self._permitted(submissions):
            if any((each.flight.base_revision or 0) > self._sequencer.head_revision for each in submissions):
                await self.catch_up()  # Another node wrote, and whoever sent this heard of it before this room.
            decided = [(each, await self._decide(each.flight)) for each in submissions]
            if not all(each.right.may_append for each in submissions):
                self._sequencer.rollback()  # Permissions were touched while this was decided.
                continue
            encoded = [convert.committed_to_proto(each) for each in self._sequencer.accepted]
            outcome = await self._append(encoded)
            match outcome.WhichOneof("outcome"):
                case "committed_head_revision":
                    self._sequencer.commit()
                    self._publish(encoded)
                    for submission, decision in decided:
                        await self._answer(submission, decision)
                    return
                case "stale_head_revision" | "site_conflict":
                    self._sequencer.rollback()
                    await self.catch_up()
                    await self._learn_sites({each.flight.site for each in submissions})
                case _ if outcome.fault.retry_after_ms:
                    self._sequencer.rollback()
                    for each in submissions:
                        each.was_sent = True
                    await asyncio.sleep(retry_s)
                    retry_s = min(retry_s * 2, MAX_RETRY_S)
                case _ if outcome.fault.reason in errors.GONE:
                    self._sequencer.rollback()
                    raise faults.Received(outcome.fault)
                case _ if len(submissions) == 1:
                    self._sequencer.rollback()
                    await self._answer(submissions[0], Refused(faults.Received(outcome.fault)))
                    return
                case _:
                    self._sequencer.rollback()
                    for each in submissions:
                        await self.commit([each])
                    return

    async def _permitted(self, submissions: Sequence[Submission]) -> Sequence[Submission]:
        """Return those that may go to the log now; hold or refuse the others."""
        permitted: list[Submission] = []
        for each in submissions:
            why_not = each.right.why_not
            if each.right.may_append:
                permitted.append(each)
            elif each.right.lost is None and each.right.in_doubt:
                self._hold(each)
            elif why_not is not None:
                await self._turn_away(each, why_not)
        return permitted

    async def _turn_away(self, submission: Submission, fault: faults.Fault) -> None:
        """Refuse what is not in the log; what got there before, perhaps without an answer, is acknowledged."""
        flight = submission.flight
        if submission.was_sent:
            await self.catch_up()
            await self._learn_sites({flight.site})
        count, taken = len(flight.operations), taken_of(flight, self._sequencer)
        if not taken:
            await self._answer(submission, Refused(fault))
        elif taken == count:
            await self._answer(submission, Duplicate(flight.first_site_sequence + count - 1))
        else:
            await self._answer(submission, Accepted((), duplicates=taken, refused=fault))

    async def _decide(self, flight: Flight) -> Accepted | Duplicate | Refused:
        begun = self._sequencer.begin(flight)
        if isinstance(begun, Stale):
            try:
                history = await self._history.read(begun.after_revision, self._sequencer.head_revision)
            except faults.Fault as fault:
                return _refusal(fault)
            begun = self._sequencer.begin(flight, history)
        if isinstance(begun, Rebase):
            return await self._rebase(begun)
        return cast(Duplicate | Refused, begun)

    async def _rebase(self, rebase: Rebase) -> Accepted | Refused:
        """Run a rebase to its end, letting other rooms go on between its slices."""
        try:
            for _ in rebase.run():
                await asyncio.sleep(0)
        except OperationError as error:
            return Refused(wire.fault_of(error))
        return self._sequencer.finish(rebase)

    async def _append(self, encoded: Sequence[operation_pb2.CommittedOperation]) -> log_pb.AppendOutcome:
        head = self._sequencer.head_revision
        if not encoded:
            return log_pb.AppendOutcome(committed_head_revision=head)
        return await self._history.append(head, encoded)

    async def _answer(self, submission: Submission, decision: Accepted | Duplicate | Refused) -> None:
        try:
            await self._tell(submission, decision)
        except faults.Fault as fault:
            await self._tell(submission, _refusal(fault))

    async def _tell(self, submission: Submission, decision: Accepted | Duplicate | Refused) -> None:
        flight, session = submission.flight, submission.session
        if session is not None:
            session.settled.set()
            if session.is_closed:
                session.right.release()
        if submission.answer is not None:
            await self._answer_call(submission.answer, flight, decision)
        if session is None or session.right.lost is not None:
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

    async def catch_up(self) -> None:
        """Take what another node wrote; show it as our own."""
        missed = await self._history.read(self._sequencer.head_revision, 0)
        self._sequencer.learn(missed)
        self._publish([convert.committed_to_proto(each) for each in missed])

    async def _learn_sites(self, sites: set[str]) -> None:
        for site, head in (await self._history.site_heads(sites)).items():
            self._sequencer.learn_site(site, head)


def taken_of(flight: Flight, sequencer: Sequencer) -> int:
    """Return how many of a flight's operations the log has, as far as its room knows."""
    head = sequencer.site(flight.site)
    if head is None or head.author != flight.author:
        return 0
    return max(0, min(len(flight.operations), head.last_sequence - flight.first_site_sequence + 1))


def _refusal(fault: faults.Fault) -> Refused:
    """Return the refusal of a flight whose past the log cannot tell any more. Raises what ends the room instead."""
    if fault.reason in errors.GONE:
        raise fault
    return Refused(fault)
