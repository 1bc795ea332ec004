"""A flight that was committed and is sent again: acknowledged with the revisions it got first, and nothing changes."""

from __future__ import annotations

import asyncio

import pytest

from cli.client import Via
from tests.system.people import insert, joined, new_document
from tests.system.shoal import ShoalProcess

FLIGHT = [insert(0, "a"), insert(1, "b"), insert(2, "c")]


async def write_then_others_write(shoal: ShoalProcess, document: str, via: Via) -> list[int]:
    """Ada's flight of three on an empty document, and Bob's line above it; returns the revisions of Ada's."""
    async with joined(shoal, document, "ada", via) as ada, joined(shoal, document, "bob") as bob:
        revisions = await ada.type(*FLIGHT)
        while bob.revision < 3:
            await bob.next("committed")
        assert await bob.type(insert(0, "bob\n")) == [4]
    return revisions


async def resend(shoal: ShoalProcess, document: str, via: Via) -> list[int]:
    """Ada comes back, knowing nothing of what became of her flight; returns the revisions she is told."""
    async with joined(shoal, document, "ada", via, pending=True) as ada:
        assert [each.site_sequence for each in ada.session.opened.operations if each.site == "ada"] == [1, 2, 3]
        await ada.submit(*FLIGHT, base=0, first=1)
        frame = await ada.next("acknowledged", "refused", "committed")
        assert frame.HasField("acknowledged"), frame
        assert frame.acknowledged.first_site_sequence == 1
        # The session goes on with her next.
        return list(frame.acknowledged.revisions)


async def resend_with_more(shoal: ShoalProcess, document: str, via: Via) -> tuple[list[int], list[int]]:
    """A flight of which a part is committed: that part is acknowledged again, the rest is new."""
    async with joined(shoal, document, "ada", via, pending=True) as ada:
        await ada.submit(*FLIGHT, insert(3, "d"), base=0, first=1)
        again, new = list[int](), list[int]()
        while not again or not new:
            frame = await ada.next("acknowledged", "refused", "committed")
            assert not frame.HasField("refused"), frame
            again += frame.acknowledged.revisions
            new += [each.revision for each in frame.committed.operations]
        return again, new


@pytest.mark.parametrize("via", list(Via))
def test_a_resend_after_a_reconnect_is_acknowledged_with_its_first_revisions(shoal: ShoalProcess, via: Via) -> None:
    document = asyncio.run(new_document(shoal, "resent"))
    assert asyncio.run(write_then_others_write(shoal, document, via)) == [1, 2, 3]
    assert asyncio.run(resend(shoal, document, via)) == [1, 2, 3]
    assert shoal.command("cat", document).stdout == "bob\nabc"
    assert asyncio.run(resend_with_more(shoal, document, via)) == ([1, 2, 3], [5])
    assert shoal.command("cat", document).stdout == "bob\nabcd"


def test_a_resend_after_a_restart_is_acknowledged_with_its_first_revisions(own_shoal: ShoalProcess) -> None:
    document = asyncio.run(new_document(own_shoal, "resent"))
    assert asyncio.run(write_then_others_write(own_shoal, document, Via.EDGE)) == [1, 2, 3]
    for end in (own_shoal.stop, own_shoal.kill):
        end()
        own_shoal.start()
        for via in Via:
            assert asyncio.run(resend(own_shoal, document, via)) == [1, 2, 3]
        assert own_shoal.command("cat", document).stdout == "bob\nabc"
    assert asyncio.run(resend_with_more(own_shoal, document, Via.GRPC)) == ([1, 2, 3], [5])
    assert own_shoal.command("cat", document).stdout == "bob\nabcd"
