"""A document under load: its people, what they type, and when everybody has seen it.

Latency of an operation: from the moment it was meant to be sent (open loop: the schedule does not wait for answers) to
the moment the last person in its document has received it. Writers keep one flight outstanding, as real clients do;
what gathers meanwhile goes into the next, typed on from one place. Each keystroke is its own operation.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from bench.websocket import BenchSocket
from shoal.collab.v1 import collab_pb2 as pb


@dataclass
class Person:
    """One socket in a document; a writer when it has a schedule."""

    site: str
    socket: BenchSocket | None = None
    revision: int = 0
    outstanding: int = 0
    acknowledged: int = 0
    intended: list[float] = field(default_factory=list)
    """When each operation was meant to be sent; index = site sequence - 1."""
    opened: bool = False


class LoadedRoom:
    """One document and its people; `latencies` in seconds, one an operation that everybody has seen."""

    def __init__(self, document: str, people: int, length: int, seed: int) -> None:
        self.document, self._length = document, length
        self.people = [Person(f"bench-{seed}-{index}") for index in range(people)]
        self._by_site = {person.site: person for person in self.people}
        self._chance = random.Random(seed)
        self._parsed: dict[bytes, list[tuple[Person | None, int, int]]] = {}
        self._seen: dict[int, int] = {}
        self.latencies: list[float] = []
        self.faults: list[str] = []
        self.catch_ups = 0

    async def join(self, host: str, port: int, token: Callable[[str], str]) -> None:
        for person in self.people:
            person.socket = await BenchSocket.connect(
                host, port, token(person.site), lambda payload, person=person: self._message(person, payload)
            )
            opening = pb.Open(document=self.document, site=person.site)
            person.socket.send(
                pb.CollaborateRequest(frames=[pb.ClientFrame(session=1, open=opening)]).SerializeToString()
            )

    def type(self, person: Person, intended: float) -> None:
        """One keystroke, meant for `intended` (perf_counter seconds)."""
        person.intended.append(intended)
        if not person.outstanding:
            self._fly(person)

    def leave(self) -> None:
        for person in self.people:
            if person.socket is not None:
                person.socket.close()

    @property
    def unseen(self) -> int:
        """Operations that were typed and not seen by everybody yet."""
        return sum(len(person.intended) for person in self.people) - len(self.latencies)

    def _fly(self, person: Person) -> None:
        count = min(len(person.intended) - person.acknowledged, 500)
        if not count or person.socket is None:
            return
        submit = pb.Submit(base_revision=person.revision, first_site_sequence=person.acknowledged + 1)
        start = self._chance.randint(0, self._length)
        for place in range(start, start + count):
            components = submit.operations.add().components
            if place:
                components.add(retain=place)
            components.add(insert="x")
        person.outstanding = count
        person.socket.send(pb.CollaborateRequest(frames=[pb.ClientFrame(session=1, submit=submit)]).SerializeToString())

    def _message(self, person: Person, payload: bytes) -> None:
        known = self._parsed.get(payload)
        if known is None:
            known = self._parsed[payload] = self._parse(person, payload)
        if not known:
            return
        last = known[-1][2]
        person.revision = max(person.revision, last)
        seen = self._seen[last] = self._seen.get(last, 0) + 1
        if seen == len(self.people):
            now = time.perf_counter()
            self.latencies += [now - who.intended[sequence - 1] for who, sequence, _ in known if who is not None]
            del self._seen[last], self._parsed[payload]
        mine = [sequence for who, sequence, _ in known if who is person]
        if mine:
            person.acknowledged = mine[-1]
            person.outstanding -= len(mine)
            if not person.outstanding:
                self._fly(person)

    def _parse(self, person: Person, payload: bytes) -> list[tuple[Person | None, int, int]]:
        operations = []
        for frame in pb.CollaborateResponse.FromString(payload).frames:
            kind = frame.WhichOneof("frame")
            if kind == "committed":
                operations += [
                    (self._by_site.get(each.site), each.site_sequence, each.revision)
                    for each in frame.committed.operations
                ]
            elif kind == "opened":
                if person.opened:
                    self.catch_ups += 1
                person.revision = max(person.revision, frame.opened.revision)
                person.opened = True
            elif kind == "acknowledged":
                self.faults.append("acknowledged a resend nobody made")
            elif kind in ("refused", "closed", "stream_fault"):
                self.faults.append(str(frame)[:200])
        return operations
