"""Times as people write them at a terminal: RFC 3339, a date, or how long ago.

Pure, but for this machine's time zone and clock where they are not given.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, time, timedelta, tzinfo

import typer

HELP = "2026-03-01, 2026-03-01T14:30:00Z, '2026-03-01 14:30', yesterday, '2 hours ago'"
"""What may be written, for a help text."""

_UNITS = {
    "s": "seconds", "sec": "seconds", "second": "seconds", "m": "minutes", "min": "minutes", "minute": "minutes",
    "h": "hours", "hour": "hours", "d": "days", "day": "days", "w": "weeks", "week": "weeks",
}  # fmt: skip
_AGO = re.compile(r"(?P<count>\d{1,9}|an?) ?(?P<unit>[a-z]+?)s? ago", re.ASCII)
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)?)?", re.ASCII)


class UnknownTime(ValueError):
    """The text is no time; the message says what would be."""

    def __init__(self) -> None:
        super().__init__(f"not a time; write {HELP}")


def parse_time(text: str, *, now: datetime, zone: tzinfo | None = None) -> datetime:
    """Return the moment a text means, in UTC. Raises UnknownTime.

    A date is its first moment. What names no zone is in `zone`, None = this machine's.
    """
    words = " ".join(text.split())
    try:
        if (match := _AGO.fullmatch(words.lower())) and match["unit"] in _UNITS:
            count = 1 if match["count"].startswith("a") else int(match["count"])
            return (now - timedelta(**{_UNITS[match["unit"]]: count})).astimezone(UTC)
        match words.lower():
            case "now":
                return now.astimezone(UTC)
            case "today" | "yesterday" as day:
                date = now.astimezone(zone).date() - timedelta(days=day == "yesterday")
                return _zoned(datetime.combine(date, time()), zone)
        if _MOMENT.fullmatch(words.upper()):
            return _zoned(datetime.fromisoformat(words.upper()), zone)
    except (ValueError, OverflowError, OSError):
        pass
    raise UnknownTime


def time_option(text: str) -> datetime:
    """Return the moment an option names; for `typer.Option(parser=time_option)`."""
    try:
        return parse_time(text, now=datetime.now(UTC))
    except UnknownTime as error:
        raise typer.BadParameter(str(error)) from None


def _zoned(moment: datetime, zone: tzinfo | None) -> datetime:
    if moment.tzinfo is None and zone is not None:
        moment = moment.replace(tzinfo=zone)
    return moment.astimezone(UTC)
