"""Times at a terminal: what people write means one moment, and what means none is said to."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import typer
from hypothesis import given
from hypothesis import strategies as st

from cli.times import UnknownTime, parse_time, time_option

NOW = datetime(2026, 7, 15, 12, 0, tzinfo=UTC)
ZURICH = ZoneInfo("Europe/Zurich")


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("now", NOW),
        ("2 hours ago", NOW - timedelta(hours=2)),
        ("2h ago", NOW - timedelta(hours=2)),
        ("an hour ago", NOW - timedelta(hours=1)),
        ("A  Week ago", NOW - timedelta(weeks=1)),
        ("90 seconds ago", NOW - timedelta(seconds=90)),
        ("1 min ago", NOW - timedelta(minutes=1)),
        ("3 days ago", NOW - timedelta(days=3)),
        ("today", datetime(2026, 7, 14, 22, tzinfo=UTC)),
        ("yesterday", datetime(2026, 7, 13, 22, tzinfo=UTC)),
        ("2026-07-15", datetime(2026, 7, 14, 22, tzinfo=UTC)),
        ("2026-01-15", datetime(2026, 1, 14, 23, tzinfo=UTC)),
        ("2026-01-15 14:30", datetime(2026, 1, 15, 13, 30, tzinfo=UTC)),
        ("2026-01-15T14:30:05.25", datetime(2026, 1, 15, 13, 30, 5, 250_000, tzinfo=UTC)),
        ("2026-01-15T14:30:05Z", datetime(2026, 1, 15, 14, 30, 5, tzinfo=UTC)),
        ("2026-01-15t14:30:05.123456789+02:00", datetime(2026, 1, 15, 12, 30, 5, 123_456, tzinfo=UTC)),
    ],
)
def test_what_people_write_is_understood(text: str, meant: datetime) -> None:
    assert parse_time(text, now=NOW, zone=ZURICH) == meant


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "tomorrow",
        "2 hours",
        "-1 hours ago",
        "two hours ago",
        "3 months ago",
        "999999999 weeks ago",
        "12:30",
        "2026",
        "2026-02-30",
        "2026-1-5",
        "20260105",
        "2026-01-05T25:00",
        "2026-W05-1",
        "0001-01-01T00:00:00+14:00",
    ],
)
def test_what_is_no_time_is_refused_and_says_what_would_be(text: str) -> None:
    with pytest.raises(UnknownTime, match="2 hours ago"):
        parse_time(text, now=NOW, zone=ZURICH)
    with pytest.raises(typer.BadParameter):
        time_option(text)


@given(st.text() | st.from_regex(r"\d{1,4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d)?)?| \d+ [a-z]+ ago"))
def test_any_text_is_a_moment_or_refused(text: str) -> None:
    with suppress(UnknownTime):
        assert parse_time(text, now=NOW).tzinfo is UTC


@given(st.datetimes(datetime(1971, 1, 1), datetime(2999, 1, 1), timezones=st.just(UTC)))
def test_a_time_in_iso_form_is_that_time(moment: datetime) -> None:
    assert parse_time(moment.isoformat(), now=NOW) == moment
