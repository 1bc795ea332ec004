"""Rights stay true: whatever answers are late and whatever is touched meanwhile, in the end they say what is so."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mesh import faults
from mesh.authorization import Touched
from mesh.identity import Identity
from mesh.refusals import DocumentNotFound, PermissionsUnavailable
from services.collab.rights import Right, Rights, role_of
from services.collab.settings import CollabSettings
from shoal.collab.v1 import collab_pb2 as pb
from shoal.options.v1.options_pb2 import (
    PERMISSION_DOCUMENT_COMMENT,
    PERMISSION_DOCUMENT_READ,
    PERMISSION_DOCUMENT_WRITE,
    Permission,
)

_DOCUMENT = "documents/d"
_LADDER = (
    frozenset[Permission](),
    frozenset({PERMISSION_DOCUMENT_READ}),
    frozenset({PERMISSION_DOCUMENT_READ, PERMISSION_DOCUMENT_COMMENT}),
    frozenset({PERMISSION_DOCUMENT_READ, PERMISSION_DOCUMENT_COMMENT, PERMISSION_DOCUMENT_WRITE}),
)
_SETTINGS = CollabSettings(permission_retry_s=0.0001, permission_timeout_s=5.0)


class _SlowTable:
    """Answers what was so when it was asked, as many turns of the loop later as it is told, or fails."""

    def __init__(self, delays: list[int]) -> None:
        self.allowed = _LADDER[-1]
        self._delays = delays
        self.hear: Callable[[Touched], None] = lambda _: None

    async def permissions(self, identity: Identity, resource: str) -> frozenset[Permission]:
        answer, delay = self.allowed, self._delays.pop() if self._delays else 0
        for _ in range(abs(delay)):
            await asyncio.sleep(0)
        if delay < 0:
            raise PermissionsUnavailable
        return answer

    async def refusal(self, identity: Identity, permission: Permission, resource: str) -> faults.Fault:
        return DocumentNotFound(resource)

    def subscribe(self, hear: Callable[[Touched], None]) -> Callable[[], None]:
        self.hear = hear
        return lambda: None


def _right(subject: str = "users/ada", resource: str = _DOCUMENT) -> Right:
    return Right(Identity(subject, "Ada", time.time() + 1000), resource, PERMISSION_DOCUMENT_READ)


@settings(max_examples=200, deadline=None)
@given(
    delays=st.lists(st.integers(-4, 6), max_size=30),
    changes=st.lists(st.tuples(st.integers(1, 3), st.integers(0, 4)), max_size=12),
)
async def test_after_the_last_touch_a_right_says_what_is_so_and_never_appends_what_was_forbidden_when_it_was_heard(
    delays: list[int], changes: list[tuple[int, int]]
) -> None:
    table = _SlowTable(delays)
    async with asyncio.TaskGroup() as tasks:
        rights = Rights(table, _SETTINGS, tasks, time.time)
        running = tasks.create_task(rights.run())
        await asyncio.sleep(0)
        right = _right()
        taking = tasks.create_task(_persist(rights, right))
        for level, pause in changes:
            table.allowed = _LADDER[level]
            table.hear(Touched(subjects=frozenset({"users/ada"})))
            for _ in range(pause):
                assert not right.may_append or PERMISSION_DOCUMENT_WRITE in table.allowed
                await asyncio.sleep(0)
        async with asyncio.timeout(10):
            await taking
            while right.in_doubt:
                await asyncio.sleep(0)
        assert right.allowed == table.allowed
        running.cancel()


async def _persist(rights: Rights, right: Right) -> None:
    """Take a right as a client does that opens again when it is told to."""
    while True:
        try:
            return await rights.take(right)
        except PermissionsUnavailable:
            await asyncio.sleep(0)


@pytest.mark.parametrize(
    ("touched", "is_asked"),
    [
        (Touched(everything=True), True),
        (Touched(subjects=frozenset({"users/ada"})), True),
        (Touched(subjects=frozenset({"users/bob"})), False),
        (Touched(resources=frozenset({_DOCUMENT})), True),
        (Touched(resources=frozenset({"documents/other"})), False),
        (Touched(resources=frozenset({"projects/p/folders/f"})), True),
        (Touched(resources=frozenset({"organizations/o"})), True),
        (Touched(), False),
    ],
)
async def test_who_may_be_concerned_is_in_doubt_the_moment_a_touch_is_heard(touched: Touched, is_asked: bool) -> None:
    table = _SlowTable([])
    async with asyncio.TaskGroup() as tasks:
        rights = Rights(table, _SETTINGS, tasks, time.time)
        running = tasks.create_task(rights.run())
        await asyncio.sleep(0)
        right, own = _right(), _right(resource="")
        for each in (right, own):
            await rights.take(each)
        table.hear(touched)
        assert (right.in_doubt, own.in_doubt) == (is_asked, False)
        running.cancel()


async def test_a_right_that_was_released_is_not_asked_about_and_one_without_reading_is_not_held() -> None:
    table = _SlowTable([])
    async with asyncio.TaskGroup() as tasks:
        rights = Rights(table, _SETTINGS, tasks, time.time)
        running = tasks.create_task(rights.run())
        await asyncio.sleep(0)
        moved = list[Any]()
        right = _right()
        right.moved = lambda: moved.append(1)
        await rights.take(right)
        right.release()
        table.allowed = _LADDER[0]
        table.hear(Touched(everything=True))
        with pytest.raises(DocumentNotFound):
            await rights.take(_right())
        assert not moved
        running.cancel()


@pytest.mark.parametrize(("level", "role"), [(1, pb.ROLE_VIEWER), (2, pb.ROLE_COMMENTER), (3, pb.ROLE_EDITOR)])
def test_the_role_is_the_strongest_that_is_allowed(level: int, role: int) -> None:
    assert role_of(_LADDER[level]) == role
