"""Notices: news for users, on their way to the rooms that they have open.

A port with the adapter of one node. Keeps nothing for who is away: what was missed is read from the list of
notifications. A follower that reads slowly loses the oldest.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol

from shoal.collab.v1 import collab_pb2 as pb

_WAITING = 256
"""Notices that may wait for one follower; each is a line."""


class Notices(Protocol):
    """Where news of users comes from."""

    def following(self, subject: str) -> AbstractContextManager[AsyncIterator[pb.Notice]]:
        """Return the news of a user from the moment the block is entered, without end."""
        ...


class LocalNotices:
    """Notices handed to this node."""

    def __init__(self) -> None:
        self._followers: defaultdict[str, set[_Following]] = defaultdict(set)

    def deliver(self, subject: str, notice: pb.Notice) -> int:
        """Hand a notice to all who follow a user; returns how many there are."""
        followers = self._followers.get(subject, set())
        for follower in followers:
            follower.put(notice)
        return len(followers)

    @contextmanager
    def following(self, subject: str) -> Iterator[AsyncIterator[pb.Notice]]:
        """As the port says."""
        follower = _Following()
        self._followers[subject].add(follower)
        try:
            yield follower.news()
        finally:
            self._followers[subject].discard(follower)
            if not self._followers[subject]:
                del self._followers[subject]


class _Following:
    def __init__(self) -> None:
        self._waiting: deque[pb.Notice] = deque(maxlen=_WAITING)
        self._came = asyncio.Event()

    def put(self, notice: pb.Notice) -> None:
        self._waiting.append(notice)
        self._came.set()

    async def news(self) -> AsyncIterator[pb.Notice]:
        while True:
            await self._came.wait()
            self._came.clear()
            while self._waiting:
                yield self._waiting.popleft()
