"""Delivery: new notifications told at once to where their recipients are, as well as it goes.

The list is the truth: what is lost here is found there. So nothing waits for a delivery, the queue is short, and what
does not fit into it, or fails, is dropped.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import TypeAlias

import structlog

from services.project.convert.notifications import notification_to_proto
from services.project.guard import Guard
from services.project.model import User
from services.project.notifications.model import subject_of
from services.project.store.notifications import NotificationRow
from shoal.project.v1 import notification_pb2 as pb

Deliver: TypeAlias = Callable[[str, pb.Notification], Awaitable[None]]
"""Tells a user, by subject, of a notification, wherever they are; what it raises is logged and forgotten."""

_log = structlog.get_logger(__name__)
_MAX_WAITING = 1000
_WITHIN_S = 1.0


class Delivery:
    """Delivers while `run` runs; without a way to deliver, nothing."""

    def __init__(self, guard: Guard, deliver: Deliver | None) -> None:
        self._guard, self._deliver = guard, deliver
        self._waiting: asyncio.Queue[NotificationRow] = asyncio.Queue(_MAX_WAITING)

    def offer(self, rows: Iterable[NotificationRow]) -> None:
        """Deliver notifications that were committed, soon."""
        if self._deliver is None:
            return
        for row in rows:
            if self._waiting.full():
                _log.warning("notifications are not delivered live: too many wait")
                return
            if subject_of(row.addressee):
                self._waiting.put_nowait(row)

    async def run(self) -> None:
        """Deliver until cancelled."""
        while True:
            row = await self._waiting.get()
            try:
                async with asyncio.timeout(_WITHIN_S):
                    await self._tell(row)
            except Exception as error:
                _log.warning("a notification is not delivered live", error=type(error).__name__)

    async def _tell(self, row: NotificationRow) -> None:
        """Tell the recipient, if it is certain that they may know of the resource.

        What comes with claims of their token only is not known here: they find the notification in their list.
        """
        assert self._deliver is not None
        subject = subject_of(row.addressee)
        standing = (await self._guard.look_up(User(subject), [row.resource])).standing(row.resource)
        if standing is not None and standing.sees:
            await self._deliver(subject, notification_to_proto(row))
