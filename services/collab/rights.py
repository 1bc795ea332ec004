"""Rights: what everybody here may do, kept true for as long as they are here.

Owns who holds which right, the doubt about it after a touch, and the clock of tokens. Never decides on a grant: that is
asked of the permissions. While the answer is out, or cannot be had, a right is in doubt: its holder stays, and nothing
of theirs is appended to the log.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable
from dataclasses import dataclass, field

import structlog

from mesh import faults
from mesh.authorization import LivePermissions, Touched
from mesh.identity import Identity
from mesh.refusals import lacking
from services.collab.settings import CollabSettings
from shoal.collab.v1 import collab_pb2 as pb
from shoal.options.v1.options_pb2 import (
    PERMISSION_DOCUMENT_COMMENT,
    PERMISSION_DOCUMENT_READ,
    PERMISSION_DOCUMENT_WRITE,
    PERMISSION_PROJECT_READ,
    PERMISSION_SIGNED_IN,
    Permission,
)

Allowed = frozenset[Permission]

_log = structlog.get_logger(__name__)
EVERYTHING: Allowed = frozenset(
    {
        PERMISSION_SIGNED_IN,
        PERMISSION_PROJECT_READ,
        PERMISSION_DOCUMENT_READ,
        PERMISSION_DOCUMENT_COMMENT,
        PERMISSION_DOCUMENT_WRITE,
    }
)
"""All that is asked for here."""
_MAX_RETRY_S = 1.0
"""The longest wait between two attempts while permissions cannot be asked: what was held goes on that soon after."""


def role_of(allowed: Allowed) -> pb.Role:
    """Return the role of somebody who may read a document."""
    if PERMISSION_DOCUMENT_WRITE in allowed:
        return pb.ROLE_EDITOR
    return pb.ROLE_COMMENTER if PERMISSION_DOCUMENT_COMMENT in allowed else pb.ROLE_VIEWER


def _nothing(*_: object) -> None:
    return None


@dataclass(eq=False, slots=True)
class Right:
    """What one caller may do on one resource; lost when `needs` is, or when the token's time is over.

    With an empty `resource` only the token counts. `moved` is called when `allowed` was asked anew, and when the right
    is lost; `expiring` with the seconds left when the token's time is nearly over.
    """

    identity: Identity
    resource: str
    needs: Permission
    moved: Callable[[], None] = _nothing
    expiring: Callable[[int], None] = _nothing
    allowed: Allowed = frozenset()
    in_doubt: bool = True
    lost: faults.Fault | None = None
    asked_at: float = 0.0
    touches: int = 0
    is_asked: bool = False
    is_warned: bool = False
    released: Callable[[], None] = field(default=_nothing)

    @property
    def role(self) -> pb.Role:
        """The role in a document."""
        return role_of(self.allowed)

    @property
    def may_append(self) -> bool:
        """Whether operations of its holder may go to the log at this moment."""
        return not self.in_doubt and self.why_not is None

    @property
    def why_not(self) -> faults.Fault | None:
        """What operations of its holder are refused with; None when they are not."""
        if self.lost is not None:
            return self.lost
        if PERMISSION_DOCUMENT_WRITE in self.allowed:
            return None
        return lacking(PERMISSION_DOCUMENT_WRITE, self.resource)

    def release(self) -> None:
        """Its holder is gone."""
        self.released()


class Rights:
    """Everybody's rights. With no `permissions`, whoever is signed in may do all; tokens expire in any case."""

    def __init__(
        self,
        permissions: LivePermissions | None,
        settings: CollabSettings,
        tasks: asyncio.TaskGroup,
        clock: Callable[[], float],
    ) -> None:
        self._permissions, self._settings, self._tasks, self._clock = permissions, settings, tasks, clock
        self._held: set[Right] = set()
        self._slots = asyncio.Semaphore(settings.max_permission_checks)
        self._listeners: list[Callable[[Touched], None]] = []

    async def run(self) -> None:
        """Hear what is touched, and look at the clock on each beat, until cancelled."""
        unsubscribe = self._permissions.subscribe(self._hear) if self._permissions is not None else _nothing
        try:
            while True:
                await asyncio.sleep(self._settings.token_beat_s)
                self._look_at_clock()
        finally:
            unsubscribe()

    def listen(self, hear: Callable[[Touched], None]) -> None:
        """Have `hear` called with what was touched, after the rights concerned are in doubt."""
        self._listeners.append(hear)

    async def take(self, right: Right) -> None:
        """Hold a right until it is released or lost. Raises the authorizer's refusal, or that it cannot be asked."""
        right.released = lambda: self._held.discard(right)
        self._held.add(right)
        try:
            await self._ask(right)
            if right.needs not in right.allowed:
                assert self._permissions is not None
                raise await self._permissions.refusal(right.identity, right.needs, right.resource)
        except BaseException:
            self._held.discard(right)
            raise

    async def may(self, identity: Identity, permission: Permission, resource: str) -> bool:
        """Whether somebody has a permission now. Raises what the authorizer does when it cannot be asked."""
        return self._permissions is None or permission in await self._permissions.permissions(identity, resource)

    def renew(self, right: Right, identity: Identity) -> int:
        """Put a newer token of the same user in place; what it allows is asked anew. Returns the seconds it has left.

        Raises TokenInvalid for another user's.
        """
        if identity.subject != right.identity.subject:
            raise faults.TokenInvalid("this token is of somebody else than the one it would replace")
        # One that lasts no longer is no reason to warn again.
        right.is_warned = right.is_warned and identity.expires_at <= right.identity.expires_at
        right.identity = identity
        self._doubt(right)
        return self.seconds_left(identity)

    def seconds_left(self, identity: Identity) -> int:
        """Return how long a token holds."""
        return max(0, math.ceil(identity.expires_at - self._clock()))

    def _hear(self, touched: Touched) -> None:
        for right in [each for each in self._held if _concerns(touched, each)]:
            self._doubt(right)
        for hear in self._listeners:
            hear(touched)

    def _doubt(self, right: Right) -> None:
        right.touches += 1
        if right.in_doubt and not right.is_asked:
            return  # It is being taken: `take` sees that it was touched.
        right.in_doubt = True
        if not right.is_asked:
            right.is_asked = True
            self._tasks.create_task(self._ask_again(right))

    async def _ask(self, right: Right) -> None:
        """Learn what is allowed, as of after the last touch that was heard."""
        touches = -1
        while touches != right.touches:
            touches = right.touches
            if self._permissions is None or not right.resource:
                right.allowed = EVERYTHING
            else:
                right.allowed = await self._permissions.permissions(right.identity, right.resource)
        right.in_doubt, right.asked_at = False, self._clock()

    async def _ask_again(self, right: Right) -> None:
        """Ask until there is an answer; then say so."""
        wait_s = self._settings.permission_retry_s
        while right in self._held and right.in_doubt:
            try:
                async with self._slots, asyncio.timeout(self._settings.permission_timeout_s):
                    await self._ask(right)
            except Exception as error:
                _log.warning("permissions cannot be asked; edits wait", error=type(error).__name__)
                await asyncio.sleep(wait_s)
                wait_s = min(wait_s * 2, _MAX_RETRY_S)
        right.is_asked = False
        if right not in self._held:
            return
        if right.needs not in right.allowed:
            self._lose(right, lacking(right.needs, right.resource))
        else:
            right.moved()

    def _look_at_clock(self) -> None:
        """End what rests on an expired token; ask anew what was answered long ago, lest a change was never heard of."""
        now = self._clock()
        for right in list(self._held):
            left_s = right.identity.expires_at - now
            if left_s <= 0:
                self._lose(right, faults.TokenExpired("the token's time is over; open again with a new one"))
                continue
            if left_s <= self._settings.token_warning_s and not right.is_warned:
                right.is_warned = True
                right.expiring(math.ceil(left_s))
            if now - right.asked_at > self._settings.permission_keep_s and not right.in_doubt:
                self._doubt(right)

    def _lose(self, right: Right, fault: faults.Fault) -> None:
        self._held.discard(right)
        right.lost = fault
        right.moved()


def _concerns(touched: Touched, right: Right) -> bool:
    """Whether an answer may be stale. What a document is in is not known here, so any place above may be above it."""
    if not right.resource:
        return False
    if touched.everything or right.identity.subject in touched.subjects or right.resource in touched.resources:
        return True
    return any(not name.startswith("documents/") for name in touched.resources)
