"""Inbox: the flights that wait in one room, and those that are held until it is known whether they may go on.

Owns their order and their bound. Never decides on an edit. Of one task, like the room's other state.
"""

from __future__ import annotations

from services.collab import errors
from services.collab.rights import Right
from services.collab.session import Submission
from services.collab.settings import CollabSettings

_OPERATION_BYTES = 384
"""What an operation's author, site and numbers add to it on the wire, at most about."""


class Inbox:
    """Flights of a room, in the order of arrival."""

    def __init__(self, settings: CollabSettings) -> None:
        self._settings = settings
        self._waiting: list[Submission] = []
        self._held: list[Submission] = []
        self._bytes = 0

    @property
    def has_waiting(self) -> bool:
        """Whether there is something to take."""
        return bool(self._waiting)

    @property
    def has_held(self) -> bool:
        """Whether something is held."""
        return bool(self._held)

    def everything(self) -> list[Submission]:
        """Return all that waits or is held."""
        return [*self._waiting, *self._held]

    def put(self, submission: Submission) -> None:
        """Queue a flight. Raises RoomBusy when full; what is held counts."""
        limits, size = self._settings, self._bytes + submission.size_bytes
        if len(self._waiting) + len(self._held) + 1 > limits.max_inbox_flights or size > limits.max_inbox_bytes:
            raise errors.RoomBusy
        self._bytes = size
        self._waiting.append(submission)

    def take(self) -> list[Submission]:
        """Take what one commit may hold, in the order of arrival, at least one."""
        taken: list[Submission] = []
        size = 0
        for submission in self._waiting:
            size += submission.size_bytes + len(submission.flight.operations) * _OPERATION_BYTES
            if taken and size > self._settings.max_commit_bytes:
                break
            taken.append(submission)
        del self._waiting[: len(taken)]
        self._bytes -= sum(each.size_bytes for each in taken)
        return taken

    def hold(self, submission: Submission) -> None:
        """Keep a flight that was taken until its author's right is known."""
        self._bytes += submission.size_bytes
        self._held.append(submission)

    def release(self) -> None:
        """Let what is held wait again, but for those whose author's right is still in doubt."""
        self._waiting.extend(each for each in self._held if not each.right.in_doubt)
        self._held = [each for each in self._held if each.right.in_doubt]

    def take_out(self, right: Right) -> list[Submission]:
        """Return what waits or is held by a right; it is here no more."""
        found = [each for each in self.everything() if each.right is right]
        self._waiting = [each for each in self._waiting if each.right is not right]
        self._held = [each for each in self._held if each.right is not right]
        self._bytes -= sum(each.size_bytes for each in found)
        return found
