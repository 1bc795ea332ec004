"""Permissions as a table that a test can change, and a log that can be stopped: what revocation is tried with."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from typing import Any

from mesh.authorization import Touched
from mesh.faults import Fault
from mesh.identity import Identity
from mesh.refusals import SEEN_BY, PermissionsUnavailable, lacking, not_found
from mesh.resource_names import parse
from shoal.document.v1 import operation_log_pb2 as log_pb
from shoal.options.v1.options_pb2 import (
    PERMISSION_DOCUMENT_COMMENT,
    PERMISSION_DOCUMENT_READ,
    PERMISSION_DOCUMENT_WRITE,
    PERMISSION_PROJECT_READ,
    Permission,
)

VIEWER = frozenset({PERMISSION_DOCUMENT_READ, PERMISSION_PROJECT_READ})
COMMENTER = VIEWER | {PERMISSION_DOCUMENT_COMMENT}
EDITOR = COMMENTER | {PERMISSION_DOCUMENT_WRITE}
NOTHING: frozenset[Permission] = frozenset()


class GrantTable:
    """LivePermissions in memory: what somebody may do everywhere, and exceptions for single resources."""

    def __init__(self) -> None:
        self._everywhere: dict[str, frozenset[Permission]] = {}
        self._on: dict[tuple[str, str], frozenset[Permission]] = {}
        self._hear: list[Callable[[Touched], None]] = []
        self.is_reachable = True
        self.answering = asyncio.Event()
        self.answering.set()
        self.asked: list[tuple[str, str]] = []

    def let(self, name: str, allowed: Iterable[Permission], resource: str = "", *, tell: bool = True) -> None:
        """Change what `users/{name}` may do, and tell that it changed."""
        subject = f"users/{name}"
        if resource:
            self._on[subject, resource] = frozenset(allowed)
        else:
            self._everywhere[subject] = frozenset(allowed)
        if tell:
            self.touch(Touched(subjects=frozenset({subject})))

    def touch(self, touched: Touched) -> None:
        """Tell that answers are stale."""
        for hear in list(self._hear):
            hear(touched)

    async def permissions(self, identity: Identity, resource: str) -> frozenset[Permission]:
        self.asked.append((identity.subject, resource))
        await self.answering.wait()
        if not self.is_reachable:
            raise PermissionsUnavailable
        everywhere = self._everywhere.get(identity.subject, EDITOR)
        return self._on.get((identity.subject, resource), everywhere)

    async def refusal(self, identity: Identity, permission: Permission, resource: str) -> Fault:
        name = parse(resource, "resource")
        seen = SEEN_BY[name.kind] in await self.permissions(identity, resource)
        return lacking(permission, resource) if seen else not_found(name)

    def subscribe(self, hear: Callable[[Touched], None]) -> Callable[[], None]:
        self._hear.append(hear)
        return lambda: self._hear.remove(hear)


class StoppedLog:
    """A real log whose appends wait while `going` is not set, and its reads while `reading` is not.

    `append_began` and `read_began` tell that one was asked for.

    With `lose_answers` > 0 that many appends are done, and answered as if the log were away.
    """

    def __init__(self, log: Any) -> None:
        self._log = log
        self.going, self.append_began = asyncio.Event(), asyncio.Event()
        self.going.set()
        self.reading, self.read_began = asyncio.Event(), asyncio.Event()
        self.reading.set()
        self.lose_answers = 0
        self.is_away = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._log, name)

    async def read(
        self, document: str, after_revision: int, up_to_revision: int = 0
    ) -> AsyncIterator[log_pb.ReadResponse]:
        self.read_began.set()
        await self.reading.wait()
        async for response in self._log.read(document, after_revision, up_to_revision):
            yield response

    async def append(self, batch: log_pb.AppendBatch) -> log_pb.AppendOutcome:
        self.append_began.set()
        if self.is_away:
            return _away()
        await self.going.wait()
        outcome: log_pb.AppendOutcome = await self._log.append(batch)
        if self.lose_answers:
            self.lose_answers -= 1
            self.is_away = True
            return _away()
        return outcome


def _away() -> log_pb.AppendOutcome:
    outcome = log_pb.AppendOutcome()
    outcome.fault.code, outcome.fault.retry_after_ms = 14, 1000
    return outcome
