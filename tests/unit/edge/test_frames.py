"""Frames as bytes: taken apart and put together without changing one of them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge import frames
from shoal.collab.v1 import collab_pb2 as pb

_numbers = st.integers(min_value=1, max_value=2**32 - 1)
_room_frames = st.builds(
    lambda room, revision, size: pb.ServerFrame(
        room=room, checkpoint=pb.Checkpoint(revision=revision, hash=b"h" * size)
    ),
    _numbers,
    st.integers(min_value=0, max_value=2**62),
    st.sampled_from([0, 1, 32, 100, 130, 20_000]),
)
_session_frames = st.builds(
    lambda session, sequence: pb.ServerFrame(session=session, refused=pb.Refused(first_site_sequence=sequence)),
    _numbers,
    st.integers(min_value=0, max_value=2**62),
)
_stream_frames = st.builds(lambda nonce: pb.ServerFrame(pong=pb.Pong(nonce=nonce)), _numbers)
_any_frames = st.lists(st.one_of(_room_frames, _session_frames, _stream_frames), max_size=8)


@given(_any_frames)
def test_splitting_loses_and_changes_nothing(sent: list[pb.ServerFrame]) -> None:
    response = pb.CollaborateResponse(frames=sent).SerializeToString()
    parts = list(frames.split(response))
    assert b"".join(part.encoded for part in parts) == response
    assert [part.room for part in parts] == [frame.room for frame in sent]
    assert [part.parse() for part in parts] == sent


@given(_any_frames, st.data())
def test_any_choice_of_frames_joined_is_a_response_of_them(sent: list[pb.ServerFrame], data: st.DataObject) -> None:
    parts = list(frames.split(pb.CollaborateResponse(frames=sent).SerializeToString()))
    chosen = [data.draw(st.booleans()) for _ in parts]
    joined = b"".join(part.encoded for part, wanted in zip(parts, chosen, strict=True) if wanted)
    kept = [frame for frame, wanted in zip(sent, chosen, strict=True) if wanted]
    assert list(pb.CollaborateResponse.FromString(joined).frames) == kept


def test_fields_a_newer_contract_has_fall_back_to_a_full_parse() -> None:
    sent = [pb.ServerFrame(room=7, checkpoint=pb.Checkpoint(revision=1)), pb.ServerFrame(session=3)]
    unknown = b"\x92\x01\x03abc"  # field 18, of no version we know
    response = unknown + pb.CollaborateResponse(frames=sent).SerializeToString()
    parts = list(frames.split(response))
    assert [part.room for part in parts] == [7, 0]
    assert [part.parse() for part in parts] == sent


@pytest.mark.parametrize("size", [0, 1, 125, 126, 127, 65_535, 65_536, 200_000])
def test_a_binary_message_has_the_shortest_header_and_no_mask(size: int) -> None:
    """RFC 6455, section 5.2."""
    message = frames.binary_message(b"p" * size)
    assert message[0] == 0x82
    if size < 126:
        assert (message[1], message[2:]) == (size, b"p" * size)
    elif size < 65_536:
        assert (message[1], int.from_bytes(message[2:4], "big"), len(message)) == (126, size, size + 4)
    else:
        assert (message[1], int.from_bytes(message[2:10], "big"), len(message)) == (127, size, size + 10)


def test_a_text_message_is_proto3_json() -> None:
    response = pb.CollaborateResponse(frames=[pb.ServerFrame(room=1, checkpoint=pb.Checkpoint(revision=2**53 + 1))])
    message = frames.text_message(response.SerializeToString())
    assert message[0] == 0x81
    assert b'"9007199254740993"' in message
