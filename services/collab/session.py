"""Session and Submission: who is in a room, and what is on its way to the log. Values that rooms and streams share."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field

from mesh.identity import Identity
from services.collab.outbox import Outbox
from services.collab.rights import Right
from services.collab.sequencer import Committed, Flight
from shoal.collab.v1 import collab_pb2 as pb


@dataclass(eq=False, slots=True)
class Session:
    """One participant's place in a room: `number` is its name on its stream; `settled` while no flight is under way.

    `role` is the last that its client was told of.
    """

    number: int
    outbox: Outbox
    right: Right
    site: str
    display_name: str
    hidden: bool
    is_closed: bool = False
    role: pb.Role = pb.ROLE_UNSPECIFIED
    settled: asyncio.Event = field(default_factory=asyncio.Event)
    feed: asyncio.Task[None] | None = None
    joined_at: float = field(default_factory=time.time)

    def __post_init__(self) -> None:
        self.settled.set()

    @property
    def identity(self) -> Identity:
        """Whose it is."""
        return self.right.identity


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a single operation: as committed, and the revisions it was transformed against."""

    committed: Committed
    transformed_against: range


@dataclass(eq=False, slots=True)
class Submission:
    """A flight on its way, by whose right, and who waits for the answer: a session, or a call through `answer`.

    `was_sent` once the log was given it and did not say what became of it.
    """

    flight: Flight
    size_bytes: int
    right: Right
    session: Session | None = None
    answer: asyncio.Future[Outcome] | None = None
    was_sent: bool = False
