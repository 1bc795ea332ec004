"""Notices go to who follows, from the moment they do, and never without bound."""

from __future__ import annotations

import asyncio

from services.collab.notices import LocalNotices
from shoal.collab.v1 import collab_pb2 as pb


def _notice(number: int) -> pb.Notice:
    return pb.Notice(id=str(number), kind="mention")


async def test_whoever_follows_gets_what_comes_from_then_on_in_order() -> None:
    notices = LocalNotices()
    assert notices.deliver("users/ada", _notice(0)) == 0
    with notices.following("users/ada") as news, notices.following("users/ada") as same:
        for number in (1, 2, 3):
            assert notices.deliver("users/ada", _notice(number)) == 2
        for each in (news, same):
            assert [(await anext(each)).id for _ in range(3)] == ["1", "2", "3"]
    assert notices.deliver("users/ada", _notice(4)) == 0


async def test_a_follower_that_reads_nothing_loses_the_oldest() -> None:
    notices = LocalNotices()
    with notices.following("users/ada") as news:
        for number in range(1000):
            notices.deliver("users/ada", _notice(number))
        first = await anext(news)
        assert 0 < int(first.id) < 1000
        rest = [(await anext(news)).id for _ in range(999 - int(first.id))]
        assert rest[-1] == "999"


async def test_who_waits_is_woken() -> None:
    notices = LocalNotices()
    with notices.following("users/ada") as news:
        waiting = asyncio.ensure_future(anext(news))
        await asyncio.sleep(0)
        notices.deliver("users/ada", _notice(7))
        assert (await waiting).id == "7"
