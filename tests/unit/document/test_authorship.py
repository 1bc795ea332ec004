"""Authorship: names behind attributions, and the form in which they are stored."""

from __future__ import annotations

import random
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ot.attribution import MAX_WRITERS
from ot.errors import InvalidComponent, LengthMismatch
from ot.operation import delete_at, insert_at
from services.document.log.authorship import AttributionUnreadable, Authorship, Writer

names = st.text(st.characters(exclude_categories=["Cs"]), max_size=200)
runs = st.lists(st.tuples(st.integers(1, 70_000), st.tuples(names, names)), max_size=12)


def authorship_of(runs: list[tuple[int, tuple[str, str]]]) -> Authorship:
    authorship = Authorship()
    for length, (author, agent) in runs:
        authorship.apply(insert_at(authorship.length, "x" * length), author, agent)
    return authorship


@given(runs)
def test_what_is_stored_is_read_again(runs: list[tuple[int, tuple[str, str]]]) -> None:
    authorship = authorship_of(runs)
    again = Authorship.decode(authorship.encode())
    assert again.runs() == authorship.runs()
    assert again.length == authorship.length == sum(length for length, _ in runs)
    assert again.encode() == authorship.encode()
    again.apply(insert_at(0, "x"), "somebody new", None)
    assert again.runs()[0][1] == Writer("somebody new", "")


def test_three_hundred_writers_are_told_apart_and_cost_a_few_bytes_each() -> None:
    authorship = authorship_of([(1 + n % 3, (f"users/{n}", "")) for n in range(300)])
    assert Authorship.decode(authorship.encode()).runs() == authorship.runs()
    assert len(authorship.encode()) < 300 * 8


def test_a_long_text_of_many_runs_is_stored_in_little_more_than_a_byte_a_run() -> None:
    r = random.Random(1)
    authorship = Authorship()
    for _ in range(5000):
        author = r.choice(["users/ada", "users/bob"])
        authorship.apply(insert_at(r.randrange(authorship.length + 1), "x" * r.randint(1, 40)), author, None)
    assert len(authorship.encode()) < 1.5 * len(authorship.runs())


def test_writers_whose_text_is_gone_are_not_stored() -> None:
    authorship = authorship_of([(1, (f"users/{n}", "agents/a")) for n in range(5)])
    authorship.apply(delete_at(0, 4), "users/ada", None)
    encoded = authorship.encode()
    assert b"users/3" not in zlib.decompress(encoded[1:])
    assert Authorship.decode(encoded).runs() == [(1, Writer("users/4", "agents/a"))]


def test_no_agent_and_an_empty_agent_are_one_writer() -> None:
    authorship = Authorship()
    authorship.apply(insert_at(0, "a"), "users/ada", None)
    authorship.apply(insert_at(1, "b"), "users/ada", "")
    assert authorship.runs() == [(2, Writer("users/ada", ""))]


def test_a_copy_goes_its_own_way() -> None:
    original = authorship_of([(3, ("users/ada", ""))])
    twin = original.copy()
    twin.apply(insert_at(0, "x"), "users/bob", None)
    original.apply(insert_at(0, "x"), "users/cy", None)
    assert twin.runs()[0] == (1, Writer("users/bob", ""))
    assert original.runs()[0] == (1, Writer("users/cy", ""))


def test_an_operation_that_does_not_fit_changes_nothing() -> None:
    authorship = authorship_of([(3, ("users/ada", ""))])
    with pytest.raises(LengthMismatch):
        authorship.apply(delete_at(2, 2), "users/bob", None)
    assert authorship.runs() == [(3, Writer("users/ada", ""))]


def test_a_writer_too_many_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ot.attribution.MAX_WRITERS", 2)
    authorship = authorship_of([(1, ("users/ada", "")), (1, ("users/bob", ""))])
    with pytest.raises(InvalidComponent):
        authorship.apply(insert_at(0, "x"), "users/cy", None)
    assert authorship.length == 2
    assert MAX_WRITERS > 60_000


def packed(*body: int) -> bytes:
    return b"\x01" + zlib.compress(bytes(body))


@pytest.mark.parametrize(
    "encoded",
    [
        b"",
        b"\x01",
        b"\x02" + Authorship().encode()[1:],
        b"\x01not deflated",
        authorship_of([(3, ("users/ada", ""))]).encode()[:-1],
        packed(),
        packed(1, 5, 97),  # A name without its end.
        packed(1, 1, 0xFF, 0, 0),  # A name that is no text.
        packed(1, 1, 97, 0, 1, 5),  # A run without a writer.
        packed(1, 1, 97, 0, 1, 5, 1),  # A writer who is not in the table.
        packed(1, 1, 97, 0, 1, 5, 0, 0),  # Something left over.
        packed(1, 1, 97, 0, 1, 5, 0x80),  # A number without an end.
        packed(1, 1, 97, 0, 1, 0x80),
    ],
)
def test_bytes_that_are_no_attribution_are_an_error(encoded: bytes) -> None:
    with pytest.raises(AttributionUnreadable):
        Authorship.decode(encoded)
