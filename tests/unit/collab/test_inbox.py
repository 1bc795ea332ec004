"""An inbox keeps its bound and its order, whatever is taken, held, released and taken out."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mesh.identity import Identity
from ot.operation import insert_at
from services.collab import errors
from services.collab.inbox import Inbox
from services.collab.rights import EVERYTHING, Right
from services.collab.sequencer import Flight
from services.collab.session import Submission
from services.collab.settings import CollabSettings
from shoal.options.v1.options_pb2 import PERMISSION_DOCUMENT_READ

_SETTINGS = CollabSettings(max_inbox_flights=4, max_inbox_bytes=100, max_commit_bytes=1000)


def _right() -> Right:
    identity = Identity("users/ada", "Ada", 1e12)
    return Right(identity, "documents/d", PERMISSION_DOCUMENT_READ, allowed=EVERYTHING, in_doubt=False)


def _submission(right: Right, size: int = 10) -> Submission:
    return Submission(Flight("site", "users/ada", 0, 1, (insert_at(0, "x"),)), size, right)


@given(st.lists(st.sampled_from(["put", "take and hold", "take", "doubt", "know", "take out"]), max_size=40))
def test_what_was_put_is_waiting_held_or_handed_out_once_and_the_bound_counts_it_all(steps: list[str]) -> None:
    inbox, rights = Inbox(_SETTINGS), [_right(), _right()]
    inside: list[Submission] = []
    for turn, step in enumerate(steps):
        right = rights[turn % 2]
        match step:
            case "put":
                made = _submission(right)
                if len(inside) < 4:
                    inbox.put(made)
                    inside.append(made)
                else:
                    with pytest.raises(errors.RoomBusy):
                        inbox.put(made)
            case "take and hold":
                for each in inbox.take():
                    inbox.hold(each)
            case "take":
                for each in inbox.take():
                    inside.remove(each)
            case "doubt":
                right.in_doubt = True
            case "know":
                right.in_doubt = False
                inbox.release()
            case "take out":
                found = inbox.take_out(right)
                assert all(each.right is right for each in found)
                inside = [each for each in inside if each not in found]
        assert sorted(map(id, inbox.everything())) == sorted(map(id, inside))


def test_the_bytes_of_what_is_held_count() -> None:
    inbox, right = Inbox(_SETTINGS), _right()
    inbox.put(_submission(right, 60))
    (held,) = inbox.take()
    inbox.hold(held)
    with pytest.raises(errors.RoomBusy):
        inbox.put(_submission(right, 60))
    inbox.release()
    assert inbox.take() == [held]
    inbox.put(_submission(right, 60))


def test_one_commit_takes_no_more_than_it_may_and_at_least_one() -> None:
    inbox, right = Inbox(CollabSettings(max_commit_bytes=1000)), _right()
    flights = [_submission(right, size) for size in (5000, 300, 300, 300)]
    for each in flights:
        inbox.put(each)
    assert inbox.take() == flights[:1]
    assert inbox.take() == flights[1:2]
    assert inbox.has_waiting


async def test_answers_are_no_part_of_it() -> None:
    right = _right()
    answer = asyncio.get_running_loop().create_future()
    inbox = Inbox(_SETTINGS)
    inbox.put(Submission(_submission(right).flight, 10, right, answer=answer))
    inbox.take_out(right)
    assert not answer.done()
