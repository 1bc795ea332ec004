"""Who is indexed when: the one that waits longest, no document more than its share, and nothing forgotten."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from services.document.following.indexing_queue import IndexingQueue


def queue() -> IndexingQueue:
    return IndexingQueue(interval_s=1.0, share=0.05)


def test_a_quiet_document_is_due_at_once_and_the_one_that_waits_longest_first() -> None:
    waiting = queue()
    waiting.add(7, 100, 0.0)
    waiting.add(3, 100, 0.1)
    assert [waiting.next(0.2), waiting.next(0.2), waiting.next(0.2)] == [7, 3, None]


def test_a_cheap_document_is_due_again_after_a_second_and_a_dear_one_after_twenty_times_its_cost() -> None:
    waiting = queue()
    for key, cost in ((1, 0.003), (2, 0.5)):
        waiting.add(key, 100, 0.0)
        assert waiting.next(0.0) == key
        waiting.done(key, cost, 1.0)
        waiting.add(key, 101, 1.1)
    assert [waiting.next(1.9), waiting.next(2.0), waiting.next(10.9), waiting.next(11.0)] == [None, 1, None, 2]


def test_a_document_that_fails_is_tried_again_later_and_given_up_at_last() -> None:
    waiting = queue()
    waiting.add(1, 100, 0.0)
    assert waiting.next(0.0) == 1
    assert waiting.failed(1, 0.0)
    assert [waiting.next(9.9), waiting.next(10.0)] == [None, 1]
    assert waiting.failed(1, 10.0)
    assert waiting.done_up_to(500) == 100
    assert waiting.next(30.0) == 1
    assert not waiting.failed(1, 30.0)
    assert waiting.done_up_to(500) == 500


@given(st.lists(st.tuples(st.integers(1, 5), st.booleans(), st.floats(0, 1)), max_size=80))
def test_nothing_that_was_read_and_not_indexed_lies_before_what_may_be_forgotten(
    steps: list[tuple[int, bool, float]],
) -> None:
    waiting, unindexed, read, now = queue(), dict[int, int](), 100, 0.0
    for key, works, cost in steps:
        now += cost
        if works:
            due = waiting.next(now)
            if due is not None:
                waiting.done(due, cost, now)
                del unindexed[due]
        else:
            waiting.add(key, read, now)
            unindexed.setdefault(key, read)
            read += 1
        assert waiting.done_up_to(read) == min(unindexed.values(), default=read)
        assert len(waiting) == len(unindexed)
