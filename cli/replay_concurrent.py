"""Replay of a concurrent trace: one stream an agent, each writing what it wrote on exactly what it had seen.

Owns whose turn it is. The server's order is made the file's order: a run of one agent's transactions is sent when every
stream has shown all before it. The server transforms it over what its author had not seen.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from contextlib import AsyncExitStack

from cli.author import Author
from cli.client import ConnectionLost, Session
from cli.replay_run import Replay, check_refused, fitting
from mesh.wire import operation_from_proto, operation_to_proto
from shoal.collab.v1 import collab_pb2 as pb
from shoal.type.v1 import operation_pb2


async def replay_concurrent(replay: Replay) -> None:
    """Send what the log does not have yet; returns when all of it is on disk. Raises ConnectionLost, Failed."""
    trace, progress = replay.trace, replay.progress
    async with AsyncExitStack() as stack:
        voices = []
        for agent in range(len(trace.own)):
            connection = await stack.enter_async_context(replay.connect())
            voices.append(_Voice(replay, agent, await replay.open(connection, agent, pending=True)))
        done = max(voice.seen for voice in voices)
        progress.reached(done)
        while done < len(trace):
            run = _run_length(trace.agents, done)
            speaker = voices[trace.agents[done]]
            done += await speaker.speak(done, await replay.pace.due(progress.added, run))
            for voice in (speaker, *voices):
                await voice.see(done)
            progress.reached(done)


def _run_length(agents: Sequence[int], start: int) -> int:
    end = start
    while end < len(agents) and agents[end] == agents[start]:
        end += 1
    return end - start


class _Voice:
    """One agent's session. It has `seen` so many transactions in the log; its author takes them in when it needs to."""

    def __init__(self, replay: Replay, agent: int, session: Session) -> None:
        self._replay, self._trace, self._session = replay, replay.trace, session
        self._author = Author(replay.trace, agent)
        self._limits = session.opened.frame.limits
        self._inbox: deque[operation_pb2.Operation] = deque()
        self.seen = 0
        self._note(session.opened.operations)

    async def speak(self, first: int, wanted: int) -> int:
        """Send transactions from `first` on, at most `wanted`, as one flight; return how many they were."""
        last = first + min(wanted, self._limits.max_flight_operations) - 1
        author = self._author
        while author.known < author.needed_for(first, last):
            author.receive(operation_from_proto(self._inbox.popleft()))
        messages = [operation_to_proto(operation) for operation in author.make(first, last)]
        count = fitting(messages, self._limits)
        await self._session.submit(self._replay.before + author.known, self._trace.numbers[first], messages[:count])
        return count

    async def see(self, count: int) -> None:
        """Return when the stream has shown so many transactions."""
        while self.seen < count:
            frame = await self._session.receive()
            await check_refused(frame)
            if frame.HasField("opened") and frame.opened.is_snapshot:
                raise ConnectionLost("this reader was too slow; it begins again")
            self._note(_operations(frame))

    def _note(self, committed: Iterable[operation_pb2.CommittedOperation]) -> None:
        for each in committed:
            transaction = each.revision - self._replay.before - 1
            if transaction < self.seen:
                continue
            if transaction != self.seen:
                raise ConnectionLost(f"transaction {self.seen} did not arrive")
            if self.seen >= len(self._trace) or (each.site, each.site_sequence) != self._expected(self.seen):
                raise self._replay.not_ours()
            self._inbox.append(each.operation)
            self.seen += 1

    def _expected(self, transaction: int) -> tuple[str, int]:
        return self._trace.site(self._trace.agents[transaction]), self._trace.numbers[transaction]


def _operations(frame: pb.ServerFrame) -> Iterable[operation_pb2.CommittedOperation]:
    """Return what a frame shows of the log. Acknowledged shows nothing new: Committed, or Opened, shows it as well."""
    if frame.HasField("committed"):
        return frame.committed.operations
    if frame.HasField("opened"):
        return frame.opened.operations
    return frame.opened_more.operations
