"""Runs of edits: told as one, and yet the sessions made of them are those made of the edits."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.document.following.edit_runs import LONGEST_PAUSE, EditRun, runs
from services.document.history.edit_sessions import Edit

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
SESSION_PAUSE = timedelta(minutes=10)


@st.composite
def histories(draw: st.DrawFn) -> list[Edit]:
    edits, time = [], NOON
    steps = st.tuples(st.sampled_from([0, 1, 30, 60, 61, 600, 601]), st.sampled_from("ab"), st.sampled_from(["", "x"]))
    for revision, (gap, author, agent) in enumerate(draw(st.lists(steps, max_size=30)), 1):
        time += timedelta(seconds=gap)
        edits.append(Edit(revision, time, author, agent, revision % 3, revision % 2))
    return edits


def sessions(spans: list[tuple[datetime, datetime, int]]) -> list[tuple[datetime, datetime, int]]:
    """Stretches of one author (begin, end, operations), parted by pauses."""
    found: list[tuple[datetime, datetime, int]] = []
    for begin, end, operations in spans:
        if found and begin - found[-1][1] <= SESSION_PAUSE:
            found[-1] = (found[-1][0], end, found[-1][2] + operations)
        else:
            found.append((begin, end, operations))
    return found


@given(histories(), st.lists(st.integers(0, 30), max_size=4))
def test_sessions_of_runs_are_sessions_of_edits_wherever_pages_are_cut(edits: list[Edit], cuts: list[int]) -> None:
    bounds = sorted({0, len(edits), *(cut for cut in cuts if cut < len(edits))})
    told = [run for start, end in itertools.pairwise(bounds) for run in runs(edits[start:end])]
    for who in {(each.author, each.agent) for each in edits}:
        of_runs = [
            (each.start_time, each.end_time, each.operations) for each in told if (each.author, each.agent) == who
        ]
        of_edits = [(each.time, each.time, 1) for each in edits if (each.author, each.agent) == who]
        assert sessions(of_runs) == sessions(of_edits)


@given(histories())
def test_runs_hold_every_edit_once(edits: list[Edit]) -> None:
    found = runs(edits)
    assert sum(each.operations for each in found) == len(edits)
    assert sum(each.inserted for each in found) == sum(each.inserted for each in edits)
    assert sum(each.deleted for each in found) == sum(each.deleted for each in edits)
    assert [each.first_revision for each in found] == sorted(each.first_revision for each in found)


def test_typing_is_one_run_and_another_one_after_a_pause() -> None:
    times = [NOON, NOON + timedelta(seconds=30), NOON + timedelta(seconds=31) + LONGEST_PAUSE]
    edits = [Edit(n, time, "ada", "", 1, 0) for n, time in enumerate(times, 1)]
    first, second = runs(edits)
    assert first == EditRun("ada", "", times[0], times[1], 1, 2, 2, 2, 0)
    assert second.first_revision == 3
