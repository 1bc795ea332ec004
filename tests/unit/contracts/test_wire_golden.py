"""The live stream on the wire: committed bytes mean what they meant, and are written as they were.

The same file is read in the browser's language by edge/web/test/wire-golden.test.ts.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from google.protobuf.descriptor import Descriptor
from google.protobuf.json_format import MessageToDict
from google.protobuf.message import Message

from shoal.collab.v1 import collab_pb2
from tests.unit.contracts.wire_golden import FILE, Golden, encode, read, update

CASES = read(FILE.read_text(encoding="utf-8"))
STREAM = (collab_pb2.CollaborateRequest.DESCRIPTOR, collab_pb2.CollaborateResponse.DESCRIPTOR)
UNKNOWN_FIELD = b"\xf8\x3e\x01"
"""Field 1007, a varint: a field of a later version."""
UNKNOWN_ROLE = collab_pb2.RoleChanged(role=collab_pb2.ROLE_EDITOR).SerializeToString()[:1] + b"\x63"

golden = pytest.mark.parametrize("case", CASES, ids=[case.title for case in CASES])


@golden
def test_the_bytes_mean_what_they_meant(case: Golden) -> None:
    assert case.wire is not None, "run wire_golden.py --update"
    message = case.new()
    message.ParseFromString(case.wire)
    assert MessageToDict(message) == case.json


@golden
def test_what_they_mean_is_written_as_it_was(case: Golden) -> None:
    assert case.wire is not None, "run wire_golden.py --update"
    assert case.encoded().hex() == case.wire.hex()
    message = case.new()
    message.ParseFromString(case.wire)
    assert encode(message).hex() == case.wire.hex()


def test_every_field_that_the_stream_can_carry_has_a_case() -> None:
    seen: set[str] = set()
    for case in CASES:
        message = case.new()
        message.ParseFromString(case.wire or b"")
        seen |= set(fields_set(message))
    assert seen >= {each for root in STREAM for each in fields_of(root, set())}


@golden
def test_a_field_of_a_later_version_is_let_pass_and_kept(case: Golden) -> None:
    assert case.wire is not None
    message = case.new()
    message.ParseFromString(case.wire + UNKNOWN_FIELD)
    assert MessageToDict(message) == case.json
    assert encode(message) == case.wire + UNKNOWN_FIELD


def test_an_enum_value_of_a_later_version_is_its_number() -> None:
    changed = collab_pb2.RoleChanged.FromString(UNKNOWN_ROLE)
    assert changed.role == 99
    assert MessageToDict(changed) == {"role": 99}
    assert changed.SerializeToString() == UNKNOWN_ROLE


def test_an_update_writes_new_bytes_and_never_changes_old_ones() -> None:
    head = "About.\n\n== One\ntype shoal.collab.v1.CollaborateRequest\n"
    old = head + 'json {"frames":[{}]}\nwire ffff\n'
    assert update(old) == old
    new = head + 'json {"frames":[{"session":1}]}\n'
    assert update(new) == head + 'json {"frames":[{"session":1}]}\nwire 0a020801\n'
    assert read(update(new))[0].wire == bytes.fromhex("0a020801")


def fields_set(message: Message) -> Iterator[str]:
    """The full names of the fields that are set somewhere in a message."""
    for field, value in message.ListFields():
        yield field.full_name
        if field.message_type is None:
            continue
        if field.message_type.GetOptions().map_entry:
            values = list(value.values()) if field.message_type.fields_by_name["value"].message_type else []
        else:
            values = list(value) if field.is_repeated else [value]
        for each in values:
            yield from fields_set(each)


def fields_of(message: Descriptor, seen: set[str]) -> Iterator[str]:
    """The full names of all fields that a message can carry, at any depth; of maps without their keys and values."""
    if message.full_name in seen:
        return
    seen.add(message.full_name)
    for field in message.fields:
        if not message.GetOptions().map_entry:
            yield field.full_name
        if field.message_type is not None:
            yield from fields_of(field.message_type, seen)
