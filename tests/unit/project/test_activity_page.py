"""What docs/activity.md shows to people is what there is: all kinds, and settings with their values."""

from __future__ import annotations

import re
from pathlib import Path

from services.project.activities.model import Kind
from services.project.notifications.model import NoticeKind
from services.project.settings import ProjectSettings
from shoal.project.v1 import activity_pb2, notification_pb2

_PAGE = (Path(__file__).parents[3] / "docs" / "activity.md").read_text()
_ROWS = [[cell.strip() for cell in line.strip("|").split("|")] for line in _PAGE.splitlines() if line.startswith("| ")]


def test_the_page_tells_of_every_kind_and_of_no_other() -> None:
    words = [word for row in _ROWS for word in re.findall(r"`([a-z_]+)`", row[0])]
    assert sorted(words) == sorted(kind.name.lower() for kinds in (Kind, NoticeKind) for kind in kinds)


def test_kinds_are_those_of_the_contract() -> None:
    for ours, theirs, prefix in (
        (Kind, activity_pb2.ActivityKind, "ACTIVITY_KIND_"), (NoticeKind, notification_pb2.NotificationKind,
                                                             "NOTIFICATION_KIND_"),
    ):  # fmt: skip
        named = {name.removeprefix(prefix): number for name, number in theirs.items() if number}
        assert named == {kind.name: int(kind) for kind in ours}


def test_the_page_says_the_settings_as_they_are() -> None:
    settings = ProjectSettings()
    shown = [(row[0].strip("`"), row[1]) for row in _ROWS if row[0].startswith("`SHOAL_PROJECT_")]
    assert len(shown) == 5
    for name, value in shown:
        ours = getattr(settings, name.removeprefix("SHOAL_PROJECT_").lower())
        assert value == (ours if isinstance(ours, str) else f"{ours:g}")
