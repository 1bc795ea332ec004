"""Times ahead, as people write them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli.deadline import parse_deadline
from cli.times import UnknownTime

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("7 days", NOW + timedelta(days=7)),
        ("in 2 hours", NOW + timedelta(hours=2)),
        ("30m", NOW + timedelta(minutes=30)),
        ("IN  1  Week", NOW + timedelta(weeks=1)),
        ("2026-12-31T14:30:00Z", datetime(2026, 12, 31, 14, 30, tzinfo=UTC)),
    ],
)
def test_how_long_from_now_or_when_is_understood(text: str, expected: datetime) -> None:
    assert parse_deadline(text, now=NOW) == expected


@pytest.mark.parametrize("text", ["", "soon", "7", "7 moons", "in", "in in 7 days", "999999999 weeks", "7 days ago x"])
def test_anything_else_is_no_time(text: str) -> None:
    with pytest.raises(UnknownTime):
        parse_deadline(text, now=NOW)


@given(count=st.integers(0, 10_000), unit=st.sampled_from(["second", "minutes", "h", "days", "w"]))
def test_a_time_ahead_is_never_before_now(count: int, unit: str) -> None:
    assert parse_deadline(f"{count} {unit}", now=NOW) >= NOW
