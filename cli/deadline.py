"""Times ahead, as people write them at a terminal: how long from now, or when.

Pure, but for this machine's time zone and clock.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime

import typer

from cli.times import UnknownTime, parse_time

HELP = "'7 days', '2 hours', 2026-12-31, 2026-12-31T14:30:00Z"
"""What may be written, for a help text."""
_AHEAD = re.compile(r"(?:in )?(\d{1,9} ?[a-z]+)", re.ASCII | re.IGNORECASE)


def parse_deadline(text: str, *, now: datetime) -> datetime:
    """Return the moment a text means, in UTC. Raises UnknownTime."""
    if match := _AHEAD.fullmatch(" ".join(text.split())):
        try:
            return now.astimezone(UTC) + (now - parse_time(f"{match[1]} ago", now=now))
        except OverflowError:
            raise UnknownTime from None
    return parse_time(text, now=now)


def deadline_option(text: str) -> datetime:
    """Return the moment an option names; for `typer.Option(parser=deadline_option)`."""
    try:
        return parse_deadline(text, now=datetime.now(UTC))
    except UnknownTime:
        raise typer.BadParameter(f"not a time; write {HELP}") from None
