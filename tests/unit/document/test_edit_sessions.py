"""The grouping of history into sessions of work: what the rule says, and that it does not matter when it is asked."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.document.history.edit_sessions import Contribution, Edit, EditSession, grouped

START = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)
PAUSE, LONGEST = timedelta(minutes=10), timedelta(hours=4)


def group(last: EditSession | None, edits: list[Edit]) -> list[EditSession]:
    return grouped(last, edits, longest_pause=PAUSE, longest=LONGEST)


def edit(revision: int, minutes: float, author: str = "users/ada", agent: str = "", inserted: int = 1) -> Edit:
    return Edit(revision, START + timedelta(minutes=minutes), author, agent, inserted, 0)


def spans(sessions: list[EditSession]) -> list[tuple[int, int]]:
    return [(each.first_revision, each.last_revision) for each in sessions]


def test_a_pause_longer_than_ten_minutes_begins_a_new_session_and_one_of_ten_does_not() -> None:
    assert spans(group(None, [edit(1, 0), edit(2, 10), edit(3, 20), edit(4, 30.1)])) == [(1, 3), (4, 4)]


def test_no_session_is_longer_than_four_hours_however_busy() -> None:
    sessions = group(None, [edit(n + 1, n * 5) for n in range(100)])
    assert spans(sessions) == [(1, 49), (50, 98), (99, 100)]
    assert all(each.end_time - each.start_time <= LONGEST for each in sessions)


def test_whoever_inserted_most_comes_first_and_an_agent_is_not_its_person() -> None:
    [session] = group(
        None,
        [
            edit(1, 0, inserted=3),
            Edit(2, START, "users/ada", "agents/claude", 10, 2),
            Edit(3, START, "users/bob", "", 0, 7),
            edit(4, 1, inserted=4),
        ],
    )
    assert session.contributions == (
        Contribution("users/ada", "agents/claude", 1, 10, 2),
        Contribution("users/ada", "", 2, 7, 0),
        Contribution("users/bob", "", 1, 0, 7),
    )
    assert (session.start_time, session.end_time) == (START, START + timedelta(minutes=1))


def test_a_clock_that_was_set_back_ends_no_session_and_moves_no_end_back() -> None:
    [session] = group(None, [edit(1, 5), edit(2, 0), edit(3, 14)])
    assert (session.start_time, session.end_time) == (START + timedelta(minutes=5), START + timedelta(minutes=14))


histories = st.lists(
    st.tuples(
        st.sampled_from([0.0, 0.1, 3.0, 9.9, 10.0, 10.1, 45.0, 200.0, -1.0]),
        st.sampled_from(["users/ada", "users/bob"]),
        st.sampled_from(["", "agents/claude"]),
        st.integers(0, 9),
        st.integers(0, 9),
    ),
    max_size=60,
)


@given(histories, st.lists(st.integers(0, 60), max_size=6))
def test_grouping_as_it_happens_equals_grouping_all_at_once(
    history: list[tuple[float, str, str, int, int]], cuts: list[int]
) -> None:
    edits: list[Edit] = []
    minutes = 0.0
    for revision, (pause, author, agent, inserted, deleted) in enumerate(history, 1):
        minutes += pause
        edits.append(Edit(revision, START + timedelta(minutes=minutes), author, agent, inserted, deleted))
    kept: dict[int, EditSession] = {}
    for start, end in zip([0, *sorted(cuts)], [*sorted(cuts), len(edits)], strict=True):
        last = kept[max(kept)] if kept else None
        kept |= {each.first_revision: each for each in group(last, edits[start:end])}
    assert list(kept.values()) == group(None, edits)


@given(histories)
def test_every_edit_is_in_one_session_and_counted_once(history: list[tuple[float, str, str, int, int]]) -> None:
    edits = [
        Edit(n, START + timedelta(minutes=n * pause), author, agent, inserted, deleted)
        for n, (pause, author, agent, inserted, deleted) in enumerate(history, 1)
    ]
    sessions = group(None, edits)
    revisions = [n for each in sessions for n in range(each.first_revision, each.last_revision + 1)]
    assert revisions == [each.revision for each in edits]
    totals = [sum(column) for column in zip(*[done[2:] for each in sessions for done in each.contributions])]  # noqa: B905
    assert totals == ([len(edits), sum(e.inserted for e in edits), sum(e.deleted for e in edits)] if edits else [])
