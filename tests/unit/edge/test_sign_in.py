"""Names and the subjects they sign in as."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.sign_in import subject_of


@pytest.mark.parametrize(
    ("name", "subject"),
    [
        ("Ada", "users/ada"),
        ("Ada Lovelace", "users/ada-lovelace"),
        ("  Zoë  Ångström! ", "users/zoe-angstrom"),
        ("R2-D2", "users/r2-d2"),
    ],
)
def test_a_name_becomes_a_subject_in_plain_letters(name: str, subject: str) -> None:
    assert subject_of(name) == subject


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60))
def test_every_name_has_a_subject_that_stays_the_same(name: str) -> None:
    subject = subject_of(name)
    assert subject == subject_of(name)
    assert subject.startswith("users/")
    assert 0 < len(subject.removeprefix("users/")) <= 255


def test_names_without_plain_letters_are_told_apart() -> None:
    assert len({subject_of(name) for name in ("李", "王", "愛子", "😀")}) == 4
