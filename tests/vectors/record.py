"""Records what clients hold, step by step, while they write one document with each other: `client.json`.

Each case is one client's side of a session: what it does and hears, and after each step its pending operations, its
view, and what the view was to be changed by. Clients are `ot.client`, the server is collab's sequencer. Whoever writes
a client in another language replays the file. `python -m tests.vectors.record` writes it; one seed gives one file.
"""

from __future__ import annotations

import json
import random
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ot.client import Client
from ot.document import Document
from ot.operation import Embed, Operation, delete_at, format_at, insert_at, utf16_length
from services.collab.sequencer import Accepted, Committed, Flight, Sequencer

PATH = Path(__file__).parent / "client.json"
SEED, SESSIONS, STEPS = 20_261_125, 5, 70
TEXTS = ["a", "bc", "\n", "é", "😀", "shoal "]
ATTRIBUTES: list[dict[str, Any]] = [{"bold": True}, {"bold": None}, {"color": "red", "size": 1.5}, {"header": 2}]

Step = dict[str, Any]


@dataclass
class Side:
    """One client, what it has sent and not been answered, and what was recorded of it."""

    client: Client
    sent: list[Flight] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)

    def note(self, step: Step, change: Operation | None = None) -> None:
        document = self.client.document
        assert document is not None
        self.steps.append(
            step
            | {
                "then": {
                    "revision": self.client.revision,
                    "pending": [operation.to_delta() for operation in self.client.pending],
                    "view": document.to_delta(),
                    "change": change.to_delta() if change else [],
                }
            }
        )


class Session:
    """A server and its clients, one step at a time."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.initial = Document.from_operation(Operation(insert_at(0, "A 🐟.\n").components))
        self.server = Sequencer(head_revision=0, document=self.initial.copy(), recent_limit=10_000)
        self.log: list[Committed] = []
        names = ["ada", "bob", "eve"][: self.random.randint(2, 3)]
        self.sides = {name: Side(Client(0, self.initial, site=name)) for name in names}

    def step(self) -> None:
        side = self.random.choice(list(self.sides.values()))
        chance = self.random.random()
        if chance < 0.35:
            self.edit(side)
        elif chance < 0.5:
            self.take_flight(side)
        elif chance < 0.62:
            self.arrive(side)
        elif chance < 0.8:
            self.hear(side, self.random.randint(1, 3))
        elif chance < 0.9:
            self.come_back(side)
        else:
            self.refuse(side)

    def edit(self, side: Side) -> None:
        document = side.client.document
        assert document is not None
        stops = [0]
        for character in document.text():
            stops.append(stops[-1] + utf16_length(character))
        start = self.random.randrange(len(stops))
        end = min(len(stops) - 1, start + self.random.randint(1, 3))
        at, length = stops[start], stops[end] - stops[start]
        kind = self.random.random()
        if kind < 0.55 or length == 0:
            text: str | Embed = Embed("image", "a.png") if kind < 0.05 else self.random.choice(TEXTS)
            operation = insert_at(at, text, self.random.choice([None, None, {"bold": True}]))
        elif kind < 0.8:
            operation = delete_at(at, length)
        else:
            operation = format_at(at, length, self.random.choice(ATTRIBUTES))
        side.client.edit(operation)
        side.note({"do": "edit", "operation": operation.to_delta()})

    def take_flight(self, side: Side) -> None:
        most = self.random.choice([1, 3, 1000])
        flight = side.client.take_flight(most)
        if flight is None:
            return
        side.sent.append(
            Flight(str(side.client.site), "a", flight.base_revision, flight.first_site_sequence, flight.operations)
        )
        side.note({"do": "take_flight", "max_operations": most, "first_site_sequence": flight.first_site_sequence})

    def arrive(self, side: Side) -> None:
        if not side.sent:
            return
        decision = self.server.submit(side.sent.pop(0))
        if isinstance(decision, Accepted):
            self.log += self.server.commit()

    def hear(self, side: Side, count: int) -> None:
        for committed in self.log[side.client.revision :][:count]:
            change = side.client.receive(
                committed.revision, committed.site, committed.site_sequence, committed.operation
            )
            side.note(
                {
                    "do": "receive",
                    "revision": committed.revision,
                    "site": committed.site,
                    "site_sequence": committed.site_sequence,
                    "operation": committed.operation.to_delta(),
                },
                change,
            )

    def come_back(self, side: Side) -> None:
        """The connection was lost: what was under way may have arrived; what is outstanding is sent again."""
        if self.random.random() < 0.5:
            self.arrive(side)
        side.sent.clear()
        self.hear(side, len(self.log))
        flight = side.client.resend()
        if flight is None:
            return
        side.sent.append(
            Flight(str(side.client.site), "a", flight.base_revision, flight.first_site_sequence, flight.operations)
        )
        operations = [operation.to_delta() for operation in flight.operations]
        side.note({"do": "resend", "first_site_sequence": flight.first_site_sequence, "operations": operations})

    def refuse(self, side: Side) -> None:
        """The server does not take what is under way, from some operation on; nothing of that is in the log."""
        if len(side.sent) != 1:
            return
        flight = side.sent.pop()
        head = self.server.site(flight.site)
        if head is not None and head.last_sequence >= flight.first_site_sequence:
            side.sent.append(flight)
            return
        self.hear(side, len(self.log))
        change = side.client.refuse(flight.first_site_sequence).removal
        side.note({"do": "refuse", "first_site_sequence": flight.first_site_sequence}, change)

    def settle(self) -> None:
        """Go on until everybody has everything."""
        while any(side.client.pending or side.client.revision < len(self.log) for side in self.sides.values()):
            for side in self.sides.values():
                self.hear(side, len(self.log))
                self.take_flight(side)
                self.arrive(side)
                if side.client.resend() is not None and not side.sent:
                    self.come_back(side)


def record() -> dict[str, Any]:
    """All cases."""
    cases = []
    for number in range(SESSIONS):
        session = Session(SEED + number)
        for _ in range(STEPS):
            session.step()
        session.settle()
        for name, side in session.sides.items():
            cases.append({"session": number, "site": name, "content": session.initial.to_delta(), "steps": side.steps})
    return {"format": 1, "cases": cases}


def encoded(vectors: dict[str, Any]) -> str:
    """As it is in the file: one case a line, so that a change can be read."""
    cases = ",\n".join(json.dumps(case, ensure_ascii=False, separators=(",", ":")) for case in vectors["cases"])
    return f'{{"format":{vectors["format"]},"cases":[\n{cases}\n]}}\n'


if __name__ == "__main__":
    PATH.write_text(encoded(record()), encoding="utf-8")
