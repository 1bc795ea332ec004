"""Paths: which may be a document's place, and which one a title gets."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli.mirroring.paths import conflict_path, is_conflict_copy, key, path_for, shown, title_of, why_not


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("a.md", None),
        ("notes/Über uns/plan 2.md", None),
        ("what is this?.md", None),
        ("", "empty"),
        ("/etc/passwd", "absolute"),
        ("../a.md", "lead out"),
        ("a/../../b.md", "lead out"),
        ("a/./b.md", "lead out"),
        ("a//b.md", "lead out"),
        ("a/", "lead out"),
        ("a\\..\\b.md", "backslash"),
        ("a\0.md", "NUL"),
        ("a\n.md", "control character"),
        ("a\x1b[2J.md", "control character"),
        ("bad\udcff.md", "not UTF-8"),
        (".hidden", "hidden"),
        ("a/.git/b.md", "hidden"),
        (".shoal-mirror/state.json", "own folder"),
        (".Shoal-Mirror/state.json", "own folder"),
        ("CON", "reserved"),
        ("a/nul.md", "reserved"),
        ("com1.tar.gz", "reserved"),
        ("a./b.md", "dot or a space"),
        ("a.md ", "dot or a space"),
        ("x" * 256, "longer than 255 characters"),
        ("ü" * 128, "longer than 255 bytes"),
    ],
)
def test_a_path_is_good_or_it_is_said_why_not(path: str, why: str | None) -> None:
    said = why_not(path)
    assert said == why if why is None else said is not None and why in said


@given(st.text(), st.sets(st.text(), max_size=5))
def test_every_title_gets_a_good_path_of_its_own(title: str, others: set[str]) -> None:
    taken = {key(path_for(other, ".md", ())) for other in others}
    path = path_for(title, ".md", taken)
    assert why_not(path) is None
    assert path.endswith(".md")
    assert key(path) not in taken


def test_paths_that_differ_in_case_or_in_composition_are_one() -> None:
    assert key("Notes/A.md") == key("notes/a.MD")
    assert key("\u00e9.md") == key("e\u0301.md")
    assert key("a.md") != key("b.md")


@pytest.mark.parametrize(
    ("text", "path", "title"),
    [
        ("# The plan\n\ntext", "a.md", "The plan"),
        ("intro\n\n## Second ##\n", "a.md", "Second"),
        ("```\n# no heading\n```\n# Heading\n", "a.md", "Heading"),
        ("#hashtag\n", "in/my notes.md", "my notes"),
        ("# The plan\n", "a.txt", "a"),
        ("#\n", "b.md", "b"),
        ("# " + "x" * 300, "a.md", "x" * 200),
        ("# tab\there\x07", "a.md", "tabhere"),
    ],
)
def test_a_title_is_the_first_heading_or_the_name(text: str, path: str, title: str) -> None:
    assert title_of(text, path) == title


def test_a_conflict_copy_stands_beside_its_file_and_is_known_again() -> None:
    now = datetime(2026, 1, 31, 23, 59, 59, tzinfo=UTC)
    taken = {"in/plan.conflict-20260131T235959Z.md"}
    path = conflict_path("in/plan.md", now, taken.__contains__)
    assert path == "in/plan.conflict-20260131T235959Z-2.md"
    assert is_conflict_copy(path)
    assert is_conflict_copy("in/plan.conflict-20260131T235959Z.md")
    assert is_conflict_copy(conflict_path("noextension", now, lambda _: False))
    assert not is_conflict_copy("in/plan.conflict.md")
    assert not is_conflict_copy("conflict-20260131T235959Z/plan.md")


def test_what_a_terminal_would_obey_is_escaped() -> None:
    assert shown("a\x1b[2J\n\udcff.md") == "a\\x1b[2J\\n\\udcff.md"
    assert shown("Über.md") == "Über.md"
