"""When a version is made without being asked for, and which of them go with age."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.document.history.automatic_versions import Ages, Mark, is_due, superseded

NOW = datetime(2026, 5, 6, 12, 0, tzinfo=UTC)
AGES = Ages(timedelta(days=1), timedelta(days=7), timedelta(days=90))
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def due(operations: int, minutes: float) -> bool:
    return is_due(operations, timedelta(minutes=minutes), every_operations=1000, every=timedelta(minutes=30))


def test_a_version_is_due_after_enough_operations_or_enough_work() -> None:
    assert [due(999, 0), due(1000, 0), due(1, 29.9), due(1, 30)] == [False, True, False, True]


def test_nothing_written_is_never_due() -> None:
    assert not due(0, 1000)


def kept(*ages: timedelta) -> list[timedelta]:
    marks = [Mark(n, NOW - age) for n, age in enumerate(ages)]
    gone = superseded(marks, NOW, AGES)
    return [age for n, age in enumerate(ages) if n not in gone]


def test_a_day_of_versions_is_kept_whole() -> None:
    ages = [timedelta(minutes=n) for n in range(0, 24 * 60, 7)]
    assert kept(*ages) == ages


def test_a_week_keeps_the_newest_of_each_hour_and_a_quarter_the_newest_of_each_day() -> None:
    half, minute = timedelta(minutes=30), timedelta(minutes=1)
    early = 2 * DAY + HOUR + minute
    assert kept(2 * DAY + minute, 2 * DAY + half, early) == [2 * DAY + minute, early]
    assert kept(10 * DAY + HOUR, 10 * DAY + 6 * HOUR, 11 * DAY + HOUR) == [10 * DAY + HOUR, 11 * DAY + HOUR]


def test_older_ones_are_one_a_week_from_monday_to_sunday() -> None:
    monday = datetime(2025, 6, 2, 1, 0, tzinfo=UTC)
    assert monday.weekday() == 0
    days = [Mark(n, monday + n * DAY) for n in range(14)]
    assert {mark.key for mark in days} - superseded(days, NOW, AGES) == {6, 13}


marks = st.lists(
    st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=400)) | st.sampled_from([DAY, 7 * DAY, 90 * DAY]),
    max_size=60,
).map(lambda ages: [Mark(n, NOW - age) for n, age in enumerate(ages)])


def stretch(mark: Mark) -> tuple[str, object]:
    """What it competes in, said by the calendar."""
    age, time = NOW - mark.time, mark.time
    if age <= DAY:
        return "all", mark.key
    if age <= 7 * DAY:
        return "hour", (time.date(), time.hour)
    return ("day", time.date()) if age <= 90 * DAY else ("week", time.isocalendar()[:2])


@given(marks)
def test_the_newest_of_each_stretch_is_all_that_stays(versions: list[Mark]) -> None:
    newest: dict[object, Mark] = {}
    for mark in sorted(versions, key=lambda each: (each.time, each.key)):
        newest[stretch(mark)] = mark
    assert {each.key for each in versions} - superseded(versions, NOW, AGES) == {each.key for each in newest.values()}


@given(marks)
def test_thinning_twice_is_thinning_once(versions: list[Mark]) -> None:
    gone = superseded(versions, NOW, AGES)
    assert superseded([each for each in versions if each.key not in gone], NOW, AGES) == set()


@given(marks, st.lists(st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=200)), max_size=5))
def test_the_last_version_of_all_survives_any_number_of_rounds(versions: list[Mark], pauses: list[timedelta]) -> None:
    now, last = NOW, max(versions, key=lambda each: (each.time, each.key), default=None)
    for pause in pauses:
        now += pause
        gone = superseded(versions, now, AGES)
        versions = [each for each in versions if each.key not in gone]
    assert last is None or last in versions
