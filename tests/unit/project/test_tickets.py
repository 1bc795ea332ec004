"""Secrets and passwords: what is kept of them proves them, and tells nothing."""

from __future__ import annotations

import hashlib

from mesh.resource_names import Kind, parse
from services.project.tickets import hash_password, is_hash_of, is_password, new_id, new_secret


def test_what_is_kept_of_a_secret_proves_it_alone() -> None:
    one, other = new_secret(), new_secret()
    assert is_hash_of(one.hash, one.text)
    assert not is_hash_of(one.hash, other.text)
    assert one.text.encode() not in one.hash


def test_the_same_password_is_kept_differently_each_time_and_proven_by_both() -> None:
    one, other = hash_password("correct horse 🐎"), hash_password("correct horse 🐎")
    assert one != other
    assert is_password(one, "correct horse 🐎")
    assert is_password(other, "correct horse 🐎")
    assert not is_password(one, "correct horse")


def test_a_password_says_how_it_was_kept_so_that_older_ones_stay_good() -> None:
    cheaper = "scrypt$2$8$1$73616c74$" + hashlib.scrypt(b"old", salt=b"salt", n=2, r=8, p=1, dklen=32).hex()
    assert is_password(cheaper, "old")
    assert not is_password(cheaper, "new")


def test_ids_are_ids() -> None:
    ids = {new_id() for _ in range(100)}
    assert len(ids) == 100
    for each in ids:
        assert parse(f"projects/{each}", "id", Kind.PROJECT).id == each
